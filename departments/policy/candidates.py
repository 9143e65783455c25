"""From what is known of an officer to the values that an award order compares: for live awards and for try-outs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from departments.policy.award_orders import AwardOrder, Counters, Reset
from departments.policy.counters import (
    CORRECTIONS,
    Counted,
    HistoryEntry,
    count,
    list_of,
    newcomer_minutes,
    period_of,
)
from departments.policy.documents import Policy
from departments.policy.tiers import TierPlace, tier_of
from departments.policy.timeline import Stretch
from departments.policy.wheel import WheelEvent, WheelMember, wheel_order, wheel_positions

# Bands by their lower edge in km: no order may be finer, or three awards would give a home away.
_BANDS_KILOMETRES = (5, 10, 20, 40, 80)


@dataclass(frozen=True, slots=True)
class Candidate:
    """`history` is what happened to the officer, of any period; `is_own`: they serve the governing department.

    `rating_tenths` is None wherever the order does not name it: then no rating is so much as read.
    """

    officer_id: str
    is_own: bool = True
    rank_code: str = ""
    rank_level: int = 0
    seniority_date: date | None = None
    joined_at: datetime | None = None
    credentials: tuple[str, ...] = ()
    distance_kilometres: float | None = None
    rating_tenths: int | None = None
    history: tuple[HistoryEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class AwardedShift:
    """The shift to award. `opened_at` is when bidding opened."""

    shift_id: str
    starts_at: datetime
    opened_at: datetime
    event_type: str = ""


@dataclass(frozen=True, slots=True)
class ChosenOrder:
    """The keys and counters of the list that the shift is on."""

    list_id: str
    keys: tuple[str, ...]
    counters: Counters


@dataclass(frozen=True, slots=True)
class Considered:
    """What is known of one candidate for one shift. `tier` is None when no tier takes them."""

    values: Mapping[str, int | str]
    tier: TierPlace | None
    counted: Counted = field(default_factory=Counted)
    newcomer_minutes: int = 0


def chosen_order(*, policy: Policy, starts_at: datetime, event_type: str) -> ChosenOrder:
    order = policy.award_order
    list_id = list_of(order.lists, starts_at, event_type, ZoneInfo(policy.time_zone))
    own = next((one for one in order.lists if one.id == list_id), None)
    keys = own.keys if own is not None and own.keys else order.keys
    counters = own.counters if own is not None and own.counters is not None else order.counters
    if order.method == "wheel" and "wheel_position" not in keys:
        # The default keys know nothing of a wheel; a wheel is walked from its top.
        keys = ("wheel_position", *keys)
    return ChosenOrder(list_id, keys, counters)


def keys_in_use(keys: Sequence[str], considered: Iterable[Considered]) -> tuple[str, ...]:
    """The order's keys; whoever is owed the next offer stands before them all."""
    owed = any(one.values["next_offer"] for one in considered)
    return ("next_offer", *keys) if owed and "next_offer" not in keys else tuple(keys)


def consider(
    *,
    policy: Policy,
    shift: AwardedShift,
    candidates: Sequence[Candidate],
    roster: Sequence[Candidate] = (),
    at: datetime,
) -> dict[str, Considered]:
    """Values for every key that an order may name, and the tier, by officer.

    `roster` is everybody on the governing department's list with their histories, bidders included: needed for the
    wheel and for newcomers only. `at` is when the award is decided; the counters' period is that of the shift's start.
    """
    order = policy.award_order
    zone = ZoneInfo(policy.time_zone)
    chosen = chosen_order(policy=policy, starts_at=shift.starts_at, event_type=shift.event_type)
    window = period_of(chosen.counters, zone=zone, moment=shift.starts_at)
    people = _everybody(candidates, roster)
    positions = _wheel(order, people, zone, at)
    calendar = _calendar(shift, zone)
    found = {}
    for one in candidates:
        counted = count(
            counters=chosen.counters,
            history=one.history,
            window=window,
            shift_id=shift.shift_id,
            lists=order.lists,
            list_id=chosen.list_id,
            zone=zone,
        )
        credit = newcomer_minutes(
            counters=chosen.counters,
            joined_at=one.joined_at,
            others=((other.joined_at, other.history) for other in people if other.officer_id != one.officer_id),
            window=window,
            shift_id=shift.shift_id,
            lists=order.lists,
            list_id=chosen.list_id,
            zone=zone,
        )
        tier = tier_of(
            order.tiers,
            is_own=one.is_own,
            rank_code=one.rank_code,
            credentials=one.credentials,
            opened_at=shift.opened_at,
            starts_at=shift.starts_at,
        )
        values: dict[str, int | str] = {
            "counted_minutes": counted.minutes + credit,
            "counted_shifts": counted.shifts,
            "counted_refusals": counted.refusals,
            "tier": tier.number if tier is not None else len(order.tiers),
            "rank_level": one.rank_level,
            "seniority_date": (one.seniority_date or date.max).isoformat(),
            "years_of_service": years_of_service(one.seniority_date, shift.starts_at.astimezone(zone).date()),
            "wheel_position": positions.get(one.officer_id, len(positions) + 1),
            "distance_band_kilometres": distance_band(one.distance_kilometres),
            "last_worked_at": _last_worked_at(one.history, shift),
            "next_offer": _next_offers(one.history, at),
            **_calendar_values(one.history, shift, calendar),
        }
        if one.rating_tenths is not None:
            values["rating"] = one.rating_tenths
        found[one.officer_id] = Considered(values, tier, counted, credit)
    return found


