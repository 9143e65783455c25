"""Addresses placed without a network: centroids of ZIP codes and of Canadian forward sortation areas, else of cities.

The tables come with two small packages. Whole-table calls are avoided: listing every ZIP code costs 150 MB for good.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from functools import lru_cache
from typing import Any

import pypostalcode
import zipcodes

from geo.geocoding import AddressNotFound, GeocodedPlace, tidy
from geo.points import Point
from geo.regions import PROVINCES, STATES, country_of, region_code
from geo.timezones import zone_at

# Canada Post never uses D, F, I, O, Q, U; W and Z do not begin a code.
_CANADIAN = re.compile(r"\b([ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z])(?:[ -]?(\d[ABCEGHJ-NPRSTV-Z]\d))?\b", re.IGNORECASE)
_ZIP = re.compile(r"\b(\d{5})(?:-\d{4})?\b")
_COUNTRY_AT_END = re.compile(r"[,\s]+(?:canada|usa|u\.s\.a\.|united states(?: of america)?)$", re.IGNORECASE)
_QUARTERS = {
    "north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest", "central", "downtown",
    "outer", "inner", "upper", "lower",
}  # fmt: skip


class OfflineGeocoder:
    """Precision `postal` (median error about 1.4 km) or `city`; never finer."""

    def geocode(self, text: str) -> GeocodedPlace:
        return _geocode(tidy(text))


@lru_cache(maxsize=2048)
def _geocode(line: str) -> GeocodedPlace:
    place = _by_canadian_code(line) or _by_zip(line) or _by_city(line)
    if place is None:
        raise AddressNotFound(line)
    return place


def _by_canadian_code(line: str) -> GeocodedPlace | None:
    for match in reversed(list(_CANADIAN.finditer(line))):
        area, unit = match.group(1).upper(), (match.group(2) or "").upper()
        rows = _canadian_rows("SELECT city, province, latitude, longitude FROM PostalCodes WHERE fsa = ?", (area,))
        if rows:
            city, province, latitude, longitude = rows[0]
            code = region_code(province) or ""
            return _place(
                Point(latitude, longitude), "postal", _town(city), code, "CA", f"{area} {unit}" if unit else area
            )
    return None


def _by_zip(line: str) -> GeocodedPlace | None:
    # From the end: a street number may have five digits too.
    for match in reversed(list(_ZIP.finditer(line))):
        if (
            match.start() == 0
            and match.end() < len(line)
            and not line[match.end() :].lstrip(" ,").upper().startswith("US")
        ):
            continue
        for row in zipcodes.matching(match.group(1)):
            if row["state"] in STATES and _has_position(row):
                return _place(_zip_point(row), "postal", row["city"], row["state"], "US", row["zip_code"])
    return None


def _by_city(line: str) -> GeocodedPlace | None:
    without_country = _COUNTRY_AT_END.sub("", line)
    words = without_country.replace(",", " , ").split()
    for length in (4, 3, 2, 1):
        if len(words) <= length:
            continue
        code = region_code(" ".join(words[-length:]))
        if code is None:
            continue
        before = " ".join(words[:-length]).rstrip(" ,")
        part = before.rsplit(",", 1)[-1].split()
        # The city is the last comma part; without commas, try its longest tail that is one.
        for start in range(len(part)):
            name = " ".join(part[start:])
            found = _canadian_city(name, code) if country_of(code) == "CA" else _american_city(name, code)
            if found is not None:
                return found
        return None
    return None


def _american_city(name: str, state: str) -> GeocodedPlace | None:
    for spelling in dict.fromkeys((name, name.title(), name.replace("St ", "Saint ").title())):
        rows = [row for row in zipcodes.filter_by(city=spelling, state=state) if _has_position(row)]
        if rows:
            standard = [row for row in rows if row["zip_code_type"] == "STANDARD"] or rows
            return _place(_middle([_zip_point(row) for row in standard]), "city", rows[0]["city"], state, "US", "")
    return None


def _canadian_city(name: str, province: str) -> GeocodedPlace | None:
    pattern = "".join(f"\\{character}" if character in "%_\\" else character for character in name)
    rows = _canadian_rows(
        "SELECT city, province, latitude, longitude FROM PostalCodes WHERE city LIKE ? ESCAPE '\\' AND province LIKE ?",
        (f"%{pattern}%", PROVINCES[province]),
    )
    same = [row for row in rows if _town(row[0]).casefold() == name.casefold()]
    if not same:
        return None
    points = [Point(latitude, longitude) for _, _, latitude, longitude in same]
    return _place(_middle(points), "city", _town(same[0][0]), province, "CA", "")


def _canadian_rows(sql: str, parameters: tuple[str, ...]) -> Sequence[tuple[str, str, float, float]]:
    """Rows of the bundled table."""
    path = f"file:{pypostalcode.db_location}?mode=ro&immutable=1"
    with closing(sqlite3.connect(path, uri=True)) as connection:
        found: list[Any] = connection.execute(sql, parameters).fetchall()
    return [(row[0], row[1], float(row[2]), float(row[3])) for row in found]


def _town(city: str) -> str:
    """The table names parts of towns, “Oakville Northeast” or “Downtown Toronto (King and Spadina)”: the town alone."""
    words = city.split(" (")[0].split("/")[0].split()
    while len(words) > 1 and words[-1].casefold() in _QUARTERS:
        words.pop()
    while len(words) > 1 and words[0].casefold() == "downtown":
        words.pop(0)
    return " ".join(words)


def _zip_point(row: dict[str, Any]) -> Point:
    return Point(float(row["lat"]), float(row["long"]))


def _has_position(row: dict[str, Any]) -> bool:
    try:
        return bool(row["active"]) and abs(float(row["lat"])) + abs(float(row["long"])) > 1
    except (TypeError, ValueError):
        return False


def _middle(points: Sequence[Point]) -> Point:
    return Point(
        round(sum(point.latitude for point in points) / len(points), 6),
        round(sum(point.longitude for point in points) / len(points), 6),
    )


def _place(point: Point, precision: Any, name: str, region: str, country: str, postal_code: str) -> GeocodedPlace:
    return GeocodedPlace(point, precision, name, region, country, postal_code, zone_at(point))
