"""The whole conversation on the stand-in's phone page, in a browser: typed there, signed, answered there."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import Page, expect, sync_playwright

from embedded.browser import require_chromium
from kernel import clock
from marketplace.awarding import award_shift
from marketplace.models import Assignment, Bid, ShortCode
from messaging import sending
from messaging.models import OptOut
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.clients import fund, govern, make_requester, submit
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.outbox import drain
from tests.factories.venues import NOW
from tests.messaging.conftest import _receiver, _sandbox, provider, sandbox
from tests.notifications.texting import INBOUND, give_phone
from tests.portals.in_browser import keep_picture
from tests.sandbox.running import Sandbox

__all__ = ["_receiver", "_sandbox", "provider", "sandbox"]
PHONE = "+19055550177"
PATIENCE_MS = 15_000


@pytest.fixture(autouse=True)
def _now(committed_database: None, provider: Sandbox, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.PUBLIC_BASE_URL = provider.receiver.base
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with acting_as(purpose="worker"):
        yield


def as_worker(call: Callable[[], Any]) -> Any:
    """In a thread of its own, as another process would: the ORM refuses the one in which a browser is open."""
    results: list[Any] = []

    def run() -> None:
        try:
            with acting_as(purpose="worker"):
                results.append(call())
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=60)
    [result] = results
    return result


def everything_happens() -> None:
    """What relay, worker and sender do all day."""
    drain(at=NOW)
    while sending.send_due(at=NOW):
        pass


class PhonePage:
    def __init__(self, page: Page, provider: Sandbox) -> None:
        self.page, self.provider = page, provider
        page.goto(f"{provider.base}/phones/{PHONE}")

    def type(self, text: str) -> None:
        """Send it from the page; the webhook that follows reaches the application with its signature."""
        received = self.provider.receiver.received
        before = sum(item.path == INBOUND for item in received)
        self.page.get_by_label("Reply").fill(text)
        self.page.get_by_role("button", name="Send").click()
        deadline = time.monotonic() + 10
        while sum(item.path == INBOUND for item in received) == before:
            assert time.monotonic() < deadline, "The stand-in did not tell of the text."
            time.sleep(0.02)
        item = [item for item in received if item.path == INBOUND][-1]
        assert as_worker(lambda: _post(item.headers["x-twilio-signature"], dict(parse_qsl(item.body)))) == 200
        as_worker(everything_happens)
        # It would look by itself, every two seconds.
        self.page.reload()

    def must_say(self, text: str) -> None:
        expect(self.page.locator(".theirs").last).to_contain_text(text, timeout=PATIENCE_MS)


def _post(signature: str, form: dict[str, str]) -> int:
    with acting_as(purpose="request"):
        return Client().post(INBOUND, form, headers={"X-Twilio-Signature": signature}).status_code


def test_yes_hours_next_drop_stop_and_start_on_the_phone_page(department: Tenant, provider: Sandbox) -> None:
    govern(
        department,
        award_order={
            "keys": ["counted_minutes", "draw"],
            "counters": {"debits": ["worked", "awarded", "given_up"], "percent": {"given_up": 50}},
            "call_off": {"until_hours_before_start": 12, "text": "Half the shift counts against you."},
        },
    )
    officer = make_officer(department)
    give_phone(officer, PHONE)
    drain(at=NOW)
    shift = fund(submit(make_requester())).shifts.get()
    everything_happens()
    number = ShortCode.objects.get().number
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(require_chromium()), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 800})
        phone = PhonePage(page, provider)
        phone.must_say(f"Reply YES {number}.")
        phone.type(f"Yes {number} 👍")
        phone.must_say("your bid is in")
        assert as_worker(Bid.objects.get).officer_id == officer.id
        phone.type("hours")
        phone.must_say("hours left now")
        as_worker(lambda: award_shift(shift_id=shift.id, actor=SETTING_UP, at=shift.closes_at))
        as_worker(everything_happens)
        phone.type("Next")
        phone.must_say("next:")
        phone.type(f"drop {number}")
        phone.must_say(f"Reply DROP {number} OK")
        keep_picture(page, "phone-conversation")
        phone.type(f"DROP {number} ok")
        phone.must_say("you are off")
        assert as_worker(Assignment.objects.get).state == Assignment.State.CALLED_OFF
        phone.type("STOP")
        phone.must_say("unsubscribed")
        assert as_worker(OptOut.objects.count) == 1
        phone.type("YES")
        phone.must_say("re-subscribed")
        assert as_worker(OptOut.objects.count) == 0
        phone.type("menu")
        phone.must_say("YES 77 bids or accepts")
        keep_picture(page, "phone-conversation-end")
        browser.close()
