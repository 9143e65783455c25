"""Reports of unfair ratings at the desk: kept, hidden or struck, with a reason."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.desk_roles import DECIDERS, PERSONNEL_READERS
from portals.department.desk import desk_page, show_page
from portals.doors import may, tenant_of
from portals.rating_forms import DecisionForm
from portals.rating_pages import decide_report, reports_context
from ratings.moderating import reports_of_department


@require_safe
@desk_page(may_read=PERSONNEL_READERS)
def reports(request: HttpRequest) -> HttpResponse:
    return _show(request)


@require_POST
@desk_page(may_change=DECIDERS)
def decide(request: HttpRequest, report_id: UUID) -> HttpResponse:
    refused = decide_report(request, report_id, department_id=tenant_of(request).id)
    return redirect("department:rating_reports") if refused is None else _show(request, refused)


def _show(request: HttpRequest, refused: tuple[UUID, DecisionForm] | None = None) -> HttpResponse:
    found = reports_of_department(department_id=tenant_of(request).id)
    context = {
        **reports_context(request, found, refused=refused, for_department=True),
        "decides": may(request, DECIDERS),
    }
    return show_page(request, "rating_reports", context, status=200 if refused is None else 422)
