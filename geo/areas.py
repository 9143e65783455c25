"""Is a point inside an area? GeoJSON polygons with holes, by ray casting in degrees.

Degrees as a plane are right for areas the size of a county. A ring that spans more than half the globe, or crosses the
antimeridian, is refused rather than answered wrongly.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geo.points import CoordinatesInvalid, Point
from kernel.errors import InvalidInput


class AreaInvalid(InvalidInput):
    code = "area_invalid"


Ring = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Polygon:
    outer: Ring
    holes: tuple[Ring, ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    """A point on an outer edge is inside; a point on the edge of a hole is inside too."""

    polygons: tuple[Polygon, ...]

    def contains(self, point: Point) -> bool:
        return any(
            _inside_or_on(point, polygon.outer) and not any(_strictly_inside(point, hole) for hole in polygon.holes)
            for polygon in self.polygons
        )

    def bounds(self) -> tuple[Point, Point]:
        """South-west and north-east corners."""
        points = [point for polygon in self.polygons for point in polygon.outer]
        return (
            Point(min(point.latitude for point in points), min(point.longitude for point in points)),
            Point(max(point.latitude for point in points), max(point.longitude for point in points)),
        )


def area_from_geojson(geometry: Mapping[str, Any]) -> Area:
    """Read a GeoJSON Polygon or MultiPolygon, or a Feature holding one. Raises AreaInvalid."""
    if geometry.get("type") == "Feature" and isinstance(geometry.get("geometry"), Mapping):
        geometry = geometry["geometry"]
    coordinates = geometry.get("coordinates")
    if geometry.get("type") == "Polygon":
        members: Any = [coordinates]
    elif geometry.get("type") == "MultiPolygon":
        members = coordinates
    else:
        raise AreaInvalid("An area is a GeoJSON Polygon or MultiPolygon.")
    if not isinstance(members, Sequence) or isinstance(members, str) or not members:
        raise AreaInvalid("The area has no coordinates.")
    return Area(tuple(_polygon(member) for member in members))


def _polygon(rings: Any) -> Polygon:
    if not isinstance(rings, Sequence) or isinstance(rings, str) or not rings:
        raise AreaInvalid("A polygon needs an outer ring.")
    outer, *holes = [_ring(ring) for ring in rings]
    return Polygon(outer, tuple(holes))


def _ring(positions: Any) -> Ring:
    if not isinstance(positions, Sequence) or isinstance(positions, str) or len(positions) < 4:
        raise AreaInvalid("A ring needs at least four positions, the last one equal to the first.")
    points = []
    for position in positions:
        try:
            longitude, latitude = position[0], position[1]
            points.append(Point(float(latitude), float(longitude)))
        except (TypeError, ValueError, IndexError, KeyError, CoordinatesInvalid):
            raise AreaInvalid(f"{position!r} is not a position: write [longitude, latitude].") from None
    if points[0] != points[-1]:
        raise AreaInvalid("A ring must end where it begins.", first=str(positions[0]), last=str(positions[-1]))
    longitudes = [point.longitude for point in points]
    if max(longitudes) - min(longitudes) > 180:
        raise AreaInvalid("A ring may not cross the antimeridian; split it there.")
    return tuple(points)


def _inside_or_on(point: Point, ring: Ring) -> bool:
    return _on_edge(point, ring) or _crossings_are_odd(point, ring)


def _strictly_inside(point: Point, ring: Ring) -> bool:
    return not _on_edge(point, ring) and _crossings_are_odd(point, ring)


def _crossings_are_odd(point: Point, ring: Ring) -> bool:
    inside = False
    for start, end in itertools.pairwise(ring):
        if (start.latitude > point.latitude) != (end.latitude > point.latitude):
            share = (point.latitude - start.latitude) / (end.latitude - start.latitude)
            if point.longitude < start.longitude + share * (end.longitude - start.longitude):
                inside = not inside
    return inside


def _on_edge(point: Point, ring: Ring) -> bool:
    for start, end in itertools.pairwise(ring):
        across = (point.longitude - start.longitude) * (end.latitude - start.latitude) - (
            point.latitude - start.latitude
        ) * (end.longitude - start.longitude)
        if (
            abs(across) < 1e-12
            and min(start.latitude, end.latitude) <= point.latitude <= max(start.latitude, end.latitude)
            and min(start.longitude, end.longitude) <= point.longitude <= max(start.longitude, end.longitude)
        ):
            return True
    return False


def postal_code_matches(postal_code: str, prefixes: Sequence[str]) -> bool:
    """Compare without spaces, hyphens and case: `l6j 1a1` matches the prefix `L6J`."""
    code = _squeezed(postal_code)
    return bool(code) and any(code.startswith(_squeezed(prefix)) for prefix in prefixes if _squeezed(prefix))


def place_matches(place_name: str, places: Sequence[str]) -> bool:
    wanted = " ".join(place_name.split()).casefold()
    return bool(wanted) and any(wanted == " ".join(place.split()).casefold() for place in places)


def _squeezed(text: str) -> str:
    return "".join(character for character in text.upper() if character.isalnum())
