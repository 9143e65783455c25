"""Clocking in and out. The server's time counts; a position says how much it proves, and a person judges the rest.

Lock order: shift, officer, assignment.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from geo.fences import FenceVerdict, judge
from geo.risk import assess
from kernel import audit, outbox
from kernel.actors import Actor
from marketplace import events, refusals
from marketplace.clocking_rules import (
    CLOCK_IN_OPENS_MINUTES_BEFORE,
    clock_in_was_missing,
    eligibility_snapshot,
    fence_of,
    left_before_coming,
    refuse_by_place,
    refuse_clock_in,
    refuse_clock_out,
)
from marketplace.fixes import fixes_to_json, read_fixes
from marketplace.job_policies import policy_of_job
from marketplace.kept_punches import Punched, keep_punch, kept, why_kept
from marketplace.lateness import Moment, moment_of
from marketplace.models import Assignment, ClockEvent, ClockReview, Officer, PresencePrompt, Timesheet, UncountedPunch
from marketplace.on_site import locked_own_assignment
from marketplace.overruns import authorise_overrun
from marketplace.presence import let_lapse_on_leaving
from marketplace.punch_facts import punch_facts
from marketplace.refusals_field import PunchKept
from marketplace.relief_reading import handover_of
from marketplace.relieving import follow_punch
from marketplace.shifts import begin_shift, end_work
from marketplace.terms import check_text
from marketplace.timesheets import restate_timesheet, submit_timesheet

__all__ = ["CLOCK_IN_OPENS_MINUTES_BEFORE", "authorise_overrun", "punch"]


def punch(
    *,
    officer: Officer,
    assignment_id: UUID,
    kind: str,
    punch_id: UUID,
    fixes: Sequence[Mapping[str, Any]],
    client_at: datetime | None = None,
    device_id: str = "",
    reason_given: str = "",
    actor: Actor,
    at: datetime,
    sent_late: bool = False,
) -> ClockEvent:
    """Clock an officer "in" or "out". The same `punch_id` again answers with the same row.

    `client_at`: the phone's time at the punch, already corrected by its known offset. `sent_late`: it waited in the
    phone until there was a connection, so `client_at` counts; more than 24 hours late a coordinator must look at it,
    and more than seven days late it counts nothing. An out that waited may come before its in, from another phone; an
    in that waited until the hours were held completes the pair for whoever reviews it.
    Raises NotYourShift, PunchConflict, FixesUnreadable, CoordinatesInvalid, PunchKept (stored as evidence); clocking in
    also AlreadyClockedIn, AssignmentEnded, TooEarly, TooLate, NoLongerOnRoster, PolicyDenied, OffsiteBlocked,
    ReasonNeeded; clocking out also NotClockedIn, AlreadyClockedOut. A position never blocks clocking out.
    """
    if kind not in ClockEvent.Kind.values:
        raise refusals.FixesUnreadable("neither in nor out")
    read = read_fixes(fixes)
    check_text(field="reason_given", what="the reason", text=reason_given, maximum=300, required=False)
    moment = moment_of(client_at=client_at, sent_late=sent_late, at=at)
    punched = Punched(punch_id, kind, moment, client_at, read, reason_given, device_id[:64], actor, at)
    try:
        with transaction.atomic():
            stored = _store(locked_own_assignment(officer, assignment_id), punched)
    except IntegrityError as error:
        # Only one punch identifier used for two shifts at the same moment comes here: one shift's are serialised.
        if "punch_id" in str(error):
            raise refusals.PunchConflict() from error
        raise
    if isinstance(stored, PunchKept):
        # Raised when the evidence is committed.
        raise stored
    return stored


def _store(assignment: Assignment, punched: Punched) -> ClockEvent | PunchKept:
    known = _known(assignment, punched)
    if known is not None:
        return known
    why = why_kept(assignment=assignment, punched=punched)
    if why is not None:
        return keep_punch(assignment=assignment, punched=punched, why=why)
    kind, moment, at, happened_at = punched.kind, punched.moment, punched.at, punched.moment.happened_at
    snapshot = {}
    # It waited, and the clock-out's hold is being looked at: nothing is refused, a person judges both.
    completes = kind == ClockEvent.Kind.IN and bool(moment.late_by) and clock_in_was_missing(assignment)
    if completes:
        snapshot = eligibility_snapshot(assignment, happened_at)
    elif kind == ClockEvent.Kind.IN:
        snapshot = refuse_clock_in(assignment, happened_at)
    elif left_before_coming(assignment):
        return keep_punch(assignment=assignment, punched=punched, why=UncountedPunch.Why.OUT_AGAIN)
    else:
        refuse_clock_out(assignment, moment)
    policy = policy_of_job(assignment.shift.job)
    fence = fence_of(assignment.shift.job.venue)
    verdict = judge(fence=fence, fixes=punched.fixes, received_at=happened_at)
    if kind == ClockEvent.Kind.IN and not completes:
        refuse_by_place(verdict, policy, fence, punched.reason_given)
    risk = assess(punch_facts(assignment=assignment, punched=punched, best_fix=verdict.best_fix, pins=fence.pins))
    event = ClockEvent.objects.create(
        punch_id=punched.punch_id,
        assignment=assignment,
        kind=kind,
        received_at=at,
        client_at=punched.client_at,
        happened_at=happened_at,
        fixes=fixes_to_json(punched.fixes),
        latitude=verdict.best_fix.latitude if verdict.best_fix else None,
        longitude=verdict.best_fix.longitude if verdict.best_fix else None,
        accuracy_metres=verdict.accuracy_metres,
        distance_metres=verdict.distance_metres,
        fix_age_seconds=verdict.fix_age_seconds,
        verdict=verdict.verdict,
        explanation=_explanation(verdict, moment),
        reason_given=punched.reason_given.strip(),
        risk_points=risk.points,
        risk_signals=[
            {"code": signal.code, "points": signal.points, "sentence": signal.sentence} for signal in risk.signals
        ],
        eligibility_snapshot=snapshot,
        device_id=punched.device_id,
        address=punched.actor.address[:64],
        user_agent=punched.actor.user_agent[:300],
    )
    comes_first = kind == ClockEvent.Kind.OUT and assignment.state == Assignment.State.CONFIRMED
    if completes or verdict.needs_review or risk.level == "review" or moment.needs_supervisor or comes_first:
        _open_review(event)
    _move(assignment, event, actor=punched.actor, at=at)
    return event


def _known(assignment: Assignment, punched: Punched) -> ClockEvent | PunchKept | None:
    """What the same identifier was before. Raises PunchConflict for another shift or kind."""
    for model in (ClockEvent, UncountedPunch):
        stored = model.objects.filter(punch_id=punched.punch_id).first()
        if stored is None:
            continue
        if stored.assignment_id != assignment.id or stored.kind != punched.kind:
            raise refusals.PunchConflict()
        return stored if isinstance(stored, ClockEvent) else kept(stored)
    return None


def _explanation(verdict: FenceVerdict, moment: Moment) -> str:
    if not moment.is_offline:
        return verdict.sentence
    return f"{verdict.sentence} Offline: it reached us {moment.late_by.total_seconds() / 60:.0f} minutes later."


def _open_review(event: ClockEvent) -> None:
    department_id = event.assignment.shift.governing_department_id
    ClockReview.objects.create(clock_event=event, department_id=department_id, opened_at=event.received_at)
    outbox.announce(
        name=events.CLOCK_REVIEW_OPENED,
        payload={"clock_event_id": str(event.id), "assignment_id": str(event.assignment_id)},
        tenant_id=department_id,
        at=event.received_at,
    )


def _move(assignment: Assignment, event: ClockEvent, *, actor: Actor, at: datetime) -> None:
    before = assignment.state
    clocking_in = event.kind == ClockEvent.Kind.IN
    assignment.state = _state_after(assignment, event)
    assignment.save(update_fields=["state"])
    department_id = assignment.shift.governing_department_id
    audit.record(
        actor=actor,
        action="assignment.clocked_in" if clocking_in else "assignment.clocked_out",
        subject_kind="assignment",
        subject_id=assignment.id,
        tenant_id=department_id,
        at=at,
        before={"state": before},
        after={"state": assignment.state, "verdict": event.verdict, "happened_at": event.happened_at.isoformat()},
        reason=event.reason_given,
    )
    outbox.announce(
        name=events.CLOCKED_IN if clocking_in else events.CLOCKED_OUT,
        payload={
            "assignment_id": str(assignment.id),
            "clock_event_id": str(event.id),
            "verdict": event.verdict,
        },
        tenant_id=department_id,
        at=at,
    )
    if not clocking_in:
        let_lapse_on_leaving(assignment=assignment, left_at=event.happened_at, why=PresencePrompt.Lapse.LEFT)
    follow_punch(event=event, shift=assignment.shift, actor=actor, at=at)
    if clocking_in:
        begin_shift(shift=assignment.shift, actor=actor, at=at)
    # A punch that comes after a coordinator already holds the hours is evidence for them, no more.
    if assignment.state == Assignment.State.CHECKED_OUT and before != Assignment.State.CHECKED_OUT:
        submit_timesheet(assignment=assignment, actor=actor, at=at)
        end_work(shift=assignment.shift, actor=actor, at=at)
    elif clocking_in and assignment.state == Assignment.State.CHECKED_OUT:
        _restate_undecided(assignment, actor=actor, at=at)
    elif not clocking_in and handover_of(assignment).gave_over_at is not None:
        # Whose time ended with the relief may have left before it: their own clock-out, come later, says so.
        _restate_undecided(assignment, actor=actor, at=at)


def _restate_undecided(assignment: Assignment, *, actor: Actor, at: datetime) -> None:
    sheet = Timesheet.objects.select_for_update().filter(assignment=assignment, state="submitted").first()
    if sheet is not None:
        sheet.assignment = assignment
        restate_timesheet(timesheet=sheet, actor=actor, at=at)


def _state_after(assignment: Assignment, event: ClockEvent) -> Assignment.State:
    """An out that came before its in leaves the state alone; the in that follows closes both."""
    if event.kind == ClockEvent.Kind.OUT:
        waits = assignment.state == Assignment.State.CONFIRMED
        return Assignment.State.CONFIRMED if waits else Assignment.State.CHECKED_OUT
    left = assignment.clock_events.filter(kind=ClockEvent.Kind.OUT, happened_at__gte=event.happened_at)
    return Assignment.State.CHECKED_OUT if left.exists() else Assignment.State.CHECKED_IN
