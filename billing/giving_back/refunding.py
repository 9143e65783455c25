"""Refunds: intended here, in the transaction that decides them; sent by `senders`."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from billing import events
from billing.books import ledger
from billing.books.chart import Kind
from billing.contested import freezing
from billing.giving_back import covering
from billing.models import Charge, LedgerTransaction, Refund
from billing.refusals import RefundExceedsCaptured
from billing.refusals.disputes import DisputeOpen
from billing.refusals.ways import NothingToPayBack
from billing.sending import trouble, waking
from kernel import audit, outbox
from kernel.actors import Actor, provider
from kernel.identifiers import uuid7

_STRIPE = provider("Stripe")
# In a business key: what a lost dispute has left of a refund, intended anew.
REST: Final = ":rest:"
_PAID_BY_HAND_FROM = (Refund.State.INTENDED, Refund.State.HELD, Refund.State.FAILED)


def intend_refund(*, job_id: UUID, amount_cents: int, business_key: str, reason: str, at: datetime) -> list[Refund]:
    """Reserve the amount on the job's charges, the newest first, and leave one intent for each. Once per key.

    Transfers draw on the oldest charge first, so the two seldom meet. What came outside of Stripe comes later: it is
    paid back by hand. Last, what a bank took back for good: Stripe refunds nothing of it any more.
    Raises RefundExceedsCaptured.
    """
    existing = list(Refund.objects.filter(business_key__startswith=f"{business_key}:", charge__job_id=job_id))
    if existing or amount_cents <= 0:
        return existing
    charges = list(
        Charge.objects.select_for_update()
        .filter(job_id=job_id, state=Charge.State.SUCCEEDED)
        .order_by("-succeeded_at", "-id")
    )
    lost = freezing.lost_charges(job_ids=[job_id])
    charges.sort(key=lambda charge: (charge.id in lost, charge.is_outside_stripe))
    available = sum(charge.undrawn_cents for charge in charges)
    if amount_cents > available:
        raise RefundExceedsCaptured(
            f"Only {available} cents of the job's payments are left; {amount_cents} cannot be refunded.",
            available_cents=available,
            asked_cents=amount_cents,
        )
    refunds = []
    for charge, part in _reserve(charges, lost, amount_cents):
        refund_id = uuid7()
        refund = Refund.objects.create(
            id=refund_id,
            charge=charge,
            amount_cents=part,
            currency=charge.currency,
            reason=reason[:200],
            business_key=f"{business_key}:{charge.id}",
            idempotency_key=f"refund:{refund_id}",
            request_body={
                "charge": charge.charge_reference,
                "amount": part,
                "metadata": {"refund_id": str(refund_id), "job_id": str(job_id)},
            },
            due_at=at,
            created_at=at,
        )
        refunds.append(refund)
        if by_hand := freezing.why_by_hand(refund, lost=lost):
            trouble.announce_failed_move(kind="refund", move=refund, charge=charge, reason=by_hand, at=at)
    waking.wake_senders()
    return refunds


def _reserve(charges: list[Charge], lost: set[UUID], cents: int) -> list[tuple[Charge, int]]:
    """How much of it goes back from each charge, in their order."""
    sound = [charge for charge in charges if charge.id not in lost]
    parts = dict.fromkeys((charge.id for charge in charges), 0)
    left = cents
    # First without anybody's help; then the lost ones' room is lent to those that Stripe can refund.
    for candidates, lenders in ((sound, []), (sound, charges), (charges, charges)):
        for charge in candidates:
            taken = covering.take(charge=charge, cents=left, lenders=lenders)
            parts[charge.id] += taken
            left -= taken
    return [(charge, parts[charge.id]) for charge in charges if parts[charge.id]]


def record_paid_back(*, refund_id: UUID, proof: str, actor: Actor, at: datetime) -> None:
    """The operator paid it back from the platform's bank, because Stripe cannot. Raises NothingToPayBack, DisputeOpen.

    `proof`: the bank's reference.
    """
    with transaction.atomic():
        refund = Refund.objects.select_for_update(of=("self",)).select_related("charge").get(id=refund_id)
        if refund.state not in _PAID_BY_HAND_FROM or not freezing.why_by_hand(refund):
            raise NothingToPayBack("Stripe pays this refund, or it is paid back already.", state=refund.state)
        if freezing.undecided_disputes(job_id=refund.charge.job_id).exists():
            raise DisputeOpen(
                "The client disputes a payment of this job with their bank. Wait until that is decided: paid back now, "
                "they might have it twice."
            )
        complete_refund(refund_id=refund_id, provider_reference=proof, actor=actor, at=at, by_hand=True)


def complete_refund(
    *, refund_id: UUID, provider_reference: str, at: datetime, actor: Actor = _STRIPE, by_hand: bool = False
) -> bool:
    """Stripe has refunded it, or the operator `by_hand`: book it, once. False when that was done before."""
    with transaction.atomic():
        refund = Refund.objects.select_for_update(of=("self",)).select_related("charge__job").get(id=refund_id)
        if refund.state == Refund.State.DONE:
            return False
        job = refund.charge.job
        refund.state = Refund.State.DONE
        refund.provider_reference = provider_reference
        refund.done_at = at
        refund.leased_until = None
        refund.last_error = ""
        refund.save(update_fields=["state", "provider_reference", "done_at", "leased_until", "last_error"])
        ledger.post(
            business_key=f"refund:{refund.id}:by_hand" if by_hand else f"refund:{refund.id}",
            kind="refund",
            description=f"Refund for job {job.reference}",
            legs=[
                ledger.debit(Kind.PREPAID_JOB, refund.amount_cents, job.id),
                ledger.credit(Kind.PLATFORM_BANK if by_hand else Kind.STRIPE_BALANCE, refund.amount_cents),
            ],
            currency=refund.currency,
            # The nightly match asks Stripe for it: what the bank paid has no object there.
            source="" if by_hand else provider_reference,
            job_id=job.id,
            at=at,
        )
        audit.record(
            actor=actor,
            action="refund.done",
            subject_kind="refund",
            subject_id=refund.id,
            tenant_id=job.governing_department_id,
            at=at,
            after={"amount_cents": refund.amount_cents, "reference": provider_reference},
        )
        outbox.announce(
            name=events.REFUND_DONE,
            payload={
                "refund_id": str(refund.id),
                "charge_id": str(refund.charge_id),
                "job_id": str(job.id),
                "amount_cents": refund.amount_cents,
                "currency": refund.currency,
            },
            tenant_id=job.governing_department_id,
            at=at,
        )
    return True


def fail_refund(*, refund_id: UUID, reason: str, at: datetime) -> None:
    """Stripe refused it for good. The money stays reserved for the client: it is paid back by hand.

    The client's bank may send back what Stripe had called made: then that is booked back first.
    """
    with transaction.atomic():
        refund = Refund.objects.select_for_update(of=("self",)).select_related("charge__job").get(id=refund_id)
        if refund.state == Refund.State.FAILED or not _unbook(refund, at):
            return
        refund.state = Refund.State.FAILED
        refund.last_error = reason[:2000]
        refund.leased_until = None
        refund.save(update_fields=["state", "last_error", "leased_until"])
        trouble.announce_failed_move(kind="refund", move=refund, charge=refund.charge, reason=reason, at=at)


def _unbook(refund: Refund, at: datetime) -> bool:
    """False when it was made otherwise meanwhile, and stays made."""
    if refund.state != Refund.State.DONE:
        return True
    posted = LedgerTransaction.objects.filter(business_key=f"refund:{refund.id}", reversed_by=None).first()
    if posted is None:
        return False
    ledger.reverse(
        business_key=f"refund:{refund.id}:failed",
        original=posted,
        description=f"Refund for job {refund.charge.job.reference} came back",
        at=at,
    )
    refund.done_at = None
    refund.save(update_fields=["done_at"])
    return True
