"""Pages of offers, availability, giving up, and staffing at the desk."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from kernel import clock
from marketplace.availability import set_availability
from marketplace.awarding import award_shift, scan_closings
from marketplace.bidding import place_bid
from marketplace.models import Assignment, Award, Offer, Officer, OfficerAvailability, Shift
from tenants.models import Tenant
from tests.factories.departments import SETTING_UP, make_officer, publish_example
from tests.factories.jobs import make_job, make_shift
from tests.factories.people import actor_for
from tests.factories.venues import NOW, STARTS_AT
from tests.portals.test_department_requests import staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def browser_of(officer: Officer) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(officer.person)
    return client


def desk(name: str, **parameters: Any) -> str:
    return reverse(f"department:{name}", urlconf="config.urls_department", kwargs=parameters)


@pytest.fixture
def offered(department: Tenant) -> tuple[Officer, Officer, Offer]:
    publish_example(department, award_order={"method": "automatic", "keys": ["seniority_date", "draw"]})
    officers = [make_officer(department), make_officer(department)]
    for officer in officers:
        set_availability(
            officer=officer, wants_offers=True, weekly=[], blocked_dates=[], actor=actor_for(officer.person), at=NOW
        )
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    Shift.objects.filter(id=shift.id).update(closes_at=NOW)
    scan_closings(at=NOW)
    offer = Offer.objects.select_related("officer").get()
    return offer.officer, next(one for one in officers if one != offer.officer), offer


def test_an_offer_is_shown_on_my_shifts_and_accepted_by_one_button(
    offered: tuple[Officer, Officer, Offer], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    officer, other, offer = offered
    client = browser_of(officer)
    page = reverse("officer:offer", args=[offer.id])
    with django_assert_max_num_queries(12):
        assert page in client.get(reverse("officer:shifts")).content.decode()
    with django_assert_max_num_queries(12):
        assert "Accept the shift" in client.get(page).content.decode()
    assert browser_of(other).get(page).status_code == 404
    answer = client.post(reverse("officer:answer_offer", args=[offer.id]), {"answer": "accept"})
    assert answer.status_code == 302
    assert Assignment.objects.get().state == Assignment.State.CONFIRMED
    assert "You accepted it" in client.get(page).content.decode()


def test_what_was_heard_on_the_telephone_is_written_down_at_the_desk(
    department: Tenant, offered: tuple[Officer, Officer, Offer], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    _, other, offer = offered
    browser, person = staff(department)
    page = desk("staffing", shift_id=offer.shift_id)
    with django_assert_max_num_queries(12):
        assert "Not reached" in browser.get(page).content.decode()
    browser.post(desk("record_answer", offer_id=offer.id), {"answer": "unreachable"})
    offer.refresh_from_db()
    assert (offer.state, offer.recorded_by_person_id) == (Offer.State.UNREACHABLE, person.id)
    assert Offer.objects.get(state=Offer.State.OPEN).officer == other
    assert "no longer open" in browser.post(
        desk("record_answer", offer_id=offer.id), {"answer": "accepted"}, follow=True
    ).content.decode()  # fmt: skip


def test_availability_keeps_what_was_typed_and_refuses_what_is_no_time(department: Tenant) -> None:
    publish_example(department)
    officer = make_officer(department)
    client, page = browser_of(officer), reverse("officer:availability")
    wrong = client.post(page, {"wants_offers": "on", "day_0": "evening", "blocked_dates": "tomorrow"})
    assert wrong.status_code == 422
    assert "evening" in wrong.content.decode()
    assert client.post(page, {"wants_offers": "on", "day_0": "25:00-26:00"}).status_code == 422
    sent = {"wants_offers": "on", "day_0": "08:00-12:00, 18:00-24:00", "blocked_dates": "2026-12-24"}
    assert client.post(page, sent).status_code == 302
    row = OfficerAvailability.objects.get()
    assert row.weekly == [[0, "08:00", "12:00"], [0, "18:00", "24:00"]]
    assert "08:00-12:00, 18:00-24:00" in client.get(page).content.decode()


def test_giving_up_says_what_follows_before_it_happens(department: Tenant) -> None:
    order = {
        "keys": ["counted_minutes", "draw"],
        "counters": {"debits": ["worked", "given_up"]},
        "call_off": {"until_hours_before_start": 2, "text": "The whole shift counts against you."},
    }
    publish_example(department, award_order=order)
    officer = make_officer(department)
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    place_bid(officer=officer, shift_id=shift.id, actor=actor_for(officer.person), at=NOW)
    award_shift(shift_id=shift.id, actor=SETTING_UP, at=STARTS_AT - timedelta(hours=24))
    client, page = browser_of(officer), reverse("officer:give_up", args=[Assignment.objects.get().id])
    shown = client.get(page).content.decode()
    assert "The whole shift counts against you." in shown
    assert "count against you in the award order" in shown
    assert client.post(page, {}).status_code == 422
    assert client.post(page, {"reason": "Ill"}).status_code == 302
    assert Assignment.objects.get().state == Assignment.State.CALLED_OFF


def test_by_hand_from_the_desk_asks_for_a_reason_and_not_every_role_may(department: Tenant) -> None:
    publish_example(department, award_order={"method": "manual"})
    officer = make_officer(department)
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    browser, _ = staff(department)
    address = desk("award_by_hand", shift_id=shift.id)
    sent = {"rank_code": "constable", "officer_id": str(officer.id), "reason": ""}
    refused = browser.post(address, sent)
    assert refused.status_code == 422
    assert "Give a reason" in refused.content.decode()
    auditor, _ = staff(department, role="auditor")
    assert auditor.post(address, {**sent, "reason": "Because"}).status_code == 403
    supervisor, _ = staff(department, role="supervisor")
    assert supervisor.post(address, {**sent, "reason": "Because"}).status_code == 403
    assert browser.post(address, {**sent, "reason": "Knows the venue"}).status_code == 302
    assert Award.objects.get().snapshot["manual"]["reason"] == "Knows the venue"
