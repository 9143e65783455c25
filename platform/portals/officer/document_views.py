"""An officer's documents: statements, and invoices that were issued in their name."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from billing.documents.access import documents_of_officer
from marketplace.models import Officer
from portals.document_pages import OFFICER_KINDS, document_list, month_as_file
from portals.officer.pages import officer_page
from tenants.queries import get_tenant


@officer_page
@require_GET
def documents(request: HttpRequest, officer: Officer) -> HttpResponse:
    found = documents_of_officer(officer_id=officer.id)
    context = document_list(request, found, kinds=OFFICER_KINDS, zone=_zone(officer))
    return render(request, "officer/documents.html", context)


@officer_page
@require_GET
def archive(request: HttpRequest, officer: Officer) -> HttpResponseBase:
    found = documents_of_officer(officer_id=officer.id)
    return month_as_file(request, found, kinds=OFFICER_KINDS, zone=_zone(officer), back="officer:documents")


def _zone(officer: Officer) -> str:
    return get_tenant(tenant_id=officer.home_department_id).time_zone
