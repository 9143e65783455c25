"""The day as the desk must see it: who should be where, who is, who is late, who left, and which place nobody fills.

Three queries for the day whatever its size, six more for who comes near a limit. Nothing here grows with the past.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from psycopg2.extras import DateTimeTZRange

from departments.eligibility import WINDOW_REACH
from departments.limits import Tightest, tightest_limits
from departments.policy.facts import ShiftFacts
from departments.refusals import NoPolicyInForce
from geo.timezones import zone_named
from marketplace.boards import ShiftOfTheDay, gravity, read_board
from marketplace.eligibility import commitments_of, shift_facts
from marketplace.models import Assignment, Shift

NEAR_LIMIT_MINUTES = 4 * 60


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
        .select_related("job__client", "job__venue")
    )
    rows = read_board(shifts, at=at)
    counts = Counter(place.status for row in rows for place in row.places)
    rows.sort(key=lambda row: (gravity(row.worst), row.shift.starts_at, row.shift.id))
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
