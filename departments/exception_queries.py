"""Reads of exceptions, for the queue, the member's page and the letters."""

from datetime import datetime, timedelta
from uuid import UUID

from departments.access import inside
from departments.exceptions import RuleException, describe
from departments.models import PolicyException
from departments.refusals_oversight import ExceptionNotFound

SHOWN = 50


def exception(*, department_id: UUID, exception_id: UUID) -> RuleException:
    """Raises ExceptionNotFound."""
    with inside(department_id=department_id):
        row = PolicyException.objects.select_related("roster_entry").filter(id=exception_id).first()
        if row is None:
            raise ExceptionNotFound()
        return describe(department_id, row)


def exceptions_in_queue(
    *, department_id: UUID, at: datetime, soon: timedelta = timedelta(days=14), decided_shown: int = SHOWN
) -> tuple[list[RuleException], list[RuleException], list[RuleException]]:
    """Waiting (the oldest first), in force and ending within `soon` (the nearest first), and decided lately."""
    with inside(department_id=department_id):
        rows = PolicyException.objects.select_related("roster_entry")
        waiting = rows.filter(state="requested").order_by("requested_at", "id")[:200]
        ending = rows.filter(state="approved", expires_at__gt=at, expires_at__lte=at + soon).order_by("expires_at")
        decided = rows.exclude(state="requested").order_by("-decided_at", "-id")[:decided_shown]
        first, second, third = ([describe(department_id, row) for row in found] for found in (waiting, ending, decided))
        return first, second, third


def exceptions_of_officer(
    *, department_id: UUID, officer_id: UUID | None = None, entry_id: UUID | None = None, shift_id: UUID | None = None
) -> list[RuleException]:
    """Of one member, named by either identifier; the newest first. With a shift: those that speak of it."""
    with inside(department_id=department_id):
        rows = PolicyException.objects.select_related("roster_entry").order_by("-requested_at", "-id")
        if entry_id is not None:
            rows = rows.filter(roster_entry_id=entry_id)
        else:
            rows = rows.filter(roster_entry__officer_id=officer_id)
        if shift_id is not None:
            rows = rows.filter(shift_id=shift_id)
        return [describe(department_id, row) for row in rows[:SHOWN]]
