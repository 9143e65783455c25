"""What a department charges and pays: ranks, vehicles, taxes, fees, premiums, minimums and rounding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Literal

from departments.policy.conditions import Condition
from departments.policy.refusals import UnknownRank, UnknownVehicle

LineKind = Literal["labour", "premium", "vehicle", "fee", "service_fee"]


@dataclass(frozen=True, slots=True)
class RankRate:
    code: str
    name: str
    bill_rate_cents_per_hour: int
    pay_rate_cents_per_hour: int
    pay_code: str = ""
    level: int = 1


@dataclass(frozen=True, slots=True)
class VehicleRate:
    code: str
    name: str
    rate_cents: int
    basis: Literal["hourly", "flat"] = "hourly"
    minimum_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Rounding:
    """Up to and including `grace_minutes` of a started unit are not billed (mode `up`)."""

    unit_minutes: int = 1
    grace_minutes: int = 0
    mode: Literal["up", "down", "nearest", "more_than_half"] = "up"


@dataclass(frozen=True, slots=True)
class Tax:
    code: str
    name: str
    rate_basis_points: float
    registration_number: str = ""
    applies_to: tuple[LineKind, ...] = ("labour", "premium", "vehicle", "fee")
    # Without it always. A client who is exempt pays the net.
    applies_when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Fee:
    """`percent` of the net of `applies_to`, `discount` that percentage off; `per_officer_hour` of billable time; `flat`
    once per shift, `per_job` once with the job's first shift; `per_officer` and `per_vehicle` for each on the shift."""

    code: str
    name: str
    kind: Literal["percent", "discount", "per_officer_hour", "flat", "per_job", "per_officer", "per_vehicle"]
    rate_basis_points: float = 0
    amount_cents: int = 0
    cap_cents: int | None = None
    floor_cents: int = 0
    # Fees and discounts that stand before this one and belong to its base as well. None unless ordered here.
    also_on: tuple[str, ...] = ()
    applies_when: Condition | None = None
    applies_to: tuple[LineKind, ...] = ("labour", "premium", "vehicle")
    paid_by: Literal["client", "officer"] = "client"
    owner: str = "department"
    # None means always; otherwise only when the request came with less notice than this.
    notice_less_than_minutes: int | None = None
    # None means always; otherwise only for clients with, or without, non-profit status.
    non_profit: bool | None = None


@dataclass(frozen=True, slots=True)
class PremiumPeriod:
    """A stretch of local time; `MM-DD` repeats every year, `YYYY-MM-DD` does not."""

    from_text: str
    until_text: str


@dataclass(frozen=True, slots=True)
class PremiumConditions:
    periods: tuple[PremiumPeriod, ...] = ()
    weekdays: tuple[int, ...] = ()
    from_time: time | None = None
    until_time: time | None = None
    event_types: tuple[str, ...] = ()
    notice_less_than_minutes: int | None = None
    after_minutes: int | None = None
    until_minutes: int | None = None
    rank_codes: tuple[str, ...] = ()
    # Whole local days: `2026-05-18` once, `12-25` every year.
    dates: tuple[str, ...] = ()
    # The days of the document's `holiday_dates`.
    on_holidays: bool = False
    applies_when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Premium:
    id: str
    name: str
    effect: Literal["percent", "cents_per_hour", "multiply", "replace"]
    rate_basis_points: int = 0
    amount_cents_per_hour: int = 0
    replace_cents_per_hour: Mapping[str, int] = field(default_factory=dict)
    stack: Literal["add", "highest"] = "add"
    # Of the `highest` of one group only the largest counts; groups add up.
    stack_group: str = ""
    raises_pay: bool = True
    when: PremiumConditions = field(default_factory=PremiumConditions)


@dataclass(frozen=True, slots=True)
class MinimumRule:
    """Other steps, and other rounding if given, where `applies_when` holds. The first that applies wins."""

    steps_minutes: tuple[int, ...]
    rounding: Rounding | None = None
    applies_when: Condition | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Overrun:
    """Work past the scheduled end. From `from_minutes` past it a whole unit is billed, and one more for each further
    unit plus `from_minutes`; less than that is free. Then the rounding of the total does not look at the overrun."""

    from_minutes: int = 1
    unit_minutes: int = 60
    fee_cents: int = 0
    fee_per: Literal["shift", "officer"] = "shift"
    # Work for another reason than the job ("unrelated") may be billed like it, or be duty that the client does not pay.
    unrelated: Literal["billed", "duty"] = "billed"


@dataclass(frozen=True, slots=True)
class Meal:
    """A meal in a job longer than `if_longer_than_minutes`: `worked`: a break of up to `minutes` counts as worked;
    `added`: so many minutes are billed and paid on top."""

    minutes: int
    if_longer_than_minutes: int = 0
    counts_as: Literal["worked", "added"] = "worked"


@dataclass(frozen=True, slots=True)
class RateCard:
    ranks: tuple[RankRate, ...]
    vehicles: tuple[VehicleRate, ...] = ()
    taxes: tuple[Tax, ...] = ()
    fees: tuple[Fee, ...] = ()
    premiums: tuple[Premium, ...] = ()
    rates_include_tax: bool = False
    # Ascending steps: the bill is at least the first, and jumps to the next step once one is passed.
    minimum_steps_minutes: tuple[int, ...] = ()
    rounding: Rounding = field(default_factory=Rounding)
    payable_basis: Literal["billable", "worked"] = "billable"
    released_early: Literal["worked", "scheduled"] = "worked"
    minimum_rules: tuple[MinimumRule, ...] = ()
    overrun: Overrun | None = None
    meal: Meal | None = None

    @property
    def minimum_minutes(self) -> int:
        return self.minimum_steps_minutes[0] if self.minimum_steps_minutes else 0

    def rank(self, code: str) -> RankRate:
        for rank in self.ranks:
            if rank.code == code:
                return rank
        raise UnknownRank(code, [rank.code for rank in self.ranks])

    def vehicle(self, code: str) -> VehicleRate:
        for vehicle in self.vehicles:
            if vehicle.code == code:
                return vehicle
        raise UnknownVehicle(code, [vehicle.code for vehicle in self.vehicles])
