"""The desk's door: signed in, on the staff of this department, and in a role that may do what is asked."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.desk_roles import COORDINATORS, MONEY_HANDLERS, MONEY_READERS, ON_THE_DAY, PERSONNEL_READERS, READERS
from accounts.memberships import StaffMembership, require_any_role
from kernel.errors import NotFound, NotPermitted
from tenants.models import Tenant

PAGE_SIZE = 25

View = Callable[..., HttpResponse]
_SAFE = ("GET", "HEAD", "OPTIONS")


def desk_page(
    *, may_read: Collection[str] = READERS, may_change: Collection[str] = COORDINATORS
) -> Callable[[View], View]:
    """Reading and changing need a role each; what is missing and what is another department's both answer 404."""

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


def department_of(request: HttpRequest) -> Tenant:
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


def show_page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A desk page; templates ask what the role may (`may_change` and such) before they show a button or a figure."""
    return render(
        request,
        f"department/{name}.html",
        {
            "may_change": may(request, COORDINATORS),
            "acts_on_the_day": may(request, ON_THE_DAY),
            "sees_money": may(request, MONEY_READERS),
            "handles_money": may(request, MONEY_HANDLERS),
            "reads_personnel": may(request, PERSONNEL_READERS),
            "zone": department_of(request).time_zone,
            "new_request_url": reverse("department:new_request"),
            **context,
        },
        status=status,
    )
