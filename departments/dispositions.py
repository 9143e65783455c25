"""What the department decided about extra duty that overlapped its own time: written, with a reason, never erased."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from departments.access import inside
from departments.models import OverlapDisposition
from kernel import audit
from kernel.actors import Actor
from kernel.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Disposition:
    assignment_id: UUID
    outcome: str
    reason: str
    decided_by: str
    decided_at: datetime


def latest_dispositions(*, department_id: UUID, assignment_ids: Collection[UUID]) -> dict[UUID, Disposition]:
    """The newest word for each. One query."""
    if not assignment_ids:
        return {}
    with inside(department_id=department_id):
        rows = OverlapDisposition.objects.filter(assignment_id__in=list(assignment_ids)).order_by("decided_at", "id")
        return {
            row.assignment_id: Disposition(
                row.assignment_id, str(row.outcome), row.reason, row.decided_by_label, row.decided_at
            )
            for row in rows
        }


def decide(
    *,
    department_id: UUID,
    assignment_id: UUID,
    outcome: str,
    reason: str,
    overlap_minutes: int,
    actor: Actor,
    at: datetime,
) -> None:
    """The caller has seen to it that the assignment is of one of the department's officers. Raises InvalidInput."""
    if outcome not in OverlapDisposition.Outcome.values:
        raise InvalidInput("Choose explained, recovered or referred.", field="outcome")
    reason = reason.replace("\x00", "").strip()
    if not reason:
        raise InvalidInput("Give a reason: it is kept with the finding.", field="reason")
    with transaction.atomic(), inside(department_id=department_id):
        row = OverlapDisposition.objects.create(
            assignment_id=assignment_id,
            outcome=outcome,
            reason=reason[:2000],
            overlap_minutes=overlap_minutes,
            decided_by_person_id=actor.person_id,
            decided_by_label=actor.label[:200],
            decided_at=at,
        )
        audit.record(
            actor=actor,
            action=f"overlap.{outcome}",
            subject_kind="assignment",
            subject_id=assignment_id,
            tenant_id=department_id,
            at=at,
            after={"outcome": outcome, "overlap_minutes": overlap_minutes},
            reason=row.reason,
        )
