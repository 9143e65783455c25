"""Today: who is on shift, who is late, what waits for a decision, and where the details are."""

from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from geo.timezones import zone_named
from kernel import clock
from marketplace.job_totals import first_start_of_job
from marketplace.models import Assignment, Job, Shift
from marketplace.places import places_held
from marketplace.queries import coordinator_dashboard, jobs_for_department, shifts_of_department
from marketplace.service_levels import LevelsByDay
from marketplace.site_status import facts_of, site_status
from portals.department.desk import desk_page, show_page
from portals.department.words import event_label
from portals.doors import tenant_of
from portals.wording import local_time, period_text
from tenants.models import Tenant

WAITING_SHOWN = 6
_TONES = {"in_progress": "success", "staffed": "info", "open": "warning", "part_staffed": "warning"}


@require_safe
@desk_page()
def front(request: HttpRequest) -> HttpResponse:
    return redirect("department:dashboard")


@require_safe
@desk_page()
def dashboard(request: HttpRequest) -> HttpResponse:
    department, at = tenant_of(request), clock.now()
    today = _midnight(at, department)
    shifts = list(
        shifts_of_department(department.id, starts_after=today - timedelta(hours=12), starts_before=today + _DAY)
        .exclude(state__in=(Shift.State.CANCELLED, Shift.State.EXPIRED, Shift.State.PLANNED))
        .filter(ends_at__gt=today)
    )
    on_shift, late = _attendance(department, shifts, at)
    waiting = jobs_for_department(department.id, state=Job.State.SUBMITTED).order_by("submitted_at")
    waiting = waiting.annotate(first_starts_at=first_start_of_job())
    return show_page(
        request,
        "dashboard",
        {
            "figures": coordinator_dashboard(department.id, at),
            "at": at,
            "shifts": shifts,
            "markers": [_marker(shift) for shift in shifts],
            "on_shift": on_shift,
            "late": late,
            "waiting": [(job, event_label(job.event_type)) for job in waiting[:WAITING_SHOWN]],
        },
    )


@require_safe
@desk_page()
def shifts(request: HttpRequest) -> HttpResponse:
    """A week of shifts, day by day in the department's zone."""
    department, at = tenant_of(request), clock.now()
    chosen = parse_date_or_none(request.GET.get("week", "")) or local_time(at, department.time_zone).date()
    monday = chosen - timedelta(days=chosen.weekday())
    zone = zone_named(department.time_zone)
    begin = datetime.combine(monday, time(), zone)
    end = datetime.combine(monday + timedelta(days=7), time(), zone)
    found = shifts_of_department(department.id, starts_after=begin, starts_before=end).exclude(
        state=Shift.State.CANCELLED
    )
    days: list[dict[str, Any]] = [{"date": monday + timedelta(days=index), "shifts": []} for index in range(7)]
    shift: Any
    for shift in found:
        index = (local_time(shift.starts_at, department.time_zone).date() - monday).days
        held = places_held(_live(shift))
        days[max(0, min(index, 6))]["shifts"].append({"shift": shift, "wanted": shift.wanted, "held": held})
    return show_page(
        request,
        "shifts",
        {
            "days": days,
            "monday": monday,
            "sunday": monday + timedelta(days=6),
            "today": local_time(at, department.time_zone).date(),
            "previous": (monday - timedelta(days=7)).isoformat(),
            "next": (monday + timedelta(days=7)).isoformat(),
            "is_empty": not any(day["shifts"] for day in days),
        },
    )


def parse_date_or_none(text: str) -> Any:
    """What a query string says, or None for what is no date or lies where weeks cannot be counted."""
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found is not None and 2000 <= found.year <= 2200 else None


_DAY = timedelta(days=1)


def _midnight(at: datetime, department: Tenant) -> datetime:
    local = local_time(at, department.time_zone)
    return datetime.combine(local.date(), time(), zone_named(department.time_zone))


def _attendance(department: Tenant, shifts: list[Shift], at: datetime) -> tuple[list[Assignment], list[Assignment]]:
    """Who is clocked in, and who should be and is not."""
    on_shift, late, levels = [], [], LevelsByDay()
    underway = [shift.starts_at for shift in shifts if shift.starts_at <= at < shift.ends_at]
    levels.read_ahead(department_id=department.id, starts=underway)
    for shift in shifts:
        for assignment in _live(shift):
            assignment.shift = shift
            if assignment.state == Assignment.State.CHECKED_IN:
                on_shift.append(assignment)
            elif assignment.state == Assignment.State.CONFIRMED and shift.starts_at <= at < shift.ends_at:
                rules = levels.of(department_id=shift.governing_department_id, starts_at=shift.starts_at)
                if site_status(facts=facts_of(assignment), levels=rules, at=at).status in ("late", "no_show"):
                    late.append(assignment)
    return on_shift, late


def _live(shift: Shift) -> list[Assignment]:
    """Prefetched by `queries.shifts_of_department`."""
    found: list[Assignment] = shift.live_assignments  # type: ignore[attr-defined]
    return found


def _marker(shift: Any) -> dict[str, Any]:
    return {
        "latitude": shift.latitude,
        "longitude": shift.longitude,
        "title": shift.job.title,
        "detail": f"{period_text(shift.starts_at, shift.ends_at, shift.time_zone)} · "
        f"{places_held(_live(shift))} of {shift.wanted} officers",
        "url": reverse("department:request", urlconf="config.urls_department", kwargs={"job_id": shift.job_id}),
        "tone": _TONES.get(shift.state, "neutral"),
    }
