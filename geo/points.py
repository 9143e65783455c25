"""A place on Earth: WGS 84 degrees, always latitude first."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kernel.errors import InvalidInput


class CoordinatesInvalid(InvalidInput):
    code = "coordinates_invalid"

    def __init__(self, latitude: object, longitude: object) -> None:
        super().__init__(
            "That is not a place on Earth: latitude goes from -90 to 90, longitude from -180 to 180. Move the pin.",
            field="latitude",
            latitude=str(latitude),
            longitude=str(longitude),
        )


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees. Raises CoordinatesInvalid for NaN, infinities, values out of range and things that are not numbers."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        for value, limit in ((self.latitude, 90.0), (self.longitude, 180.0)):
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise CoordinatesInvalid(self.latitude, self.longitude)
            if not math.isfinite(value) or abs(value) > limit:
                raise CoordinatesInvalid(self.latitude, self.longitude)

    def rounded(self, decimals: int) -> Point:
        return Point(round(self.latitude, decimals), round(self.longitude, decimals))


def parse_point(latitude: object, longitude: object) -> Point:
    """A point from form or JSON input, text or numbers. Raises CoordinatesInvalid."""
    try:
        return Point(float(str(latitude).strip()), float(str(longitude).strip()))
    except ValueError:
        raise CoordinatesInvalid(latitude, longitude) from None
