"""One tap with a position on the phone, and the boards as they look on a wide screen and on a phone."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from kernel import clock
from marketplace import watching
from marketplace.models import PresenceAnswer
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import make_officer
from tests.factories.outbox import drain
from tests.factories.venues import STARTS_AT
from tests.factories.work import NEARBY, Work, staff, take
from tests.factories.work import clock as punch
from tests.portals.in_browser import browsing, keep_picture
from tests.portals.test_department_requests import staff as employ

pytestmark = [pytest.mark.usefixtures("committed_database", "as_worker")]
WIDTHS = (1280, 390)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Any:
    def at(minutes: float) -> None:
        moment = STARTS_AT + timedelta(minutes=minutes)
        monkeypatch.setattr(clock, "now", lambda: moment)
        with acting_as(purpose="worker"):
            watching.scan_service_levels(at=moment)
            drain(at=moment)

    return at


@pytest.fixture
def work(department: Tenant, now: Any) -> Work:
    govern(department, service_levels={"presence_interval_minutes": 60})
    work = staff(department, headcount=3)
    take(make_officer(department, family_name="Birch"), work.shift)
    punch(work, "in", at=STARTS_AT)
    now(60)
    return work


def look(page: Page, path: str, name: str) -> None:
    """At both widths; nothing is wider than the screen."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(path)
        keep_picture(page, f"{name}-{width}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} at {width}"


def test_one_tap_confirms_with_the_position_of_the_moment(work: Work) -> None:
    with browsing(work.officer.person) as (page, complaints):
        page.context.grant_permissions(["geolocation"])
        page.context.set_geolocation({"latitude": NEARBY[0], "longitude": NEARBY[1], "accuracy": 12})
        page.goto(reverse("officer:shifts"))
        expect(page.get_by_role("heading", name="Are you on site?")).to_be_visible()
        page.goto(reverse("officer:assignment", args=[work.assignment.id]))
        keep_picture(page, "presence")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("button", name="I am on site").click()
        expect(page.get_by_text("Confirmed at 12:00 PM. Thank you.")).to_be_visible(timeout=15_000)
        page.reload()
        expect(page.get_by_role("heading", name="Are you on site?")).to_be_hidden()
    assert PresenceAnswer.objects.get().verdict == "VERIFIED"
    assert complaints == []


def test_the_boards_fit_every_screen(department: Tenant, work: Work, now: Any) -> None:
    now(80)
    _, coordinator = employ(department)
    with browsing(coordinator, host=f"{department.slug}.localhost", width=1280) as (page, complaints):
        look(page, reverse("department:console", urlconf="config.urls_department"), "console")
        page.get_by_role("link", name="What now").first.click()
        expect(page.get_by_role("button", name="I look after it")).to_be_visible()
        look(page, page.url, "alert")
        page.get_by_role("button", name="I look after it").click()
        expect(page.get_by_text("You look after it.")).to_be_visible()
        look(page, reverse("department:policy", urlconf="config.urls_department"), "policy")
    assert complaints == []
    with browsing(work.requester.person, width=1280) as (page, complaints):
        look(page, reverse("client:job", args=[work.shift.job_id]), "client-job")
        expect(page.get_by_text("last confirmed 11:00 AM")).to_be_visible()
        day = STARTS_AT.date().isoformat()
        look(page, f"{reverse('client:job_report')}?kind=day&from={day}", "client-report")
    assert complaints == []
