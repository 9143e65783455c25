"""The department's own account with the payment service. Its links serve once, so every visit asks for a fresh one."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.desk_roles import MONEY_HANDLERS, MONEY_READERS
from kernel.errors import Refusal
from portals import payee_page
from portals.department.desk import desk_page
from portals.doors import may, tenant_of
from portals.refusals import show


@require_safe
@desk_page(may_read=MONEY_READERS)
def account(request: HttpRequest) -> HttpResponse:
    context = payee_page.page_context(
        tenant=tenant_of(request), may_handle=may(request, MONEY_HANDLERS), handlers="a coordinator or payroll"
    )
    return render(request, "department/payee_account.html", context)


@require_safe
@desk_page(may_read=MONEY_HANDLERS)
def onboarding(request: HttpRequest) -> HttpResponse:
    """To the payment service's own page. A GET: browsers hold a form's redirect to our own origin."""
    try:
        address = payee_page.fresh_link(
            request, tenant=tenant_of(request), here="department:onboarding", back="department:onboarded"
        )
    except Refusal as refusal:
        show(request, refusal)
        return redirect("department:payee_account")
    return HttpResponseRedirect(address)


@require_safe
@desk_page(may_read=MONEY_HANDLERS)
def come_back(request: HttpRequest) -> HttpResponse:
    """Coming back says nothing: the payment service is asked how the account stands."""
    payee_page.ask_provider(request, tenant=tenant_of(request))
    return redirect("department:payee_account")


@require_POST
@desk_page(may_read=MONEY_HANDLERS, may_change=MONEY_HANDLERS)
def refresh_account(request: HttpRequest) -> HttpResponse:
    payee_page.ask_provider(request, tenant=tenant_of(request))
    return redirect("department:payee_account")
