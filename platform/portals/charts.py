"""Pictures of figures, drawn on the server as SVG: coordinates only. Colours and words are the templates'."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

SIDE = 240
_TOP = 12
_BAR_SPACE = 44
_BAR_WIDTH = 28
_HEIGHT = 160


@dataclass(frozen=True)
class CurvePoint:
    x: str
    y: str
    people_percent: int
    hours_percent: int


@dataclass(frozen=True)
class Bar:
    """`value` in words stands above the bar, `label` below it."""

    x: str
    middle: str
    y: str
    height: str
    value: str
    label: str


@dataclass(frozen=True)
class Bars:
    width: int
    bars: tuple[Bar, ...]
    baseline: int
    label_y: int
    height: int


def curve_points(curve: Sequence[tuple[Fraction, Fraction]]) -> tuple[CurvePoint, ...]:
    """Shares between 0 and 1 into a square of `SIDE`, whose origin is at the lower left."""
    return tuple(
        CurvePoint(
            f"{float(people) * SIDE:.1f}", f"{SIDE - float(hours) * SIDE:.1f}", round(people * 100), round(hours * 100)
        )
        for people, hours in curve
    )


def polyline(points: Sequence[CurvePoint]) -> str:
    return " ".join(f"{point.x},{point.y}" for point in points)


def bars(values: Sequence[tuple[str, Fraction | None]]) -> Bars:
    """Shares between 0 and 1 as columns; the whole height is 1, so that two charts can be compared. None has none."""
    drawn = []
    for index, (label, value) in enumerate(values):
        x = index * _BAR_SPACE + (_BAR_SPACE - _BAR_WIDTH) // 2
        height = float(value or 0) * _HEIGHT
        drawn.append(
            Bar(
                str(x),
                str(x + _BAR_WIDTH // 2),
                f"{_TOP + _HEIGHT - height:.1f}",
                f"{height:.1f}",
                "—" if value is None else f"{float(value):.2f}",
                label,
            )
        )
    baseline = _TOP + _HEIGHT
    return Bars(max(len(values), 1) * _BAR_SPACE, tuple(drawn), baseline, baseline + 16, baseline + 24)
