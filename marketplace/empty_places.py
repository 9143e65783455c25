"""Places that nobody holds although the shift has begun: the desk hears of them, and may send somebody by hand."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from marketplace import alerts
from marketplace.assigning import locked_shift
from marketplace.models import Alert, Assignment, Position, ReliefSearch, Shift
from marketplace.places import shares_place
from marketplace.refusals_bidding import ShiftNotOpen
from marketplace.refusals_by_hand import NotPaidFor
from marketplace.refusals_service_levels import TooLateForRelief
from marketplace.relief_search import is_over
from marketplace.scanning import move_each
from marketplace.service_levels import levels_at

_BATCH = 200
# No shift is longer; without a lower bound the scan would walk through all that was never finished.
_LONGEST = timedelta(days=3)
_RUNNING = (Shift.State.OPEN, Shift.State.PART_STAFFED, Shift.State.STAFFED, Shift.State.IN_PROGRESS)


def scan_empty_places(*, at: datetime) -> int:
    """Alerts for running shifts of which a place is empty, once for each shift; those that are over end."""
    _resolve_what_is_over(at)
    untold = begun_with_empty_places(at=at).filter(held__lt=F("wanted") - F("sought"))
    untold = untold.exclude(alerts__kind=Alert.Kind.EMPTY_PLACE).order_by("starts_at", "id")
    return move_each(untold.values_list("id", flat=True)[:_BATCH], lambda shift_id: _tell(shift_id, at))


def begun_with_empty_places(*, at: datetime) -> "QuerySet[Any]":
    """Paid for and running, with `.wanted` and `.held` places; `.sought` of them have their backups asked just now, or
    had when the shift had begun already: that nobody was left is an alert of its own."""
    places = Position.objects.filter(shift=OuterRef("pk")).order_by().values("shift")
    live = Assignment.objects.filter(~shares_place(), shift=OuterRef("pk"), state__in=Assignment.LIVE_STATES)
    searches = ReliefSearch.objects.filter(
        Q(state=ReliefSearch.State.SEARCHING)
        | Q(state=ReliefSearch.State.EXHAUSTED, ended_at__gte=OuterRef("starts_at")),
        shift=OuterRef("pk"),
    ).exclude(assignment__state__in=Assignment.LIVE_STATES)
    running: QuerySet[Any] = Shift.objects.filter(
        state__in=_RUNNING, finished_at=None, job__funded_at__isnull=False, ends_at__gt=at
    ).filter(starts_at__lte=at, starts_at__gt=at - _LONGEST)
    counted: QuerySet[Any] = running.annotate(
        wanted=Coalesce(Subquery(places.annotate(found=Sum("headcount")).values("found")), 0),
        held=_count_of(live),
        sought=_count_of(searches),
    )
    return counted.filter(held__lt=F("wanted"))


def _count_of(rows: "QuerySet[Any]") -> Coalesce:
    """Of rows of the outer shift."""
    return Coalesce(Subquery(rows.order_by().values("shift").annotate(found=Count("pk")).values("found")), 0)


def empty_places(*, shift_id: UUID, at: datetime) -> tuple[int, int]:
    """How many of how many are empty now: (0, 0) when none is, or the shift does not run."""
    found = begun_with_empty_places(at=at).filter(id=shift_id).values_list("wanted", "held").first()
    return (found[0] - found[1], found[0]) if found else (0, 0)


def refuse_sending(shift: Shift, *, at: datetime) -> None:
    """Once it has begun: raises ShiftNotOpen, TooLateForRelief, NotPaidFor. `shift` has its job."""
    if shift.state == Shift.State.PLANNED:
        raise ShiftNotOpen(str(shift.state))
    if is_over(shift, at):
        raise TooLateForRelief()
    if shift.job.funded_at is None:
        raise NotPaidFor()


def may_be_sent_to(shift: Shift, *, at: datetime) -> bool:
    """Has it begun, and could somebody still come? For pages: what counts is decided under the lock."""
    if shift.starts_at > at:
        return False
    try:
        refuse_sending(shift, at=at)
    except (ShiftNotOpen, TooLateForRelief, NotPaidFor):
        return False
    return True


def resolve_when_filled(*, shift: Shift, at: datetime) -> None:
    """Somebody was sent: the alert ends now, not at the next scan. The caller holds the shift's lock."""
    if not begun_with_empty_places(at=at).filter(id=shift.id).exists():
        alerts.resolve_of_shift(shift_id=shift.id, kind=Alert.Kind.EMPTY_PLACE, at=at)


def _tell(shift_id: UUID, at: datetime) -> bool:
    with transaction.atomic():
        shift = locked_shift(shift_id)
        if not begun_with_empty_places(at=at).filter(id=shift_id, held__lt=F("wanted") - F("sought")).exists():
            return False
        levels = levels_at(department_id=shift.governing_department_id, at=shift.starts_at)
        return alerts.open_for_shift(kind=Alert.Kind.EMPTY_PLACE, shift=shift, levels=levels, at=at) is not None


def _resolve_what_is_over(at: datetime) -> None:
    open_ones = Alert.objects.filter(kind=Alert.Kind.EMPTY_PLACE, resolved_at=None)
    for shift_id in open_ones.values_list("shift_id", flat=True)[:_BATCH]:
        if not begun_with_empty_places(at=at).filter(id=shift_id).exists():
            alerts.resolve_of_shift(shift_id=shift_id, kind=Alert.Kind.EMPTY_PLACE, at=at)
