"""Who is considered for a shift, in which order, and what moves them back: a department's award order as values.

No order is code. It is composed of an eligible set (tiers and windows), keys, what the counters count and when they
start again, and a way of giving the places out (`method`). The computing is in `ordering`, `candidates`, `counters`,
`tiers`, `bidding_windows`, `wheel`, `offers` and `bumping`; `award_mistakes` lists the mistakes of a document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal

Method = Literal["bids", "automatic", "wheel", "manual"]
Debit = Literal["worked", "awarded", "refused", "unreachable", "given_up", "no_show"]
Reset = Literal["month", "year", "week", "28_days", "never"]
Answer = Literal["accepted", "refused", "worked", "unreachable", "given_up", "no_show"]


@dataclass(frozen=True, slots=True)
class Counters:
    """What `counted_minutes` and `counted_shifts` count, and when they start again.

    A debit counts the minutes of its shift, `percent` of them when given, or so many `flat_minutes` whatever the shift.
    A newcomer starts with what the others (`mean` or `max`) had counted in the period until the day that they joined.
    """

    debits: tuple[Debit, ...] = ("worked", "awarded")
    percent: Mapping[str, int] = field(default_factory=dict)
    flat_minutes: Mapping[str, int] = field(default_factory=dict)
    hours: Literal["worked", "paid"] = "worked"
    reset: Reset = "month"
    anchor_date: date | None = None
    week_starts_on: str = "monday"
    newcomer: Literal["zero", "mean", "max"] = "zero"


@dataclass(frozen=True, slots=True)
class TierMembers:
    """All that is named must hold; a tier that names nothing takes everybody."""

    home: Literal["own", "others", "any"] = "any"
    ranks: tuple[str, ...] = ()
    credentials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tier:
    """Open so long after the shift opened, or so many hours before its start; without either from the opening on.

    `falls_back_to` names the tier that comes after this one; without it the next in the list does.
    """

    id: str
    name: str = ""
    who: TierMembers = field(default_factory=TierMembers)
    opens_after_minutes: int | None = None
    opens_hours_before_start: int | None = None
    falls_back_to: str = ""


@dataclass(frozen=True, slots=True)
class BiddingSet:
    """Officers who may bid from the same moment on. `share_percent` is of the roster, in the windows' order."""

    id: str
    opens_after_minutes: int = 0
    name: str = ""
    share_percent: int | None = None
    ranks: tuple[str, ...] = ()
    years_of_service: int | None = None


@dataclass(frozen=True, slots=True)
class BiddingWindows:
    order: Literal["seniority", "random"] = "seniority"
    sets: tuple[BiddingSet, ...] = ()
    hidden_unlock_minutes: int = 0


@dataclass(frozen=True, slots=True)
class CutOff:
    weekday: str = "monday"
    at_time: time = time(0, 0)


@dataclass(frozen=True, slots=True)
class Wheel:
    """The roster by seniority, built again every `roster_days`; what is in `to_bottom` moves its officer to the end.

    With a weekly `cut_off` the wheel of a week stands still until the next one.
    """

    anchor_date: date | None = None
    roster_days: int = 28
    to_bottom: tuple[Answer, ...] = ("accepted", "refused", "worked")
    cut_off: CutOff | None = None


@dataclass(frozen=True, slots=True)
class Bumping:
    """Whoever stands before an assigned officer in the keys of `by` may take their place, for some time."""

    until_hours_before_start: int = 24
    by: tuple[str, ...] = ("rank_level", "seniority_date")


@dataclass(frozen=True, slots=True)
class Automatic:
    """Offers are answered within `answer_hours`; when the list is exhausted it is gone through again every day."""

    answer_hours: int = 24
    retry_daily_until_hours_before_start: int = 24
    offers_per_round: int | None = None


@dataclass(frozen=True, slots=True)
class CallOff:
    """Until when an officer may give a shift up themselves; later only the coordinator takes them off."""

    until_hours_before_start: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class ManualOverride:
    roles: tuple[str, ...] = ("coordinator",)
    reason_required: bool = True


@dataclass(frozen=True, slots=True)
class ListCondition:
    """`dates` are days of every year (12-25) or of one (2026-12-25); weekdays count from Monday, which is 0."""

    event_types: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    dates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderList:
    """A list of its own for some shifts, such as those paid double: its keys, and counters of its shifts alone."""

    id: str
    when: ListCondition
    name: str = ""
    keys: tuple[str, ...] = ()
    counters: Counters | None = None


@dataclass(frozen=True, slots=True)
class AwardOrder:
    method: Method = "bids"
    keys: tuple[str, ...] = ("extra_duty_minutes_this_month", "seniority_date", "draw")
    counters: Counters = field(default_factory=Counters)
    lists: tuple[OrderList, ...] = ()
    tiers: tuple[Tier, ...] = ()
    windows: BiddingWindows | None = None
    wheel: Wheel | None = None
    bumping: Bumping | None = None
    automatic: Automatic = field(default_factory=Automatic)
    short_notice: Literal["first_come", "same"] = "first_come"
    short_notice_hours: int | None = None
    manual_override: ManualOverride = field(default_factory=ManualOverride)
    keep_backups: bool = True
    give_up_keeps_order: bool = True
    call_off: CallOff = field(default_factory=CallOff)
    contest_days: int = 7
