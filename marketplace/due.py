"""What time alone brings about. Each scan finds rows that are due and moves each in a transaction of its own.

A row that fails is logged and left for the next scan; it never keeps the others waiting.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from kernel import audit, outbox
from kernel.actors import Actor, system
from marketplace import events, shifts, timesheets
from marketplace.clocking_rules import NEVER_CLOCKED_IN
from marketplace.models import Assignment, Job, Officer, Shift, Timesheet
from marketplace.scanning import move_each

NO_SHOW_AFTER = timedelta(hours=2)
MISSING_CLOCK_OUT_AFTER = timedelta(hours=2)
_BATCH = 200
_TIMER = system("shift timer")


def scan_silent_approvals(*, at: datetime) -> int:
    """Approve hours whose client said nothing until the timer ran out. Answers with how many."""
    due = (
        Timesheet.objects.filter(state=Timesheet.State.SUBMITTED, approves_at__lte=at)
        .order_by("approves_at")
        .values_list("id", flat=True)[:_BATCH]
    )
    return move_each(due, lambda row_id: _approve(row_id, at))


def scan_no_shows(*, at: datetime) -> int:
    """Two hours after the end: who never clocked in did not come; who never clocked out leaves hours to be set."""
    absent = (
        Assignment.objects.filter(state=Assignment.State.CONFIRMED, authorised_ends_at__lte=at - NO_SHOW_AFTER)
        .order_by("authorised_ends_at")
        .values_list("id", flat=True)[:_BATCH]
    )
    forgotten = (
        Assignment.objects.filter(
            state=Assignment.State.CHECKED_IN, authorised_ends_at__lte=at - MISSING_CLOCK_OUT_AFTER
        )
        .order_by("authorised_ends_at")
        .values_list("id", flat=True)[:_BATCH]
    )
    return move_each(absent, lambda row_id: mark_no_show(assignment_id=row_id, at=at)) + move_each(
        forgotten, lambda row_id: hold_for_missing_clock_out(assignment_id=row_id, at=at)
    )


def scan_expiries(*, at: datetime) -> int:
    """Shifts that began without anybody. One that was opened and paid for waits until its end: the desk is alerted, and
    may still send somebody."""
    opened = (Shift.State.OPEN, Shift.State.PART_STAFFED)
    due = (
        Shift.objects.filter(state__in=(Shift.State.PLANNED, *opened), starts_at__lte=at)
        .exclude(state__in=opened, job__funded_at__isnull=False, ends_at__gt=at)
        .exclude(assignments__state__in=Assignment.LIVE_STATES)
        .order_by("starts_at")
        .values_list("id", flat=True)[:_BATCH]
    )
    return move_each(due, lambda row_id: shifts.expire_shift(shift_id=row_id, at=at, actor=_TIMER))


def scan_finished(*, at: datetime) -> int:
    """Shifts that are over and of which every hour is final."""
    due = (
        Shift.objects.filter(finished_at=None, ends_at__lte=at)
        .filter(state__in=("part_staffed", "staffed", "in_progress", "worked"))
        .exclude(assignments__state__in=("offered", "confirmed", "checked_in"))
        .exclude(assignments__timesheet__state__in=("submitted", "disputed"))
        .order_by("ends_at")
        .values_list("id", flat=True)[:_BATCH]
    )
    return move_each(due, lambda row_id: shifts.finish_shift(shift_id=row_id, at=at, actor=_TIMER))


def mark_no_show(*, assignment_id: UUID, at: datetime, actor: Actor = _TIMER, reason: str = "") -> bool:
    """An officer who never clocked in: nothing is billed or paid. Who only clocked out leaves hours to be set.

    False when a punch came in meanwhile.
    """
    with transaction.atomic():
        assignment = locked_assignment(assignment_id)
        if assignment.state != Assignment.State.CONFIRMED:
            return False
        if assignment.clock_events.exists():
            _hold(assignment, NEVER_CLOCKED_IN, "assignment.clock_in_missing", at)
            return True
        assignment.state = Assignment.State.NO_SHOW
        assignment.ended_at = at
        assignment.ended_reason = reason or NEVER_CLOCKED_IN
        assignment.save(update_fields=["state", "ended_at", "ended_reason"])
        audit.record(
            actor=actor,
            action="assignment.no_show",
            subject_kind="assignment",
            subject_id=assignment.id,
            tenant_id=assignment.shift.governing_department_id,
            at=at,
            before={"state": "confirmed"},
            after={"state": "no_show"},
            reason=reason,
        )
        outbox.announce(
            name=events.ASSIGNMENT_NO_SHOW,
            payload={"assignment_id": str(assignment.id)},
            tenant_id=assignment.shift.governing_department_id,
            at=at,
        )
        shifts.end_work(shift=assignment.shift, actor=actor, at=at)
        shifts.finish_shift(shift_id=assignment.shift_id, at=at, actor=actor)
    return True


def hold_for_missing_clock_out(*, assignment_id: UUID, at: datetime) -> bool:
    """Hours with the scheduled end, which nobody but the coordinator can approve."""
    with transaction.atomic():
        assignment = locked_assignment(assignment_id)
        if assignment.state != Assignment.State.CHECKED_IN:
            return False
        _hold(assignment, "Never clocked out.", "assignment.clock_out_missing", at)
    return True


def _hold(assignment: Assignment, reason: str, action: str, at: datetime) -> None:
    before = assignment.state
    assignment.state = Assignment.State.CHECKED_OUT
    assignment.ended_at = at
    assignment.ended_reason = reason
    assignment.save(update_fields=["state", "ended_at", "ended_reason"])
    audit.record(
        actor=_TIMER,
        action=action,
        subject_kind="assignment",
        subject_id=assignment.id,
        tenant_id=assignment.shift.governing_department_id,
        at=at,
        before={"state": str(before)},
        after={"state": "checked_out"},
    )
    timesheets.submit_timesheet(assignment=assignment, actor=_TIMER, at=at)
    shifts.end_work(shift=assignment.shift, actor=_TIMER, at=at)


def locked_assignment(assignment_id: UUID) -> Assignment:
    """In the order that everybody locks: job, shift, officer, assignment."""
    job_id, shift_id, officer_id = Assignment.objects.values_list("shift__job_id", "shift_id", "officer_id").get(
        id=assignment_id
    )
    job = Job.objects.select_for_update().get(id=job_id)
    shift = Shift.objects.select_for_update().get(id=shift_id)
    shift.job = job
    Officer.objects.select_for_update().get(id=officer_id)
    assignment = Assignment.objects.select_for_update().get(id=assignment_id)
    assignment.shift = shift
    return assignment


def _approve(timesheet_id: UUID, at: datetime) -> bool:
    timesheets.approve_timesheet(
        timesheet_id=timesheet_id, by=timesheets.SILENCE, actor=system("approval timer"), at=at
    )
    return True
