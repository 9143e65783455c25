"""How a department's extra duty was spread over its officers: hours, offers, refusals, and how even it was, by month.

Added up in the database; the number of queries does not depend on how many officers or assignments there are. Everybody
who could have worked counts in the coefficient, also those who did not: leaving them out would hide what is asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, Sum
from django.db.models.functions import TruncMonth

from departments.fairness_reading import FairnessFacts, LedgerTotals, fairness_facts
from departments.policy.inequality import gini, lorenz
from marketplace.models import Assignment, Officer
from marketplace.pseudonyms import pseudonym_of
from reports.overrides import Override, overrides_of
from tenants.models import Tenant

SOURCE = "Approved and submitted hours, assignments and the fairness ledger of this department"
LONGEST_MONTHS = 36


@dataclass(frozen=True)
class Period:
    """Local days, half-open: `until_date` is the first day after."""

    from_date: date
    until_date: date
    zone: str

    def moments(self) -> tuple[datetime, datetime]:
        zone = ZoneInfo(self.zone)
        starts_at, ends_at = (datetime.combine(day, time(), zone) for day in (self.from_date, self.until_date))
        return starts_at.astimezone(UTC), ends_at.astimezone(UTC)

    def months(self) -> list[date]:
        found, month = [], self.from_date.replace(day=1)
        while month < self.until_date:
            found.append(month)
            month = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
        return found


@dataclass(frozen=True)
class OfficerFigures:
    """Minutes and numbers of one officer in the period. `rank_code` is empty for another department's officer."""

    officer_id: UUID
    name: str
    rank_code: str
    worked_minutes: int = 0
    awarded_shifts: int = 0
    awarded_minutes: int = 0
    offers: int = 0
    refusals: int = 0
    unreachable: int = 0
    called_off: int = 0
    no_shows: int = 0
    credit_minutes: int = 0


@dataclass(frozen=True)
class MonthFigures:
    """`coefficient` over `people`, all who could have worked in that month."""

    month: date
    people: int
    working: int
    worked_minutes: int
    coefficient: Fraction


@dataclass(frozen=True)
class FairnessReport:
    """`officers` those with the most hours first. `curve` pairs of shares: of the officers, of the hours."""

    period: Period
    group: str
    officers: tuple[OfficerFigures, ...]
    months: tuple[MonthFigures, ...]
    coefficient: Fraction
    curve: tuple[tuple[Fraction, Fraction], ...]
    overrides: tuple[Override, ...]
    ranks: tuple[str, ...]

    @property
    def people(self) -> int:
        return len(self.officers)

    @property
    def worked_minutes(self) -> int:
        return sum(one.worked_minutes for one in self.officers)

    def under_pseudonyms(self, *, department_id: UUID, reader_id: UUID) -> "FairnessReport":
        """For the members themselves: nobody's name but the reader's own."""
        return replace(
            self,
            officers=tuple(
                one
                if one.officer_id == reader_id
                else replace(one, name=pseudonym_of(department_id=department_id, officer_id=one.officer_id))
                for one in self.officers
            ),
        )


def fairness_report(*, department: Tenant, period: Period, group: str = "") -> FairnessReport:
    """`group` is a rank of the roster, or "visiting" for other departments' officers; empty is everybody. Five queries
    at most besides the tenant's own row."""
    from_at, until_at = period.moments()
    facts = fairness_facts(department_id=department.id, from_at=from_at, until_at=until_at)
    assignments = Assignment.objects.filter(
        shift__governing_department_id=department.id, shift__starts_at__gte=from_at, shift__starts_at__lt=until_at
    )
    work = _work(assignments, period)
    totals = _totals(work)
    people = _people(department, from_at, until_at, set(totals) | set(facts.totals))
    shown = {
        officer_id: row for officer_id, row in people.items() if _in_group(officer_id, group, facts, row, department)
    }
    officers = [
        _figures(officer_id, row["display_name"], facts, totals.get(officer_id, Work()))
        for officer_id, row in shown.items()
    ]
    officers.sort(key=lambda one: (-one.worked_minutes, -one.awarded_minutes, one.name, str(one.officer_id)))
    minutes = [one.worked_minutes for one in officers]
    return FairnessReport(
        period=period,
        group=group,
        officers=tuple(officers),
        months=tuple(_months(work, period, shown)),
        coefficient=gini(minutes),
        curve=lorenz(minutes, points=10),
        overrides=overrides_of(department_id=department.id, from_at=from_at, until_at=until_at),
        ranks=tuple(sorted(set(facts.rank_codes.values()))),
    )


