"""The console: today's details on a map and as a list, who is where, and who comes near a limit."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.desk_roles import DECIDERS
from kernel import clock
from marketplace import alerts, oversight
from marketplace.boards import OnTheDay, ShiftOfTheDay
from marketplace.looked_after import looked_after_by
from marketplace.models import Alert
from marketplace.oversight import NearLimit
from portals import site_words
from portals.department.desk import desk_page, show_page
from portals.doors import may, tenant_of
from portals.site_words import SiteLook, look
from portals.wording import duration_text, period_text


@require_safe
@never_cache
@desk_page()
def console(request: HttpRequest) -> HttpResponse:
    return show_page(request, "console", {**_context(request), "live_url": reverse("department:console_live")})


@require_safe
@never_cache
@desk_page()
def live(request: HttpRequest) -> HttpResponse:
    """The part that changes, for htmx to put in its place every half minute."""
    return show_page(request, "_console_live", _context(request))


def _context(request: HttpRequest) -> dict[str, Any]:
    department, at = tenant_of(request), clock.now()
    day = oversight.today(department_id=department.id, time_zone=department.time_zone, at=at)
    near = oversight.near_limits(department_id=department.id, time_zone=department.time_zone, at=at)
    found = alerts.open_alerts(department_id=department.id)
    looked_after = looked_after_by(found, reader=department)
    return {
        "at": at,
        "day": day,
        "rows": [_row(one) for one in day.shifts],
        "alerts": [_alert(one, looked_after.get(one.id, "")) for one in found],
        "may_look_after": may(request, DECIDERS),
        "near": [_near(one, department.id) for one in near],
        "markers": [_marker(one) for one in day.shifts],
        "figures": [
            ("On site", day.counts.get("on_site", 0), ""),
            ("Late", day.counts.get("late", 0), "error"),
            ("No answer", day.counts.get("unconfirmed", 0), "warning"),
            ("Over time", day.counts.get("overrun", 0), "warning"),
            ("Expected", day.counts.get("expected", 0), ""),
            ("Left early", day.counts.get("left_early", 0), ""),
            ("Nobody came", day.counts.get("no_show", 0), "error"),
            ("Places nobody fills", day.missing, "warning"),
        ],
    }


def _row(one: ShiftOfTheDay) -> dict[str, Any]:
    return {
        "row": one,
        "shift": one.shift,
        "look": _look(one.worst, one),
        "people": [_person(person) for person in one.people],
        "request_url": reverse("department:request", kwargs={"job_id": one.shift.job_id}),
    }


def _person(one: OnTheDay) -> dict[str, Any]:
    seen, zone = look(one.status), one.assignment.shift.time_zone
    url = reverse("department:assignment", kwargs={"assignment_id": one.assignment.id})
    return {
        "person": one,
        "look": seen,
        "detail": " · ".join(
            filter(None, [site_words.detail(one.site, zone=zone), site_words.confirmed(one.site, zone=zone)])
        ),
        "doubt": one.verdict in ("WEAK", "OFFSITE"),
        "url": url,
        "what_now": _WHAT_NOW.get(one.status, ""),
    }


_WHAT_NOW = {
    "late": "Call them, or enter their hours",
    "no_show": "Enter hours, or find relief",
    "left_early": "Check the hours",
    "unconfirmed": "Reach them",
    "overrun": "Authorise the time, or set the hours",
}


def _near(one: NearLimit, department_id: UUID) -> dict[str, Any]:
    over = one.limit.remaining_minutes < 0
    left = duration_text(abs(one.limit.remaining_minutes))
    return {
        "near": one,
        "name": one.assignment.officer.display_name,
        "shift": one.assignment.shift,
        "told": f"{left} over" if over else f"{left} left",
        "tone": "error" if over else "warning",
        "used": f"{duration_text(one.limit.total_minutes)} of {duration_text(one.limit.limit_minutes)}",
        "words": one.limit.words,
        "is_ours": one.assignment.shift.governing_department_id == department_id,
    }


def _alert(one: Alert, who: str) -> dict[str, Any]:
    return {
        "alert": one,
        "heading": site_words.alert_heading(one),
        "zone": one.shift.time_zone,
        "looked_after_by": who,
    }


def _look(status: str, one: ShiftOfTheDay) -> SiteLook:
    if status == "not_staffed":
        return SiteLook("warning", "user-plus", f"{one.missing} of {one.wanted} places empty")
    return look(status)


def _marker(one: ShiftOfTheDay) -> dict[str, Any]:
    shift, seen = one.shift, _look(one.worst, one)
    live = one.wanted - one.missing
    return {
        "latitude": shift.latitude,
        "longitude": shift.longitude,
        "title": f"{shift.job.title}: {seen.label}" if seen.label else shift.job.title,
        "detail": f"{period_text(shift.starts_at, shift.ends_at, shift.time_zone)} · {live} of {one.wanted} officers",
        "url": reverse("department:request", kwargs={"job_id": shift.job_id}),
        "tone": seen.tone,
    }
