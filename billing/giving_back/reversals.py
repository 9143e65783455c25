"""Reversals of transfers, a kind of money that is sent: asked back once, found again after a crash.

Stripe takes it from the payee's balance, and refuses when too little is there: then the payee keeps owing it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import stripe
from django.db import transaction

from billing import events
from billing.books import ledger
from billing.books.chart import RECEIVABLE_BY_OWNER, Kind
from billing.models import PayeeDebt, Refund, RefundCase, Transfer, TransferReversal
from billing.sending import waking
from kernel import audit, outbox
from kernel.actors import provider
from kernel.identifiers import uuid7

_OPEN_STATES = (TransferReversal.State.INTENDED, TransferReversal.State.UNKNOWN)


class Reversals:
    """A payee's money back to the platform. See `move_kinds` for the words."""

    model = TransferReversal
    open_states = _OPEN_STATES
    related = ("transfer__charge",)

    def due(self) -> Any:
        return TransferReversal.objects.filter(state__in=self.open_states)

    def is_held(self, row: TransferReversal) -> str:
        return ""

    def body(self, row: TransferReversal) -> dict[str, Any]:
        return dict(row.request_body)

    def look_up(self, client: stripe.StripeClient, row: TransferReversal) -> dict[str, Any] | None:
        listed = client.v1.transfers.reversals.list(row.transfer.provider_reference, {"limit": 100})
        for found in listed.auto_paging_iter():
            plain: dict[str, Any] = found.to_dict()
            if (plain.get("metadata") or {}).get("reversal_id") == str(row.id):
                return plain
        return None

    def create(self, client: stripe.StripeClient, row: TransferReversal) -> dict[str, Any]:
        made = client.v1.transfers.reversals.create(
            row.transfer.provider_reference, row.request_body, {"idempotency_key": row.idempotency_key}
        )
        plain: dict[str, Any] = made.to_dict()
        return plain

    def conclude(self, row_id: UUID, answer: dict[str, Any], at: datetime) -> None:
        complete(reversal_id=row_id, provider_reference=answer["id"], at=at)

    def refuse(self, row_id: UUID, error: stripe.StripeError, at: datetime) -> None:
        fail(reversal_id=row_id, reason=str(error), at=at)

    def holds(self, error: stripe.StripeError) -> bool:
        """Never: waiting for a balance to fill is what netting is for, and the client waits meanwhile."""
        return False


def intend(*, debt: PayeeDebt, transfer: Transfer, cents: int, at: datetime) -> TransferReversal:
    """With everything that will be sent. Needs the locks of the job and the transfer."""
    reversal_id = uuid7()
    waking.wake_senders()
    return TransferReversal.objects.create(
        id=reversal_id,
        transfer=transfer,
        debt=debt,
        amount_cents=cents,
        currency=transfer.currency,
        business_key=f"reversal:{debt.id}:{transfer.id}",
        idempotency_key=f"reversal:{reversal_id}",
        request_body={
            "amount": cents,
            "metadata": {
                "reversal_id": str(reversal_id),
                "case_id": str(debt.share.case_id),
                "job_id": str(debt.job_id),
            },
        },
        due_at=at,
        created_at=at,
    )


def complete(*, reversal_id: UUID, provider_reference: str, at: datetime) -> bool:
    """Stripe has taken it back: book it, once. False when that was done before."""
    with transaction.atomic():
        reversal = _lock(reversal_id)
        if reversal.state == TransferReversal.State.DONE:
            return False
        debt = PayeeDebt.objects.select_for_update().get(id=reversal.debt_id)
        if reversal.state != TransferReversal.State.FAILED:
            debt.reversing_cents -= reversal.amount_cents
        debt.reversed_cents += reversal.amount_cents
        debt.save(update_fields=["reversing_cents", "reversed_cents"])
        reversal.state = TransferReversal.State.DONE
        reversal.provider_reference = provider_reference
        reversal.done_at = at
        reversal.leased_until = None
        reversal.last_error = ""
        reversal.save(update_fields=["state", "provider_reference", "done_at", "leased_until", "last_error"])
        _record(reversal, debt, "reversal.done", events.REVERSAL_DONE, at)
        _let_the_client_be_paid(debt, at)
        ledger.post(
            business_key=f"reversal:{reversal.id}",
            kind="reversal",
            description=f"Transfer {reversal.transfer.provider_reference} taken back in part or whole",
            legs=[
                ledger.debit(Kind.STRIPE_BALANCE, reversal.amount_cents),
                ledger.credit(RECEIVABLE_BY_OWNER[debt.owner_kind], reversal.amount_cents, debt.owner_id),
            ],
            currency=reversal.currency,
            job_id=debt.job_id,
            source=provider_reference,
            at=at,
        )
    return True


