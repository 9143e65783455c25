"""Messages are rows first: queued in the transaction of the fact that they tell, once per business key."""

from datetime import datetime
from uuid import UUID

from messaging.consents import may_text
from messaging.gsm import segments_of
from messaging.models import Channel, OutboundMessage

# Sent whatever the person's wishes: they asked for it a moment ago, on the page that they are looking at.
PHONE_VERIFICATION = "phone-verification"
# The one text that the law wants after a STOP.
STOP_CONFIRMATION = "stop-confirmation"
_SENT_ANYWAY = frozenset({PHONE_VERIFICATION, STOP_CONFIRMATION})


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
            business_key=email_key(business_key),
            channel=Channel.EMAIL,
            recipient=recipient,
            subject=one_line(subject),
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
    allowed = purpose in _SENT_ANYWAY or may_text(phone=recipient, person_id=person_id)
    return _queue(
        OutboundMessage(
            business_key=sms_key(business_key),
            channel=Channel.SMS,
            recipient=recipient,
            text=text,
            segments=segments_of(text) if allowed else 0,
            person_id=person_id,
            tenant_id=tenant_id,
            payer_id=tenant_id,
            state=OutboundMessage.State.QUEUED if allowed else OutboundMessage.State.SUPPRESSED,
            due_at=at,
            created_at=at,
        )
    )


def email_key(business_key: str) -> str:
    return f"email:{business_key}"[:200]


def sms_key(business_key: str) -> str:
    return f"sms:{business_key}"[:200]


def one_line(subject: str) -> str:
    """A line break in a subject would start a new header."""
    return " ".join(subject.split())[:200]


def _queue(message: OutboundMessage) -> bool:
    OutboundMessage.objects.bulk_create([message], ignore_conflicts=True)
    return OutboundMessage.objects.filter(id=message.id).exists()
