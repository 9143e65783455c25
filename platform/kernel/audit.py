"""Every step that matters leaves an audit event, in the transaction of the step itself."""

from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.actors import Actor
from kernel.models import AuditEvent


def record(
    *,
    actor: Actor,
    action: str,
    subject_kind: str,
    subject_id: UUID,
    at: datetime,
    tenant_id: UUID | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEvent:
    """Write one audit event. `action` is noun.verb ("job.approved"); before/after hold only what changed, as JSON."""
    return AuditEvent.objects.create(
        tenant_id=tenant_id,
        actor_kind=actor.kind,
        actor_person_id=actor.person_id,
        actor_label=actor.label[:200],
        actor_address=actor.address[:64],
        actor_user_agent=actor.user_agent[:300],
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        before=before or {},
        after=after or {},
        reason=reason,
        happened_at=at,
    )
