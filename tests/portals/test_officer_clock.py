"""The clock's page: the phone's JSON, the plain form, what the hours became, and what they earned."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kernel import clock
from kernel.identifiers import uuid7
from marketplace.models import ClockEvent, Timesheet
from marketplace.timesheets import approve_timesheet, dispute_timesheet
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import make_officer
from tests.factories.venues import STARTS_AT
from tests.factories.work import ENDS_AT, FIVE_KILOMETRES_OFF, Work, fix, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]


@pytest.fixture
def work(department: Tenant) -> Work:
    govern(department)
    return staff(department)


@pytest.fixture
def client(work: Work) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(work.officer.person)
    return client


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    def set_time(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    return set_time


def send(client: Client, work: Work, way: str, moment: datetime, **changes: Any) -> Any:
    body = {
        "kind": way,
        "punch_id": str(uuid7()),
        "fixes": [fix(at=moment)],
        "client_at": moment.isoformat(),
        "device_id": "phone-1",
        "reason_given": "",
        "sent_late": False,
        **changes,
    }
    return client.post(reverse("officer:punch", args=[work.assignment.id]), body, content_type="application/json")


def page_of(client: Client, work: Work) -> str:
    return client.get(reverse("officer:assignment", args=[work.assignment.id])).content.decode()


def test_a_punch_in_and_out_by_json_makes_the_hours(client: Client, work: Work, at: Any) -> None:
    at(STARTS_AT - timedelta(hours=2))
    early = page_of(client, work)
    assert "Clock-in opens" in early
    # It is there for a page that a phone keeps until the clock opens.
    assert "data-clock-form hidden" in early
    at(STARTS_AT - timedelta(minutes=5))
    assert "data-clock-form>" in page_of(client, work)
    punch_id = str(uuid7())
    answer = send(client, work, "in", STARTS_AT - timedelta(minutes=5), punch_id=punch_id)
    assert answer.status_code == 200
    said = answer.json()
    assert said["verdict"] == "VERIFIED"
    assert said["distance_metres"] < 60
    assert send(client, work, "in", STARTS_AT, punch_id=punch_id).json()["happened_at"] == said["happened_at"]
    at(STARTS_AT + timedelta(hours=1))
    on_duty = page_of(client, work)
    assert "You are on duty" in on_duty
    assert 'data-count-up="3600"' in on_duty
    assert "Only the time worked so far counts" in on_duty
    at(ENDS_AT)
    assert send(client, work, "out", ENDS_AT).status_code == 200
    done = page_of(client, work)
    assert "If they say nothing, they are approved" in done
    assert "$314.00" in done
    assert Timesheet.objects.get().worked_minutes == 240


def test_refusals_come_as_sentences_with_their_code(client: Client, work: Work, at: Any) -> None:
    at(STARTS_AT - timedelta(hours=3))
    assert send(client, work, "in", STARTS_AT - timedelta(hours=3)).json()["code"] == "too_early"
    at(STARTS_AT)
    unexplained = send(client, work, "in", STARTS_AT, fixes=[])
    assert (unexplained.status_code, unexplained.json()["code"]) == (422, "reason_needed")
    assert unexplained.json()["field"] == "reason_given"
    old = send(client, work, "in", STARTS_AT, fixes=[fix(at=STARTS_AT, age_seconds=3 * 3600)])
    assert old.json()["code"] == "reason_needed"
    assert send(client, work, "out", STARTS_AT).json()["code"] == "not_clocked_in"
    assert not ClockEvent.objects.exists()
    assert send(client, work, "in", STARTS_AT).status_code == 200
    assert send(client, work, "in", STARTS_AT).json()["code"] == "already_clocked_in"
    far = send(client, work, "out", STARTS_AT, fixes=[fix(at=STARTS_AT, place=FIVE_KILOMETRES_OFF)])
    assert far.json()["verdict"] == "OFFSITE"


@pytest.mark.parametrize(
    "changes",
    [
        {"punch_id": "x"},
        {"fixes": "everywhere"},
        {"fixes": [{"latitude": "NaN", "longitude": 0}]},
        {"fixes": [[]]},
        {"client_at": "soon"},
        {"kind": "sideways"},
        {"kind": None},
        {"reason_given": "x" * 400},
    ],
)
def test_odd_punches_are_refused_and_change_nothing(
    client: Client, work: Work, at: Any, changes: dict[str, Any]
) -> None:
    at(STARTS_AT)
    answer = send(client, work, "in", STARTS_AT, **changes)
    assert answer.status_code == 422, answer.content
    assert answer.json()["message"]
    assert not ClockEvent.objects.exists()


def test_bodies_that_are_no_punch(client: Client, work: Work, at: Any) -> None:
    at(STARTS_AT)
    url = reverse("officer:punch", args=[work.assignment.id])
    for body in ("", "[]", "7", "{", '{"kind": "in"}', "x" * 30_000):
        assert client.post(url, body, content_type="application/json").status_code == 422, body[:20]
    assert client.get(url).status_code == 405


def test_foreign_missing_and_signed_out(client: Client, work: Work, at: Any, department: Tenant) -> None:
    at(STARTS_AT)
    stranger = Client(SERVER_NAME="localhost")
    stranger.force_login(make_officer(department).person)
    foreign = send(stranger, work, "in", STARTS_AT)
    work_of_nobody = Work(work.requester, work.officer, work.shift, type(work.assignment)(id=uuid7()))
    missing = send(stranger, work_of_nobody, "in", STARTS_AT)
    assert (foreign.status_code, foreign.json()["message"]) == (404, missing.json()["message"])
    assert send(Client(SERVER_NAME="localhost"), work, "in", STARTS_AT).status_code == 401
    form = {"kind": "in", "punch_id": str(uuid7()), "reason_given": "why"}
    assert stranger.post(reverse("officer:clock", args=[work.assignment.id]), form).status_code == 404
    assert not ClockEvent.objects.exists()


def test_what_waited_in_the_phone_counts_from_its_own_time(client: Client, work: Work, at: Any) -> None:
    at(STARTS_AT + timedelta(hours=1))
    answer = send(client, work, "in", STARTS_AT, sent_late=True)
    assert answer.json()["happened_at"] == STARTS_AT.isoformat()
    assert "Offline" in answer.json()["sentence"]


def test_without_a_script_a_reason_takes_the_place_of_a_position(client: Client, work: Work, at: Any) -> None:
    at(STARTS_AT)
    url = reverse("officer:clock", args=[work.assignment.id])
    punch_id = str(uuid7())
    bare = client.post(url, {"kind": "in", "punch_id": punch_id, "reason_given": ""})
    assert bare.status_code == 422
    assert "<title>Error:" in bare.content.decode()
    assert punch_id in bare.content.decode()
    told = client.post(url, {"kind": "in", "punch_id": punch_id, "reason_given": "<i>Old phone</i>"}, follow=True)
    page = told.content.decode()
    assert "A coordinator will look" in page
    assert "&lt;i&gt;Old phone&lt;/i&gt;" in page
    assert client.post(url, {"kind": "in", "punch_id": punch_id, "reason_given": "again"}).status_code == 302
    assert ClockEvent.objects.count() == 1
    at(ENDS_AT)
    client.post(url, {"kind": "out", "punch_id": str(uuid7())})
    assert "Your coordinator looks at a punch first" in page_of(client, work)


def test_disputed_and_approved_hours_say_so(client: Client, work: Work, at: Any) -> None:
    at(STARTS_AT)
    send(client, work, "in", STARTS_AT)
    at(ENDS_AT)
    send(client, work, "out", ENDS_AT)
    sheet = Timesheet.objects.get()
    expected = client.get(reverse("officer:earnings")).content.decode()
    assert "Hours await approval" in expected
    assert "$314.00" in expected
    dispute_timesheet(timesheet_id=sheet.id, reason="Left early", actor=work.requester.actor, at=ENDS_AT)
    assert "The client disputes these hours: Left early" in page_of(client, work)
    history = client.get(reverse("officer:shifts"), {"view": "past"}).content.decode()
    assert "4\u00a0h worked" in history


def test_approved_hours_lead_to_the_earnings(client: Client, work: Work, at: Any) -> None:
    at(STARTS_AT)
    send(client, work, "in", STARTS_AT)
    at(ENDS_AT)
    send(client, work, "out", ENDS_AT)
    approve_timesheet(timesheet_id=Timesheet.objects.get().id, by="client", actor=work.requester.actor, at=ENDS_AT)
    assert "See your earnings" in page_of(client, work)


def test_a_punch_of_somebody_else_is_refused_before_it_is_read(client: Client, work: Work, at: Any) -> None:
    """Another officer has signed in on the phone while the page of the first was still open."""
    at(STARTS_AT)
    url = reverse("officer:punch", args=[work.assignment.id])
    body = {"kind": "in", "punch_id": str(uuid7()), "fixes": [fix(at=STARTS_AT)], "client_at": STARTS_AT.isoformat()}
    foreign = client.post(url, body, content_type="application/json", headers={"X-Muster-Person": str(uuid7())})
    assert (foreign.status_code, foreign.json()["code"]) == (401, "another_person")
    assert not ClockEvent.objects.exists()
    said = client.get(reverse("officer:assignment", args=[work.assignment.id])).headers["X-Muster-Person"]
    own = client.post(url, body, content_type="application/json", headers={"X-Muster-Person": said})
    assert (own.status_code, ClockEvent.objects.count()) == (200, 1)
    assert Client(SERVER_NAME="localhost").get("/accounts/login/").headers["X-Muster-Person"] == "-"
