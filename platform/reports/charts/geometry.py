"""Where everything of a chart lies, in points from the upper left. Both renderers draw exactly this. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from reports.charts.specification import Chart, Unit, value_text

LEFT, RIGHT, TOP, BOTTOM = 58.0, 10.0, 12.0, 30.0
_ROOM_PER_LETTER, _GAP = 6.4, 6.0


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    series: int
    text: str


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    series: int
    text: str


@dataclass(frozen=True, slots=True)
class Path:
    """A line without a gap."""

    points: tuple[tuple[float, float], ...]
    series: int

    @property
    def as_text(self) -> str:
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in self.points)


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    y: float
    text: str
    is_limit: bool


@dataclass(frozen=True, slots=True)
class Geometry:
    """`ticks` lie on the left edge (y), `labels` under the points (x)."""

    width: float
    height: float
    left: float
    right: float
    base: float
    ticks: tuple[Tick, ...]
    labels: tuple[Tick, ...]
    bars: tuple[Bar, ...]
    paths: tuple[Path, ...]
    dots: tuple[Dot, ...]
    rules: tuple[Rule, ...]


def lay_out(chart: Chart, *, width: float, height: float) -> Geometry:
    top_value = _highest(chart)
    steps = _steps(top_value, chart.unit)
    ceiling = steps[-1]
    base, right = height - BOTTOM, width - RIGHT
    room = (right - LEFT) / max(len(chart.labels), 1)

    def y_of(value: float) -> float:
        return base - (base - TOP) * min(max(value, 0.0), ceiling) / ceiling

    return Geometry(
        width=width,
        height=height,
        left=LEFT,
        right=right,
        base=base,
        ticks=tuple(Tick(y_of(step), value_text(step, chart.unit).removesuffix(".00")) for step in steps),
        labels=_labels(chart.labels, room),
        bars=tuple(_bars(chart, room, base, y_of)) if chart.kind != "lines" else (),
        paths=tuple(_paths(chart, room, y_of)) if chart.kind == "lines" else (),
        dots=tuple(_dots(chart, room, y_of)) if chart.kind == "lines" else (),
        rules=tuple(Rule(y_of(level.value), level.name, level.is_limit) for level in chart.levels),
    )


def _highest(chart: Chart) -> float:
    columns: list[Sequence[float]] = [
        [series.values[place] or 0.0 for series in chart.series] for place in range(len(chart.labels))
    ]
    tops = [sum(column) if chart.kind == "stacked" else max(column, default=0.0) for column in columns]
    return max([*tops, *(level.value for level in chart.levels)], default=0.0)


def _steps(highest: float, unit: Unit) -> list[float]:
    """Four or five round steps from zero to at least the highest value. Hours step by hours, not by tens of minutes."""
    scale = {"minutes": 60.0, "cents": 100.0}.get(unit, 1.0)
    top = highest / scale or 1.0
    rough = top / 4
    power = 10.0 ** floor(log10(rough))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= rough * 0.999)
    if unit == "count":
        step = max(float(ceil(step)), 1.0)
    count = max(ceil(top / step - 1e-9), 1)
    return [number * step * scale for number in range(count + 1)]


def _labels(labels: Sequence[str], room: float) -> tuple[Tick, ...]:
    """As many as fit, evenly."""
    longest = max((len(label) for label in labels), default=0)
    every = max(ceil((longest * _ROOM_PER_LETTER + _GAP) / room), 1)
    return tuple(
        Tick(LEFT + room * (place + 0.5), label) for place, label in enumerate(labels) if place % every == 0
    )  # fmt: skip


def _bars(chart: Chart, room: float, base: float, y_of) -> list[Bar]:  # type: ignore[no-untyped-def]
    count = 1 if chart.kind == "stacked" else max(len(chart.series), 1)
    width = min(room * 0.76 / count, 44.0)
    found = []
    for place, label in enumerate(chart.labels):
        start = LEFT + room * (place + 0.5) - width * count / 2
        below = 0.0
        for number, series in enumerate(chart.series):
            value = series.values[place] or 0.0
            text = f"{label}, {series.name}: {value_text(series.values[place], chart.unit, chart.currency)}"
            if chart.kind == "stacked":
                high, low = y_of(below + value), y_of(below)
                below += value
                bar = Bar(start, high, width, low - high, number, text)
            else:
                high = y_of(value)
                bar = Bar(start + width * number, high, width, base - high, number, text)
            if bar.height > 0:
                found.append(bar)
    return found


def _paths(chart: Chart, room: float, y_of) -> list[Path]:  # type: ignore[no-untyped-def]
    found = []
    for number, series in enumerate(chart.series):
        run: list[tuple[float, float]] = []
        for place, value in enumerate([*series.values, None]):
            if value is not None:
                run.append((LEFT + room * (place + 0.5), y_of(value)))
                continue
            if len(run) > 1:
                found.append(Path(tuple(run), number))
            run = []
    return found


def _dots(chart: Chart, room: float, y_of) -> list[Dot]:  # type: ignore[no-untyped-def]
    return [
        Dot(
            LEFT + room * (place + 0.5),
            y_of(value),
            number,
            f"{chart.labels[place]}, {series.name}: {value_text(value, chart.unit, chart.currency)}",
        )
        for number, series in enumerate(chart.series)
        for place, value in enumerate(series.values)
        if value is not None
    ]
