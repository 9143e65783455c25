"""Alerts at the desk: what now, who looks after it, and the decisions that end it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import actor_of
from accounts.desk_roles import DECIDERS, ON_THE_DAY
from departments.roster import members_of_officers
from kernel import clock
from kernel.errors import Refusal
from marketplace import access, alerts, empty_places, manual_awards, no_shows, relief_search
from marketplace.looked_after import looked_after_by
from marketplace.models import Alert, Assignment, Job, Offer, Officer, ReliefSearch
from marketplace.service_levels import levels_at
from marketplace.site_status import facts_of, site_status, with_site_facts
from portals import site_words
from portals.department.desk import desk_page, show_page
from portals.doors import may, tenant_of
from portals.refusals import add_to_form, show
from tenants.queries import get_tenant


class NoShowForm(forms.Form):
    reason = forms.CharField(
        label=_("What was tried"),
        help_text=_("The officer will read it. Nothing is billed or paid for this place."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@require_safe
@never_cache
@desk_page()
def alert(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    found = alerts.alert_for(alert_id=alert_id, department_id=tenant_of(request).id)
    if found.assignment is None:
        return _empty_place(request, found)
    return _page(request, found, found.assignment, NoShowForm())


@require_POST
@desk_page(may_change=DECIDERS)
def acknowledge(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    found = alerts.acknowledge(
        alert_id=alert_id, department_id=tenant_of(request).id, actor=actor_of(request), at=clock.now()
    )
    name = looked_after_by([found], reader=tenant_of(request))[found.id]
    who = "You look" if found.acknowledged_by_person_id == request.user.pk else f"{name} looks"
    messages.success(request, f"{who} after it. Nobody else is told.")
    if request.POST.get("back") == "console":
        return redirect("department:console")
    return redirect("department:alert", alert_id=alert_id)


@require_POST
@desk_page(may_change=ON_THE_DAY)
def seek_relief(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    assignment = access.assignment_for_department(department_id=department.id, assignment_id=assignment_id)
    try:
        search = relief_search.begin_search(
            department_id=department.id, assignment_id=assignment_id, actor=actor_of(request), at=clock.now()
        )
        if search.state == ReliefSearch.State.SEARCHING:
            messages.success(request, "The next of the list is asked. You see the answers on this page.")
        else:
            messages.warning(request, "Nobody of the original list can be asked. Call somebody.")
    except Refusal as refusal:
        show(request, refusal)
    return redirect("department:staffing", shift_id=assignment.shift_id)


@require_POST
@desk_page(may_change=ON_THE_DAY)
def declare_no_show(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    found = alerts.alert_for(alert_id=alert_id, department_id=department.id)
    expected = alerts.expected_in(found)
    form = NoShowForm(request.POST)
    if form.is_valid():
        try:
            no_shows.declare_no_show(
                department_id=department.id,
                assignment_id=expected.id,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                at=clock.now(),
            )
            messages.success(request, f"{expected.officer.display_name} is a no-show, and is told.")
            return redirect("department:alert", alert_id=alert_id)
        except Refusal as refusal:
            add_to_form(form, refusal)
    return _page(request, found, expected, form, status=422)


def _page(
    request: HttpRequest, found: Alert, known: Assignment, form: NoShowForm, *, status: int = 200
) -> HttpResponse:
    department, at = tenant_of(request), clock.now()
    shift = found.shift
    assignment = with_site_facts(Assignment.objects.select_related("shift")).get(id=known.id)
    levels = levels_at(department_id=department.id, at=shift.starts_at)
    now = site_status(facts=facts_of(assignment), levels=levels, at=at)
    search = ReliefSearch.objects.filter(assignment=assignment).select_related("filled_by__officer").first()
    from_at, _minutes = no_shows.no_show_from(assignment=known)
    is_absent = assignment.state == Assignment.State.CONFIRMED
    context: dict[str, Any] = {
        "alert": found,
        "heading": site_words.alert_heading(found),
        "looked_after_by": looked_after_by([found], reader=department).get(found.id, ""),
        "shift": shift,
        "job": shift.job,
        "look": site_words.look(now.status),
        "detail": site_words.detail(now, zone=shift.time_zone),
        "confirmed": site_words.confirmed(now, zone=shift.time_zone),
        "agency": get_tenant(tenant_id=found.agency_id) if found.agency_id else None,
        "search": search,
        "asked": search.offers.select_related("officer").order_by("offered_at", "id") if search else [],
        "officer_url": _officer_url(known.officer, department.id),
        "home": get_tenant(tenant_id=known.officer.home_department_id),
        "is_ours": known.officer.home_department_id == department.id,
        "may_look_after": may(request, DECIDERS) and found.acknowledged_at is None and found.resolved_at is None,
        "may_seek_relief": (
            search is None
            and at < shift.ends_at
            and shift.job.route != Job.Route.AGENCY
            and assignment.state in (Assignment.State.CONFIRMED, Assignment.State.NO_SHOW, Assignment.State.CALLED_OFF)
        ),
        "is_absent": is_absent,
        "may_call_no_show": is_absent and at >= from_at,
        "no_show_from": from_at,
        "wants_overrun": found.kind == Alert.Kind.OVERRUN and assignment.state == Assignment.State.CHECKED_IN,
        "form": form,
        "open_state": Offer.State.OPEN,
    }
    return show_page(request, "alert", context, status=status)


def _empty_place(request: HttpRequest, found: Alert) -> HttpResponse:
    """Of nobody: what is empty now, and who could be sent."""
    department, at, shift = tenant_of(request), clock.now(), found.shift
    empty, wanted = empty_places.empty_places(shift_id=shift.id, at=at)
    context: dict[str, Any] = {
        "alert": found,
        "heading": site_words.alert_heading(found),
        "looked_after_by": looked_after_by([found], reader=department).get(found.id, ""),
        "shift": shift,
        "job": shift.job,
        "look": site_words.look("not_staffed"),
        "empty": empty,
        "wanted": wanted,
        "agency": get_tenant(tenant_id=found.agency_id) if found.agency_id else None,
        "may_look_after": may(request, DECIDERS) and found.acknowledged_at is None and found.resolved_at is None,
        "may_be_given": empty and manual_awards.may_be_given(shift=shift, at=at),
    }
    return show_page(request, "alert_empty_place", context)


def _officer_url(officer: Officer, department_id: UUID) -> str:
    """The roster's page of a member of ours; another department's officer is reached through its desk."""
    if officer.home_department_id != department_id:
        return ""
    member = members_of_officers(department_id=department_id, officer_ids=[officer.id]).get(officer.id)
    return reverse("department:member", kwargs={"entry_id": member.entry_id}) if member else ""
