"""When transferred money was in the payee's bank, read from the mirror of their account."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from billing.books.chart import Kind
from billing.models import LedgerTransaction, PayeeAccount, Payout, Transfer
from billing.promises.judging import Piece, arrivals

_ARRIVED = "paid"
_FAILED = "failed"


def deposits_in_bank(accounts: Iterable[PayeeAccount]) -> dict[UUID, datetime]:
    """Transfer → the moment at which it was in the bank whole. A balance is paid out first in, first out."""
    by_id = {account.id: account for account in accounts}
    received: dict[UUID, list[Piece]] = {}
    done = Transfer.objects.filter(payee_account_id__in=by_id, state=Transfer.State.DONE, done_at__isnull=False)
    for transfer_id, account_id, cents, done_at in done.order_by("done_at", "id").values_list(
        "id", "payee_account_id", "amount_cents", "done_at"
    ):
        received.setdefault(account_id, []).append(Piece(cents, done_at, transfer_id))  # type: ignore[arg-type]
    left: dict[UUID, list[Piece]] = {}
    for payout in Payout.objects.filter(payee_account_id__in=by_id, state=_ARRIVED):
        moment = payout.arrives_at or payout.updated_at
        left.setdefault(payout.payee_account_id, []).append(Piece(payout.amount_cents, moment))
    moments: dict[UUID, datetime] = {}
    for account_id, pieces in received.items():
        out = [*left.get(account_id, ()), *_taken_back(by_id[account_id])]
        moments |= arrivals(received=pieces, left=out)
    return moments


def failed_payouts(accounts: Iterable[PayeeAccount]) -> set[UUID]:
    """Accounts whose latest payout came back from the bank."""
    ids = [account.id for account in accounts]
    latest = Payout.objects.filter(payee_account_id__in=ids).order_by("payee_account_id", "-created_at", "-id")
    rows = latest.distinct("payee_account_id").values_list("payee_account_id", "state")
    return {account_id for account_id, state in rows if state == _FAILED}


def _taken_back(account: PayeeAccount) -> list[Piece]:
    """Transfers that came back to the platform: the books debit its balance and name this payee."""
    found = LedgerTransaction.objects.filter(
        entries__account__owner_id=account.owner_id, entries__account__currency=account.currency
    ).distinct()
    pieces = []
    for one in found.filter(entries__account__kind=Kind.STRIPE_BALANCE, entries__direction="debit"):
        cents = sum(
            one.entries.filter(account__kind=Kind.STRIPE_BALANCE, direction="debit").values_list(
                "amount_cents", flat=True
            )
        )
        pieces.append(Piece(cents, one.happened_at))
    return pieces
