"""A client takes a payment to their bank: what Stripe says of it, booked once, and the job's money kept still.

Stripe takes the amount and a fee at once, and gives the amount back when the dispute is won. Who bears a lost one is
decided by the operator in `dispute_losses`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import DatabaseError, transaction

from billing import events
from billing.books import ledger
from billing.books.chart import Kind
from billing.contested import freezing
from billing.models import Charge, Dispute, LedgerTransaction
from billing.sending import stripe_port
from kernel import audit, outbox
from kernel.actors import provider
from marketplace.models import Job

WON: Final = "won"
LOST: Final = "lost"
CLOSED_STATES: Final = (WON, LOST, "warning_closed", "prevented")
ANSWERABLE_STATES: Final = ("needs_response", "warning_needs_response")
_LOOK_BACK: Final = timedelta(days=3)
_STRIPE = provider("Stripe")
logger = logging.getLogger(__name__)


def apply(*, fetched: Mapping[str, Any], at: datetime) -> Dispute | None:
    """A dispute as Stripe has it now; None when it is of no payment of ours. Safe to repeat, in any order."""
    reference = fetched["charge"]
    job_id = Charge.objects.filter(charge_reference=reference).values_list("job_id", flat=True).first()
    if job_id is None:
        return None
    with transaction.atomic():
        job = Job.objects.select_for_update().get(id=job_id)
        dispute = Dispute.objects.select_for_update().filter(provider_reference=fetched["id"]).first()
        is_new = dispute is None
        if dispute is None:
            charge = Charge.objects.get(charge_reference=reference)
            dispute = _open(charge, fetched, at)
        was_closed = dispute.closed_at is not None
        dispute.state = fetched["status"]
        dispute.evidence_due_at = _moment((fetched.get("evidence_details") or {}).get("due_by"))
        if dispute.state in CLOSED_STATES:
            dispute.closed_at = dispute.closed_at or at
        movements = _new_movements(dispute, fetched)
        late = set()
        for movement in movements:
            dispute.fee_cents += movement["fee"]
            if movement["amount"] < 0:
                dispute.withdrawn_cents -= movement["amount"]
            else:
                dispute.reinstated_cents += movement["amount"]
            # Given back after the operator had decided: the bank holds it no more, and it is our loss that shrinks.
            if dispute.decided_at is not None and 0 < movement["amount"] <= dispute.loss_cents:
                dispute.loss_cents -= movement["amount"]
                late.add(movement["id"])
        dispute.save()
        if dispute.closed_at is None:
            freezing.freeze(job_id=job.id)
        elif not was_closed:
            freezing.release(job_id=job.id)
        if is_new or was_closed != (dispute.closed_at is not None):
            _tell(dispute, job, at)
        for movement in movements:
            _post(dispute, job, movement, from_loss=movement["id"] in late, at=at)
    return dispute


def refresh(*, dispute: Dispute, at: datetime) -> Dispute:
    """Ask Stripe how it stands. Raises PaymentServiceUnavailable."""
    fetched = stripe_port.ask(lambda: stripe_port.client().v1.disputes.retrieve(dispute.provider_reference))
    return apply(fetched=stripe_port.plain(fetched), at=at) or dispute


def sweep(*, at: datetime, limit: int = 50) -> int:
    """What lost webhooks would have told: recent disputes, and what became of those that are open."""
    since = int((at - _LOOK_BACK).timestamp())
    listed = stripe_port.client().v1.disputes.list({"created": {"gte": since}, "limit": 100})
    seen = set()
    for found in listed.auto_paging_iter():
        seen.add(found.id)
        try:
            apply(fetched=stripe_port.plain(found), at=at)
        except DatabaseError:
            # What the books refuse is the nightly match's to name; the other disputes are read all the same.
            logger.exception("Dispute %s cannot be booked.", found.id)
    waiting = Dispute.objects.filter(closed_at=None).exclude(provider_reference__in=seen).order_by("opened_at")[:limit]
    for dispute in waiting:
        refresh(dispute=dispute, at=at)
    return len(seen) + len(waiting)


def _open(charge: Charge, fetched: Mapping[str, Any], at: datetime) -> Dispute:
    return Dispute.objects.create(
        charge=charge,
        job_id=charge.job_id,
        provider_reference=fetched["id"],
        state=fetched["status"],
        stripe_reason=str(fetched.get("reason") or "")[:60],
        amount_cents=fetched["amount"],
        currency=str(fetched["currency"]).upper(),
        opened_at=at,
    )


def _new_movements(dispute: Dispute, fetched: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    movements = list(fetched.get("balance_transactions") or [])
    keys = {_key(dispute, movement): movement for movement in movements}
    booked = LedgerTransaction.objects.filter(business_key__in=keys).values_list("business_key", flat=True)
    return [keys[key] for key in keys.keys() - set(booked)]


def _key(dispute: Dispute, movement: Mapping[str, Any]) -> str:
    return f"dispute:{dispute.id}:{movement['id']}"


def _post(dispute: Dispute, job: Job, movement: Mapping[str, Any], *, from_loss: bool, at: datetime) -> None:
    amount, fee = int(movement["amount"]), int(movement["fee"])
    moves = [
        (Kind.DISPUTE_LOSS, -amount, None) if from_loss else (Kind.DISPUTED_JOB, -amount, job.id),
        (Kind.PROCESSING_EXPENSE, fee, None),
        (Kind.STRIPE_BALANCE, amount - fee, None),
    ]
    ledger.post(
        business_key=_key(dispute, movement),
        kind="dispute",
        description=f"Dispute {dispute.provider_reference} of job {job.reference}",
        legs=[
            ledger.debit(kind, cents, owner_id) if cents >= 0 else ledger.credit(kind, -cents, owner_id)
            for kind, cents, owner_id in moves
        ],
        currency=dispute.currency,
        job_id=job.id,
        source=dispute.provider_reference,
        at=at,
    )


def _tell(dispute: Dispute, job: Job, at: datetime) -> None:
    is_open = dispute.closed_at is None
    audit.record(
        actor=_STRIPE,
        action="dispute.opened" if is_open else "dispute.closed",
        subject_kind="dispute",
        subject_id=dispute.id,
        tenant_id=job.governing_department_id,
        at=at,
        after={"state": dispute.state, "amount_cents": dispute.amount_cents, "reference": dispute.provider_reference},
    )
    payload = {
        "dispute_id": str(dispute.id),
        "job_id": str(job.id),
        "amount_cents": dispute.amount_cents,
        "currency": dispute.currency,
    }
    if is_open:
        due_at = dispute.evidence_due_at
        payload["evidence_due_at"] = due_at.isoformat() if due_at else ""
    else:
        payload["outcome"] = dispute.state
    outbox.announce(
        name=events.DISPUTE_OPENED if is_open else events.DISPUTE_CLOSED,
        payload=payload,
        tenant_id=job.governing_department_id,
        at=at,
    )


def _moment(seconds: Any) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
