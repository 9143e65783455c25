"""What a job's shifts come to, counted by the database: for lists, and for jobs of hundreds of dates."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import BigIntegerField, Case, Count, F, IntegerField, Max, Min, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Cast, Coalesce, Extract, Floor

from marketplace.models import Assignment, Job, Position, Shift
from marketplace.numbering import CANCELLED_NUMBERS_FROM

_OVER = (Shift.State.WORKED, Shift.State.EXPIRED)
_NOT_OPENED = (Shift.State.PLANNED, Shift.State.CANCELLED)


@dataclass(frozen=True, slots=True)
class JobTotals:
    """Of the dates that are not cancelled. `wanted` places, of which `found` are held by live assignments;
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


def totals_of_jobs(job_ids: Collection[UUID]) -> Mapping[UUID, JobTotals]:
    """One row a job, in one query, whatever the dates and officers. A job without a date left comes to nothing."""
    minutes = Floor(Extract(F("ends_at") - F("starts_at"), "epoch") / 60)
    counted = (
        Shift.objects.filter(job_id__in=job_ids)
        .exclude(state=Shift.State.CANCELLED)
        .order_by()
        .annotate(
            places=Coalesce(places_of_shift(), 0), live=Coalesce(_live(), 0), minutes=Cast(minutes, IntegerField())
        )
        .values("job_id")
        .annotate(
            dates=Count("id"),
            opened=Count("id", filter=~Q(state__in=_NOT_OPENED)),
            working=Count("id", filter=Q(state=Shift.State.IN_PROGRESS)),
            over=Count("id", filter=Q(state__in=_OVER)),
            wanted=Sum("places"),
            found=Sum("live"),
            officer_minutes=Sum(F("minutes") * F("places"), output_field=BigIntegerField()),
            first_starts_at=Min("starts_at"),
            ends=ArrayAgg("ends_at", order_by=("starts_at", "number")),
            last_ends_at=Max("ends_at"),
        )
        .annotate(first_ends_at=F("ends__0"))
        .values("job_id", *JobTotals.__slots__)
    )
    known = {row.pop("job_id"): JobTotals(**row) for row in counted}
    return {job_id: known.get(job_id, JobTotals()) for job_id in job_ids}


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
        found=sum(len(_live_assignments(shift)) for shift in shifts),
        officer_minutes=sum(
            int((shift.ends_at - shift.starts_at).total_seconds() // 60) * places[shift.id] for shift in shifts
        ),
        first_starts_at=first.starts_at if first else None,
        first_ends_at=first.ends_at if first else None,
        last_ends_at=max((shift.ends_at for shift in shifts), default=None),
    )


def first_start_of_job() -> Subquery:
    """Of the job of the outer query, for a list that needs no other number."""
    dates = Shift.objects.filter(job=OuterRef("pk")).exclude(state=Shift.State.CANCELLED)
    return Subquery(dates.order_by("starts_at").values("starts_at")[:1])


def places_of_shift() -> Subquery:
    """Of the shift of the outer query; NULL where it has no position."""
    positions = Position.objects.filter(shift=OuterRef("pk")).order_by().values("shift")
    return Subquery(positions.annotate(total=Sum("headcount")).values("total"))


def _live() -> Subquery:
    held = Assignment.objects.filter(shift=OuterRef("pk"), state__in=Assignment.LIVE_STATES).order_by().values("shift")
    return Subquery(held.annotate(total=Count("pk")).values("total"))


def _live_assignments(shift: Shift) -> list[object]:
    prefetched = getattr(shift, "live_assignments", None)
    if prefetched is not None:
        return list(prefetched)
    return list(shift.assignments.filter(state__in=Assignment.LIVE_STATES))
