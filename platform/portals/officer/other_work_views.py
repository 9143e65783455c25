"""Hours left under the rules, work for other employers, and asking for an approval."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actors import actor_of
from departments import declared_hours, secondary_employment
from departments.exception_queries import exceptions_of_officer
from geo.timezones import zone_named
from kernel import clock
from kernel.errors import Refusal
from marketplace import approvals
from marketplace.models import Officer
from marketplace.officer_hours import bucket_totals, hours_whole
from portals.officer.pages import officer_page
from portals.officer.words import all_of_roles, role_words
from portals.refusals import add_to_form, show
from portals.timeline_picture import BUCKETS, draw
from portals.wording import local_time
from tenants.queries import get_tenant

_BACK, _AHEAD = 14, 14


class EmploymentForm(forms.Form):
    employer = forms.CharField(
        label=_("Employer"), max_length=160, error_messages={"required": _("Say who the employer is.")}
    )
    kind_of_work = forms.CharField(
        label=_("What the work is"), max_length=160, error_messages={"required": _("Say what the work is.")}
    )
    weekly_hours = forms.IntegerField(
        label=_("Hours in a usual week"),
        min_value=1,
        max_value=168,
        error_messages={"required": _("Enter the hours of a usual week.")},
    )
    from_date = forms.DateField(label=_("First day"), error_messages={"required": _("Enter the first day.")})
    until_date = forms.DateField(label=_("Last day"), required=False, help_text=_("Empty while it goes on."))


class HoursForm(forms.Form):
    employment_id = forms.ChoiceField(label=_("Employer"))
    starts_at = forms.DateTimeField(label=_("From"), error_messages={"required": _("Enter when it begins.")})
    ends_at = forms.DateTimeField(label=_("Until"), error_messages={"required": _("Enter when it ends.")})

    def __init__(self, *arguments: Any, employers: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["employment_id"].choices = employers  # type: ignore[attr-defined]


@officer_page
@require_GET
def limits(request: HttpRequest, officer: Officer) -> HttpResponse:
    at = clock.now()
    zone = get_tenant(tenant_id=officer.home_department_id).time_zone
    hours = hours_whole(officer_id=officer.id, home_department_id=officer.home_department_id, at=at)
    today = local_time(at, zone).date()
    first = today - timedelta(days=_BACK)
    days = _BACK + _AHEAD
    return render(
        request,
        "officer/limits.html",
        {
            "standings": hours.standings,
            "picture": draw(commitments=hours.commitments, first_date=first, days=days, zone=zone, today=today),
            "totals": [
                (BUCKETS[one.bucket][0], one)
                for one in bucket_totals(commitments=hours.commitments, first_date=first, days=days, zone=zone, now=at)
            ],
            "stretches": [(BUCKETS[one.bucket][0], one) for one in hours.commitments],
            "exceptions": exceptions_of_officer(department_id=officer.home_department_id, officer_id=officer.id),
            "zone": zone,
            "at": at,
        },
    )


@officer_page
@require_GET
def other_work(request: HttpRequest, officer: Officer) -> HttpResponse:
    return _show(request, officer)


@officer_page
@require_http_methods(["POST"])
def declare(request: HttpRequest, officer: Officer) -> HttpResponse:
    form = EmploymentForm(request.POST, auto_id="employment_%s")
    if form.is_valid():
        answers = form.cleaned_data
        try:
            found = secondary_employment.declare_employment(
                department_id=officer.home_department_id,
                officer_id=officer.id,
                employer=answers["employer"],
                kind_of_work=answers["kind_of_work"],
                weekly_minutes=answers["weekly_hours"] * 60,
                from_date=answers["from_date"],
                until_date=answers["until_date"],
                actor=actor_of(request),
                at=clock.now(),
            )
            said = _("%(employer)s is declared.") % {"employer": found.employer}
            if found.needs_approval:
                role = role_words(found.deciding_role)
                waits = _("It waits for the %(role)s; you hear of the decision.") % {"role": role}
                said = f"{said} {waits}"
            messages.success(request, said)
            return redirect("officer:other_work")
        except Refusal as refusal:
            add_to_form(form, refusal)
    return _show(request, officer, status=422, employment_form=form)


@officer_page
@require_POST
def end(request: HttpRequest, officer: Officer, employment_id: UUID) -> HttpResponse:
    try:
        secondary_employment.end_employment(
            department_id=officer.home_department_id,
            employment_id=employment_id,
            officer_id=officer.id,
            actor=actor_of(request),
            at=clock.now(),
        )
        messages.success(request, _("Ended. The hours that you declared stay."))
    except Refusal as refusal:
        show(request, refusal)
    return redirect("officer:other_work")


@officer_page
@require_POST
def add_hours(request: HttpRequest, officer: Officer) -> HttpResponse:
    zone = get_tenant(tenant_id=officer.home_department_id).time_zone
    with timezone.override(zone_named(zone)):
        form = HoursForm(request.POST, auto_id="hours_%s", employers=_employers(officer))
        form.is_valid()
    if form.is_valid():
        try:
            declared_hours.declare_hours(
                department_id=officer.home_department_id,
                employment_id=UUID(form.cleaned_data["employment_id"]),
                starts_at=form.cleaned_data["starts_at"],
                ends_at=form.cleaned_data["ends_at"],
                officer_id=officer.id,
                actor=actor_of(request),
                at=clock.now(),
            )
            messages.success(request, _("The hours count towards your limits from now on."))
            return redirect("officer:other_work")
        except Refusal as refusal:
            add_to_form(form, refusal)
    return _show(request, officer, status=422, hours_form=form)


@officer_page
@require_POST
def take_back_hours(request: HttpRequest, officer: Officer, hours_id: UUID) -> HttpResponse:
    try:
        declared_hours.withdraw_hours(
            department_id=officer.home_department_id,
            hours_id=hours_id,
            officer_id=officer.id,
            actor=actor_of(request),
            at=clock.now(),
        )
        messages.success(request, _("Taken back. They count no longer."))
    except Refusal as refusal:
        show(request, refusal)
    return redirect("officer:other_work")


@officer_page
@require_POST
def ask_approval(request: HttpRequest, officer: Officer, shift_id: UUID) -> HttpResponse:
    try:
        asked = approvals.ask_for_approval(
            officer=officer,
            shift_id=shift_id,
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            at=clock.now(),
        )
        roles = all_of_roles(sorted({one.deciding_role for one in asked}))
        messages.success(
            request,
            _("Asked. It takes the %(roles)s; you hear of the decision, then you can bid.") % {"roles": roles},
        )
    except Refusal as refusal:
        show(request, refusal)
    return redirect("officer:shift", shift_id=shift_id)


def _employers(officer: Officer) -> list[tuple[str, str]]:
    found = declared_hours.employments_of(department_id=officer.home_department_id, officer_id=officer.id)
    return [(str(one.employment_id), one.employer) for one in found if one.state != "ended"]


def _show(request: HttpRequest, officer: Officer, *, status: int = 200, **shown: forms.Form) -> HttpResponse:
    department_id, at = officer.home_department_id, clock.now()
    zone = get_tenant(tenant_id=department_id).time_zone
    employments, hours = declared_hours.work_elsewhere(
        department_id=department_id, officer_id=officer.id, since=at - timedelta(days=60)
    )
    employers = [(str(one.employment_id), one.employer) for one in employments if one.state != "ended"]
    return render(
        request,
        "officer/other_work.html",
        {
            "rules": secondary_employment.employment_rules(department_id=department_id, at=at),
            "employments": employments,
            "hours": hours,
            "zone": zone,
            "employment_form": EmploymentForm(auto_id="employment_%s"),
            "hours_form": HoursForm(auto_id="hours_%s", employers=employers) if employers else None,
            "page_has_errors": status == 422,
            **shown,
        },
        status=status,
    )
