"""Real sender processes that are killed with -9 while they send, and what the provider's own list says afterwards.

`tests/messaging` plays the same with fewer messages.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_PATIENCE_SECONDS = 3_600.0


@dataclass(frozen=True)
class Outcome:
    """`lost`: queued and never taken by the provider. `doubled`: taken more than once. `unknown`: the provider has it,
    our row does not say so."""

    queued: int
    kills: int
    lost: int
    doubled: int
    unknown: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.queued / self.seconds


def send_under_kills(
    *,
    expected: Sequence[str],
    kills: int,
    senders: int,
    environment: dict[str, str],
    waiting: Callable[[], int],
    taken: Callable[[], Sequence[str]],
    recorded: Callable[[], int],
    seed: int = 1,
) -> Outcome:
    """Start `senders` processes, kill one at `kills` moments spread over the work, and start it again each time.

    `expected` are the texts that were queued, each different; `waiting` counts rows that are not final, `taken` lists
    the texts that the provider has, `recorded` counts our rows with the provider's reference.
    """
    chance = random.Random(seed)
    crew = [_start(environment) for _ in range(senders)]
    # Kills come by progress, not by time, so that every one of them meets a sender at work.
    moments = sorted(chance.sample(range(len(expected) // 20, len(expected) * 9 // 10), kills))
    started, done, killed = time.monotonic(), 0, 0
    try:
        while (left := waiting()) and time.monotonic() - started < _PATIENCE_SECONDS:
            done = len(expected) - left
            if killed < kills and done >= moments[killed]:
                time.sleep(chance.random() * 0.02)
                victim = chance.randrange(senders)
                _kill(crew[victim])
                crew[victim] = _start(environment)
                killed += 1
            time.sleep(0.01)
        seconds = time.monotonic() - started
    finally:
        for process in crew:
            _kill(process)
    counts = Counter(taken())
    return Outcome(
        queued=len(expected),
        kills=killed,
        lost=sum(text not in counts for text in expected),
        doubled=sum(count - 1 for count in counts.values() if count > 1),
        unknown=len(expected) - recorded(),
        seconds=seconds,
    )


def _start(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "manage.py", "send_messages", "sms", "--pause", "0.2"],
        cwd=ROOT,
        env={**os.environ, **environment},
    )


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait(timeout=30)
