"""“Why not me?” for every bid, and contesting the award."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actors import actor_of
from kernel import clock
from kernel.errors import Refusal
from marketplace import contesting
from marketplace.award_reading import verified
from marketplace.contest_terms import contest_closes_at
from marketplace.models import Officer
from marketplace.own_awards import OwnAward, explain_own_award
from marketplace.refusals_contests import LONGEST_TEXT
from messaging.spoken import spoken
from notifications.contests import remedy_words
from portals.award_words import bidder_rows, kind_words, left_out_rows, rung_rows
from portals.department.words import order_words
from portals.officer.pages import officer_page
from portals.refusals import add_to_form

_VERDICTS = {
    "waiting": ("info", _("Not decided yet")),
    "won": ("success", _("You have this shift")),
    "backup": ("info", _("You are a backup")),
    "lost": ("neutral", _("It went to somebody else")),
    "denied": ("error", _("A rule kept you out")),
    "withdrawn": ("neutral", _("Your bid was withdrawn")),
}


class ContestForm(forms.Form):
    grounds = forms.CharField(
        label=_("What was wrong?"),
        help_text=_("Your coordinator and whoever decides read this."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        # Shown as needed, judged by the domain.
        self.fields["grounds"].required = True
        self.fields["grounds"].error_messages["required"] = str(_("Say what was wrong with this award."))


@officer_page
@require_GET
def own_award(request: HttpRequest, officer: Officer, shift_id: UUID) -> HttpResponse:
    found = explain_own_award(officer=officer, shift_id=shift_id, at=clock.now())
    reading = found.reading
    checked = None
    if reading is not None and "verify" in request.GET:
        checked = verified(award=reading.award)
    tone, title = _VERDICTS.get(found.state, ("neutral", found.state.replace("_", " ").capitalize()))
    zone = found.shift.time_zone
    return render(
        request,
        "officer/own_award.html",
        {
            "own": found,
            "shift": found.shift,
            "job": found.shift.job,
            "tone": tone,
            "title": title,
            "verified": checked,
            "reading": reading,
            "kind": kind_words(reading.kind) if reading else "",
            "keys": [order_words(key) for key in reading.keys] if reading else [],
            "rows": bidder_rows(reading) if reading else [],
            "left_out": left_out_rows(reading) if reading else [],
            "rungs": rung_rows(found.ladder, zone) if found.ladder else [],
            "later": [(one, kind_words(one.kind)) for one in found.later],
            "contests": [(contest, remedy_words(contest)) for contest in found.contests],
            "breadcrumbs": _trail(found),
        },
    )


@officer_page
@require_http_methods(["GET", "HEAD", "POST"])
def contest(request: HttpRequest, officer: Officer, shift_id: UUID) -> HttpResponse:
    """The form for the latest award of the shift that can be contested; a refusal names the one that cannot."""
    at = clock.now()
    found = explain_own_award(officer=officer, shift_id=shift_id, at=at)
    award = found.contestable[0] if found.contestable else found.reading.award if found.reading else None
    if award is None or (request.method != "POST" and found.contestable is None):
        messages.error(request, _("There is nothing to contest here now."))
        return redirect("officer:own_award", shift_id=shift_id)
    form = ContestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            contesting.file_contest(
                officer=officer, award_id=award.id, grounds=form.cleaned_data["grounds"], actor=actor_of(request), at=at
            )
            messages.success(
                request, _("Your contest is filed. Your department was told, and you hear when it decides.")
            )
            return redirect("officer:own_award", shift_id=shift_id)
        except Refusal as refusal:
            add_to_form(form, refusal)
    page = {
        "form": form,
        "shift": found.shift,
        "job": found.shift.job,
        "closes_at": contest_closes_at(award=award),
        "back_url": reverse("officer:own_award", args=[shift_id]),
    }
    return render(request, "officer/contest.html", page, status=422 if form.errors else 200)


@officer_page
@require_POST
def withdraw_contest(request: HttpRequest, officer: Officer, shift_id: UUID) -> HttpResponse:
    at = clock.now()
    # Whoever was no part of this shift is told that there is none, before anything is said of contests.
    explain_own_award(officer=officer, shift_id=shift_id, at=at)
    try:
        contesting.withdraw_contest(officer=officer, shift_id=shift_id, actor=actor_of(request), at=at)
        messages.success(request, _("Your contest is withdrawn. You can file another until the deadline."))
    except Refusal as refusal:
        # Also when there is none to withdraw: the award is theirs, so the page is there.
        messages.error(request, spoken(refusal.message))
    return redirect("officer:own_award", shift_id=shift_id)


def _trail(found: OwnAward) -> list[dict[str, Any]]:
    bids = reverse("officer:shifts") + "?view=bids"
    return [
        {"label": _("My bids"), "url": bids},
        {"label": found.shift.job.title, "url": reverse("officer:shift", args=[found.shift.id])},
    ]
