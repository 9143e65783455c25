"""What happens when the department's own schedule claims time that an officer has promised to a detail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class DutyConflicts:
    """`release` takes the officer off so many hours before the start, or at once when no hours are given."""

    action: Literal["notify", "release"] = "notify"
    release_hours_before_start: int | None = None
