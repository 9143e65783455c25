"""What the checker compared, and what was not the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Report:
    problems: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    compared: int = 0

    def same(self, what: str, expected: Any, found: Any) -> bool:
        """Compare, and write down the two when they differ."""
        self.compared += 1
        if expected == found:
            return True
        self.problems.append(f"{what}: expected {expected}, found {found}")
        return False

    def holds(self, what: str, fact: Any) -> bool:
        self.compared += 1
        if not fact:
            self.problems.append(what)
        return bool(fact)

    def wrong(self, what: str) -> None:
        self.problems.append(what)
