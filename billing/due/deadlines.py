"""Payment deadlines: reminders, and what happens when one is missed: officers are released, nothing is charged."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing import events
from billing.bills import coverage
from billing.due import demands
from billing.models import Charge, PaymentDemand
from billing.receiving import checkout
from kernel import audit
from kernel.actors import system
from kernel.subscriptions import Event
from marketplace import shifts, unpaid
from marketplace.models import Job, Shift

logger = logging.getLogger(__name__)

_DEADLINES = system("payment deadline")
_BATCH = 100
_RELEASE = "The client did not pay in time, so this job does not take place. You are released."


def scan_deadlines(*, at: datetime) -> int:
    """Demands whose deadline has come. Asks Stripe first, so that a payment whose message is late still counts.

    Call it outside of a transaction. Returns how many were missed.
    """
    due = PaymentDemand.objects.filter(state__in=PaymentDemand.OPEN_STATES, deadline_at__lte=at).order_by("deadline_at")
    missed = 0
    for demand_id, job_id in list(due.values_list("id", "job_id")[:_BATCH]):
        try:
            checkout.refresh_job(job_id=job_id, at=at)
            if miss(demand_id=demand_id, at=at):
                missed += 1
                _close_pages(job_id=job_id, at=at)
        except Exception:
            # One broken job must not keep the officers of the others waiting.
            logger.exception("The payment deadline of job %s could not be kept; the next scan tries again.", job_id)
    return missed


def scan_reminders(*, at: datetime) -> int:
    due = PaymentDemand.objects.filter(state=PaymentDemand.State.ASKED, remind_at__lte=at).order_by("remind_at")
    reminded = 0
    for demand_id in list(due.values_list("id", flat=True)[:_BATCH]):
        with transaction.atomic():
            demand = (
                PaymentDemand.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("job")
                .filter(id=demand_id, state=PaymentDemand.State.ASKED, remind_at__lte=at)
                .first()
            )
            if demand is not None:
                demand.remind_at = None
                demand.save(update_fields=["remind_at"])
                demands.announce(demand, events.PAYMENT_REMINDED, at)
                reminded += 1
    return reminded


def miss(*, demand_id: UUID, at: datetime) -> bool:
    """Release the officers and close what was not paid, unless it was paid, or the deadline moved, meanwhile.

    Nothing is charged: a deposit goes back whole. False when there was nothing to close.
    """
    job_id = PaymentDemand.objects.values_list("job_id", flat=True).get(id=demand_id)
    with transaction.atomic():
        # The same lock that a payment takes: whoever comes second sees what the first has done.
        job = Job.objects.select_for_update().get(id=job_id)
        demand = PaymentDemand.objects.select_for_update(of=("self",)).select_related("job", "shift").get(id=demand_id)
        if demand.state not in PaymentDemand.OPEN_STATES or demand.deadline_at > at:
            return False
        if job.state != Job.State.CONTRACTED:
            _withdraw(job_id, at)
            return False
        if _waits_for_bank(demand, at):
            demand.deadline_at = demands.latest_deadline(demand)
            demand.save(update_fields=["deadline_at"])
            return False
        if demand.state == PaymentDemand.State.WAITING and _passes_to_next_date(demand, at):
            return False
        demand.state = PaymentDemand.State.MISSED
        demand.ended_at = at
        demand.save(update_fields=["state", "ended_at"])
        chosen = [demand.shift_id] if demand.shift_id else None
        released = unpaid.close_unpaid(job_id=job_id, shift_ids=chosen, reason=_RELEASE, actor=_DEADLINES, at=at)
        job = Job.objects.get(id=job_id)
        if job.state == Job.State.CANCELLED and coverage.captured_cents(job_id=job_id):
            # Finishes the cancelled shifts, so that the deposit is settled at zero and refunded.
            shifts.mark_funded(job_id=job_id, at=at, actor=_DEADLINES)
        audit.record(
            actor=_DEADLINES,
            action="payment.missed",
            subject_kind="job",
            subject_id=job_id,
            tenant_id=job.governing_department_id,
            at=at,
            after={"amount_cents": demand.amount_cents, "officers_released": released, "job": job.state},
        )
        demands.announce(demand, events.PAYMENT_MISSED, at)
    return True


def on_job_ended(*, event: Event, at: datetime) -> None:
    """marketplace.job_withdrawn and job_lapsed: nothing is due any more, and a deposit goes back whole."""
    job_id = UUID(event.payload["job_id"])
    Job.objects.select_for_update().get(id=job_id)
    _withdraw(job_id, at)
    if coverage.captured_cents(job_id=job_id):
        shifts.mark_funded(job_id=job_id, at=at, actor=_DEADLINES)


def _withdraw(job_id: UUID, at: datetime) -> None:
    PaymentDemand.objects.filter(job_id=job_id, state__in=PaymentDemand.OPEN_STATES).update(
        state=PaymentDemand.State.WITHDRAWN, ended_at=at
    )


def _passes_to_next_date(demand: PaymentDemand, at: datetime) -> bool:
    """Nobody is assigned to any date: those that begin now close, so that nobody takes them unpaid; the others stay."""
    later = demands.next_deadline(demand, at=at)
    if later is None:
        return False
    imminent = Shift.objects.filter(job_id=demand.job_id, starts_at__lte=at + demands.LAST_MOMENT)
    chosen = list(imminent.values_list("id", flat=True))
    unpaid.close_unpaid(job_id=demand.job_id, shift_ids=chosen, reason=_RELEASE, actor=_DEADLINES, at=at)
    demand.deadline_at = later
    demand.save(update_fields=["deadline_at"])
    return True


def _waits_for_bank(demand: PaymentDemand, at: datetime) -> bool:
    """A bank debit is on its way: it may take until the last moment before the start."""
    processing = Charge.objects.filter(job_id=demand.job_id, state=Charge.State.PROCESSING)
    return processing.exists() and at < demands.latest_deadline(demand)


def _close_pages(*, job_id: UUID, at: datetime) -> None:
    """A page that is still open would take money for nothing. What is paid all the same goes back by itself."""
    pages = Charge.objects.filter(job_id=job_id, kind=Charge.Kind.CHECKOUT, state=Charge.State.OPEN)
    if Job.objects.filter(id=job_id, state=Job.State.CANCELLED).exists():
        for charge_id in list(pages.values_list("id", flat=True)):
            checkout.close_session(charge_id=charge_id, at=at)
