"""The report of somebody's jobs as a workbook and on paper."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Spacer

from billing.documents.rendering import CONTENT_WIDTH, build, letterhead, lines_table, styles
from geo.timezones import zone_named
from reports.charts import value_text
from reports.charts.drawing import draw
from reports.own_jobs import OwnReport, PlaceRow, chart_of
from reports.periodic.paper import TITLES
from reports.periodic.wording import period_text
from reports.workbooks import Column, Sheet, local_moment, write_sheets

_CHART_HEIGHT = 52 * mm


def write_own_report(*, report: OwnReport, name: str) -> bytes:
    """An .xlsx, one row per place; times are the venue's own. `name` is whose jobs they are."""
    columns = [
        Column("Job", width=32), Column("Reference", width=13), Column("Place", width=28),
        Column("Starts", "moment", 17), Column("Ends", "moment", 17), Column("Time zone", width=18),
        *([Column("Officer", width=26)] if report.side == "client" else []), Column("What became of it", width=18),
        Column("Minutes late", "number", 12), Column("Clocked in", "moment", 17), Column("Clocked out", "moment", 17),
        Column("Worked", "hours", 9), Column("Hours are final", width=14),
    ]  # fmt: skip
    above = (f"{name}: {period_text(report.period)}", f"Days in {report.zone}.")
    return write_sheets([Sheet("Jobs", columns, _cells(report), above)])


def print_own_report(*, report: OwnReport, name: str) -> bytes:
    """A PDF. The same report gives the same bytes."""
    title, period = TITLES[report.period.kind], period_text(report.period)
    in_time, came = report.in_time
    story: list[Flowable] = letterhead(
        issuer=[name, f"Days in {report.zone}"],
        title=title,
        number=period,
        facts=[
            ("Shifts", str(report.shifts)),
            ("Clocked in on time", f"{in_time} of {came}"),
            ("Worked", value_text(report.worked_minutes, "minutes")),
        ],
    )
    chart = chart_of(report)
    if not chart.is_empty:
        story += [_flush(chart.title), Spacer(0, 2 * mm), draw(chart, width=CONTENT_WIDTH, height=_CHART_HEIGHT)]
    headings = ["Job", "When", *(["Officer"] if report.side == "client" else []), "What became of it", "Worked"]
    rows = [
        [
            f"{row.shift.job.title}\n{row.shift.job.reference}", _when(row),
            *([row.officer_name or "–"] if report.side == "client" else []), _words(row),
            "–" if row.worked_minutes is None else value_text(row.worked_minutes, "minutes"),
        ]
        for row in report.rows
    ]  # fmt: skip
    widths = [0.3, 0.24, 0.18, 0.18, 0.1] if report.side == "client" else [0.38, 0.28, 0.22, 0.12]
    if rows:
        story += [Spacer(0, 6 * mm), lines_table(headings=headings, rows=rows, widths=widths, numeric_from=len(widths))]
    return build(story=story, title=f"{title} {period}", author=name, footer=f"{name} · {title} · {period}")


def _cells(report: OwnReport) -> Iterator[list[Any]]:
    for row in report.rows:
        shift, zone = row.shift, row.shift.time_zone
        yield [
            shift.job.title, shift.job.reference, shift.job.venue.name, local_moment(shift.starts_at, zone),
            local_moment(shift.ends_at, zone), zone, *([row.officer_name] if report.side == "client" else []),
            row.words, row.late_minutes or None, _moment(row.came_at, zone), _moment(row.left_at, zone),
            row.worked_minutes, "" if row.worked_minutes is None else "yes" if row.are_hours_final else "not yet",
        ]  # fmt: skip


def _moment(value: datetime | None, zone: str) -> datetime | None:
    return local_moment(value, zone) if value is not None else None


def _when(row: PlaceRow) -> str:
    zone = zone_named(row.shift.time_zone)
    starts, ends = row.shift.starts_at.astimezone(zone), row.shift.ends_at.astimezone(zone)
    return f"{starts:%a} {starts.day} {starts:%b %Y}\n{starts:%H:%M}–{ends:%H:%M}"


def _words(row: PlaceRow) -> str:
    return f"{row.words}\n{row.late_minutes} min late" if row.late_minutes else row.words


def _flush(words: str) -> Flowable:
    return Paragraph(escape(words), ParagraphStyle("flush_own", parent=styles()["strong"], leftIndent=-6))
