"""Asking for officers page by page: what is kept, what is refused and where, and what the price comes before."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from billing.models import Quote
from kernel import clock
from marketplace.clients import block_client
from marketplace.models import Job, JobDraft, UnservedDemand
from messaging.models import OutboundMessage
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.clients import govern, make_requester, submit
from tests.factories.people import actor_for, make_person
from tests.factories.venues import job_terms, shift_terms
from tests.portals.wizard import MARKETPLACE, Visitor, errors_of

pytestmark = pytest.mark.usefixtures("as_worker")
PORTAL = "alderbrook.localhost"


@pytest.fixture
def visitor(client: Client, department: Tenant) -> Visitor:
    govern(department)
    return Visitor(client)


def answers_of(visitor: Visitor) -> dict:
    return JobDraft.objects.get(key=visitor.key).answers


# ── The way through ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_visitor_sees_the_itemised_price_before_any_account(visitor: Visitor) -> None:
    visitor.answer_everything()
    page = visitor.get(visitor.page("price")).content.decode()
    quote = Quote.objects.get()
    assert quote.draft.key == visitor.key
    assert f"{quote.total_cents / 100:,.2f}" in page
    assert "Service fee" in page
    assert "HST 13 %" in page
    assert quote.total_cents == quote.net_cents + quote.tax_cents


def test_the_same_price_is_quoted_once(visitor: Visitor) -> None:
    visitor.answer_everything()
    for _ in range(3):
        visitor.get(visitor.page("price"))
    assert Quote.objects.count() == 1
    visitor.officers(rank_constable=3)
    visitor.get(visitor.page("price"))
    assert Quote.objects.count() == 2


def test_a_request_is_asked_in_few_fields_and_pages(visitor: Visitor) -> None:
    """What must be filled in for one date, up to the price."""
    visitor.start()
    visitor.place()
    visitor.pin()
    visitor.when()
    visitor.officers()
    visitor.details()
    required = 0
    pages = ("event", "where", "pin", "when", "officers", "details")
    for name in pages:
        page = visitor.get(visitor.page(name)).content.decode()
        found = re.findall(r"<(?:input|textarea|select)[^>]*\srequired\b[^>]*>", page)
        names = {re.search(r'name="([^"]+)"', field)[1] for field in found} - {"latitude", "longitude"}
        required += len(names)
    assert len(pages) <= 8
    assert 6 <= required <= 12


def test_everything_is_sent_and_confirmed_with_a_reference(visitor: Visitor, department: Tenant) -> None:
    requester = make_requester()
    visitor.answer_everything(title="Fair <script>alert(1)</script> =1+1")
    visitor.client.force_login(requester.person)
    check = visitor.get(visitor.page("check")).content.decode()
    assert "Fair &lt;script&gt;alert(1)&lt;/script&gt; =1+1" in check
    assert requester.client.name in check
    answer = visitor.post(visitor.page("check"), {})
    assert answer["Location"] == visitor.page("sent")
    job = Job.objects.get()
    assert (job.title, job.client, job.governing_department_id) == (
        "Fair <script>alert(1)</script> =1+1",
        requester.client,
        department.id,
    )
    assert job.reference in visitor.get(visitor.page("sent")).content.decode()


def test_sent_twice_is_one_job(visitor: Visitor) -> None:
    requester = make_requester()
    visitor.answer_everything()
    visitor.client.force_login(requester.person)
    visitor.post(visitor.page("check"), {})
    assert visitor.post(visitor.page("check"), {})["Location"] == visitor.page("sent")
    assert Job.objects.count() == 1


def test_who_has_no_client_yet_makes_one_on_the_way(visitor: Visitor) -> None:
    person = make_requester().person
    person.client_memberships.update(ended_at=clock.now())
    visitor.answer_everything()
    visitor.client.force_login(person)
    assert visitor.get(visitor.page("check"))["Location"] == visitor.page("you")
    form = {"kind": "person", "name": "Kim Orchard", "billing_address": "", "billing_email": "kim@", "phone": "1"}
    refused = errors_of(visitor.post(visitor.page("you"), form))
    assert "Enter the billing address." in refused
    form |= {"billing_address": "2 Quay Road", "billing_email": "kim@example.org"}
    assert visitor.post(visitor.page("you"), form)["Location"] == visitor.page("check")
    visitor.post(visitor.page("check"), {})
    assert Job.objects.get().client.name == "Kim Orchard"


def test_change_returns_to_the_check(visitor: Visitor) -> None:
    requester = make_requester()
    visitor.answer_everything()
    visitor.client.force_login(requester.person)
    answer = visitor.post(visitor.page("officers") + "?back=check", {"rank_constable": 5})
    assert answer["Location"] == visitor.page("check")
    assert "5 × Constable" in visitor.get(visitor.page("check")).content.decode()


def test_jumping_ahead_leads_to_the_first_unanswered_page(visitor: Visitor) -> None:
    visitor.start()
    assert visitor.get(visitor.page("check"))["Location"] == visitor.page("where")
    visitor.place()
    visitor.pin()
    assert visitor.get(visitor.page("price"))["Location"] == visitor.page("when")


def test_a_mailed_link_opens_the_request_elsewhere(visitor: Visitor) -> None:
    visitor.answer_everything()
    visitor.post(visitor.page("mail_link"), {"email": "later@example.org"})
    with acting_as(purpose="worker"):
        letter = OutboundMessage.objects.get(recipient="later@example.org")
    path = re.search(r"http://[^/]+(/request/\S+)", letter.text)[1]
    other_device = Visitor(Client())
    assert other_device.client.get(path, HTTP_HOST=MARKETPLACE)["Location"] == visitor.page("you")


def test_a_key_that_nobody_has_is_not_found(visitor: Visitor) -> None:
    visitor.key = "a" * 43
    assert visitor.get(visitor.page("event")).status_code == 404


def test_pages_ask_few_questions_of_the_database(
    visitor: Visitor, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    requester = make_requester()
    visitor.answer_everything()
    visitor.client.force_login(requester.person)
    for name in ("event", "where", "pin", "when", "officers", "details", "price"):
        with django_assert_max_num_queries(12):
            assert visitor.get(visitor.page(name)).status_code == 200


# ── Bad input: refused beside its field, with what was typed ────────────────────────────────────────────────────────


def test_an_address_that_cannot_be_placed(visitor: Visitor) -> None:
    visitor.start()
    answer = visitor.place(address="zzz qqq")
    assert "We could not place" in errors_of(answer)
    assert 'value="zzz qqq"' in answer.content.decode()


@pytest.mark.parametrize(
    ("latitude", "longitude", "said"),
    [
        ("NaN", "-79.6", "Enter a number."),
        ("95", "-79.6", "not a place on Earth"),
        ("43.4", "-190", "not a place on Earth"),
        ("1e999", "-79.6", "Enter a number."),
        ("32.3", "-97.3", "km from the address"),
    ],
)
def test_a_pin_that_is_nowhere_or_far_off(visitor: Visitor, latitude: str, longitude: str, said: str) -> None:
    visitor.start()
    visitor.place()
    assert said in errors_of(visitor.pin(latitude, longitude))


def test_a_pin_must_be_confirmed(visitor: Visitor) -> None:
    visitor.start()
    visitor.place()
    assert "confirm it" in errors_of(visitor.pin(pin_confirmed=""))
    assert visitor.get(visitor.page("when"))["Location"] == visitor.page("where")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"date_0": "2020-01-01"}, "still to come"),
        ({"start_0": "14:00", "end_0": "10:00"}, "must end after it starts"),
        ({"date_0": ""}, "Enter the date."),
        ({"date_0": "tomorrow"}, "valid date"),
        ({"end_0": "10:05"}, "at least"),
        ({"start_0": "10:00", "end_0": "11:00", "next_day_0": "on"}, "at most 24 hours"),
        ({"date_0": "2027-03-14", "start_0": "02:30", "end_0": "06:00"}, "02:30 does not exist"),
        ({"date_0": "2027-11-07", "start_0": "01:30", "end_0": "06:00"}, "comes twice"),
    ],
)
def test_dates_and_times_that_cannot_be(visitor: Visitor, changes: dict[str, str], said: str) -> None:
    visitor.start()
    visitor.place()
    visitor.pin()
    assert said in errors_of(visitor.when(**changes))


def test_a_repeated_hour_is_the_one_that_was_chosen(visitor: Visitor) -> None:
    visitor.start()
    visitor.place()
    visitor.pin()
    night = {"date_0": "2027-11-07", "start_0": "01:30", "end_0": "06:00", "start_repeated_0": "later"}
    assert visitor.when(**night).status_code == 302
    visitor.officers()
    visitor.details()
    visitor.get(visitor.page("price"))
    assert Quote.objects.get().terms["shifts"][0]["starts_at"] == "2027-11-07T06:30:00+00:00"


def test_dates_are_added_and_taken_away_without_being_judged(visitor: Visitor) -> None:
    visitor.start()
    visitor.place()
    visitor.pin()
    typed = {"date_0": "2030-07-04", "start_0": "18:00", "end_0": ""}
    visitor.post(visitor.page("when"), {**typed, "add": "1"})
    assert [row["date"] for row in answers_of(visitor)["shifts"]] == ["2030-07-04", "2030-07-05"]
    page = visitor.get(visitor.page("when")).content.decode()
    assert 'name="date_1"' in page
    visitor.post(visitor.page("when"), {**typed, "date_1": "2030-07-09", "start_1": "", "end_1": "", "remove": "0"})
    assert [row["date"] for row in answers_of(visitor)["shifts"]] == ["2030-07-09"]


@pytest.mark.parametrize(
    ("number", "said"), [("0", "at least one"), ("10000", "up to 200"), ("-1", "between 0"), ("two", "whole number")]
)
def test_headcounts_out_of_range(visitor: Visitor, number: str, said: str) -> None:
    visitor.start()
    visitor.place()
    visitor.pin()
    visitor.when()
    answer = visitor.officers(rank_constable=number)
    assert said in errors_of(answer)
    assert f'value="{number}"' in answer.content.decode()


def test_too_many_officers_in_all(visitor: Visitor) -> None:
    visitor.start()
    visitor.place()
    visitor.pin()
    visitor.when()
    assert "between 1 and 200" in errors_of(visitor.officers(rank_constable=150, rank_sergeant=150))


def test_texts_that_are_too_long_or_hold_what_cannot_be_stored(visitor: Visitor) -> None:
    visitor.start()
    visitor.place()
    visitor.pin()
    visitor.when()
    visitor.officers()
    assert "at most 120" in errors_of(visitor.details(contact_name="x" * 121))
    assert "Null characters" in errors_of(visitor.details(duties="clear\x00the road"))
    assert "cannot be shown" in errors_of(visitor.details(duties="clear\x07the road"))


# ── What cannot be ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_place_that_nobody_covers_is_told_kindly_and_recorded_once(visitor: Visitor) -> None:
    visitor.start()
    visitor.place("350 5th Ave, New York NY 10118")
    assert visitor.pin(40.7484, -73.9857)["Location"] == visitor.page("not_possible")
    visitor.pin(40.7484, -73.9857)
    page = visitor.get(visitor.page("not_possible")).content.decode()
    assert "No department on Muster covers" in page
    assert visitor.page("where") in page
    assert UnservedDemand.objects.count() == 1


def test_a_kind_of_job_that_the_department_bars(client: Client, department: Tenant) -> None:
    govern(department, barred=[{"event_types": ["funeral"], "text": "Processions are escorted on duty, at no charge."}])
    visitor = Visitor(client)
    visitor.start(event_type="funeral")
    visitor.place()
    assert visitor.pin()["Location"] == visitor.page("not_possible")
    assert "Processions are escorted on duty" in visitor.get(visitor.page("not_possible")).content.decode()


def test_a_blocked_client_learns_where_to_turn(visitor: Visitor, department: Tenant) -> None:
    requester = make_requester()
    soon = clock.now() + timedelta(days=20)
    submit(requester, terms=job_terms(shifts=(shift_terms(starts_at=soon),)), at=clock.now())
    block_client(
        client_id=requester.client.id,
        department_id=department.id,
        reason="Unpaid",
        actor=actor_for(make_person()),
        at=clock.now(),
    )
    visitor.answer_everything()
    visitor.client.force_login(requester.person)
    assert visitor.post(visitor.page("check"), {})["Location"] == visitor.page("not_possible")
    page = visitor.get(visitor.page("not_possible")).content.decode()
    assert "takes no requests from you" in page
    assert "Unpaid" not in page
    assert Job.objects.count() == 1


def test_too_little_notice_leads_back_to_the_dates(client: Client, department: Tenant) -> None:
    rule = {"id": "notice", "less_than_minutes": 60 * 24 * 30, "outcome": "deny", "text": "We need 30 days."}
    govern(department, notice={"rules": [rule]})
    visitor = Visitor(client)
    visitor.answer_everything()
    answer = visitor.get(visitor.page("price"))
    assert answer["Location"].startswith(visitor.page("when"))
    assert "We need 30 days." in visitor.get(answer["Location"]).content.decode()


# ── From a department's own portal ──────────────────────────────────────────────────────────────────────────────────


def test_a_request_starts_and_ends_on_the_department_s_portal(visitor: Visitor, department: Tenant) -> None:
    requester = make_requester()
    visitor.host = PORTAL
    visitor.answer_everything()
    assert JobDraft.objects.get(key=visitor.key).department_id == department.id
    assert department.name in visitor.get(visitor.page("price")).content.decode()
    visitor.client.force_login(requester.person)
    visitor.post(visitor.page("check"), {})
    job = Job.objects.get()
    onward = visitor.get(visitor.page("follow"))["Location"]
    assert "/hand-off/?token=" in onward
    assert f"jobs%2F{job.id}" in onward


def test_a_portal_sends_people_on_to_the_department_that_governs(
    visitor: Visitor, department: Tenant, other_department: Tenant
) -> None:
    govern(other_department, name="us")
    visitor.host = PORTAL
    visitor.start(event_type="traffic-control")
    visitor.place("100 Main St, Cleburne TX 76033")
    assert visitor.pin(32.3476, -97.3867)["Location"] == visitor.page("not_possible")
    page = visitor.get(visitor.page("not_possible")).content.decode()
    assert other_department.name in page
    assert "brackwater.localhost" in page
    visitor.host = "brackwater.localhost"
    assert visitor.get(visitor.page("resume"))["Location"] == visitor.page("when")
