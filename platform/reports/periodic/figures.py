"""The report as plain values. Minutes are whole, money is cents; a share without a basis is None. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from reports.periodic.periods import Period

# Minutes after the start, upper bound exclusive; the last is open.
PUNCTUALITY_BANDS: tuple[tuple[str, int | None], ...] = (
    ("On time", 1),
    ("1–5 min", 6),
    ("6–15 min", 16),
    ("> 15 min", None),
)


def share(part: int, whole: int) -> float | None:
    """Of one; None when there is nothing to take it of."""
    return None if whole == 0 else part / whole


class _Attendance:
    """The shares of whatever counts hours and clock-ins."""

    __slots__ = ()
    scheduled_minutes: int
    worked_minutes: int
    clocked_in: int
    on_time: int

    @property
    def efficiency(self) -> float | None:
        """Officer efficiency: worked ÷ scheduled minutes of the hours that are final."""
        return share(self.worked_minutes, self.scheduled_minutes)

    @property
    def punctuality(self) -> float | None:
        return share(self.on_time, self.clocked_in)


@dataclass(frozen=True, slots=True)
class Figures(_Attendance):
    """Shifts that start in the period. `scheduled_minutes` is of the assignments whose hours are final, so that
    efficiency compares like with like; `planned_minutes` of all positions, filled or not."""

    shifts: int = 0
    shifts_cancelled: int = 0
    positions_asked: int = 0
    positions_filled: int = 0
    positions_unfilled: int = 0
    planned_minutes: int = 0
    assignments: int = 0
    officers: int = 0
    hours_final: int = 0
    hours_open: int = 0
    scheduled_minutes: int = 0
    worked_minutes: int = 0
    billable_minutes: int = 0
    payable_minutes: int = 0
    clocked_in: int = 0
    on_time: int = 0
    call_offs: int = 0
    no_shows: int = 0
    relieved: int = 0
    overruns: int = 0
    overrun_minutes: int = 0
    reviews: int = 0

    @property
    def fill_rate(self) -> float | None:
        return share(self.positions_filled, self.positions_asked)


@dataclass(frozen=True, slots=True)
class Money:
    """Of the settlements of these shifts, in cents. `department_cents` is the department's part of the split."""

    settlements: int = 0
    quoted_cents: int = 0
    billed_cents: int = 0
    refunded_cents: int = 0
    fee_cents: int = 0
    fee_tax_cents: int = 0
    department_cents: int = 0
    pay_cents: int = 0


@dataclass(frozen=True, slots=True)
class Day(_Attendance):
    """`billed_cents` of the shifts that start on this local day."""

    on_date: date
    shifts: int = 0
    asked: int = 0
    filled: int = 0
    scheduled_minutes: int = 0
    worked_minutes: int = 0
    billable_minutes: int = 0
    payable_minutes: int = 0
    clocked_in: int = 0
    on_time: int = 0
    call_offs: int = 0
    no_shows: int = 0
    billed_cents: int = 0


@dataclass(frozen=True, slots=True)
class OfficerRow(_Attendance):
    officer_id: UUID
    name: str
    is_own: bool
    assignments: int
    scheduled_minutes: int
    worked_minutes: int
    billable_minutes: int
    payable_minutes: int
    clocked_in: int
    on_time: int
    call_offs: int
    no_shows: int
    pay_cents: int


@dataclass(frozen=True, slots=True)
class JobRow:
    job_id: UUID
    reference: str
    title: str
    event_type: str
    state: str
    client_name: str
    venue_name: str
    first_starts_at: datetime
    shifts: int
    asked: int
    filled: int
    scheduled_minutes: int
    worked_minutes: int
    billable_minutes: int
    payable_minutes: int
    billed_cents: int


@dataclass(frozen=True, slots=True)
class VenueRow:
    """Places of this name, whoever is the client."""

    name: str
    shifts: int
    worked_minutes: int
    billed_cents: int


@dataclass(frozen=True, slots=True)
class EventTypeRow:
    event_type: str
    shifts: int
    worked_minutes: int
    billed_cents: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The period before, for the figures that are compared."""

    period: Period
    figures: Figures
    money: Money


@dataclass(frozen=True, slots=True)
class Report:
    """`jobs_by_state`: jobs with a shift in the period. `punctuality`: how many clocked in, by band.

    `officers` is the page asked for of `officer_count`, most hours first; `jobs` the same of `job_count`.
    """

    department_id: UUID
    period: Period
    zone: str
    grace_minutes: int
    figures: Figures
    money: Money
    before: Comparison
    jobs_by_state: Mapping[str, int]
    punctuality: Sequence[tuple[str, int]]
    days: Sequence[Day]
    officers: Sequence[OfficerRow]
    officer_count: int
    jobs: Sequence[JobRow]
    job_count: int
    venues: Sequence[VenueRow]
    event_types: Sequence[EventTypeRow]
