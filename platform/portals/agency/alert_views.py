"""Alerts of jobs that the agency supplies: its schedulers say that they look after it, and staff the place."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import actor_of
from accounts.desk_roles import AGENCY_SCHEDULERS
from kernel import clock
from marketplace import agency_sending, alerts
from marketplace.empty_places import may_be_sent_to
from marketplace.looked_after import looked_after_by
from marketplace.models import Alert, Assignment, Position
from marketplace.service_levels import levels_at
from marketplace.site_status import SiteStatus, facts_of, site_status, with_site_facts
from portals import site_words
from portals.agency.desk import agency_page, show_page
from portals.agency.sending_views import breadcrumbs_of, place_value
from portals.doors import may, tenant_of
from tenants.queries import get_tenant


@require_safe
@never_cache
@agency_page()
def alert(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    found = alerts.alert_for(alert_id=alert_id, agency_id=tenant_of(request).id)
    shift, at = found.shift, clock.now()
    now = _now(found, at)
    context = {
        "alert": found,
        "heading": site_words.alert_heading(found),
        "looked_after_by": looked_after_by([found], reader=tenant_of(request)).get(found.id, ""),
        "shift": shift,
        "job": shift.job,
        "look": site_words.look(now.status if now else "not_staffed"),
        "detail": site_words.detail(now, zone=shift.time_zone) if now else "",
        "confirmed": site_words.confirmed(now, zone=shift.time_zone) if now else "",
        "department": get_tenant(tenant_id=found.department_id),
        "ways": _ways(found, at) if may(request, AGENCY_SCHEDULERS) else [],
        "may_look_after": may(request, AGENCY_SCHEDULERS) and not (found.acknowledged_at or found.resolved_at),
        "breadcrumbs": breadcrumbs_of(shift),
    }
    return show_page(request, "alert", context)


def _ways(found: Alert, at: datetime) -> list[dict[str, str]]:
    """Where somebody is sent to the place that the alert is about."""
    if found.resolved_at is not None or not may_be_sent_to(found.shift, at=at):
        return []
    place = found.assignment
    if place is None or place.state not in Assignment.LIVE_STATES:
        return [
            {"url": _staff(position), "icon": "user-check", "label": f"Send somebody: {position.rank_name}"}
            for position in agency_sending.ranks_to_send(shift=found.shift)
            if place is None or place.position_id == position.id
        ]
    now = agency_sending.place_now(shift=found.shift, position_id=place.position_id, at=at)
    if all(one.assignment_id != place.id for one in now.replaceable):
        return []
    is_on_site = place.state == Assignment.State.CHECKED_IN
    return [
        {
            "url": f"{_staff(place.position)}?in_place_of={place_value(place.id, is_on_site=is_on_site)}",
            "icon": "repeat" if is_on_site else "user-check",
            "label": "Send a relief" if is_on_site else "Send somebody in their place",
        }
    ]


def _staff(position: Position) -> str:
    return reverse("agency:staff", args=[position.shift_id, position.rank_code])


def _now(found: Alert, at: datetime) -> SiteStatus | None:
    """Of the officer whom the alert is about; None of a place that is nobody's."""
    if found.assignment_id is None:
        return None
    assignment = with_site_facts(Assignment.objects.select_related("shift")).get(id=found.assignment_id)
    levels = levels_at(department_id=found.department_id, at=found.shift.starts_at)
    return site_status(facts=facts_of(assignment), levels=levels, at=at)


@require_POST
@agency_page()
def acknowledge(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    found = alerts.acknowledge(
        alert_id=alert_id, agency_id=tenant_of(request).id, actor=actor_of(request), at=clock.now()
    )
    name = looked_after_by([found], reader=tenant_of(request))[found.id]
    who = "You look" if found.acknowledged_by_person_id == request.user.pk else f"{name} looks"
    messages.success(request, f"{who} after it. Nobody else is told.")
    return redirect("agency:alert", alert_id=alert_id)
