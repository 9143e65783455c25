"""Breaks without a connection, in a browser: they arrive once and in order when it comes back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from kernel import clock
from marketplace.models import DutyEvent
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.venues import STARTS_AT
from tests.factories.work import clock as punch
from tests.factories.work import staff
from tests.portals.in_browser import browsing, keep_picture

pytestmark = [pytest.mark.usefixtures("committed_database", "as_worker")]


def test_a_break_told_offline_arrives_once_and_in_order(department: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    govern(department)
    work = staff(department)
    punch(work, "in", at=STARTS_AT)
    monkeypatch.setattr(clock, "now", lambda: STARTS_AT + timedelta(hours=1))
    with browsing(work.officer.person) as (page, complaints):
        page.goto(reverse("officer:assignment", args=[work.assignment.id]))
        expect(page.get_by_role("heading", name="You are on duty")).to_be_visible()
        page.context.set_offline(True)
        page.get_by_role("button", name="Start a break").click()
        expect(page.get_by_role("button", name="End the break")).to_be_visible()
        expect(page.get_by_role("button", name="Start a break")).to_be_hidden()
        page.get_by_role("button", name="End the break").click()
        expect(page.get_by_role("button", name="Start a break")).to_be_visible()
        page.context.set_offline(False)
        expect(page.get_by_text("Break ended")).to_be_visible(timeout=15_000)
        page.reload()
        page.get_by_text("I am called to police duty").click()
        page.get_by_label("An arrest for this job").check()
        page.get_by_role("button", name="Go on police duty").click()
        expect(page.get_by_role("heading", name="You are on police duty since 12:00 PM")).to_be_visible()
        expect(page.get_by_role("button", name="I am back at my post")).to_be_visible()
        keep_picture(page, "on-site")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # The ORM refuses the thread of an open browser, so this is read last.
    assert list(DutyEvent.objects.order_by("received_at", "id").values_list("kind", flat=True)) == [
        "break_started",
        "break_ended",
        "went_on_duty",
    ]
    assert [one for one in complaints if "ERR_INTERNET_DISCONNECTED" not in one] == []
