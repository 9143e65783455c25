"""Text messages that come in: stored once by the provider's id, and STOP and START obeyed by law."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from twilio.request_validator import RequestValidator

from kernel import outbox
from messaging.consents import opt_in, opt_out
from messaging.models import InboundMessage

STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})

SMS_RECEIVED = "messaging.sms_received"


def signature_is_valid(*, path: str, parameters: dict[str, str], signature: str) -> bool:
    """Twilio signs the public address with every parameter, untrimmed."""
    validator = RequestValidator(settings.TWILIO_AUTH_TOKEN)
    return bool(validator.validate(f"{settings.PUBLIC_BASE_URL}{path}", parameters, signature))


def receive_sms(*, reference: str, sender: str, recipient: str, text: str, at: datetime) -> InboundMessage | None:
    """Store the message and obey STOP and START. None when it was stored before."""
    word = text.strip().upper()
    with transaction.atomic():
        message = InboundMessage(
            provider_reference=reference, sender=sender, recipient=recipient, text=text[:1600], received_at=at
        )
        if word in STOP_WORDS:
            message.outcome = "opted out"
        elif word in START_WORDS:
            message.outcome = "opted in"
        InboundMessage.objects.bulk_create([message], ignore_conflicts=True)
        if not InboundMessage.objects.filter(id=message.id).exists():
            return None
        if word in STOP_WORDS:
            opt_out(phone=sender, source="reply", at=at)
        elif word in START_WORDS:
            opt_in(phone=sender)
        outbox.announce(name=SMS_RECEIVED, payload={"inbound_message_id": str(message.id)}, at=at)
    return message


def record_outcome(*, inbound_message_id: UUID, person_id: UUID | None, outcome: str) -> None:
    InboundMessage.objects.filter(id=inbound_message_id).update(person_id=person_id, outcome=outcome[:80])
