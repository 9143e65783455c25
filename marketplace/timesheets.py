"""Hours: made from punches, approved by the client or by silence, disputed, and resolved by the coordinator.

Lock order: job, shift, assignment, timesheet. Finishing a shift takes the job's lock, so deciding takes it first.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from departments.policy.documents import Policy
from kernel import audit, outbox
from kernel.actors import SYSTEM, Actor
from kernel.errors import NotFound
from marketplace import events, refusals, shifts
from marketplace.hours_stating import (
    punches_that_count,
    set_minutes,
    state_hours,
    unsettled_reviews,
    whole_minutes,
)
from marketplace.job_policies import policy_of_job
from marketplace.models import Assignment, ClockEvent, ClockReview, Job, Shift, Timesheet
from marketplace.own_hours import refuse_own
from marketplace.relief_reading import handover_of
from marketplace.terms import check_text

MAXIMUM_WORKED_MINUTES = 36 * 60
CLIENT, COORDINATOR, SILENCE = "client", "coordinator", "silence"


def submit_timesheet(*, assignment: Assignment, at: datetime, actor: Actor = SYSTEM) -> Timesheet:
    """Make an assignment's hours from its punches. There is one timesheet per assignment: again answers with it.

    Worked = max(scheduled start, in) to min(out, authorised end), less unpaid breaks and police duty meanwhile. Without
    a clock-out the scheduled end stands in, and the approval timer does not start. Call it with the assignment locked.
    """
    stored = Timesheet.objects.filter(assignment=assignment).first()
    if stored is not None:
        return stored
    timesheet = Timesheet(assignment=assignment, submitted_at=at)
    held = state_hours(timesheet, policy_of_job(assignment.shift.job))
    return _submit(timesheet, held=held, actor=actor, at=at)


def restate_timesheet(*, timesheet: Timesheet, actor: Actor, at: datetime) -> None:
    """Make undecided hours again: something that counts came after them. The approval timer starts anew.

    Call it with assignment and timesheet locked, the timesheet submitted.
    """
    before = timesheet.worked_minutes
    policy = policy_of_job(timesheet.assignment.shift.job)
    held = state_hours(timesheet, policy) or timesheet.approves_at is None
    timesheet.approves_at = None if held else at + approval_timer(policy)
    timesheet.save()
    shift = timesheet.assignment.shift
    _record(
        timesheet, shift, "timesheet.restated", actor, at,
        before=timesheet.state, after=timesheet.state, numbers={"worked_minutes": (before, timesheet.worked_minutes)},
    )  # fmt: skip
    if timesheet.worked_minutes != before:
        _announce(timesheet, shift, events.TIMESHEET_SUBMITTED, at)


def hold_timesheet(*, timesheet: Timesheet, actor: Actor, at: datetime) -> None:
    """Stop the approval timer: something came that only a supervisor can judge. Call it with the timesheet locked."""
    timesheet.approves_at = None
    timesheet.save(update_fields=["approves_at"])
    state = timesheet.state
    _record(timesheet, timesheet.assignment.shift, "timesheet.held", actor, at, before=state, after=state)


def submit_entered_hours(
    *, assignment: Assignment, starts_at: datetime, ends_at: datetime, actor: Actor, at: datetime
) -> Timesheet:
    """Hours without punches, on a coordinator's word. Call it with the assignment locked."""
    timesheet = Timesheet(assignment=assignment, worked_starts_at=starts_at, worked_ends_at=ends_at, submitted_at=at)
    set_minutes(timesheet, whole_minutes(ends_at - starts_at), policy_of_job(assignment.shift.job))
    return _submit(timesheet, held=False, actor=actor, at=at)


