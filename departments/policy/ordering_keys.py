"""What an award order can be composed of: each key's direction and its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class OrderingKey:
    """`first` says which value goes first. `unit` says how a value is put in words; `phrase` names it.

    A "moment" is an ISO instant or empty for never; an "instant" is the engine's own, taken from the bid; of "tenths"
    there is a whole number.
    """

    code: str
    first: Literal["lowest", "highest"]
    unit: Literal["minutes", "date", "moment", "number", "tenths", "instant", "draw"]
    phrase: str


KEYS: dict[str, OrderingKey] = {
    key.code: key
    for key in (
        OrderingKey("next_offer", "highest", "number", "owed the next offer"),
        OrderingKey("counted_minutes", "lowest", "minutes", "counted in this period"),
        OrderingKey("counted_shifts", "lowest", "number", "shifts counted in this period"),
        OrderingKey("counted_refusals", "lowest", "number", "offers refused in this period"),
        OrderingKey("last_worked_at", "lowest", "moment", "last worked"),
        OrderingKey("years_of_service", "highest", "number", "years of service"),
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
        OrderingKey("rating", "highest", "tenths", "rating"),
        OrderingKey("bid_at", "lowest", "instant", "bid received"),
        OrderingKey("draw", "lowest", "draw", "draw"),
    )
}

# In a try-out, of whom no rating is told. A live award takes the platform's mean.
UNRATED_TENTHS = 40
# An order must end with one of these: with any other, two bidders may be left equal.
DECISIVE = ("draw", "bid_at")
# The engine's own: the bid's time and the draw.
BUILT_IN = frozenset(DECISIVE)


def tenths_in_words(value: int | str) -> str:
    """43 is “4.3”."""
    whole, part = divmod(int(value), 10)
    return f"{whole}.{part}"


def sortable(key: OrderingKey, value: int | str) -> int | str:
    """The value so that what goes first is smallest."""
    return -value if key.first == "highest" and isinstance(value, int) else value
