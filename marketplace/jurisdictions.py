"""Which department governs a place, answered from the public shadows of the departments' jurisdictions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from departments import policies
from geo.areas import AreaInvalid, area_from_geojson, place_matches, postal_code_matches
from geo.points import Point
from kernel.subscriptions import Event
from marketplace.models import Jurisdiction, UnservedDemand
from marketplace.refusals import NoCoveringDepartment
from marketplace.terms import JobTerms
from tenants.models import Tenant
from tenants.queries import active_tenants

# A pin inside a drawn boundary says more than a postal code, and that more than a place's name.
_BY_POLYGON, _BY_POSTAL_CODE, _BY_PLACE = 3, 2, 1


def governing_department_id(*, point: Point, postal_code: str, place_name: str, country: str, region: str = "") -> UUID:
    """The active department whose jurisdiction holds the place. Raises NoCoveringDepartment.

    Where several do (a city inside a county), the stronger kind of match wins, then the smaller area.
    """
    departments = {tenant.id: tenant for tenant in active_tenants(kind=Tenant.Kind.DEPARTMENT)}
    found: list[tuple[int, float, str, UUID]] = []
    for row in Jurisdiction.objects.filter(department_id__in=list(departments)):
        tenant = departments[row.department_id]
        if country and tenant.country and tenant.country.upper() != country.upper():
            continue
        same_region = not (region and tenant.region) or tenant.region.upper() == region.upper()
        strength, extent = _match(row, point, postal_code, place_name if same_region else "")
        if strength:
            found.append((-strength, extent, str(row.department_id), row.department_id))
    if not found:
        raise NoCoveringDepartment(place_name)
    return min(found)[-1]


def governing_department_of(*, terms: JobTerms) -> UUID:
    """The same, asked with a job's terms. Raises NoCoveringDepartment."""
    venue = terms.venue
    return governing_department_id(
        point=venue.point,
        postal_code=venue.postal_code,
        place_name=venue.place_name,
        country=venue.country,
        region=venue.region,
    )


def record_unserved_demand(
    *,
    point: Point,
    place_name: str = "",
    region: str = "",
    country: str = "",
    event_type: str = "",
    officers_wanted: int = 0,
    at: datetime,
) -> UnservedDemand:
    """Keep a request that nobody could take, without who asked. Call it outside the transaction that is refused."""
    return UnservedDemand.objects.create(
        latitude=point.latitude,
        longitude=point.longitude,
        place_name=place_name[:120],
        region=region[:8],
        country=country[:2],
        event_type=event_type[:24],
        officers_wanted=officers_wanted,
        asked_at=at,
    )


def on_policy_published(*, event: Event, at: datetime) -> None:
    """Handler of departments.policy_published: an older version that arrives late changes nothing."""
    department_id = UUID(event.payload["department_id"])
    version = int(event.payload["version"])
    jurisdiction = policies.policy_version(department_id=department_id, version=version).jurisdiction
    with transaction.atomic():
        Jurisdiction.objects.get_or_create(department_id=department_id, defaults={"policy_version": 0})
        row = Jurisdiction.objects.select_for_update().get(department_id=department_id)
        if row.policy_version >= version:
            return
        row.policy_version = version
        row.areas = [dict(polygon) for polygon in jurisdiction.polygons]
        row.postal_prefixes = list(jurisdiction.postal_prefixes)
        row.place_names = list(jurisdiction.places)
        row.save(update_fields=["policy_version", "areas", "postal_prefixes", "place_names"])


def _match(row: Jurisdiction, point: Point, postal_code: str, place_name: str) -> tuple[int, float]:
    """Strength of the match, 0 for none, and the extent in square degrees of what matched.

    As in `departments.policy.jurisdictions.covers`: who draws an area is not asked for codes and names as well.
    """
    if row.areas:
        extents = [extent for inside, extent in (_inside(geometry, point) for geometry in row.areas) if inside]
        return (_BY_POLYGON, min(extents)) if extents else (0, 0.0)
    if postal_code_matches(postal_code, row.postal_prefixes):
        return _BY_POSTAL_CODE, 0.0
    if place_matches(place_name, row.place_names):
        return _BY_PLACE, 0.0
    return 0, 0.0


def _inside(geometry: Mapping[str, Any], point: Point) -> tuple[bool, float]:
    try:
        area = area_from_geojson(geometry)
    except AreaInvalid:
        # Policies are validated when they are published; a shape of an older schema must not close the marketplace.
        return False, 0.0
    if not area.contains(point):
        return False, 0.0
    south_west, north_east = area.bounds()
    return True, (north_east.latitude - south_west.latitude) * (north_east.longitude - south_west.longitude)
