"""One job offered to ten thousand: queued in one statement, sent at the allowed pace by processes that are killed."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from psycopg2.extras import execute_values

from bench.figures import Figure, once_seconds, say
from bench.killed_senders import send_under_kills
from bench.stage import department
from bench.stand_in import stand_in
from kernel.identifiers import uuid7
from messaging.mass import Recipient, Words, queue_offers
from messaging.models import OutboundMessage, SmsConsent
from tenants.context import acting_as

RECIPIENTS, KILLS, SENDERS, PER_SECOND = 10_000, 20, 4, 100
# Shorter than in production, so that the bench does not wait a minute for each kill.
_LEASE_SECONDS = 10
_WORDS = {
    "en": Words(
        subject="Harbour fair, Tue 10 Mar 2026, 11:00–15:00 EDT",
        text="Work near you\n\n" + "Your department's rules allow you to work this shift.\n" * 6,
        html="<p>Your department's rules allow you to work this shift.</p>" * 60,
        sms="Muster: Harbour fair, Tue 10 Mar 11:00-15:00, Oakville, CA$75.00/h. https://muster.example/s/k7x3qp",
    )
}
_COLUMNS = (
    "id", "business_key", "channel", "tenant_id", "person_id", "recipient", "subject", "text", "html", "segments",
    "is_offer", "about_id", "payer_id", "state", "provider_reference", "attempts", "due_at", "last_error", "created_at",
    "error_code", "price_currency",
)  # fmt: skip


def measure() -> list[Figure]:
    at = datetime.now(UTC)
    tenant = department("messages")
    with acting_as(purpose="worker"):
        people = _recipients(RECIPIENTS, tenant_id=tenant.id, at=at)
        return [*_queueing(people, tenant, at=at), *_sending(people, tenant, at=at)]


def _queueing(people: list[Recipient], tenant: Any, *, at: datetime) -> list[Figure]:
    """20,000 rows, an e-mail and a text each, against the bare writes of the very same rows."""
    ours = once_seconds(lambda: _queue(people, tenant, at=at))
    rows = list(OutboundMessage.objects.filter(payer_id=tenant.id).values_list(*_COLUMNS))
    rows += list(OutboundMessage.objects.filter(payer_id=None, is_offer=True).values_list(*_COLUMNS))
    size = f"{len(people):,} recipients, {len(rows):,} rows"
    figures = []
    for name, write in (
        ("executemany of the same rows", _executemany),
        ("a thousand rows in each INSERT", _many_values),
    ):
        _forget()
        figures.append(Figure("queue one offer", size, "s", ours, once_seconds(lambda write=write: write(rows)), name))
    _forget()
    return figures


def _sending(people: list[Recipient], tenant: Any, *, at: datetime) -> list[Figure]:
    """A text each, with a number of its own so that the provider's list can be compared with the queue."""
    answered = [_only_text(one, f"Reply YES {number}.") for number, one in enumerate(people)]
    _queue(answered, tenant, at=at)
    expected = list(OutboundMessage.objects.filter(channel="sms").values_list("text", flat=True))
    assert len(set(expected)) == len(people)
    with stand_in() as provider:
        pace = {
            "SMS_PER_SECOND": str(PER_SECOND),
            "MESSAGE_SENDERS": str(SENDERS),
            "MESSAGE_LEASE_SECONDS": str(_LEASE_SECONDS),
        }
        outcome = send_under_kills(
            expected=expected,
            kills=KILLS,
            senders=SENDERS,
            environment={**os.environ, **provider.environment, **pace},
            waiting=lambda: OutboundMessage.objects.filter(state__in=("queued", "sending")).count(),
            taken=provider.texts,
            recorded=lambda: OutboundMessage.objects.exclude(provider_reference="").count(),
        )
        busiest = provider.busiest_second()
    asked_again = OutboundMessage.objects.filter(attempts__gt=1).count()
    say(
        f"{outcome.queued:,} texts, {outcome.kills} kills: {outcome.lost} lost, {outcome.doubled} sent twice, "
        f"{outcome.unknown} that we do not know of; {asked_again} were asked about after a kill"
    )
    if outcome.lost or outcome.unknown or outcome.doubled > outcome.kills:
        raise AssertionError("Messages were lost, or doubled outside of the crash window.")
    size = f"{outcome.queued:,} texts, {outcome.kills} kills"
    return [
        Figure("texts lost", size, "texts", outcome.lost, 0, "none may be"),
        Figure("texts sent twice", size, "texts", outcome.doubled, outcome.kills, "one for each kill"),
        Figure("texts in doubt after a kill", size, "texts", asked_again, outcome.kills, "one for each kill"),
        Figure("sent", size, "texts/s", outcome.per_second, PER_SECOND, "the pace that is allowed"),
        Figure("busiest second", size, "texts/s", busiest, PER_SECOND, "the pace that is allowed"),
    ]


def _queue(people: list[Recipient], tenant: Any, *, at: datetime) -> None:
    queue_offers(
        key=str(uuid7()),
        about_id=uuid7(),
        payer_id=tenant.id,
        allowed_segments=1_000_000,
        words=_WORDS,
        recipients=people,
        expires_at=None,
        at=at,
    )


def _recipients(count: int, *, tenant_id: Any, at: datetime) -> list[Recipient]:
    people = [
        Recipient(
            reference=uuid7(),
            person_id=uuid7(),
            tenant_id=tenant_id,
            email=f"officer{number}@police.example.org",
            wants_email=True,
            phone=f"+1905{number:07d}",
            language="en",
            due_at=at,
        )
        for number in range(count)
    ]
    SmsConsent.objects.bulk_create(
        (
            SmsConsent(person_id=one.person_id, phone=one.phone, wording="I agree to get text messages.", given_at=at)
            for one in people
        ),
        batch_size=2_000,
    )
    return people


def _only_text(person: Recipient, answer: str) -> Recipient:
    return replace(person, wants_email=False, answer=answer)


def _forget() -> None:
    OutboundMessage.objects.all().delete()


def _executemany(rows: list[tuple[Any, ...]]) -> None:
    places = ", ".join(["%s"] * len(_COLUMNS))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO messaging_outboundmessage ({', '.join(_COLUMNS)}) VALUES ({places})",
            rows,
        )


def _many_values(rows: list[tuple[Any, ...]]) -> None:
    """COPY itself is refused by PostgreSQL where row-level security holds."""
    with transaction.atomic(), connection.cursor() as cursor:
        execute_values(
            cursor.cursor,
            f"INSERT INTO messaging_outboundmessage ({', '.join(_COLUMNS)}) VALUES %s",
            rows,
            page_size=1_000,
        )
