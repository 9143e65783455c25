"""A payee's share goes back: first what has not left, then transfers by reversals, the newest first."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from billing.giving_back import netting, reversals
from billing.models import Charge, Netting, PayeeDebt, RefundShare, Transfer
from billing.refusals.disputes import TransferOnItsWay
from billing.sending import waking
from kernel.identifiers import uuid7

UNSENT_STATES = (Transfer.State.INTENDED, Transfer.State.HELD, Transfer.State.FAILED)


def take_back(*, share: RefundShare, at: datetime) -> int:
    """Returns the cents that the payee owes from now on; the rest is kept in `share.unsent_cents`.

    Needs the locks of the job and its charges. Raises TransferOnItsWay.
    """
    transfers = list(_transfers_of(share))
    if any(transfer.state == Transfer.State.UNKNOWN for transfer in transfers):
        raise TransferOnItsWay(
            "A transfer of this job is being sent at this moment. Try again in a minute: then it is known whom the "
            "money must be taken back from."
        )
    left = share.amount_cents
    for transfer in transfers:
        if left and transfer.state in UNSENT_STATES:
            left -= withhold(transfer=transfer, cents=min(left, transfer.amount_cents), frees_charge=True, at=at)
    share.unsent_cents = share.amount_cents - left
    share.save(update_fields=["unsent_cents"])
    if not left:
        return 0
    asked = _ask_back([one for one in transfers if one.state == Transfer.State.DONE], left)
    _take_netted(share, left - sum(cents for _, cents in asked))
    assert share.owner_id is not None
    debt = PayeeDebt.objects.create(
        share=share,
        job_id=share.case.job_id,
        owner_kind=share.owner_kind,
        owner_id=share.owner_id,
        currency=share.case.currency,
        amount_cents=left,
        reversing_cents=sum(cents for _, cents in asked),
        opened_at=at,
    )
    for transfer, cents in asked:
        reversals.intend(debt=debt, transfer=transfer, cents=cents, at=at)
    return left


def withhold(*, transfer: Transfer, cents: int, frees_charge: bool, at: datetime) -> int:
    """Take cents off a locked transfer that was not sent: it is cancelled, and another one is intended for the rest.

    Never changed in place: what was sent once under a key must stay what it was. Returns the cents.
    """
    transfer.state = Transfer.State.CANCELLED
    transfer.leased_until = None
    transfer.save(update_fields=["state", "leased_until"])
    if frees_charge:
        _draw_less(transfer.charge_id, cents)
    rest = transfer.amount_cents - cents
    if rest:
        transfer_id = uuid7()
        Transfer.objects.create(
            id=transfer_id,
            charge_id=transfer.charge_id,
            payee_account_id=transfer.payee_account_id,
            settlement_id=transfer.settlement_id,
            assignment_id=transfer.assignment_id,
            late_charge_id=transfer.late_charge_id,
            amount_cents=rest,
            currency=transfer.currency,
            business_key=f"transfer:rest-of:{transfer.id}",
            idempotency_key=f"transfer:{transfer_id}",
            due_at=max(transfer.due_at, at),
            created_at=at,
        )
        waking.wake_senders()
    return cents


def net_off_waiting(*, debt_id: UUID, at: datetime) -> None:
    """A debt that no reversal pays is taken off transfers that wait: held, or not due yet. Needs the debt's lock."""
    debt = PayeeDebt.objects.get(id=debt_id)
    waiting = (
        Transfer.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("settlement")
        .filter(
            payee_account__owner_kind=debt.owner_kind,
            payee_account__owner_id=debt.owner_id,
            currency=debt.currency,
            state__in=(Transfer.State.INTENDED, Transfer.State.HELD),
            late_charge=None,
        )
        .order_by("due_at", "id")
    )
    for transfer in waiting:
        cents = min(debt.nettable_cents, transfer.amount_cents)
        if cents <= 0:
            return
        withhold(transfer=transfer, cents=cents, frees_charge=False, at=at)
        netting.net(
            debt=debt,
            settlement=transfer.settlement,
            assignment_id=transfer.assignment_id,
            charge_id=transfer.charge_id,
            cents=cents,
            at=at,
        )


def _transfers_of(share: RefundShare) -> QuerySet[Transfer]:
    assert share.owner_id is not None
    return (
        Transfer.objects.select_for_update(of=("self",))
        .filter(
            settlement=share.settlement,
            payee_account__owner_kind=share.owner_kind,
            payee_account__owner_id=share.owner_id,
            assignment_id=share.assignment_id,
            late_charge=None,
        )
        .exclude(state=Transfer.State.CANCELLED)
        .order_by("-created_at", "-id")
    )


def _ask_back(transfers: list[Transfer], wanted_cents: int) -> list[tuple[Transfer, int]]:
    asked, left = [], wanted_cents
    for transfer in transfers:
        # Asked back means taken or owed: what a failed reversal left is a debt, and is not asked for again.
        cents = min(left, transfer.amount_cents - transfer.reversed_cents)
        if cents > 0:
            left -= cents
            transfer.reversed_cents += cents
            transfer.save(update_fields=["reversed_cents"])
            _draw_less(transfer.charge_id, cents)
            asked.append((transfer, cents))
    return asked


def _take_netted(share: RefundShare, wanted_cents: int) -> None:
    """What was kept for an older debt of theirs is owed again, now for this job."""
    assert share.owner_id is not None
    left = wanted_cents
    nettings = Netting.objects.select_for_update(of=("self",)).filter(
        settlement=share.settlement,
        assignment_id=share.assignment_id,
        debt__owner_kind=share.owner_kind,
        debt__owner_id=share.owner_id,
    )
    for one in nettings.order_by("id"):
        cents = min(left, one.amount_cents - one.taken_back_cents)
        if cents > 0:
            left -= cents
            one.taken_back_cents += cents
            one.save(update_fields=["taken_back_cents"])
            _draw_less(one.charge_id, cents)


def _draw_less(charge_id: UUID, cents: int) -> None:
    charge = Charge.objects.select_for_update().get(id=charge_id)
    charge.transferred_cents -= cents
    charge.save(update_fields=["transferred_cents"])
