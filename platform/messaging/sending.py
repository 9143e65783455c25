"""Messages are rows first. A message is queued in the transaction of the fact that it tells, and sent afterwards.

The sender claims due rows with SKIP LOCKED and a lease, marks them `sending`, commits, calls the provider, and commits
the outcome. A sender that dies in between leaves `sending` rows: SMS sends carry no idempotency key, so the next sender
looks the message up by number and time before it sends again.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from messaging.adapters import PermanentFailure, TemporaryFailure, adapter_for
from messaging.consents import may_text, opt_out
from messaging.models import Channel, OutboundMessage

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
MAXIMUM_ATTEMPTS = 8
# Sent whatever the person's wishes: they asked for it a moment ago, on the page that they are looking at.
PHONE_VERIFICATION = "phone-verification"


def queue_email(
    *,
    business_key: str,
    recipient: str,
    subject: str,
    text: str,
    html: str = "",
    at: datetime,
    person_id: UUID | None = None,
    tenant_id: UUID | None = None,
) -> bool:
    """Queue an e-mail once per business key. False when it was queued before."""
    return _queue(
        OutboundMessage(
            business_key=f"email:{business_key}"[:200],
            channel=Channel.EMAIL,
            recipient=recipient,
            # A line break in a subject would start a new header.
            subject=" ".join(subject.split())[:200],
            text=text,
            html=html,
            person_id=person_id,
            tenant_id=tenant_id,
            due_at=at,
            created_at=at,
        )
    )


def queue_sms(
    *,
    business_key: str,
    recipient: str,
    text: str,
    at: datetime,
    person_id: UUID | None = None,
    tenant_id: UUID | None = None,
    purpose: str = "",
) -> bool:
    """Queue a text message once per business key; without consent, or after STOP, it is stored as suppressed."""
    allowed = purpose == PHONE_VERIFICATION or may_text(phone=recipient, person_id=person_id)
    return _queue(
        OutboundMessage(
            business_key=f"sms:{business_key}"[:200],
            channel=Channel.SMS,
            recipient=recipient,
            text=text,
            person_id=person_id,
            tenant_id=tenant_id,
            state=OutboundMessage.State.QUEUED if allowed else OutboundMessage.State.SUPPRESSED,
            due_at=at,
            created_at=at,
        )
    )


def _queue(message: OutboundMessage) -> bool:
    OutboundMessage.objects.bulk_create([message], ignore_conflicts=True)
    return OutboundMessage.objects.filter(id=message.id).exists()


def send_due(*, at: datetime, limit: int = 50) -> int:
    """Send what is due; returns how many were tried. Never call it inside a transaction."""
    claimed = _claim(at=at, limit=limit)
    for message, was_tried_before in claimed:
        _send(message=message, was_tried_before=was_tried_before, at=at)
    return len(claimed)


def _claim(*, at: datetime, limit: int) -> list[tuple[OutboundMessage, bool]]:
    with transaction.atomic():
        messages = list(
            OutboundMessage.objects.select_for_update(skip_locked=True)
            .filter(state__in=[OutboundMessage.State.QUEUED, OutboundMessage.State.SENDING], due_at__lte=at)
            .filter(Q(leased_until__isnull=True) | Q(leased_until__lte=at))
            .order_by("due_at", "id")[:limit]
        )
        claimed = []
        for message in messages:
            was_tried_before = message.state == OutboundMessage.State.SENDING
            message.state = OutboundMessage.State.SENDING
            message.leased_until = at + LEASE
            message.first_attempt_at = message.first_attempt_at or at
            message.attempts += 1
            claimed.append((message, was_tried_before))
        OutboundMessage.objects.bulk_update(
            messages, ["state", "leased_until", "first_attempt_at", "attempts"], batch_size=200
        )
    return claimed


def _send(*, message: OutboundMessage, was_tried_before: bool, at: datetime) -> None:
    adapter = adapter_for(message.channel)
    try:
        reference = (was_tried_before and adapter.find_sent(message)) or adapter.send(message)
    except PermanentFailure as failure:
        if failure.opted_out:
            opt_out(phone=message.recipient, source="provider", at=at)
        _finish(message, state=OutboundMessage.State.FAILED, last_error=str(failure))
    except TemporaryFailure as failure:
        logger.warning("Message %s could not be sent: %s", message.id, failure)
        if message.attempts >= MAXIMUM_ATTEMPTS:
            _finish(message, state=OutboundMessage.State.FAILED, last_error=str(failure))
        else:
            delay = timedelta(seconds=min(5 * 2**message.attempts, 1800))
            _finish(message, state=OutboundMessage.State.SENDING, last_error=str(failure), due_at=at + delay)
    else:
        _finish(message, state=OutboundMessage.State.SENT, provider_reference=reference, sent_at=at)


def _finish(message: OutboundMessage, **changes: object) -> None:
    """Record the outcome, unless a delivery report was faster than we."""
    unfinished = OutboundMessage.objects.filter(id=message.id, state=OutboundMessage.State.SENDING)
    unfinished.update(leased_until=None, **changes)


def record_delivery_status(*, provider_reference: str, status: str, error_code: str, at: datetime) -> None:
    """A delivery report from the provider. Reports come late, doubled and out of order: a final state stays."""
    state = {
        "delivered": OutboundMessage.State.DELIVERED,
        "undelivered": OutboundMessage.State.FAILED,
        "failed": OutboundMessage.State.FAILED,
    }.get(status)
    if state is None:
        return
    with transaction.atomic():
        message = (
            OutboundMessage.objects.select_for_update()
            .filter(provider_reference=provider_reference, state=OutboundMessage.State.SENT)
            .first()
        )
        if message is None:
            return
        message.state = state
        if state == OutboundMessage.State.DELIVERED:
            message.delivered_at = at
        else:
            message.last_error = f"The carrier reported {status} ({error_code})."
        message.save(update_fields=["state", "delivered_at", "last_error"])
