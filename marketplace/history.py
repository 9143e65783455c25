"""A department's own history: every audit event that carries its id, searched by text, officer, request, kind and date.

The search never leaves the tenant: its id is in every query, and the index (tenant, time) is what bounds them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from kernel.models import AuditEvent
from marketplace.models import Assignment, Award, Bid, ClockEvent, Job, Shift, Timesheet


@dataclass(frozen=True, slots=True)
class Sought:
    """`text` is looked for in who did it, why, and what; `reference` is a request's; dates are half-open moments."""

    text: str = ""
    reference: str = ""
    officer_id: UUID | None = None
    entry_id: UUID | None = None
    action: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event's subject can be seen: kind is request, assignment, member, award or "" for nowhere."""

    kind: str
    identifier: UUID | None = None
    label: str = ""


NOWHERE = Place("")
_LookUp = Callable[[set[UUID], UUID], dict[UUID, Place]]


def search_history(*, department_id: UUID, sought: Sought) -> "QuerySet[AuditEvent]":
    """The latest first."""
    events = AuditEvent.objects.filter(tenant_id=department_id)
    if sought.starts_at is not None:
        events = events.filter(happened_at__gte=sought.starts_at)
    if sought.ends_at is not None:
        events = events.filter(happened_at__lt=sought.ends_at)
    if sought.action:
        events = events.filter(action__startswith=f"{sought.action}.")
    if sought.reference:
        events = events.filter(subject_id__in=_subjects_of_job(department_id, sought.reference))
    if sought.officer_id is not None or sought.entry_id is not None:
        events = events.filter(subject_id__in=_subjects_of_officer(department_id, sought.officer_id, sought.entry_id))
    for word in sought.text.replace("\x00", "").split()[:6]:
        events = events.filter(Q(actor_label__icontains=word) | Q(reason__icontains=word) | Q(action__icontains=word))
    return events.order_by("-happened_at", "-id")


def places_of(events: Iterable[AuditEvent], *, department_id: UUID) -> dict[UUID, Place]:
    """By event id; at most six queries for a page of events. Nothing leads to a row of another department."""
    wanted: dict[str, set[UUID]] = {}
    events = list(events)
    for event in events:
        wanted.setdefault(event.subject_kind, set()).add(event.subject_id)
    known = {kind: _LOOK_UPS[kind](ids, department_id) for kind, ids in wanted.items() if kind in _LOOK_UPS}
    return {event.id: known.get(event.subject_kind, {}).get(event.subject_id, NOWHERE) for event in events}


def _subjects_of_job(department_id: UUID, reference: str) -> list[UUID]:
    jobs = Job.objects.filter(governing_department_id=department_id, reference__iexact=reference.strip())
    found: list[UUID] = list(jobs.values_list("id", flat=True))
    if not found:
        return []
    shifts = Shift.objects.filter(job_id__in=found)
    assignments = Assignment.objects.filter(shift__job_id__in=found)
    return [*found, *shifts.values_list("id", flat=True), *_around(assignments, Bid.objects.filter(shift__in=shifts))]


def _subjects_of_officer(department_id: UUID, officer_id: UUID | None, entry_id: UUID | None) -> list[UUID]:
    """The events carry the department's id, so another department's details of the officer stay out of the answer."""
    found = [one for one in (officer_id, entry_id) if one is not None]
    if officer_id is None:
        return found
    ours = {"officer_id": officer_id, "shift__governing_department_id": department_id}
    return [*found, *_around(Assignment.objects.filter(**ours), Bid.objects.filter(**ours))]


def _around(assignments: "QuerySet[Assignment]", bids: "QuerySet[Bid]") -> list[UUID]:
    """Assignments with their punches and timesheets, and bids: in one query."""
    ids = assignments.values_list("id")
    punches = ClockEvent.objects.filter(assignment__in=assignments).values_list("id")
    sheets = Timesheet.objects.filter(assignment__in=assignments).values_list("id")
    return [row[0] for row in ids.union(punches, sheets, bids.values_list("id"), all=True)]


def _jobs(ids: set[UUID], department_id: UUID) -> dict[UUID, Place]:
    rows = Job.objects.filter(id__in=ids, governing_department_id=department_id).values_list("id", "reference", "title")
    return {job_id: Place("request", job_id, f"{reference} {title}") for job_id, reference, title in rows}


def _shifts(ids: set[UUID], department_id: UUID) -> dict[UUID, Place]:
    rows = Shift.objects.filter(id__in=ids, governing_department_id=department_id)
    found = rows.values_list("id", "job_id", "job__reference", "job__title")
    return {shift_id: Place("request", job_id, f"{reference} {title}") for shift_id, job_id, reference, title in found}


def _bids(ids: set[UUID], department_id: UUID) -> dict[UUID, Place]:
    rows = Bid.objects.filter(id__in=ids, shift__governing_department_id=department_id)
    found = rows.values_list("id", "shift__job_id", "shift__job__reference", "officer__display_name")
    return {bid: Place("request", job_id, f"{reference} {name}") for bid, job_id, reference, name in found}


def _assignments(ids: set[UUID], department_id: UUID) -> dict[UUID, Place]:
    rows = Assignment.objects.filter(id__in=ids, shift__governing_department_id=department_id)
    found = rows.values_list("id", "officer__display_name", "shift__job__reference")
    return {one: Place("assignment", one, f"{name}, {reference}") for one, name, reference in found}


def _of_assignment(model: type[Timesheet] | type[ClockEvent]) -> _LookUp:
    def look_up(ids: set[UUID], department_id: UUID) -> dict[UUID, Place]:
        rows = model._default_manager.filter(id__in=ids, assignment__shift__governing_department_id=department_id)
        found = rows.values_list("id", "assignment_id", "assignment__officer__display_name")
        return {one: Place("assignment", assignment_id, name) for one, assignment_id, name in found}

    return look_up


def _awards(ids: set[UUID], department_id: UUID) -> dict[UUID, Place]:
    rows = Award.objects.filter(id__in=ids, shift__governing_department_id=department_id)
    return {one: Place("award", one, title) for one, title in rows.values_list("id", "shift__job__title")}


def _members(ids: set[UUID], department_id: UUID) -> dict[UUID, Place]:
    """A roster entry belongs to the department whose event names it; its page answers for itself."""
    return {one: Place("member", one, "Member") for one in ids}


_LOOK_UPS: Mapping[str, _LookUp] = {
    "job": _jobs,
    "shift": _shifts,
    "bid": _bids,
    "assignment": _assignments,
    "timesheet": _of_assignment(Timesheet),
    "clock_event": _of_assignment(ClockEvent),
    "clock_review": _of_assignment(ClockEvent),
    "award": _awards,
    "roster_entry": _members,
}
