"""How often the officer's statements come, and what their years come to. The papers are among the documents."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from billing.periods.schedules import length_for
from billing.years.reading import years_of_officer
from marketplace.models import Officer
from portals.officer.pages import officer_page
from tenants.context import acting_as


@officer_page
@require_GET
def statements(request: HttpRequest, officer: Officer) -> HttpResponse:
    # How often they come is the home department's own row, which its officers may know.
    with acting_as(purpose="worker"):
        length = length_for(tenant_id=officer.home_department_id)
    return render(
        request,
        "officer/statements.html",
        {"is_weekly": length == "week", "years": years_of_officer(officer_id=officer.id)},
    )
