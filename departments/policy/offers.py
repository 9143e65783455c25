"""Places offered down a list, without bids: who is asked next, and what each answer does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from departments.policy.award_orders import Automatic

OfferAnswer = Literal["open", "accepted", "refused", "unreachable"]


@dataclass(frozen=True, slots=True)
class OfferMade:
    officer_id: str
    place: int
    answer: OfferAnswer


def next_to_ask(
    *, order: Sequence[str], asked: Mapping[str, str], free: int, offers_per_round: int | None = None
) -> list[str]:
    """The next officers down the list, one for each free place that no open offer holds.

    `asked` are the answers of this round ("open" while there is none). Nobody is asked twice in a round.
    """
    open_offers = sum(answer == "open" for answer in asked.values())
    wanted = max(0, free - open_offers)
    if offers_per_round is not None:
        wanted = min(wanted, max(0, offers_per_round - len(asked)))
    return [officer_id for officer_id in order if officer_id not in asked][:wanted]


def walk(
    *, order: Sequence[str], answers: Mapping[str, str], free: int, offers_per_round: int | None = None
) -> list[OfferMade]:
    """One round, when the answers are known already: whoever is not in `answers` has not answered yet."""
    asked: dict[str, str] = {}
    accepted = 0
    places = {officer_id: index + 1 for index, officer_id in enumerate(order)}
    while asking := next_to_ask(order=order, asked=asked, free=free - accepted, offers_per_round=offers_per_round):
        for officer_id in asking:
            asked[officer_id] = answers.get(officer_id, "open")
            accepted += asked[officer_id] == "accepted"
    return [OfferMade(officer_id, places[officer_id], answer) for officer_id, answer in asked.items()]  # type: ignore[arg-type]


def answer_by(automatic: Automatic, *, offered_at: datetime, starts_at: datetime) -> datetime:
    """The deadline of an offer, never after the shift's start."""
    return min(offered_at + timedelta(hours=automatic.answer_hours), starts_at)


def next_round_at(automatic: Automatic, *, ended_at: datetime, starts_at: datetime) -> datetime | None:
    """A day after an exhausted round; None when that is too near the start to ask again."""
    retry_at = ended_at + timedelta(days=1)
    last = starts_at - timedelta(hours=automatic.retry_daily_until_hours_before_start)
    return retry_at if retry_at <= last else None
