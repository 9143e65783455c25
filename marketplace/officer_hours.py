"""One officer's hours whole: by bucket, worked and paid apart, against every limit, for the desk and for themselves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from departments.limits import OfficersHours, hours_of_officer
from departments.policy.facts import Commitment
from departments.refusals import NoPolicyInForce
from geo.timezones import zone_named
from marketplace.eligibility import WINDOW_REACH, commitments_of
from marketplace.models import Assignment, Bid

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class BucketTotal:
    """Minutes in the span shown; worked ones are behind, planned ones ahead of the moment of reading."""

    bucket: str
    worked_minutes: int
    planned_minutes: int


@dataclass(frozen=True, slots=True)
class PaidLine:
    """One detail: what the rules count and what is paid are two figures. `payable_minutes` None: no timesheet yet."""

    assignment: Assignment
    worked_minutes: int
    payable_minutes: int | None


def hours_whole(*, officer_id: UUID, home_department_id: UUID, at: datetime) -> OfficersHours:
    """Everything that claims the officer's time about a month around `at`, and where that leaves them then."""
    commitments = commitments_of(officer_ids=[officer_id], around=(at - WINDOW_REACH, at + WINDOW_REACH))[officer_id]
    try:
        return hours_of_officer(department_id=home_department_id, officer_id=officer_id, commitments=commitments, at=at)
    except NoPolicyInForce:
        return OfficersHours((), tuple(commitments))


def bucket_totals(
    *, commitments: Iterable[Commitment], first_date: date, days: int, zone: str, now: datetime
) -> list[BucketTotal]:
    """Clipped to the local days shown, split at `now`. In the order of first appearance among the known buckets."""
    starts_at = datetime.combine(first_date, datetime.min.time(), zone_named(zone))
    ends_at = datetime.combine(first_date + timedelta(days=days), datetime.min.time(), zone_named(zone))
    worked: dict[str, timedelta] = {}
    planned: dict[str, timedelta] = {}
    for one in commitments:
        begin, end = max(one.starts_at, starts_at), min(one.ends_at, ends_at)
        if end <= begin:
            continue
        middle = min(max(now, begin), end)
        worked[one.bucket] = worked.get(one.bucket, timedelta()) + (middle - begin)
        planned[one.bucket] = planned.get(one.bucket, timedelta()) + (end - middle)
    return [
        BucketTotal(bucket, _minutes(worked.get(bucket)), _minutes(planned.get(bucket)))
        for bucket in dict.fromkeys([*worked, *planned])
    ]


def paid_lines(*, officer_id: UUID, starts_at: datetime, ends_at: datetime) -> list[PaidLine]:
    """Details with hours, the latest first."""
    rows = (
        Assignment.objects.filter(
            officer_id=officer_id,
            shift__starts_at__gte=starts_at,
            shift__starts_at__lt=ends_at,
            timesheet__isnull=False,
        )
        .select_related("shift__job__venue", "timesheet", "position")
        .order_by("-shift__starts_at")[:_SHOWN]
    )
    return [PaidLine(row, row.timesheet.worked_minutes, row.timesheet.payable_minutes) for row in rows]


def bids_of(*, officer_id: UUID, department_id: UUID) -> list[Bid]:
    """The officer's bids on this department's shifts, the latest first, refused and withdrawn ones too."""
    return list(
        Bid.objects.filter(officer_id=officer_id, shift__governing_department_id=department_id)
        .select_related("shift__job", "position")
        .defer("eligibility_snapshot")
        .order_by("-placed_at")[:_SHOWN]
    )


def _minutes(span: timedelta | None) -> int:
    """A started minute counts whole, as in the limits that stand beside it."""
    return -int(-span.total_seconds() // 60) if span else 0
