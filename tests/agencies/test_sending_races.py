"""Two at an agency's desk send somebody to one empty place; somebody late clocks in while another gets their place.

Without the lock of the shift both have it, with it one."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from marketplace import agency_sending, timekeeping
from marketplace.agency_sending import PlacesNow
from marketplace.models import Assignment, Officer, Shift
from marketplace.refusals import AssignmentEnded
from marketplace.refusals_agency_staffing import EveryPlaceHeld, NotReplaceable
from tests.agencies.test_sending import assigned, punch, send, supplied
from tests.agencies.world import AgencyWorld
from tests.factories.threads import run_together

pytestmark = pytest.mark.usefixtures("committed_database")
Race = Callable[[AgencyWorld], list[Any]]


def two_are_sent(world: AgencyWorld) -> list[Any]:
    shift, first, second = supplied(world), world.engaged(), world.engaged()
    return run_together(lambda: send(world, shift, first, 20), lambda: send(world, shift, second, 20))


def one_is_sent_for_who_comes(world: AgencyWorld) -> list[Any]:
    shift, other = supplied(world), world.engaged()
    late = assigned(world, shift).assignment
    return run_together(
        lambda: send(world, shift, other, 20, in_place_of=late.id), lambda: punch(world, late, "in", 20)
    )


RACES = pytest.mark.parametrize("race", [two_are_sent, one_is_sent_for_who_comes])


@RACES
def test_without_the_lock_both_have_the_place(world: AgencyWorld, race: Race, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting, read = threading.Barrier(2), agency_sending.places_now

    def read_and_wait(**named: Any) -> PlacesNow:
        found = read(**named)
        meeting.wait(timeout=20)
        return found

    def unlocked_assignment(officer: Officer, assignment_id: Any) -> Assignment:
        found = Assignment.objects.select_related("shift__job__venue", "officer", "position").get(id=assignment_id)
        meeting.wait(timeout=20)
        return found

    monkeypatch.setattr(agency_sending, "locked_shift", lambda one: Shift.objects.select_related("job").get(id=one))
    monkeypatch.setattr(
        agency_sending, "locked_officers", lambda ids: {one.id: one for one in Officer.objects.filter(id__in=ids)}
    )
    monkeypatch.setattr(agency_sending, "places_now", read_and_wait)
    monkeypatch.setattr(timekeeping, "locked_own_assignment", unlocked_assignment)
    results = race(world)
    assert not [one for one in results if isinstance(one, Exception)], results


@RACES
def test_with_the_lock_exactly_one_has_it(world: AgencyWorld, race: Race) -> None:
    results = race(world)
    (refused,) = [one for one in results if isinstance(one, Exception)]
    assert isinstance(refused, (EveryPlaceHeld, NotReplaceable, AssignmentEnded)), results
    assert Assignment.objects.filter(state__in=Assignment.LIVE_STATES).count() == 1
