"""From which sum a year's payments are reported, by form, country and year. Data: `thresholds.json`, with its sources.

Who files is a question for the payer's accountant; this says only which payees a threshold reaches.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal


@dataclass(frozen=True, slots=True)
class Threshold:
    """`of` the gross or the net sum of a year; `over_payments`: also more than so many payments."""

    form: str
    country: str
    from_year: int
    until_year: int | None
    payee_kinds: tuple[str, ...]
    at_least_cents: int
    of: Literal["gross", "net"]
    over_payments: int | None
    words: str
    source: str

    def is_reached(self, *, gross_cents: int, net_cents: int, payments: int) -> bool:
        cents = gross_cents if self.of == "gross" else net_cents
        return cents >= self.at_least_cents and (self.over_payments is None or payments > self.over_payments)


@cache
def all_thresholds() -> tuple[Threshold, ...]:
    rows = json.loads(resources.files("billing.years").joinpath("thresholds.json").read_text(encoding="utf-8"))
    return tuple(Threshold(**{**row, "payee_kinds": tuple(row["payee_kinds"])}) for row in rows)


def thresholds_for(*, country: str, year: int, payee_kind: str) -> tuple[Threshold, ...]:
    return tuple(
        one
        for one in all_thresholds()
        if one.country == country
        and payee_kind in one.payee_kinds
        and one.from_year <= year
        and (one.until_year is None or year <= one.until_year)
    )
