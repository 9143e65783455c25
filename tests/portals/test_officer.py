"""The officer's pages by Django's client: work near me, bids, my shifts, profile."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from kernel import clock
from kernel.identifiers import uuid7
from marketplace.models import Bid, Officer, Shift
from marketplace.officers import end_service
from portals.officer.feed_views import ON_THE_LIST
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import FAR_AWAY, SETTING_UP, make_officer
from tests.factories.jobs import make_job, make_shift
from tests.factories.venues import NOW, STARTS_AT
from tests.factories.work import staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]

Fixed = Callable[[datetime], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Fixed:
    """Set the time that views see."""

    def fix(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    fix(NOW)
    return fix


@pytest.fixture
def governed(department: Tenant, at: Fixed) -> Iterator[Tenant]:
    govern(department)
    return department


def signed_in(officer: Officer) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(officer.person)
    return client


def open_shift(tenant: Tenant, **changes: Any) -> Shift:
    job_fields = {name: changes.pop(name) for name in ("title", "event_type") if name in changes}
    return make_shift(make_job(tenant, at=NOW, **job_fields), **{"starts_at": STARTS_AT, "at": NOW, **changes})


def test_the_feed_shows_pay_way_verdict_and_award_and_bids_in_one_tap(governed: Tenant) -> None:
    officer = make_officer(governed)
    shift = open_shift(governed, title="Fair <b>& more</b>")
    client = signed_in(officer)
    page = client.get(reverse("officer:feed")).content.decode()
    assert "$314.00" in page
    assert "$78.50 an hour" in page
    assert "Fair &lt;b&gt;&amp; more&lt;/b&gt;" in page
    assert "<b>& more" not in page
    assert "You may work this shift." in page
    assert "Awarded Mon 9 Mar 2026" in page
    assert "about 1 min" in page
    answer = client.post(reverse("officer:bid", args=[shift.id]), follow=True)
    assert Bid.objects.get(officer=officer).state == "placed"
    assert "Undo the bid" in answer.content.decode()
    assert shift.draw_commitment in answer.content.decode()
    assert shift.draw_seed not in answer.content.decode()


def test_undo_and_a_second_bid(governed: Tenant, at: Fixed) -> None:
    officer = make_officer(governed)
    shift = open_shift(governed)
    client = signed_in(officer)
    client.post(reverse("officer:bid", args=[shift.id]))
    twice = client.post(reverse("officer:bid", args=[shift.id]), follow=True).content.decode()
    assert "You bid on this shift on" in twice
    assert Bid.objects.count() == 1
    at(NOW + timedelta(minutes=6))
    later = client.get(reverse("officer:shift", args=[shift.id])).content.decode()
    assert "Withdraw the bid" in later
    assert "Undo the bid" not in later
    client.post(reverse("officer:withdraw", args=[shift.id]))
    assert Bid.objects.get().state == "withdrawn"
    client.post(reverse("officer:bid", args=[shift.id]))
    assert sorted(Bid.objects.values_list("state", flat=True)) == ["placed", "withdrawn"]


def test_a_blocked_shift_is_grey_says_why_and_has_no_button(governed: Tenant) -> None:
    officer = make_officer(governed)
    first, second = open_shift(governed, title="First"), open_shift(governed, title="Second", first_come=True)
    client = signed_in(officer)
    client.post(reverse("officer:bid", args=[second.id]))
    page = client.get(reverse("officer:feed")).content.decode()
    assert "is-blocked" in page
    assert "You have another off-duty shift that overlaps this shift" in page
    assert reverse("officer:bid", args=[first.id]) not in page
    refused = client.post(reverse("officer:bid", args=[first.id]), follow=True).content.decode()
    assert "which overlaps this one" in refused


def test_filters_order_and_map(governed: Tenant) -> None:
    officer = make_officer(governed)
    open_shift(governed, title="Short one")
    open_shift(governed, title="Long one", starts_at=STARTS_AT + timedelta(days=3), hours=9, event_type="film-shoot")
    client = signed_in(officer)
    by_pay = client.get(reverse("officer:feed"), {"sort": "pay"}).content.decode()
    assert by_pay.index("Long one") < by_pay.index("Short one")
    films = client.get(reverse("officer:feed"), {"event_type": "film-shoot"}).content.decode()
    assert "Long one" in films
    assert "Short one" not in films
    on_the_day = {"from_date": "2026-03-10", "until_date": "2026-03-10"}
    for asked in (on_the_day, {"length": "short"}):
        page = client.get(reverse("officer:feed"), asked).content.decode()
        assert "Short one" in page
        assert "Long one" not in page
    for asked in ({"minimum_pay": "400"}, {"length": "long"}, {"from_date": "2026-03-11"}):
        page = client.get(reverse("officer:feed"), asked).content.decode()
        assert "Long one" in page
        assert "Short one" not in page
    nothing = client.get(reverse("officer:feed"), {"minimum_pay": "99000"}).content.decode()
    assert "Nothing matches" in nothing
    assert 'value="99000"' in nothing
    nonsense = client.get(
        reverse("officer:feed"),
        {"from_date": "soon", "event_type": "riot", "sort": "x", "minimum_pay": "-3", "offset": "-1"},
    )
    assert nonsense.status_code == 200
    assert "Short one" in nonsense.content.decode()
    on_map = client.get(reverse("officer:feed"), {"view": "map"}).content.decode()
    assert 'id="places"' in on_map
    assert "Short one" in on_map


def test_a_long_list_comes_in_pages_that_htmx_appends(governed: Tenant) -> None:
    officer, job = make_officer(governed), make_job(governed, at=NOW)
    for number in range(ON_THE_LIST + 1):
        make_shift(job, starts_at=STARTS_AT + timedelta(days=number % 5), at=NOW)
    client = signed_in(officer)
    first = client.get(reverse("officer:feed"), {"sort": "start"})
    assert first.content.decode().count("job-card") == ON_THE_LIST
    more = f"?sort=start&amp;offset={ON_THE_LIST}"
    assert f'hx-get="{more}"' in first.content.decode()
    asked = {"sort": "start", "offset": ON_THE_LIST}
    appended = client.get(reverse("officer:feed"), asked, headers={"HX-Request": "true"}).content.decode()
    assert appended.count("job-card") == 1
    assert "<html" not in appended
    assert "feed-more" not in appended
    whole_page = client.get(reverse("officer:feed"), asked).content.decode()
    assert whole_page.count("job-card") == 1
    assert "Back to the first" in whole_page


def test_only_what_the_rules_allow(governed: Tenant) -> None:
    officer = make_officer(governed)
    first, second = open_shift(governed, title="First"), open_shift(governed, title="Second", first_come=True)
    open_shift(governed, title="Sergeants", starts_at=STARTS_AT + timedelta(days=2), ranks={"sergeant": 1})
    client = signed_in(officer)
    client.post(reverse("officer:bid", args=[second.id]))
    page = client.get(reverse("officer:feed"), {"only_allowed": "on"}).content.decode()
    assert reverse("officer:shift", args=[first.id]) not in page
    assert "Sergeants" not in page
    assert "1 that the rules do not allow you is left out here." in page


def test_where_the_officer_is_now_is_in_no_address_and_no_table(governed: Tenant, at: Fixed) -> None:
    officer = make_officer(governed, home=FAR_AWAY)
    open_shift(governed, title="Around the corner")
    client, other_phone = signed_in(officer), signed_in(officer)
    assert "Around the corner" not in client.get(reverse("officer:feed")).content.decode()
    moved = client.post(reverse("officer:set_here"), {"latitude": "43.467512345", "longitude": "-79.687712345"})
    assert moved.status_code == 302
    assert moved["Location"] == reverse("officer:feed")
    page = client.get(reverse("officer:feed")).content.decode()
    assert "Around the corner" in page
    assert "of where you are now" in page
    assert "43.46" not in page
    assert "Around the corner" not in other_phone.get(reverse("officer:feed")).content.decode()
    assert not client.session.keys() & {"latitude", "longitude", "here"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kernel_auditevent WHERE after::text LIKE '%43.46%'")
        assert cursor.fetchone() == (0,)
    client.post(reverse("officer:set_here"), {"forget": "1"})
    assert "Around the corner" not in client.get(reverse("officer:feed")).content.decode()
    for nonsense in ({}, {"latitude": "91", "longitude": "0"}, {"latitude": "nan", "longitude": "0"}):
        answer = client.post(reverse("officer:set_here"), nonsense, follow=True)
        assert "That is not a place on Earth" in answer.content.decode()
    assert client.get(reverse("officer:set_here")).status_code == 405


def test_a_position_is_enough_without_a_home(governed: Tenant) -> None:
    client = signed_in(make_officer(governed, home=None))
    open_shift(governed, title="Around the corner")
    client.post(reverse("officer:set_here"), {"latitude": "43.4675", "longitude": "-79.6877"})
    assert "Around the corner" in client.get(reverse("officer:feed")).content.decode()


def test_without_a_home_the_feed_asks_for_one(governed: Tenant) -> None:
    officer = make_officer(governed, home=None)
    open_shift(governed)
    page = signed_in(officer).get(reverse("officer:feed")).content.decode()
    assert "Where do you set out from?" in page
    assert "$314.00" not in page


def test_the_feed_stays_within_its_queries(
    governed: Tenant, other_department: Tenant, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """A neighbour's shift on the marketplace and the officer's own bid included."""
    govern(other_department, name="us")
    officer = make_officer(governed)
    own, *_ = [open_shift(governed, starts_at=STARTS_AT + timedelta(days=day)) for day in range(6)]
    client = signed_in(officer)
    foreign = make_job(other_department, route="marketplace", at=NOW)
    shift = make_shift(foreign, starts_at=STARTS_AT + timedelta(days=7), ranks={"officer": 1}, at=NOW)
    client.post(reverse("officer:bid", args=[own.id]))
    pages = [reverse(f"officer:{name}") for name in ("feed", "shifts", "earnings", "profile")]
    for page in (*pages, reverse("officer:shift", args=[shift.id]), reverse("officer:shift", args=[own.id])):
        with django_assert_max_num_queries(12):
            assert client.get(page).status_code == 200


def test_meeting_point_and_contact_only_after_the_award(governed: Tenant) -> None:
    officer = make_officer(governed)
    shift = open_shift(governed, first_come=True)
    client = signed_in(officer)
    before = client.get(reverse("officer:shift", args=[shift.id])).content.decode()
    assert "North gate" not in before
    assert "+19055550100" not in before
    client.post(reverse("officer:bid", args=[shift.id]))
    after = client.get(reverse("officer:shift", args=[shift.id])).content.decode()
    assert "North gate" in after
    assert "+19055550100" in after
    assert "first eligible bid" in after


def test_missing_and_foreign_shifts_look_alike(governed: Tenant, other_department: Tenant) -> None:
    govern(other_department, name="us")
    officer = make_officer(governed)
    foreign = open_shift(other_department, ranks={"officer": 1})
    client = signed_in(officer)
    for name in ("shift", "bid", "withdraw"):
        send = client.get if name == "shift" else client.post
        answers = [send(reverse(f"officer:{name}", args=[one]), follow=True) for one in (foreign.id, uuid7())]
        assert {answer.status_code for answer in answers} == {404}, name
    assert not Bid.objects.exists()


def test_my_shifts_and_another_officers_assignment(governed: Tenant, at: Fixed) -> None:
    work = staff(governed)
    at(STARTS_AT - timedelta(hours=2))
    page = signed_in(work.officer).get(reverse("officer:shifts")).content.decode()
    assert "Harbour fair" in page
    assert "Today" in page
    bystander = signed_in(make_officer(governed))
    assert "Harbour fair" not in bystander.get(reverse("officer:shifts")).content.decode()
    assert bystander.get(reverse("officer:assignment", args=[work.assignment.id])).status_code == 404
    assert bystander.get(reverse("officer:assignment", args=[uuid7()])).status_code == 404
    bids = signed_in(work.officer).get(reverse("officer:shifts"), {"view": "bids"}).content.decode()
    assert "first eligible bid" in bids
    assert (
        "Nothing behind you"
        in signed_in(work.officer).get(reverse("officer:shifts"), {"view": "past"}).content.decode()
    )


def test_profile_home_radius_and_wishes(governed: Tenant) -> None:
    officer = make_officer(governed)
    client = signed_in(officer)
    page = client.get(reverse("officer:profile")).content.decode()
    assert "Through payroll" in page
    assert officer.person.email in page
    saved = client.post(reverse("officer:home"), {"address": "12 Elm Street, L6H 3H1", "travel_radius_metres": 20000})
    assert saved.status_code == 302
    shown = client.get(reverse("officer:home")).content.decode()
    assert "L6H, Oakville, ON" in shown
    assert "Elm Street" not in shown
    assert 'data-radius-metres="20000"' in shown
    lost = client.post(reverse("officer:home"), {"address": "nowhere at all", "travel_radius_metres": 20000})
    assert lost.status_code == 422
    assert "nowhere at all" in lost.content.decode()
    only_radius = client.post(reverse("officer:home"), {"address": "L6H, Oakville, ON", "travel_radius_metres": 60000})
    assert only_radius.status_code == 302
    client.post(reverse("officer:wishes"), {"wants_email": "on"})
    officer.refresh_from_db()
    assert (officer.travel_radius_metres, officer.wants_sms, officer.wants_email) == (60_000, False, True)


def test_whoever_is_no_officer_is_told_and_whoever_left_too(governed: Tenant, client: Client) -> None:
    officer = make_officer(governed)
    assert client.get(reverse("officer:feed"), HTTP_HOST="localhost").status_code == 302
    signed = signed_in(officer)
    end_service(officer_id=officer.id, actor=SETTING_UP, at=NOW)
    again = signed_in(officer)
    answer = again.get(reverse("officer:feed"))
    assert answer.status_code == 403
    assert "These pages are for officers" in answer.content.decode()
    assert signed.get(reverse("officer:feed")).status_code in (302, 403)
