"""The report's figures as rows of words, the same on screen, in the workbook and on paper."""

from dataclasses import dataclass
from typing import Any

from reports.charts import value_text
from reports.charts.specification import Unit
from reports.periodic.figures import Figures, Money, Report
from reports.periodic.periods import Period


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, now and in the period before. `note` says what exactly is counted."""

    label: str
    value: float | None
    before: float | None
    unit: Unit
    note: str = ""
    currency: str = ""

    @property
    def text(self) -> str:
        return value_text(self.value, self.unit, self.currency)

    @property
    def before_text(self) -> str:
        return value_text(self.before, self.unit, self.currency)

    @property
    def change_text(self) -> str:
        """Against the period before, in the figure's own unit; points of a hundred for a share."""
        if self.value is None or self.before is None:
            return "–"
        moved = self.value - self.before
        if self.unit == "share":
            return f"{moved * 100:+.1f} points"
        sign = "+" if moved > 0 else "−" if moved < 0 else "±"
        return sign + value_text(abs(moved), self.unit, self.currency)


_WORK: tuple[tuple[str, str, Unit, str], ...] = (
    ("Shifts", "shifts", "count", "That start in the period, without cancelled ones"),
    ("Shifts cancelled", "shifts_cancelled", "count", ""),
    ("Positions asked for", "positions_asked", "count", "Officers wanted on these shifts"),
    ("Positions filled", "positions_filled", "count", "Officers who came, or who stand by"),
    ("Positions unfilled", "positions_unfilled", "count", ""),
    ("Share filled", "fill_rate", "share", "Filled ÷ asked for"),
    ("Officers", "officers", "count", "Different officers on these shifts"),
    ("Hours planned", "planned_minutes", "minutes", "Of all positions, filled or not"),
    ("Hours scheduled", "scheduled_minutes", "minutes", "Of assignments whose hours are final"),
    ("Hours worked", "worked_minutes", "minutes", "As the rules count them"),
    ("Hours billable", "billable_minutes", "minutes", "As the client pays them"),
    ("Hours payable", "payable_minutes", "minutes", "As officers are paid them"),
    ("Officer efficiency", "efficiency", "share", "Worked ÷ scheduled, of final hours"),
    ("Hours not final yet", "hours_open", "count", "Timesheets in none of the hours above"),
    ("Clock-ins", "clocked_in", "count", ""),
    ("Clocked in on time", "on_time", "count", ""),
    ("Punctuality", "punctuality", "share", "On time ÷ clock-ins"),
    ("Call-offs", "call_offs", "count", ""),
    ("No-shows", "no_shows", "count", ""),
    ("Relieved on site", "relieved", "count", ""),
    ("Overruns", "overruns", "count", "Assignments worked past the shift's end"),
    ("Overrun hours", "overrun_minutes", "minutes", ""),
    ("Punches put to review", "reviews", "count", ""),
)
_MONEY: tuple[tuple[str, str, str], ...] = (
    ("Quoted", "quoted_cents", "For the shifts that are settled"),
    ("Billed", "billed_cents", "Settled from the hours, tax and fee included"),
    ("Refunded", "refunded_cents", "In the period, whenever the shift was"),
    ("Service fee", "fee_cents", "The platform's"),
    ("Tax on the service fee", "fee_tax_cents", ""),
    ("Department's share", "department_cents", "In payroll mode officers are paid out of it"),
    ("Officers' pay", "pay_cents", "Payroll lines and transfers"),
)
# What stands in large figures on top of the page.
HEADLINES = ("Shifts", "Hours worked", "Share filled", "Officer efficiency", "Punctuality", "Call-offs", "No-shows")


def work_figures(report: Report) -> list[Figure]:
    grace = f"Up to {report.grace_minutes} min after the start"
    return [
        Figure(
            label,
            _value(report.figures, name),
            _value(report.before.figures, name),
            unit,
            grace if name == "on_time" else note,
        )
        for label, name, unit, note in _WORK
    ]


def money_figures(report: Report, currency: str) -> list[Figure]:
    return [
        Figure(label, _value(report.money, name), _value(report.before.money, name), "cents", note, currency)
        for label, name, note in _MONEY
    ]


def period_text(period: Period) -> str:
    """`Week 9 to 15 March 2026`."""
    first, last = period.from_date, period.last_date
    if first == last:
        return f"{first.day} {first:%B %Y}"
    if period.kind == "month":
        return f"{first:%B %Y}"
    begin = f"{first.day}" if (first.year, first.month) == (last.year, last.month) else f"{first.day} {first:%B}"
    if first.year != last.year:
        begin += f" {first.year}"
    return f"{begin} to {last.day} {last:%B %Y}"


def state_text(code: str) -> str:
    """`film-shoot` → `Film shoot`."""
    return code.replace("-", " ").replace("_", " ").capitalize()


def _value(of: Figures | Money, name: str) -> Any:
    return getattr(of, name)
