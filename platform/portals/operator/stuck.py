"""Deliveries and webhooks that were given up, and one more chance for them."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kernel import audit
from kernel.actors import Actor
from kernel.errors import NotFound
from kernel.models import InboxEvent, OutboxDelivery


def try_delivery_again(*, delivery_id: UUID | None, actor: Actor, at: datetime) -> int:
    """Due at once, with all attempts before it again; None means every dead one. Returns how many. Raises NotFound."""
    with transaction.atomic():
        dead = OutboxDelivery.objects.select_for_update().filter(state=OutboxDelivery.State.DEAD)
        if delivery_id is not None:
            dead = dead.filter(id=delivery_id)
        rows = list(dead.order_by("due_at", "id")[:500])
        if delivery_id is not None and not rows:
            raise NotFound("This delivery is not dead any more.")
        for row in rows:
            _revive(row, "outbox_delivery", actor, at)
    return len(rows)


def try_webhook_again(*, inbox_event_id: UUID, actor: Actor, at: datetime) -> None:
    """Raises NotFound when it is not dead."""
    with transaction.atomic():
        row = InboxEvent.objects.select_for_update().filter(id=inbox_event_id, state=InboxEvent.State.DEAD).first()
        if row is None:
            raise NotFound("This webhook is not dead any more.")
        _revive(row, "inbox_event", actor, at)


def _revive(row: OutboxDelivery | InboxEvent, kind: str, actor: Actor, at: datetime) -> None:
    attempts = row.attempts
    row.state = "pending"
    row.attempts = 0
    row.due_at = at
    row.leased_until = None
    row.save(update_fields=["state", "attempts", "due_at", "leased_until"])
    audit.record(
        actor=actor,
        action=f"{kind}.tried_again",
        subject_kind=kind,
        subject_id=row.id,
        at=at,
        before={"state": "dead", "attempts": attempts},
        after={"state": "pending"},
    )
