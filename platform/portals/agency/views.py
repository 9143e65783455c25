"""An agency's workspace: whom it has engaged, and which departments are on the platform."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from agencies.engagements import list_engaged
from tenants.models import Tenant
from tenants.queries import active_tenants


@require_safe
@login_required
def front(request: HttpRequest) -> HttpResponse:
    return redirect("agency:dashboard")


@require_safe
@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    agency = _agency(request)
    return render(
        request,
        "agency/dashboard.html",
        {"engaged": list_engaged(agency_id=agency.id), "departments": active_tenants(kind="department")},
    )


@require_safe
@login_required
def officers(request: HttpRequest) -> HttpResponse:
    agency = _agency(request)
    text = request.GET.get("text", "").replace("\x00", "")[:120]
    names = {department.id: department.name for department in active_tenants(kind="department")}
    rows = [
        {"officer": one, "home": names.get(one.home_department_id, "") if one.home_department_id else ""}
        for one in list_engaged(agency_id=agency.id, text=text)
    ]
    return render(request, "agency/officers.html", {"rows": rows, "text": text, "zone": agency.time_zone})


def _agency(request: HttpRequest) -> Tenant:
    """The portal's own agency, for its staff alone."""
    if getattr(request, "membership", None) is None:
        raise PermissionDenied
    agency: Tenant = request.tenant  # type: ignore[attr-defined]
    return agency
