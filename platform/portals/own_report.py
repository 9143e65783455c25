"""The page of somebody's own jobs by day, week or month: which period, its tabs, its files, and the wish for mails."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.actors import actor_of
from accounts.models import Person
from kernel import clock
from kernel.errors import Refusal
from marketplace import job_reports
from messaging.spoken import spoken
from portals import site_words
from portals.refusals import show
from portals.site_words import SiteLook
from portals.wording import local_time, long_day_text
from reports.charts import Chart
from reports.own_jobs import OwnReport, PlaceRow, chart_of
from reports.own_jobs_files import print_own_report, write_own_report
from reports.periodic.periods import Period, period_of
from reports.periodic.wording import period_text
from reports.workbooks import XLSX

_FILES = {"xlsx": (write_own_report, XLSX), "pdf": (print_own_report, "application/pdf")}


def asked_period(request: HttpRequest, *, zone: str) -> Period:
    """The day, week or month that the address names; the one that runs now otherwise, whatever was wrong with it."""
    kind = request.GET.get("kind", "week")
    kind = kind if kind in job_reports.CADENCES else "week"
    return period_of(kind=kind, on_date=_date(request.GET.get("from", "")) or local_time(clock.now(), zone).date())


def show_report(
    request: HttpRequest, *, report: OwnReport, template: str, wishes: set[str], change_url: str, files: dict[str, str]
) -> HttpResponse:
    in_time, came = report.in_time
    period = report.period
    words = {"day": _("Day"), "week": _("Week"), "month": _("Month")}
    context: dict[str, Any] = {
        "report": report,
        "period": period,
        "period_text": _period_words(period),
        "kinds": [
            {
                "label": label,
                "url": f"?{_query(period_of(kind=kind, on_date=period.from_date))}",
                "active": kind == period.kind,
            }
            for kind, label in words.items()
        ],
        "previous": _query(period.before()),
        "following": _query(period.after()),
        "rows": [{"row": row, "look": _look(row)} for row in report.rows],
        "chart": _spoken(chart_of(report)),
        "in_time": in_time,
        "came": came,
        "files": [(label, f"{url}?{_query(period)}") for label, url in files.items()],
        "wishes": [(kind, label, kind in wishes) for kind, label in words.items()],
        "change_url": change_url,
    }
    return render(request, template, context)


def send_file(*, report: OwnReport, name: str, ending: str) -> HttpResponse:
    write, content_type = _FILES[ending]
    response = HttpResponse(write(report=report, name=name), content_type=content_type)
    period = report.period
    response["Content-Disposition"] = (
        f'attachment; filename="jobs-{period.from_date.isoformat()}-{period.last_date.isoformat()}.{ending}"'
    )
    response["Cache-Control"] = "private, no-store"
    return response


def keep_wishes(request: HttpRequest, *, side: str, zone: Callable[[], str], page: str) -> HttpResponse:
    person: Person = request.user  # type: ignore[assignment]
    try:
        job_reports.set_wishes(
            person_id=person.id,
            side=side,
            cadences=request.POST.getlist("cadences"),
            time_zone=zone(),
            actor=actor_of(request),
            at=clock.now(),
        )
        messages.success(request, _("Kept. A report comes in the morning after each of these periods."))
    except Refusal as refusal:
        show(request, refusal)
    return redirect(page)


def _look(row: PlaceRow) -> SiteLook:
    if row.status == "cancelled":
        return SiteLook("neutral", "ban", spoken(row.words))
    seen = site_words.look("on_site" if row.status == "unconfirmed" else row.status)
    return SiteLook(seen.tone, seen.icon, spoken(row.words))


def _spoken(chart: Chart) -> Chart:
    """The chart of `reports`, which writes English, in the reader's language; its footnote is said by the template."""
    return replace(
        chart,
        title=spoken(chart.title),
        description=spoken(chart.description),
        labels=[spoken(label) for label in chart.labels],
        series=[replace(one, name=spoken(one.name)) for one in chart.series],
        label_heading=spoken(chart.label_heading),
    )


def _period_words(period: Period) -> str:
    """As in the mails and files, which are English; in other languages with both days in full."""
    if (get_language() or "en").startswith("en"):
        return period_text(period)
    if period.kind == "month":
        return date_format(period.from_date, "YEAR_MONTH_FORMAT")
    if period.from_date == period.last_date:
        return long_day_text(period.from_date)
    return f"{long_day_text(period.from_date)} – {long_day_text(period.last_date)}"


def _query(period: Period) -> str:
    return f"kind={period.kind}&from={period.from_date.isoformat()}"


def _date(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found is not None and 2000 <= found.year <= 2200 else None