@dataclass(frozen=True, slots=True)
class Work:
    """Of one officer, in a month or in the period. Without a timesheet nothing is known of hours."""

    awarded_shifts: int = 0
    scheduled: timedelta = timedelta()
    worked_minutes: int = 0
    timesheets: int = 0
    called_off: int = 0
    no_shows: int = 0

    def plus(self, other: "Work") -> "Work":
        return Work(
            self.awarded_shifts + other.awarded_shifts,
            self.scheduled + other.scheduled,
            self.worked_minutes + other.worked_minutes,
            self.timesheets + other.timesheets,
            self.called_off + other.called_off,
            self.no_shows + other.no_shows,
        )


def _work(assignments: Any, period: Period) -> dict[tuple[UUID, date], Work]:
    """By officer and local month, so that one pass over the assignments answers for the months and for the whole."""
    scheduled = ExpressionWrapper(F("shift__ends_at") - F("shift__starts_at"), output_field=DurationField())
    rows = (
        assignments.annotate(month=TruncMonth("shift__starts_at", tzinfo=ZoneInfo(period.zone)))
        .values_list("officer_id", "month")
        .annotate(
            awarded_shifts=Count("id"),
            scheduled=Sum(scheduled),
            worked=Sum("timesheet__worked_minutes", default=0),
            timesheets=Count("timesheet"),
            called_off=Count("id", filter=Q(state=Assignment.State.CALLED_OFF)),
            no_shows=Count("id", filter=Q(state=Assignment.State.NO_SHOW)),
        )
        .order_by()
    )
    return {(officer_id, month.date()): Work(*counted) for officer_id, month, *counted in rows}


def _totals(work: Mapping[tuple[UUID, date], Work]) -> dict[UUID, Work]:
    totals: dict[UUID, Work] = {}
    for (officer_id, _), one in work.items():
        known = totals.get(officer_id)
        totals[officer_id] = one if known is None else known.plus(one)
    return totals


def _people(
    department: Tenant, from_at: datetime, until_at: datetime, others: Iterable[UUID]
) -> dict[UUID, dict[str, Any]]:
    """The department's own who were there in the period, and whoever else worked or was asked."""
    own = Q(home_department_id=department.id, joined_at__lt=until_at) & (Q(left_at=None) | Q(left_at__gt=from_at))
    rows = Officer.objects.filter(own | Q(id__in=list(others))).values(
        "id", "display_name", "home_department_id", "joined_at", "left_at"
    )
    return {row["id"]: dict(row) for row in rows}


def _in_group(officer_id: UUID, group: str, facts: FairnessFacts, row: Mapping[str, Any], department: Tenant) -> bool:
    if group == "visiting":
        return row["home_department_id"] != department.id
    return not group or facts.rank_codes.get(officer_id) == group


def _figures(officer_id: UUID, name: str, facts: FairnessFacts, work: Work) -> OfficerFigures:
    ledger = facts.totals.get(officer_id, LedgerTotals())
    return OfficerFigures(
        officer_id=officer_id,
        name=name,
        rank_code=facts.rank_codes.get(officer_id, ""),
        worked_minutes=work.worked_minutes,
        awarded_shifts=work.awarded_shifts,
        awarded_minutes=int(work.scheduled.total_seconds()) // 60,
        offers=ledger.count("offered"),
        refusals=ledger.count("refused"),
        unreachable=ledger.count("unreachable"),
        called_off=work.called_off,
        no_shows=work.no_shows,
        credit_minutes=ledger.credit_minutes,
    )


def _months(
    work: Mapping[tuple[UUID, date], Work], period: Period, people: Mapping[UUID, Mapping[str, Any]]
) -> Iterable[MonthFigures]:
    zone = ZoneInfo(period.zone)
    by_month: dict[date, dict[UUID, int]] = {}
    for (officer_id, month), one in work.items():
        if one.timesheets and officer_id in people:
            by_month.setdefault(month, {})[officer_id] = one.worked_minutes
    for month in period.months():
        worked_by = by_month.get(month, {})
        ends_at = datetime.combine((month.replace(day=28) + timedelta(days=4)).replace(day=1), time(), zone)
        starts_at = datetime.combine(month, time(), zone)
        there = {
            officer_id
            for officer_id, row in people.items()
            if row["joined_at"] < ends_at and (row["left_at"] is None or row["left_at"] > starts_at)
        } | set(worked_by)
        minutes = [worked_by.get(officer_id, 0) for officer_id in there]
        yield MonthFigures(month, len(there), len(worked_by), sum(minutes), gini(minutes))
