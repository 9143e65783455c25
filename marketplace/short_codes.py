"""The short numbers of text messages: given to many officers in one statement, found again by telephone."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.crypto import salted_hmac

from kernel.identifiers import uuid7
from marketplace.models import OfficerPrivate, ShortCode
from tenants.context import acting_as

Place = tuple[UUID, UUID]
"""An officer's id and a shift's."""

# Two people who choose at the same moment meet on a number; whoever came second looks again.
_ROUNDS = 4
# A week after the shift, so that an answer that comes late is not taken for another shift.
_GIVE = """
WITH asked AS (
    SELECT * FROM unnest(%(ids)s::uuid[], %(officers)s::uuid[], %(shifts)s::uuid[], %(keys)s::text[])
        AS asked(id, officer_id, shift_id, phone_key)
), without AS (
    SELECT asked.*, tstzrange(%(at)s, shift.ends_at + interval '7 days') AS period,
        row_number() OVER (
            PARTITION BY asked.phone_key ORDER BY asked.officer_id, shift.starts_at, shift.id
        ) - 1 AS turn
    FROM asked JOIN marketplace_shift shift ON shift.id = asked.shift_id AND shift.ends_at > %(at)s
    WHERE NOT EXISTS (
        SELECT 1 FROM marketplace_shortcode held
        WHERE held.officer_id = asked.officer_id AND held.shift_id = asked.shift_id
            AND held.phone_key = asked.phone_key
    )
)
INSERT INTO marketplace_shortcode (id, officer_id, shift_id, phone_key, number, period)
SELECT without.id, without.officer_id, without.shift_id, without.phone_key, free.number, without.period
FROM without CROSS JOIN LATERAL (
    SELECT candidate.number FROM generate_series(10, 999) AS candidate(number)
    WHERE NOT EXISTS (
        SELECT 1 FROM marketplace_shortcode held
        WHERE held.phone_key = without.phone_key AND held.number = candidate.number AND held.period && without.period
    )
    ORDER BY candidate.number OFFSET without.turn LIMIT 1
) free
ORDER BY without.phone_key, free.number
ON CONFLICT DO NOTHING
"""


def code_for(*, officer_id: UUID, shift_id: UUID, at: datetime) -> int | None:
    """The officer's number for this shift, a new one the first time. None without a verified telephone."""
    return codes_for(places=[(officer_id, shift_id)], at=at).get((officer_id, shift_id))


def codes_for(*, places: Iterable[Place], at: datetime) -> dict[Place, int]:
    """The same for many officers and shifts, in a constant number of statements; a place without a number is left out.

    Call it in the transaction that queues the texts, as the platform's worker.
    """
    phones = verified_phones(officer_ids={officer_id for officer_id, _ in places})
    asked = {place: phone_key(phones[place[0]]) for place in dict.fromkeys(places) if place[0] in phones}
    found = _held(asked)
    for _ in range(_ROUNDS):
        missing = {place: key for place, key in asked.items() if place not in found}
        if not missing:
            break
        _give(missing, at)
        found |= _held(missing)
    return found


def shifts_of_phone(*, phone: str, at: datetime) -> list[ShortCode]:
    """Every number that the telephone holds now, with its shift, the soonest first."""
    return list(
        ShortCode.objects.filter(phone_key=phone_key(phone), period__contains=at)
        .select_related("shift__job__venue", "officer")
        .order_by("shift__starts_at", "number")
    )


def note_declined(*, officer_id: UUID, shift_id: UUID, at: datetime) -> None:
    """The officer said NO: no invitation to this shift is sent to them again."""
    ShortCode.objects.filter(officer_id=officer_id, shift_id=shift_id, declined_at=None).update(declined_at=at)


def who_declined(*, shift_id: UUID) -> set[UUID]:
    return set(
        ShortCode.objects.filter(shift_id=shift_id, declined_at__isnull=False).values_list("officer_id", flat=True)
    )


def verified_phones(*, officer_ids: Iterable[UUID]) -> dict[UUID, str]:
    with acting_as(purpose="messaging"):
        return dict(
            OfficerPrivate.objects.filter(officer_id__in=list(officer_ids), phone_verified_at__isnull=False)
            .exclude(phone="")
            .values_list("officer_id", "phone")
        )


def phone_key(phone: str) -> str:
    return salted_hmac("marketplace.short_codes", phone, algorithm="sha256").hexdigest()[:32]


def _held(asked: Mapping[Place, str]) -> dict[Place, int]:
    rows = ShortCode.objects.filter(
        officer_id__in={officer_id for officer_id, _ in asked}, shift_id__in={shift_id for _, shift_id in asked}
    )
    return {
        (one.officer_id, one.shift_id): one.number
        for one in rows
        if asked.get((one.officer_id, one.shift_id)) == one.phone_key
    }


def _give(missing: Mapping[Place, str], at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _GIVE,
            {
                "ids": [str(uuid7()) for _ in missing],
                "officers": [str(officer_id) for officer_id, _ in missing],
                "shifts": [str(shift_id) for _, shift_id in missing],
                "keys": list(missing.values()),
                "at": at,
            },
        )
