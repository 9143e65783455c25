"""Who can work a shift: own officers by tier with the reason, others as numbers, everything by the vicinity alone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from geo.points import Point
from geo.vicinities import vicinity_of
from kernel.identifiers import uuid7
from marketplace import inviting, matching, reachable
from marketplace.bidding import place_bid
from marketplace.invitation_reading import invited_officers, rounds_of
from marketplace.models import Invitation, InvitationRound, Officer, OfficerReach, Shift
from marketplace.officers import set_travel_radius
from tenants.context import matching_context
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import BURLINGTON, OAKVILLE, make_officer, publish_example
from tests.factories.jobs import make_job, make_shift
from tests.factories.people import actor_for
from tests.factories.venues import NOW, STARTS_AT
from tests.portals.test_department_requests import address, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]

MIDDLE = vicinity_of(OAKVILLE)
# Two corners of one cell, some fifteen kilometres apart.
CORNER = Point(MIDDLE.latitude - 0.049, MIDDLE.longitude - 0.066)
OTHER_CORNER = Point(MIDDLE.latitude + 0.049, MIDDLE.longitude + 0.066)
TIERS = [
    {"id": "sergeants", "name": "Sergeants first", "who": {"ranks": ["sergeant"], "home": "own"}},
    {"id": "all", "name": "Everybody of ours", "who": {"home": "own"}, "opens_after_minutes": 60},
    {"id": "others", "name": "Neighbours", "who": {"home": "others"}, "opens_after_minutes": 120},
]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: NOW)


@pytest.fixture
def governed(department: Tenant, other_department: Tenant) -> Iterator[Tenant]:
    govern(department)
    govern(other_department, name="us")
    return department


def page(tenant: Tenant, shift: Shift, role: str = "coordinator", **asked: str) -> Any:
    return staff(tenant, role)[0].get(address("who_can_work", shift_id=shift.id), asked)


def move(officer: Officer, home: Point) -> None:
    with matching_context():
        OfficerReach.objects.filter(officer_id=officer.id).update(latitude=home.latitude, longitude=home.longitude)


def test_own_officers_stand_in_their_bands_and_whoever_may_not_says_why(
    governed: Tenant, other_department: Tenant, django_assert_max_num_queries: Any
) -> None:
    shift = make_shift(make_job(governed, at=NOW, route="marketplace"), starts_at=STARTS_AT, at=NOW)
    near = make_officer(governed, given_name="Zoe", family_name="Zander")
    far = make_officer(governed, given_name="Adam", family_name="Abel", home=BURLINGTON)
    make_officer(governed, given_name="Carol", family_name="Chief", status="suspended")
    short = make_officer(governed, given_name="Home", family_name="Bird", home=BURLINGTON)
    set_travel_radius(officer=short, metres=5_000, actor=actor_for(short.person), at=NOW)
    make_officer(governed, given_name="Still", family_name="Homeless", home=None)
    visitor = make_officer(other_department, given_name="Vera", family_name="Visitor", rank_code="officer")
    place_bid(officer=near, shift_id=shift.id, actor=actor_for(near.person), at=NOW)
    client, _ = staff(governed)
    with django_assert_max_num_queries(12):
        text = client.get(address("who_can_work", shift_id=shift.id)).content.decode()
    assert text.index("Zoe Zander") < text.index("Adam Abel")
    assert "Has bid" in text
    assert "10–20 km" in text
    assert "Carol Chief" in text[text.index("Not eligible") :]
    for absent in ("Home Bird", "Still Homeless", "Vera Visitor", str(visitor.id), " m away"):
        assert absent not in text
    others = text[text.index("Officers of other departments") :]
    assert "under 5 km" in others
    assert '<td class="numeric" data-label="Officers">1</td>' in others
    assert far.display_name not in others


def test_tiers_in_their_order_with_their_times(governed: Tenant) -> None:
    order = {"tiers": TIERS, "keys": ["tier", "seniority_date", "draw"]}
    publish_example(governed, award_order=order)
    shift = make_shift(make_job(governed, at=NOW), starts_at=STARTS_AT, ranks={"constable": 1, "sergeant": 1}, at=NOW)
    make_officer(governed, given_name="Carol", family_name="Chief", rank_code="sergeant")
    make_officer(governed, given_name="Zoe", family_name="Zander")
    text = page(governed, shift).content.decode()
    assert text.index("Sergeants first") < text.index("Carol Chief") < text.index("Everybody of ours")
    assert text.index("Everybody of ours") < text.index("Zoe Zander")
    assert "In no tier" not in text
    by_rank = page(governed, shift, rank="sergeant").content.decode()
    assert "Zoe Zander" in by_rank[by_rank.index("Not eligible") :]


def test_who_may_look(governed: Tenant, other_department: Tenant) -> None:
    shift = make_shift(make_job(governed, at=NOW, route="marketplace"), starts_at=STARTS_AT, at=NOW)
    assert page(governed, shift, "supervisor").status_code == 200
    assert page(governed, shift, "payroll").status_code == 403
    assert (
        "This shift is for your own officers."
        in page(governed, make_shift(make_job(governed, at=NOW), starts_at=STARTS_AT, at=NOW)).content.decode()
    )
    foreign = staff(other_department)[0].get(address("who_can_work", shift_id=shift.id))
    assert foreign.status_code == 404


@pytest.mark.parametrize("is_own", [True, False])
def test_no_set_of_venues_tells_two_homes_of_one_cell_apart(
    governed: Tenant, other_department: Tenant, is_own: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk may move a venue until a band changes, or the officer drops out of the list. It learns the cell."""
    officer = make_officer(governed) if is_own else make_officer(other_department, rank_code="officer")
    make_officer(governed, given_name="Zoe", family_name="Zander", home=OAKVILLE)
    set_travel_radius(officer=officer, metres=25_000, actor=actor_for(officer.person), at=NOW)
    venues = [
        Point(MIDDLE.latitude + north * distance / 111, MIDDLE.longitude + east * distance / 81)
        for distance in (3, 5.5, 9.5, 10.5, 19, 21, 24, 26)
        for north, east in ((1, 0), (-1, 0), (0, 1), (0, -1))
    ]
    shifts = [
        make_shift(make_job(governed, at=NOW, route="marketplace", place=venue), starts_at=STARTS_AT, at=NOW)
        for venue in venues
    ]

    def everything_said(home: Point) -> list[reachable.Reachable]:
        move(officer, home)
        return [
            reachable.who_can_work(shift=shift, position=shift.positions.get(), at=NOW + timedelta(minutes=1))
            for shift in shifts
        ]

    assert everything_said(CORNER) == everything_said(OTHER_CORNER)
    # The same questions do tell them apart where distances begin at the home itself.
    monkeypatch.setattr(matching, "vicinity_of", lambda home: home)
    assert everything_said(CORNER) != everything_said(OTHER_CORNER)


