"""What a job's shifts come to, counted by the database: for lists, and for jobs of hundreds of dates."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models.functions import Cast, Coalesce, Extract, Floor, JSONObject

from marketplace.cancelling import CANCELLABLE_STATES
from marketplace.models import Assignment, Job, Position, Shift
from marketplace.numbering import CANCELLED_NUMBERS_FROM
from marketplace.places import places_held, shares_place

_OVER = (Shift.State.WORKED, Shift.State.EXPIRED)
# Before that "expected" says nothing that the list of officers does not.
AROUND_NOW = timedelta(hours=2)
_NOT_OPENED = (Shift.State.PLANNED, Shift.State.CANCELLED)


@dataclass(frozen=True, slots=True)
class JobTotals:
    """Of the dates that are not cancelled. `wanted` places, of which `found` are held;
    `officer_minutes` as asked for. The first is the earliest to start, the last the latest to end."""

    dates: int = 0
    opened: int = 0
    working: int = 0
    over: int = 0
    wanted: int = 0
    found: int = 0
    officer_minutes: int = 0
    first_starts_at: datetime | None = None
    first_ends_at: datetime | None = None
    last_ends_at: datetime | None = None

    @property
    def more(self) -> int:
        """Dates after the first."""
        return max(self.dates - 1, 0)


@dataclass(frozen=True, slots=True)
class DatesOfJob:
    """For a page that shows some of a job's dates and speaks of all. `past` ones have ended; what is `around_now` may
    run, or is about to, or was just over."""

    listed: int = 0
    past: int = 0
    around_now: int = 0
    planned: int = 0
    cancellable: int = 0
    first_opened_at: datetime | None = None


def totals_of_jobs(job_ids: Collection[UUID]) -> Mapping[UUID, JobTotals]:
    """One row a job, in one query, whatever the dates and officers. A job without a date left comes to nothing."""
    found = _counted(Q(job_id__in=job_ids)).values("job_id", *JobTotals.__slots__)
    known = {row.pop("job_id"): JobTotals(**row) for row in found}
    return {job_id: known.get(job_id, JobTotals()) for job_id in job_ids}


def totals_beside(*, at: datetime, with_taken_away: bool) -> Subquery:
    """For the query of one job: its totals, and its dates at that moment, as `totals_from` reads them. Dates that a
    change of the request took away are listed only where the page shows them."""
    listed = Q() if with_taken_away else Q(number__lt=CANCELLED_NUMBERS_FROM)
    counted = _counted(Q(job=OuterRef("pk"))).annotate(
        listed=Count("id", filter=listed),
        past=Count("id", filter=listed & Q(ends_at__lte=at)),
        around_now=Count("id", filter=listed & _around(at)),
        planned=Count("id", filter=listed & Q(state=Shift.State.PLANNED)),
        cancellable=Count("id", filter=listed & Q(state__in=CANCELLABLE_STATES)),
        first_opened_at=Min("opened_at", filter=listed),
    )
    names = (*JobTotals.__slots__, *DatesOfJob.__slots__)
    return Subquery(counted.values(found=JSONObject(**{name: name for name in names})))


def totals_from(found: dict[str, Any] | None) -> tuple[JobTotals, DatesOfJob]:
    """Nothing was found of a job without a date."""
    row: dict[str, Any] = {
        name: _moment(value) if name.endswith("_at") else value for name, value in (found or {}).items()
    }
    dates = DatesOfJob(**{name: row.pop(name) for name in DatesOfJob.__slots__ if name in row})
    return JobTotals(**row), dates


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _counted(whose: Q) -> "QuerySet[Shift, Any]":
    live = ~Q(state=Shift.State.CANCELLED)
    minutes = Floor(Extract(F("ends_at") - F("starts_at"), "epoch") / 60)
    return (
        Shift.objects.filter(whose)
        .order_by()
        .annotate(
            places=Coalesce(places_of_shift(), 0),
            live=Coalesce(_live(), 0),
            minutes=Cast(minutes, IntegerField()),
        )
        .values("job_id")
        .annotate(
            dates=Count("id", filter=live),
            opened=Count("id", filter=~Q(state__in=_NOT_OPENED)),
            working=Count("id", filter=Q(state=Shift.State.IN_PROGRESS)),
            over=Count("id", filter=Q(state__in=_OVER)),
            wanted=Sum("places", filter=live, default=0),
            found=Sum("live", filter=live, default=0),
            officer_minutes=Sum(F("minutes") * F("places"), filter=live, output_field=BigIntegerField(), default=0),
            first_starts_at=Min("starts_at", filter=live),
            ends=ArrayAgg("ends_at", filter=live, order_by=("starts_at", "number")),
            last_ends_at=Max("ends_at", filter=live),
        )
        .annotate(first_ends_at=F("ends__0"))
    )


def first_dates(job_ids: Collection[UUID]) -> Mapping[UUID, Shift]:
    """The first date of each job that still stands, or the first there was when all are cancelled. One row a job."""
    is_cancelled = Case(When(state=Shift.State.CANCELLED, then=True), default=False)
    dates = Shift.objects.filter(job_id__in=job_ids, number__lt=CANCELLED_NUMBERS_FROM)
    firsts = dates.order_by("job_id", is_cancelled, "starts_at", "number").distinct("job_id")
    return {shift.job_id: shift for shift in firsts.only("id", "job_id", "number", "starts_at", "ends_at")}


def totals_of_read(job: Job) -> JobTotals:
    """The same of a job whose shifts, positions and live assignments are here already, as `queries.with_shifts` reads
    them."""
    shifts: list[Any] = [shift for shift in job.shifts.all() if shift.state != Shift.State.CANCELLED]
    places = {shift.id: sum(position.headcount for position in shift.positions.all()) for shift in shifts}
    first = min(shifts, key=lambda shift: (shift.starts_at, shift.number), default=None)
    return JobTotals(
        dates=len(shifts),
        opened=sum(shift.state not in _NOT_OPENED for shift in shifts),
        working=sum(shift.state == Shift.State.IN_PROGRESS for shift in shifts),
        over=sum(shift.state in _OVER for shift in shifts),
        wanted=sum(places.values()),
        found=sum(places_held(_live_assignments(shift)) for shift in shifts),
        officer_minutes=sum(
            int((shift.ends_at - shift.starts_at).total_seconds() // 60) * places[shift.id] for shift in shifts
        ),
        first_starts_at=first.starts_at if first else None,
        first_ends_at=first.ends_at if first else None,
        last_ends_at=max((shift.ends_at for shift in shifts), default=None),
    )


def _around(at: datetime) -> Q:
    never = Q(state__in=(Shift.State.PLANNED, Shift.State.CANCELLED, Shift.State.EXPIRED))
    return Q(starts_at__lte=at + AROUND_NOW, ends_at__gt=at - AROUND_NOW) & ~never


def first_start_of_job() -> Subquery:
    """Of the job of the outer query, for a list that needs no other number."""
    dates = Shift.objects.filter(job=OuterRef("pk")).exclude(state=Shift.State.CANCELLED)
    return Subquery(dates.order_by("starts_at").values("starts_at")[:1])


def places_of_shift() -> Subquery:
    """Of the shift of the outer query; NULL where it has no position."""
    positions = Position.objects.filter(shift=OuterRef("pk")).order_by().values("shift")
    return Subquery(positions.annotate(total=Sum("headcount")).values("total"))


def _live() -> Subquery:
    held = Assignment.objects.filter(~shares_place(), shift=OuterRef("pk"), state__in=Assignment.LIVE_STATES)
    return Subquery(held.order_by().values("shift").annotate(total=Count("pk")).values("total"))


def _live_assignments(shift: Shift) -> list[object]:
    prefetched = getattr(shift, "live_assignments", None)
    if prefetched is not None:
        return list(prefetched)
    return list(shift.assignments.filter(state__in=Assignment.LIVE_STATES).annotate(shares_place=shares_place()))
