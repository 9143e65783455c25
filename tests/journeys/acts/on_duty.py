"""An officer with a phone in the hand: bidding, clocking in and out."""

import re

from playwright.sync_api import expect

from tests.journeys.acts.asking import Wish
from tests.journeys.visitors import Visitor


def see_near_me(officer: Visitor, wish: Wish) -> None:
    """Open the feed, and the shift in it."""
    officer.visit("/officer/near-me/")
    title = officer.page.get_by_role("link", name=wish.title, exact=True)
    officer.reload_until(title)


def open_shift(officer: Visitor, wish: Wish) -> None:
    see_near_me(officer, wish)
    officer.page.get_by_role("link", name=wish.title, exact=True).click()
    expect(officer.heading(wish.title)).to_be_visible()


def bid(officer: Visitor) -> None:
    """On the shift's page."""
    officer.press("Bid for this shift")
    officer.must_see("Your bid is in.")


def stand_at(officer: Visitor, wish: Wish, *, metres_north: int = 20, accuracy_metres: int = 12) -> None:
    """Where the phone says it is from now on."""
    officer.context.grant_permissions(["geolocation"])
    officer.context.set_geolocation(
        {
            "latitude": float(wish.latitude) + metres_north / 111_195,
            "longitude": float(wish.longitude) + 0.000013,
            "accuracy": accuracy_metres,
        }
    )


def open_own_shift(officer: Visitor, wish: Wish) -> None:
    officer.visit("/officer/shifts/")
    officer.page.get_by_role("link", name=re.compile(re.escape(wish.title))).first.click()
    expect(officer.heading(wish.title)).to_be_visible()


def clock(officer: Visitor, direction: str) -> None:
    """`in` or `out`, on the page of the officer's own shift."""
    officer.page.get_by_role("button", name=f"Clock {direction}", exact=True).click()


def clock_out_early(officer: Visitor) -> None:
    """Before the end the page asks first, since a punch cannot be taken back."""
    clock(officer, "out")
    officer.page.get_by_role("dialog").get_by_role("button", name="Clock out").click()
