"""What the officer sees and decides about themselves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.actors import actor_of
from departments.refusals import RosterEntryNotFound
from departments.roster import RosterMember, member_of_officer
from kernel import clock
from kernel.errors import Refusal
from marketplace import officers
from marketplace.models import Officer
from messaging.consents import may_text
from portals.officer.forms import WishesForm
from portals.officer.pages import officer_page
from portals.officer.payment_facts import payment_facts
from portals.officer.travel import distance_text
from portals.refusals import show
from ratings.summaries import summary_of


@officer_page
@require_GET
def profile(request: HttpRequest, officer: Officer) -> HttpResponse:
    private = officers.private_profile(officer=officer, actor=actor_of(request))
    payments = payment_facts(officer=officer, at=clock.now())
    context = {
        "officer": officer,
        "private": private,
        "payments": payments,
        "member": _member(officer),
        "texts_allowed": bool(private.phone) and may_text(phone=private.phone, person_id=officer.person_id),
        "radius": distance_text(officer.travel_radius_metres, payments.department.country),
        "wishes": WishesForm(initial={"wants_sms": officer.wants_sms, "wants_email": officer.wants_email}),
        "ratings": summary_of([officer.id])[officer.id],
    }
    return render(request, "officer/profile.html", context)


@officer_page
@require_POST
def wishes(request: HttpRequest, officer: Officer) -> HttpResponse:
    form = WishesForm(request.POST)
    form.full_clean()
    try:
        officers.set_wishes(
            officer=officer,
            wants_sms=form.cleaned_data["wants_sms"],
            wants_email=form.cleaned_data["wants_email"],
            actor=actor_of(request),
            at=clock.now(),
        )
    except Refusal as refusal:
        show(request, refusal)
    else:
        messages.success(request, _("Saved: how you hear of shifts."))
    return redirect("officer:profile")


def _member(officer: Officer) -> RosterMember | None:
    """The officer's own roster entry: badge and rank. None while it is not linked yet."""
    try:
        return member_of_officer(department_id=officer.home_department_id, officer_id=officer.id)
    except RosterEntryNotFound:
        return None
