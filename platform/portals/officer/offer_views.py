"""Offers of shifts that the officer did not ask for, when they want any, and giving a shift up."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actors import actor_of
from kernel import clock
from kernel.errors import Refusal
from marketplace import access, answering, availability, giving_up
from marketplace.models import Offer, Officer
from marketplace.offer_reading import offer_for_officer
from portals.officer.offer_forms import AvailabilityForm, GiveUpForm
from portals.officer.pages import officer_page
from portals.refusals import add_to_form, show


@officer_page
@require_GET
def offer(request: HttpRequest, officer: Officer, offer_id: UUID) -> HttpResponse:
    found = offer_for_officer(officer=officer, offer_id=offer_id)
    at = clock.now()
    context = {
        "offer": found,
        "shift": found.shift,
        "job": found.shift.job,
        "is_open": found.state == Offer.State.OPEN and at < found.answer_by,
        "seconds_left": max(0, int((found.answer_by - at).total_seconds())),
        "breadcrumbs": [{"label": _("My shifts"), "url": reverse("officer:shifts")}],
    }
    return render(request, "officer/offer.html", context)


@officer_page
@require_POST
def answer_offer(request: HttpRequest, officer: Officer, offer_id: UUID) -> HttpResponse:
    accept = request.POST.get("answer") == "accept"
    try:
        answered = answering.answer_offer(
            officer=officer, offer_id=offer_id, accept=accept, actor=actor_of(request), at=clock.now()
        )
    except Refusal as refusal:
        show(request, refusal)
        return redirect("officer:offer", offer_id=offer_id)
    if accept and answered.assignment_id:
        messages.success(request, _("The shift is yours."))
        return redirect("officer:assignment", assignment_id=answered.assignment_id)
    messages.success(request, _("Declined. The place goes to the next officer."))
    return redirect("officer:shifts")


@officer_page
@require_http_methods(["GET", "HEAD", "POST"])
def own_availability(request: HttpRequest, officer: Officer) -> HttpResponse:
    row = availability.availability_of(officer)
    form = AvailabilityForm(
        request.POST if request.method == "POST" else None, initial=AvailabilityForm.initial_of(row)
    )
    if request.method == "POST" and form.is_valid():
        try:
            availability.set_availability(
                officer=officer,
                wants_offers=form.cleaned_data["wants_offers"],
                weekly=form.weekly,
                blocked_dates=form.cleaned_data["blocked_dates"],
                actor=actor_of(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            messages.success(request, _("Saved: when shifts may be offered to you."))
            return redirect("officer:availability")
    context: dict[str, Any] = {
        "form": form,
        "breadcrumbs": [{"label": _("Profile"), "url": reverse("officer:profile")}],
    }
    return render(request, "officer/availability.html", context, status=422 if form.errors else 200)


@officer_page
@require_http_methods(["GET", "HEAD", "POST"])
def give_up(request: HttpRequest, officer: Officer, assignment_id: UUID) -> HttpResponse:
    """What it costs is on the page before anything is decided."""
    found = access.assignment_for_officer(officer=officer, assignment_id=assignment_id)
    at: datetime = clock.now()
    form = GiveUpForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            giving_up.give_up(
                officer=officer,
                assignment_id=assignment_id,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                at=at,
            )
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            messages.success(request, _("You are off this shift. The next officer on the list is asked."))
            return redirect("officer:shifts")
    context = {
        "assignment": found,
        "shift": found.shift,
        "job": found.shift.job,
        "told": giving_up.consequence_of(assignment=found, at=at),
        "form": form,
        "breadcrumbs": [
            {"label": _("My shifts"), "url": reverse("officer:shifts")},
            {"label": found.shift.job.title, "url": reverse("officer:assignment", args=[found.id])},
        ],
    }
    return render(request, "officer/give_up.html", context, status=422 if form.errors else 200)
