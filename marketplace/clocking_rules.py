"""What speaks against a punch: the time, the state of the assignment, the rules at home, the place."""

from datetime import datetime, timedelta
from typing import Any

from departments.eligibility import Judgement
from departments.policy.documents import Policy
from geo.fences import Fence, FenceVerdict
from geo.points import Point
from marketplace import eligibility, refusals
from marketplace.lateness import Moment
from marketplace.models import Assignment, ClockEvent, Timesheet, Venue
from marketplace.refusals_bidding import PolicyDenied

CLOCK_IN_OPENS_MINUTES_BEFORE = 60
# What ended the wait for a clock-in when only the clock-out had come.
NEVER_CLOCKED_IN = "Never clocked in."


def refuse_clock_in(assignment: Assignment, happened_at: datetime) -> dict[str, Any]:
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
    judgement = _judged(assignment, happened_at)
    # What needs somebody's approval got it with the award; only a plain no stops an officer who stands at the site.
    if judgement.verdict.outcome == "deny":
        raise PolicyDenied(judgement.verdict)
    return judgement.snapshot


def eligibility_snapshot(assignment: Assignment, happened_at: datetime) -> dict[str, Any]:
    """What the rules said, for a punch that is not refused for it."""
    return _judged(assignment, happened_at).snapshot


def _judged(assignment: Assignment, happened_at: datetime) -> Judgement:
    left = eligibility.remaining_of(assignment.shift, from_at=assignment.period.lower)
    return eligibility.verdict_for(officer=assignment.officer, shift=left, position=assignment.position, at=happened_at)


def refuse_clock_out(assignment: Assignment, moment: Moment) -> None:
    if assignment.clock_events.filter(kind=ClockEvent.Kind.OUT).exists():
        raise refusals.AlreadyClockedOut()
    opens_at = assignment.shift.starts_at - timedelta(minutes=CLOCK_IN_OPENS_MINUTES_BEFORE)
    # Of two phones, the one with the clock-in may find a connection later.
    may_come_first = bool(moment.late_by) and assignment.state == Assignment.State.CONFIRMED
    if may_come_first and moment.happened_at >= opens_at:
        return
    if assignment.state not in (Assignment.State.CHECKED_IN, Assignment.State.CHECKED_OUT):
        raise refusals.NotClockedIn()


def left_before_coming(assignment: Assignment) -> bool:
    """Clocked in after an out that had come first: that out was for nothing, and the one place for an out is taken."""
    return (
        assignment.state == Assignment.State.CHECKED_IN
        and assignment.clock_events.filter(kind=ClockEvent.Kind.OUT).exists()
    )


def clock_in_was_missing(assignment: Assignment) -> bool:
    """Hours are held with a guessed beginning: the clock-out had come from another phone, the clock-in never did.

    Not where a coordinator has entered the hours: no phone changes those.
    """
    return assignment.state == Assignment.State.CHECKED_OUT and assignment.ended_reason == NEVER_CLOCKED_IN


def completes_pair(assignment: Assignment, happened_at: datetime) -> bool:
    """A clock-in that comes when the hours are held: a reviewer can judge both, as long as nobody has decided."""
    opens_at = assignment.shift.starts_at - timedelta(minutes=CLOCK_IN_OPENS_MINUTES_BEFORE)
    left = assignment.clock_events.filter(kind=ClockEvent.Kind.OUT).first()
    if left is None or not opens_at <= happened_at < min(left.happened_at, assignment.authorised_ends_at):
        return False
    return Timesheet.objects.filter(assignment=assignment, state=Timesheet.State.SUBMITTED).exists()


def refuse_by_place(verdict: FenceVerdict, policy: Policy, fence: Fence, reason_given: str) -> None:
    if verdict.verdict == "OFFSITE" and policy.geofence.offsite == "block":
        raise refusals.OffsiteBlocked(verdict.sentence, verdict.distance_metres or 0.0, fence.radius_metres)
    if verdict.verdict == "WEAK" and not reason_given.strip():
        raise refusals.ReasonNeeded(verdict.sentence)


def fence_of(venue: Venue) -> Fence:
    pins = [Point(venue.latitude, venue.longitude)]
    if venue.end_latitude is not None and venue.end_longitude is not None:
        pins.append(Point(venue.end_latitude, venue.end_longitude))
    return Fence(tuple(pins), venue.radius_metres, armed=venue.pin_confirmed_at is not None)
