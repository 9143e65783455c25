"""One measured figure beside its peer's, the table that is printed, and the file that is kept."""

from __future__ import annotations

import gc
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "var" / "bench"


@dataclass(frozen=True)
class Figure:
    """`ours` and `peer` in `unit`; `ratio` is ours divided by the peer's. A rate wants it high, a time low."""

    name: str
    size: str
    unit: str
    ours: float
    peer: float
    peer_name: str

    @property
    def ratio(self) -> float:
        return self.ours / self.peer if self.peer else 0.0


def median_seconds(
    call: Callable[[], Any], *, runs: int = 5, warm_up: int = 1, clock: Callable[[], float] = time.perf_counter
) -> float:
    """The median of several runs after a warm-up, with the garbage collected before each.

    `clock`: `time.process_time` for work that waits for nothing, so that a busy machine does not blur it.
    """
    for _ in range(warm_up):
        call()
    taken = []
    for _ in range(runs):
        gc.collect()
        started = clock()
        call()
        taken.append(clock() - started)
    return statistics.median(taken)


def once_seconds(call: Callable[[], Any]) -> float:
    """For work that changes rows and cannot be repeated as it is."""
    return median_seconds(call, runs=1, warm_up=0)


def keep(name: str, figures: Sequence[Figure], *, folder: Path = FOLDER) -> Path:
    """Write `NAME.json`: a list of {name, size, unit, ours, peer, peer_name, ratio}."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    rows = [
        {
            **asdict(figure),
            "ours": round(figure.ours, 6),
            "peer": round(figure.peer, 6),
            "ratio": round(figure.ratio, 4),
        }
        for figure in figures
    ]
    path.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    return path


def show(figures: Sequence[Figure]) -> None:
    heads = ("what", "size", "ours", "peer", "ratio", "unit", "peer is")
    rows = [
        (one.name, one.size, f"{one.ours:,.4g}", f"{one.peer:,.4g}", f"{one.ratio:.3g}", one.unit, one.peer_name)
        for one in figures
    ]
    widths = [max(len(str(row[index])) for row in [heads, *rows]) for index in range(len(heads))]
    for row in [heads, *rows]:
        say("  ".join(str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
