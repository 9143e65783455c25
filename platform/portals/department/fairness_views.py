"""The fairness report for the chief, and as files for the union."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from kernel import clock
from portals.department.desk import desk_page, show_page
from portals.department.roster_forms import rank_choices
from portals.department.roster_views import policy_now
from portals.doors import tenant_of
from portals.fairness_page import period_form, report_context
from reports.fairness_files import fairness_json, write_fairness_workbook
from reports.fairness_report import FairnessReport, fairness_report
from reports.workbooks import XLSX


@require_safe
@desk_page()
def fairness(request: HttpRequest) -> HttpResponse:
    department = tenant_of(request)
    form = period_form(request, department=department, at=clock.now())
    report = _report(request)
    names = {code: str(name) for code, name in rank_choices(policy_now(department))}
    return show_page(request, "fairness", report_context(request, report, form, names))


@require_safe
@desk_page()
def fairness_workbook(request: HttpRequest) -> HttpResponse:
    answer = HttpResponse(write_fairness_workbook(_report(request)), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="fairness.xlsx"'
    return answer


@require_safe
@desk_page()
def fairness_figures(request: HttpRequest) -> HttpResponse:
    return JsonResponse(fairness_json(_report(request)), json_dumps_params={"indent": 2})


def _report(request: HttpRequest) -> FairnessReport:
    department = tenant_of(request)
    form = period_form(request, department=department, at=clock.now())
    return fairness_report(department=department, period=form.period(department.time_zone), group=form.group_chosen())
