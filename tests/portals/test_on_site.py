"""What an officer tells from the site: by the phone's queue as JSON, or by a form without scripts."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kernel import clock
from kernel.identifiers import uuid7
from marketplace.models import DutyEvent, Timesheet
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import make_officer
from tests.factories.venues import STARTS_AT
from tests.factories.work import ENDS_AT, Work, staff
from tests.factories.work import clock as punch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]
AN_HOUR_IN = STARTS_AT + timedelta(hours=1)


@pytest.fixture
def work(department: Tenant) -> Work:
    govern(department)
    work = staff(department)
    punch(work, "in", at=STARTS_AT)
    return work


@pytest.fixture
def client(work: Work) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(work.officer.person)
    return client


@pytest.fixture(autouse=True)
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    def set_time(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    set_time(AN_HOUR_IN)
    return set_time


def send(client: Client, work: Work, kind: str, **changes: Any) -> Any:
    body = {"kind": kind, "punch_id": str(uuid7()), "client_at": clock.now().isoformat(), "device_id": "p", **changes}
    return client.post(reverse("officer:tell", args=[work.assignment.id]), body, content_type="application/json")


def shown(client: Client, work: Work) -> str:
    return client.get(reverse("officer:assignment", args=[work.assignment.id])).content.decode()


def test_a_break_stops_the_count_on_the_page_until_it_ends(client: Client, work: Work, at: Any) -> None:
    assert "Start a break" in shown(client, work)
    answer = send(client, work, "break_started").json()
    assert (answer["sentence"], answer["counts"]) == ("Your break began at 12:00 PM.", True)
    at(AN_HOUR_IN + timedelta(minutes=20))
    page = shown(client, work)
    assert "You are on a break since 12:00 PM" in page
    assert 'data-state="break"' in page
    assert "data-count-up" not in page
    send(client, work, "break_ended")
    page = shown(client, work)
    assert 'data-count-up="3600"' in page
    assert "12:00 PM–12:20 PM" in page or "12:00 PM–12:20 PM" in page


def test_the_same_item_again_has_the_same_answer(client: Client, work: Work, at: Any) -> None:
    punch_id = str(uuid7())
    first = send(client, work, "went_on_duty", category="other_duty", punch_id=punch_id).json()
    at(AN_HOUR_IN + timedelta(minutes=5))
    again = send(client, work, "went_on_duty", category="other_duty", punch_id=punch_id, sent_late=True).json()
    assert {**again, "server_at": ""} == {**first, "server_at": ""}
    assert DutyEvent.objects.count() == 1


def test_what_waited_counts_from_its_own_time(client: Client, work: Work, at: Any) -> None:
    at(AN_HOUR_IN + timedelta(minutes=50))
    send(client, work, "break_started", client_at=AN_HOUR_IN.isoformat(), sent_late=True)
    send(client, work, "break_ended", client_at=(AN_HOUR_IN + timedelta(minutes=15)).isoformat(), sent_late=True)
    punch(work, "out", at=ENDS_AT)
    assert Timesheet.objects.get().break_minutes == 15


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"kind": "nap"}, 422, "invalid_input"),
        ({"kind": "went_on_duty", "category": ""}, 422, "category_unknown"),
        ({"kind": "incident", "category": "arrest", "report_number": "a story"}, 422, "report_number_unreadable"),
        ({"kind": "break_ended"}, 422, "not_on_break"),
        ({"kind": "break_started", "punch_id": "x"}, 422, "invalid_input"),
        ({"kind": "break_started", "client_at": "yesterday"}, 422, "invalid_input"),
        ({"kind": ["break_started"]}, 422, "invalid_input"),
        ({"kind": "incident", "category": {"a": 1}}, 422, "category_unknown"),
    ],
)
def test_odd_items_are_refused_for_good(
    client: Client, work: Work, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = send(client, work, **{"kind": "break_started", **changes})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not DutyEvent.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "[" * 19_000, '"x"', "{" + " " * 21_000 + "}", "1" * 10_000, "NaN"])
def test_bodies_that_are_no_item(client: Client, work: Work, body: str) -> None:
    answer = client.post(reverse("officer:tell", args=[work.assignment.id]), body, content_type="application/json")
    assert answer.status_code == 422
    assert not DutyEvent.objects.exists()


def test_a_strange_device_name_does_not_lose_the_item(client: Client, work: Work) -> None:
    assert send(client, work, "break_started", device_id="a\x00b" + "c" * 500).status_code == 200
    assert DutyEvent.objects.get().device_id == "ab" + "c" * 62


def test_foreign_and_signed_out(client: Client, work: Work, department: Tenant) -> None:
    client.force_login(make_officer(department).person)
    assert send(client, work, "break_started").status_code == 404
    client.logout()
    assert send(client, work, "break_started").status_code == 401
    assert not DutyEvent.objects.exists()


def test_without_a_script_a_form_does_the_same(client: Client, work: Work) -> None:
    address = reverse("officer:tell_by_form", args=[work.assignment.id])
    given = {"kind": "incident", "punch_id": str(uuid7()), "category": "injury", "report_number": "26-104"}
    answer = client.post(address, given, follow=True)
    assert "Incident at 12:00 PM: your department was told, the client was not." in answer.content.decode()
    refused = client.post(address, {**given, "punch_id": str(uuid7()), "report_number": "he fell"})
    assert refused.status_code == 422
    assert "Give only your department&#x27;s report number" in refused.content.decode()
    assert 'value="he fell"' in refused.content.decode()
    assert DutyEvent.objects.count() == 1


def test_the_page_needs_few_queries(client: Client, work: Work, django_assert_max_num_queries: Any) -> None:
    for kind in ("break_started", "break_ended"):
        send(client, work, kind)
    with django_assert_max_num_queries(12):
        shown(client, work)
