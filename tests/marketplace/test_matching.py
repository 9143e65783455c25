"""Near me: who is asked, what an officer sees, and what nobody else learns."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.duty import record_duty
from departments.roster import change_status, member_of_officer
from geo.expressions import nearest_first, within_own_radius
from geo.points import Point
from marketplace.awarding import award_shift
from marketplace.bidding import place_bid
from marketplace.feed import shifts_near_officer
from marketplace.matching import officers_near_shift, officers_to_notify
from marketplace.models import Officer, OfficerReach, Shift
from marketplace.officers import end_service, set_travel_radius
from tenants.context import matching_context
from tenants.models import Tenant
from tests.factories.departments import (
    BURLINGTON,
    FAR_AWAY,
    OAKVILLE,
    SETTING_UP,
    deliver_roster_changes,
    make_officer,
    publish_example,
)
from tests.factories.jobs import make_job, make_shift
from tests.factories.people import actor_for

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
STARTS_AT = datetime(2026, 3, 10, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _rules(department: Tenant, other_department: Tenant) -> None:
    publish_example(department)
    publish_example(other_department, name="us")


@pytest.fixture
def shift(department: Tenant) -> Shift:
    return make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)


def entry_of(officer: Officer) -> UUID:
    return member_of_officer(department_id=officer.home_department_id, officer_id=officer.id).entry_id


def test_officers_are_asked_within_their_own_radius_the_nearest_first(department: Tenant, shift: Shift) -> None:
    next_town, here = make_officer(department, home=BURLINGTON), make_officer(department, home=OAKVILLE)
    make_officer(department, home=FAR_AWAY)
    make_officer(department, home=None)
    home_bird = make_officer(department, home=BURLINGTON)
    set_travel_radius(officer=home_bird, metres=5_000, actor=actor_for(home_bird.person), at=NOW)
    assert officers_near_shift(shift=shift) == [here.id, next_town.id]
    assert officers_near_shift(shift=shift, limit=1) == [here.id]


def test_whoever_cannot_come_is_not_asked(department: Tenant, other_department: Tenant, shift: Shift) -> None:
    free = make_officer(department)
    suspended, on_duty, left, has_bid, assigned = (make_officer(department) for _ in range(5))
    make_officer(other_department, rank_code="officer")
    change_status(
        department_id=department.id, entry_id=entry_of(suspended), status="suspended", actor=SETTING_UP, at=NOW
    )
    record_duty(
        department_id=department.id,
        entry_id=entry_of(on_duty),
        kind="duty",
        starts_at=STARTS_AT - timedelta(hours=2),
        ends_at=STARTS_AT + timedelta(hours=1),
        actor=SETTING_UP,
        at=NOW,
    )
    for officer in (suspended, on_duty):
        deliver_roster_changes(officer.id, at=NOW)
    end_service(officer_id=left.id, actor=SETTING_UP, at=NOW)
    place_bid(officer=has_bid, shift_id=shift.id, actor=actor_for(has_bid.person), at=NOW)
    other = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT + timedelta(hours=1), at=NOW)
    place_bid(officer=assigned, shift_id=other.id, actor=actor_for(assigned.person), at=NOW)
    award_shift(shift_id=other.id, actor=SETTING_UP, at=STARTS_AT - timedelta(hours=23))
    assert officers_near_shift(shift=shift) == [free.id]


def test_on_the_marketplace_other_departments_officers_are_asked_too(
    department: Tenant, other_department: Tenant
) -> None:
    visitor = make_officer(other_department, rank_code="officer")
    open_to_all = make_shift(make_job(department, at=NOW, route="marketplace"), starts_at=STARTS_AT, at=NOW)
    assert officers_near_shift(shift=open_to_all) == [visitor.id]
    assert [one.id for one in officers_to_notify(shift=open_to_all, at=NOW)] == [visitor.id]


def test_only_those_whom_their_department_allows_are_told(department: Tenant) -> None:
    """The prefilter cannot know ranks: the home department's verdict does."""
    sergeant, constable = make_officer(department, rank_code="sergeant"), make_officer(department)
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, ranks={"sergeant": 1}, at=NOW)
    assert set(officers_near_shift(shift=shift)) == {sergeant.id, constable.id}
    assert [one.id for one in officers_to_notify(shift=shift, at=NOW)] == [sergeant.id]


def test_matching_gives_away_ids_and_nothing_about_places(department: Tenant, shift: Shift) -> None:
    make_officer(department)
    answer = officers_near_shift(shift=shift)
    assert all(type(one) is UUID for one in answer)
    assert connection.public_role == "muster_public"
    told = officers_to_notify(shift=shift, at=NOW)
    assert not any("latitude" in name or "home_l" in name for name in vars(told[0]))


