"""What happened, step by step: a line on the screen, an object in story.jsonl."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

SYMBOLS = {"CAD": "CA$", "USD": "$"}


@dataclass
class Story:
    """`asked` is what the players asked for and were answered: the checker starts from it."""

    file: Path
    quiet: bool = False
    step: str = ""
    started: float = field(default_factory=time.monotonic)
    asked: dict[str, Any] = field(default_factory=dict)
    _stream: TextIO | None = None
    calls: int = 0

    def __post_init__(self) -> None:
        self._stream = self.file.open("w", encoding="utf-8")

    def call(
        self, *, actor: str, method: str, path: str, status: int, ms: float, answer: Any, waited: bool = False
    ) -> None:
        """One request over HTTP. Identifiers and amounts are picked out of the answer."""
        assert self._stream is not None
        self.calls += 1
        row = {
            "step": self.step,
            "actor": actor,
            "method": method,
            "path": path,
            "status": status,
            "ms": round(ms, 1),
            "ids": _picked(answer, lambda name: name == "id" or name.endswith("_id")),
            "money": _picked(answer, lambda name: name.endswith("_cents")),
        }
        self._stream.write(json.dumps({**row, "waited": True} if waited else row) + "\n")

    def tell(self, what: str, *, ids: str = "", cents: int | None = None, currency: str = "", ms: float = 0) -> None:
        """A line for people: time since the start, step, what, money, identifier, milliseconds."""
        if self.quiet:
            return
        amount = money(cents, currency) if cents is not None else ""
        took = f"{ms:,.0f} ms" if ms else ""
        since = time.monotonic() - self.started
        sys.stdout.write(f"{since:6.1f}s  {self.step:<3} {what:<88.88} {amount:>13}  {ids:<8.8} {took:>9}\n")
        sys.stdout.flush()

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None


def money(cents: int, currency: str) -> str:
    return f"{SYMBOLS.get(currency, '')}{cents // 100:,}.{cents % 100:02d}"


def _picked(answer: Any, wanted: Any) -> dict[str, Any]:
    if not isinstance(answer, dict):
        return {}
    return {name: value for name, value in answer.items() if wanted(name) and isinstance(value, (str, int))}
