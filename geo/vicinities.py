"""Where somebody lives as anybody else may know it: a cell of about eleven kilometres, whatever is asked of it.

A band alone does not hide a home. Whoever may choose the venue moves it until the band changes, and a few such edges
cross in one point. So distances that another person sees are measured from the middle of the home's cell: every home of
a cell gives the same answers to all questions together, however many and however clever.
"""

from __future__ import annotations

import math
from typing import Literal

from geo.distances import band, band_rank, metres_between
from geo.points import Point

_ROW_DEGREES = 0.1
# Half the diagonal of a cell, and the sphere's own error at the largest travel radius.
LARGEST_ERROR_METRES = 20_000
_ROWS = round(180 / _ROW_DEGREES)


def vicinity_of(home: Point) -> Point:
    """The middle of the cell that holds `home`. Cells are 11 km high and at least as wide, also near the poles."""
    row = min(_ROWS - 1, math.floor((home.latitude + 90) / _ROW_DEGREES))
    latitude = -90 + (row + 0.5) * _ROW_DEGREES
    columns = max(1, math.floor(360 * math.cos(math.radians(latitude)) / _ROW_DEGREES))
    # 180 degrees east is 180 degrees west.
    column = math.floor((home.longitude + 180) / 360 * columns) % columns
    return Point(round(latitude, 6), round(-180 + (column + 0.5) * 360 / columns, 6))


def vicinity_metres(home: Point, place: Point) -> float:
    """From the middle of the home's cell: for bands, and for whatever else another person may learn."""
    return metres_between(vicinity_of(home), place)


def vicinity_band(home: Point, place: Point, unit: Literal["km", "mi"] = "km") -> str:
    return band(vicinity_metres(home, place), unit)


def vicinity_rank(home: Point, place: Point, unit: Literal["km", "mi"] = "km") -> int:
    """The band's place in the row: lists that others see are in no finer order."""
    return band_rank(vicinity_metres(home, place), unit)
