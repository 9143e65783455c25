"""How often a department's officers get their statements."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from billing.models import StatementSchedule
from billing.periods.calendars import Length
from kernel import audit
from kernel.actors import Actor
from kernel.errors import InvalidInput


def length_for(*, tenant_id: UUID) -> Length:
    chosen = StatementSchedule.objects.filter(tenant_id=tenant_id).values_list("length", flat=True).first()
    return "week" if chosen == StatementSchedule.Length.WEEK else "month"


def choose_length(*, tenant_id: UUID, length: str, actor: Actor, at: datetime) -> None:
    """From the next period on; what has begun ends with the week or month that it is in. Raises InvalidInput."""
    if length not in StatementSchedule.Length.values:
        raise InvalidInput("Choose a week or a month.", field="length")
    before = length_for(tenant_id=tenant_id)
    StatementSchedule.objects.update_or_create(
        tenant_id=tenant_id,
        defaults={"length": length, "changed_at": at, "changed_by_person_id": actor.person_id},
    )
    audit.record(
        actor=actor,
        action="statement_schedule.changed",
        subject_kind="tenant",
        subject_id=tenant_id,
        tenant_id=tenant_id,
        at=at,
        before={"length": before},
        after={"length": length},
    )
