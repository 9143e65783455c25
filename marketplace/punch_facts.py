"""What earlier punches say about a new one: the facts of `geo.risk`, read with a few indexed queries."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from geo.fences import Fix
from geo.points import Point
from geo.risk import PreviousPunch, PunchFacts
from marketplace.kept_punches import Punched
from marketplace.models import Assignment, ClockEvent

_SHARED_DEVICE_WINDOW = timedelta(hours=12)
# Half of the sixth decimal: "the same 6-decimal fix".
_SAME_DEGREES = 5e-7
_PHONE_WORDS = ("Mobi", "Android", "iPhone", "iPad")


def punch_facts(*, assignment: Assignment, punched: Punched, best_fix: Fix | None, pins: Sequence[Point]) -> PunchFacts:
    own = ClockEvent.objects.filter(assignment__officer_id=assignment.officer_id)
    others = ClockEvent.objects.exclude(assignment__officer_id=assignment.officer_id)
    at, device_id, actor = punched.moment.happened_at, punched.device_id, punched.actor
    return PunchFacts(
        fixes=punched.fixes,
        best_fix=best_fix,
        received_at=at,
        pins=pins,
        client_sent_at=punched.client_at,
        online=not punched.moment.late_by,
        previous=_neighbour(own.filter(happened_at__lte=at).order_by("-happened_at")),
        following=_neighbour(own.filter(happened_at__gt=at).order_by("happened_at")),
        device_used_by_another_officer_within_12_hours=bool(device_id)
        and others.filter(
            device_id=device_id, received_at__gt=at - _SHARED_DEVICE_WINDOW, happened_at__lt=at + _SHARED_DEVICE_WINDOW
        ).exists(),
        same_fix_as_another_officer_or_day=best_fix is not None and _was_sent_before(assignment, best_fix, at),
        replays_earlier_punch=best_fix is not None and _is_replay(punched.punch_id, best_fix),
        address_country=actor.country,
        venue_country=assignment.shift.job.venue.country,
        is_desktop_browser=bool(actor.user_agent) and not any(word in actor.user_agent for word in _PHONE_WORDS),
        # A first punch ever comes from a new device by nature.
        is_new_device=bool(device_id) and own.exists() and not own.filter(device_id=device_id).exists(),
    )


def _neighbour(punches: "QuerySet[ClockEvent]") -> PreviousPunch | None:
    """The nearest in time that has a position: what comes late has punches on both sides."""
    found = punches.filter(latitude__isnull=False).first()
    if found is None or found.latitude is None or found.longitude is None:
        return None
    return PreviousPunch(Point(found.latitude, found.longitude), found.happened_at)


def _is_replay(punch_id: UUID, fix: Fix) -> bool:
    """The very fix of another punch, to the same moment: a body that was sent again under another identifier."""
    return (
        _at_the_place_of(fix)
        .filter(fixes__contains=[{"fixed_at": fix.fixed_at.isoformat(), "latitude": fix.latitude}])
        .exclude(punch_id=punch_id)
        .exists()
    )


def _was_sent_before(assignment: Assignment, fix: Fix, at: datetime) -> bool:
    same = _at_the_place_of(fix)
    by_another = same.exclude(assignment__officer_id=assignment.officer_id).exists()
    # In and out of one shift may well come from one spot; another shift's punch is another day's.
    return by_another or same.exclude(assignment=assignment).exists()


def _at_the_place_of(fix: Fix) -> "QuerySet[ClockEvent]":
    return ClockEvent.objects.filter(
        latitude__gte=fix.latitude - _SAME_DEGREES,
        latitude__lte=fix.latitude + _SAME_DEGREES,
        longitude__gte=fix.longitude - _SAME_DEGREES,
        longitude__lte=fix.longitude + _SAME_DEGREES,
    )
