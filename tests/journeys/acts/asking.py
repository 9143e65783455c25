"""Asking for officers, page by page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.journeys.visitors import Visitor


@dataclass(frozen=True)
class Wish:
    """What is asked for; `starts_at` in local time of `zone`."""

    title: str
    event: str
    address: str
    place: str
    latitude: str
    longitude: str
    zone: str
    starts_at: datetime
    hours: int
    headcounts: dict[str, int]

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(hours=self.hours)

    @property
    def starts_at_utc(self) -> datetime:
        return self.starts_at.replace(tzinfo=ZoneInfo(self.zone))


def afternoon(now: datetime, *, days_ahead: int, zone: str, hour: int = 14) -> datetime:
    """That hour of a coming day, in local time without a zone."""
    day = now.astimezone(ZoneInfo(zone)) + timedelta(days=days_ahead)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0, tzinfo=None)


def answer_until_price(visitor: Visitor, wish: Wish, *, photograph: bool = False) -> None:
    """From the first question, already open, to the price."""
    page = visitor.page
    look = visitor.look_at if photograph else (lambda name: None)
    look("request-event")
    page.get_by_label(wish.event).check()
    visitor.fill("Give it a short name", wish.title)
    visitor.press("Continue")
    visitor.fill("Address", wish.address)
    page.get_by_label("Name of the place").fill(wish.place)
    look("request-where")
    visitor.press("Continue")
    page.get_by_text("Enter the position by hand").click()
    visitor.fill("Latitude", wish.latitude)
    visitor.fill("Longitude", wish.longitude)
    page.get_by_label("The pin is where the officers will work").check()
    look("request-pin")
    visitor.press("Continue")
    visitor.fill("Date", wish.starts_at.strftime("%Y-%m-%d"))
    visitor.fill("Start", wish.starts_at.strftime("%H:%M"))
    visitor.fill("End", wish.ends_at.strftime("%H:%M"))
    if wish.ends_at.date() != wish.starts_at.date():
        page.get_by_label("It ends on the next day").check()
    look("request-when")
    visitor.press("Continue")
    for rank, headcount in wish.headcounts.items():
        visitor.fill(rank, str(headcount))
    look("request-officers")
    visitor.press("Continue")
    visitor.fill("What will the officers do?", "Keep the entrance clear and the crowd calm.")
    visitor.fill("Where do they report?", "Command tent by the main gate")
    visitor.fill("Who is in charge on site?", "Robin Castle")
    visitor.fill("Their phone number", "+19055550119")
    look("request-details")
    visitor.press("Continue")
    expect(visitor.heading("Your price")).to_be_visible()
    look("request-price")


def say_who_pays(visitor: Visitor, *, name: str, address: str, phone: str) -> None:
    visitor.page.get_by_label("a business or organisation").check()
    visitor.fill("Name on the contract and invoice", name)
    visitor.fill("Billing address", address)
    visitor.fill("Phone number", phone)


def send(visitor: Visitor) -> str:
    """From “Check your answers”; returns the reference."""
    visitor.press("Send the request")
    expect(visitor.heading("Request sent")).to_be_visible()
    return visitor.page.locator("strong.figures").inner_text()
