"""One offer to many people, queued in one statement.

Whom it concerns goes in as arrays, the words once for each language. PostgreSQL joins them, looks up consents and
STOPs, and counts the segments along the list against what the payer's month has left: the first of the list get a text
while it lasts, the others an e-mail. Ten thousand rows are one INSERT … SELECT.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from kernel.identifiers import uuid7
from messaging import budgets
from messaging.gsm import segments_of
from messaging.queueing import one_line
from tenants.context import app_connection

OVER_BUDGET = "The department's text messages of this month are used up."
ROOM_FOR_ANSWER = 16
_NO_LIMIT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Words:
    """One offer in one language."""

    subject: str
    text: str
    html: str
    sms: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """`reference` makes the business key; `phone` is "" where no texts are wanted or none is verified. `answer` ends
    the text for this one alone ("Reply YES 77."): `Words.sms` leaves ROOM_FOR_ANSWER characters for it.

    Whoever wants no e-mail gets one after all when they may not be texted, or their text cannot be paid for.
    """

    reference: UUID
    person_id: UUID
    tenant_id: UUID
    email: str
    wants_email: bool
    phone: str
    language: str
    due_at: datetime
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Queued:
    """How many rows of each kind, and how many segments the texts cost."""

    emails: int = 0
    texts: int = 0
    suppressed: int = 0
    segments: int = 0


_INSERT = """
WITH recipient AS (
    SELECT * FROM unnest(
        %(email_ids)s::uuid[], %(sms_ids)s::uuid[], %(references)s::uuid[], %(person_ids)s::uuid[],
        %(tenant_ids)s::uuid[], %(emails)s::text[], %(wants_email)s::boolean[], %(phones)s::text[],
        %(languages)s::text[], %(due_at)s::timestamptz[], %(answers)s::text[]
    ) WITH ORDINALITY AS one (
        email_id, sms_id, reference, person_id, tenant_id, email, wants_email, phone, language, due_at, answer, place
    )
), words AS (
    SELECT * FROM unnest(
        %(word_languages)s::text[], %(subjects)s::text[], %(texts)s::text[], %(htmls)s::text[], %(sms_texts)s::text[],
        %(sms_segments)s::int[]
    ) AS one (language, subject, text, html, sms, segments)
), reached AS (
    SELECT recipient.*, words.subject, words.text, words.html, words.sms, words.segments,
           phone <> ''
           AND NOT EXISTS (SELECT FROM messaging_optout WHERE messaging_optout.phone = recipient.phone)
           AND EXISTS (
               SELECT FROM messaging_smsconsent AS consent
               WHERE consent.person_id = recipient.person_id AND consent.phone = recipient.phone
                 AND withdrawn_at IS NULL
           ) AS may_text
    FROM recipient JOIN words USING (language)
), counted AS MATERIALIZED (
    -- Without a join to what may be texted: the planner knows nothing of its size, and would loop over the square.
    SELECT reached.*,
           CASE WHEN may_text
                THEN sum(segments) FILTER (WHERE may_text) OVER (ORDER BY place) <= %(free)s END AS is_paid
    FROM reached
), inserted AS (
    INSERT INTO messaging_outboundmessage (
        id, business_key, channel, tenant_id, person_id, recipient, subject, text, html, segments, is_offer, about_id,
        payer_id, state, provider_reference, attempts, due_at, expires_at, last_error, created_at, error_code,
        price_currency
    )
    SELECT email_id, 'email:' || %(key)s || ':' || reference, 'email', tenant_id, person_id, email, subject, text, html,
           0, true, %(about_id)s::uuid, NULL, 'queued', '', 0, due_at, %(expires_at)s::timestamptz, '', %(at)s, '', ''
    FROM counted
    WHERE wants_email OR is_paid IS NOT TRUE
    UNION ALL
    SELECT sms_id, 'sms:' || %(key)s || ':' || reference, 'sms', tenant_id, person_id, phone, '',
           CASE WHEN answer = '' THEN sms ELSE sms || ' ' || answer END, '',
           CASE WHEN is_paid THEN segments ELSE 0 END, true, %(about_id)s::uuid, %(payer_id)s::uuid,
           CASE WHEN is_paid THEN 'queued' ELSE 'suppressed' END, '', 0, due_at, %(expires_at)s::timestamptz,
           CASE WHEN is_paid IS FALSE THEN %(over_budget)s ELSE '' END, %(at)s, '', ''
    FROM counted
    WHERE phone <> ''
    ON CONFLICT (business_key) DO NOTHING
    RETURNING channel, state, segments, last_error <> '' AS is_over_budget
)
SELECT count(*) FILTER (WHERE channel = 'email'),
       count(*) FILTER (WHERE channel = 'sms' AND state = 'queued'),
       count(*) FILTER (WHERE state = 'suppressed'),
       coalesce(sum(segments), 0),
       coalesce(bool_or(is_over_budget), false)
FROM inserted
"""


def queue_offers(
    *,
    key: str,
    about_id: UUID | None,
    payer_id: UUID,
    allowed_segments: int | None,
    words: Mapping[str, Words],
    recipients: Sequence[Recipient],
    expires_at: datetime | None,
    at: datetime,
) -> Queued:
    """Queue one offer for all of them, in their order, once per `key` and recipient, in one transaction.

    `words` has every recipient's language. Offers that were queued before count for nothing.
    """
    if not recipients:
        return Queued()
    with transaction.atomic():
        budget = budgets.locked_budget(tenant_id=payer_id, allowed_segments=allowed_segments, at=at)
        free = budgets.free_segments(budget)
        with app_connection().cursor() as cursor:
            cursor.execute(
                _INSERT,
                {
                    **_columns(recipients),
                    **_word_columns(words, longest_answer=max((one.answer for one in recipients), key=len)),
                    "free": _NO_LIMIT if free is None else free,
                    "key": key,
                    "about_id": about_id,
                    "payer_id": payer_id,
                    "expires_at": expires_at,
                    "over_budget": OVER_BUDGET,
                    "at": at,
                },
            )
            emails, texts, suppressed, segments, used_up = cursor.fetchone()
        budgets.spend(budget, segments=segments, used_up=used_up, at=at)
    return Queued(emails=emails, texts=texts, suppressed=suppressed, segments=segments)


def _columns(recipients: Sequence[Recipient]) -> dict[str, list[object]]:
    # Identifiers along the list, because senders go by them among messages that are due together.
    return {
        "email_ids": [uuid7() for _ in recipients],
        "sms_ids": [uuid7() for _ in recipients],
        "references": [one.reference for one in recipients],
        "person_ids": [one.person_id for one in recipients],
        "tenant_ids": [one.tenant_id for one in recipients],
        "emails": [one.email for one in recipients],
        "wants_email": [one.wants_email for one in recipients],
        "phones": [one.phone for one in recipients],
        "languages": [one.language for one in recipients],
        "due_at": [one.due_at for one in recipients],
        "answers": [one.answer for one in recipients],
    }


def _word_columns(words: Mapping[str, Words], *, longest_answer: str) -> dict[str, list[object]]:
    end = f" {longest_answer}" if longest_answer else ""
    return {
        "word_languages": list(words),
        "subjects": [one_line(one.subject) for one in words.values()],
        "texts": [one.text for one in words.values()],
        "htmls": [one.html for one in words.values()],
        "sms_texts": [one.sms for one in words.values()],
        "sms_segments": [segments_of(one.sms + end) for one in words.values()],
    }