def fail(*, reversal_id: UUID, reason: str, at: datetime) -> None:
    """Too little is in the payee's balance, or it is closed: they owe it, and it is kept from what they earn next."""
    # Imported late: what waits to be sent is taken off by the module that asks for reversals.
    from billing.giving_back import taking_back

    with transaction.atomic():
        reversal = _lock(reversal_id)
        if reversal.state in (TransferReversal.State.DONE, TransferReversal.State.FAILED):
            return
        debt = PayeeDebt.objects.select_for_update().get(id=reversal.debt_id)
        debt.reversing_cents -= reversal.amount_cents
        debt.save(update_fields=["reversing_cents"])
        reversal.state = TransferReversal.State.FAILED
        reversal.last_error = reason[:2000]
        reversal.leased_until = None
        reversal.save(update_fields=["state", "last_error", "leased_until"])
        _record(reversal, debt, "reversal.refused", events.REVERSAL_REFUSED, at)
        _let_the_client_be_paid(debt, at)
        taking_back.net_off_waiting(debt_id=debt.id, at=at)


def on_transfer_reversed(*, transfer: Mapping[str, Any], at: datetime) -> int:
    """What a fetched transfer says of its reversals: those that are ours are booked. Returns how many were new."""
    done = 0
    for found in (transfer.get("reversals") or {}).get("data") or []:
        try:
            reversal_id = UUID(str((found.get("metadata") or {}).get("reversal_id")))
        except ValueError:
            continue
        if TransferReversal.objects.filter(id=reversal_id).exists():
            done += complete(reversal_id=reversal_id, provider_reference=found["id"], at=at)
    return done


def _let_the_client_be_paid(debt: PayeeDebt, at: datetime) -> None:
    """When no reversal of the case waits any more, its refunds are due."""
    case_id = debt.share.case_id
    # Two that end at once would each see the other still waiting, and the client would wait an hour for nothing.
    RefundCase.objects.select_for_update().get(id=case_id)
    if not TransferReversal.objects.filter(debt__share__case_id=case_id, state__in=_OPEN_STATES).exists():
        Refund.objects.filter(
            business_key__startswith=f"refund:case:{case_id}:", state=Refund.State.INTENDED, due_at__gt=at
        ).update(due_at=at)
        waking.wake_senders()


def _lock(reversal_id: UUID) -> TransferReversal:
    return (
        TransferReversal.objects.select_for_update(of=("self",))
        .select_related("transfer__charge__job", "debt__share")
        .get(id=reversal_id)
    )


def _record(reversal: TransferReversal, debt: PayeeDebt, action: str, event: str, at: datetime) -> None:
    department_id = reversal.transfer.charge.job.governing_department_id
    audit.record(
        actor=provider("Stripe"),
        action=action,
        subject_kind="transfer_reversal",
        subject_id=reversal.id,
        tenant_id=department_id,
        at=at,
        after={"amount_cents": reversal.amount_cents, "reference": reversal.provider_reference},
        reason=reversal.last_error[:500],
    )
    outbox.announce(
        name=event,
        payload={
            "reversal_id": str(reversal.id),
            "job_id": str(debt.job_id),
            "owner_kind": debt.owner_kind,
            "owner_id": str(debt.owner_id),
            "amount_cents": reversal.amount_cents,
            "currency": reversal.currency,
        },
        tenant_id=department_id,
        at=at,
    )
