"""Alerts: opened once for each occasion, escalated until somebody looks after it, resolved when it is over.

Whoever opens or resolves holds the shift's lock.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from departments.policy.service_levels import ServiceLevels
from kernel import audit, outbox
from kernel.actors import Actor, system
from kernel.errors import NotFound
from marketplace import events
from marketplace.assigning import locked_shift
from marketplace.models import Alert, Assignment, Job, Shift
from marketplace.scanning import move_each
from marketplace.service_levels import levels_at

_TIMER = system("alert timer")
_BATCH = 500
# Hours that are still open then are a matter of the timesheet, not of the day.
OVER_AFTER = timedelta(hours=2)
# An officer is reminded; everything else is told to a desk, and to the next of the escalation.
_ESCALATING = frozenset(Alert.Kind.values) - {Alert.Kind.REMINDER}


def open_alert(
    *, kind: str, assignment: Assignment, levels: ServiceLevels, at: datetime, occasion: str = ""
) -> Alert | None:
    """Announces marketplace.alert_opened. None when it was opened before. `assignment` has its shift and job."""
    if Alert.objects.filter(assignment=assignment, kind=kind).filter(Q(occasion=occasion) | Q(resolved_at=None)):
        return None
    return _open(kind, shift=assignment.shift, assignment=assignment, levels=levels, at=at, occasion=occasion)


def open_for_shift(*, kind: str, shift: Shift, levels: ServiceLevels, at: datetime) -> Alert | None:
    """Of a shift and nobody on it, once. Announces marketplace.alert_opened. `shift` has its job."""
    if Alert.objects.filter(shift=shift, assignment=None, kind=kind).exists():
        return None
    return _open(kind, shift=shift, assignment=None, levels=levels, at=at)


def _open(
    kind: str, *, shift: Shift, assignment: Assignment | None, levels: ServiceLevels, at: datetime, occasion: str = ""
) -> Alert:
    job = shift.job
    alert = Alert.objects.create(
        kind=kind,
        occasion=occasion,
        department_id=shift.governing_department_id,
        agency_id=job.agency_id if job.route == Job.Route.AGENCY else None,
        shift=shift,
        assignment=assignment,
        opened_at=at,
        escalate_at=_next_step_at(levels, level=0, at=at) if kind in _ESCALATING else None,
        client_due_at=(
            max(at, shift.starts_at + timedelta(minutes=levels.client_minutes))
            if kind == Alert.Kind.LATE and levels.client_minutes
            else None
        ),
    )
    _announce(events.ALERT_OPENED, alert, at)
    return alert


def resolve(*, assignment_id: UUID, at: datetime, but: Collection[str] = ()) -> int:
    """All that is open of the assignment, except these kinds."""
    return (
        Alert.objects.filter(assignment_id=assignment_id, resolved_at=None)
        .exclude(kind__in=but)
        .update(resolved_at=at, escalate_at=None, client_due_at=None)
    )


def resolve_of_shift(*, shift_id: UUID, kind: str, at: datetime) -> int:
    """What is open of the shift and of nobody on it."""
    return Alert.objects.filter(shift_id=shift_id, assignment=None, kind=kind, resolved_at=None).update(
        resolved_at=at, escalate_at=None, client_due_at=None
    )


def acknowledge(
    *, alert_id: UUID, actor: Actor, at: datetime, department_id: UUID | None = None, agency_id: UUID | None = None
) -> Alert:
    """Somebody at the governing department's desk, or at that of the agency that supplies the job, looks after it:
    nobody else is told any more. A second person's word changes nothing. Raises NotFound."""
    found = alert_for(alert_id=alert_id, department_id=department_id, agency_id=agency_id)
    with transaction.atomic():
        locked_shift(found.shift_id)
        alert = Alert.objects.select_for_update().get(id=alert_id)
        if alert.acknowledged_at is not None:
            return alert
        alert.acknowledged_at = at
        alert.acknowledged_by_person_id = actor.person_id
        alert.acknowledged_by = actor.label[:200]
        alert.escalate_at = None
        if alert.kind == Alert.Kind.LEFT_EARLY and alert.resolved_at is None:
            # Nothing will change any more: that it was seen is the end of it.
            alert.resolved_at = at
        alert.save(
            update_fields=[
                *("acknowledged_at", "acknowledged_by_person_id", "acknowledged_by", "escalate_at", "resolved_at")
            ]
        )
        audit.record(
            actor=actor,
            action="alert.acknowledged",
            subject_kind="assignment" if alert.assignment_id else "shift",
            subject_id=alert.assignment_id or alert.shift_id,
            tenant_id=alert.department_id,
            at=at,
            after={"alert_id": str(alert.id), "kind": alert.kind, "level": alert.level},
        )
    return alert


