"""The department's documents, and what stands at their top."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.desk_roles import MONEY_HANDLERS, MONEY_READERS
from billing.documents.access import documents_of_tenant
from portals.department.desk import desk_page, show_page
from portals.document_pages import DEPARTMENT_KINDS, document_list, month_as_file
from portals.doors import tenant_of
from portals.letterhead import letterhead_context, save_letterhead, shown_logo


@require_safe
@desk_page(may_read=MONEY_READERS)
def documents(request: HttpRequest) -> HttpResponse:
    department = tenant_of(request)
    found = documents_of_tenant(tenant_id=department.id)
    context = document_list(request, found, kinds=DEPARTMENT_KINDS, zone=department.time_zone)
    return show_page(request, "documents", context)


@require_safe
@desk_page(may_read=MONEY_READERS)  # type: ignore[arg-type]
def archive(request: HttpRequest) -> HttpResponseBase:
    department = tenant_of(request)
    found = documents_of_tenant(tenant_id=department.id)
    return month_as_file(request, found, kinds=DEPARTMENT_KINDS, zone=department.time_zone, back="department:documents")


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(may_read=MONEY_READERS, may_change=MONEY_HANDLERS)
def letterhead(request: HttpRequest) -> HttpResponse:
    department = tenant_of(request)
    form, is_saved = save_letterhead(request, department)
    if is_saved:
        return redirect("department:letterhead")
    context = letterhead_context(department, form, logo_url=reverse("department:letterhead_logo"))
    return show_page(request, "letterhead", context, status=422 if form.is_bound else 200)


@require_safe
@desk_page(may_read=MONEY_READERS)
def letterhead_logo(request: HttpRequest) -> HttpResponse:
    return shown_logo(tenant_of(request))
