"""In a real browser: the server stopped, the page closed, the answer lost, the session ended, somebody else signed in.
Whatever the officer did arrives, once, with the time at which they did it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from kernel import clock
from marketplace.models import ClockEvent
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import make_officer
from tests.factories.venues import STARTS_AT
from tests.factories.work import NEARBY, Work, staff
from tests.portals.phone import Phone, apart, must_be_fit, phone

pytestmark = [pytest.mark.usefixtures("as_worker")]
HERE = {"latitude": NEARBY[0], "longitude": NEARBY[1], "accuracy": 12}
KEPT = "Your clock-in is kept on this phone"


@dataclass
class Time:
    """The server's, going on; the phone's own is months away from it, as wrong as clocks get."""

    begun: datetime = field(default_factory=lambda: datetime.now(UTC))
    said: datetime = STARTS_AT - timedelta(minutes=5)

    def now(self) -> datetime:
        return self.said + (datetime.now(UTC) - self.begun)

    def go_on(self, **time: float) -> None:
        self.said += timedelta(**time)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    told = Time()
    monkeypatch.setattr(clock, "now", told.now)
    return told


@pytest.fixture
def work(committed_database: None, as_worker: None, time: Time, department: Tenant) -> Work:
    govern(department)
    return staff(department)


@pytest.fixture
def hand(work: Work) -> Iterator[Phone]:
    with phone(permissions=["geolocation"], geolocation=HERE) as held:
        held.sign_in(work.officer.person)
        yield held


def own_page(work: Work) -> str:
    return reverse("officer:assignment", args=[work.assignment.id])


def clock_in(page: Page) -> None:
    page.get_by_role("button", name="Clock in", exact=True).click()


def clock_out_early(page: Page) -> None:
    page.get_by_role("button", name="Clock out", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Clock out").click()


def events() -> list[ClockEvent]:
    return apart(lambda: list(ClockEvent.objects.order_by("received_at")))


def test_a_punch_with_the_server_stopped_and_the_page_closed_arrives_once(hand: Phone, work: Work, time: Time) -> None:
    # Only the start page was opened: it had the next shift's page kept.
    page = hand.open_and_keep(reverse("officer:today"), ahead=own_page(work))
    hand.server.stop()
    page.goto(hand.server.address + own_page(work))
    expect(page.locator("[data-phone-offline]")).to_contain_text("No connection. You see this page as it was")
    punched_at = time.now()
    clock_in(page)
    expect(page.get_by_role("heading", name=KEPT)).to_be_visible()
    expect(page.locator("[data-phone-waiting]")).to_contain_text("clock-in")
    page.close()
    assert events() == []

    time.go_on(minutes=40)
    hand.server.start()
    page = hand.open(reverse("officer:today"))
    expect(page.get_by_text(re.compile("Sent: Clocked in at"))).to_be_visible()
    expect(page.locator("[data-phone-waiting]")).to_be_hidden()
    page.reload()
    (event,) = events()
    assert abs(event.happened_at - punched_at) < timedelta(seconds=10)
    assert event.received_at - event.happened_at > timedelta(minutes=39)
    assert (event.kind, event.verdict) == ("in", "VERIFIED")
    assert "Offline: it reached us 40 minutes later." in event.explanation


def test_a_lost_answer_makes_no_second_punch(hand: Phone, work: Work, time: Time) -> None:
    page = hand.open_and_keep(own_page(work))
    hand.server.lose_answers = 1
    clock_in(page)
    expect(page.get_by_role("heading", name=KEPT)).to_be_visible()
    (first,) = events()
    page.close()
    time.go_on(minutes=20)
    page = hand.open(reverse("officer:today"))
    # The server knows it again, and answers as the first time.
    expect(page.get_by_text(re.compile("Sent: Clocked in at"))).to_be_visible()
    expect(page.locator("[data-phone-waiting]")).to_be_hidden()
    expect(page.locator("[data-phone-refused]")).to_be_hidden()
    assert len([path for path in hand.server.sent if path.endswith("/punch/")]) == 2
    (only,) = events()
    assert (only.id, only.happened_at) == (first.id, first.happened_at)


def test_in_and_out_without_a_server_arrive_in_their_order(hand: Phone, work: Work, time: Time) -> None:
    page = hand.open_and_keep(own_page(work))
    hand.server.stop()
    page.reload()
    clock_in(page)
    expect(page.get_by_role("heading", name=KEPT)).to_be_visible()
    page.reload()
    clock_out_early(page)
    expect(page.get_by_role("heading", name="Your clock-out is kept on this phone")).to_be_visible()
    time.go_on(minutes=1)
    hand.server.start()
    page.goto(hand.server.address + reverse("officer:today"))
    expect(page.get_by_text(re.compile("Sent: Clocked out at"))).to_be_visible()
    assert [event.kind for event in events()] == ["in", "out"]


def test_somebody_else_on_the_phone_neither_sees_nor_sends_it(
    hand: Phone, work: Work, time: Time, department: Tenant
) -> None:
    other = apart(lambda: make_officer(department))
    page = hand.open_and_keep(own_page(work))
    # The session ends while there is no connection.
    hand.server.stop()
    page.reload()
    clock_in(page)
    expect(page.get_by_role("heading", name=KEPT)).to_be_visible()
    hand.sign_out()
    hand.server.start()
    page.get_by_role("link", name="Try again").click()
    expect(page).to_have_url(re.compile("/accounts/login/"))

    hand.sign_in(other.person)
    elsewhere = hand.open_and_keep(reverse("officer:today"))
    expect(elsewhere.locator("[data-phone-waiting]")).to_be_hidden()
    assert work.shift.job.title not in elsewhere.content()
    hand.server.stop()
    elsewhere.goto(hand.server.address + own_page(work))
    expect(elsewhere.get_by_role("heading", name="No connection")).to_be_visible()
    assert work.shift.job.title not in elsewhere.content()
    hand.server.start()
    assert events() == []

    hand.sign_in(work.officer.person)
    back = hand.open(reverse("officer:today"))
    expect(back.get_by_text(re.compile("Sent: Clocked in at"))).to_be_visible()
    assert [event.assignment_id for event in events()] == [work.assignment.id]


def test_what_is_refused_after_it_waited_stays_until_it_was_read(hand: Phone, work: Work, time: Time) -> None:
    page = hand.open_and_keep(own_page(work))
    hand.server.stop()
    page.reload()
    clock_in(page)
    expect(page.get_by_role("heading", name=KEPT)).to_be_visible()
    apart(lambda: type(work.assignment).objects.filter(id=work.assignment.id).update(state="cancelled"))
    hand.server.start()
    page.goto(hand.server.address + reverse("officer:today"))
    refused = page.locator("[data-phone-refused]")
    expect(refused).to_contain_text("Not taken: clock-in of")
    page.reload()
    expect(refused).to_contain_text("Not taken: clock-in of")
    refused.get_by_role("button").click()
    expect(refused).to_be_hidden()
    page.reload()
    page.wait_for_timeout(300)
    expect(refused).to_be_hidden()


def test_without_permission_a_reason_is_asked_for(hand: Phone, work: Work, time: Time) -> None:
    hand.context.clear_permissions()
    page = hand.open(own_page(work))
    clock_in(page)
    expect(page.get_by_text("This page may not see your position.")).to_be_visible()
    page.locator("textarea").filter(visible=True).fill("The phone is new and asks nothing.")
    clock_in(page)
    expect(page.get_by_role("heading", name="You are on duty")).to_be_visible()
    (event,) = events()
    assert (event.verdict, event.fixes) == ("WEAK", [])


def test_only_the_officers_own_marked_pages_are_kept(hand: Phone, work: Work) -> None:
    page = hand.open_and_keep(reverse("officer:today"))
    for name in ("shifts", "earnings", "profile", "limits"):
        page.goto(hand.server.address + reverse(f"officer:{name}"))
    page.wait_for_timeout(500)
    kept: dict[str, Any] = page.evaluate(
        """async () => Object.fromEntries(await Promise.all((await caches.keys()).map(async (name) =>
            [name, (await (await caches.open(name)).keys()).map(
                (one) => `${one.method} ${new URL(one.url).pathname}`)])))"""
    )
    pages = {path for name, paths in kept.items() if name.startswith("muster-pages-") for path in paths}
    assert pages == {f"GET {reverse('officer:today')}", f"GET {reverse('officer:shifts')}", f"GET {own_page(work)}"}
    statics = {path for name, paths in kept.items() if name.startswith("muster-static-") for path in paths}
    assert {path for path in statics if not path.startswith("GET /static/")} == {f"GET {reverse('officer:offline')}"}
    page.goto(hand.server.address + reverse("officer:profile"))
    page.locator("header .avatar").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_timeout(500)
    left = page.evaluate("caches.keys()")
    assert [name for name in left if name.startswith("muster-pages-")] == []


def test_the_officers_pages_fit_a_phone(hand: Phone, work: Work) -> None:
    for name in ("today", "shifts", "earnings", "limits", "calendar", "profile"):
        page = hand.open(reverse(f"officer:{name}"))
        must_be_fit(page)
        assert page.locator(".bottom-navigation a").count() == 5
        page.close()
    page = hand.open_and_keep(own_page(work))
    must_be_fit(page)
    hand.server.stop()
    page.reload()
    expect(page.locator("[data-phone-offline]")).to_be_visible()
    must_be_fit(page)
    page.goto(hand.server.address + reverse("officer:profile"))
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    must_be_fit(page)


def test_a_phone_with_a_wrong_clock_says_the_servers_time(hand: Phone, work: Work, time: Time) -> None:
    """With and without a connection: the fix is fresh, nothing is skewed, and the difference outlives a closed page."""
    hand.open_and_keep(own_page(work)).close()
    hand.server.stop()
    page = hand.open(own_page(work))
    clock_in(page)
    expect(page.get_by_role("heading", name=KEPT)).to_be_visible()
    punched_at = time.now()
    hand.server.start()
    page.goto(hand.server.address + own_page(work))
    expect(page.get_by_role("heading", name="You are on duty")).to_be_visible()
    clock_out_early(page)
    expect(page.get_by_role("heading", name="Your hours")).to_be_visible()
    for event in events():
        assert event.client_at is not None
        assert abs(event.client_at - punched_at) < timedelta(seconds=20)
        assert event.verdict == "VERIFIED"
        assert event.fix_age_seconds is not None
        assert event.fix_age_seconds < 30
        assert {"clock-skew", "fix-time"}.isdisjoint(signal["code"] for signal in event.risk_signals)


def test_where_browsers_wake_the_worker_no_page_is_needed(hand: Phone, work: Work, time: Time) -> None:
    """Background Sync: the browser says that there is a connection while every page is closed."""
    page = hand.open_and_keep(own_page(work))
    hand.server.stop()
    page.reload()
    clock_in(page)
    expect(page.get_by_role("heading", name=KEPT)).to_be_visible()
    punched_at = time.now()
    time.go_on(minutes=30)
    hand.server.start()
    browser = hand.context.new_cdp_session(page)
    registrations: list[str] = []
    browser.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda said: registrations.extend(one["registrationId"] for one in said["registrations"]),
    )
    browser.send("ServiceWorker.enable")
    page.goto("about:blank")
    woken = {"origin": hand.server.address, "registrationId": registrations[0], "tag": "field-queue"}
    browser.send("ServiceWorker.dispatchSyncEvent", {**woken, "lastChance": False})
    for _ in range(50):
        if events():
            break
        page.wait_for_timeout(100)
    (event,) = events()
    assert abs(event.happened_at - punched_at) < timedelta(seconds=20)
    page.goto(hand.server.address + own_page(work))
    expect(page.get_by_role("heading", name="You are on duty")).to_be_visible()
    expect(page.locator("[data-phone-waiting]")).to_be_hidden()
