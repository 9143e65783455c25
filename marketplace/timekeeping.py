"""Clocking in and out. The server's time counts; a position says how much it proves, and a person judges the rest.

Lock order: shift, officer, assignment.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from departments.policy.documents import Policy
from geo.fences import Fence, FenceVerdict, judge
from geo.points import Point
from geo.risk import RiskAssessment, assess
from kernel import audit, outbox
from kernel.actors import Actor
from marketplace import eligibility, events, refusals
from marketplace.fixes import fixes_to_json, read_fixes
from marketplace.job_policies import policy_of_job
from marketplace.models import Assignment, ClockEvent, ClockReview, Officer, Venue
from marketplace.on_site import locked_own_assignment
from marketplace.overruns import authorise_overrun
from marketplace.punch_facts import punch_facts
from marketplace.refusals_bidding import PolicyDenied
from marketplace.shifts import begin_shift, end_work
from marketplace.terms import check_text
from marketplace.timesheets import submit_timesheet

__all__ = ["authorise_overrun", "punch"]

CLOCK_IN_OPENS_MINUTES_BEFORE = 60
OFFLINE_AFTER = timedelta(minutes=15)
OFFLINE_NEEDS_REVIEW_AFTER = timedelta(hours=24)


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
    phone until there was a connection, so `client_at` counts; more than 24 hours late a coordinator must look at it.
    Raises NotYourShift, PunchConflict, FixesUnreadable, CoordinatesInvalid; clocking in also AlreadyClockedIn,
    AssignmentEnded, TooEarly, TooLate, NoLongerOnRoster, PolicyDenied, OffsiteBlocked, ReasonNeeded; clocking out also
    NotClockedIn, AlreadyClockedOut. A position never blocks clocking out.
    """
    if kind not in ClockEvent.Kind.values:
        raise refusals.FixesUnreadable("neither in nor out")
    read = read_fixes(fixes)
    check_text(field="reason_given", what="the reason", text=reason_given, maximum=300, required=False)
    happened_at = min(client_at, at) if sent_late and client_at is not None else at
    try:
        with transaction.atomic():
            assignment = locked_own_assignment(officer, assignment_id)
            stored = ClockEvent.objects.filter(punch_id=punch_id).first()
            if stored is not None:
                if stored.assignment_id != assignment.id or stored.kind != kind:
                    raise refusals.PunchConflict()
                return stored
            snapshot = {}
            if kind == ClockEvent.Kind.IN:
                snapshot = _refuse_clock_in(assignment, happened_at)
            else:
                _refuse_clock_out(assignment)
            policy = policy_of_job(assignment.shift.job)
            fence = fence_of(assignment.shift.job.venue)
            verdict = judge(fence=fence, fixes=read, received_at=happened_at)
            if kind == ClockEvent.Kind.IN:
                _refuse_by_place(verdict, policy, fence, reason_given)
            risk = assess(
                punch_facts(
                    assignment=assignment,
                    fixes=read,
                    best_fix=verdict.best_fix,
                    pins=fence.pins,
                    client_at=client_at,
                    device_id=device_id[:64],
                    online=not sent_late,
                    actor=actor,
                    at=happened_at,
                )
            )
            event = ClockEvent.objects.create(
                punch_id=punch_id,
                assignment=assignment,
                kind=kind,
                received_at=at,
                client_at=client_at,
                happened_at=happened_at,
                fixes=fixes_to_json(read),
                latitude=verdict.best_fix.latitude if verdict.best_fix else None,
                longitude=verdict.best_fix.longitude if verdict.best_fix else None,
                accuracy_metres=verdict.accuracy_metres,
                distance_metres=verdict.distance_metres,
                fix_age_seconds=verdict.fix_age_seconds,
                verdict=verdict.verdict,
                explanation=_explanation(verdict, late_by=at - happened_at),
                reason_given=reason_given.strip(),
                risk_points=risk.points,
                risk_signals=[
                    {"code": signal.code, "points": signal.points, "sentence": signal.sentence}
                    for signal in risk.signals
                ],
                eligibility_snapshot=snapshot,
                device_id=device_id[:64],
                address=actor.address[:64],
                user_agent=actor.user_agent[:300],
            )
            _review_when_needed(event, verdict, risk, late_by=at - happened_at)
            _move(assignment, event, actor=actor, at=at)
    except IntegrityError as error:
        # Only one punch identifier used for two shifts at the same moment comes here: one shift's are serialised.
        if "punch_id" in str(error):
            raise refusals.PunchConflict() from error
        raise
    return event


