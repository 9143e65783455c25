"""Text messages that come in: stored once by the provider's id, and STOP and START obeyed by law."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from twilio.request_validator import RequestValidator

from kernel import outbox
from messaging.commands import is_lone_yes, is_start, is_stop, provider_answers
from messaging.consents import has_opted_out, opt_in, opt_out
from messaging.models import InboundMessage

SMS_RECEIVED = "messaging.sms_received"
"""{inbound_message_id, answered_by_provider, repeats_stop}: a text came in, and STOP and START in it are obeyed
already. `repeats_stop`: the number had opted out before."""

OPTED_OUT, OPTED_IN = "opted out", "opted in"
# Where an opt-out came from: a keyword that the provider knows, other words, or the provider's refusal to send.
BY_KEYWORD, BY_WORDS, BY_PROVIDER = "reply", "own words", "provider"
PROVIDER_KNOWS = frozenset({BY_KEYWORD, BY_PROVIDER})
MANY_IN_TEN_MINUTES = 20
_SPAN = timedelta(minutes=10)


def signature_is_valid(*, path: str, parameters: dict[str, str], signature: str) -> bool:
    """Twilio signs the public address with every parameter, untrimmed."""
    validator = RequestValidator(settings.TWILIO_AUTH_TOKEN)
    return bool(validator.validate(f"{settings.PUBLIC_BASE_URL}{path}", parameters, signature))


def receive_sms(*, reference: str, sender: str, recipient: str, text: str, at: datetime) -> InboundMessage | None:
    """Store the message and obey STOP and START. None when it was stored before.

    A lone YES opts in only where the number had opted out; from everybody else it answers an invitation.
    """
    with transaction.atomic():
        stops = is_stop(text)
        starts = not stops and (is_start(text) or (is_lone_yes(text) and has_opted_out(phone=sender)))
        message = InboundMessage(
            provider_reference=reference,
            sender=sender,
            recipient=recipient,
            text=text.replace("\x00", "")[:1600],
            outcome=OPTED_OUT if stops else OPTED_IN if starts else "",
            received_at=at,
        )
        InboundMessage.objects.bulk_create([message], ignore_conflicts=True)
        if not InboundMessage.objects.filter(id=message.id).exists():
            return None
        # Of the two answers that may follow, the provider's or ours, the person gets one.
        by_provider = provider_answers(text)
        repeats_stop = False
        if stops:
            repeats_stop = not opt_out(phone=sender, source=BY_KEYWORD if by_provider else BY_WORDS, at=at)
        elif starts:
            by_provider = opt_in(phone=sender) in PROVIDER_KNOWS and by_provider
        outbox.announce(
            name=SMS_RECEIVED,
            payload={
                "inbound_message_id": str(message.id),
                "answered_by_provider": (stops or starts) and by_provider,
                "repeats_stop": repeats_stop,
            },
            at=at,
        )
    return message


def take_unhandled(*, inbound_message_id: UUID) -> InboundMessage | None:
    """The message, locked, when nobody has acted on it yet."""
    return InboundMessage.objects.select_for_update(of=("self",)).filter(id=inbound_message_id, handled_at=None).first()


def are_too_many(*, sender: str, at: datetime) -> bool:
    """More texts than a person writes: each answer costs money, and a machine may be answering ours."""
    recent = InboundMessage.objects.filter(sender=sender, received_at__gt=at - _SPAN)
    return recent.count() > MANY_IN_TEN_MINUTES


def record_outcome(
    *, message: InboundMessage, person_id: UUID | None, tenant_id: UUID | None, outcome: str, at: datetime
) -> None:
    message.person_id, message.tenant_id, message.outcome, message.handled_at = person_id, tenant_id, outcome[:80], at
    message.save(update_fields=["person_id", "tenant_id", "outcome", "handled_at"])
