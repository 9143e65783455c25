"""Daily, weekly and monthly reports: on screen with charts, as a workbook, and on paper."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.desk_roles import MONEY_READERS
from kernel import clock
from kernel.errors import InvalidInput
from portals.department.desk import PAGE_SIZE, desk_page, show_page
from portals.department.today_views import parse_date_or_none
from portals.department.words import event_label
from portals.doors import may, tenant_of
from portals.wording import local_time
from reports.periodic import Period, Report, period_of, read
from reports.periodic.charts import charts_of
from reports.periodic.paper import TITLES, print_report
from reports.periodic.wording import HEADLINES, money_figures, period_text, state_text, work_figures
from reports.periodic.workbook import write_report
from reports.workbooks import XLSX
from tenants.models import Tenant

KINDS = {"day": "Day", "week": "Week", "month": "Month", "range": "Any days"}
LISTED_ON_PAPER = 200


@dataclass(frozen=True)
class Asked:
    """What the address asks for; `mistake` says what was wrong with it, and the usual period is shown instead."""

    period: Period
    mistake: str = ""


@require_safe
@desk_page()
def report(request: HttpRequest) -> HttpResponse:
    department = tenant_of(request)
    asked = _asked(request, department)
    page = _page_number(request)
    found = _read(
        department,
        asked.period,
        officer_limit=PAGE_SIZE,
        officer_offset=(page - 1) * PAGE_SIZE,
        job_limit=PAGE_SIZE,
    )
    sees_money = may(request, MONEY_READERS)
    figures = work_figures(found)
    context: dict[str, Any] = {
        "report": found,
        "mistake": asked.mistake,
        "title": TITLES[asked.period.kind],
        "period": asked.period,
        "period_text": period_text(asked.period),
        "before_text": period_text(found.before.period),
        "kinds": _tabs(asked.period),
        "previous": _query(asked.period.before()),
        "following": _query(asked.period.after()),
        "this_query": _query(asked.period),
        "headlines": [one for one in figures if one.label in HEADLINES],
        "figures": figures,
        "money": money_figures(found, department.currency) if sees_money else [],
        "charts": charts_of(found, currency=department.currency, sees_money=sees_money),
        "states": [(state_text(code), count) for code, count in found.jobs_by_state.items()],
        "event_types": [(event_label(row.event_type), row) for row in found.event_types],
        "officer_page": Paginator(range(found.officer_count), PAGE_SIZE).get_page(page),
    }
    return show_page(request, "report", context, status=422 if asked.mistake else 200)


@require_safe
@desk_page()
def report_workbook(request: HttpRequest) -> HttpResponse:
    """Every officer and every request of the period."""
    department = tenant_of(request)
    period = _asked(request, department).period
    found = _read(department, period, officer_limit=None, job_limit=None)
    written = write_report(
        report=found,
        department_name=department.name,
        currency=department.currency,
        sees_money=may(request, MONEY_READERS),
    )
    return _file(written, XLSX, department, period, "xlsx")


@require_safe
@desk_page()
def report_paper(request: HttpRequest) -> HttpResponse:
    department = tenant_of(request)
    period = _asked(request, department).period
    found = _read(department, period, officer_limit=LISTED_ON_PAPER, job_limit=LISTED_ON_PAPER)
    written = print_report(
        report=found,
        department_name=department.name,
        currency=department.currency,
        sees_money=may(request, MONEY_READERS),
    )
    return _file(written, "application/pdf", department, period, "pdf")


def _read(department: Tenant, period: Period, **more: Any) -> Report:
    return read(
        department_id=department.id, from_date=period.from_date, until_date=period.until_date, period=period, **more
    )  # fmt: skip


def _asked(request: HttpRequest, department: Tenant) -> Asked:
    """`kind`, `from`, and for a range the last day `until`. By default the week before this one: it is over."""
    today = local_time(clock.now(), department.time_zone).date()
    kind = request.GET.get("kind", "week")
    kind = kind if kind in KINDS else "week"
    first = parse_date_or_none(request.GET.get("from", ""))
    last = parse_date_or_none(request.GET.get("until", ""))
    usual = _usual(kind, today)
    if first is None:
        return Asked(usual)
    try:
        return Asked(period_of(kind=kind, on_date=first, until_date=last + timedelta(days=1) if last else None))
    except (InvalidInput, OverflowError) as refusal:
        return Asked(usual, mistake=str(refusal))


def _usual(kind: str, today: date) -> Period:
    if kind == "range":
        return period_of(kind="range", on_date=today - timedelta(days=30), until_date=today)
    return period_of(kind=kind, on_date=today).before()


def _tabs(period: Period) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": f"?kind={kind}&from={period.from_date.isoformat()}"
         + (f"&until={period.last_date.isoformat()}" if kind == "range" else ""), "active": kind == period.kind}
        for kind, label in KINDS.items()
    ]  # fmt: skip


def _query(period: Period) -> str:
    until = f"&until={period.last_date.isoformat()}" if period.kind == "range" else ""
    return f"kind={period.kind}&from={period.from_date.isoformat()}{until}"


def _file(written: bytes, content_type: str, department: Tenant, period: Period, ending: str) -> HttpResponse:
    response = HttpResponse(written, content_type=content_type)
    name = f"report-{department.slug}-{period.from_date.isoformat()}-{period.last_date.isoformat()}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 6 else 1
