"""Addresses as people type them, placed without a network."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from geopy.exc import GeocoderTimedOut

from geo.geocoding import AddressNotFound, GeocoderUnavailable, geocode, geocoder_named
from geo.points import Point
from geo.provider_geocoding import ProviderGeocoder, _google, _nominatim, _opencage, _pelias

offline = geocoder_named("offline")


@pytest.mark.parametrize(
    ("text", "precision", "name", "region", "country", "code", "zone"),
    [
        ("150 King St, Oakville ON L6J 1A1", "postal", "Oakville", "ON", "CA", "L6J 1A1", "America/Toronto"),
        ("l6j1a1", "postal", "Oakville", "ON", "CA", "L6J 1A1", "America/Toronto"),
        ("Somewhere in L9T", "postal", "Milton", "ON", "CA", "L9T", "America/Toronto"),
        ("12345 Main St, Burleson, TX 76028-1234", "postal", "Burleson", "TX", "US", "76028", "America/Chicago"),
        ("76033", "postal", "Cleburne", "TX", "US", "76033", "America/Chicago"),
        ("12345 Lakeshore Rd, Oakville, Ontario, Canada", "city", "Oakville", "ON", "CA", "", "America/Toronto"),
        ("100 Queen St W Toronto ON", "city", "Toronto", "ON", "CA", "", "America/Toronto"),
        ("1 Main St, new york, NY", "city", "New York", "NY", "US", "", "America/New_York"),
        ("St. John's, NL", "city", "St. John's", "NL", "CA", "", "America/St_Johns"),
        ("Phoenix, Arizona, USA", "city", "Phoenix", "AZ", "US", "", "America/Phoenix"),
    ],
)
def test_offline(text, precision, name, region, country, code, zone):
    place = offline.geocode(text)
    assert (place.precision, place.place_name, place.region) == (precision, name, region)
    assert (place.country, place.postal_code, place.time_zone) == (country, code, zone)
    assert not place.arms_fence


def test_latitude_and_longitude_are_not_swapped():
    place = offline.geocode("L6J 1A1")
    assert place.point.latitude == pytest.approx(43.44, abs=0.05)
    assert place.point.longitude == pytest.approx(-79.67, abs=0.05)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "\x00",
        "nowhere at all",
        "99999",
        "D0F 1A1",
        "<script>alert(1)</script>",
        "=1+1",
        "%",
        "Oak%, ON",
        "x" * 501,
        "ON",
        ", ON",
    ],
)
def test_what_cannot_be_placed_is_refused_with_a_way_forward(text):
    with pytest.raises(AddressNotFound) as refused:
        offline.geocode(text)
    assert "postal code" in refused.value.message
    assert len(refused.value.message) < 250


def test_the_configured_geocoder_is_offline_by_default(settings):
    settings.GEOCODER = ""
    assert geocode("76033").place_name == "Cleburne"


def test_unknown_providers_are_refused_at_start():
    with pytest.raises(ValueError, match="choose"):
        geocoder_named("carrier-pigeon")
    with pytest.raises(ValueError, match="USER_AGENT"):
        geocoder_named("nominatim")


def location(**raw):
    return SimpleNamespace(latitude=43.45, longitude=-79.68, raw=raw)


@pytest.mark.parametrize(
    ("read", "raw"),
    [
        (
            _nominatim,
            {
                "address": {
                    "house_number": "150",
                    "road": "King Street",
                    "town": "Oakville",
                    "state": "Ontario",
                    "country_code": "ca",
                    "postcode": "L6J 1A1",
                }
            },
        ),
        (
            _pelias,
            {
                "properties": {
                    "layer": "address",
                    "locality": "Oakville",
                    "region": "Ontario",
                    "country_a": "CAN",
                    "postalcode": "L6J 1A1",
                }
            },
        ),
        (
            _google,
            {
                "geometry": {"location_type": "ROOFTOP"},
                "address_components": [
                    {"types": ["locality"], "long_name": "Oakville"},
                    {"types": ["administrative_area_level_1"], "short_name": "ON"},
                    {"types": ["country"], "short_name": "CA"},
                    {"types": ["postal_code"], "long_name": "L6J 1A1"},
                ],
            },
        ),
        (
            _opencage,
            {
                "components": {
                    "house_number": "150",
                    "city": "Oakville",
                    "state": "Ontario",
                    "country_code": "ca",
                    "postcode": "L6J 1A1",
                }
            },
        ),
    ],
)
def test_every_provider_reads_to_the_same_place(read, raw):
    place = ProviderGeocoder(lambda text: location(**raw), read).geocode("150 King St, Oakville")
    assert place.point == Point(43.45, -79.68)
    assert (place.precision, place.place_name, place.region, place.country) == ("rooftop", "Oakville", "ON", "CA")
    assert (place.postal_code, place.time_zone) == ("L6J 1A1", "America/Toronto")
    assert place.arms_fence


def test_a_provider_that_finds_nothing_or_does_not_answer():
    with pytest.raises(AddressNotFound):
        ProviderGeocoder(lambda text: None, _nominatim).geocode("nowhere")
    abroad = {"address": {"city": "Paris", "state": "Île-de-France", "country_code": "fr"}}
    with pytest.raises(AddressNotFound):
        ProviderGeocoder(lambda text: location(**abroad), _nominatim).geocode("Paris")

    def silent(text):
        raise GeocoderTimedOut("too slow")

    with pytest.raises(GeocoderUnavailable):
        ProviderGeocoder(silent, _nominatim).geocode("Oakville")
