"""What the whole stack does with hosts, sessions, webhooks and texts that are not what they should be."""

import hashlib
import hmac
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journeys.acts.asking import afternoon
from tests.journeys.acts.paying import accept_contract
from tests.journeys.acts.reading import rows_of_workbook
from tests.journeys.acts.signing_in import sign_in
from tests.journeys.conftest import Arrive
from tests.journeys.programs import Program, exchange
from tests.journeys.surroundings import Surroundings
from tests.journeys.visitors import Visitor

ZONE = "America/Toronto"
CLIENT = "claire@harbourfestival.example"
COORDINATORS = ("dana.whitfield@lakeshore.example", "ravi.menon@lakeshore.example")
ELEMENT = '"><i data-injected>x</i>'
FORMULA = '=HYPERLINK("http://elsewhere.example","Open")'


def test_a_host_that_nobody_has(arrive: Arrive, surroundings: Surroundings) -> None:
    visitor = arrive("lost")
    with visitor.awaiting(404):
        visitor.visit(surroundings.portal("nobody-here"))
        expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
        visitor.look_at("unknown-host")
    assert "lakeshore" not in visitor.page.content().lower()


def test_a_payment_page_that_has_closed_is_opened_anew(arrive: Arrive, surroundings: Surroundings) -> None:
    job = _request(surroundings, days_ahead=5)
    _approve(surroundings, job)
    client = arrive("client-late")
    sign_in(client, CLIENT)
    client.visit(f"/client/jobs/{job['id']}/")
    accept_contract(client)
    client.press("Continue to payment")
    expect(client.heading("Pay by card")).to_be_visible()
    closed_page = client.page.url
    surroundings.move_clock_to(surroundings.now() + timedelta(hours=25))
    with client.awaiting(402, 404, 409, 410):
        client.visit(closed_page)
        expect(client.page.get_by_role("button", name="Pay", exact=False)).to_have_count(0)
    client.visit(f"/client/jobs/{job['id']}/")
    client.press("Go to the payment")
    client.press("Continue to payment")
    expect(client.heading("Pay by card")).to_be_visible()
    assert client.page.url != closed_page
    client.page.get_by_role("button", name="Pay", exact=False).first.click()
    expect(client.heading("Payment received")).to_be_visible(timeout=30_000)


@pytest.mark.parametrize(
    ("has_good_signature", "expected"), [(False, {400}), (True, {200, 204})], ids=["bad signature", "unknown object"]
)
def test_a_webhook_that_is_not_what_it_says(
    surroundings: Surroundings, has_good_signature: bool, expected: set[int]
) -> None:
    body = json.dumps(
        {
            "id": "evt_nobody_sent_this",
            "object": "event",
            "type": "checkout.session.completed",
            "created": int(time.time()),
            "livemode": False,
            "api_version": None,
            "data": {"object": {"id": "cs_test_nobody_made_this", "object": "checkout.session"}},
        }
    ).encode()
    secret = surroundings.webhook_secret if has_good_signature else "whsec_guessed"
    moment = int(time.time())
    signature = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    answer = exchange(
        surroundings.port,
        "POST",
        "/webhooks/stripe",
        host="localhost",
        body=body,
        headers={"Stripe-Signature": f"t={moment},v1={signature}", "Content-Type": "application/json"},
    )
    assert answer.status in expected
    assert exchange(surroundings.port, "GET", "/health", host="localhost").status == 200


