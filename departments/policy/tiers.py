"""Tiers that widen: first these officers, later those, until everybody may come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from departments.policy.award_orders import Tier
from departments.policy.codes import same_code

# Without tiers, the department's own officers stand before the others wherever an order names the key.
OWN, OTHERS = 0, 1


@dataclass(frozen=True, slots=True)
class TierPlace:
    """`number` counts from 0 along the chain; `opens_at` is when the officer's tier may bid or is asked."""

    number: int
    id: str
    name: str
    opens_at: datetime


def tier_chain(tiers: Sequence[Tier]) -> list[Tier]:
    """The tiers in the order in which they open: the first of the list, then whatever each falls back to.

    Raises ValueError for a circle or an unknown name; `award_mistakes` refuses such documents.
    """
    by_id = {tier.id: tier for tier in tiers}
    chain: list[Tier] = []
    current = tiers[0] if tiers else None
    while current is not None:
        if current in chain:
            raise ValueError(f"The tier “{current.id}” falls back to itself.")
        chain.append(current)
        if current.falls_back_to:
            if current.falls_back_to not in by_id:
                raise ValueError(f"There is no tier “{current.falls_back_to}”.")
            current = by_id[current.falls_back_to]
        else:
            following = list(tiers).index(current) + 1
            current = tiers[following] if following < len(tiers) else None
    return chain


def opens_at(tier: Tier, *, opened_at: datetime, starts_at: datetime) -> datetime:
    """Never before the shift itself opens."""
    if tier.opens_hours_before_start is not None:
        return max(opened_at, starts_at - timedelta(hours=tier.opens_hours_before_start))
    return opened_at + timedelta(minutes=tier.opens_after_minutes or 0)


def tier_of(
    tiers: Sequence[Tier],
    *,
    is_own: bool,
    rank_code: str,
    credentials: Sequence[str],
    opened_at: datetime,
    starts_at: datetime,
) -> TierPlace | None:
    """The earliest tier that takes the officer; None when no tier does. Without tiers everybody is in at once."""
    if not tiers:
        return TierPlace(OWN if is_own else OTHERS, "", "", opened_at)
    held = {same_code(code) for code in credentials}
    for number, tier in enumerate(tier_chain(tiers)):
        who = tier.who
        if who.home == ("others" if is_own else "own"):
            continue
        if who.ranks and same_code(rank_code) not in {same_code(code) for code in who.ranks}:
            continue
        if not {same_code(code) for code in who.credentials} <= held:
            continue
        return TierPlace(
            number, tier.id, tier.name or tier.id, opens_at(tier, opened_at=opened_at, starts_at=starts_at)
        )
    return None


def openings(tiers: Sequence[Tier], *, opened_at: datetime, starts_at: datetime) -> Mapping[str, datetime]:
    """When each tier of the chain opens, by its id, in order."""
    return {tier.id: opens_at(tier, opened_at=opened_at, starts_at=starts_at) for tier in tier_chain(tiers)}
