"""Whoever leaves has lost everything by the next request, in the browser and by token."""

from django.utils import timezone

from accounts.models import Membership
from departments.roster import remove_member
from tenants.context import acting_as
from tests.crawler.addresses import address, routes_for
from tests.crawler.canaries import owners_in
from tests.crawler.checks import open_to_former_officer
from tests.crawler.inventory import all_routes
from tests.crawler.moments import CRAWLED_AT
from tests.crawler.recipes import For
from tests.crawler.visiting import Visits
from tests.crawler.world import MARKETPLACE, World
from tests.factories.departments import SETTING_UP
from tests.factories.outbox import drain


def test_an_officer_who_left_the_roster_is_an_officer_no_more(world: World, visits: Visits) -> None:
    actor, house = world.actors["officer_a1"], world.a
    assert visits.ask(actor, "GET", "/officer/shifts/").status == 200
    assert visits.ask(actor, "GET", "/api/v1/officer/assignments").status == 200
    with acting_as(purpose="worker"):
        remove_member(
            department_id=house.tenant.id, entry_id=house.members[0].entry_id, reason="Retired",
            actor=SETTING_UP, at=CRAWLED_AT,
        )  # fmt: skip
        drain(at=CRAWLED_AT)
    wrong = open_to_former_officer(world, visits)
    assert not wrong, "\n".join(wrong)


def test_a_bid_is_refused_before_the_news_of_leaving_has_arrived(world: World, visits: Visits) -> None:
    """The roster is asked itself: the announcement may still be on its way."""
    actor, house = world.actors["officer_a2"], world.a
    shift = house.shift("open")
    with acting_as(purpose="worker"):
        remove_member(
            department_id=house.tenant.id, entry_id=house.members[1].entry_id, reason="Retired",
            actor=SETTING_UP, at=CRAWLED_AT,
        )  # fmt: skip
    answer = visits.ask(actor, "POST", f"/api/v1/officer/shifts/{shift.id}/bid", data={})
    assert answer.status in (403, 404, 409), answer.text
    assert not shift.bids.filter(officer=house.officers[1]).exists()


def test_staff_whose_role_ended_stand_outside(world: World, visits: Visits) -> None:
    actor, house = world.actors["coordinator_a"], world.a
    assert visits.ask(actor, "GET", "/desk/requests/", host=house.host).status == 200
    Membership.objects.filter(person=actor.person, tenant_id=house.tenant.id).update(ended_at=timezone.now())
    for path in ("/desk/requests/", "/desk/requests.xlsx", f"/documents/{house.document('invoice').id}.pdf"):
        answer = visits.ask(actor, "GET", path, host=house.host)
        assert answer.status in (403, 404), path
    for path in ("/api/v1/desk/jobs", f"/api/v1/documents/{house.document('invoice').id}"):
        answer = visits.ask(actor, "GET", path, host=house.host)
        assert answer.status in (403, 404), path
        assert not owners_in(answer.text)


def test_somebody_who_no_longer_acts_for_a_client_sees_nothing_of_it(world: World, visits: Visits) -> None:
    actor = world.actors["client_a1"]
    world.a.clients[0].client.members.update(ended_at=timezone.now())
    for route, _ in routes_for(all_routes(), For.CLIENT):
        if "GET" in route.methods:
            answer = visits.ask(actor, "GET", address(route, world.a), host=MARKETPLACE)
            assert not owners_in(answer.text) - {"abilling1", "adraft1"}, route.pattern
            assert "cnry-abilling1-name" not in answer.text.lower(), route.pattern


def test_a_person_switched_off_is_signed_out(world: World, visits: Visits) -> None:
    actor = world.actors["client_a1"]
    assert actor.person is not None
    type(actor.person).objects.filter(id=actor.person.id).update(is_active=False)
    assert visits.ask(actor, "GET", "/client/jobs/").is_sign_in
    assert visits.ask(actor, "GET", "/api/v1/me").status == 401