def test_markup_and_formulas_stay_text(arrive: Arrive, surroundings: Surroundings) -> None:
    title = f"{FORMULA} {surroundings.now():%H%M%S}"
    texts = {name: f"{name} {ELEMENT}" for name in ("duties", "meeting_point", "contact_name", "attire")}
    job = _request(surroundings, title=title, venue_name=f"Hall {ELEMENT}", **texts)
    client, coordinator = arrive("client-odd"), arrive("coordinator-odd")
    sign_in(client, CLIENT)
    client.visit("/client/jobs/")
    _shows_as_text(client, [title])
    client.visit(f"/client/jobs/{job['id']}/")
    _shows_as_text(client, [title, *texts.values(), f"Hall {ELEMENT}"])
    desk = surroundings.portal("lakeshore")
    sign_in(coordinator, COORDINATORS[0], host=desk)
    coordinator.visit(f"{desk}/desk/requests/{job['id']}/")
    _shows_as_text(coordinator, [title, *texts.values(), f"Hall {ELEMENT}"])
    coordinator.visit(f"{desk}/desk/requests/?text={job['reference']}")
    (row,) = rows_of_workbook(coordinator.download("Excel"))
    assert row["Title"] == title
    assert row["On-site contact"] == texts["contact_name"]


def test_two_coordinators_decide_at_the_same_moment(arrive: Arrive, surroundings: Surroundings) -> None:
    job = _request(surroundings)
    desk = surroundings.portal("lakeshore")
    first, second = arrive("coordinator-first"), arrive("coordinator-second")
    for coordinator, email in zip((first, second), COORDINATORS, strict=True):
        sign_in(coordinator, email, host=desk)
        coordinator.visit(f"{desk}/desk/requests/{job['id']}/")
    first.press("Approve")
    first.must_see("is approved")
    second.page.get_by_label("Why not?").fill("No officers are left that day.")
    second.press("Reject")
    second.must_see("Dana Whitfield")
    second.look_at("decided-already")

    disputed = _request(surroundings)
    programs = [Program(surroundings, host="lakeshore.localhost").sign_in(email) for email in COORDINATORS]
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(
                lambda one: one[0].call(
                    "POST", f"desk/jobs/{disputed['id']}/{one[1]}", {"reason": "Full.", "note": ""}
                ),
                zip(programs, ("approve", "reject"), strict=True),
            )
        )
    assert sorted(answer.status for answer in answers)[1] == 409
    assert min(answer.status for answer in answers) in {200, 201}
    loser = next(answer for answer in answers if answer.status == 409)
    assert loser.body["code"] == "job_already_decided"


def _shows_as_text(visitor: Visitor, texts: list[str]) -> None:
    assert visitor.page.locator("[data-injected]").count() == 0
    seen = visitor.page.locator("main").inner_text()
    for text in texts:
        assert text in seen


def _approve(surroundings: Surroundings, job: Any) -> None:
    desk = Program(surroundings, host="lakeshore.localhost").sign_in(COORDINATORS[0])
    desk.post(f"desk/jobs/{job['id']}/approve", {"note": ""})


def _request(surroundings: Surroundings, *, days_ahead: int = 6, venue_name: str = "Pier", **changes: str) -> Any:
    now = surroundings.now()
    starts_at = afternoon(now, days_ahead=days_ahead, zone=ZONE).replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
    terms = {
        "event_type": "festival",
        "title": f"Pier concert {now:%H%M%S}",
        "duties": "Keep the entrance clear.",
        "meeting_point": "North gate",
        "contact_name": "Claire Fontaine",
        "contact_phone": "+19055550111",
        "attire": "Uniform",
        "venue": {
            "name": venue_name,
            "address": "1340 Lakeshore Road, Burlington ON L7S 1B1",
            "postal_code": "L7S 1B1",
            "place_name": "Burlington",
            "region": "ON",
            "country": "CA",
            "time_zone": ZONE,
            "latitude": 43.3228,
            "longitude": -79.7987,
            "pin_confirmed": True,
        },
        "shifts": [
            {
                "starts_at": starts_at.isoformat(),
                "ends_at": (starts_at + timedelta(hours=4)).isoformat(),
                "positions": [{"rank_code": "constable", "headcount": 1}],
            }
        ],
        **changes,
    }
    return Program(surroundings).sign_in(CLIENT).post("jobs", {"terms": terms})