def test_no_set_of_venues_finds_the_edge_of_a_radius_by_who_was_invited(
    governed: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk reads its own officers' names, and the message log: who is told goes by the cell, never by the home."""
    officer = make_officer(governed, given_name="Zoe", family_name="Zander")
    set_travel_radius(officer=officer, metres=25_000, actor=actor_for(officer.person), at=NOW)
    job = make_job(governed, at=NOW, route="marketplace")
    shift = make_shift(job, starts_at=STARTS_AT, at=NOW)
    venues = [
        Point(MIDDLE.latitude + north * distance / 111, MIDDLE.longitude + east * distance / 81)
        for distance in (17, 20, 23, 24.5, 25.5, 27, 30, 33)
        for north, east in ((1, 0), (-1, 0), (0, 1), (0, -1))
    ]

    def invited(home: Point) -> list[bool]:
        move(officer, home)
        answers = []
        for venue in venues:
            shift.latitude, shift.longitude = venue.latitude, venue.longitude
            answers.append(bool(inviting._candidates(shift, tier_id="", at=NOW + timedelta(minutes=1))))
        return answers

    assert invited(CORNER) == invited(OTHER_CORNER)
    assert set(invited(CORNER)) == {True, False}
    # The same questions do tell them apart where the radius begins at the home itself.
    monkeypatch.setattr(matching, "vicinity_of", lambda home: home)
    assert invited(CORNER) != invited(OTHER_CORNER)


def test_who_was_told_names_the_departments_own_and_counts_the_others(
    governed: Tenant, other_department: Tenant
) -> None:
    """Who is told goes by the exact radius: by name it would be an oracle for another department's homes."""
    shift = make_shift(make_job(governed, at=NOW, route="marketplace"), starts_at=STARTS_AT, at=NOW)
    own = make_officer(governed, given_name="Zoe", family_name="Zander")
    visitor = make_officer(other_department, given_name="Vera", family_name="Visitor", rank_code="officer")
    opened = InvitationRound.objects.create(shift=shift, event_id=uuid7(), opened_at=NOW, wave=1, waves=1, waiting=0)
    for officer in (own, visitor):
        Invitation.objects.create(
            round=opened, shift=shift, officer=officer, wave=1, telling="single", due_at=NOW, invited_at=NOW
        )
    assert [one.name for one in invited_officers(shift=shift)] == [own.display_name]
    assert rounds_of(shift=shift)[0].told == 2