def _refuse_clock_in(assignment: Assignment, happened_at: datetime) -> dict[str, Any]:
    """The eligibility snapshot to keep, when nothing speaks against the clock-in but perhaps the place."""
    if assignment.state in (Assignment.State.CHECKED_IN, Assignment.State.CHECKED_OUT):
        first = assignment.clock_events.filter(kind=ClockEvent.Kind.IN).first()
        raise refusals.AlreadyClockedIn(first.happened_at if first else None)
    if assignment.officer.left_at is not None:
        raise refusals.NoLongerOnRoster()
    if assignment.state != Assignment.State.CONFIRMED:
        raise refusals.AssignmentEnded(assignment.state)
    opens_at = assignment.shift.starts_at - timedelta(minutes=CLOCK_IN_OPENS_MINUTES_BEFORE)
    if happened_at < opens_at:
        raise refusals.TooEarly(opens_at, CLOCK_IN_OPENS_MINUTES_BEFORE)
    if happened_at >= assignment.authorised_ends_at:
        raise refusals.TooLate(assignment.authorised_ends_at)
    judgement = eligibility.verdict_for(
        officer=assignment.officer, shift=assignment.shift, position=assignment.position, at=happened_at
    )
    # What needs somebody's approval got it with the award; only a plain no stops an officer who stands at the site.
    if judgement.verdict.outcome == "deny":
        raise PolicyDenied(judgement.verdict)
    return judgement.snapshot


def _refuse_clock_out(assignment: Assignment) -> None:
    if assignment.clock_events.filter(kind=ClockEvent.Kind.OUT).exists():
        raise refusals.AlreadyClockedOut()
    if assignment.state not in (Assignment.State.CHECKED_IN, Assignment.State.CHECKED_OUT):
        raise refusals.NotClockedIn()


def _refuse_by_place(verdict: FenceVerdict, policy: Policy, fence: Fence, reason_given: str) -> None:
    if verdict.verdict == "OFFSITE" and policy.geofence.offsite == "block":
        raise refusals.OffsiteBlocked(verdict.sentence, verdict.distance_metres or 0.0, fence.radius_metres)
    if verdict.verdict == "WEAK" and not reason_given.strip():
        raise refusals.ReasonNeeded(verdict.sentence)


def fence_of(venue: Venue) -> Fence:
    pins = [Point(venue.latitude, venue.longitude)]
    if venue.end_latitude is not None and venue.end_longitude is not None:
        pins.append(Point(venue.end_latitude, venue.end_longitude))
    return Fence(tuple(pins), venue.radius_metres, armed=venue.pin_confirmed_at is not None)


def _explanation(verdict: FenceVerdict, *, late_by: timedelta) -> str:
    if late_by <= OFFLINE_AFTER:
        return verdict.sentence
    return f"{verdict.sentence} Offline: it reached us {late_by.total_seconds() / 60:.0f} minutes later."


def _review_when_needed(event: ClockEvent, verdict: FenceVerdict, risk: RiskAssessment, *, late_by: timedelta) -> None:
    if not (verdict.needs_review or risk.level == "review" or late_by > OFFLINE_NEEDS_REVIEW_AFTER):
        return
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
    assignment.state = Assignment.State.CHECKED_IN if clocking_in else Assignment.State.CHECKED_OUT
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
    if clocking_in:
        begin_shift(shift=assignment.shift, actor=actor, at=at)
    elif before == Assignment.State.CHECKED_IN:
        # A punch that comes after a coordinator already holds the hours is evidence for them, no more.
        submit_timesheet(assignment=assignment, actor=actor, at=at)
        end_work(shift=assignment.shift, actor=actor, at=at)
