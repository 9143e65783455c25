"""Onboarding on the payment service's own page. Its links serve once, so every visit asks for a fresh one."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.actors import actor_of
from billing.paying_out import payees
from kernel import clock
from kernel.errors import Refusal
from marketplace.models import Officer
from portals.officer.pages import officer_page
from portals.officer.payment_facts import payment_facts
from portals.officer.welcome_steps import frame_of_step
from portals.refusals import show

_IN_WELCOME = "welcome"


@officer_page
@require_GET
def welcome_payments(request: HttpRequest, officer: Officer) -> HttpResponse:
    context = {
        "payments": payment_facts(officer=officer, at=clock.now()),
        "start_url": f"{reverse('officer:payee_start')}?from={_IN_WELCOME}",
        **frame_of_step("payments", in_welcome=True),
    }
    return render(request, "officer/welcome_payments.html", context)


@officer_page
@require_GET
def start(request: HttpRequest, officer: Officer) -> HttpResponse:
    """A GET on purpose: browsers refuse a form's answer that leads to another site."""
    origin = request.GET.get("from", "")
    facts = payment_facts(officer=officer, at=clock.now())
    if not facts.paid_directly:
        return redirect("officer:profile")
    query = f"?from={_IN_WELCOME}" if origin == _IN_WELCOME else ""
    home = settings.PUBLIC_BASE_URL
    try:
        address = payees.start_onboarding(
            owner_kind="officer",
            owner_id=officer.id,
            currency=facts.currency,
            contact_email=officer.person.email,
            return_url=f"{home}{reverse('officer:payee_return')}{query}",
            refresh_url=f"{home}{reverse('officer:payee_start')}{query}",
            actor=actor_of(request),
            at=clock.now(),
        )
    except Refusal as refusal:
        show(request, refusal)
        return redirect("officer:welcome_payments" if origin == _IN_WELCOME else "officer:profile")
    return redirect(address)


@officer_page
@require_GET
def come_back(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Coming back says nothing: the payment service is asked how the account stands."""
    in_welcome = request.GET.get("from") == _IN_WELCOME
    facts = payment_facts(officer=officer, at=clock.now())
    if facts.account is not None and facts.has_begun:
        try:
            account = payees.refresh_account(payee_account_id=facts.account.id, at=clock.now())
        except Refusal as refusal:
            show(request, refusal)
        else:
            if account.may_receive:
                messages.success(request, _("Payments to you are set up."))
            else:
                messages.warning(request, _("The payment service still needs something from you. Open its page again."))
    if in_welcome:
        return redirect("officer:welcome")
    return redirect("officer:profile")
