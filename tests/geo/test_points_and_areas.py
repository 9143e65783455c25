"""Coordinates that are no place, polygons with holes, distances and their bands."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.areas import Area, AreaInvalid, area_from_geojson, place_matches, postal_code_matches
from geo.distances import band, band_rank, metres_between
from geo.points import CoordinatesInvalid, Point, parse_point


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(90.0001, 0), (-90.1, 0), (0, 180.1), (0, -181), (math.nan, 0), (0, math.nan), (math.inf, 0), ("1", 0), (True, 0)],
)
def test_no_place_on_earth(latitude, longitude):
    with pytest.raises(CoordinatesInvalid):
        Point(latitude, longitude)


@pytest.mark.parametrize(("latitude", "longitude"), [("nan", "0"), ("", ""), ("1,5", "2"), (None, None), ("inf", "1")])
def test_form_input_that_is_no_place(latitude, longitude):
    with pytest.raises(CoordinatesInvalid):
        parse_point(latitude, longitude)


def test_the_corners_of_the_earth_are_places():
    assert parse_point(" 90 ", "-180") == Point(90.0, -180.0)


def square(west: float, south: float, size: float) -> list[list[float]]:
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def holed() -> Area:
    return area_from_geojson({"type": "Polygon", "coordinates": [square(0, 0, 10), square(4, 4, 2)]})


@pytest.mark.parametrize(
    ("latitude", "longitude", "inside"),
    [
        (1, 1, True),
        (5, 5, False),
        (4, 5, True),
        (0, 0, True),
        (10, 10, True),
        (5, 10, True),
        (5, 10.000001, False),
        (-0.000001, 5, False),
        (5, 4.000001, False),
        (5, 3.999999, True),
    ],
)
def test_polygon_with_a_hole(latitude, longitude, inside):
    assert holed().contains(Point(latitude, longitude)) is inside


def test_multipolygons_and_features():
    area = area_from_geojson(
        {
            "type": "Feature",
            "geometry": {"type": "MultiPolygon", "coordinates": [[square(0, 0, 1)], [square(5, 5, 1)]]},
        }
    )
    assert area.contains(Point(5.5, 5.5))
    assert area.contains(Point(0.5, 0.5))
    assert not area.contains(Point(3, 3))
    assert area.bounds() == (Point(0, 0), Point(6, 6))


@given(
    latitude=st.floats(-20, 20),
    longitude=st.floats(-20, 20),
    west=st.integers(-15, 15),
    south=st.integers(-15, 15),
    size=st.integers(1, 9),
)
def test_a_square_holds_exactly_its_points(latitude, longitude, west, south, size):
    area = area_from_geojson({"type": "Polygon", "coordinates": [square(west, south, size)]})
    expected = south <= latitude <= south + size and west <= longitude <= west + size
    on_the_edge = min(abs(latitude - south), abs(latitude - south - size)) < 1e-9
    on_the_edge |= min(abs(longitude - west), abs(longitude - west - size)) < 1e-9
    assert on_the_edge or area.contains(Point(latitude, longitude)) is expected


@pytest.mark.parametrize(
    "geometry",
    [
        {},
        {"type": "Point", "coordinates": [0, 0]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": None},
        {"type": "Polygon", "coordinates": "ring"},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]},
        {"type": "Polygon", "coordinates": [[[0, 95], [1, 0], [1, 1], [0, 95]]]},
        {"type": "Polygon", "coordinates": [[[179, 0], [-179, 0], [-179, 1], [179, 0]]]},
        {"type": "Polygon", "coordinates": [[["x", 0], [1, 0], [1, 1], ["x", 0]]]},
        {"type": "MultiPolygon", "coordinates": [[]]},
    ],
)
def test_what_is_no_area(geometry):
    with pytest.raises(AreaInvalid):
        area_from_geojson(geometry)


def test_postal_prefixes_and_places():
    assert postal_code_matches("l6j-1a1", ["L6J"])
    assert not postal_code_matches("L6K 1A1", ["L6J"])
    assert not postal_code_matches("", ["L6J"])
    assert not postal_code_matches("L6J", [""])
    assert place_matches("  North  Miami ", ["north miami"])
    assert not place_matches("", [""])


def test_distances_are_geodesic_and_bands_hide_them():
    toronto, oakville = Point(43.6532, -79.3832), Point(43.4675, -79.6877)
    assert metres_between(toronto, oakville) == pytest.approx(32_124, abs=60)
    assert [band(metres) for metres in (0, 4_999, 5_000, 9_999, 79_999, 80_000)] == [
        "under 5 km",
        "under 5 km",
        "5–10 km",
        "5–10 km",
        "40–80 km",
        "over 80 km",
    ]
    assert band(8_047, "mi") == "5–10 mi"
    assert [band_rank(metres) for metres in (0, 5_000, 99_000)] == [0, 1, 5]
