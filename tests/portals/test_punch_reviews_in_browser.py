"""The queue of doubtful punches in a browser: circles on the map, keys, and a phone's width."""

import pytest
from playwright.sync_api import expect

from tenants.models import Tenant
from tests.portals.in_browser import browsing, keep_picture
from tests.portals.test_department_requests import address, staff
from tests.portals.test_punch_reviews import AFTER, queue, three_doubtful

pytestmark = [pytest.mark.usefixtures("committed_database", "as_worker")]


@pytest.mark.parametrize("width", [1280, 390])
def test_the_queue_by_keys_with_circles_on_the_map(
    department: Tenant, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: AFTER)
    three_doubtful(department)
    _, person = staff(department)
    pages = [address("punch", clock_event_id=review.pk) for review in queue()]
    with browsing(person, host=f"{department.slug}.localhost", width=width) as (page, complaints):
        page.goto(pages[0])
        expect(page.get_by_text("1 of 3, the oldest first")).to_be_visible()
        # The fence and the circle of the accuracy; the pins have paths of their own.
        expect(page.locator("#punch-map .leaflet-overlay-pane path")).to_have_count(2)
        keep_picture(page, f"punch-{width}")
        page.keyboard.press("j")
        expect(page.get_by_text("2 of 3, the oldest first")).to_be_visible()
        page.keyboard.press("k")
        expect(page.get_by_text("1 of 3, the oldest first")).to_be_visible()
        page.keyboard.press("r")
        page.keyboard.type("Seen on site, near j and k.")
        page.get_by_role("button", name="Accept", exact=True).click()
        expect(page.get_by_text("1 of 2, the oldest first")).to_be_visible()
        page.get_by_role("button", name="Was not at the site.").click()
        expect(page.get_by_label("Reason")).to_have_value("Was not at the site.")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.goto(f"{address('timesheets')}?view=review")
        keep_picture(page, f"queue-{width}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert complaints == []
    assert [review.state for review in queue()] == ["accepted", "open", "open"]
