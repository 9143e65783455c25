"""The workspace's door, on a department's and on an agency's host: who may read it and who may change it."""

from collections.abc import Callable, Collection
from datetime import date
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.desk_roles import MONTH_REOPENERS, RECONCILERS, RECONCILIATION_READERS
from accounts.memberships import StaffMembership, require_any_role
from kernel.errors import NotFound, NotPermitted
from tenants.models import Tenant

View = Callable[..., HttpResponse]
_SAFE = ("GET", "HEAD", "OPTIONS")


def workspace_page(*, may_change: Collection[str] = RECONCILERS) -> Callable[[View], View]:
    """What is missing and what is another tenant's both answer 404."""

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
            roles = RECONCILIATION_READERS if request.method in _SAFE else may_change
            try:
                require_any_role(membership=_membership(request), roles=roles)
                return view(request, *arguments, **named)
            except NotPermitted as refusal:
                raise PermissionDenied(refusal.message) from refusal
            except NotFound as refusal:
                raise Http404(refusal.message) from refusal

        return guarded

    return decorate


def tenant_of(request: HttpRequest) -> Tenant:
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    return tenant


def address(request: HttpRequest, name: str, **places: Any) -> str:
    """Of a page of the workspace on this host."""
    return reverse(f"{tenant_of(request).kind}:{name}", urlconf=request.urlconf, kwargs=places or None)


def month_named(text: str) -> date:
    """2026-03 → its first day; anything else is not found."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise Http404("There is no such month.") from error
    if not 2000 <= first.year <= 2200:
        raise Http404("There is no such month.")
    return first


def month_slug(first_date: date) -> str:
    return f"{first_date:%Y-%m}"


def came_from(request: HttpRequest, otherwise: str) -> str:
    """The list as it was filtered, when the form says so; never another host."""
    wanted = request.POST.get("next", "") or request.GET.get("next", "")
    inside = wanted.startswith(address(request, "reconciliation")) and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}
    )
    return wanted if inside else otherwise


def show_page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    membership = _membership(request)
    return render(
        request,
        f"reconciliation/{name}.html",
        {
            "base": address(request, "reconciliation"),
            "zone": tenant_of(request).time_zone,
            "may_reconcile": membership is not None and membership.has_any(*RECONCILERS),
            "may_reopen": membership is not None and membership.has_any(*MONTH_REOPENERS),
            **context,
        },
        status=status,
    )


def _membership(request: HttpRequest) -> StaffMembership | None:
    found: StaffMembership | None = getattr(request, "membership", None)
    return found
