"""A home's cell: what others may know of it, and nothing finer by any number of questions."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.distances import metres_between
from geo.points import Point
from geo.vicinities import LARGEST_ERROR_METRES, vicinity_band, vicinity_of, vicinity_rank

places = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))


@given(places)
def test_a_home_is_near_the_middle_of_its_cell_and_that_is_the_cells_own(home: Point) -> None:
    middle = vicinity_of(home)
    assert vicinity_of(middle) == middle
    assert metres_between(home, middle) < LARGEST_ERROR_METRES * 0.8


@given(st.floats(-89, 89), st.floats(-180, 180))
def test_cells_are_at_least_ten_kilometres_wide_and_high(latitude: float, longitude: float) -> None:
    middle = vicinity_of(Point(latitude, longitude))
    for bearing_north, bearing_east in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        near = Point(
            max(-90, min(90, middle.latitude + bearing_north * 0.045)),
            _wrapped(middle.longitude + bearing_east * 0.045 / math.cos(math.radians(middle.latitude))),
        )
        assert vicinity_of(near) == middle, "5 km from the middle is still the same cell"


@pytest.mark.parametrize("longitude", [180.0, -180.0])
def test_the_date_line_is_one_line(longitude: float) -> None:
    assert vicinity_of(Point(0.05, longitude)) == vicinity_of(Point(0.05, -180.0))


@given(places, places)
def test_no_venue_tells_two_homes_of_a_cell_apart(home: Point, venue: Point) -> None:
    middle = vicinity_of(home)
    assert vicinity_band(home, venue) == vicinity_band(middle, venue)
    assert vicinity_rank(home, venue, "mi") == vicinity_rank(middle, venue, "mi")


def _wrapped(longitude: float) -> float:
    return (longitude + 180) % 360 - 180
