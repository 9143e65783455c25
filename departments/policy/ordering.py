"""Who is awarded a shift: bidders in the order that the department's keys give, with the reason for every place.

Pure and replayable: the ranking keeps its inputs, and `replay_ranking` computes it again from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

from departments.policy.documents import ENGINE_VERSION
from departments.policy.draws import commitment_of, draw_value, new_seed
from departments.policy.ordering_keys import BUILT_IN, KEYS, OrderingKey, sortable, tenths_in_words
from departments.policy.posting import closing_time, is_first_come
from departments.policy.refusals import SnapshotUnreadable
from departments.policy.windows import month_window
from departments.policy.wording import duration, ordinal
from kernel.errors import InvalidInput

__all__ = [
    "Bidder",
    "BidderIncomplete",
    "RankedBidder",
    "Ranking",
    "closing_time",
    "commitment_of",
    "draw_value",
    "is_first_come",
    "month_window",
    "new_seed",
    "rank_bidders",
    "replay_ranking",
]


class BidderIncomplete(InvalidInput):
    code = "bidder_incomplete"


@dataclass(frozen=True, slots=True)
class Bidder:
    """`values` holds one value per key of the order, except `bid_at` and `draw`: minutes, numbers or an ISO date."""

    officer_id: str
    bid_at: datetime
    values: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RankedBidder:
    """`decided_by` is the key that put this bidder behind the one before (for the first: ahead of the next).

    `change` says what would have changed the outcome, as a sentence; empty where nothing would.
    """

    place: int
    officer_id: str
    outcome: Literal["won", "backup"]
    key_values: Mapping[str, int | str]
    decided_by: str
    sentence: str
    bid_at: datetime
    change: str = ""


@dataclass(frozen=True, slots=True)
class Ranking:
    shift_id: str
    keys: tuple[str, ...]
    positions_to_fill: int
    seed: str
    commitment: str
    entries: tuple[RankedBidder, ...]
    engine_version: str = ENGINE_VERSION

    @property
    def winners(self) -> tuple[RankedBidder, ...]:
        return tuple(entry for entry in self.entries if entry.outcome == "won")

    @property
    def backups(self) -> tuple[RankedBidder, ...]:
        return tuple(entry for entry in self.entries if entry.outcome == "backup")

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": "award",
            "shift_id": self.shift_id,
            "keys": list(self.keys),
            "positions_to_fill": self.positions_to_fill,
            "seed": self.seed,
            "commitment": self.commitment,
            "engine_version": self.engine_version,
            "entries": [
                {
                    "place": entry.place,
                    "officer_id": entry.officer_id,
                    "outcome": entry.outcome,
                    "key_values": dict(entry.key_values),
                    "decided_by": entry.decided_by,
                    "sentence": entry.sentence,
                    "bid_at": entry.bid_at.isoformat(),
                    "change": entry.change,
                }
                for entry in self.entries
            ],
        }


def rank_bidders(
    *, keys: Sequence[str], shift_id: str, seed: str, bidders: Sequence[Bidder], positions_to_fill: int
) -> Ranking:
    """Rank everybody who bid; the first `positions_to_fill` win, the others are backups in order.

    Ties that all keys leave open go by the draw, also when the order does not name it. Raises BidderIncomplete when a
    value is missing, and ValueError for an unknown key or an officer who appears twice.
    """
    used = [KEYS[key] for key in keys if key in KEYS]
    if len(used) != len(keys):
        raise ValueError(f"Unknown ordering keys: {[key for key in keys if key not in KEYS]}.")
    if not any(key.code == "draw" for key in used):
        used.append(KEYS["draw"])
    if len({bidder.officer_id for bidder in bidders}) != len(bidders):
        raise ValueError("An officer bids once per shift.")
    valued = [(bidder, _values(bidder, used, seed, shift_id)) for bidder in bidders]
    valued.sort(key=lambda pair: (*[sortable(key, pair[1][key.code]) for key in used], pair[0].officer_id))
    entries = tuple(_entry(index, valued, used, positions_to_fill) for index in range(len(valued)))
    return Ranking(shift_id, tuple(key.code for key in used), positions_to_fill, seed, commitment_of(seed), entries)


def replay_ranking(stored: Mapping[str, Any]) -> Ranking:
    """Rank a stored award again from its own inputs. Raises SnapshotUnreadable."""
    try:
        bidders = [
            Bidder(
                entry["officer_id"],
                datetime.fromisoformat(entry["bid_at"]),
                {key: value for key, value in entry["key_values"].items() if key not in BUILT_IN},
            )
            for entry in stored["entries"]
        ]
        return rank_bidders(
            keys=stored["keys"],
            shift_id=stored["shift_id"],
            seed=stored["seed"],
            bidders=bidders,
            positions_to_fill=stored["positions_to_fill"],
        )
    except (KeyError, TypeError, ValueError, BidderIncomplete) as error:
        raise SnapshotUnreadable(f"The stored award cannot be read: {error!r}.") from error


def replays_as_stored(stored: Mapping[str, Any]) -> Ranking | None:
    """The ranking again, when today's engine comes to the stored one; else None. Raises SnapshotUnreadable.

    Compared are the order, the values and the words, as far as the stored engine wrote them: what a later engine says
    in addition does not make an old award wrong.
    """
    ranking = replay_ranking(stored)
    fresh = ranking.to_json()
    same = all(fresh[key] == stored.get(key) for key in fresh if key not in ("entries", "engine_version"))
    entries = zip(fresh["entries"], stored["entries"], strict=True)
    return ranking if same and all(_as_stored(again, before) for again, before in entries) else None


def _as_stored(fresh: Mapping[str, Any], stored: Mapping[str, Any]) -> bool:
    return all(fresh.get(key) == value for key, value in stored.items())


def _values(bidder: Bidder, keys: Sequence[OrderingKey], seed: str, shift_id: str) -> dict[str, int | str]:
    values: dict[str, int | str] = {}
    for key in keys:
        if key.code == "draw":
            values["draw"] = draw_value(seed=seed, shift_id=shift_id, officer_id=bidder.officer_id)
        elif key.code == "bid_at":
            values["bid_at"] = bidder.bid_at.astimezone(UTC).isoformat(timespec="microseconds")
        elif key.code not in bidder.values:
            raise BidderIncomplete(
                f"The bidder has no value for “{key.phrase}”.", officer_id=bidder.officer_id, key=key.code
            )
        else:
            values[key.code] = _checked(key, bidder.values[key.code])
    return values


def _checked(key: OrderingKey, value: int | str) -> int | str:
    wrong = BidderIncomplete(f"“{value}” is not a value for “{key.phrase}”.", key=key.code)
    if key.unit == "moment":
        return _checked_moment(str(value), wrong)
    if key.unit == "date":
        try:
            return date.fromisoformat(str(value)).isoformat()
        except ValueError:
            raise wrong from None
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong
    return value


def _checked_moment(value: str, wrong: BidderIncomplete) -> str:
    """UTC, so that instants sort as text; never sorts first."""
    if not value:
        return ""
    try:
        return datetime.fromisoformat(value).astimezone(UTC).isoformat()
    except ValueError:
        raise wrong from None


def _entry(
    index: int, valued: Sequence[tuple[Bidder, dict[str, int | str]]], keys: Sequence[OrderingKey], to_fill: int
) -> RankedBidder:
    bidder, values = valued[index]
    won = index < to_fill
    # Winners are explained against the first who lost, backups against the last who won.
    other = to_fill if won else to_fill - 1
    neighbour = index - 1 if index else 1
    decided_by = _deciding(values, valued[neighbour][1], keys) if 0 <= neighbour < len(valued) else ""
    compared = valued[other][1] if 0 <= other < len(valued) else None
    sentence = _sentence(index + 1, len(valued), values, compared, keys, won)
    change = "" if compared is None else _change(values, compared, keys, won)
    return RankedBidder(
        index + 1, bidder.officer_id, "won" if won else "backup", values, decided_by, sentence, bidder.bid_at, change
    )


def _deciding(values: Mapping[str, Any], others: Mapping[str, Any], keys: Sequence[OrderingKey]) -> str:
    return next((key.code for key in keys if values[key.code] != others[key.code]), "draw")


def _sentence(
    place: int,
    count: int,
    values: Mapping[str, int | str],
    other: Mapping[str, int | str] | None,
    keys: Sequence[OrderingKey],
    won: bool,
) -> str:
    where = f"{ordinal(place)} of {count}"
    if other is None:
        ahead = "every bidder got a position" if won else "no position was open"
        return f"{where}: {ahead}."
    code = _deciding(values, other, keys)
    key = KEYS[code]
    equal = [KEYS[one.code].phrase for one in keys if one.code != code][: [one.code for one in keys].index(code)]
    before = f"equal in {' and '.join(equal)}; " if equal else ""
    if key.unit == "draw":
        against = "drawn before the next bidder" if won else "drawn after the bidder who got it"
        return f"{where}: {before}{against} (ticket {str(values[code])[:8]}, theirs {str(other[code])[:8]})."
    mine, theirs = _in_words(key, values[code]), _in_words(key, other[code])
    if won:
        return f"{where}: {before}{mine}; the first who did not get it: {theirs}."
    return f"{where}: {before}{mine}; the award went to {theirs}."


def _change(
    values: Mapping[str, int | str], other: Mapping[str, int | str], keys: Sequence[OrderingKey], won: bool
) -> str:
    """What would have won or lost the place, all else being equal."""
    key = KEYS[_deciding(values, other, keys)]
    outcome = "lost" if won else "won"
    if key.unit == "draw":
        return f"Only another draw would have {outcome} it: everything before it was equal."
    lower = (key.first == "lowest") != won
    value = other[key.code]
    if key.unit == "minutes":
        return f"It would have been {outcome} with {'less' if lower else 'more'} than {_in_words(key, value)}."
    if key.unit == "tenths":
        value = tenths_in_words(value)
    words = ("lower", "higher") if key.unit in ("number", "tenths") else ("earlier", "later")
    return f"It would have been {outcome} with {key.phrase} {words[not lower]} than {value or 'never'}."


def _in_words(key: OrderingKey, value: int | str) -> str:
    if key.unit == "moment":
        return f"{key.phrase} {value or 'never'}"
    if key.unit == "minutes" and isinstance(value, int):
        hours = f"{value // 60} h {value % 60:02d}" if value >= 60 else duration(value)
        return f"{hours} {key.phrase}"
    if key.unit == "tenths":
        return f"{key.phrase} {tenths_in_words(value)}"
    return f"{key.phrase} {value}"
