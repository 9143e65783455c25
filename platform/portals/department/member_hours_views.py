"""An officer at the desk: every hour by bucket, standing against each limit, exceptions, other employers, bids."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import actor_of
from accounts.desk_roles import ON_THE_DAY, PERSONNEL_READERS
from departments import roster
from departments.declared_hours import declare_hours, employment, work_elsewhere
from departments.exception_queries import exceptions_of_officer
from departments.exceptions import request_for_member
from departments.policy.waivable import waivable_rules
from geo.timezones import zone_named
from kernel import clock
from kernel.errors import Refusal
from marketplace.officer_hours import bids_of, bucket_totals, hours_whole, paid_lines
from portals.department.approvals_forms import AskExceptionForm, DeclaredHoursForm
from portals.department.desk import desk_page, show_page
from portals.department.roster_views import policy_now
from portals.department.today_views import parse_date_or_none
from portals.doors import may, tenant_of
from portals.refusals import add_to_form
from portals.timeline_picture import BUCKETS, draw
from portals.wording import local_time
from tenants.models import Tenant

BACK, AHEAD = 14, 14


@require_safe
@desk_page(may_read=PERSONNEL_READERS)
def member_hours(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    return _show(request, entry_id)


@require_safe
@desk_page(may_read=PERSONNEL_READERS)
def officer_hours(request: HttpRequest, officer_id: UUID) -> HttpResponse:
    """From an officer to their page, for lists that know officers and not roster entries."""
    member = roster.member_of_officer(department_id=tenant_of(request).id, officer_id=officer_id)
    return redirect("department:member_hours", entry_id=member.entry_id)


@require_POST
@desk_page(may_change=ON_THE_DAY)
def ask_exception(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    policy = policy_now(department)
    with timezone.override(zone_named(department.time_zone)):
        form = AskExceptionForm(request.POST, auto_id="exception_%s", rules=waivable_rules(policy) if policy else ())
        form.is_valid()
    if form.is_valid():
        try:
            found = request_for_member(
                department_id=department.id,
                entry_id=entry_id,
                **form.cleaned_data,
                actor=actor_of(request),
                at=clock.now(),
            )
            messages.success(request, f"The exception is asked for. It takes the {found.deciding_role}.")
            return redirect("department:member_hours", entry_id=entry_id)
        except Refusal as refusal:
            add_to_form(form, refusal)
    return _show(request, entry_id, status=422, page_has_errors=True, exception_form=form)


@require_POST
@desk_page(may_change=ON_THE_DAY)
def add_hours(request: HttpRequest, employment_id: UUID) -> HttpResponse:
    """Hours that the desk learnt of: they count like the officer's own word."""
    department = tenant_of(request)
    with timezone.override(zone_named(department.time_zone)):
        form = DeclaredHoursForm(request.POST, auto_id=f"hours_{employment_id}_%s")
        form.is_valid()
    entry_id = _entry_of(department.id, employment_id)
    if form.is_valid():
        try:
            declare_hours(
                department_id=department.id,
                employment_id=employment_id,
                **form.cleaned_data,
                actor=actor_of(request),
                at=clock.now(),
            )
            messages.success(request, "The hours count from now on.")
            return redirect("department:member_hours", entry_id=entry_id)
        except Refusal as refusal:
            add_to_form(form, refusal)
    return _show(request, entry_id, status=422, page_has_errors=True, hours_form=form, hours_of=employment_id)


def _entry_of(department_id: UUID, employment_id: UUID) -> UUID:
    return employment(department_id=department_id, employment_id=employment_id).entry_id


def _show(
    request: HttpRequest, entry_id: UUID, *, status: int = 200, **shown: forms.Form | bool | UUID
) -> HttpResponse:
    department, now = tenant_of(request), clock.now()
    member = roster.member(department_id=department.id, entry_id=entry_id)
    zone = department.time_zone
    today = local_time(now, zone).date()
    on_date = parse_date_or_none(request.GET.get("on_date", "")) or today
    at = now if on_date == today else datetime.combine(on_date, time(12), zone_named(zone))
    policy = policy_now(department)
    employments, elsewhere = work_elsewhere(
        department_id=department.id, entry_id=entry_id, since=at - timedelta(days=BACK)
    )
    view = "bids" if request.GET.get("view") == "bids" else "hours"
    context: dict[str, Any] = {
        "member": member,
        "view": view,
        "tabs": [
            {"label": label, "url": f"?view={name}", "active": name == view}
            for name, label in (("hours", "Hours"), ("bids", "Bids and awards"))
        ],
        "on_date": on_date,
        "is_today": on_date == today,
        "exceptions": exceptions_of_officer(department_id=department.id, entry_id=entry_id),
        "employments": employments,
        "elsewhere": elsewhere,
        "may_ask": may(request, ON_THE_DAY) and member.status != "left",
        "exception_form": AskExceptionForm(auto_id="exception_%s", rules=waivable_rules(policy) if policy else ()),
        "hours_form": DeclaredHoursForm(auto_id="hours_%s"),
        "now": now,
        "department_id": department.id,
    }
    if member.officer_id is not None and view == "bids":
        context["bids"] = bids_of(officer_id=member.officer_id, department_id=department.id)
    elif member.officer_id is not None:
        context |= _hours(member.officer_id, department, at=at, now=now, on_date=on_date)
    context |= shown
    return show_page(request, "member_hours", context, status=status)


def _hours(officer_id: UUID, department: Tenant, *, at: datetime, now: datetime, on_date: date) -> dict[str, Any]:
    """Picture, totals, limits and paid lines of the four weeks around the day."""
    zone = department.time_zone
    hours = hours_whole(officer_id=officer_id, home_department_id=department.id, at=at)
    first, days = on_date - timedelta(days=BACK), BACK + AHEAD
    starts_at, ends_at = at - timedelta(days=BACK + 1), at + timedelta(days=AHEAD)
    totals = bucket_totals(commitments=hours.commitments, first_date=first, days=days, zone=zone, now=now)
    return {
        "has_hours": True,
        "standings": hours.standings,
        "picture": draw(
            commitments=hours.commitments,
            first_date=first,
            days=days,
            zone=zone,
            today=local_time(now, zone).date(),
        ),
        "totals": [(BUCKETS[one.bucket][0], one) for one in totals],
        "stretches": [
            (BUCKETS[one.bucket][0], one)
            for one in hours.commitments
            if one.ends_at > starts_at and one.starts_at < ends_at
        ],
        "paid": paid_lines(officer_id=officer_id, starts_at=starts_at, ends_at=ends_at),
    }
