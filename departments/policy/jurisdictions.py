"""Does a department cover a place?"""

from __future__ import annotations

import json
from functools import lru_cache

from departments.policy.canonical import canonical_json
from departments.policy.documents import Policy
from geo.areas import Area, area_from_geojson, place_matches, postal_code_matches
from geo.points import Point


def covers(*, policy: Policy, point: Point, postal_code: str = "", place_name: str = "") -> bool:
    """By polygon when the policy draws any: a pin is better than a name. Else by postal prefixes, else by places."""
    area = policy.jurisdiction
    if area.polygons:
        return any(_area(canonical_json(polygon)).contains(point) for polygon in area.polygons)
    return postal_code_matches(postal_code, area.postal_prefixes) or place_matches(place_name, area.places)


def is_inside(
    *, policy: Policy, latitude: float | None, longitude: float | None, postal_code: str = "", place_name: str = ""
) -> bool | None:
    """As `covers`, over what is known of a place; None when that cannot decide it."""
    area = policy.jurisdiction
    if latitude is not None and longitude is not None:
        return covers(policy=policy, point=Point(latitude, longitude), postal_code=postal_code, place_name=place_name)
    by_code, by_name = bool(postal_code and area.postal_prefixes), bool(place_name and area.places)
    if not by_code and not by_name:
        return None
    return postal_code_matches(postal_code, area.postal_prefixes) or place_matches(place_name, area.places)


@lru_cache(maxsize=512)
def _area(text: str) -> Area:
    return area_from_geojson(json.loads(text))
