"""The report as a workbook: summary, by day, by officer, by job."""

from collections.abc import Iterator
from typing import Any

from reports.periodic.figures import Report
from reports.periodic.wording import Figure, money_figures, period_text, state_text, work_figures
from reports.workbooks import Column, Sheet, local_moment, write_sheets

_FACTOR = {"minutes": 60, "cents": 100}


def write_report(*, report: Report, department_name: str, currency: str, sees_money: bool) -> bytes:
    """An .xlsx. `report` with all its officers and jobs. Hours are decimal, money has two places."""
    above = (
        f"{department_name}: {period_text(report.period)}",
        f"Times in {report.zone}. Hours are of final timesheets.",
    )
    sheets = [_summary(report, currency, sees_money), _days(report, sees_money), _officers(report, sees_money)]
    sheets.append(_jobs(report, sees_money))
    return write_sheets(Sheet(one.name, one.columns, one.rows, above) for one in sheets)


def _summary(report: Report, currency: str, sees_money: bool) -> Sheet:
    columns = (
        Column("Figure", width=30),
        Column("This period", "figure", 14),
        Column("Period before", "figure", 14),
        Column("Unit", width=12),
        Column("What is counted", width=50),
    )
    figures = [*work_figures(report), *(money_figures(report, currency) if sees_money else [])]
    rows = [[one.label, _number(one, one.value), _number(one, one.before), _unit(one), one.note] for one in figures]
    rows += [[f"Requests {state_text(code).lower()}", count, None, "requests", "With a shift in the period"]
             for code, count in report.jobs_by_state.items()]  # fmt: skip
    rows += [
        [f"Clock-ins: {label}", count, None, "clock-ins", "After the start"] for label, count in report.punctuality
    ]
    return Sheet("Summary", columns, rows)


def _days(report: Report, sees_money: bool) -> Sheet:
    columns = [Column("Day", "date", 12), Column("Shifts", "number", 9), *_HOURS, *_CONDUCT]
    columns += [Column("Billed", "money", 13)] if sees_money else []

    def rows() -> Iterator[list[Any]]:
        for day in report.days:
            row = [day.on_date, day.shifts, *_hours_of(day), *_conduct_of(day)]
            yield [*row, day.billed_cents] if sees_money else row

    return Sheet("By day", columns, rows())


def _officers(report: Report, sees_money: bool) -> Sheet:
    columns = [Column("Officer", width=28), Column("Own department", width=15), Column("Assignments", "number", 12),
               *_HOURS, *_CONDUCT]  # fmt: skip
    columns += [Column("Pay", "money", 13)] if sees_money else []

    def rows() -> Iterator[list[Any]]:
        for one in report.officers:
            own = "yes" if one.is_own else "no"
            row = [one.name, own, one.assignments, *_hours_of(one), *_conduct_of(one)]
            yield [*row, one.pay_cents] if sees_money else row

    return Sheet("By officer", columns, rows())


def _jobs(report: Report, sees_money: bool) -> Sheet:
    columns = [
        Column("Request", width=13), Column("Title", width=32), Column("Type", width=20), Column("State", width=13),
        Column("Client", width=26), Column("Venue", width=26), Column("First start", "moment", 17),
        Column("Shifts", "number", 9), Column("Asked", "number", 9), Column("Filled", "number", 9), *_HOURS,
    ]  # fmt: skip
    columns += [Column("Billed", "money", 13)] if sees_money else []

    def rows() -> Iterator[list[Any]]:
        for job in report.jobs:
            row = [
                job.reference, job.title, state_text(job.event_type), state_text(job.state), job.client_name,
                job.venue_name, local_moment(job.first_starts_at, report.zone), job.shifts, job.asked, job.filled,
                *_hours_of(job),
            ]  # fmt: skip
            yield [*row, job.billed_cents] if sees_money else row

    return Sheet("By job", columns, rows())


_HOURS = (
    Column("Scheduled h", "hours", 12),
    Column("Worked h", "hours", 11),
    Column("Billable h", "hours", 11),
    Column("Payable h", "hours", 11),
)
_CONDUCT = (
    Column("Efficiency", "percent", 11),
    Column("Clock-ins", "number", 10),
    Column("On time", "number", 9),
    Column("Punctuality", "percent", 11),
    Column("Call-offs", "number", 10),
    Column("No-shows", "number", 10),
)


def _hours_of(one: Any) -> list[int]:
    return [one.scheduled_minutes, one.worked_minutes, one.billable_minutes, one.payable_minutes]


def _conduct_of(one: Any) -> list[float | int | None]:
    return [one.efficiency, one.clocked_in, one.on_time, one.punctuality, one.call_offs, one.no_shows]


def _number(figure: Figure, value: float | None) -> float | None:
    if value is None:
        return None
    return round(value * 100 if figure.unit == "share" else value / _FACTOR.get(figure.unit, 1), 2)


def _unit(figure: Figure) -> str:
    return {"share": "%", "minutes": "hours", "count": ""}.get(figure.unit, figure.currency)