def approve_timesheet(*, timesheet_id: UUID, by: str, actor: Actor, at: datetime) -> Timesheet:
    """`by` is "client", "coordinator" or "silence". Raises NotFound, TimesheetAlreadyDecided, TimesheetHeld,
    DecidesOwnHours.

    Whoever calls has found the timesheet through an access function. Silence approves only what is due.
    """
    if by not in (CLIENT, COORDINATOR, SILENCE):
        raise ValueError(f"Nobody called {by!r} approves hours.")
    with transaction.atomic():
        timesheet, shift = _locked(timesheet_id)
        refuse_own(officer_id=timesheet.assignment.officer_id, actor=actor)
        if timesheet.state != Timesheet.State.SUBMITTED:
            raise refusals.TimesheetAlreadyDecided(timesheet.state, timesheet.decided_at)
        if by == CLIENT and _is_guessed(timesheet):
            raise refusals.TimesheetHeld()
        if by == SILENCE and (timesheet.approves_at is None or timesheet.approves_at > at):
            raise refusals.TimesheetHeld()
        _decide(timesheet, shift, state=Timesheet.State.APPROVED, by=by, actor=actor, at=at)
        _announce(timesheet, shift, events.TIMESHEET_APPROVED, at)
        shifts.finish_shift(shift_id=shift.id, at=at, actor=actor)
    return timesheet


def dispute_timesheet(*, timesheet_id: UUID, reason: str, actor: Actor, at: datetime) -> Timesheet:
    """The client does not agree; the timer stops. Raises NotFound, ReasonMissing, TimesheetAlreadyDecided."""
    if not reason.strip():
        raise refusals.ReasonMissing("Say what is wrong with these hours: the coordinator will read it.")
    check_text(field="reason", what="the reason", text=reason, maximum=2000)
    with transaction.atomic():
        timesheet, shift = _locked(timesheet_id)
        if timesheet.state != Timesheet.State.SUBMITTED:
            raise refusals.TimesheetAlreadyDecided(timesheet.state, timesheet.decided_at)
        timesheet.state = Timesheet.State.DISPUTED
        timesheet.dispute_reason = reason.strip()
        timesheet.approves_at = None
        timesheet.save(update_fields=["state", "dispute_reason", "approves_at"])
        _record(timesheet, shift, "timesheet.disputed", actor, at, before="submitted", after="disputed", reason=reason)
        _announce(timesheet, shift, events.TIMESHEET_DISPUTED, at)
    return timesheet


def resolve_timesheet(
    *, timesheet_id: UUID, department_id: UUID, worked_minutes: int, reason: str, actor: Actor, at: datetime
) -> Timesheet:
    """The coordinator sets the hours of a disputed, held or plainly wrong timesheet; open reviews of it end with it.

    Raises NotFound, ReasonMissing, MinutesOutOfRange, TimesheetAlreadyDecided, DecidesOwnHours.
    """
    if not reason.strip():
        raise refusals.ReasonMissing("Give a reason: the client and the officer will read it.")
    check_text(field="reason", what="the reason", text=reason, maximum=2000)
    if not 0 <= worked_minutes <= MAXIMUM_WORKED_MINUTES:
        raise refusals.MinutesOutOfRange(worked_minutes, MAXIMUM_WORKED_MINUTES)
    with transaction.atomic():
        timesheet, shift = _locked(timesheet_id, department_id=department_id)
        refuse_own(officer_id=timesheet.assignment.officer_id, actor=actor)
        if timesheet.state not in (Timesheet.State.SUBMITTED, Timesheet.State.DISPUTED):
            raise refusals.TimesheetAlreadyDecided(timesheet.state, timesheet.decided_at)
        before_minutes = timesheet.worked_minutes
        timesheet.worked_ends_at = timesheet.worked_starts_at + timedelta(minutes=worked_minutes)
        # The coordinator's figure is what holds: breaks and duty are off it already.
        timesheet.break_minutes = timesheet.unpaid_break_minutes = timesheet.duty_minutes = 0
        set_minutes(timesheet, worked_minutes, policy_of_job(shift.job))
        timesheet.resolution_reason = reason.strip()
        _decide(
            timesheet,
            shift,
            state=Timesheet.State.RESOLVED,
            by=COORDINATOR,
            actor=actor,
            at=at,
            reason=reason.strip(),
            numbers={"worked_minutes": (before_minutes, worked_minutes)},
        )
        unsettled_reviews(timesheet.assignment).filter(state=ClockReview.State.OPEN).update(
            state=ClockReview.State.ACCEPTED if worked_minutes else ClockReview.State.REJECTED,
            resolved_at=at,
            resolved_by_person_id=actor.person_id,
            reason=reason.strip(),
        )
        _announce(timesheet, shift, events.TIMESHEET_RESOLVED, at)
        shifts.finish_shift(shift_id=shift.id, at=at, actor=actor)
    return timesheet


