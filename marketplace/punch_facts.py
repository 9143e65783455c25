"""What earlier punches say about a new one: the facts of `geo.risk`, read with a few indexed queries."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from geo.fences import Fix
from geo.points import Point
from geo.risk import PreviousPunch, PunchFacts
from kernel.actors import Actor
from marketplace.models import Assignment, ClockEvent

_SHARED_DEVICE_WINDOW = timedelta(hours=12)
# Half of the sixth decimal: "the same 6-decimal fix".
_SAME_DEGREES = 5e-7
_PHONE_WORDS = ("Mobi", "Android", "iPhone", "iPad")


def punch_facts(
    *,
    assignment: Assignment,
    fixes: Sequence[Fix],
    best_fix: Fix | None,
    pins: Sequence[Point],
    client_at: datetime | None,
    device_id: str,
    online: bool,
    actor: Actor,
    at: datetime,
) -> PunchFacts:
    own = ClockEvent.objects.filter(assignment__officer_id=assignment.officer_id)
    others = ClockEvent.objects.exclude(assignment__officer_id=assignment.officer_id)
    return PunchFacts(
        fixes=fixes,
        best_fix=best_fix,
        received_at=at,
        pins=pins,
        client_sent_at=client_at,
        online=online,
        previous=_previous(assignment),
        device_used_by_another_officer_within_12_hours=bool(device_id)
        and others.filter(device_id=device_id, received_at__gt=at - _SHARED_DEVICE_WINDOW).exists(),
        same_fix_as_another_officer_or_day=best_fix is not None and _was_sent_before(assignment, best_fix, at),
        is_desktop_browser=bool(actor.user_agent) and not any(word in actor.user_agent for word in _PHONE_WORDS),
        # A first punch ever comes from a new device by nature.
        is_new_device=bool(device_id) and own.exists() and not own.filter(device_id=device_id).exists(),
    )


def _previous(assignment: Assignment) -> PreviousPunch | None:
    last = (
        ClockEvent.objects.filter(assignment__officer_id=assignment.officer_id, latitude__isnull=False)
        .order_by("-happened_at")
        .first()
    )
    if last is None or last.latitude is None or last.longitude is None:
        return None
    return PreviousPunch(Point(last.latitude, last.longitude), last.happened_at)


def _was_sent_before(assignment: Assignment, fix: Fix, at: datetime) -> bool:
    same = ClockEvent.objects.filter(
        latitude__gte=fix.latitude - _SAME_DEGREES,
        latitude__lte=fix.latitude + _SAME_DEGREES,
        longitude__gte=fix.longitude - _SAME_DEGREES,
        longitude__lte=fix.longitude + _SAME_DEGREES,
    )
    by_another = same.exclude(assignment__officer_id=assignment.officer_id).exists()
    # In and out of one shift may well come from one spot; another shift's punch is another day's.
    return by_another or same.exclude(assignment=assignment).exists()
