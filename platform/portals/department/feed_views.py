"""The dispatch sheet for machines: a secret address, read-only, limited, and gone the moment it is revoked."""

from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_ratelimit.core import is_ratelimited
from icalendar import Calendar, Event

from kernel import clock
from kernel.errors import NotFound
from marketplace import dispatch
from marketplace.dispatch import DispatchLine
from portals.doors import tenant_of
from tenants.access import open_to_visitors
from tenants.models import Tenant

# A dispatch centre asks once a minute; guessing tokens stops long before it could succeed.
RATE = "60/m"
BEFORE, AHEAD = timedelta(hours=12), timedelta(days=7)


@open_to_visitors
@never_cache
@require_safe
def dispatch_json(request: HttpRequest, token: str) -> HttpResponse:
    department, lines, at = _sheet(request, token)
    if lines is None:
        return HttpResponse("Too many requests. Ask once a minute.", status=429, content_type="text/plain")
    return JsonResponse(
        {
            "department": department.name,
            "desk_phone": department.contact_phone,
            "generated_at": at.isoformat(),
            "lines": [_line(one) for one in lines],
        }
    )


@open_to_visitors
@never_cache
@require_safe
def dispatch_ical(request: HttpRequest, token: str) -> HttpResponse:
    department, lines, at = _sheet(request, token)
    if lines is None:
        return HttpResponse("Too many requests. Ask once a minute.", status=429, content_type="text/plain")
    calendar = Calendar()
    calendar.add("prodid", "-//Muster//Dispatch sheet//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{department.short_name} details")
    for one in lines:
        calendar.add_component(_event(one, department, at))
    return HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")


def _sheet(request: HttpRequest, token: str) -> tuple[Tenant, list[DispatchLine] | None, datetime]:
    department, at = tenant_of(request), clock.now()
    if is_ratelimited(request, group="dispatch-feed", key="ip", rate=RATE, increment=True):
        return department, None, at
    try:
        dispatch.feed_by_token(department=department, token=token)
    except NotFound as refusal:
        raise Http404 from refusal
    lines = dispatch.dispatch_sheet(department_id=department.id, starts_at=at - BEFORE, ends_at=at + AHEAD)
    return department, lines, at


def _line(one: DispatchLine) -> dict[str, Any]:
    shift, job = one.assignment.shift, one.assignment.shift.job
    return {
        "id": str(one.assignment.id),
        "state": str(one.assignment.state),
        "officer": one.assignment.officer.display_name,
        "rank": one.assignment.position.rank_name,
        "badge": one.badge,
        "call_sign": one.shown_call_sign,
        "vehicle": one.vehicle,
        "starts_at": shift.starts_at.isoformat(),
        "ends_at": one.assignment.authorised_ends_at.isoformat(),
        "time_zone": shift.time_zone,
        "reference": job.reference,
        "title": job.title,
        "event_type": job.event_type,
        "duties": job.duties,
        "venue": job.venue.name,
        "address": job.venue.address,
        "latitude": shift.latitude,
        "longitude": shift.longitude,
        "meeting_point": job.meeting_point,
        "contact": {"name": job.contact_name, "phone": job.contact_phone},
    }


def _event(one: DispatchLine, department: Tenant, at: datetime) -> Event:
    shift, job = one.assignment.shift, one.assignment.shift.job
    event = Event()
    event.add("uid", f"{one.assignment.id}@{department.slug}.muster")
    event.add("dtstamp", at)
    event.add("dtstart", shift.starts_at)
    event.add("dtend", one.assignment.authorised_ends_at)
    event.add(
        "summary", " · ".join(filter(None, (one.shown_call_sign, one.assignment.officer.display_name, job.title)))
    )
    event.add("location", f"{job.venue.name}, {job.venue.address}")
    event.add("geo", (shift.latitude, shift.longitude))
    event.add(
        "description",
        "\n".join(
            filter(
                None,
                (
                    f"Vehicle: {one.vehicle}" if one.vehicle else "",
                    f"Meeting point: {job.meeting_point}",
                    f"Contact on site: {job.contact_name}, {job.contact_phone}",
                    f"Duties: {job.duties}",
                    f"Desk: {department.contact_phone}" if department.contact_phone else "",
                ),
            )
        ),
    )
    return event
