"""The feed's filters and orders: PostgreSQL decides before the page is cut, however long the list is."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geo.points import Point
from marketplace.bidding import place_bid
from marketplace.feed import feed_page, shifts_near_officer
from marketplace.feed_queries import FeedWishes
from marketplace.models import Officer, Position, Shift
from marketplace.refusals_bidding import PolicyDenied
from portals.officer.cards import verdict_line
from tenants.models import Tenant
from tests.factories.departments import BURLINGTON, OAKVILLE, make_officer, publish_example
from tests.factories.jobs import make_job, make_shift
from tests.factories.people import actor_for

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
STARTS_AT = datetime(2026, 3, 10, 15, tzinfo=UTC)


@pytest.fixture
def officer(department: Tenant) -> Officer:
    publish_example(department)
    return make_officer(department, home=OAKVILLE)


def seen(officer: Officer, **wishes: object) -> list[UUID]:
    return [line.shift.id for line in shifts_near_officer(officer=officer, at=NOW, wishes=FeedWishes(**wishes))]  # type: ignore[arg-type]


def test_dates_are_the_venues_own(department: Tenant, officer: Officer) -> None:
    job = make_job(department, at=NOW)
    # 22:30 on the 10th in Toronto is the 11th in UTC.
    late = make_shift(job, starts_at=datetime(2026, 3, 11, 2, 30, tzinfo=UTC), at=NOW)
    next_day = make_shift(job, starts_at=datetime(2026, 3, 11, 16, tzinfo=UTC), at=NOW)
    assert seen(officer, from_date=date(2026, 3, 10), until_date=date(2026, 3, 10)) == [late.id]
    assert seen(officer, from_date=date(2026, 3, 11)) == [next_day.id]
    assert seen(officer, until_date=date(2026, 3, 9)) == []


def test_pay_length_and_kind_of_work(department: Tenant, officer: Officer) -> None:
    short = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, hours=2, at=NOW)
    long = make_shift(make_job(department, at=NOW, event_type="film-shoot"), starts_at=STARTS_AT, hours=9, at=NOW)
    assert seen(officer, event_type="film-shoot") == [long.id]
    assert seen(officer, longest_minutes=120) == [short.id]
    assert seen(officer, shortest_minutes=121) == [long.id]
    assert seen(officer, minimum_pay_cents=9 * 7850) == [long.id]
    assert seen(officer, minimum_pay_cents=9 * 7850 + 1) == []
    # Contracted pay wins over rate times hours: two hours are paid as the minimum of three.
    Position.objects.filter(shift=short).update(shift_pay_cents=3 * 7850)
    assert short.id in seen(officer, minimum_pay_cents=3 * 7850)
    assert short.id not in seen(officer, minimum_pay_cents=3 * 7850 + 1)


def test_orders(department: Tenant, officer: Officer) -> None:
    far = make_shift(make_job(department, at=NOW, place=BURLINGTON), starts_at=STARTS_AT, hours=9, at=NOW)
    near = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT + timedelta(days=1), hours=4, at=NOW)
    soon = make_shift(
        make_job(department, at=NOW), starts_at=NOW + timedelta(hours=5), hours=4, at=NOW, first_come=True
    )
    Shift.objects.filter(id=far.id).update(closes_at=NOW + timedelta(hours=1))
    by_distance = seen(officer, order="distance")
    assert by_distance[2] == far.id
    assert set(by_distance) == {soon.id, near.id, far.id}
    assert seen(officer, order="pay") == [far.id, soon.id, near.id]
    assert seen(officer, order="start") == [soon.id, far.id, near.id]
    assert seen(officer, order="closing") == [far.id, soon.id, near.id]


def test_the_pay_that_sorts_is_that_of_a_place_which_the_officer_could_fill(
    department: Tenant, officer: Officer
) -> None:
    job = make_job(department, at=NOW)
    for_sergeants_too = make_shift(job, starts_at=STARTS_AT, ranks={"constable": 1, "sergeant": 1}, at=NOW)
    longer = make_shift(job, starts_at=STARTS_AT, hours=5, at=NOW)
    Position.objects.filter(shift=for_sergeants_too, rank_code="sergeant").update(shift_pay_cents=999_00)
    assert seen(officer, order="pay") == [longer.id, for_sergeants_too.id]


def test_pages_follow_each_other_without_a_gap_or_a_repetition(department: Tenant, officer: Officer) -> None:
    job = make_job(department, at=NOW)
    made = [make_shift(job, starts_at=STARTS_AT + timedelta(hours=number % 3), at=NOW).id for number in range(7)]
    found, offset = [], 0
    while offset is not None:
        page = feed_page(officer=officer, at=NOW, offset=offset, limit=3)
        found += [line.shift.id for line in page.lines]
        offset = page.next_offset
    assert sorted(found) == sorted(made)
    assert len(found) == len(set(found))


def test_the_filter_is_not_applied_to_the_first_page_only(department: Tenant, officer: Officer) -> None:
    """The nearest two are not what the officer wants; what they want lies beyond the limit."""
    for _ in range(2):
        make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    wanted = make_shift(
        make_job(department, at=NOW, place=BURLINGTON, event_type="funeral"), starts_at=STARTS_AT, at=NOW
    )
    page = feed_page(officer=officer, at=NOW, wishes=FeedWishes(event_type="funeral"), limit=1)
    assert [line.shift.id for line in page.lines] == [wanted.id]
    assert page.next_offset is None


def test_nothing_matching_is_told_apart_from_nothing_there(department: Tenant, officer: Officer) -> None:
    wishes = FeedWishes(event_type="funeral")
    assert not feed_page(officer=officer, at=NOW, wishes=wishes).outside
    make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    assert feed_page(officer=officer, at=NOW, wishes=wishes).outside
    assert not feed_page(officer=officer, at=NOW, point=Point(60, -100)).outside


def test_filtered_ordered_and_deep_the_queries_stay_the_same(department: Tenant, officer: Officer) -> None:
    job = make_job(department, at=NOW)
    counts = set()
    for shifts in (2, 8):
        for _ in range(shifts):
            make_shift(job, starts_at=STARTS_AT, at=NOW)
        for wishes in (FeedWishes(), FeedWishes(order="pay", minimum_pay_cents=1, from_date=date(2026, 3, 1))):
            for offset in (0, 1):
                with CaptureQueriesContext(connection) as captured:
                    assert feed_page(officer=officer, at=NOW, wishes=wishes, offset=offset, limit=5).lines
                counts.add(len(captured))
    assert len(counts) == 1


def test_the_way_from_the_shift_before_is_on_the_card_at_the_bid_and_in_the_award(
    department: Tenant, officer: Officer
) -> None:
    """18 km in no time at all: a warning at first; once the department says deny, no bid is taken."""
    first = make_shift(make_job(department, at=NOW), starts_at=NOW + timedelta(hours=30), at=NOW, first_come=True)
    place_bid(officer=officer, shift_id=first.id, actor=actor_for(officer.person), at=NOW)
    away = make_job(department, at=NOW, place=BURLINGTON)
    after = make_shift(away, starts_at=first.ends_at, at=NOW)
    [line] = shifts_near_officer(officer=officer, at=NOW, wishes=FeedWishes(only_free=True))
    assert line.shift.id == after.id
    assert [reason.rule_id for reason in line.verdict.reasons] == ["travel-time"]
    assert "18 km and 0\xa0min after your shift that ends" in verdict_line(line.verdict, zone=after.time_zone).sentence
    bid = place_bid(officer=officer, shift_id=after.id, actor=actor_for(officer.person), at=NOW)
    assert bid.eligibility_snapshot["verdict"]["reasons"][0]["rule_id"] == "travel-time"
    publish_example(department, travel={"outcome": "deny", "text": "You cannot be there in time."})
    second = make_shift(away, starts_at=first.ends_at + timedelta(minutes=5), at=NOW)
    with pytest.raises(PolicyDenied, match="travel-time"):
        place_bid(officer=officer, shift_id=second.id, actor=actor_for(officer.person), at=NOW)


def test_pages_of_one_venues_shifts_neither_repeat_nor_skip(department: Tenant, officer: Officer) -> None:
    """They are all equally far."""
    job = make_job(department, at=NOW)
    made = [make_shift(job, starts_at=STARTS_AT + timedelta(days=days), at=NOW).id for days in (4, 1, 3, 0, 2)]
    pages = [feed_page(officer=officer, at=NOW, offset=offset, limit=2).lines for offset in (0, 2, 4)]
    assert [line.shift.id for page in pages for line in page] == [made[place] for place in (3, 1, 4, 2, 0)]
