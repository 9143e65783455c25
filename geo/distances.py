"""Distances on the ellipsoid, and the bands that are all most people may see of them."""

from __future__ import annotations

import itertools
from typing import Literal

from geopy.distance import geodesic

from geo.points import Point

METRES_PER_MILE = 1609.344
# Exact distances from three places would give a home away: only the officer sees one, everybody else a band.
_BAND_EDGES = (5, 10, 20, 40, 80)


def metres_between(start: Point, end: Point) -> float:
    """Geodesic (WGS 84) metres."""
    metres: float = geodesic((start.latitude, start.longitude), (end.latitude, end.longitude)).meters
    return metres


def band(metres: float, unit: Literal["km", "mi"] = "km") -> str:
    """“under 5 km”, “5–10 km”, …, “over 80 km”; a band includes its lower edge."""
    distance = metres / (1000.0 if unit == "km" else METRES_PER_MILE)
    if distance < _BAND_EDGES[0]:
        return f"under {_BAND_EDGES[0]} {unit}"
    for lower, upper in itertools.pairwise(_BAND_EDGES):
        if distance < upper:
            return f"{lower}–{upper} {unit}"
    return f"over {_BAND_EDGES[-1]} {unit}"


def band_rank(metres: float, unit: Literal["km", "mi"] = "km") -> int:
    """The band's place in the row, for sorting lists that may not show a finer order."""
    distance = metres / (1000.0 if unit == "km" else METRES_PER_MILE)
    return sum(distance >= edge for edge in _BAND_EDGES)
