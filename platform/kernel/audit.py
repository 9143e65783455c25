"""Every step that matters leaves an audit event, in the transaction of the step itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.actors import Actor
from kernel.models import AuditEvent


@dataclass(frozen=True, slots=True)
class Change:
    """One of many steps of one action: which subject, and what changed of it, as JSON."""

    subject_id: UUID
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


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


def record_many(
    *,
    actor: Actor,
    action: str,
    subject_kind: str,
    changes: Sequence[Change],
    at: datetime,
    tenant_id: UUID | None = None,
    reason: str = "",
) -> None:
    """One event for each change, a thousand in a statement."""
    events = [
        AuditEvent(
            tenant_id=tenant_id,
            actor_kind=actor.kind,
            actor_person_id=actor.person_id,
            actor_label=actor.label[:200],
            actor_address=actor.address[:64],
            actor_user_agent=actor.user_agent[:300],
            action=action,
            subject_kind=subject_kind,
            subject_id=change.subject_id,
            before=change.before,
            after=change.after,
            reason=reason,
            happened_at=at,
        )
        for change in changes
    ]
    AuditEvent.objects.bulk_create(events, batch_size=1000)
