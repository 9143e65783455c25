"""The agency's own account with the payment service, for those of its staff who see money."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.desk_roles import AGENCY_MONEY_HANDLERS
from accounts.memberships import require_any_role
from kernel.errors import NotPermitted, Refusal
from portals import payee_page
from portals.refusals import show
from tenants.models import Tenant

View = Callable[..., HttpResponse]


def money_page(view: View) -> View:
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        try:
            require_any_role(membership=getattr(request, "membership", None), roles=AGENCY_MONEY_HANDLERS)
        except NotPermitted as refusal:
            raise PermissionDenied(refusal.message) from refusal
        return view(request, *arguments, **named)

    return guarded


@require_safe
@money_page
def account(request: HttpRequest) -> HttpResponse:
    context = payee_page.page_context(
        tenant=_agency(request), may_handle=True, handlers="a coordinator or the bookkeeper"
    )
    return render(request, "agency/payee_account.html", context)


@require_safe
@money_page
def onboarding(request: HttpRequest) -> HttpResponse:
    """To the payment service's own page. A GET: browsers hold a form's redirect to our own origin."""
    try:
        address = payee_page.fresh_link(
            request, tenant=_agency(request), here="agency:onboarding", back="agency:onboarded"
        )
    except Refusal as refusal:
        show(request, refusal)
        return redirect("agency:payee_account")
    return HttpResponseRedirect(address)


@require_safe
@money_page
def come_back(request: HttpRequest) -> HttpResponse:
    payee_page.ask_provider(request, tenant=_agency(request))
    return redirect("agency:payee_account")


@require_POST
@money_page
def refresh_account(request: HttpRequest) -> HttpResponse:
    payee_page.ask_provider(request, tenant=_agency(request))
    return redirect("agency:payee_account")


def _agency(request: HttpRequest) -> Tenant:
    agency: Tenant = request.tenant  # type: ignore[attr-defined]
    return agency
