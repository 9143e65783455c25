"""Whole jobs, from the request to the officer's money, with nothing but calls of the API."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from kernel import clock
from tenants.context import acting_as
from tenants.models import Tenant
from tests.api.caller import Caller, code_for
from tests.api.stage import Stage, texts_to
from tests.factories.clients import govern
from tests.sandbox.conftest import Sandbox


@dataclass(frozen=True)
class Place:
    policy: str
    rank: str
    venue: dict[str, Any]
    home: tuple[float, float]
    phone: str
    payee_mode: str


ONTARIO = Place(
    policy="ontario",
    rank="constable",
    venue={
        "name": "Harbour", "address": "1 Harbour Street", "postal_code": "L6J 1A1", "place_name": "Oakville",
        "region": "ON", "country": "CA", "time_zone": "America/Toronto", "latitude": 43.4675, "longitude": -79.6877,
        "pin_confirmed": True,
    },
    home=(43.4501, -79.6820),
    phone="+1905555013",
    payee_mode="payroll",
)  # fmt: skip
TEXAS = Place(
    policy="us",
    rank="officer",
    venue={
        "name": "Depot", "address": "4 Rail Road", "postal_code": "76033", "place_name": "Cleburne", "region": "TX",
        "country": "US", "time_zone": "America/Chicago", "latitude": 32.3476, "longitude": -97.3867,
        "pin_confirmed": True,
    },
    home=(32.3601, -97.4000),
    phone="+1817555013",
    payee_mode="direct",
)  # fmt: skip


@pytest.fixture
def at_work(
    committed_database: None, sandbox: Sandbox, payment_settings: None, monkeypatch: pytest.MonkeyPatch
) -> Sandbox:
    monkeypatch.setenv("CLOCK_FILE", sandbox.arguments[-1])
    sandbox.control("clock", {"offset_seconds": 0})
    return sandbox


@pytest.fixture
def ontario(at_work: Sandbox, department: Tenant) -> Stage:
    return _open(Stage(at_work, department, "alderbrook.localhost"), ONTARIO)


@pytest.fixture
def texas(at_work: Sandbox, other_department: Tenant) -> Stage:
    return _open(Stage(at_work, other_department, "brackwater.localhost"), TEXAS)


def _open(stage: Stage, place: Place) -> Stage:
    with acting_as(purpose="worker"):
        govern(stage.department, name=place.policy)
    return stage


def terms(place: Place, *, in_days: int = 3, hours: float = 4, headcount: int = 1, **changes: Any) -> dict[str, Any]:
    starts_at = (clock.now() + timedelta(days=in_days)).replace(minute=0, second=0, microsecond=0)
    return {
        "event_type": "festival",
        "title": "Harbour fair",
        "duties": "Keep the crossing clear.",
        "meeting_point": "North gate",
        "contact_name": "Sam Field",
        "contact_phone": "+19055550100",
        "attire": "Uniform",
        "venue": place.venue,
        "shifts": [
            {
                "starts_at": starts_at.isoformat(),
                "ends_at": (starts_at + timedelta(hours=hours)).isoformat(),
                "positions": [{"rank_code": place.rank, "headcount": headcount}],
            }
        ],
        **changes,
    }


def punch(officer: Caller, assignment: str, kind: str, place: Place, **changes: Any) -> dict[str, Any]:
    body = {
        "punch_id": str(uuid4()),
        "kind": kind,
        "fixes": [
            {
                "latitude": place.venue["latitude"] + 0.0003,
                "longitude": place.venue["longitude"] + 0.0002,
                "accuracy_metres": 12,
                "fixed_at": clock.now().isoformat(),
                "altitude_metres": 96,
            }
        ],
        "device_id": "phone-1",
        **changes,
    }
    return officer.ok("POST", f"officer/assignments/{assignment}/punches", body)


@pytest.mark.parametrize(("stage_name", "place"), [("ontario", ONTARIO), ("texas", TEXAS)])
def test_a_job_from_the_request_to_the_money(request: pytest.FixtureRequest, stage_name: str, place: Place) -> None:
    stage: Stage = request.getfixturevalue(stage_name)
    desk = stage.staff("dana@police.example.org")
    is_direct = place.payee_mode == "direct"

    # Officers join.
    winner = stage.officer(
        desk, badge="101", rank=place.rank, phone=f"{place.phone}1", home=place.home, since="2010-01-01"
    )
    loser = stage.officer(
        desk, badge="102", rank=place.rank, phone=f"{place.phone}2", home=place.home, since="2019-01-01"
    )
    # The department's fees go to its own account; pay goes there as well, or to the officer's.
    for receiver, path in ((desk, "desk/payee-accounts"), (winner, "officer/payee-accounts"))[: 1 + is_direct]:
        stage.press(receiver.ok("POST", f"{path}/onboarding", {"return_url": "http://localhost/done"})["url"])
        assert receiver.ok("GET", path)[0]["may_receive"]

    # The client sees a price as a stranger, then asks.
    asked = terms(place, headcount=2)
    quote = Caller().ok("POST", "quotes", {"terms": asked})
    assert quote["total_cents"] == sum(line["gross_cents"] for line in quote["lines"])
    client = stage.client("kim@example.org")
    job = client.ok("POST", "jobs", {"terms": asked})
    assert job["status"]["code"] == "submitted"

    # The desk finds and approves it; the client changes it, accepts the contract and pays.
    found = desk.ok("GET", f"desk/jobs?text={job['reference']}&state=submitted")["results"]
    assert [one["id"] for one in found] == [job["id"]]
    desk.ok("POST", f"desk/jobs/{job['id']}/approve", {"note": "Welcome."})
    stage.settle_down()
    second = desk.post(f"desk/jobs/{job['id']}/reject", {"reason": "Too late"})
    assert (second.status, second["code"]) == (409, "job_already_decided")
    assert second["numbers"]["decided_by"] == "Dana Quill"
    first_offer = client.ok("GET", f"jobs/{job['id']}/contracts")[0]
    assert first_offer["total_cents"] == quote["total_cents"]
    smaller = {**asked, "shifts": [{**asked["shifts"][0], "positions": [{"rank_code": place.rank, "headcount": 1}]}]}
    revision = client.ok("POST", f"jobs/{job['id']}/changes", {"terms": smaller, "reason": "One is enough."})
    assert (revision["number"], revision["state"]) == (2, "proposed")
    stage.settle_down()
    contract = client.ok("GET", f"jobs/{job['id']}/contracts")[0]
    assert (contract["version"], contract["state"]) == (2, "offered")
    assert client.post(f"contracts/{first_offer['id']}/accept")["code"] == "contract_not_open"
    assert client.post(f"contracts/{contract['id']}/checkout")["code"] == "contract_not_accepted"
    client.ok("POST", f"contracts/{contract['id']}/accept")
    charge = client.ok("POST", f"contracts/{contract['id']}/checkout")
    assert charge["amount_cents"] == contract["total_cents"]
    again = client.ok("POST", f"contracts/{contract['id']}/checkout")
    assert again["charge_id"] == charge["charge_id"]
    stage.press(charge["pay_url"], outcome="pay")
    stage.settle_down("checkout.session.completed")
    assert client.post(f"contracts/{contract['id']}/checkout")["code"] == "already_paid"
    assert client.ok("GET", f"jobs/{job['id']}/money")["captured_cents"] == charge["amount_cents"]

    # Shifts open; officers hear of it, see it near them, and bid.
    opened = client.ok("GET", f"jobs/{job['id']}")
    assert opened["status"]["code"] == "open"
    shift = opened["shifts"][0]
    assert any("Harbour fair" in text or "Muster" in text for text in texts_to(f"{place.phone}1")[1:])
    for officer in (loser, winner):
        near = officer.ok("GET", "officer/shifts")
        assert [line["shift"]["id"] for line in near] == [shift["id"]]
        assert near[0]["verdict"]["allowed"]
        assert near[0]["distance_metres"] > 0
        assert officer.ok("POST", f"officer/shifts/{shift['id']}/bid", {})["state"] == "placed"
    assert winner.post(f"officer/shifts/{shift['id']}/bid")["code"] == "already_bid"

    # At closing time the award runs, and tells everybody why.
    stage.travel_to(datetime.fromisoformat(shift["closes_at"]))
    stage.settle_down()
    won, lost = winner.ok("GET", "officer/bids")["results"][0], loser.ok("GET", "officer/bids")["results"][0]
    assert (won["state"], lost["state"]) == ("won", "backup")
    assert won["explanation"]
    assert lost["explanation"]
    award = desk.ok("GET", f"desk/shifts/{shift['id']}/awards")[0]
    snapshot = desk.ok("GET", f"desk/awards/{award['id']}")
    assert snapshot["replays"] is True
    assert snapshot["snapshot"]["draw"]["commitment"] == shift["draw_commitment"]
    staffed = client.ok("GET", f"jobs/{job['id']}")
    assert staffed["status"]["code"] == "staffed"
    assert staffed["shifts"][0]["officers"][0]["officer_name"] == "Robin Ashdown 101"

    # The officer clocks in and out; the same punch sent twice is one.
    assignment = winner.ok("GET", "officer/assignments")["results"][0]
    early = winner.post(
        f"officer/assignments/{assignment['id']}/punches", {"punch_id": str(uuid4()), "kind": "in", "fixes": []}
    )
    assert early["code"] == "too_early"
    stage.travel_to(datetime.fromisoformat(shift["starts_at"]))
    punch_id = str(uuid4())
    clocked_in = punch(winner, assignment["id"], "in", place, punch_id=punch_id)
    assert clocked_in["verdict"] == "VERIFIED"
    assert punch(winner, assignment["id"], "in", place, punch_id=punch_id)["id"] == clocked_in["id"]
    stage.travel_to(datetime.fromisoformat(shift["ends_at"]) - timedelta(minutes=90))
    punch(winner, assignment["id"], "out", place)
    stage.settle_down()

    # The client approves; the shift is billed, refunded, transferred, and its documents issued.
    timesheet = client.ok("GET", f"timesheets?state=submitted&job={job['id']}")["results"][0]
    assert 149 <= timesheet["worked_minutes"] <= 150
    assert client.ok("POST", f"timesheets/{timesheet['id']}/approve")["decided_by"] == "client"
    assert client.post(f"timesheets/{timesheet['id']}/approve")["code"] == "timesheet_already_decided"
    stage.settle_down()
    stage.settle_down()
    money = desk.ok("GET", f"desk/jobs/{job['id']}/money")
    assert money["identity_holds"], money
    assert money["captured_cents"] == charge["amount_cents"]
    assert money["refunded_cents"] > 0
    assert money["transferred_cents"] > 0
    assert money["prepaid_held_cents"] == 0
    earning = winner.ok("GET", "officer/earnings")[0]
    assert earning["amount_cents"] > 0
    assert (earning["state"] == "done") == is_direct
    invoice = client.ok("GET", f"documents?kind=invoice&job={job['id']}")["results"][0]
    statement = winner.ok("GET", "documents?kind=statement")["results"][0]
    assert statement["total_cents"] == earning["amount_cents"]
    for caller, document in ((client, invoice), (winner, statement)):
        pdf = caller.get(f"documents/{document['id']}/pdf")
        assert (pdf.status, pdf.body[:5]) == (200, b"%PDF-")
    # Receipts of what was paid and of what came back.
    issued = desk.ok("GET", "documents")["results"]
    assert sorted(one["kind"] for one in issued) == ["invoice", "receipt", "receipt", "statement"]
    assert {invoice["id"], statement["id"]} <= {one["id"] for one in issued}
    assert loser.get(f"documents/{statement['id']}/pdf").status == 404
    assert winner.get(f"documents/{invoice['id']}").status == 404

    # Both sides rate.
    marks = {"punctuality": 5, "appearance": 4, "conduct": 5, "comment": "Calm and kind."}
    client.ok("POST", f"assignments/{assignment['id']}/rating", marks)
    desk.ok("POST", f"desk/assignments/{assignment['id']}/rating", marks)
    assert client.post(f"assignments/{assignment['id']}/rating", marks)["code"] == "already_rated"
    assert winner.ok("GET", "officer/ratings")["comments"] == []
    found = {"briefing": 4, "safety": 5, "conduct": 5, "comment": "Well lit."}
    winner.ok("POST", f"officer/assignments/{assignment['id']}/site-rating", found)
    said = winner.ok("GET", "officer/ratings")
    assert [one["comment"] for one in said["comments"]] == ["Calm and kind."] * 2
    # Too few are counted to show a figure, or that there are any.
    assert (said["rating"]["count"], said["rating"]["average"]) == (0, None)
    reply = {"text": "Thank you."}
    assert winner.ok("POST", f"officer/ratings/{said['comments'][0]['id']}/reply", reply)["reply"] == "Thank you."
    assert client.ok("GET", f"jobs/{job['id']}")["shifts"][0]["officers"][0]["rating"]["average"] is None


def test_a_caller_a_dispute_a_review_a_block_and_a_farewell(ontario: Stage) -> None:
    stage, place = ontario, ONTARIO
    desk = stage.staff("dana@police.example.org")
    officer = stage.officer(desk, badge="201", rank="constable", phone="+19055550221", home=place.home)

    # A request entered for somebody on the phone, who signs in later by a code to that address.
    caller = {"name": "Mill Bakery", "email": "owner@mill.example.org", "phone": "+19055550102"}
    job = desk.ok("POST", "desk/jobs", {"caller": caller, "terms": terms(place, in_days=1, hours=4)})
    assert job["entered_by_coordinator"]
    desk.ok("POST", f"desk/jobs/{job['id']}/approve")
    stage.settle_down()
    client = Caller()
    pending = client.post("/_allauth/app/v1/auth/code/request", {"email": caller["email"]})
    client.token = pending["meta"]["session_token"]
    confirmed = client.post("/_allauth/app/v1/auth/code/confirm", {"code": code_for(caller["email"])})
    client.token = confirmed["meta"].get("session_token") or client.token
    contract = client.ok("GET", f"jobs/{job['id']}/contracts")[0]
    client.ok("POST", f"contracts/{contract['id']}/accept")
    stage.press(client.ok("POST", f"contracts/{contract['id']}/checkout")["pay_url"], outcome="pay")
    stage.settle_down("checkout.session.completed")

    # Short notice: the first who may, gets it.
    shift = client.ok("GET", f"jobs/{job['id']}")["shifts"][0]
    assert shift["first_come"]
    assert officer.ok("POST", f"officer/shifts/{shift['id']}/bid", {})["state"] == "won"
    assignment = officer.ok("GET", "officer/assignments")["results"][0]

    # Somewhere else: kept, and looked at. The hours wait for the coordinator.
    stage.travel_to(datetime.fromisoformat(shift["starts_at"]))
    far = {"latitude": place.venue["latitude"] + 0.05, "longitude": place.venue["longitude"], "accuracy_metres": 10}
    clocked_in = punch(
        officer, assignment["id"], "in", place, fixes=[{**far, "fixed_at": clock.now().isoformat()}],
        reason_given="Sent to the south gate.",
    )  # fmt: skip
    assert clocked_in["verdict"] == "OFFSITE"
    until = datetime.fromisoformat(shift["ends_at"]) + timedelta(minutes=30)
    overrun = desk.ok("POST", f"desk/assignments/{assignment['id']}/overrun", {"until": until.isoformat()})
    assert datetime.fromisoformat(overrun["authorised_ends_at"]) == until
    stage.travel_to(until)
    punch(officer, assignment["id"], "out", place)
    stage.settle_down()
    timesheet = desk.ok("GET", "desk/timesheets")["results"][0]
    assert timesheet["approves_at"] is None
    review = desk.ok("GET", "desk/reviews")[0]
    assert review["reason_given"] == "Sent to the south gate."
    desk.ok(
        "POST", f"desk/reviews/{review['clock_event_id']}/resolve", {"accept": True, "reason": "The client confirms."}
    )
    assert desk.ok("GET", f"desk/timesheets/{timesheet['id']}")["approves_at"] is not None

    # The client disputes; the coordinator resolves.
    client.ok("POST", f"timesheets/{timesheet['id']}/dispute", {"reason": "Left at six."})
    resolved = desk.ok(
        "POST", f"desk/timesheets/{timesheet['id']}/resolve", {"worked_minutes": 180, "reason": "Agreed by phone."}
    )
    assert (resolved["state"], resolved["worked_minutes"]) == ("resolved", 180)
    stage.settle_down()
    assert desk.ok("GET", f"desk/jobs/{job['id']}/money")["identity_holds"]

    # The department takes no more requests from that client, then does again.
    blocked = desk.ok("POST", f"desk/clients/{job['client']['id']}/block", {"reason": "Unpaid bill of last year."})
    assert blocked["client"]["name"] == "Mill Bakery"
    refused = client.post("jobs", {"terms": terms(place)})
    assert (refused.status, refused["code"]) == (409, "client_blocked")
    assert [one["client"]["id"] for one in desk.ok("GET", "desk/clients/blocks")] == [job["client"]["id"]]
    desk.ok("DELETE", f"desk/clients/{job['client']['id']}/block")
    assert client.ok("POST", "jobs", {"terms": terms(place)})["state"] == "submitted"

    # Leaving the roster ends the sign-in to jobs the same minute.
    entry = desk.ok("GET", "desk/roster?text=201")[0]
    assert desk.ok("POST", f"desk/roster/{entry['entry_id']}/remove", {"reason": "Retired"})["status"] == "left"
    stage.settle_down()
    assert officer.get("officer/shifts").status in (401, 404)
