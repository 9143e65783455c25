"""From an address as typed to a place on the map. A port, and the way to choose what stands behind it.

A place with precision `postal` or `city` is good for search, price and time zone; it never arms a geofence.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal, Protocol

from geo.points import Point
from kernel.errors import InvalidInput, Refusal

Precision = Literal["rooftop", "street", "postal", "city"]
MAXIMUM_TEXT_LENGTH = 500


class AddressNotFound(InvalidInput):
    code = "address_not_found"

    def __init__(self, text: str) -> None:
        shown = text if len(text) <= 80 else text[:79] + "…"
        super().__init__(
            f"We could not place “{shown}”. Add the postal code or ZIP code, or the city with its province or state.",
            field="address",
            text=shown,
        )


class GeocoderUnavailable(Refusal):
    """The provider did not answer: try again, or place the pin by hand."""

    code = "geocoder_unavailable"


@dataclass(frozen=True, slots=True)
class GeocodedPlace:
    """`region` is the two-letter state or province, `country` the two-letter ISO code, `time_zone` an IANA name."""

    point: Point
    precision: Precision
    place_name: str
    region: str
    country: str
    postal_code: str
    time_zone: str

    @property
    def arms_fence(self) -> bool:
        return self.precision == "rooftop"


class Geocoder(Protocol):
    def geocode(self, text: str) -> GeocodedPlace:
        """Raises AddressNotFound, GeocoderUnavailable."""


@cache
def geocoder_named(name: str, *, user_agent: str = "", domain: str = "", api_key: str = "") -> Geocoder:
    """`offline`, or a provider of geopy: `nominatim`, `pelias`, `google`, `opencage`. Raises ValueError for others."""
    if name == "offline":
        from geo.offline_geocoding import OfflineGeocoder

        return OfflineGeocoder()
    from geo.provider_geocoding import ProviderGeocoder

    return ProviderGeocoder.named(name, user_agent=user_agent, domain=domain, api_key=api_key)


def configured_geocoder() -> Geocoder:
    """By the settings GEOCODER, GEOCODER_USER_AGENT, GEOCODER_DOMAIN and GEOCODER_API_KEY; offline when unset."""
    from django.conf import settings

    return geocoder_named(
        getattr(settings, "GEOCODER", "") or "offline",
        user_agent=getattr(settings, "GEOCODER_USER_AGENT", ""),
        domain=getattr(settings, "GEOCODER_DOMAIN", ""),
        api_key=getattr(settings, "GEOCODER_API_KEY", ""),
    )


def geocode(text: str) -> GeocodedPlace:
    """Place an address by the configured geocoder. A provider may take seconds: never call this in a transaction."""
    return configured_geocoder().geocode(text)


def tidy(text: str) -> str:
    """One line, single spaces, no control characters. Raises AddressNotFound for nothing, or for far too much."""
    if len(text) > MAXIMUM_TEXT_LENGTH:
        raise AddressNotFound(text)
    line = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    if not line:
        raise AddressNotFound(text)
    return line
