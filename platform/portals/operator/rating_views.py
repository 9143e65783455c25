"""Reports of ratings that no department can judge: its own of officers, and its officers' of clients."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from kernel.errors import NotFound
from portals.operator.access import operator_page
from portals.rating_forms import DecisionForm
from portals.rating_pages import decide_report, reports_context
from ratings import nightly
from ratings.moderating import reports_of_operator


@require_safe
@operator_page
def reports(request: HttpRequest) -> HttpResponse:
    return _show(request)


@require_POST
@operator_page
def decide(request: HttpRequest, report_id: UUID) -> HttpResponse:
    try:
        refused = decide_report(request, report_id, department_id=None)
    except NotFound as refusal:
        raise Http404 from refusal
    return redirect("operator:rating_reports") if refused is None else _show(request, refused)


def _show(request: HttpRequest, refused: tuple[UUID, DecisionForm] | None = None) -> HttpResponse:
    context = {
        **reports_context(request, reports_of_operator(), refused=refused),
        "decides": True,
        "check": nightly.latest(),
    }
    return render(request, "operator/rating_reports.html", context, status=200 if refused is None else 422)
