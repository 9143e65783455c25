"""Hours: what waits for the coordinator, and one officer's shift with everything that can be decided about it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import actor_of
from accounts.desk_roles import ON_THE_DAY
from geo.timezones import zone_named
from kernel import clock
from kernel.errors import Refusal
from marketplace import access, attendance, overruns, reviews, timesheets
from marketplace.models import Job
from portals.department import hours_reading
from portals.department.desk import PAGE_SIZE, desk_page, show_page
from portals.department.hours_forms import EnteredHoursForm, HoldForm, OverrunForm, ResolveForm, ReviewForm
from portals.department.relief_views import HandoverForm, ReliefForm
from portals.doors import tenant_of
from portals.rating_forms import OfficerRatingForm
from portals.refusals import add_to_form, show
from portals.wording import duration_text, moment_text
from ratings.rating import rate_officer
from tenants.queries import get_tenant

_TABS = {
    "review": "Punches to review",
    "disputed": "Disputed",
    "held": "Held",
    "waiting": "With the client",
    "decided": "Decided",
}


@require_safe
@desk_page()
def hours(request: HttpRequest) -> HttpResponse:
    department = tenant_of(request)
    counts = hours_reading.hours_counts(department.id)
    view = request.GET.get("view", "")
    if view not in hours_reading.VIEWS:
        view = next((name for name in hours_reading.VIEWS[:3] if getattr(counts, name)), "waiting")
    found = (
        hours_reading.reviews_to_do(department.id)
        if view == "review"
        else hours_reading.timesheets_in(department.id, view)
    )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    tabs = [
        {"label": label, "url": f"?view={name}", "active": name == view, "count": getattr(counts, name)}
        for name, label in _TABS.items()
    ]
    return show_page(request, "hours", {"tabs": tabs, "view": view, "page": page, "heading": _TABS[view]})


@require_safe
@desk_page()
def assignment_page(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    return _show(request, assignment_id)


@require_POST
@desk_page(may_change=ON_THE_DAY)
def resolve_review(request: HttpRequest, clock_event_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    review = access.review_for_department(department_id=department.id, clock_event_id=clock_event_id)
    assignment_id = review.clock_event.assignment_id
    form = ReviewForm(request.POST, auto_id=f"review_{review.clock_event.kind}_%s")

    def decide() -> str:
        accepted = form.cleaned_data["decision"] == "accept"
        reviews.resolve_review(
            clock_event_id=clock_event_id,
            department_id=department.id,
            accept=accepted,
            reason=form.cleaned_data["reason"],
            actor=actor_of(request),
            at=clock.now(),
        )
        return "The punch is accepted." if accepted else "The punch is rejected: set the hours below."

    return _decided(request, assignment_id, form, decide, **{f"review_{review.clock_event.kind}_form": form})


@require_POST
@desk_page()
def approve_hours(request: HttpRequest, timesheet_id: UUID) -> HttpResponse:
    timesheet = access.timesheet_for_department(department_id=tenant_of(request).id, timesheet_id=timesheet_id)
    try:
        timesheets.approve_timesheet(
            timesheet_id=timesheet.id, by="coordinator", actor=actor_of(request), at=clock.now()
        )
        messages.success(request, "The hours are approved.")
    except Refusal as refusal:
        show(request, refusal)
    return redirect("department:assignment", assignment_id=timesheet.assignment_id)


@require_POST
@desk_page()
def resolve_hours(request: HttpRequest, timesheet_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    timesheet = access.timesheet_for_department(department_id=department.id, timesheet_id=timesheet_id)
    form = ResolveForm(request.POST, auto_id="resolve_%s")

    def decide() -> str:
        resolved = timesheets.resolve_timesheet(
            timesheet_id=timesheet.id,
            department_id=department.id,
            worked_minutes=form.worked_minutes,
            reason=form.cleaned_data["reason"],
            actor=actor_of(request),
            at=clock.now(),
        )
        return f"The hours are set: {duration_text(resolved.worked_minutes)} worked."

    return _decided(request, timesheet.assignment_id, form, decide, resolve_form=form)


@require_POST
@desk_page(may_change=ON_THE_DAY)
def authorise_overrun(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    assignment = access.assignment_for_department(department_id=department.id, assignment_id=assignment_id)
    form = OverrunForm(request.POST, auto_id="overrun_%s")

    def decide() -> str:
        until = assignment.shift.ends_at + timedelta(minutes=form.cleaned_data["minutes"])
        overruns.authorise_overrun(
            assignment_id=assignment.id,
            until=until,
            department_id=department.id,
            actor=actor_of(request),
            at=clock.now(),
        )
        return f"Work counts until {moment_text(until, assignment.shift.time_zone)}."

    return _decided(request, assignment.id, form, decide, overrun_form=form)


@require_POST
@desk_page()
def enter_hours(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    assignment = access.assignment_for_department(department_id=department.id, assignment_id=assignment_id)
    form = EnteredHoursForm(request.POST, auto_id="enter_%s")

    def decide() -> str:
        attendance.enter_hours(
            assignment_id=assignment.id,
            department_id=department.id,
            starts_at=form.cleaned_data["starts_at"],
            ends_at=form.cleaned_data["ends_at"],
            reason=form.cleaned_data["reason"],
            actor=actor_of(request),
            at=clock.now(),
        )
        return "The hours are entered; the client can dispute them as any others."

    with timezone.override(zone_named(assignment.shift.time_zone)):
        form.is_valid()
    return _decided(request, assignment.id, form, decide, enter_form=form)


@require_POST
@desk_page(may_change=ON_THE_DAY)
def rate(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    access.assignment_for_department(department_id=department.id, assignment_id=assignment_id)
    form = OfficerRatingForm(request.POST, auto_id="rate_%s")

    def decide() -> str:
        rate_officer(
            assignment_id=assignment_id,
            rater_kind="department",
            department_id=department.id,
            **form.cleaned_data,
            actor=actor_of(request),
            at=clock.now(),
        )
        return "Thank you: your rating is kept."

    return _decided(request, assignment_id, form, decide, rating_form=form)


def _decided(
    request: HttpRequest, assignment_id: UUID, form: forms.Form, decide: Callable[[], str], **shown: forms.Form
) -> HttpResponse:
    if form.is_valid():
        try:
            messages.success(request, decide())
            return redirect("department:assignment", assignment_id=assignment_id)
        except Refusal as refusal:
            add_to_form(form, refusal)
    return _show(request, assignment_id, status=422, page_has_errors=True, **shown)


def _show(request: HttpRequest, assignment_id: UUID, *, status: int = 200, **shown: Any) -> HttpResponse:
    page = hours_reading.read_assignment(
        department_id=tenant_of(request).id, assignment_id=assignment_id, at=clock.now()
    )
    shift = page.assignment.shift
    forms_by_punch = [
        (
            punch,
            shown.pop(f"review_{punch.event.kind}_form", None) or ReviewForm(auto_id=f"review_{punch.event.kind}_%s"),
        )
        for punch in page.punches
    ]
    minutes = page.timesheet.worked_minutes if page.timesheet else 0
    agency_id = shift.job.agency_id if shift.job.route == Job.Route.AGENCY else None
    overrun = int((page.assignment.authorised_ends_at - shift.ends_at).total_seconds() // 60)
    return show_page(
        request,
        "assignment",
        {
            "page": page,
            "assignment": page.assignment,
            "shift": shift,
            "job": shift.job,
            "timesheet": page.timesheet,
            "punches": forms_by_punch,
            "resolve_form": ResolveForm(auto_id="resolve_%s", initial=ResolveForm.initial_of(minutes)),
            "overrun_form": OverrunForm(auto_id="overrun_%s", initial={"minutes": overrun or None}),
            "enter_form": EnteredHoursForm(
                auto_id="enter_%s",
                initial=EnteredHoursForm.initial_of(shift.starts_at, shift.ends_at, shift.time_zone),
            ),
            "hold_form": HoldForm(auto_id="hold_%s"),
            "rating_form": OfficerRatingForm(auto_id="rate_%s"),
            "relief_form": ReliefForm(shift=shift) if page.may_be_relieved and agency_id is None else None,
            "agency": get_tenant(tenant_id=agency_id) if agency_id else None,
            "handover_form": HandoverForm(auto_id="handover_%s"),
            **shown,
        },
        status=status,
    )
