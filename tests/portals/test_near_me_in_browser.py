"""Near me on phone and desk: more cards by htmx, a map in clusters, the phone's position asked for and refused."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from kernel import clock
from portals.officer.feed_views import ON_THE_LIST
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import BURLINGTON, FAR_AWAY, make_officer
from tests.factories.jobs import make_job, make_shift
from tests.factories.venues import NOW, STARTS_AT
from tests.portals.in_browser import browsing, keep_picture
from tests.portals.test_department_requests import address, staff

pytestmark = [pytest.mark.usefixtures("committed_database", "as_worker")]
FITS = "document.documentElement.scrollWidth <= innerWidth"


def test_near_me_on_every_screen(department: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    govern(department)
    officer, traveller = make_officer(department), make_officer(department, home=FAR_AWAY, family_name="Moss")
    make_officer(department, family_name="Quill", home=BURLINGTON)
    make_officer(department, family_name="Zane", status="suspended")
    near = make_job(department, at=NOW, title="Harbour fair")
    away = make_job(department, at=NOW, title="Bridge works", place=BURLINGTON)
    for number in range(ON_THE_LIST + 4):
        made = make_shift(near if number % 3 else away, starts_at=STARTS_AT + timedelta(days=number % 6), at=NOW)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    for width in (360, 1280):
        with browsing(officer.person, width=width) as (page, complaints):
            page.goto("/officer/near-me/")
            page.get_by_role("link", name="Show more").click()
            page.locator(f".job-card >> nth={ON_THE_LIST}").wait_for()
            assert page.locator(".job-card").count() == ON_THE_LIST + 4
            page.get_by_text("Filter and order").click()
            keep_picture(page, f"near-me-{width}")
            assert page.evaluate(FITS)
            page.goto("/officer/near-me/?minimum_pay=5000")
            page.get_by_text("Nothing matches").wait_for()
            keep_picture(page, f"near-me-nothing-{width}")
            page.goto("/officer/near-me/?view=map")
            page.locator(".map-cluster").first.wait_for()
            keep_picture(page, f"near-me-map-{width}")
            assert page.evaluate(FITS)
        assert complaints == []
        _, coordinator = staff(department)
        with browsing(coordinator, host=f"{department.slug}.localhost", width=width) as (page, complaints):
            page.goto(address("who_can_work", shift_id=made.id))
            page.get_by_role("heading", name="Not eligible (1)").wait_for()
            keep_picture(page, f"who-can-work-{width}")
            assert page.evaluate(FITS)
        assert complaints == []
    with browsing(traveller.person) as (page, complaints):
        page.goto("/officer/near-me/")
        page.get_by_role("button", name="Where I am now").click()
        page.get_by_text("Your browser may not tell where you are").wait_for()
        page.context.grant_permissions(["geolocation"])
        page.context.set_geolocation({"latitude": 43.4675, "longitude": -79.6877, "accuracy": 10})
        page.get_by_role("button", name="Where I am now").click()
        page.get_by_text("of where you are now").wait_for()
        # The sentence stands above the list: the rest of the page may still be on its way.
        expect(page.locator(".job-card")).to_have_count(ON_THE_LIST)
        assert "43.4" not in page.url
        keep_picture(page, "near-me-here")
        page.get_by_role("button", name="Use my home area").click()
        page.get_by_text("No shifts near you yet").wait_for()
    assert complaints == []
