"""Money that is due after officers were invited: asked for, reminded of, and missed at its deadline.

A demand is a row from the moment that the job opens unpaid, so nothing that dies in between can leave officers working
without anybody having paid: the scan finds the deadline.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from billing import events
from billing.agreeing.agreed_terms import AgreedTerms
from billing.bills import coverage
from billing.models import Contract, PaymentDemand
from kernel import audit, outbox
from kernel.actors import SYSTEM
from kernel.subscriptions import Event
from marketplace.models import Assignment, Job, Shift
from marketplace.numbering import CANCELLED_NUMBERS_FROM

# Nobody is released later than this before the start: they must not be on their way.
LAST_MOMENT = timedelta(hours=2)
# Whoever is asked late gets this long, as far as the last moment allows.
SHORTEST_NOTICE = timedelta(hours=12)
REMINDER_BEFORE_DEADLINE = timedelta(hours=24)


def follow(*, contract: Contract, at: datetime) -> None:
    """Bring the job's demands in line with what is due now. Needs the job's lock; every change of money calls it."""
    due = coverage.due_cents(contract=contract)
    covered = due + coverage.pending_cents(job_id=contract.job_id) < coverage.SMALLEST_CHARGE_CENTS
    open_demands = PaymentDemand.objects.select_for_update().filter(
        job_id=contract.job_id, state__in=PaymentDemand.OPEN_STATES
    )
    if covered:
        for demand in open_demands:
            _end(demand, PaymentDemand.State.PAID, at)
    elif _is_after_award(contract) and not open_demands.filter(shift=None).exists():
        _await_award(contract, at)


def on_assignment_confirmed(*, event: Event, at: datetime) -> None:
    """marketplace.assignment_confirmed: the first officer is found, so the client is asked to pay."""
    job_id = Assignment.objects.values_list("shift__job_id", flat=True).get(id=event.payload["assignment_id"])
    if not PaymentDemand.objects.filter(job_id=job_id, shift=None, state=PaymentDemand.State.WAITING).exists():
        return
    Job.objects.select_for_update().get(id=job_id)
    demand = (
        PaymentDemand.objects.select_for_update(of=("self",))
        .select_related("job")
        .filter(job_id=job_id, shift=None, state=PaymentDemand.State.WAITING)
        .first()
    )
    if demand is not None:
        _ask_for_job(demand, at)


def ask_for_shift(*, contract: Contract, shift: Shift, amount_cents: int, reason: str, at: datetime) -> PaymentDemand:
    """The saved card cannot be held for this shift: it is to be paid by hand. Needs the locks of job and shift."""
    deadline = min(at + SHORTEST_NOTICE, shift.starts_at - LAST_MOMENT)
    demand, is_new = PaymentDemand.objects.get_or_create(
        shift=shift,
        defaults={
            "job": shift.job,
            "contract": contract,
            "state": PaymentDemand.State.ASKED,
            "reason": reason[:500],
            "amount_cents": amount_cents,
            "currency": contract.currency,
            "deadline_at": deadline,
            "asked_at": at,
            "remind_at": _reminder(at, deadline),
            "created_at": at,
        },
    )
    if is_new:
        announce(demand, events.PAYMENT_DUE, at)
    return demand


def latest_deadline(demand: PaymentDemand) -> datetime:
    """Two hours before the first start that the money is for."""
    if demand.shift_id and demand.shift is not None:
        return demand.shift.starts_at - LAST_MOMENT
    return _first_start(demand.job_id) - LAST_MOMENT


def next_deadline(demand: PaymentDemand, *, at: datetime) -> datetime | None:
    """Where nobody was found for the first dates: the last moment of the next one that is still to come."""
    start = _live_shifts(demand.job_id).filter(starts_at__gt=at + LAST_MOMENT).values_list("starts_at", flat=True)
    return start[0] - LAST_MOMENT if start else None


def announce(demand: PaymentDemand, name: str, at: datetime) -> None:
    outbox.announce(
        name=name,
        payload={
            "demand_id": str(demand.id),
            "job_id": str(demand.job_id),
            "amount_cents": demand.amount_cents,
            "currency": demand.currency,
            "deadline_at": demand.deadline_at.isoformat(),
        },
        tenant_id=demand.job.governing_department_id,
        at=at,
    )


def _await_award(contract: Contract, at: datetime) -> None:
    demand = PaymentDemand.objects.create(
        job=contract.job,
        contract=contract,
        state=PaymentDemand.State.WAITING,
        currency=contract.currency,
        deadline_at=_first_start(contract.job_id) - LAST_MOMENT,
        created_at=at,
    )
    live = Assignment.objects.filter(shift__job_id=contract.job_id, state__in=Assignment.COMMITTED_STATES)
    if live.exists():
        _ask_for_job(demand, at)


def _ask_for_job(demand: PaymentDemand, at: datetime) -> None:
    contract = coverage.accepted_contract(job_id=demand.job_id) or demand.contract
    agreed = AgreedTerms.from_json(contract.payment_terms).deadline_at
    wanted = max(agreed, at + SHORTEST_NOTICE) if agreed else at + SHORTEST_NOTICE
    demand.contract = contract
    demand.state = PaymentDemand.State.ASKED
    demand.amount_cents = max(coverage.due_cents(contract=contract), 0)
    demand.deadline_at = min(wanted, _first_start(demand.job_id) - LAST_MOMENT)
    demand.asked_at = at
    demand.remind_at = _reminder(at, demand.deadline_at)
    demand.save()
    audit.record(
        actor=SYSTEM,
        action="payment.asked",
        subject_kind="job",
        subject_id=demand.job_id,
        tenant_id=demand.job.governing_department_id,
        at=at,
        after={"amount_cents": demand.amount_cents, "deadline_at": demand.deadline_at.isoformat()},
    )
    announce(demand, events.PAYMENT_DUE, at)


def _reminder(asked_at: datetime, deadline_at: datetime) -> datetime | None:
    """A day before the deadline; halfway where that is less than a day after the question. None: too short for one."""
    halfway = asked_at + (deadline_at - asked_at) / 2
    return max(halfway, deadline_at - REMINDER_BEFORE_DEADLINE) if halfway - asked_at > timedelta(hours=1) else None


def _is_after_award(contract: Contract) -> bool:
    terms = AgreedTerms.from_json(contract.payment_terms)
    return contract.way == Contract.Way.PREPAID and terms.is_after_award(
        agreed_at=contract.accepted_at or contract.offered_at
    )


def _first_start(job_id: UUID) -> datetime:
    """Of the dates that are still to take place; once all are over, of the last."""
    starts = _live_shifts(job_id).values_list("starts_at", flat=True)
    return starts[0] if starts else Shift.objects.filter(job_id=job_id).latest("starts_at").starts_at


def _live_shifts(job_id: UUID) -> QuerySet[Shift]:
    return (
        Shift.objects.filter(job_id=job_id, number__lt=CANCELLED_NUMBERS_FROM)
        .exclude(state__in=(Shift.State.CANCELLED, Shift.State.EXPIRED))
        .order_by("starts_at")
    )


def _end(demand: PaymentDemand, state: PaymentDemand.State, at: datetime) -> None:
    demand.state = state
    demand.ended_at = at
    demand.save(update_fields=["state", "ended_at"])
