"""The door of a tenant's pages: signed in, on the staff of the tenant whose host this is, in a role that may do it."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from accounts.memberships import StaffMembership, require_any_role
from kernel.errors import NotFound, NotPermitted
from tenants.models import Tenant

View = Callable[..., HttpResponse]
_SAFE = ("GET", "HEAD", "OPTIONS")


def staff_page(*, may_read: Collection[str], may_change: Collection[str]) -> Callable[[View], View]:
    """Reading and changing need a role each; what is missing and what is another tenant's both answer 404."""

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
            roles = may_read if request.method in _SAFE else may_change
            try:
                require_any_role(membership=membership_of(request), roles=roles)
                return view(request, *arguments, **named)
            except NotPermitted as refusal:
                raise PermissionDenied(refusal.message) from refusal
            except NotFound as refusal:
                raise Http404(refusal.message) from refusal

        return guarded

    return decorate


def tenant_of(request: HttpRequest) -> Tenant:
    """The tenant whose host was asked."""
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    return tenant


def membership_of(request: HttpRequest) -> StaffMembership | None:
    found: StaffMembership | None = getattr(request, "membership", None)
    return found


def may(request: HttpRequest, roles: Collection[str]) -> bool:
    membership = membership_of(request)
    return membership is not None and membership.has_any(*roles)


def roles_of(request: HttpRequest) -> frozenset[str]:
    membership = membership_of(request)
    return membership.roles if membership is not None else frozenset()
