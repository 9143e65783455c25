"""The geocoder of production: one of geopy's providers, behind the same port as the offline table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geopy.exc import GeopyError
from geopy.geocoders import GoogleV3, Nominatim, OpenCage, Pelias

from geo.geocoding import AddressNotFound, GeocodedPlace, GeocoderUnavailable, Precision, tidy
from geo.points import Point
from geo.regions import region_code
from geo.timezones import zone_at

TIMEOUT_SECONDS = 5


class ProviderGeocoder:
    def __init__(self, ask: Callable[[str], Any], read: Callable[[Any], GeocodedPlace | None]) -> None:
        self._ask = ask
        self._read = read

    @classmethod
    def named(cls, name: str, *, user_agent: str, domain: str, api_key: str) -> ProviderGeocoder:
        if name == "nominatim":
            if not user_agent:
                raise ValueError("Nominatim asks every user for a GEOCODER_USER_AGENT that names them.")
            client = Nominatim(user_agent=user_agent, timeout=TIMEOUT_SECONDS, **({"domain": domain} if domain else {}))
            return cls(lambda text: client.geocode(text, addressdetails=True, country_codes=["ca", "us"]), _nominatim)
        if name == "pelias":
            pelias = Pelias(domain=domain, api_key=api_key or None, timeout=TIMEOUT_SECONDS)
            return cls(lambda text: pelias.geocode(text), _pelias)
        if name == "google":
            google = GoogleV3(api_key=api_key, timeout=TIMEOUT_SECONDS)
            return cls(lambda text: google.geocode(text), _google)
        if name == "opencage":
            opencage = OpenCage(api_key=api_key, timeout=TIMEOUT_SECONDS)
            return cls(lambda text: opencage.geocode(text, country="ca,us"), _opencage)
        raise ValueError(f"Unknown geocoder “{name}”: choose offline, nominatim, pelias, google or opencage.")

    def geocode(self, text: str) -> GeocodedPlace:
        line = tidy(text)
        try:
            location = self._ask(line)
        except GeopyError as error:
            raise GeocoderUnavailable(
                "The address service did not answer. Try again in a minute, or place the pin by hand."
            ) from error
        place = self._read(location) if location is not None else None
        if place is None:
            raise AddressNotFound(line)
        return place


def _built(
    location: Any, precision: Precision, name: str, region: str, country: str, postal_code: str
) -> GeocodedPlace | None:
    point = Point(float(location.latitude), float(location.longitude))
    code = region_code(region)
    if code is None or country.upper() not in ("CA", "US"):
        return None
    return GeocodedPlace(point, precision, name, code, country.upper(), postal_code, zone_at(point))


def _town(address: dict[str, Any]) -> str:
    for key in ("city", "town", "village", "municipality", "hamlet", "county"):
        if address.get(key):
            return str(address[key])
    return ""


def _nominatim(location: Any) -> GeocodedPlace | None:
    address = location.raw.get("address", {})
    if address.get("house_number"):
        precision: Precision = "rooftop"
    elif address.get("road"):
        precision = "street"
    else:
        precision = "postal" if address.get("postcode") else "city"
    return _built(
        location,
        precision,
        _town(address),
        address.get("state", ""),
        address.get("country_code", ""),
        address.get("postcode", ""),
    )


def _pelias(location: Any) -> GeocodedPlace | None:
    found = location.raw.get("properties", {})
    layers: dict[str, Precision] = {
        "address": "rooftop",
        "venue": "rooftop",
        "street": "street",
        "postalcode": "postal",
    }
    precision = layers.get(found.get("layer", ""), "city")
    if found.get("accuracy") == "centroid" and precision == "rooftop":
        precision = "street"
    country = {"CAN": "CA", "USA": "US"}.get(found.get("country_a", ""), "")
    return _built(
        location, precision, found.get("locality", ""), found.get("region", ""), country, found.get("postalcode", "")
    )


def _google(location: Any) -> GeocodedPlace | None:
    parts = {kind: part for part in location.raw.get("address_components", []) for kind in part.get("types", [])}
    kinds: dict[str, Precision] = {"ROOFTOP": "rooftop", "RANGE_INTERPOLATED": "street", "GEOMETRIC_CENTER": "street"}
    precision = kinds.get(location.raw.get("geometry", {}).get("location_type", ""), "postal")
    return _built(
        location,
        precision,
        parts.get("locality", {}).get("long_name", ""),
        parts.get("administrative_area_level_1", {}).get("short_name", ""),
        parts.get("country", {}).get("short_name", ""),
        parts.get("postal_code", {}).get("long_name", ""),
    )


def _opencage(location: Any) -> GeocodedPlace | None:
    found = location.raw.get("components", {})
    if found.get("house_number"):
        precision: Precision = "rooftop"
    else:
        precision = "street" if found.get("road") else ("postal" if found.get("postcode") else "city")
    return _built(
        location,
        precision,
        _town(found),
        found.get("state", ""),
        found.get("country_code", ""),
        found.get("postcode", ""),
    )
