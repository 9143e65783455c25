"""The day as the desk must see it: who should be where, who is, who is late, who left, and which place nobody fills.

Two queries for the day whatever its size, six more for who comes near a limit. Nothing here grows with the past.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from psycopg2.extras import DateTimeTZRange

from departments.eligibility import WINDOW_REACH
from departments.limits import Tightest, tightest_limits
from departments.policy.facts import ShiftFacts
from departments.refusals import NoPolicyInForce
from geo.timezones import zone_named
from marketplace.eligibility import commitments_of, shift_facts
from marketplace.models import Assignment, ClockEvent, Position, Shift

LATE_AFTER = timedelta(minutes=5)
LEFT_EARLY_BY = timedelta(minutes=5)
NEAR_LIMIT_MINUTES = 4 * 60
# The gravest first: this is the order in which a desk looks at them.
STATUSES = ("no_show", "late", "left_early", "on_site", "expected", "offered", "done")
_SEEN = (*Assignment.LIVE_STATES, Assignment.State.NO_SHOW)


@dataclass(frozen=True, slots=True)
class OnTheDay:
    """One officer on one shift. `minutes` late or early, 0 otherwise; `verdict` is the clock-in's, "" without one."""

    assignment: Assignment
    status: str
    minutes: int
    came_at: datetime | None
    left_at: datetime | None
    verdict: str


@dataclass(frozen=True, slots=True)
class ShiftOfTheDay:
    """`missing` places that nobody fills. `worst` is the gravest status of its people, or not_staffed, or its state."""

    shift: Shift
    wanted: int
    missing: int
    people: tuple[OnTheDay, ...]
    worst: str


@dataclass(frozen=True, slots=True)
class Today:
    at: datetime
    starts_at: datetime
    ends_at: datetime
    shifts: tuple[ShiftOfTheDay, ...]
    counts: Mapping[str, int]

    @property
    def missing(self) -> int:
        return sum(one.missing for one in self.shifts)


@dataclass(frozen=True, slots=True)
class NearLimit:
    assignment: Assignment
    limit: Tightest


def today(*, department_id: UUID, time_zone: str, at: datetime, late_after: timedelta = LATE_AFTER) -> Today:
    """Shifts that run at some time of the department's calendar day, the gravest first. Two queries."""
    starts_at, ends_at = day_of(at, time_zone)
    shifts = (
        Shift.objects.filter(
            governing_department_id=department_id,
            # No shift is longer than this; without a lower bound the index would walk through all the past.
            starts_at__gte=starts_at - timedelta(days=2),
            starts_at__lt=ends_at,
            ends_at__gt=starts_at,
        )
        .exclude(state__in=(Shift.State.CANCELLED, Shift.State.EXPIRED, Shift.State.PLANNED))
        .annotate(
            wanted=Coalesce(
                Subquery(
                    Position.objects.filter(shift=OuterRef("pk"))
                    .order_by()
                    .values("shift")
                    .annotate(total=Sum("headcount"))
                    .values("total")
                ),
                0,
            )
        )
        .select_related("job__client", "job__venue")
        .prefetch_related(Prefetch("assignments", queryset=_people(), to_attr="people"))
        .order_by("starts_at", "id")
    )
    rows = [_shift_of_the_day(shift, at=at, late_after=late_after) for shift in shifts]
    counts = Counter(person.status for row in rows for person in row.people)
    rows.sort(key=lambda row: (_gravity(row.worst), row.shift.starts_at, row.shift.id))
    return Today(at, starts_at, ends_at, tuple(rows), dict(counts))


def near_limits(
    *, department_id: UUID, time_zone: str, at: datetime, threshold_minutes: int = NEAR_LIMIT_MINUTES
) -> list[NearLimit]:
    """The department's own officers who work today or tomorrow, wherever, and whom that leaves at most so many minutes
    under some hour limit; the nearest first. One batch in the home schema. Empty while no rules are in force."""
    starts_at, ends_at = day_of(at, time_zone)
    assignments = list(
        Assignment.objects.filter(
            officer__home_department_id=department_id,
            period__overlap=DateTimeTZRange(at, ends_at + timedelta(days=1)),
            state__in=Assignment.LIVE_STATES,
        ).select_related("officer", "shift__job__client", "shift__job__venue", "position")
    )
    if not assignments:
        return []
    work: dict[UUID, list[ShiftFacts]] = {}
    for one in assignments:
        facts = shift_facts(shift=one.shift, position=one.position, home_department_id=department_id)
        work.setdefault(one.officer_id, []).append(facts)
    around = (starts_at - WINDOW_REACH, ends_at + timedelta(days=1) + WINDOW_REACH)
    try:
        tightest = tightest_limits(
            department_id=department_id,
            work=work,
            commitments=commitments_of(officer_ids=list(work), around=around),
        )
    except NoPolicyInForce:
        return []
    by_place = {(one.officer_id, one.shift_id): one for one in assignments}
    return [
        NearLimit(by_place[limit.officer_id, limit.shift_id], limit)
        for limit in tightest
        if limit.remaining_minutes <= threshold_minutes
    ]


