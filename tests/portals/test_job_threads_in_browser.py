"""A job's thread in a browser: a message appears on an open page, and what is refused stays in the form."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from kernel import clock
from kernel.identifiers import uuid7
from marketplace.job_seats import client_seat
from marketplace.job_threads import write_message
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.people import actor_for
from tests.factories.venues import STARTS_AT
from tests.factories.work import staff
from tests.notifications.test_phone_page import as_worker
from tests.portals.in_browser import browsing, keep_picture

pytestmark = [pytest.mark.usefixtures("committed_database", "as_worker")]


def test_a_message_comes_in_while_the_page_is_open(department: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    at = STARTS_AT - timedelta(hours=4)
    govern(department)
    work = staff(department)
    monkeypatch.setattr(clock, "now", lambda: at)
    monkeypatch.setattr("portals.job_thread_pages.POLLED_EVERY_SECONDS", 1)
    client = work.requester.person
    url = reverse("officer:assignment_messages", args=[work.assignment.id])

    def client_writes() -> None:
        seat = client_seat(person=client, job_id=work.shift.job_id, at=at)
        write_message(seat=seat, message_id=uuid7(), text="Please use the north gate.", actor=actor_for(client), at=at)

    with browsing(work.officer.person) as (page, complaints):
        page.goto(reverse("officer:assignment", args=[work.assignment.id]))
        page.get_by_role("link", name="Messages").click()
        expect(page.get_by_text("Nothing written yet")).to_be_visible()
        page.get_by_label("Your message").fill("Call me at 905 555 0134")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_text("Leave telephone numbers").first).to_be_visible()
        expect(page.get_by_label("Your message")).to_have_value("Call me at 905 555 0134")
        page.get_by_label("Your message").fill("Which gate? I come at 13:45.")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_text("Which gate? I come at 13:45.")).to_be_visible()
        as_worker(client_writes)
        expect(page.get_by_text("Please use the north gate.")).to_be_visible(timeout=10_000)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        keep_picture(page, "job-thread-390")
        page.set_viewport_size({"width": 1280, "height": 900})
        keep_picture(page, "job-thread-1280")
        assert page.url.endswith(url)
    assert [one for one in complaints if "422" not in one] == []
