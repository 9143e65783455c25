"""Which work may be rated, from when until when, and by whom."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from marketplace.models import Assignment, ClockEvent, ClockReview, Timesheet
from ratings.models import Rating
from ratings.refusals import NotYetWorked, OtherSideReadable, RatingClosed

RATED_WITHIN = timedelta(days=30)
RELEASED_AFTER = timedelta(days=7)
_GOOD = (ClockEvent.Verdict.VERIFIED, ClockEvent.Verdict.NEAR)


def refuse_unrateable(*, assignment: Assignment, rater_kind: str, at: datetime) -> None:
    """`assignment` has its shift. Raises NotYetWorked, RatingClosed, OtherSideReadable."""
    if not is_verified(assignment):
        raise NotYetWorked()
    closes_at = assignment.shift.ends_at + RATED_WITHIN
    if at >= closes_at:
        raise RatingClosed(closes_at, assignment.shift.time_zone, days=RATED_WITHIN.days)
    if at >= releases_at(assignment) and _other_side(assignment, rater_kind).exists():
        raise OtherSideReadable(days=RELEASED_AFTER.days)


def releases_at(assignment: Assignment) -> datetime:
    return assignment.shift.ends_at + RELEASED_AFTER


def is_verified(assignment: Assignment) -> bool:
    """Hours that are final and more than none; or clocked in on site and out, and no punch rejected."""
    timesheet = Timesheet.objects.filter(assignment=assignment).first()
    if timesheet is not None and timesheet.state in Timesheet.FINAL_STATES:
        return timesheet.worked_minutes > 0
    if assignment.state != Assignment.State.CHECKED_OUT:
        return False
    punches = {event.kind: event for event in assignment.clock_events.select_related("review")}
    if {ClockEvent.Kind.IN, ClockEvent.Kind.OUT} - punches.keys():
        return False
    reviews = {kind: getattr(event, "review", None) for kind, event in punches.items()}
    if any(review is not None and review.state == ClockReview.State.REJECTED for review in reviews.values()):
        return False
    came = reviews[ClockEvent.Kind.IN]
    accepted = came is not None and came.state == ClockReview.State.ACCEPTED
    return accepted or punches[ClockEvent.Kind.IN].verdict in _GOOD


def _other_side(assignment: Assignment, rater_kind: str) -> QuerySet[Rating]:
    """What the rater could have read: of clients and agencies what the officer said, and the other way round."""
    given = Rating.objects.filter(assignment=assignment, struck_at=None)
    if rater_kind == Rating.RaterKind.OFFICER:
        return given.exclude(rater_kind=Rating.RaterKind.OFFICER)
    if rater_kind == Rating.RaterKind.CLIENT:
        return given.filter(rater_kind=Rating.RaterKind.OFFICER)
    # Agency and department read no comment about themselves.
    return given.none()
