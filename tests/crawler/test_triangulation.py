"""Where an officer lives, asked of everything that others may read: pages, endpoints, files, lists and their order.

The same world is read twice, with the officer's home in two corners of one cell, fifteen kilometres apart. Whoever
could tell the two readings apart could find the home better than by its band.
"""

import pytest

from geo.points import Point
from geo.vicinities import vicinity_of
from marketplace.models import Officer, OfficerPrivate, OfficerReach
from tenants.context import acting_as, matching_context
from tests.crawler.checks import everything_read
from tests.crawler.visiting import Visits
from tests.crawler.world import World

_READERS = ("client_a1", "agency", "coordinator_a", "officer_a2")
# It makes a one-time code at every visit.
_NEVER_ALIKE = {"/join/onward/"}


@pytest.fixture
def officer(world: World) -> Officer:
    return Officer.objects.get(person=world.actors["officer_a1"].person)


def _move(officer: Officer, *, north: float, east: float) -> None:
    with matching_context():
        reach = OfficerReach.objects.get(officer_id=officer.id)
        middle = vicinity_of(Point(reach.latitude, reach.longitude))
        home = Point(middle.latitude + north, middle.longitude + east)
        assert vicinity_of(home) == middle
        OfficerReach.objects.filter(officer_id=officer.id).update(latitude=home.latitude, longitude=home.longitude)
    with acting_as(purpose="request", person_id=officer.person_id):
        moved = OfficerPrivate.objects.filter(officer_id=officer.id).update(
            home_latitude=home.latitude, home_longitude=home.longitude
        )
    assert moved == 1


@pytest.mark.parametrize("name", _READERS)
def test_nobody_else_reads_a_difference_between_two_homes_of_one_cell(
    world: World, visits: Visits, officer: Officer, name: str
) -> None:
    _move(officer, north=0.049, east=0.066)
    before = everything_read(world, visits, name)
    _move(officer, north=-0.049, east=-0.066)
    after = everything_read(world, visits, name)
    assert before.keys() == after.keys()
    assert {path for path in before if before[path] != after[path]} <= _NEVER_ALIKE
    assert len(before) > 10


def test_the_officer_does_read_one(world: World, visits: Visits, officer: Officer) -> None:
    """Without this, two readings that look at nothing would pass."""
    _move(officer, north=0.049, east=0.066)
    before = everything_read(world, visits, "officer_a1")
    _move(officer, north=-0.049, east=-0.066)
    after = everything_read(world, visits, "officer_a1")
    told = {path for path in before if before[path] != after[path]}
    assert "/officer/near-me/" in told
    assert "/api/v1/officer/shifts" in told
