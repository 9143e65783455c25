"""After joining: on to the first thing that is still missing, and a page that says what comes next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.actors import actor_of
from kernel import clock
from marketplace.models import Officer
from marketplace.officers import private_profile
from portals.officer.pages import officer_page
from portals.officer.payment_facts import payment_facts
from portals.officer.welcome_steps import frame_of_step


@officer_page
@require_GET
def welcome(request: HttpRequest, officer: Officer) -> HttpResponse:
    profile = private_profile(officer=officer, actor=actor_of(request))
    if profile.phone_verified_at is None:
        return redirect("officer:welcome_phone")
    if profile.home is None:
        return redirect("officer:welcome_home")
    if payment_facts(officer=officer, at=clock.now()).needs_account:
        return redirect("officer:welcome_payments")
    return redirect("officer:welcome_done")


@officer_page
@require_GET
def done(request: HttpRequest, officer: Officer) -> HttpResponse:
    profile = private_profile(officer=officer, actor=actor_of(request))
    context = {
        "profile": profile,
        "payments": payment_facts(officer=officer, at=clock.now()),
        **frame_of_step("done", in_welcome=True),
    }
    return render(request, "officer/welcome_done.html", context)
