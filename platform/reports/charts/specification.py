"""What a chart says, before anybody draws it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from kernel.money import format_cents

Kind = Literal["bars", "stacked", "lines"]
Unit = Literal["count", "minutes", "cents", "share"]
FEWEST_POINTS_FOR_LIMITS = 8
# From the average moving range to three standard deviations of single values: the constant of every XmR chart.
_LIMIT_FACTOR = 2.66


@dataclass(frozen=True, slots=True)
class Series:
    """At most four in a chart; None leaves a gap."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Level:
    """A horizontal line: the mean, or a limit within which single values vary by chance."""

    name: str
    value: float
    is_limit: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """`labels` name the points; `n`, `period` and `source` stand under it: nobody must guess what was counted."""

    kind: Kind
    title: str
    description: str
    labels: Sequence[str]
    series: Sequence[Series]
    unit: Unit
    n: str
    period: str
    source: str
    currency: str = ""
    levels: Sequence[Level] = ()
    label_heading: str = "Day"

    @property
    def is_empty(self) -> bool:
        return not any(value for series in self.series for value in series.values)

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """The same figures as texts, one row per label."""
        return [
            (label, [value_text(series.values[place], self.unit, self.currency) for series in self.series])
            for place, label in enumerate(self.labels)
        ]

    @property
    def level_texts(self) -> list[tuple[str, str]]:
        return [(level.name, value_text(level.value, self.unit, self.currency)) for level in self.levels]

    @property
    def footnote(self) -> str:
        return f"n = {self.n}. {self.period}. Source: {self.source}."


def value_text(value: float | None, unit: Unit, currency: str = "") -> str:
    """Minutes as hours with one decimal, shares in percent, cents as money; a dash where nothing was measured."""
    if value is None:
        return "–"
    if unit == "minutes":
        return f"{value / 60:,.1f} h"
    if unit == "share":
        return f"{value * 100:.1f} %"
    if unit == "cents":
        return format_cents(round(value), currency) if currency else f"{value / 100:,.2f}"
    return f"{value:,.0f}"


def limits_of(values: Sequence[float | None], *, highest: float | None = None) -> list[Level]:
    """Mean and natural limits of single values (XmR), or nothing for fewer than eight: chance would look like news."""
    known = [value for value in values if value is not None]
    if len(known) < FEWEST_POINTS_FOR_LIMITS:
        return []
    mean = sum(known) / len(known)
    moves = [abs(after - before) for before, after in pairwise(known)]
    reach = _LIMIT_FACTOR * sum(moves) / len(moves)
    upper = mean + reach if highest is None else min(mean + reach, highest)
    return [
        Level("Mean", mean),
        Level("Upper limit", upper, is_limit=True),
        Level("Lower limit", max(mean - reach, 0.0), is_limit=True),
    ]
