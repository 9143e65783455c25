"""When and how often the officer wants to hear of work."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.actors import actor_of
from departments.policies import policy_at
from departments.refusals import NoPolicyInForce
from kernel import clock
from kernel.errors import Refusal
from marketplace import officers
from marketplace.models import Officer
from messaging.models import OfferWishes
from messaging.wishes import MOST_OFFERS_A_DAY, set_offer_wishes, wishes_of
from portals.officer.forms import WishesForm
from portals.officer.pages import officer_page
from portals.refusals import add_to_form


class OfferWishesForm(WishesForm):
    rhythm = forms.ChoiceField(
        label=_("How do they come?"),
        widget=forms.RadioSelect,
        choices=[
            (OfferWishes.Rhythm.AS_THEY_COME, _("As they open; many at once come as one summary")),
            (OfferWishes.Rhythm.DAILY, _("One summary a day, in the morning; last-minute shifts still come at once")),
        ],
    )
    offers_a_day = forms.IntegerField(
        label=_("At most so many a day"),
        help_text=_("More wait for the next morning's summary. Empty: as many as your department allows."),
        required=False,
        min_value=1,
        max_value=MOST_OFFERS_A_DAY,
    )
    quiet_from = forms.TimeField(
        label=_("Quiet from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quiet_until = forms.TimeField(
        label=_("Quiet until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    at_night = forms.BooleanField(
        label=_("Tell me outside of the usual hours too"),
        help_text=_("Evenings, nights and early mornings, but never within your own quiet hours."),
        required=False,
    )


@officer_page
@require_http_methods(["GET", "HEAD", "POST"])
def message_wishes(request: HttpRequest, officer: Officer) -> HttpResponse:
    at = clock.now()
    form = OfferWishesForm(request.POST if request.method == "POST" else None, initial=_initial(officer))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            set_offer_wishes(
                person_id=officer.person_id,
                quiet_from=typed["quiet_from"],
                quiet_until=typed["quiet_until"],
                at_night=typed["at_night"],
                offers_a_day=typed["offers_a_day"],
                rhythm=typed["rhythm"],
                at=at,
            )
            officers.set_wishes(
                officer=officer,
                wants_sms=typed["wants_sms"],
                wants_email=typed["wants_email"],
                actor=actor_of(request),
                at=at,
            )
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            messages.success(request, gettext("Saved: when and how often you hear of shifts."))
            return redirect("officer:message_wishes")
    context = {
        "form": form,
        "rules": _rules(officer, at),
        "breadcrumbs": [{"label": gettext("Profile"), "url": reverse("officer:profile")}],
    }
    return render(request, "officer/message_wishes.html", context, status=422 if form.errors else 200)


def _initial(officer: Officer) -> dict[str, Any]:
    wishes = wishes_of(person_ids=[officer.person_id]).get(officer.person_id)
    return {
        "wants_sms": officer.wants_sms,
        "wants_email": officer.wants_email,
        "rhythm": wishes.rhythm if wishes else OfferWishes.Rhythm.AS_THEY_COME,
        "offers_a_day": wishes.offers_a_day if wishes else None,
        "quiet_from": wishes.quiet_from if wishes else None,
        "quiet_until": wishes.quiet_until if wishes else None,
        "at_night": wishes.at_night if wishes else False,
    }


def _rules(officer: Officer, at: Any) -> Any:
    """What the officer's department says of offers; None while it has no rules."""
    try:
        return policy_at(department_id=officer.home_department_id, at=at).messages
    except NoPolicyInForce:
        return None
