"""The agency's documents, and what stands at their top: for its scheduler and its bookkeeper."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.memberships import StaffMembership
from accounts.models import Role
from billing.documents.access import MONEY_READERS, documents_of_tenant
from portals.document_pages import AGENCY_KINDS, document_list, month_as_file
from portals.letterhead import letterhead_context, save_letterhead, shown_logo
from tenants.models import Tenant


@require_safe
@login_required
def documents(request: HttpRequest) -> HttpResponse:
    agency = _agency(request)
    found = documents_of_tenant(tenant_id=agency.id)
    context = document_list(request, found, kinds=AGENCY_KINDS, zone=agency.time_zone)
    return render(request, "agency/documents.html", context)


@require_safe
@login_required
def archive(request: HttpRequest) -> HttpResponseBase:
    agency = _agency(request)
    found = documents_of_tenant(tenant_id=agency.id)
    return month_as_file(request, found, kinds=AGENCY_KINDS, zone=agency.time_zone, back="agency:documents")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def letterhead(request: HttpRequest) -> HttpResponse:
    agency = _agency(request)
    if request.method == "POST" and not _membership(request).has_any(Role.BOOKKEEPER):
        raise PermissionDenied("Only a bookkeeper can change what stands on the documents.")
    form, is_saved = save_letterhead(request, agency)
    if is_saved:
        return redirect("agency:letterhead")
    context = letterhead_context(agency, form, logo_url=reverse("agency:letterhead_logo"))
    context["handles_money"] = _membership(request).has_any(Role.BOOKKEEPER)
    return render(request, "agency/letterhead.html", context, status=422 if form.is_bound else 200)


@require_safe
@login_required
def letterhead_logo(request: HttpRequest) -> HttpResponse:
    return shown_logo(_agency(request))


def _agency(request: HttpRequest) -> Tenant:
    """The portal's own agency, for those of its staff who read money."""
    if not _membership(request).has_any(*MONEY_READERS):
        raise PermissionDenied("Only a scheduler or a bookkeeper sees the documents.")
    agency: Tenant = request.tenant  # type: ignore[attr-defined]
    return agency


def _membership(request: HttpRequest) -> StaffMembership:
    membership: StaffMembership | None = getattr(request, "membership", None)
    if membership is None:
        raise PermissionDenied
    return membership
