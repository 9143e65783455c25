"""The agency's door: signed in, on the staff of this agency, and in a role that may do what is asked."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.desk_roles import AGENCY_MONEY_HANDLERS, AGENCY_ROLES, AGENCY_SCHEDULERS
from accounts.memberships import StaffMembership, require_any_role
from kernel.errors import NotFound, NotPermitted
from tenants.models import Tenant

PAGE_SIZE = 25

View = Callable[..., HttpResponse]
_SAFE = ("GET", "HEAD", "OPTIONS")


def agency_page(
    *, may_read: Collection[str] = AGENCY_ROLES, may_change: Collection[str] = AGENCY_SCHEDULERS
) -> Callable[[View], View]:
    """Reading and changing need a role each; what is missing and what is another agency's both answer 404."""

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
            roles = may_read if request.method in _SAFE else may_change
            try:
                require_any_role(membership=_membership(request), roles=roles)
                return view(request, *arguments, **named)
            except NotPermitted as refusal:
                raise PermissionDenied(refusal.message) from refusal
            except NotFound as refusal:
                raise Http404(refusal.message) from refusal

        return guarded

    return decorate


def agency_of(request: HttpRequest) -> Tenant:
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    return tenant


def show_page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    membership = _membership(request)
    return render(
        request,
        f"agency/{name}.html",
        {
            "zone": agency_of(request).time_zone,
            "staffs": membership is not None and membership.has_any(*AGENCY_SCHEDULERS),
            "keeps_books": membership is not None and membership.has_any(*AGENCY_MONEY_HANDLERS),
            **context,
        },
        status=status,
    )


def _membership(request: HttpRequest) -> StaffMembership | None:
    found: StaffMembership | None = getattr(request, "membership", None)
    return found
