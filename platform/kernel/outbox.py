"""The outbox: announce in the business transaction, deliver afterwards, at least once, effects exactly once.

The relay claims due deliveries with FOR UPDATE SKIP LOCKED and a lease, then wakes a worker. Celery carries only the
wake-up: when it is lost, the lease runs out and the relay wakes another. A handler runs in ONE transaction together
with the mark that it is done; so a handler only writes rows. Whatever must call the outside world writes an intent row
(a message, a transfer) whose own sender takes it from there.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from kernel.models import OutboxDelivery, OutboxEvent
from kernel.subscriptions import Event, registry, resolve

LEASE = timedelta(seconds=30)
MAXIMUM_ATTEMPTS = 12


def announce(*, name: str, payload: dict[str, Any], at: datetime, tenant_id: UUID | None = None) -> OutboxEvent:
    """Store an event and one delivery per handler. Must be called inside the transaction that it tells of."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{name} was announced outside of a transaction: it could tell of a change that never was.")
    event = OutboxEvent.objects.create(name=name, payload=payload, tenant_id=tenant_id, announced_at=at)
    OutboxDelivery.objects.bulk_create(
        OutboxDelivery(event=event, handler=handler, due_at=at) for handler in registry.handlers_of(name)
    )
    return event


def announce_many(
    *, name: str, payloads: Iterable[dict[str, Any]], at: datetime, tenant_id: UUID | None = None
) -> list[OutboxEvent]:
    """The same for many of one name, in two statements. Delivered each on its own, as if announced one by one."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{name} was announced outside of a transaction: it could tell of a change that never was.")
    events = OutboxEvent.objects.bulk_create(
        OutboxEvent(name=name, payload=payload, tenant_id=tenant_id, announced_at=at) for payload in payloads
    )
    handlers = registry.handlers_of(name)
    OutboxDelivery.objects.bulk_create(
        OutboxDelivery(event=event, handler=handler, due_at=at) for event in events for handler in handlers
    )
    return events


def claim_due(*, at: datetime, limit: int = 100) -> list[UUID]:
    """Lease due deliveries to the caller and return their ids; nobody else is given them until the lease ends."""
    with transaction.atomic():
        deliveries = list(
            OutboxDelivery.objects.select_for_update(skip_locked=True)
            .filter(state=OutboxDelivery.State.PENDING, due_at__lte=at)
            .filter(Q(leased_until__isnull=True) | Q(leased_until__lte=at))
            .order_by("due_at", "id")
            .values_list("id", flat=True)[:limit]
        )
        OutboxDelivery.objects.filter(id__in=deliveries).update(leased_until=at + LEASE)
    return deliveries


def deliver(*, delivery_id: UUID, at: datetime) -> bool:
    """Run one delivery's handler. True when this call did it; False when it was done already or is being done.

    A failure is recorded with a growing delay and raised again; after MAXIMUM_ATTEMPTS the delivery is dead, which
    the operator's page shows.
    """
    try:
        with transaction.atomic():
            delivery = (
                OutboxDelivery.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("event")
                .filter(id=delivery_id, state=OutboxDelivery.State.PENDING)
                .first()
            )
            if delivery is None:
                return False
            stored = delivery.event
            resolve(delivery.handler)(
                event=Event(
                    id=stored.id,
                    name=stored.name,
                    tenant_id=stored.tenant_id,
                    payload=stored.payload,
                    announced_at=stored.announced_at,
                ),
                at=at,
            )
            delivery.state = OutboxDelivery.State.DONE
            delivery.done_at = at
            delivery.attempts += 1
            delivery.save(update_fields=["state", "done_at", "attempts"])
        return True
    except Exception as error:
        _record_failure(delivery_id=delivery_id, error=error, at=at)
        raise


def _record_failure(*, delivery_id: UUID, error: Exception, at: datetime) -> None:
    with transaction.atomic():
        delivery = OutboxDelivery.objects.select_for_update().get(id=delivery_id)
        delivery.attempts += 1
        delivery.last_error = f"{type(error).__name__}: {error}"[:2000]
        delivery.leased_until = None
        delivery.due_at = at + retry_delay(attempts=delivery.attempts)
        if delivery.attempts >= MAXIMUM_ATTEMPTS:
            delivery.state = OutboxDelivery.State.DEAD
        delivery.save(update_fields=["attempts", "last_error", "leased_until", "due_at", "state"])


def retry_delay(*, attempts: int) -> timedelta:
    """2 s, 4 s, 8 s … at most 15 minutes."""
    return timedelta(seconds=min(2**attempts, 900))