def years_of_service(seniority_date: date | None, on_date: date) -> int:
    """Whole years; 0 for somebody whose date is not known or still to come."""
    if seniority_date is None:
        return 0
    before_the_day = (on_date.month, on_date.day) < (seniority_date.month, seniority_date.day)
    return max(0, on_date.year - seniority_date.year - before_the_day)


def distance_band(kilometres: float | None) -> int:
    """The lower edge of the band in km: 0, 5, 10, 20, 40 or 80; without a known home as far as can be."""
    if kilometres is None:
        return _BANDS_KILOMETRES[-1]
    return max((edge for edge in _BANDS_KILOMETRES if kilometres >= edge), default=0)


def _everybody(candidates: Sequence[Candidate], roster: Sequence[Candidate]) -> list[Candidate]:
    known = {one.officer_id: one for one in (*candidates, *roster) if one.is_own}
    return sorted(known.values(), key=lambda one: one.officer_id)


def _wheel(order: AwardOrder, people: Sequence[Candidate], zone: ZoneInfo, at: datetime) -> dict[str, int]:
    if order.wheel is None or order.wheel.anchor_date is None:
        return {}
    ordered = wheel_order(
        order.wheel,
        members=[WheelMember(one.officer_id, one.seniority_date) for one in people],
        events=[
            WheelEvent(one.officer_id, entry.kind, entry.happened_at or entry.starts_at)
            for one in people
            for entry in one.history
        ],
        zone=zone,
        at=at,
    )
    return wheel_positions(ordered)


def _last_worked_at(history: Sequence[HistoryEntry], shift: AwardedShift) -> str:
    worked = [
        entry.starts_at
        for entry in history
        if entry.kind in ("worked", "awarded")
        and entry.shift_id != shift.shift_id
        and entry.starts_at < shift.starts_at
    ]
    return max(worked).astimezone(UTC).isoformat() if worked else ""


def _next_offers(history: Sequence[HistoryEntry], at: datetime) -> int:
    """Remedies that are still owed: whatever was awarded after one was granted has settled it."""
    granted = sorted(_moment(entry) for entry in history if entry.kind == "next_offer" and _moment(entry) <= at)
    given = sorted(_moment(entry) for entry in history if entry.kind in ("awarded", "accepted") and entry.happened_at)
    for moment in given:
        later = next((index for index, one in enumerate(granted) if one < moment), None)
        if later is not None:
            granted.pop(later)
    return len(granted)


def _moment(entry: HistoryEntry) -> datetime:
    return entry.happened_at or entry.starts_at


def _calendar(shift: AwardedShift, zone: ZoneInfo) -> dict[str, Stretch]:
    return {
        "this_month": period_of(_plain("month"), zone=zone, moment=shift.starts_at),
        "this_year": period_of(_plain("year"), zone=zone, moment=shift.starts_at),
        "last_28_days": (shift.starts_at - timedelta(days=28), shift.starts_at),
    }


def _calendar_values(
    history: Sequence[HistoryEntry], shift: AwardedShift, calendar: Mapping[str, Stretch]
) -> dict[str, int | str]:
    month = calendar["this_month"]
    found = dict.fromkeys(calendar, 0)
    shifts = refusals = 0
    for entry in history:
        in_month = month[0] <= entry.starts_at < month[1]
        refusals += in_month and entry.kind == "refused"
        is_shift = entry.kind in ("worked", "awarded") and entry.shift_id != shift.shift_id
        if not is_shift and entry.kind not in CORRECTIONS:
            continue
        minutes = -abs(entry.minutes) if entry.kind == "credit" else entry.minutes
        shifts += in_month and is_shift
        for name, window in calendar.items():
            if window[0] <= entry.starts_at < window[1]:
                found[name] += minutes
    return {
        **{f"extra_duty_minutes_{name}": minutes for name, minutes in found.items()},
        "extra_duty_shifts_this_month": shifts,
        "refusals_this_month": refusals,
    }


def _plain(reset: Reset) -> Counters:
    return Counters(reset=reset, anchor_date=date(2024, 1, 1))
