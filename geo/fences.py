"""Was somebody there? A verdict from GPS fixes and a fence.

A verdict never says that somebody lied; it says how much the fixes prove. WEAK and OFFSITE go to a person.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from geo.distances import metres_between
from geo.points import Point
from kernel.errors import InvalidInput

Verdict = Literal["VERIFIED", "NEAR", "WEAK", "OFFSITE"]

DEFAULT_RADIUS_METRES = 150
MINIMUM_RADIUS_METRES = 75
MAXIMUM_RADIUS_METRES = 1000
VERIFIED_ACCURACY_METRES = 100
NEAR_ACCURACY_METRES = 200
NEAR_MARGIN_METRES = 100
VERIFIED_AGE_SECONDS = 30
NEAR_AGE_SECONDS = 120


class FenceInvalid(InvalidInput):
    code = "fence_invalid"


@dataclass(frozen=True, slots=True)
class Fix:
    """One position as the phone reported it. `fixed_at` is already corrected by the phone's known clock offset.

    Accuracy may be 0, negative or NaN here: such a fix is kept as evidence, but proves nothing.
    """

    latitude: float
    longitude: float
    accuracy_metres: float
    fixed_at: datetime
    altitude_metres: float | None = None

    @property
    def point(self) -> Point:
        return Point(self.latitude, self.longitude)

    @property
    def is_usable(self) -> bool:
        return math.isfinite(self.accuracy_metres) and self.accuracy_metres > 0


@dataclass(frozen=True, slots=True)
class Fence:
    """One pin, or a start and an end pin for a moving job. Only a pin set on purpose arms it, no postal centroid."""

    pins: tuple[Point, ...]
    radius_metres: int = DEFAULT_RADIUS_METRES
    armed: bool = True

    def __post_init__(self) -> None:
        if not self.pins:
            raise FenceInvalid("A fence needs at least one pin.")
        if not MINIMUM_RADIUS_METRES <= self.radius_metres <= MAXIMUM_RADIUS_METRES:
            raise FenceInvalid(
                f"The radius must be between {MINIMUM_RADIUS_METRES} and {MAXIMUM_RADIUS_METRES} metres.",
                field="radius_metres",
                radius_metres=self.radius_metres,
            )

    def metres_from(self, point: Point) -> float:
        """To the nearest pin."""
        return min(metres_between(pin, point) for pin in self.pins)


@dataclass(frozen=True, slots=True)
class FenceVerdict:
    verdict: Verdict
    sentence: str
    best_fix: Fix | None = None
    distance_metres: float | None = None
    accuracy_metres: float | None = None
    fix_age_seconds: float | None = None

    @property
    def needs_review(self) -> bool:
        return self.verdict in ("WEAK", "OFFSITE")


def best_fix(fixes: Sequence[Fix]) -> Fix | None:
    """The usable fix of smallest accuracy; the newest of equals. None when none is usable."""
    usable = [fix for fix in fixes if fix.is_usable]
    if not usable:
        return None
    return min(usable, key=lambda fix: (fix.accuracy_metres, -fix.fixed_at.timestamp()))


def judge(*, fence: Fence, fixes: Sequence[Fix], received_at: datetime) -> FenceVerdict:
    """Judge one punch. Raises CoordinatesInvalid when the best fix is not on Earth."""
    fix = best_fix(fixes)
    if fix is None:
        return FenceVerdict("WEAK", "The phone gave no usable position.")
    distance = fence.metres_from(fix.point)
    # A clock that runs ahead does not make a fix younger than new.
    age = max(0.0, (received_at - fix.fixed_at).total_seconds())
    verdict, sentence = _verdict(fence, distance, fix.accuracy_metres, age)
    return FenceVerdict(verdict, sentence, fix, distance, fix.accuracy_metres, age)


def _verdict(fence: Fence, distance: float, accuracy: float, age: float) -> tuple[Verdict, str]:
    radius = fence.radius_metres
    where = f"{distance:.0f} m from the pin, accurate to {accuracy:.0f} m"
    if not fence.armed:
        return "WEAK", "The meeting point was never confirmed on the map, so a position proves little here."
    if accuracy <= max(VERIFIED_ACCURACY_METRES, radius) and distance <= radius and age <= VERIFIED_AGE_SECONDS:
        return "VERIFIED", f"On site: {where}."
    if accuracy > NEAR_ACCURACY_METRES:
        return "WEAK", f"The position is only accurate to {accuracy:.0f} m. Step outside and try again, or say why."
    if age > NEAR_AGE_SECONDS:
        return "WEAK", f"The position is {_age_in_words(age)} old. Try again for a fresh one, or say why."
    if distance <= radius + min(accuracy, NEAR_MARGIN_METRES):
        return "NEAR", f"Near the site: {where}."
    return "OFFSITE", f"Not at the site: {where}; the fence is {radius} m."


def _age_in_words(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h"
