"""When and how often somebody wants to hear of work."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from uuid import UUID

from kernel.errors import InvalidInput
from messaging.models import OfferWishes

MOST_OFFERS_A_DAY = 50


def wishes_of(*, person_ids: Sequence[UUID]) -> Mapping[UUID, OfferWishes]:
    """By the person's id; without a row, nothing special is wished. Rows of others than the caller's stay unseen."""
    return OfferWishes.objects.in_bulk(person_ids)


def set_offer_wishes(
    *,
    person_id: UUID,
    quiet_from: time | None,
    quiet_until: time | None,
    at_night: bool,
    offers_a_day: int | None,
    rhythm: str,
    at: datetime,
) -> OfferWishes:
    """Raises InvalidInput for half of a quiet time, one without length, a limit that is none, an unknown rhythm."""
    if (quiet_from is None) != (quiet_until is None):
        missing = "quiet_until" if quiet_until is None else "quiet_from"
        raise InvalidInput("Say when the quiet hours begin and when they end, or leave both empty.", field=missing)
    if quiet_from is not None and quiet_from == quiet_until:
        raise InvalidInput("Quiet hours need an end that differs from their beginning.", field="quiet_until")
    if offers_a_day is not None and not 1 <= offers_a_day <= MOST_OFFERS_A_DAY:
        raise InvalidInput(f"Write a number from 1 to {MOST_OFFERS_A_DAY}, or nothing.", field="offers_a_day")
    if rhythm not in OfferWishes.Rhythm.values:
        raise InvalidInput("Choose how offers come.", field="rhythm")
    wishes, _ = OfferWishes.objects.update_or_create(
        person_id=person_id,
        defaults={
            "quiet_from": quiet_from,
            "quiet_until": quiet_until,
            "at_night": at_night,
            "offers_a_day": offers_a_day,
            "rhythm": rhythm,
            "updated_at": at,
        },
    )
    return wishes
