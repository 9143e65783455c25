"""When this officer may bid: sets that open one after the other, and an opening that nobody can wait for.

Whatever is random comes from the draw's seed under a name of its own, so it can be computed again after the award and
tells nothing of the draw before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from departments.policy.award_orders import BiddingSet, BiddingWindows
from departments.policy.codes import names_code

_HUNDRED_PERCENT = 2**256


@dataclass(frozen=True, slots=True)
class BiddingStart:
    """`hidden` openings are not told beforehand: only that the shift has not opened yet."""

    opens_at: datetime
    set_id: str
    set_name: str
    hidden: bool


def bidding_start(
    windows: BiddingWindows | None,
    *,
    opened_at: datetime,
    seed: str,
    shift_id: str,
    officer_id: str,
    rank_code: str = "",
    years_of_service: int = 0,
    seniority_place: int | None = None,
    roster_size: int = 0,
) -> BiddingStart:
    """`seniority_place` is 1 for the most senior of `roster_size`; None (another roster) is behind all shares."""
    if windows is None:
        return BiddingStart(opened_at, "", "", hidden=False)
    unlocks_at = opened_at + timedelta(minutes=hidden_minutes(windows, seed=seed, shift_id=shift_id))
    share = (
        _random_share(seed, shift_id, officer_id)
        if windows.order == "random"
        else _seniority_share(seniority_place, roster_size)
    )
    chosen = _set_of(windows.sets, share=share, rank_code=rank_code, years_of_service=years_of_service)
    if chosen is None:
        return BiddingStart(unlocks_at, "", "", hidden=bool(windows.hidden_unlock_minutes))
    return BiddingStart(
        unlocks_at + timedelta(minutes=chosen.opens_after_minutes),
        chosen.id,
        chosen.name or chosen.id,
        hidden=bool(windows.hidden_unlock_minutes),
    )


def hidden_minutes(windows: BiddingWindows, *, seed: str, shift_id: str) -> int:
    """0 to `hidden_unlock_minutes`, both included: SHA-256 of `seed|unlock|shift`, as a number, modulo."""
    digest = hashlib.sha256(f"{seed}|unlock|{shift_id}".encode()).hexdigest()
    return int(digest, 16) % (windows.hidden_unlock_minutes + 1)


def _set_of(sets: Sequence[BiddingSet], *, share: float, rank_code: str, years_of_service: int) -> BiddingSet | None:
    """The first set that takes the officer. Shares add up along the list; the last set takes whoever is left."""
    upper = 0
    for one in sets:
        if one.share_percent is not None:
            upper += one.share_percent
            if share > upper:
                continue
        if one.ranks and not names_code(one.ranks, rank_code):
            continue
        if one.years_of_service is not None and years_of_service < one.years_of_service:
            continue
        return one
    return sets[-1] if sets else None


def _seniority_share(place: int | None, size: int) -> float:
    """In percent: of ten, the most senior stands at 10."""
    return 100.0 * place / size if place is not None and size else 101.0


def _random_share(seed: str, shift_id: str, officer_id: str) -> float:
    digest = hashlib.sha256(f"{seed}|window|{shift_id}|{officer_id}".encode()).hexdigest()
    return 100.0 * (int(digest, 16) + 1) / _HUNDRED_PERCENT
