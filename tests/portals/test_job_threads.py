"""A job's thread: who reads and writes it, for how long, what it never carries, and who hears of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from kernel import clock
from kernel.identifiers import uuid7
from kernel.models import AuditEvent
from marketplace.job_seats import OPEN_FOR, Seat, client_seat, officer_seat
from marketplace.job_threads import (
    MANY_IN_TEN_MINUTES,
    NOTICE_AFTER,
    mark_read,
    read_messages,
    scan_notices,
    unread_of,
    write_message,
)
from marketplace.models import Assignment, JobMessage, JobReader, Officer
from marketplace.releasing import call_off
from messaging.models import OutboundMessage
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.clients import govern, make_requester
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.outbox import drain
from tests.factories.venues import STARTS_AT
from tests.factories.work import ENDS_AT, Work
from tests.factories.work import staff as staffed
from tests.portals.test_department_requests import address, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]
BEFORE = STARTS_AT - timedelta(hours=4)


class Page:
    """One person's browser on the thread's page."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url

    def ask(self, method: str = "get", url: str = "", **body: Any) -> Any:
        # A request leaves the session to nobody; the test goes on as whom it was before.
        with acting_as(purpose="request"):
            return getattr(self.browser, method)(url or self.url, body)

    def write(self, text: str, *, message_id: str = "") -> Any:
        return self.ask("post", text=text, message_id=message_id or str(uuid7()))

    def text(self) -> str:
        answer = self.ask()
        assert answer.status_code == 200
        return answer.content.decode()

    def news(self) -> Any:
        return self.ask(url=f"{self.url}news/")


@pytest.fixture(autouse=True)
def _before_the_shift(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: BEFORE)


@pytest.fixture
def work(department: Tenant) -> Work:
    govern(department)
    found = staffed(department)
    drain(at=BEFORE)
    return found


def client_page(work: Work) -> Page:
    browser = Browser(SERVER_NAME="localhost")
    browser.force_login(work.requester.person)
    return Page(browser, reverse("client:job_messages", args=[work.shift.job_id]))


def officer_page(work: Work, officer: Officer | None = None) -> Page:
    browser = Browser(SERVER_NAME="localhost")
    browser.force_login((officer or work.officer).person)
    return Page(browser, reverse("officer:assignment_messages", args=[work.assignment.id]))


def desk_page(work: Work, tenant: Tenant, role: str = "coordinator") -> Page:
    browser, _ = staff(tenant, role)
    return Page(browser, address("request_messages", job_id=work.shift.job_id))


def test_client_coordinator_and_officer_read_each_other_and_no_number(
    department: Tenant, work: Work, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client, officer, desk = client_page(work), officer_page(work), desk_page(work, department)
    assert client.write("Which gate do you use?").status_code == 302
    assert officer.write("The north gate. <b>Bold</b>").status_code == 302
    assert desk.write("Confirmed.").status_code == 302
    for page in (client, officer, desk):
        with django_assert_max_num_queries(12):
            shown = page.text()
        assert "Which gate do you use?" in shown
        assert "&lt;b&gt;Bold&lt;/b&gt;" in shown
        assert "Confirmed." in shown
        thread = shown[shown.index("thread-title") :]
        assert work.officer.display_name in thread
        assert "+1905" not in thread
        assert work.officer.person.email not in thread
    # Each side reads the names that it may: an officer no client's, and nobody outside of the desk its staff's.
    name = work.requester.client.name
    assert name in desk.text()
    assert name not in officer.text().split("thread-title")[1]
    assert "The client" in officer.text()
    assert "Whitlock" in desk.text()
    assert all("Whitlock" not in page.text() and department.short_name in page.text() for page in (client, officer))
    assert AuditEvent.objects.filter(action="job_message.written").count() == 3
    assert "gate" not in str(list(AuditEvent.objects.filter(action="job_message.written").values_list("after")))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Write something first"),
        ("Call me at 905 555 0134", "Leave telephone numbers"),
        ("x" * 1001, "1000"),
    ],
)
def test_what_cannot_be_said_there_is_refused_and_kept_in_the_form(work: Work, typed: str, told: str) -> None:
    page = client_page(work)
    answer = page.write(typed)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert typed[:40] in answer.content.decode()
    assert not JobMessage.objects.exists()


def test_a_message_sent_twice_is_there_once_and_a_flood_is_stopped(work: Work) -> None:
    page = client_page(work)
    same = str(uuid7())
    assert page.write("Once", message_id=same).status_code == 302
    assert page.write("Once", message_id=same).status_code == 302
    assert JobMessage.objects.count() == 1
    for number in range(MANY_IN_TEN_MINUTES - 1):
        assert page.write(f"Message {number}").status_code == 302
    refused = page.write("One too many")
    assert refused.status_code == 422
    assert "within ten minutes" in refused.content.decode()


def test_nobody_else_finds_the_thread(department: Tenant, other_department: Tenant, work: Work) -> None:
    client_page(work).write("Between us")
    stranger = Browser(SERVER_NAME="localhost")
    stranger.force_login(make_requester().person)
    other = make_officer(department)
    url = client_page(work).url
    for page in (Page(stranger, url), officer_page(work, other), desk_page(work, other_department)):
        assert page.ask().status_code == 404
        assert page.news().status_code == 404
        assert page.write("Let me in").status_code in (403, 404)
    assert JobMessage.objects.count() == 1


