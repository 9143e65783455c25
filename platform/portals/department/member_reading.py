"""A member's work, as their own department may know it: hours and ratings, never where they live."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kernel.models import AuditEvent
from marketplace.models import Assignment
from portals.department.words import audit_words
from portals.wording import local_time
from ratings.summaries import NO_RATINGS, Summary, summary_of
from tenants.models import Tenant

SHOWN = 30
_COUNTED = ("confirmed", "checked_in", "checked_out")


@dataclass(frozen=True)
class WorkRow:
    """`is_ours`: a detail of this department; of others only time and place of work are told."""

    assignment: Assignment
    is_ours: bool


@dataclass(frozen=True)
class Work:
    """`month_minutes` counts worked time where there is a timesheet, scheduled time otherwise, as the award does."""

    upcoming: list[WorkRow]
    past: list[WorkRow]
    month_minutes: int
    ratings: Summary


NOTHING = Work([], [], 0, NO_RATINGS)


def work_of_officer(*, department: Tenant, officer_id: UUID | None, at: datetime) -> Work:
    if officer_id is None:
        return NOTHING
    assignments = list(
        Assignment.objects.filter(officer_id=officer_id, shift__starts_at__gte=at - timedelta(days=400))
        .select_related("shift__job__client", "shift__job__venue", "position", "timesheet")
        .order_by("-shift__starts_at")[:200]
    )
    rows = [WorkRow(one, one.shift.governing_department_id == department.id) for one in assignments]
    zone = department.time_zone
    this_month = _month(at, zone)
    minutes = sum(
        _minutes(one)
        for one in assignments
        if one.state in _COUNTED and _month(one.shift.starts_at, zone) == this_month
    )
    upcoming = [row for row in rows if row.assignment.state in ("offered", "confirmed", "checked_in")]
    return Work(
        upcoming=upcoming[::-1],
        past=[row for row in rows if row not in upcoming][:SHOWN],
        month_minutes=minutes,
        ratings=summary_of([officer_id])[officer_id],
    )


def member_trail(*, department_id: UUID, entry_id: UUID) -> list[dict[str, Any]]:
    events = AuditEvent.objects.filter(subject_kind="roster_entry", subject_id=entry_id, tenant_id=department_id)
    return [{"event": event, "title": audit_words(event.action)} for event in events.order_by("-happened_at")[:30]]


def _month(at: datetime, zone: str) -> tuple[int, int]:
    local = local_time(at, zone)
    return local.year, local.month


def _minutes(assignment: Assignment) -> int:
    timesheet = getattr(assignment, "timesheet", None)
    if timesheet is not None:
        return int(timesheet.worked_minutes)
    shift = assignment.shift
    return int((shift.ends_at - shift.starts_at).total_seconds() // 60)
