"""What would have changed an award for one bidder: each answer is tried by ranking again before it is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from departments.policy.ordering import replay_ranking
from departments.policy.ordering_keys import KEYS, OrderingKey, tenths_in_words
from departments.policy.wording import duration


@dataclass(frozen=True, slots=True)
class Change:
    """With `value` instead of `had` for `key`, and everything else as it was, the bidder would have been `place`th."""

    key: str
    had: int | str
    value: int | str
    place: int
    sentence: str


def what_would_have_won(ranking: Mapping[str, Any], officer_id: str) -> tuple[Change, ...]:
    """For a bidder in the stored ranking who did not win: one change per key of the order that alone would have been
    enough. Empty for a winner, for somebody who was not ranked, and when only the draw could have helped.

    The draw is nobody's to change, so it is never among the answers.
    """
    entries = ranking["entries"]
    own = next((entry for entry in entries if entry["officer_id"] == officer_id), None)
    places = ranking["positions_to_fill"]
    if own is None or own["outcome"] == "won" or places < 1 or len(entries) <= places:
        return ()
    last_winner = entries[places - 1]
    found = []
    for code in ranking["keys"]:
        key = KEYS.get(code)
        if key is None or key.unit == "draw":
            continue
        for value in _better_values(key, last_winner["key_values"][code]):
            place = _place_with(ranking, officer_id, key, value)
            if place <= places:
                had = own["key_values"][code]
                found.append(Change(code, had, value, place, _sentence(key, had, value, place, len(entries))))
                break
    return tuple(found)


def _better_values(key: OrderingKey, winner: Any) -> Sequence[int | str]:
    """The winner's own value, then the next better one; the nearest that helps is the one that is told."""
    if key.unit == "date":
        day = date.fromisoformat(str(winner))
        return (winner, (day - timedelta(days=1)).isoformat()) if day > date.min else (winner,)
    if key.unit == "instant":
        moment = datetime.fromisoformat(str(winner))
        return (winner, (moment - timedelta(microseconds=1)).isoformat(timespec="microseconds"))
    step = 1 if key.first == "highest" else -1
    return (winner, winner + step) if step > 0 or winner > 0 else (winner,)


def _place_with(ranking: Mapping[str, Any], officer_id: str, key: OrderingKey, value: int | str) -> int:
    entries = []
    for entry in ranking["entries"]:
        if entry["officer_id"] == officer_id:
            entry = {**entry, "key_values": {**entry["key_values"], key.code: value}}
            if key.code == "bid_at":
                entry["bid_at"] = value
        entries.append(entry)
    again = replay_ranking({**ranking, "entries": entries})
    return next(entry.place for entry in again.entries if entry.officer_id == officer_id)


def _sentence(key: OrderingKey, had: int | str, value: int | str, place: int, count: int) -> str:
    then = f"you would have been number {place} of {count}."
    if key.unit == "minutes":
        return f"With {duration(int(value))} {key.phrase} instead of {duration(int(had))}, {then}"
    if key.unit == "date":
        return f"With the {key.phrase} {value} instead of {had}, {then}"
    if key.unit == "instant":
        earlier = datetime.fromisoformat(str(value)).astimezone(UTC)
        return f"With a bid by {earlier:%Y-%m-%d %H:%M:%S} UTC, {then}"
    if key.unit == "tenths":
        value, had = tenths_in_words(value), tenths_in_words(had)
    return f"With {value} instead of {had} for “{key.phrase}”, {then}"