def test_the_feed_is_sorted_by_distance_with_pay_and_a_verdict(department: Tenant) -> None:
    officer = make_officer(department, home=OAKVILLE)
    near = make_shift(make_job(department, at=NOW, place=OAKVILLE), starts_at=STARTS_AT, hours=2, at=NOW)
    far = make_shift(make_job(department, at=NOW, place=BURLINGTON), starts_at=STARTS_AT, hours=4, at=NOW)
    make_shift(make_job(department, at=NOW, place=FAR_AWAY), starts_at=STARTS_AT, at=NOW)
    feed = shifts_near_officer(officer=officer, at=NOW)
    assert [line.shift.id for line in feed] == [near.id, far.id]
    assert feed[0].distance_metres == 0
    assert 17_000 < feed[1].distance_metres < 19_500
    assert [line.place_band for line in feed] == ["under 5 km", "10–20 km"]
    # Two hours are paid as the minimum of three; rates are per hour.
    assert [(line.paid_minutes, line.pay_cents) for line in feed] == [(180, 3 * 7850), (240, 4 * 7850)]
    assert all(line.verdict.allowed for line in feed)


def test_the_feed_holds_only_what_can_still_be_bid_on(department: Tenant, other_department: Tenant) -> None:
    officer = make_officer(department)
    job = make_job(department, at=NOW)
    make_shift(job, starts_at=NOW + timedelta(hours=20), at=NOW)
    make_shift(job, starts_at=STARTS_AT, at=NOW, state="planned")
    make_shift(job, starts_at=STARTS_AT, at=NOW, state="staffed")
    make_shift(make_job(other_department, at=NOW), starts_at=STARTS_AT, ranks={"officer": 1}, at=NOW)
    short_notice = make_shift(job, starts_at=NOW + timedelta(hours=3), at=NOW, first_come=True)
    [line] = shifts_near_officer(officer=officer, at=NOW)
    assert line.shift.id == short_notice.id
    assert line.closes_at == short_notice.starts_at


def test_the_feed_says_why_a_shift_is_not_for_you_and_what_you_bid_on(department: Tenant) -> None:
    officer = make_officer(department)
    job = make_job(department, at=NOW)
    mine = make_shift(job, starts_at=STARTS_AT, at=NOW)
    for_sergeants = make_shift(job, starts_at=STARTS_AT, ranks={"sergeant": 1}, at=NOW)
    place_bid(officer=officer, shift_id=mine.id, actor=actor_for(officer.person), at=NOW)
    lines = {line.shift.id: line for line in shifts_near_officer(officer=officer, at=NOW)}
    assert lines[mine.id].bid_state == "placed"
    assert not lines[for_sergeants.id].verdict.allowed
    assert lines[for_sergeants.id].verdict.sentence
    assert lines[for_sergeants.id].bid_state == ""


def test_a_place_that_is_taken_is_not_offered(department: Tenant) -> None:
    taker, looker = make_officer(department, rank_code="sergeant"), make_officer(department, rank_code="sergeant")
    at = NOW
    job = make_job(department, at=at)
    shift = make_shift(
        job,
        starts_at=NOW + timedelta(hours=9),
        ranks={"constable": 1, "sergeant": 1},
        at=at,
        first_come=True,
    )
    place_bid(officer=taker, shift_id=shift.id, actor=actor_for(taker.person), at=at)
    [line] = shifts_near_officer(officer=looker, at=NOW)
    assert (line.position.rank_code, line.vacancies) == ("constable", 1)


def test_without_a_home_there_is_no_feed_until_a_place_is_given(department: Tenant, shift: Shift) -> None:
    officer = make_officer(department, home=None)
    assert shifts_near_officer(officer=officer, at=NOW) == []
    assert [line.shift.id for line in shifts_near_officer(officer=officer, at=NOW, point=OAKVILLE)] == [shift.id]


def test_a_long_feed_takes_no_more_queries_than_a_short_one(department: Tenant) -> None:
    officer, job = make_officer(department), make_job(department, at=NOW)
    counts = []
    for shifts in (2, 10):
        for _ in range(shifts):
            make_shift(job, starts_at=STARTS_AT, ranks={"constable": 1, "sergeant": 1}, at=NOW)
        with CaptureQueriesContext(connection) as captured:
            assert shifts_near_officer(officer=officer, at=NOW)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 10


def test_nearness_is_answered_by_the_index_under_matchings_own_role(department: Tenant) -> None:
    make_officer(department)
    here = Point(OAKVILLE.latitude, OAKVILLE.longitude)
    nearest = OfficerReach.objects.filter(
        within_own_radius("earth", here, "travel_radius_metres", reach="reach")
    ).order_by(nearest_first("earth", here))[:50]
    with matching_context(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        plan = nearest.explain()
    assert "reach_by_" in plan
    assert "Order By" in plan
