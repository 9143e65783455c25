"""Money that must not move: of a job whose payment the client's bank disputes, until that is decided."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet

from billing.models import Dispute, Refund, Transfer
from billing.sending import waking

_DISPUTED = "The client disputes a payment of this job with their bank: it waits until that is decided."
PAID_OUTSIDE = "The client paid this outside of Stripe. Pay it back from the bank, then say so on the money page."
REFUSED = "Stripe refused this refund for good. Pay it back from the bank, then say so on the money page."
TAKEN_BACK = (
    "The client's bank took this payment back for good, so Stripe refunds nothing of it. Pay it back from the bank, "
    "then say so on the money page."
)
UNDECIDED = Q(closed_at=None) | Q(state="lost", decided_at=None)


def undecided_disputes(*, job_id: UUID) -> QuerySet[Dispute]:
    """Open at the bank, or lost and nobody has said yet who bears it."""
    return Dispute.objects.filter(UNDECIDED, job_id=job_id)


def lost_charges(*, job_ids: Collection[UUID]) -> set[UUID]:
    """Payments that a bank took back for good: Stripe refunds nothing of them any more."""
    return set(Dispute.objects.filter(job_id__in=job_ids, state="lost").values_list("charge_id", flat=True))


def why_transfer_waits(transfer: Transfer) -> str:
    """Empty when nothing keeps it."""
    return _DISPUTED if undecided_disputes(job_id=transfer.charge.job_id).exists() else ""


def why_refund_waits(refund: Refund) -> str:
    """One that may have been sent is looked up all the same."""
    if refund.state not in (Refund.State.INTENDED, Refund.State.HELD):
        return ""
    if undecided_disputes(job_id=refund.charge.job_id).exists():
        return "The client disputes a payment of this job with their bank: a refund as well would pay them twice."
    return why_by_hand(refund)


def why_by_hand(refund: Refund, *, lost: Collection[UUID] | None = None) -> str:
    """Why Stripe cannot make it, so that it is paid from the bank; empty when Stripe can.

    `lost`: `lost_charges`, where they are known already.
    """
    if refund.state == Refund.State.FAILED:
        return REFUSED
    if refund.charge.is_outside_stripe:
        return PAID_OUTSIDE
    if lost is None:
        lost = lost_charges(job_ids=[refund.charge.job_id])
    return TAKEN_BACK if refund.charge_id in lost else ""


def freeze(*, job_id: UUID) -> None:
    """So that everybody sees it at once; the sender would hold them anyway when their time comes."""
    Transfer.objects.filter(charge__job_id=job_id, state=Transfer.State.INTENDED).update(
        state=Transfer.State.HELD, last_error=_DISPUTED
    )


def release(*, job_id: UUID) -> None:
    """Whatever was held waits for its day again; what is held for another reason will be held again."""
    if undecided_disputes(job_id=job_id).exists():
        return
    Transfer.objects.filter(charge__job_id=job_id, state=Transfer.State.HELD).update(state=Transfer.State.INTENDED)
    Refund.objects.filter(charge__job_id=job_id, state=Refund.State.HELD).update(state=Refund.State.INTENDED)
    waking.wake_senders()