def day_of(at: datetime, time_zone: str) -> tuple[datetime, datetime]:
    """The calendar day that holds `at` there, half-open. 23 or 25 hours when the clocks change."""
    zone = zone_named(time_zone)
    local = at.astimezone(zone).date()
    return datetime.combine(local, time(), zone), datetime.combine(local + timedelta(days=1), time(), zone)


def _people() -> "QuerySet[Assignment]":
    punches = ClockEvent.objects.filter(assignment=OuterRef("pk"))
    return (
        Assignment.objects.filter(state__in=_SEEN)
        .select_related("officer", "position")
        .annotate(
            came_at=Subquery(punches.filter(kind="in").values("happened_at")[:1]),
            came_verdict=Subquery(punches.filter(kind="in").values("verdict")[:1]),
            went_at=Subquery(punches.filter(kind="out").values("happened_at")[:1]),
        )
        .order_by("officer__display_name", "id")
    )


def _shift_of_the_day(shift: Shift, *, at: datetime, late_after: timedelta) -> ShiftOfTheDay:
    people = tuple(_on_the_day(one, shift, at, late_after) for one in shift.people)  # type: ignore[attr-defined]
    people = tuple(sorted(people, key=lambda one: STATUSES.index(one.status)))
    wanted: int = shift.wanted  # type: ignore[attr-defined]
    live = sum(one.assignment.state in Assignment.LIVE_STATES for one in people)
    missing = max(0, wanted - live) if at < shift.ends_at else 0
    worst = people[0].status if people else ""
    if missing and worst not in ("no_show", "late"):
        worst = "not_staffed"
    return ShiftOfTheDay(shift, wanted, missing, people, worst or str(shift.state))


def _on_the_day(one: Assignment, shift: Shift, at: datetime, late_after: timedelta) -> OnTheDay:
    came_at: datetime | None = one.came_at  # type: ignore[attr-defined]
    left_at: datetime | None = one.went_at  # type: ignore[attr-defined]
    verdict: str = one.came_verdict or ""  # type: ignore[attr-defined]
    status, minutes = _status(one, shift, came_at, left_at, at, late_after)
    return OnTheDay(one, status, minutes, came_at, left_at, verdict)


def _status(
    one: Assignment,
    shift: Shift,
    came_at: datetime | None,
    left_at: datetime | None,
    at: datetime,
    late_after: timedelta,
) -> tuple[str, int]:
    if one.state == Assignment.State.NO_SHOW:
        return "no_show", 0
    if one.state == Assignment.State.CHECKED_IN:
        return "on_site", _minutes(shift.starts_at, came_at) if came_at else 0
    if one.state == Assignment.State.CHECKED_OUT:
        if left_at is not None and left_at < shift.ends_at - LEFT_EARLY_BY:
            return "left_early", _minutes(left_at, shift.ends_at)
        return "done", 0
    if one.state == Assignment.State.OFFERED:
        return "offered", 0
    # Nobody came by the end: the scan makes it a no-show two hours later, the desk should not wait for that.
    if at >= shift.ends_at:
        return "no_show", 0
    if at >= shift.starts_at + late_after:
        return "late", _minutes(shift.starts_at, at)
    return "expected", 0


def _minutes(since: datetime, until: datetime) -> int:
    return max(0, int((until - since).total_seconds() // 60))


_GRAVITY = ("no_show", "late", "not_staffed", "left_early", "on_site", "in_progress", "expected", "offered")


def _gravity(status: str) -> int:
    return _GRAVITY.index(status) if status in _GRAVITY else len(_GRAVITY)