def _submit(timesheet: Timesheet, *, held: bool, actor: Actor, at: datetime) -> Timesheet:
    shift = timesheet.assignment.shift
    timesheet.approves_at = None if held else at + approval_timer(policy_of_job(shift.job))
    with transaction.atomic():
        timesheet.save(force_insert=True)
        _record(timesheet, shift, "timesheet.submitted", actor, at, before="", after=timesheet.state)
        _announce(timesheet, shift, events.TIMESHEET_SUBMITTED, at)
    return timesheet


def _is_guessed(timesheet: Timesheet) -> bool:
    """Without a clock-out, and without a coordinator's word, the end is only the scheduled one."""
    assignment = timesheet.assignment
    has_end = ClockEvent.Kind.OUT in punches_that_count(assignment)
    return timesheet.approves_at is None and not has_end and handover_of(assignment).gave_over_at is None


def approval_timer(policy: Policy) -> timedelta:
    return timedelta(hours=policy.timekeeping.approval_timer_hours)


def _decide(
    timesheet: Timesheet,
    shift: Shift,
    *,
    state: Timesheet.State,
    by: str,
    actor: Actor,
    at: datetime,
    reason: str = "",
    numbers: dict[str, tuple[int, int]] | None = None,
) -> None:
    before = timesheet.state
    timesheet.state = state
    timesheet.decided_by = by
    timesheet.decided_by_person_id = actor.person_id
    timesheet.decided_at = at
    timesheet.approves_at = None
    timesheet.save()
    _record(
        timesheet,
        shift,
        f"timesheet.{state.value}",
        actor,
        at,
        before=before,
        after=state,
        reason=reason,
        numbers=numbers,
    )


def locked_job_and_shift(assignment_id: UUID) -> tuple[Job, Shift]:
    job_id, shift_id = Assignment.objects.values_list("shift__job_id", "shift_id").get(id=assignment_id)
    job = Job.objects.select_for_update().get(id=job_id)
    shift = Shift.objects.select_for_update().get(id=shift_id)
    shift.job = job
    return job, shift


def _locked(timesheet_id: UUID, department_id: UUID | None = None) -> tuple[Timesheet, Shift]:
    found = Timesheet.objects.filter(id=timesheet_id)
    if department_id is not None:
        found = found.filter(assignment__shift__governing_department_id=department_id)
    assignment_id = found.values_list("assignment_id", flat=True).first()
    if assignment_id is None:
        raise NotFound("There are no such hours.")
    _, shift = locked_job_and_shift(assignment_id)
    assignment = Assignment.objects.select_for_update(of=("self",)).get(id=assignment_id)
    assignment.shift = shift
    timesheet = Timesheet.objects.select_for_update().get(id=timesheet_id)
    timesheet.assignment = assignment
    return timesheet, shift


def _record(
    timesheet: Timesheet,
    shift: Shift,
    action: str,
    actor: Actor,
    at: datetime,
    *,
    before: str,
    after: str,
    reason: str = "",
    numbers: dict[str, tuple[int, int]] | None = None,
) -> None:
    changed = numbers or {}
    audit.record(
        actor=actor,
        action=action,
        subject_kind="timesheet",
        subject_id=timesheet.id,
        tenant_id=shift.governing_department_id,
        at=at,
        before={"state": str(before), **{name: values[0] for name, values in changed.items()}},
        after={
            "state": str(after),
            "worked_minutes": timesheet.worked_minutes,
            "billable_minutes": timesheet.billable_minutes,
            "payable_minutes": timesheet.payable_minutes,
        },
        reason=reason,
    )


def _announce(timesheet: Timesheet, shift: Shift, name: str, at: datetime) -> None:
    outbox.announce(
        name=name, payload={"timesheet_id": str(timesheet.id)}, tenant_id=shift.governing_department_id, at=at
    )