def alert_for(*, alert_id: UUID, department_id: UUID | None = None, agency_id: UUID | None = None) -> Alert:
    """With its assignment, officer, position, shift, job and venue. Raises NotFound, also for another tenant's."""
    found = told_to(department_id=department_id, agency_id=agency_id).filter(id=alert_id).first()
    if found is None:
        raise NotFound("There is no such alert.")
    return found


def expected_in(alert: Alert) -> Assignment:
    """Of whom it is. Raises NotFound for an empty place: nobody was to come."""
    if alert.assignment is None:
        raise NotFound("Nobody was to fill this place.")
    return alert.assignment


def open_alerts(*, department_id: UUID | None = None, agency_id: UUID | None = None) -> list[Alert]:
    """Of the desk, those nobody looks after first, then the newest. One query."""
    found = told_to(department_id=department_id, agency_id=agency_id).filter(resolved_at=None)
    rows = list(found.order_by("-opened_at", "-id")[:_BATCH])
    return sorted(rows, key=lambda one: one.acknowledged_at is not None)


def told_to(*, department_id: UUID | None = None, agency_id: UUID | None = None) -> "QuerySet[Alert]":
    """What this desk hears of: what an officer alone is told is not there. Exactly one desk is asked for."""
    if (department_id is None) == (agency_id is None):
        raise ValueError("Ask for one department's alerts or for one agency's.")
    desk = Q(department_id=department_id) if department_id is not None else Q(agency_id=agency_id)
    return Alert.objects.filter(desk, kind__in=_ESCALATING).select_related(
        "assignment__officer", "assignment__position", "shift__job__venue", "shift__job__client"
    )


def scan_escalations(*, at: datetime) -> int:
    """Alerts that nobody looks after go to the next step; clients hear when their time has come."""
    due = Alert.objects.filter(resolved_at=None).filter(Q(escalate_at__lte=at) | Q(client_due_at__lte=at))
    return move_each(due.values_list("id", flat=True)[:_BATCH], lambda alert_id: _escalate(alert_id, at))


def scan_over(*, at: datetime) -> int:
    """Alerts of work that is long over: what is left of it are hours."""
    over = Alert.objects.filter(resolved_at=None, assignment__authorised_ends_at__lte=at - OVER_AFTER)
    ids = list(over.values_list("id", flat=True)[:_BATCH])
    return Alert.objects.filter(id__in=ids, resolved_at=None).update(
        resolved_at=at, escalate_at=None, client_due_at=None
    )


def _escalate(alert_id: UUID, at: datetime) -> bool:
    with transaction.atomic():
        alert = (
            Alert.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("shift")
            .filter(id=alert_id, resolved_at=None)
            .first()
        )
        if alert is None:
            return False
        is_client_due = alert.client_due_at is not None and alert.client_due_at <= at
        is_due = alert.escalate_at is not None and alert.escalate_at <= at
        if is_client_due:
            alert.client_due_at = None
            _announce(events.CLIENT_ALERT_DUE, alert, at)
        if is_due:
            levels = levels_at(department_id=alert.department_id, at=alert.shift.starts_at)
            alert.level += 1
            alert.escalate_at = _next_step_at(levels, level=alert.level, at=at)
            _announce(events.ALERT_ESCALATED, alert, at)
        alert.save(update_fields=["client_due_at", "level", "escalate_at"])
    return is_client_due or is_due


def step_role(levels: ServiceLevels, *, level: int) -> str:
    """Who is told at that level; 0 is the desk itself. The last step is repeated."""
    if level == 0 or not levels.escalation:
        return "coordinator"
    return levels.escalation[min(level, len(levels.escalation)) - 1].role


def _next_step_at(levels: ServiceLevels, *, level: int, at: datetime) -> datetime | None:
    if not levels.escalation:
        return None
    step = levels.escalation[min(level, len(levels.escalation) - 1)]
    return at + timedelta(minutes=step.after_minutes)


def _announce(name: str, alert: Alert, at: datetime) -> None:
    outbox.announce(
        name=name, payload={"alert_id": str(alert.id), "level": alert.level}, tenant_id=alert.department_id, at=at
    )
