"""Bumping: who may take an assigned officer's place, whose place it is, and until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from departments.policy.award_orders import Bumping
from departments.policy.ordering_keys import KEYS, sortable, tenths_in_words

Values = Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class Holder:
    officer_id: str
    values: Values


def bumping_ends_at(bumping: Bumping, *, starts_at: datetime) -> datetime:
    """From this instant on every place is safe."""
    return starts_at - timedelta(hours=bumping.until_hours_before_start)


def bumped_holder(bumping: Bumping, *, challenger: Values, holders: Sequence[Holder]) -> Holder | None:
    """The one who stands last of all holders, if the challenger stands strictly before them; else None.

    Equals do not bump each other. Of two who stand equally last, the one whose id sorts last goes: any fixed rule will
    do, and this one needs no draw.
    """
    last = max(holders, key=lambda one: (_standing(bumping, one.values), one.officer_id), default=None)
    if last is None or not _standing(bumping, challenger) < _standing(bumping, last.values):
        return None
    return last


def bumping_sentence(bumping: Bumping, *, challenger: Values, holder: Values) -> str:
    """Why the holder lost the place, with both values of the key that decided."""
    code = next(code for code in bumping.by if challenger[code] != holder[code])
    key = KEYS[code]
    theirs, yours = (tenths_in_words(one[code]) if key.unit == "tenths" else one[code] for one in (challenger, holder))
    return f"Bumped by {key.phrase}: theirs is {theirs}, yours is {yours}."


def _standing(bumping: Bumping, values: Values) -> tuple[int | str, ...]:
    return tuple(sortable(KEYS[code], values[code]) for code in bumping.by)
