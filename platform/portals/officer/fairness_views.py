"""The same report for the members themselves: colleagues under pseudonyms, their own figures under their own name."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from departments.policies import policy_at
from departments.refusals import NoPolicyInForce
from kernel import clock
from marketplace.models import Officer
from portals.fairness_page import period_form, report_context
from portals.officer.pages import officer_page
from reports.fairness_report import fairness_report
from tenants.queries import get_tenant


@officer_page
@require_GET
def fairness(request: HttpRequest, officer: Officer) -> HttpResponse:
    department = get_tenant(tenant_id=officer.home_department_id)
    at = clock.now()
    form = period_form(request, department=department, at=at)
    report = fairness_report(
        department=department, period=form.period(department.time_zone), group=form.group_chosen()
    ).under_pseudonyms(department_id=department.id, reader_id=officer.id)
    try:
        ranks = policy_at(department_id=department.id, at=at).rate_card.ranks
    except NoPolicyInForce:
        ranks = ()
    context = report_context(request, report, form, {rank.code: rank.name for rank in ranks})
    own = next((one for one in report.officers if one.officer_id == officer.id), None)
    return render(
        request,
        "officer/fairness.html",
        {**context, "own": own, "department": department, "zone": department.time_zone, "reader_id": officer.id},
    )