def test_an_officer_who_is_released_loses_the_thread_at_once(department: Tenant, work: Work) -> None:
    page = officer_page(work)
    page.write("I bring cones.")
    assert page.news().status_code == 200
    call_off(assignment_id=work.assignment.id, department_id=department.id, reason="Ill", actor=SETTING_UP, at=BEFORE)
    client_page(work).write("After you left")
    answer = page.ask()
    assert answer.status_code == 302
    stopped = page.news()
    assert stopped.status_code == 286
    assert b"After you left" not in stopped.content
    assert page.write("Still here").status_code == 302
    assert JobMessage.objects.count() == 2


def test_it_closes_thirty_days_after_the_last_shift_and_stays_with_the_department(
    department: Tenant, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    client_page(work).write("See you")
    monkeypatch.setattr(clock, "now", lambda: ENDS_AT + OPEN_FOR - timedelta(minutes=1))
    assert "See you" in client_page(work).text()
    monkeypatch.setattr(clock, "now", lambda: ENDS_AT + OPEN_FOR)
    assert client_page(work).ask().status_code == 302
    assert client_page(work).news().status_code == 286
    assert officer_page(work).news().status_code == 286
    desk = desk_page(work, department, "auditor")
    assert "See you" in desk.text()
    assert 'name="text"' not in desk.text()
    assert desk.news().status_code == 286


def test_an_auditor_reads_and_does_not_write(department: Tenant, work: Work) -> None:
    page = desk_page(work, department, "auditor")
    assert 'name="text"' not in page.text()
    assert page.write("Hello").status_code == 403


def test_unread_messages_are_counted_until_they_are_seen(work: Work) -> None:
    officer_page(work).write("One")
    officer_page(work).write("Two")
    job_page = Page(client_page(work).browser, reverse("client:job", args=[work.shift.job_id]))
    assert "2 new" in job_page.text()
    client_page(work).text()
    assert "new</" not in job_page.text().split("two-columns")[0]
    assert "2 new" not in job_page.text()


def test_who_has_not_read_hears_once_of_all_that_is_new_and_not_what_it_says(work: Work) -> None:
    page = officer_page(work)
    page.write("First secret")
    page.write("Second secret")
    drain(at=BEFORE)
    assert scan_notices(at=BEFORE + NOTICE_AFTER - timedelta(seconds=1)) == 0
    assert scan_notices(at=BEFORE + NOTICE_AFTER) >= 1
    drain(at=BEFORE + NOTICE_AFTER)
    [letter] = OutboundMessage.objects.filter(subject__contains="2 new messages", recipient=work.requester.person.email)
    assert "secret" not in letter.text + letter.html
    assert reverse("client:job_messages", args=[work.shift.job_id]) in letter.text
    assert not OutboundMessage.objects.filter(
        subject__contains="new message", recipient=work.officer.person.email
    ).exists()
    assert scan_notices(at=BEFORE + timedelta(days=1)) == 0


def test_who_has_read_meanwhile_or_was_released_hears_nothing(department: Tenant, work: Work) -> None:
    client_page(work).write("For the officer")
    drain(at=BEFORE)
    assert JobReader.objects.get(person_id=work.officer.person_id).notice_due_at == BEFORE + NOTICE_AFTER
    officer_page(work).text()
    assert JobReader.objects.get(person_id=work.officer.person_id).notice_due_at is None
    client_page(work).write("Again")
    drain(at=BEFORE)
    Assignment.objects.filter(id=work.assignment.id).update(state=Assignment.State.CALLED_OFF)
    scan_notices(at=BEFORE + NOTICE_AFTER)
    drain(at=BEFORE + NOTICE_AFTER)
    assert not OutboundMessage.objects.filter(
        subject__contains="new message", recipient=work.officer.person.email
    ).exists()


def test_what_came_in_behind_a_reading_is_still_told(department: Tenant, work: Work) -> None:
    officer = officer_seat(officer=work.officer, assignment_id=work.assignment.id, at=BEFORE)
    client = client_seat(person=work.requester.person, job_id=work.shift.job_id, at=BEFORE)

    def write(seat: Seat, text: str, minute: int) -> None:
        at = BEFORE + timedelta(minutes=minute)
        write_message(seat=seat, message_id=uuid7(), text=text, actor=SETTING_UP, at=at)

    def unread() -> int:
        return unread_of(person_id=officer.person_id, side=officer.side, job_id=work.shift.job_id)

    write(client, "Come to gate four.", 0)
    drain(at=BEFORE)
    # Asked at minute two, and answered before the client's second message was there.
    shown = read_messages(seat=officer)
    write(client, "No, to gate five.", 1)
    assert unread() == 1
    # An answer says nothing of what its writer has seen.
    write(officer, "On my way.", 2)
    assert unread() == 1
    drain(at=BEFORE + timedelta(minutes=3))
    # A slower request that saw the first alone takes the notice of the second back from nobody.
    mark_read(seat=officer, until=shown[-1].written_at)
    reader = JobReader.objects.get(person_id=officer.person_id)
    assert reader.notice_due_at == BEFORE + timedelta(minutes=1) + NOTICE_AFTER
    read_messages(seat=officer)
    assert unread() == 0
