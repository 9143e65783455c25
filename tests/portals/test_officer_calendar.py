"""An officer's shifts in their own calendar: a secret address, nothing of anybody else, call-offs marked as such."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from kernel import clock
from marketplace.models import Assignment, CalendarFeed
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import make_officer
from tests.factories.venues import STARTS_AT
from tests.factories.work import ENDS_AT, Work, staff, take
from tests.factories.work import clock as punch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]


@pytest.fixture
def work(department: Tenant, monkeypatch: pytest.MonkeyPatch) -> Work:
    monkeypatch.setattr(clock, "now", lambda: STARTS_AT - timedelta(hours=3))
    govern(department)
    return staff(department, headcount=2)


@pytest.fixture
def client(work: Work) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(work.officer.person)
    return client


def make_address(client: Client) -> str:
    page = client.post(reverse("officer:make_calendar"))
    assert "It is not shown again" in page.content.decode()
    return str(page.context["address"]).removeprefix("http://localhost")


def read(address: str) -> Calendar:
    answer = Client(SERVER_NAME="localhost").get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/calendar")
    return Calendar.from_ical(answer.content)


def test_own_shifts_with_meeting_point_and_reminders_and_nobody_else(
    client: Client, work: Work, department: Tenant
) -> None:
    colleague = make_officer(department)
    take(colleague, work.shift)
    address = make_address(client)
    calendar = read(address)
    (event,) = calendar.walk("VEVENT")
    assert (event["summary"], event["status"]) == (work.shift.job.title, "CONFIRMED")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (STARTS_AT, ENDS_AT)
    assert work.shift.job.meeting_point in event["description"]
    assert sorted(alarm.decoded("trigger") for alarm in event.walk("VALARM")) == [
        -timedelta(hours=24),
        -timedelta(hours=2),
    ]
    text = calendar.to_ical().decode()
    for private in (colleague.display_name, work.officer.display_name, work.shift.job.contact_phone):
        assert private not in text
    # The token itself is nowhere.
    token = address.rsplit("/", 1)[1].removesuffix(".ics")
    assert CalendarFeed.objects.get().token_sha256 != token
    assert token not in client.get(reverse("officer:calendar")).content.decode()


def test_a_change_raises_the_sequence_and_a_call_off_is_marked(client: Client, work: Work) -> None:
    address = make_address(client)
    before = read(address).walk("VEVENT")[0]
    punch(work, "in", at=STARTS_AT)
    after = read(address).walk("VEVENT")[0]
    assert int(after["sequence"]) > int(before["sequence"])
    assert after["uid"] == before["uid"]
    Assignment.objects.update(state=Assignment.State.CALLED_OFF)
    off = read(address).walk("VEVENT")[0]
    assert (off["status"], off["uid"], off.walk("VALARM")) == ("CANCELLED", before["uid"], [])


def test_what_did_not_change_is_not_sent_again(client: Client, work: Work) -> None:
    address = make_address(client)
    calendar = Client(SERVER_NAME="localhost")
    first = calendar.get(address)
    again = calendar.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    punch(work, "in", at=STARTS_AT)
    assert calendar.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_new_address_ends_the_old_one_and_ending_ends_it(client: Client, work: Work) -> None:
    first, second = make_address(client), make_address(client)
    anybody = Client(SERVER_NAME="localhost")
    assert (anybody.get(first).status_code, anybody.get(second).status_code) == (404, 200)
    client.post(reverse("officer:end_calendar"))
    assert anybody.get(second).status_code == 404
    assert anybody.get("/feeds/officer/nothing.ics").status_code == 404
    twice = client.post(reverse("officer:end_calendar"), follow=True)
    assert "There is no address now." in twice.content.decode()


def test_who_has_left_is_read_by_nobody(client: Client, work: Work) -> None:
    address = make_address(client)
    work.officer.left_at = STARTS_AT
    work.officer.save(update_fields=["left_at"])
    assert Client(SERVER_NAME="localhost").get(address).status_code == 404


def test_guessing_is_stopped(client: Client, work: Work) -> None:
    guesser = Client(SERVER_NAME="localhost", REMOTE_ADDR="203.0.113.77")
    answers = {guesser.get(f"/feeds/officer/{number}.ics").status_code for number in range(31)}
    assert answers == {404, 429}
