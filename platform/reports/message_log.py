"""A department's messages as its desk reads them: names, what became of each, what they cost. Never a whole telephone
number or address: an officer's belong to the officer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import Person
from geo.timezones import zone_named
from kernel.errors import NotFound
from messaging.error_words import ErrorWords, words_of_error
from messaging.models import InboundMessage, MessageStep, OutboundMessage
from reports.message_months import Month
from reports.workbooks import Column, Sheet, local_moment, write_sheets

EXPORTED_ROWS = 20_000
_COLUMNS = (
    Column("Written", "moment", 17), Column("To", width=26), Column("Ends in", width=12), Column("Channel", width=9),
    Column("What", width=48), Column("State", width=13), Column("Sent", "moment", 17),
    Column("Delivered", "moment", 17), Column("Attempts", "number", 9), Column("Parts", "number", 8),
    Column("Price", "figure", 10), Column("Currency", width=9), Column("Code", width=8), Column("Error", width=44),
    Column("Provider's id", width=38),
)  # fmt: skip
_MONTH_COLUMNS = (
    Column("Month", "date", 12), Column("E-mails", "number", 10), Column("Texts", "number", 10),
    Column("Delivered", "number", 10), Column("Failed", "number", 10), Column("Not sent", "number", 10),
    Column("Parts", "number", 10), Column("Price", "figure", 12), Column("Currency", width=10),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sought:
    state: str = ""
    channel: str = ""
    name: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One message in a list. `whom` is a name, or a masked address where nobody is known."""

    message: OutboundMessage
    whom: str
    address: str
    what: str
    error: str | Promise


@dataclass(frozen=True, slots=True)
class Moment:
    at: datetime
    title: str | Promise
    detail: str | Promise = ""
    tone: str = ""


def messages_of(*, department_id: UUID, sought: Sought, zone: str) -> "QuerySet[OutboundMessage]":
    """The latest first. Dates are whole local days, both included."""
    found = OutboundMessage.objects.filter(tenant_id=department_id).defer("html").order_by("-created_at", "-id")
    if sought.state in OutboundMessage.State.values:
        found = found.filter(state=sought.state)
    if sought.channel:
        found = found.filter(channel=sought.channel)
    if sought.name.strip():
        found = found.filter(person_id__in=_people_named(sought.name))
    if sought.since:
        found = found.filter(created_at__gte=_midnight(sought.since, zone))
    if sought.until:
        found = found.filter(created_at__lt=_midnight(sought.until + timedelta(days=1), zone))
    return found


def message_of(*, department_id: UUID, message_id: UUID) -> OutboundMessage:
    """Raises NotFound."""
    message = OutboundMessage.objects.filter(id=message_id, tenant_id=department_id).first()
    if message is None:
        raise NotFound("There is no such message.")
    return message


def lines(messages: Iterable[OutboundMessage]) -> list[Line]:
    found = list(messages)
    names = _names(message.person_id for message in found)
    return [_line(message, names) for message in found]


def history_of(message: OutboundMessage) -> list[Moment]:
    """From being written to its end, in order."""
    moments = [Moment(message.created_at, _("Written and queued"))]
    if message.due_at > message.created_at and message.first_attempt_at is None:
        moments.append(Moment(message.due_at, _("To be sent")))
    if message.first_attempt_at:
        moments.append(Moment(message.first_attempt_at, _("First try")))
    moments += [_moment_of(step, message) for step in message.steps.order_by("happened_at", "id")]
    if message.sent_at:
        moments.append(Moment(message.sent_at, _("Taken by the provider"), message.provider_reference))
    return sorted(moments, key=lambda one: one.at)


def answers_of(*, department_id: UUID) -> "QuerySet[InboundMessage]":
    """What the department's officers texted, the latest first."""
    return InboundMessage.objects.filter(tenant_id=department_id).order_by("-received_at", "-id")


def names_of_senders(answers: Iterable[InboundMessage]) -> dict[UUID, str]:
    return _names(one.person_id for one in answers)


def write_message_log(*, messages: "QuerySet[OutboundMessage]", months: list[Month], zone: str) -> bytes:
    return write_sheets(
        [
            Sheet("Messages", _COLUMNS, _rows(messages[:EXPORTED_ROWS], zone)),
            Sheet("Months", _MONTH_COLUMNS, (_month_row(month) for month in months)),
        ]
    )


def masked(recipient: str) -> str:
    """ "a…@example.org", or the last two digits of a number."""
    name, sign, domain = recipient.partition("@")
    return f"{name[:1]}…@{domain}" if sign else f"…{recipient[-2:]}"


def error_of(message: OutboundMessage) -> ErrorWords | None:
    return words_of_error(message.error_code)


def _moment_of(step: MessageStep, message: OutboundMessage) -> Moment:
    words = words_of_error(step.error_code)
    if step.kind == MessageStep.Kind.TRY_FAILED:
        return Moment(step.happened_at, _("A try failed; it is tried again"), step.words, "warning")
    if step.kind == MessageStep.Kind.PRICED:
        return Moment(step.happened_at, _("The provider named its price"))
    if step.words == "delivered":
        return Moment(step.happened_at, _("Delivered"), tone="success")
    return Moment(step.happened_at, _("Not delivered"), words.what if words else message.last_error, "error")


def _line(message: OutboundMessage, names: dict[UUID, str]) -> Line:
    name = names.get(message.person_id, "") if message.person_id else ""
    words = words_of_error(message.error_code)
    return Line(
        message=message,
        whom=name or masked(message.recipient),
        address=masked(message.recipient),
        what=message.subject or message.text,
        error=words.what if words else message.last_error,
    )


def _rows(messages: "QuerySet[OutboundMessage]", zone: str) -> Iterator[list[Any]]:
    for line in lines(messages):
        one = line.message
        yield [
            local_moment(one.created_at, zone),
            line.whom,
            line.address,
            one.get_channel_display(),
            line.what,
            one.get_state_display(),
            local_moment(one.sent_at, zone),
            local_moment(one.delivered_at, zone),
            one.attempts,
            (one.billed_segments or one.segments) if one.channel == "sms" else None,
            None if one.price_micros is None else one.price_micros / 1_000_000,
            one.price_currency,
            one.error_code,
            str(line.error),
            one.provider_reference,
        ]


def _month_row(month: Month) -> list[Any]:
    return [
        month.month_date, month.emails, month.texts, month.delivered, month.failed, month.not_sent, month.segments,
        month.price_micros / 1_000_000 if month.price_currency else None, month.price_currency,
    ]  # fmt: skip


def _people_named(text: str) -> "QuerySet[Person, UUID]":
    people = Person.objects.all()
    for word in text.replace("\x00", "").split()[:5]:
        people = people.filter(Q(given_name__icontains=word) | Q(family_name__icontains=word))
    return people.values_list("id", flat=True)


def _names(person_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Not `full_name`, which is an address for whoever gave no name."""
    people = Person.objects.filter(id__in={one for one in person_ids if one})
    return {person.id: f"{person.given_name} {person.family_name}".strip() for person in people}


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, datetime.min.time(), zone_named(zone))
