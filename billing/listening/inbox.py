"""Stripe's webhooks: verified, stored once, answered at once, processed later from the re-fetched object."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import stripe
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from billing.listening import provider_events
from billing.refusals import SignatureInvalid
from billing.sending import stripe_port, waking
from kernel import inbox
from kernel.models import InboxEvent
from kernel.outbox import MAXIMUM_ATTEMPTS, retry_delay

PROVIDER = "stripe"
LEASE = timedelta(minutes=2)
# A wake-up is on its way for as long; without that, a worker who is behind is sent the same ones with every scan.
WOKEN = timedelta(seconds=30)
# Stripe's own tolerance against replayed deliveries; real time, because that is what Stripe signs.
TOLERANCE_SECONDS = 300


def receive_webhook(*, body: bytes, signature: str, at: datetime) -> bool:
    """Store a webhook; False when it was there before. Raises SignatureInvalid for what Stripe did not sign."""
    try:
        stripe.WebhookSignature.verify_header(
            body.decode(), signature, settings.STRIPE_WEBHOOK_SECRET, tolerance=TOLERANCE_SECONDS
        )
        event = json.loads(body)
        external_id, name = str(event["id"]), str(event["type"])
    except (stripe.SignatureVerificationError, UnicodeDecodeError) as error:
        raise SignatureInvalid("This is not signed with the webhook's secret, or too old.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise SignatureInvalid("This is not an event.") from error
    if bool(event.get("livemode")) != stripe_port.is_live():
        raise SignatureInvalid("This event is of another environment.")
    return store_event(external_id=external_id, name=name, event=event, at=at)


def store_event(*, external_id: str, name: str, event: dict[str, Any], at: datetime) -> bool:
    """Into the inbox, once, and wake a worker. The wake-up may be lost: the scan finds the row."""
    with transaction.atomic():
        is_new = inbox.receive(provider=PROVIDER, external_id=external_id, name=name, payload=event, at=at)
        if is_new:
            inbox_event_id = str(InboxEvent.objects.get(provider=PROVIDER, external_id=external_id).id)
            waking.wake_inbox(inbox_event_id)
    return is_new


def process_inbox_event(*, inbox_event_id: UUID, at: datetime) -> bool:
    """Process one stored event. False when it is done already or somebody else has it.

    A failure is kept on the row with a growing delay and raised again; after MAXIMUM_ATTEMPTS the row is dead.
    """
    event = _claim(inbox_event_id, at)
    if event is None:
        return False
    try:
        note = provider_events.apply(name=event.name, payload=event.payload, at=at)
    except Exception as error:
        _record_failure(event, error, at)
        raise
    InboxEvent.objects.filter(id=event.id).update(
        state=InboxEvent.State.DONE, done_at=at, leased_until=None, last_error=note
    )
    return True


def due_events(*, at: datetime, limit: int = 100) -> list[UUID]:
    """Whose time has come, for the caller to process or to wake workers for: the next caller gets them after WOKEN."""
    with transaction.atomic():
        due = list(
            InboxEvent.objects.select_for_update(skip_locked=True)
            .filter(provider=PROVIDER, state=InboxEvent.State.PENDING, due_at__lte=at)
            .filter(Q(leased_until__isnull=True) | Q(leased_until__lte=at))
            .order_by("due_at", "id")
            .values_list("id", flat=True)[:limit]
        )
        InboxEvent.objects.filter(id__in=due).update(due_at=at + WOKEN)
    return due


def _claim(inbox_event_id: UUID, at: datetime) -> InboxEvent | None:
    with transaction.atomic():
        event = (
            InboxEvent.objects.select_for_update(skip_locked=True)
            .filter(id=inbox_event_id, state=InboxEvent.State.PENDING)
            .filter(Q(leased_until__isnull=True) | Q(leased_until__lte=at))
            .first()
        )
        if event is None:
            return None
        event.leased_until = at + LEASE
        event.attempts += 1
        event.save(update_fields=["leased_until", "attempts"])
        return event


def _record_failure(event: InboxEvent, error: Exception, at: datetime) -> None:
    is_dead = event.attempts >= MAXIMUM_ATTEMPTS
    InboxEvent.objects.filter(id=event.id).update(
        state=InboxEvent.State.DEAD if is_dead else InboxEvent.State.PENDING,
        due_at=at + retry_delay(attempts=event.attempts),
        leased_until=None,
        last_error=f"{type(error).__name__}: {error}"[:2000],
    )
