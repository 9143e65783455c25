"""What an award order can be composed of: each key's direction and its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class OrderingKey:
    """`first` says which value goes first. `unit` says how a value is put in words; `phrase` names it."""

    code: str
    first: Literal["lowest", "highest"]
    unit: Literal["minutes", "date", "number", "instant", "draw"]
    phrase: str


KEYS: dict[str, OrderingKey] = {
    key.code: key
    for key in (
        OrderingKey("extra_duty_minutes_this_month", "lowest", "minutes", "extra-duty this month"),
        OrderingKey("extra_duty_minutes_this_year", "lowest", "minutes", "extra-duty this year"),
        OrderingKey("extra_duty_minutes_last_28_days", "lowest", "minutes", "extra-duty in the last 28 days"),
        OrderingKey("extra_duty_shifts_this_month", "lowest", "number", "extra-duty shifts this month"),
        OrderingKey("refusals_this_month", "lowest", "number", "offers refused this month"),
        OrderingKey("wheel_position", "lowest", "number", "place on the wheel"),
        OrderingKey("tier", "lowest", "number", "tier"),
        OrderingKey("rank_level", "highest", "number", "rank level"),
        OrderingKey("seniority_date", "lowest", "date", "seniority date"),
        OrderingKey("distance_band_kilometres", "lowest", "number", "distance band in km"),
        OrderingKey("bid_at", "lowest", "instant", "bid received"),
        OrderingKey("draw", "lowest", "draw", "draw"),
    )
}
