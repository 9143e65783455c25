"""What happens when: both departments' plays on one clock, in the order of time."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from datetime import datetime

from demo.stage import Stage, Troupe

Action = Callable[[Stage, "Agenda", Troupe], None]


class Agenda:
    """Actions may put further ones in; the clock moves to each before it is done."""

    def __init__(self) -> None:
        self._waiting: list[tuple[datetime, int, Troupe, Action]] = []
        self._order = itertools.count()

    def put(self, moment: datetime, troupe: Troupe, action: Action) -> None:
        heapq.heappush(self._waiting, (moment, next(self._order), troupe, action))

    def play(self, stage: Stage, *, before: Callable[[str], None]) -> None:
        """`before` is called with each action's name when the clock stands at its moment."""
        while self._waiting:
            moment, _, troupe, action = heapq.heappop(self._waiting)
            stage.move_clock(moment)
            before(getattr(action, "func", action).__name__.lstrip("_"))
            action(stage, self, troupe)
