"""The day as the desk must see it: who should be where, who is, who is late, who left, and which place nobody fills.

Three queries for the day whatever its size, six more for who comes near a limit. Nothing here grows with the past.
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
from departments.policy.service_levels import ServiceLevels
from departments.refusals import NoPolicyInForce
from geo.timezones import zone_named
from marketplace.eligibility import commitments_of, shift_facts
from marketplace.models import Assignment, Position, Shift
from marketplace.service_levels import LevelsByDay
from marketplace.site_status import STATUSES, SiteStatus, facts_of, site_status, with_site_facts

NEAR_LIMIT_MINUTES = 4 * 60
_SEEN = (*Assignment.LIVE_STATES, Assignment.State.NO_SHOW)


@dataclass(frozen=True, slots=True)
class OnTheDay:
    """One officer on one shift, as `site_status` says; `verdict` is the clock-in's, "" without one."""

    assignment: Assignment
    status: str
    minutes: int
    came_at: datetime | None
    left_at: datetime | None
    site: SiteStatus
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


def today(*, department_id: UUID, time_zone: str, at: datetime) -> Today:
    """Shifts that run at some time of the department's calendar day, the gravest first. Two queries, and the policy."""
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
    levels = LevelsByDay()
    rows = [_shift_of_the_day(shift, levels, at=at) for shift in shifts]
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
    seen = Assignment.objects.filter(state__in=_SEEN).select_related("officer", "position")
    return with_site_facts(seen).order_by("officer__display_name", "id")


def _shift_of_the_day(shift: Shift, levels_by_day: LevelsByDay, *, at: datetime) -> ShiftOfTheDay:
    assigned: list[Assignment] = shift.people  # type: ignore[attr-defined]
    levels = levels_by_day.of(department_id=shift.governing_department_id, starts_at=shift.starts_at)
    people = tuple(_on_the_day(one, shift, levels, at) for one in assigned)
    people = tuple(sorted(people, key=lambda one: STATUSES.index(one.status)))
    wanted: int = shift.wanted  # type: ignore[attr-defined]
    live = sum(one.assignment.state in Assignment.LIVE_STATES for one in people)
    missing = max(0, wanted - live) if at < shift.ends_at else 0
    worst = people[0].status if people else ""
    if missing and worst not in ("no_show", "late"):
        worst = "not_staffed"
    return ShiftOfTheDay(shift, wanted, missing, people, worst or str(shift.state))


def _on_the_day(one: Assignment, shift: Shift, levels: ServiceLevels, at: datetime) -> OnTheDay:
    one.shift = shift
    facts = facts_of(one)
    status = site_status(facts=facts, levels=levels, at=at)
    verdict: str = one.came_verdict or ""  # type: ignore[attr-defined]
    return OnTheDay(one, status.status, status.minutes, facts.came_at, facts.left_at, status, verdict)


_GRAVITY = (
    *("no_show", "late", "not_staffed", "unconfirmed", "overrun", "left_early", "on_site", "in_progress"),
    *("expected", "offered"),
)


def _gravity(status: str) -> int:
    return _GRAVITY.index(status) if status in _GRAVITY else len(_GRAVITY)
