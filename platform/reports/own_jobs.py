"""What became of somebody's jobs in a day, week or month: of a client's shifts, or of an officer's own assignments.

The standing of every place is derived where the boards derive it; hours are those of the timesheet, final or not.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import QuerySet

from accounts.models import Person
from marketplace.boards import ShiftOfTheDay, read_board
from marketplace.models import Assignment, Officer, Shift, Timesheet
from marketplace.service_levels import LevelsByDay
from marketplace.site_status import STATUSES, SiteStatus, facts_of, site_status, with_site_facts
from reports.charts import Chart, Series
from reports.periodic.periods import Period

Side = Literal["client", "officer"]
# A month of a client with many places; what is left out is said.
MAXIMUM_ROWS = 500
WORDS = {
    "no_show": "Nobody came",
    "late": "Late",
    "unconfirmed": "On site",
    "overrun": "Over time",
    "left_early": "Left early",
    "on_site": "On site",
    "expected": "Expected",
    "offered": "Offered",
    "done": "Done",
    "relieved": "Relieved",
    "called_off": "Called off",
    "not_staffed": "Not staffed",
    "cancelled": "Cancelled",
}


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One officer on one shift, or a place that nobody filled. `worked_minutes` None: no hours yet.

    `is_place`: False for whoever shares it with the officer whose row stands for it.
    """

    shift: Shift
    officer_name: str
    status: str
    late_minutes: int
    came_at: datetime | None
    left_at: datetime | None
    worked_minutes: int | None
    are_hours_final: bool
    is_place: bool = True

    @property
    def words(self) -> str:
        return WORDS[self.status]


@dataclass(frozen=True, slots=True)
class OwnReport:
    side: Side
    period: Period
    zone: str
    rows: tuple[PlaceRow, ...]
    is_cut: bool

    @property
    def counts(self) -> list[tuple[str, int]]:
        """Statuses in words, the gravest first, that occur, with how many places."""
        found = Counter(row.words for row in self.rows if row.is_place)
        order = dict.fromkeys(WORDS[one] for one in ("not_staffed", *STATUSES, "cancelled"))
        return [(words, found[words]) for words in order if found[words]]

    @property
    def shifts(self) -> int:
        return len({row.shift.id for row in self.rows})

    @property
    def places(self) -> int:
        return sum(row.is_place for row in self.rows)

    @property
    def worked_minutes(self) -> int:
        return sum(row.worked_minutes or 0 for row in self.rows)

    @property
    def in_time(self) -> tuple[int, int]:
        """Of those who came: how many not late, and how many in all."""
        came = [row for row in self.rows if row.came_at is not None]
        return sum(not row.late_minutes for row in came), len(came)


def report_of_client(*, person: Person, period: Period, zone: str, at: datetime) -> OwnReport:
    """Of every client for whom the person acts. Three queries, and each department's policies."""
    shifts = (
        _in(Shift.objects.all(), period, zone)
        .filter(job__client__members__person=person, job__client__members__ended_at=None)
        .exclude(state=Shift.State.PLANNED)
        .select_related("job__venue")
        .distinct()
    )
    board = read_board(shifts.order_by("starts_at", "id"), at=at)
    rows = [row for one in board for row in _of_shift(one)]
    return _report("client", rows, period, zone)


def report_of_officer(*, officer: Officer, period: Period, zone: str, at: datetime) -> OwnReport:
    """Two queries, and each department's policies."""
    own = Assignment.objects.filter(officer__person_id=officer.person_id).exclude(state=Assignment.State.OFFERED)
    start, end = period.moments(zone)
    found = (
        with_site_facts(own.filter(shift__starts_at__gte=start, shift__starts_at__lt=end))
        .select_related("shift__job__venue", "officer", "timesheet")
        .order_by("shift__starts_at", "id")
    )
    levels = LevelsByDay()
    rows = []
    for one in found[: MAXIMUM_ROWS + 1]:
        facts = facts_of(one)
        rules = levels.of(department_id=one.shift.governing_department_id, starts_at=one.shift.starts_at)
        rows.append(_row(one, one.shift, site_status(facts=facts, levels=rules, at=at)))
    return _report("officer", rows, period, zone)


def chart_of(report: OwnReport) -> Chart:
    counts = report.counts
    return Chart(
        kind="bars",
        title="How it went",
        description="Places by what became of them.",
        labels=[words for words, _ in counts],
        series=[Series("Places", [float(number) for _, number in counts])],
        unit="count",
        n=f"{report.places} places on {report.shifts} shifts",
        period=f"{report.period.from_date.isoformat()} to {report.period.last_date.isoformat()}",
        source="punches and timesheets",
        label_heading="What became of it",
    )


def _in(shifts: "QuerySet[Shift]", period: Period, zone: str) -> "QuerySet[Shift]":
    start, end = period.moments(zone)
    return shifts.filter(starts_at__gte=start, starts_at__lt=end)


def _of_shift(one: ShiftOfTheDay) -> list[PlaceRow]:
    if one.shift.state == Shift.State.CANCELLED:
        return [_empty(one.shift, "cancelled")]
    rows = [
        _empty(one.shift, "offered")
        if person.is_only_asked
        else _row(person.assignment, one.shift, person.site, is_place=not person.shares_place)
        for person in one.people
    ]
    # Whoever did not come, and was not replaced, is what became of their place.
    return rows + [_empty(one.shift, "not_staffed")] * max(0, one.wanted - len(one.places))


def _row(one: Assignment, shift: Shift, site: SiteStatus, *, is_place: bool = True) -> PlaceRow:
    sheet: Timesheet | None = getattr(one, "timesheet", None)
    facts = facts_of(one)
    return PlaceRow(
        shift=shift,
        officer_name=one.officer.display_name,
        status=site.status,
        late_minutes=site.came_late_minutes,
        came_at=facts.came_at,
        left_at=facts.left_at,
        worked_minutes=sheet.worked_minutes if sheet is not None else None,
        are_hours_final=sheet is not None and sheet.state in Timesheet.FINAL_STATES,
        is_place=is_place,
    )


def _empty(shift: Shift, status: str) -> PlaceRow:
    return PlaceRow(shift, "", status, 0, None, None, None, False)


def _report(side: Side, rows: Sequence[PlaceRow], period: Period, zone: str) -> OwnReport:
    return OwnReport(side, period, zone, tuple(rows[:MAXIMUM_ROWS]), len(rows) > MAXIMUM_ROWS)
