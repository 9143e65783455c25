"""The report on paper: figures, the same charts, officers and requests; legible in black and white."""

from xml.sax.saxutils import escape

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer

from billing.documents.rendering import CONTENT_WIDTH, build, letterhead, lines_table, styles
from kernel.money import format_cents
from reports.charts import Chart, value_text
from reports.charts.drawing import draw
from reports.periodic.charts import charts_of
from reports.periodic.figures import Report
from reports.periodic.wording import Figure, money_figures, period_text, state_text, work_figures

TITLES = {"day": "Daily report", "week": "Weekly report", "month": "Monthly report", "range": "Report"}
_CHART_HEIGHT = 52 * mm


def print_report(*, report: Report, department_name: str, currency: str, sees_money: bool) -> bytes:
    """A PDF. `report` with the officers and jobs that shall be listed. The same report gives the same bytes."""
    title, period = TITLES[report.period.kind], period_text(report.period)
    before = period_text(report.before.period)
    story: list[Flowable] = letterhead(
        issuer=[department_name, f"Times in {report.zone}"],
        title=title,
        number=period,
        facts=[("Compared with", before)],
    )
    story += [_heading("Work"), _figures(work_figures(report))]
    if sees_money:
        story += [Spacer(0, 5 * mm), _heading("Money"), _figures(money_figures(report, currency))]
    for chart in charts_of(report, currency=currency, sees_money=sees_money).values():
        story.append(_chart(chart))
    story += _officers(report, currency, sees_money)
    story += _jobs(report, currency, sees_money)
    footer = f"{department_name} · {title} · {period}"
    return build(story=story, title=f"{title} {period}", author=department_name, footer=footer)


def _figures(figures: list[Figure]) -> Flowable:
    return lines_table(
        headings=["", "What is counted", "This period", "Before", "Change"],
        rows=[[one.label, one.note, one.text, one.before_text, one.change_text] for one in figures],
        widths=[0.24, 0.34, 0.14, 0.14, 0.14],
        numeric_from=2,
    )


def _chart(chart: Chart) -> Flowable:
    body: Flowable = _flush("There is nothing to draw in this period.", "small")
    if not chart.is_empty:
        body = draw(chart, width=CONTENT_WIDTH, height=_CHART_HEIGHT)
    levels = "".join(f" {name}: {value}." for name, value in chart.level_texts)
    lines = [Spacer(0, 6 * mm), _flush(chart.title, "strong"), _flush(f"{chart.description}{levels}", "small")]
    return KeepTogether([*lines, Spacer(0, 2 * mm), body, _flush(chart.footnote, "small")])


def _officers(report: Report, currency: str, sees_money: bool) -> list[Flowable]:
    if not report.officers:
        return []
    headings = ["Officer", "Shifts", "Scheduled", "Worked", "Payable", "Efficiency", "On time", "Call-offs", "No-shows"]
    rows = [
        [
            one.name if one.is_own else f"{one.name} (other department)", str(one.assignments),
            *(value_text(minutes, "minutes") for minutes in
              (one.scheduled_minutes, one.worked_minutes, one.payable_minutes)),
            value_text(one.efficiency, "share"), f"{one.on_time} of {one.clocked_in}", str(one.call_offs),
            str(one.no_shows), *([format_cents(one.pay_cents, currency)] if sees_money else []),
        ]
        for one in report.officers
    ]  # fmt: skip
    widths = [0.22, 0.07, 0.11, 0.1, 0.1, 0.11, 0.1, 0.095, 0.095]
    if sees_money:
        headings.append("Pay")
        widths = [0.17, 0.065, 0.1, 0.09, 0.09, 0.1, 0.09, 0.095, 0.1, 0.1]
    listed = _of(len(report.officers), report.officer_count)
    return [Spacer(0, 8 * mm), _heading(f"Officers{listed}"),
            lines_table(headings=headings, rows=rows, widths=widths, numeric_from=1)]  # fmt: skip


def _jobs(report: Report, currency: str, sees_money: bool) -> list[Flowable]:
    if not report.jobs:
        return []
    headings = ["Request", "Type", "Filled", "Worked", "Billable"]
    rows = [
        [
            f"{one.reference} · {one.title}\n{one.client_name}, {one.venue_name}", state_text(one.event_type),
            f"{one.filled} of {one.asked}", value_text(one.worked_minutes, "minutes"),
            value_text(one.billable_minutes, "minutes"),
            *([format_cents(one.billed_cents, currency)] if sees_money else []),
        ]
        for one in report.jobs
    ]  # fmt: skip
    widths = [0.44, 0.2, 0.12, 0.12, 0.12]
    if sees_money:
        headings.append("Billed")
        widths = [0.4, 0.17, 0.1, 0.11, 0.11, 0.11]
    listed = _of(len(report.jobs), report.job_count)
    return [Spacer(0, 8 * mm), _heading(f"Requests{listed}"),
            lines_table(headings=headings, rows=rows, widths=widths, numeric_from=2)]  # fmt: skip


def _heading(words: str) -> Flowable:
    return _flush(words, "issuer")


def _flush(words: str, style: str) -> Flowable:
    """On one edge with the tables, which reach over the frame's padding."""
    return Paragraph(escape(words), ParagraphStyle(f"flush_{style}", parent=styles()[style], leftIndent=-6))


def _of(shown: int, count: int) -> str:
    return "" if shown >= count else f": the first {shown} of {count}"
