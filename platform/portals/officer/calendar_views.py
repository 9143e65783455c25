"""The officer's own shifts in the calendar of their phone: a secret address, read-only, ended by one tap."""

import hashlib
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe
from django_ratelimit.core import is_ratelimited
from icalendar import Alarm, Calendar, Event

from accounts.actors import actor_of
from kernel import clock
from kernel.errors import NotFound
from marketplace import calendar_feeds
from marketplace.calendar_feeds import CalendarLine
from marketplace.models import Officer
from portals.officer.pages import officer_page

# Calendars ask a few times an hour; guessing tokens stops long before it could succeed.
RATE = "30/m"
_ALARMS = (timedelta(hours=24), timedelta(hours=2))


@officer_page
@require_GET
def calendar(request: HttpRequest, officer: Officer) -> HttpResponse:
    return _page(request, officer)


@officer_page
@require_POST
def make(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The address is shown once, on the page that answers."""
    token = calendar_feeds.make_feed(officer=officer, actor=actor_of(request), at=clock.now())
    return _page(request, officer, address=request.build_absolute_uri(reverse("officer_calendar", args=[token])))


@officer_page
@require_POST
def end(request: HttpRequest, officer: Officer) -> HttpResponse:
    calendar_feeds.revoke_feed(officer=officer, actor=actor_of(request), at=clock.now())
    return redirect("officer:calendar")


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Private: the address is the key. An unchanged calendar is answered 304 by its ETag."""
    if is_ratelimited(request, group="officer-calendar", key="ip", rate=RATE, increment=True):
        refused = HttpResponse("Too many requests. Ask every few minutes.", status=429, content_type="text/plain")
        refused.headers["Retry-After"] = "60"
        return refused
    try:
        officer = calendar_feeds.officer_by_token(token=token)
    except NotFound as refusal:
        raise Http404 from refusal
    lines = calendar_feeds.calendar_of(officer=officer, at=clock.now())
    with translation.override(officer.person.language):
        body = _calendar(lines, request).to_ical()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["ETag"] = etag
    found = get_conditional_response(request, etag=etag, response=answer)
    assert isinstance(found, HttpResponse)
    return found


def _page(request: HttpRequest, officer: Officer, *, address: str = "") -> HttpResponse:
    context = {
        "feed": calendar_feeds.live_feed(officer=officer),
        "address": address,
        # Phones open their own calendar by this scheme.
        "subscribe_url": address.replace("https://", "webcal://").replace("http://", "webcal://"),
        "breadcrumbs": [{"label": _("My shifts"), "url": reverse("officer:shifts")}],
    }
    return render(request, "officer/calendar.html", context)


def _calendar(lines: list[CalendarLine], request: HttpRequest) -> Calendar:
    found = Calendar()
    found.add("prodid", "-//Muster//Officer's shifts//EN")
    found.add("version", "2.0")
    found.add("x-wr-calname", _("Off-duty shifts"))
    found.add("refresh-interval", timedelta(minutes=30), parameters={"value": "DURATION"})
    for line in lines:
        found.add_component(_event(line, request))
    return found


def _event(line: CalendarLine, request: HttpRequest) -> Event:
    """Only what the officer goes by: no contact's name or phone, since calendars are shared and synchronised."""
    assignment, shift, job = line.assignment, line.assignment.shift, line.assignment.shift.job
    url = request.build_absolute_uri(reverse("officer:assignment", args=[assignment.id]))
    event = Event()
    event.add("uid", f"{assignment.id}@muster")
    event.add("dtstamp", line.changed_at)
    event.add("last-modified", line.changed_at)
    event.add("sequence", line.sequence)
    event.add("status", "CANCELLED" if line.is_off else "CONFIRMED")
    event.add("dtstart", shift.starts_at)
    event.add("dtend", shift.ends_at)
    event.add("summary", job.title)
    event.add("location", f"{job.venue.name}, {job.venue.address}")
    event.add("geo", (shift.latitude, shift.longitude))
    event.add("url", url)
    meet = _("Meeting point: %(place)s") % {"place": job.meeting_point}
    event.add("description", "\n".join([meet, str(assignment.position.rank_name), url]))
    for before in () if line.is_off else _ALARMS:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -before)
        alarm.add("description", job.title)
        event.add_component(alarm)
    return event
