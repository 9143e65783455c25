"""Plays operations one after the other, several players at once, until as many were done as were asked for."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from simulation.calls import Provider, Web
from simulation.registry import Operation, operations
from simulation.town import Town

_TRIES = 40


class Gate:
    """Open: operations begin. Closed: none is under way once `close` has returned."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._closed = False
        self._inside = 0

    def close(self) -> None:
        with self._condition:
            self._closed = True
            self._condition.wait_for(lambda: self._inside == 0)

    def open(self) -> None:
        with self._condition:
            self._closed = False
            self._condition.notify_all()

    def __enter__(self) -> None:
        with self._condition:
            self._condition.wait_for(lambda: not self._closed)
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._condition:
            self._inside -= 1
            self._condition.notify_all()


@dataclass
class Score:
    """How many operations were done, by name; `wrong` is what a player saw that must not be."""

    wanted: int
    begun: int = 0
    done: int = 0
    by_name: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    stopped: bool = False
    # Nobody goes beyond it: the plan of what goes wrong must not be left behind.
    horizon: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self) -> bool:
        """False when nobody may begin one more just now."""
        with self.lock:
            may_begin = not self.is_over and self.begun < min(self.wanted, self.horizon)
            self.begun += may_begin
            return may_begin

    def give_back(self) -> None:
        """What was begun and found nothing to do."""
        with self.lock:
            self.begun -= 1

    def count(self, name: str) -> None:
        with self.lock:
            self.done += 1
            self.by_name[name] = self.by_name.get(name, 0) + 1

    @property
    def is_over(self) -> bool:
        return self.stopped or self.done >= self.wanted


class Player(threading.Thread):
    """`draw` is this player's own: what it decides does not depend on what the others do."""

    def __init__(self, *, number: int, seed: int, town: Town, web: Web, provider: Provider, gate: Gate, score: Score):
        super().__init__(name=f"player-{number}", daemon=True)
        self.number, self.town, self.web, self.provider = number, town, web, provider
        self.draw = random.Random(f"{seed}:{number}")
        self._gate, self._score = gate, score

    def ask(self, served_name: str, **given: Any) -> dict[str, Any]:
        return self.web.ask(served_name, **given)

    def wrong(self, sentence: str) -> None:
        """Something that must not be, seen in the middle of it all: the simulation stops."""
        self._score.wrong.append(sentence)
        self._score.stopped = True

    def run(self) -> None:
        known = [operation for operation in operations() if operation.weight]
        try:
            while not self._score.is_over:
                if not self._score.begin():
                    time.sleep(0.01)
                    continue
                with self._gate:
                    self._play_one(known)
        except Exception as problem:
            self.wrong(f"{self.name} cannot go on: {type(problem).__name__}: {problem}")

    def _play_one(self, known: list[Operation]) -> None:
        for _ in range(_TRIES):
            (operation,) = self.draw.choices(known, [one.weight for one in known])
            if self._score.stopped:
                break
            if operation.perform(self):
                self._score.count(operation.name)
                return
        self._score.give_back()
