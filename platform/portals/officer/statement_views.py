"""The officer's statements and self-billed invoices, one set for each period that has ended."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from billing.models import IssuedDocument
from billing.periods.schedules import length_for
from billing.years.reading import years_of_officer
from marketplace.models import Officer
from portals.officer.pages import officer_page
from tenants.context import acting_as

PAGE_SIZE = 24
KINDS = (IssuedDocument.Kind.PERIOD_STATEMENT, IssuedDocument.Kind.SELF_BILLED_INVOICE)


@officer_page
@require_GET
def statements(request: HttpRequest, officer: Officer) -> HttpResponse:
    found = IssuedDocument.objects.filter(officer_id=officer.id, kind__in=KINDS).defer("pdf")
    page = Paginator(found.order_by("-issued_at", "-id"), PAGE_SIZE).get_page(request.GET.get("page"))
    # How often they come is the home department's own row, which its officers may know.
    with acting_as(purpose="worker"):
        length = length_for(tenant_id=officer.home_department_id)
    return render(
        request,
        "officer/statements.html",
        {"page": page, "is_weekly": length == "week", "years": years_of_officer(officer_id=officer.id)},
    )
