"""What an officer tells between clocking in and out: stored once, and the hours made again where they exist already.

Lock order: shift, officer, assignment.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction

from kernel import audit, outbox
from kernel.actors import Actor
from marketplace import refusals
from marketplace.duty_pieces import State, state_at
from marketplace.field_items import FieldItem
from marketplace.lateness import Moment, moment_of
from marketplace.models import Assignment, ClockEvent, DutyEvent, Timesheet
from marketplace.on_site import locked_own_assignment
from marketplace.presence import let_lapse_while_away
from marketplace.timesheets import hold_timesheet, restate_timesheet

Check = Callable[[State], None]


def record_duty_event(
    *,
    item: FieldItem,
    kind: str,
    check: Check,
    announces: str,
    category: str = "",
    report_number: str = "",
    needs_clock_in: bool = True,
) -> DutyEvent:
    """Store one event; the same `punch_id` again answers with the same row. `check` sees the state at that time.

    More than 24 hours late, or after the hours were decided, it is evidence: a supervisor sets the hours.
    Raises NotYourShift, PunchConflict, NotClockedIn, AssignmentEnded, and what `check` raises.
    """
    moment = moment_of(client_at=item.client_at, sent_late=item.sent_late, at=item.at)
    try:
        with transaction.atomic():
            assignment = locked_own_assignment(item.officer, item.assignment_id)
            stored = DutyEvent.objects.filter(punch_id=item.punch_id).first()
            if stored is not None:
                if stored.assignment_id != assignment.id or stored.kind != kind:
                    raise refusals.PunchConflict()
                return stored
            _refuse_when_elsewhere(assignment, moment, needs_clock_in=needs_clock_in)
            told = list(assignment.duty_events.filter(counts=True))
            check(state_at(told, moment.happened_at))
            sheet = Timesheet.objects.select_for_update().filter(assignment=assignment).first()
            changes_hours = kind != DutyEvent.Kind.INCIDENT
            is_open = sheet is None or sheet.state == Timesheet.State.SUBMITTED
            # Hours without a clock-in are a coordinator's word, which no phone changes.
            is_stated = sheet is None or assignment.clock_events.filter(kind=ClockEvent.Kind.IN).exists()
            event = DutyEvent.objects.create(
                punch_id=item.punch_id,
                assignment=assignment,
                kind=kind,
                category=category,
                report_number=report_number,
                received_at=item.at,
                client_at=item.client_at,
                happened_at=moment.happened_at,
                counts=not changes_hours or (is_open and is_stated and not moment.needs_supervisor),
                device_id=item.device_id[:64],
                address=item.actor.address[:64],
                user_agent=item.actor.user_agent[:300],
            )
            _record(event, assignment, announces, actor=item.actor, at=item.at)
            if changes_hours and event.counts:
                let_lapse_while_away(assignment=assignment, at=item.at)
            if sheet is not None and is_open and changes_hours:
                sheet.assignment = assignment
                if event.counts:
                    restate_timesheet(timesheet=sheet, actor=item.actor, at=item.at)
                else:
                    hold_timesheet(timesheet=sheet, actor=item.actor, at=item.at)
    except IntegrityError as error:
        if "punch_id" in str(error):
            raise refusals.PunchConflict() from error
        raise
    return event


def _refuse_when_elsewhere(assignment: Assignment, moment: Moment, *, needs_clock_in: bool) -> None:
    if assignment.state == Assignment.State.CONFIRMED and not needs_clock_in:
        return
    if assignment.state == Assignment.State.CONFIRMED:
        raise refusals.NotClockedIn()
    if assignment.state not in (Assignment.State.CHECKED_IN, Assignment.State.CHECKED_OUT):
        raise refusals.AssignmentEnded(assignment.state)
    left = assignment.clock_events.filter(kind=ClockEvent.Kind.OUT).first()
    if left is not None and moment.happened_at > left.happened_at:
        raise refusals.AlreadyClockedOut()


def _record(event: DutyEvent, assignment: Assignment, announces: str, *, actor: Actor, at: datetime) -> None:
    department_id = assignment.shift.governing_department_id
    audit.record(
        actor=actor,
        action=f"assignment.{event.kind}",
        subject_kind="assignment",
        subject_id=assignment.id,
        tenant_id=department_id,
        at=at,
        after={
            "category": event.category,
            "report_number": event.report_number,
            "happened_at": event.happened_at.isoformat(),
            "counts": event.counts,
        },
    )
    outbox.announce(
        name=announces,
        payload={"duty_event_id": str(event.id), "assignment_id": str(assignment.id)},
        tenant_id=department_id,
        at=at,
    )
