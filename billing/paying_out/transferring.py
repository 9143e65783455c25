"""The end of a transfer: booked once when Stripe has made it, or failed where somebody must look."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from billing import events
from billing.books import ledger
from billing.books.chart import PAYABLE_BY_OWNER, Kind
from billing.models import Transfer, TransferReversal
from billing.sending import trouble
from kernel import audit, outbox
from kernel.actors import provider


def request_body(transfer: Transfer) -> dict[str, Any]:
    """What is sent, from saved columns only. `source_transaction` makes Stripe wait for the charge's own money.

    Money that came outside of Stripe has none: it draws on the platform's balance, and waits until that holds enough.
    So does what Stripe would refuse, because it still counts transfers that a payee owes us and could not give back.
    """
    source = {}
    if not transfer.charge.is_outside_stripe and _leaves_room(transfer):
        source = {"source_transaction": transfer.charge.charge_reference}
    return {
        "amount": transfer.amount_cents,
        "currency": transfer.currency.lower(),
        "destination": transfer.payee_account.account_reference,
        **source,
        "transfer_group": str(transfer.charge.job_id),
        "metadata": {
            "transfer_id": str(transfer.id),
            "settlement_id": str(transfer.settlement_id),
            "job_id": str(transfer.charge.job_id),
        },
    }


def _leaves_room(transfer: Transfer) -> bool:
    """Whether all that Stripe has transferred from the charge, with this, is no more than the charge was."""
    others = Transfer.objects.filter(
        charge_id=transfer.charge_id, state__in=(Transfer.State.DONE, Transfer.State.UNKNOWN)
    ).exclude(id=transfer.id)
    back = TransferReversal.objects.filter(transfer__charge_id=transfer.charge_id, state=TransferReversal.State.DONE)
    sent = others.aggregate(cents=Sum("amount_cents", default=0))["cents"]
    reversed_cents = back.aggregate(cents=Sum("amount_cents", default=0))["cents"]
    return bool(sent - reversed_cents + transfer.amount_cents <= transfer.charge.amount_cents)


def complete_transfer(*, transfer_id: UUID, provider_reference: str, at: datetime) -> bool:
    """Book it, once. False when that was done before."""
    with transaction.atomic():
        transfer = _lock(transfer_id)
        if transfer.state == Transfer.State.DONE:
            return False
        job, account = transfer.charge.job, transfer.payee_account
        transfer.state = Transfer.State.DONE
        transfer.provider_reference = provider_reference
        transfer.done_at = at
        transfer.leased_until = None
        transfer.last_error = ""
        transfer.save(update_fields=["state", "provider_reference", "done_at", "leased_until", "last_error"])
        ledger.post(
            business_key=f"transfer:{transfer.id}",
            kind="transfer",
            description=f"Transfer for job {job.reference} to {account.display_name}",
            legs=[
                ledger.debit(PAYABLE_BY_OWNER[account.owner_kind], transfer.amount_cents, account.owner_id),
                ledger.credit(Kind.STRIPE_BALANCE, transfer.amount_cents),
            ],
            currency=transfer.currency,
            source=provider_reference,
            job_id=job.id,
            at=at,
        )
        audit.record(
            actor=provider("Stripe"),
            action="transfer.done",
            subject_kind="transfer",
            subject_id=transfer.id,
            tenant_id=job.governing_department_id,
            at=at,
            after={"amount_cents": transfer.amount_cents, "reference": provider_reference},
        )
        outbox.announce(
            name=events.TRANSFER_DONE,
            payload={
                "transfer_id": str(transfer.id),
                "job_id": str(job.id),
                "owner_kind": account.owner_kind,
                "owner_id": str(account.owner_id),
                "amount_cents": transfer.amount_cents,
                "currency": transfer.currency,
            },
            tenant_id=job.governing_department_id,
            at=at,
        )
    return True


def fail_transfer(*, transfer_id: UUID, reason: str, at: datetime) -> None:
    """Stripe refused it for good. The payee is still owed: the money stays in their payable account."""
    with transaction.atomic():
        transfer = _lock(transfer_id)
        if transfer.state in (Transfer.State.DONE, Transfer.State.FAILED):
            return
        transfer.state = Transfer.State.FAILED
        transfer.last_error = reason[:2000]
        transfer.leased_until = None
        transfer.save(update_fields=["state", "last_error", "leased_until"])
        trouble.announce_failed_move(kind="transfer", move=transfer, charge=transfer.charge, reason=reason, at=at)


def _lock(transfer_id: UUID) -> Transfer:
    return (
        Transfer.objects.select_for_update(of=("self",))
        .select_related("charge__job", "payee_account")
        .get(id=transfer_id)
    )
