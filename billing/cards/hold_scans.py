"""Holds by the clock: made shortly before a shift, alarmed and taken before they lapse, given back when not needed."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from billing import events
from billing.bills import coverage
from billing.cards import holds
from billing.models import Charge, Contract, HoldEnding, Settlement
from kernel import outbox
from marketplace.models import Assignment, Job, Shift

# A merchant's hold on a Visa card lasts 4 days 18 hours: earlier than this before the start it would end too soon.
LONGEST_BEFORE_START = timedelta(hours=72)
ALARM_BEFORE_LAPSE = timedelta(hours=24)
TAKE_BEFORE_LAPSE = timedelta(hours=3)
_BATCH = 100
_STAFFED = (Shift.State.PART_STAFFED, Shift.State.STAFFED)


def hold_window() -> timedelta:
    return min(timedelta(hours=settings.CARD_HOLD_HOURS_BEFORE_START), LONGEST_BEFORE_START)


def scan_holds(*, at: datetime) -> int:
    """Shifts with officers that begin soon, are paid by a saved card, and are not held yet."""
    due = Shift.objects.filter(
        job__contracts__state=Contract.State.ACCEPTED,
        job__contracts__way=Contract.Way.CARD_ON_FILE,
        job__state=Job.State.CONTRACTED,
        state__in=_STAFFED,
        starts_at__gt=at,
        starts_at__lte=at + hold_window(),
        holds=None,
        payment_demands=None,
    ).order_by("starts_at")
    return sum(_hold(shift_id, job_id, at) for shift_id, job_id in list(due.values_list("id", "job_id")[:_BATCH]))


def scan_unneeded(*, at: datetime) -> int:
    """Held for a shift that does not take place, or by a contract that is paid another way now."""
    idle = _idle().filter(
        Q(shift__state__in=holds.OVER_WITHOUT_WORK)
        | Q(job__state=Job.State.CANCELLED)
        | Q(shift__settlement__isnull=False)
    )
    return sum(_end(charge_id, job_id, HoldEnding.Kind.CANCEL, at) for charge_id, job_id in _named(idle))


def scan_lapsing(*, at: datetime) -> int:
    """Alarm a day before a hold lapses; take it whole in the last hours. What was too much is refunded when billed."""
    alarmed = 0
    for charge in _idle().filter(alarmed_at=None, capture_before__lte=at + ALARM_BEFORE_LAPSE).select_related("job"):
        with transaction.atomic():
            if Charge.objects.filter(id=charge.id, alarmed_at=None).update(alarmed_at=at):
                _alarm(charge, at)
                alarmed += 1
    last = _idle().filter(capture_before__lte=at + TAKE_BEFORE_LAPSE, shift__starts_at__lte=at)
    for charge_id, job_id in _named(last):
        _end(charge_id, job_id, HoldEnding.Kind.CAPTURE, at)
    return alarmed


def _idle() -> QuerySet[Charge]:
    return Charge.objects.filter(kind=Charge.Kind.HOLD, state=Charge.State.AUTHORISED, ending=None)


def _named(charges: QuerySet[Charge]) -> list[tuple[UUID, UUID]]:
    return list(charges.order_by("capture_before").values_list("id", "job_id")[:_BATCH])


def _hold(shift_id: UUID, job_id: UUID, at: datetime) -> bool:
    with transaction.atomic():
        job = Job.objects.select_for_update(of=("self",)).select_related("client").get(id=job_id)
        shift = Shift.objects.select_for_update().get(id=shift_id)
        shift.job = job
        contract = coverage.accepted_contract(job_id=job_id)
        live = Assignment.objects.filter(shift=shift, state__in=Assignment.COMMITTED_STATES)
        taken = Charge.objects.filter(shift=shift).exists() or Settlement.objects.filter(shift=shift).exists()
        if contract is None or contract.way != Contract.Way.CARD_ON_FILE or taken or shift.state not in _STAFFED:
            return False
        cents = coverage.contracted_cents(contract=contract, shift_id=shift.id)
        if not live.exists() or cents < coverage.SMALLEST_CHARGE_CENTS:
            return False
        holds.intend_hold(contract=contract, shift=shift, amount_cents=cents, at=at)
    return True


def _end(charge_id: UUID, job_id: UUID, kind: HoldEnding.Kind, at: datetime) -> bool:
    with transaction.atomic():
        Job.objects.select_for_update().get(id=job_id)
        charge = Charge.objects.select_for_update(of=("self",)).get(id=charge_id)
        if charge.state != Charge.State.AUTHORISED:
            return False
        holds.end_hold(charge=charge, kind=kind, amount_cents=charge.amount_cents, at=at)
    return True


def _alarm(charge: Charge, at: datetime) -> None:
    outbox.announce(
        name=events.HOLD_LAPSING,
        payload={
            "charge_id": str(charge.id),
            "job_id": str(charge.job_id),
            "shift_id": str(charge.shift_id),
            "amount_cents": charge.amount_cents,
            "currency": charge.currency,
            "capture_before": charge.capture_before.isoformat() if charge.capture_before else "",
        },
        tenant_id=charge.job.governing_department_id,
        at=at,
    )
