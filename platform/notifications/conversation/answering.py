"""Handler of messaging.sms_received. It acts and answers once: the message is locked, and marked in the same
transaction as the act and the queued answer."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext, override

from kernel.subscriptions import Event
from marketplace.models import Officer
from marketplace.text_answers import officers_of_phone
from messaging import inbound
from messaging.commands import Command, Verb, read_command
from messaging.consents import has_opted_out, may_text
from messaging.models import InboundMessage
from messaging.queueing import STOP_CONFIRMATION, queue_sms
from notifications import wording
from notifications.conversation import acts, knowledge
from notifications.conversation.reply import Reply, Sender

# Left without an answer, and why, as the department reads it.
UNKNOWN_NUMBER = "unknown number"
NO_CONSENT = "no consent to texts"
IS_OPTED_OUT = "said STOP before"
TOO_MANY = "too many texts"


def answer_text(*, event: Event, at: datetime) -> None:
    message = inbound.take_unhandled(inbound_message_id=UUID(event.payload["inbound_message_id"]))
    if message is None:
        return
    officers = officers_of_phone(phone=message.sender)
    if message.outcome == inbound.OPTED_OUT:
        _confirm_stop(message, officers, event, at)
        return
    silence = _why_silent(message, officers, at)
    if silence:
        _record(message, officers[0] if officers else None, silence, at)
        return
    consenting = [one for one in officers if may_text(phone=message.sender, person_id=one.person_id)]
    serving = [one for one in consenting if one.left_at is None]
    speaker = (serving or consenting)[0]
    with override(speaker.person.language):
        reply = _reply(message, serving, event, at)
    _record(message, reply.officer or speaker, reply.outcome, at)
    if reply.text:
        _queue(message, reply.officer or speaker, reply.text, at)


def _why_silent(message: InboundMessage, officers: list[Officer], at: datetime) -> str:
    if has_opted_out(phone=message.sender):
        return IS_OPTED_OUT
    if not officers:
        return UNKNOWN_NUMBER
    if not any(may_text(phone=message.sender, person_id=one.person_id) for one in officers):
        return NO_CONSENT
    return TOO_MANY if inbound.are_too_many(sender=message.sender, at=message.received_at) else ""


def _reply(message: InboundMessage, serving: list[Officer], event: Event, at: datetime) -> Reply:
    if not serving:
        return Reply(
            gettext("Muster: your department no longer lists you for off-duty work. Ask your coordinator."),
            "has left",
        )
    if message.outcome == inbound.OPTED_IN:
        answered = event.payload.get("answered_by_provider", False)
        return Reply("" if answered else knowledge.menu(), inbound.OPTED_IN)
    command = read_command(message.text)
    sender = Sender(phone=message.sender, officers=tuple(serving), at=at)
    match command.verb:
        case Verb.REACTION | Verb.HELP:
            return Reply("", str(command.verb))
        case Verb.YES | Verb.NO | Verb.DROP:
            return acts.act(command, sender)
        case Verb.HOURS:
            return knowledge.hours(sender)
        case Verb.NEXT:
            return knowledge.next_shift(sender)
        case Verb.MENU:
            return Reply(knowledge.menu(), "menu")
        case _:
            return Reply(_not_understood(command), f"not understood: {command.verb}")


def _not_understood(command: Command) -> str:
    if command.verb == Verb.SEVERAL:
        return gettext("Muster: one thing at a time, please. Nothing was done. For example: YES 77. MENU for choices.")
    if command.verb == Verb.NUMBER:
        return gettext("Muster: what about %(number)s? Reply YES %(number)s, NO %(number)s or DROP %(number)s.") % {
            "number": command.number
        }
    return gettext("Muster did not understand, and nothing was done. Reply MENU for choices, STOP to end texts.")


def _confirm_stop(message: InboundMessage, officers: list[Officer], event: Event, at: datetime) -> None:
    """The provider confirms its own keywords; other words for the same are confirmed by us, once: a machine that
    answers with them would have us answer for ever."""
    officer = officers[0] if officers else None
    _record(message, officer, inbound.OPTED_OUT, at)
    payload = event.payload
    if officer is None or payload.get("answered_by_provider", False) or payload.get("repeats_stop", False):
        return
    with override(officer.person.language):
        text = gettext("Muster: you get no more texts from us. Reply START to get them again.")
    _queue(message, officer, text, at, purpose=STOP_CONFIRMATION)


def _record(message: InboundMessage, officer: Officer | None, outcome: str, at: datetime) -> None:
    inbound.record_outcome(
        message=message,
        person_id=officer.person_id if officer else None,
        tenant_id=officer.home_department_id if officer else None,
        outcome=outcome,
        at=at,
    )


def _queue(message: InboundMessage, officer: Officer, text: str, at: datetime, *, purpose: str = "") -> None:
    queue_sms(
        business_key=f"answer:{message.id}",
        recipient=message.sender,
        text=wording.plain(text),
        person_id=officer.person_id,
        tenant_id=officer.home_department_id,
        purpose=purpose,
        at=at,
    )
