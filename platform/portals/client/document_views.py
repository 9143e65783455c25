"""A client's documents: invoices with their credit notes, and receipts."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from billing.documents.access import documents_of_clients
from billing.models import IssuedDocument
from portals.audience import audience_of
from portals.document_pages import CLIENT_KINDS, document_list, month_as_file


@login_required
@require_GET
def documents(request: HttpRequest) -> HttpResponse:
    context = document_list(request, _own(request), kinds=CLIENT_KINDS, zone=settings.PLATFORM_TIME_ZONE)
    return render(request, "client/documents.html", context)


@login_required
@require_GET
def archive(request: HttpRequest) -> HttpResponseBase:
    return month_as_file(
        request, _own(request), kinds=CLIENT_KINDS, zone=settings.PLATFORM_TIME_ZONE, back="client:documents"
    )


def _own(request: HttpRequest) -> QuerySet[IssuedDocument]:
    return documents_of_clients(client_ids=[client.id for client in audience_of(request).clients])
