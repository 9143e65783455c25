"""Contested awards at the desk: the queue, the case with its frozen snapshot played again, and the decision."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import actor_of
from kernel import clock
from kernel.errors import Refusal
from marketplace import contesting
from marketplace.award_reading import ladder_of, reading_for_desk, verified
from marketplace.contest_queue import contest_for_department, contests_of_department, open_count
from marketplace.contest_terms import frozen_hash
from marketplace.models import AwardContest
from marketplace.refusals_contests import LONGEST_TEXT
from notifications.contests import remedy_words
from portals.audience import audience_of
from portals.award_words import bidder_rows, kind_words, left_out_rows, rung_rows
from portals.department.desk import PAGE_SIZE, desk_page, show_page
from portals.department.words import order_words
from portals.doors import tenant_of
from portals.refusals import add_to_form

_VIEWS = {"open": _("Waiting"), "decided": _("Decided")}


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=[("upheld", _("Uphold: the award was wrong")), ("rejected", _("Reject: the award stands"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a decision.")},
    )
    remedy = forms.ChoiceField(
        label=_("Remedy"),
        choices=[
            ("none", _("None")),
            ("credit", _("Credit: hours taken off the officer's count in the order")),
            ("next_offer", _("Next offer: asked first for the next shift")),
        ],
        initial="none",
        widget=forms.RadioSelect,
        help_text=_("Written into the fairness ledger at once. Only with an upheld contest."),
    )
    credit_hours = forms.DecimalField(
        label=_("Hours of credit"), required=False, min_value=0, max_value=168, max_digits=5, decimal_places=2
    )
    decision = forms.CharField(
        label=_("Why"),
        help_text=_("The officer reads this."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Say why. The officer reads it.")},
    )

    def credit_minutes(self) -> int:
        """To the nearest minute; nothing typed is none."""
        return round((self.cleaned_data.get("credit_hours") or 0) * 60)


@require_safe
@desk_page()
def contests(request: HttpRequest) -> HttpResponse:
    department = tenant_of(request)
    view = request.GET.get("view", "")
    view = view if view in _VIEWS else "open"
    found = contests_of_department(department_id=department.id, waiting=view == "open")
    base = reverse("department:contests")
    waiting = open_count(department_id=department.id)
    return show_page(
        request,
        "contests",
        {
            "view": view,
            "tabs": [
                {
                    "label": label,
                    "url": base if name == "open" else f"{base}?view={name}",
                    "active": name == view,
                    "count": waiting if name == "open" else "",
                }
                for name, label in _VIEWS.items()
            ],
            "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page()
def contest_page(request: HttpRequest, contest_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    case = contest_for_department(department_id=department.id, contest_id=contest_id)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decided = contesting.decide_contest(
                department_id=department.id,
                contest_id=contest_id,
                upheld=form.cleaned_data["outcome"] == "upheld",
                decision=form.cleaned_data["decision"],
                remedy=form.cleaned_data["remedy"],
                credit_minutes=form.credit_minutes(),
                actor=actor_of(request),
                at=clock.now(),
            )
            messages.success(request, f"The contest is {decided.state}. The officer is told.")
            return redirect("department:contest", contest_id=contest_id)
        except Refusal as refusal:
            add_to_form(form, refusal)
    return show_page(request, "contest", _case(request, case, form), status=422 if form.errors else 200)


def _case(request: HttpRequest, case: AwardContest, form: DecisionForm) -> dict[str, Any]:
    award = case.award
    reading = reading_for_desk(award=award)
    ladder = ladder_of(award=award, officer_id=case.officer_id)
    person = audience_of(request).person
    return {
        "case": case,
        "form": form,
        "award": award,
        "shift": award.shift,
        "job": award.shift.job,
        "officer": case.officer,
        "reading": reading,
        "kind": kind_words(reading.kind),
        "keys": [order_words(key) for key in reading.keys],
        "rows": bidder_rows(reading),
        "left_out": left_out_rows(reading),
        "ladder": ladder,
        "rungs": rung_rows(ladder, award.shift.time_zone) if ladder else [],
        "is_unchanged": frozen_hash(award=award) == case.snapshot_sha256,
        "replays": verified(award=award),
        "remedy": remedy_words(case),
        "is_open": case.state == AwardContest.State.FILED,
        "may_decide": contesting.may_decide(contest=case, person_id=person.id if person else None),
    }
