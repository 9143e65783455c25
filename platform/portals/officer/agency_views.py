"""The agencies that engage the officer: invitations, when each may ask, and ending."""

from datetime import date
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
from agencies import availability, engagements
from agencies.availability import Week
from kernel import clock
from kernel.errors import Refusal
from marketplace.models import Officer
from portals.officer.offer_forms import AvailabilityForm
from portals.officer.pages import officer_page
from portals.refusals import add_to_form, show
from tenants.queries import get_tenant


class AgencyAvailabilityForm(AvailabilityForm):
    """The same week as for departments that offer; single days may be free as well."""

    wants_offers = None  # type: ignore[assignment]
    free_dates = forms.CharField(
        label=_("Days when you are free all day"),
        required=False,
        max_length=2000,
        help_text=_("Dates like 2026-12-24, separated by commas."),
    )

    def clean_free_dates(self) -> list[date]:
        found = []
        for text in filter(None, (part.strip() for part in self.cleaned_data["free_dates"].split(","))):
            try:
                found.append(date.fromisoformat(text))
            except ValueError:
                raise forms.ValidationError(
                    _("“%(text)s” is not a date. Write one like 2026-12-24.") % {"text": text}
                ) from None
        return found

    @staticmethod
    def initial_of_week(week: Week) -> dict[str, Any]:
        days = {
            f"day_{index}": ", ".join(f"{start}-{end}" for day, start, end in week.weekly if day == index)
            for index in range(7)
        }
        return {
            **days,
            "blocked_dates": ", ".join(one.isoformat() for one in sorted(week.blocked_dates)),
            "free_dates": ", ".join(one.isoformat() for one in sorted(week.free_dates)),
        }


@officer_page
@require_GET
def agencies(request: HttpRequest, officer: Officer) -> HttpResponse:
    context = {
        "engagements": engagements.engagements_of_officer(officer=officer),
        "zone": get_tenant(tenant_id=officer.home_department_id).time_zone,
        "breadcrumbs": [{"label": _("Profile"), "url": reverse("officer:profile")}],
    }
    return render(request, "officer/agencies.html", context)


@officer_page
@require_POST
def answer(request: HttpRequest, officer: Officer, agency_id: UUID) -> HttpResponse:
    accept = request.POST.get("answer") == "accept"
    try:
        engagements.answer(officer=officer, agency_id=agency_id, accept=accept, actor=actor_of(request), at=clock.now())
        messages.success(request, _("Accepted. Say when they may ask you.") if accept else _("Declined."))
    except Refusal as refusal:
        show(request, refusal)
    return redirect("officer:agencies")


@officer_page
@require_POST
def end(request: HttpRequest, officer: Officer, agency_id: UUID) -> HttpResponse:
    try:
        engagements.end_by_officer(officer=officer, agency_id=agency_id, actor=actor_of(request), at=clock.now())
        messages.success(request, _("Ended. The agency sees it at once."))
    except Refusal as refusal:
        show(request, refusal)
    return redirect("officer:agencies")


@officer_page
@require_http_methods(["GET", "HEAD", "POST"])
def week(request: HttpRequest, officer: Officer, agency_id: UUID) -> HttpResponse:
    said = availability.week_of(officer=officer, agency_id=agency_id)
    form = AgencyAvailabilityForm(
        request.POST if request.method == "POST" else None, initial=AgencyAvailabilityForm.initial_of_week(said)
    )
    if request.method == "POST" and form.is_valid():
        try:
            availability.set_week(
                officer=officer,
                agency_id=agency_id,
                weekly=form.weekly,
                free_dates=form.cleaned_data["free_dates"],
                blocked_dates=form.cleaned_data["blocked_dates"],
                at=clock.now(),
            )
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            messages.success(request, _("Saved: when this agency may ask you."))
            return redirect("officer:agencies")
    context = {
        "form": form,
        "agency": get_tenant(tenant_id=agency_id),
        "breadcrumbs": [
            {"label": _("Profile"), "url": reverse("officer:profile")},
            {"label": _("Agencies"), "url": reverse("officer:agencies")},
        ],
    }
    return render(request, "officer/agency_week.html", context, status=422 if form.errors else 200)
