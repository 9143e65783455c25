"""What a department charges and pays: ranks, vehicles, taxes, fees, premiums, minimums and rounding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Literal

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
    rate_basis_points: int
    registration_number: str = ""
    applies_to: tuple[LineKind, ...] = ("labour", "premium", "vehicle", "fee")


@dataclass(frozen=True, slots=True)
class Fee:
    """`percent` of the net of `applies_to`; `per_officer_hour` of billable time; `flat` once per shift."""

    code: str
    name: str
    kind: Literal["percent", "per_officer_hour", "flat"]
    rate_basis_points: int = 0
    amount_cents: int = 0
    cap_cents: int | None = None
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
    rank_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Premium:
    id: str
    name: str
    effect: Literal["percent", "cents_per_hour", "multiply", "replace"]
    rate_basis_points: int = 0
    amount_cents_per_hour: int = 0
    replace_cents_per_hour: Mapping[str, int] = field(default_factory=dict)
    stack: Literal["add", "highest"] = "add"
    raises_pay: bool = True
    when: PremiumConditions = field(default_factory=PremiumConditions)


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
