"""Who relieved whom, and when: what hours, bills and pages need of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from kernel.errors import NotFound
from marketplace.models import Assignment, ClockEvent, Relief, ReliefSearch, Timesheet


@dataclass(frozen=True, slots=True)
class Handover:
    """`took_over_at`: this officer's time does not begin before; `gave_over_at`: it ends then.

    `minutes_before`: worked by whoever held the place before.
    """

    took_over_at: datetime | None = None
    gave_over_at: datetime | None = None
    minutes_before: int = 0


def handover_of(assignment: Assignment) -> Handover:
    took_over_at = gave_over_at = None
    minutes_before = 0
    for relief in Relief.objects.filter(Q(outgoing=assignment) | Q(incoming=assignment), handed_over_at__isnull=False):
        if relief.outgoing_id == assignment.id:
            gave_over_at = relief.handed_over_at
        else:
            took_over_at = relief.handed_over_at
            minutes_before = _minutes_until(relief.outgoing_id)
    return Handover(took_over_at, gave_over_at, minutes_before)


def reliefs_of(assignment: Assignment) -> "QuerySet[Relief]":
    """Whom its officer relieves and who relieves them, at most one of each, with both officers."""
    return (
        Relief.objects.filter(Q(outgoing=assignment) | Q(incoming=assignment))
        .select_related("outgoing__officer", "incoming__officer")
        .order_by("arranged_at", "id")
    )


def told_reliefs_of(assignment: Assignment) -> "QuerySet[Relief]":
    """The same as the officers are told of: nobody waits for one who called off or did not come."""
    is_coming = Q(incoming__state__in=Assignment.LIVE_STATES)
    return reliefs_of(assignment).filter(is_coming | Q(handed_over_at__isnull=False))


def search_of(*, assignment: Assignment) -> ReliefSearch:
    """Raises NotFound while nobody has looked for relief."""
    found = ReliefSearch.objects.filter(assignment=assignment).first()
    if found is None:
        raise NotFound("Nobody has looked for relief for this place.")
    return found


def relief_came_at() -> Coalesce:
    """To annotate whoever is relieved with: when their relief clocked in, or began by entered hours; None before."""
    came = ClockEvent.objects.filter(kind=ClockEvent.Kind.IN, assignment__relieves__outgoing=OuterRef("pk"))
    began = Timesheet.objects.filter(assignment__relieves__outgoing=OuterRef("pk"))
    return Coalesce(Subquery(came.values("happened_at")[:1]), Subquery(began.values("worked_starts_at")[:1]))


def place_of_assignment(assignment_ids: Collection[UUID]) -> dict[UUID, str]:
    """Of those who share a place with another of them: the assignment that held it first, as text."""
    shifts = Assignment.objects.filter(id__in=assignment_ids).values("shift_id")
    # Whoever held it between two of them and worked nothing, so is not asked about, still joins the two.
    before = dict(Relief.objects.filter(incoming__shift_id__in=shifts).values_list("incoming_id", "outgoing_id"))
    holders: dict[UUID, list[UUID]] = {}
    for assignment_id in assignment_ids:
        first = assignment_id
        while first in before:
            first = before[first]
        holders.setdefault(first, []).append(assignment_id)
    return {held: str(first) for first, those in holders.items() if len(those) > 1 for held in those}


def _minutes_until(assignment_id: UUID) -> int:
    """Worked on one place so far, along the chain of those who relieved each other."""
    minutes, current = 0, assignment_id
    while True:
        minutes += Timesheet.objects.filter(assignment_id=current).values_list("worked_minutes", flat=True).first() or 0
        earlier = Relief.objects.filter(incoming_id=current).values_list("outgoing_id", flat=True).first()
        if earlier is None:
            return minutes
        current = earlier
