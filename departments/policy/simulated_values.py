"""The values that order bidders in a simulated past: as the award stored them, moved by what went otherwise before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from departments.policy.documents import Policy
from departments.policy.past_awards import NO_DATE, PastAward, PastBidder, PastWork
from departments.policy.windows import month_window

# Which work a key counts, and whether by minutes. A counter of the department's own is moved by its month.
_COUNTED = {
    "extra_duty_minutes_this_month": ("month", True),
    "extra_duty_minutes_this_year": ("year", True),
    "extra_duty_minutes_last_28_days": ("28_days", True),
    "extra_duty_shifts_this_month": ("month", False),
    "counted_minutes": ("month", True),
    "counted_shifts": ("month", False),
}
_KNOWN = frozenset({*_COUNTED, "seniority_date", "rank_level", "tier", "bid_at", "draw"})


class Held:
    """Who holds what in one run: the simulated places, and the real ones outside of the simulated shifts."""

    def __init__(self, work: Iterable[PastWork], simulated_shift_ids: frozenset[str]) -> None:
        self.simulated_shift_ids = simulated_shift_ids
        self.real: defaultdict[str, list[PastWork]] = defaultdict(list)
        self.places: defaultdict[str, list[PastWork]] = defaultdict(list)
        self._fates: dict[tuple[str, str], PastWork] = {}
        for one in work:
            self.real[one.officer_id].append(one)
            self._fates[one.officer_id, one.shift_id] = one

    def give(self, officer_id: str, award: PastAward) -> PastWork:
        """The same place as in reality has the same fate: given up when it was, worked as long as it was."""
        fate = self._fates.get((officer_id, award.shift_id))
        place = PastWork(
            officer_id,
            award.shift_id,
            award.starts_at,
            award.ends_at,
            award.decided_at,
            award.award_id,
            fate.worked_minutes if fate else None,
            fate.given_up_at if fate else None,
        )
        self.places[officer_id].append(place)
        return place

    def shift_ids_of(self, officer_id: str, at: datetime) -> set[str]:
        return {place.shift_id for place in self.simulated(officer_id, at)}

    def simulated(self, officer_id: str, at: datetime) -> list[PastWork]:
        return [place for place in self.places[officer_id] if place.given_up_at is None or place.given_up_at > at]

    def really(self, officer_id: str, award: PastAward) -> list[PastWork]:
        return [one for one in self.real[officer_id] if one.counts_for(award)]


def values_for(*, bidder: PastBidder, award: PastAward, rules: Policy, held: Held) -> dict[str, int | str]:
    """One value per key of `rules`' order. A key that the award did not store and that the past does not tell is 0 for
    all, so that the next key decides."""
    ranks = {rank.code: rank.level for rank in rules.rate_card.ranks}
    found: dict[str, int | str] = {
        "seniority_date": (bidder.officer.seniority_date or NO_DATE).isoformat(),
        "rank_level": ranks.get(bidder.officer.rank_code, 0),
        "tier": 0 if bidder.is_own else 1,
    }
    for key in rules.award_order.keys:
        if key in ("draw", "bid_at"):
            continue
        if key in _COUNTED:
            found[key] = _counted(key, bidder, award, rules, held)
        elif key in bidder.key_values:
            found[key] = bidder.key_values[key]
        else:
            found.setdefault(key, 0)
    return found


def unknown_keys(*, rules: Policy, awards: Sequence[PastAward]) -> tuple[str, ...]:
    """Keys of the order that some ranked award neither stored nor can be told from the past."""
    missing = [key for key in rules.award_order.keys if key not in _KNOWN]
    bidders = [bidder for award in awards if award.is_ranked for bidder in award.bidders if bidder.key_values]
    return tuple(key for key in missing if not bidders or any(key not in one.key_values for one in bidders))


def _counted(key: str, bidder: PastBidder, award: PastAward, rules: Policy, held: Held) -> int:
    window, by_minutes = _COUNTED[key]
    starts_at, ends_at = _window(window, rules, award.starts_at)

    def total(work: Iterable[PastWork]) -> int:
        return sum(
            (one.minutes if by_minutes else 1)
            for one in work
            if starts_at <= one.starts_at < ends_at and one.shift_id != award.shift_id
        )

    real = held.really(bidder.officer_id, award)
    replaced = [one for one in real if one.shift_id in held.simulated_shift_ids]
    stored = bidder.key_values.get(key)
    before = int(stored) if stored is not None else total(real)
    return max(0, before - total(replaced) + total(held.simulated(bidder.officer_id, award.decided_at)))


def _window(window: str, rules: Policy, moment: datetime) -> tuple[datetime, datetime]:
    if window == "month":
        return month_window(policy=rules, at=moment)
    if window == "28_days":
        return moment - timedelta(days=28), moment
    zone = ZoneInfo(rules.time_zone)
    year = moment.astimezone(zone).year
    first, last = datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
    return first.astimezone(UTC), last.astimezone(UTC)
