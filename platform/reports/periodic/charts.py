"""The report's charts. Long periods are drawn by week: a hundred bars are a fence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from reports.charts import Chart, Series, limits_of
from reports.periodic.figures import Day, Report, share
from reports.periodic.wording import period_text

MOST_DAYS_APART = 45


@dataclass(frozen=True, slots=True)
class _Bucket:
    label: str
    days: Sequence[Day]

    def total(self, name: str) -> int:
        return sum(getattr(day, name) for day in self.days)

    def share(self, part: str, whole: str) -> float | None:
        return share(self.total(part), self.total(whole))


def charts_of(report: Report, *, currency: str = "", sees_money: bool = False) -> dict[str, Chart]:
    """By name: hours, positions, efficiency, punctuality, lateness, and money for those who may see it."""
    buckets = _buckets(report)
    heading = "Day" if len(report.days) <= MOST_DAYS_APART else "Week from"
    figures, money = report.figures, report.money
    period = period_text(report.period)

    def chart(  # type: ignore[no-untyped-def]
        kind, title, description, series, unit, n, source="final timesheets", **more
    ) -> Chart:
        return Chart(
            kind=kind, title=title, description=description, series=series, unit=unit, n=n, period=period,
            source=source,
            **{"labels": [bucket.label for bucket in buckets], "label_heading": heading, **more},
        )  # fmt: skip

    def totals(name: str) -> list[float]:
        return [float(bucket.total(name)) for bucket in buckets]

    hours = f"{figures.hours_final} final timesheets"
    efficiency = [bucket.share("worked_minutes", "scheduled_minutes") for bucket in buckets]
    punctuality = [bucket.share("on_time", "clocked_in") for bucket in buckets]
    unfilled = [float(max(bucket.total("asked") - bucket.total("filled"), 0)) for bucket in buckets]
    found = {
        "hours": chart(
            "bars", "Hours scheduled, worked and payable",
            "Hours of assignments whose timesheets are final, by the day on which the shift starts.",
            [Series("Scheduled", totals("scheduled_minutes")), Series("Worked", totals("worked_minutes")),
             Series("Payable", totals("payable_minutes"))], "minutes", hours,
        ),
        "positions": chart(
            "stacked", "Positions filled and unfilled", "Officers asked for, by the day on which the shift starts.",
            [Series("Filled", totals("filled")), Series("Unfilled", unfilled)], "count",
            f"{figures.positions_asked} positions", "shifts and assignments",
        ),
        "efficiency": chart(
            "lines", "Officer efficiency", "Worked ÷ scheduled hours, with the mean and the limits of chance.",
            [Series("Worked ÷ scheduled", efficiency)], "share", hours, levels=limits_of(efficiency),
        ),
        "punctuality": chart(
            "lines", "Punctuality",
            f"Share of clock-ins up to {report.grace_minutes} minutes after the start, with mean and limits of chance.",
            [Series("On time", punctuality)], "share", f"{figures.clocked_in} clock-ins", "punches",
            levels=limits_of(punctuality, highest=1.0),
        ),
        "lateness": chart(
            "bars", "How late officers clocked in", "Clock-ins by how long after the start of the shift.",
            [Series("Clock-ins", [float(count) for _, count in report.punctuality])], "count",
            f"{figures.clocked_in} clock-ins", "punches",
            labels=[label for label, _ in report.punctuality], label_heading="Clocked in",
        ),
    }  # fmt: skip
    if sees_money:
        found["money"] = chart(
            "bars", "Billed", "What was billed for the shifts that start on these days.",
            [Series("Billed", totals("billed_cents"))], "cents", f"{money.settlements} settled shifts", "settlements",
            currency=currency,
        )  # fmt: skip
    if len(buckets) == 1:
        # One day is no line.
        del found["efficiency"], found["punctuality"]
    return found


def _buckets(report: Report) -> list[_Bucket]:
    days = list(report.days)
    if len(days) <= MOST_DAYS_APART:
        name: Callable[[Day], str] = (lambda day: f"{day.on_date:%a} {day.on_date.day}") if len(days) <= 7 else (
            lambda day: f"{day.on_date.day} {day.on_date:%b}"
        )  # fmt: skip
        return [_Bucket(name(day), [day]) for day in days]
    monday = days[0].on_date - timedelta(days=days[0].on_date.weekday())
    weeks: dict[int, list[Day]] = {}
    for day in days:
        weeks.setdefault((day.on_date - monday).days // 7, []).append(day)
    return [_Bucket(f"{week[0].on_date.day} {week[0].on_date:%b}", week) for week in weeks.values()]
