"""The whole path once more by programs alone, on the real stack, where officers are paid directly."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from tests.journeys.acts.asking import afternoon
from tests.journeys.acts.reading import text_of_pdf
from tests.journeys.programs import Program
from tests.journeys.surroundings import Surroundings

ZONE = "America/Chicago"
PIN = (32.3487, -97.4060)


def test_a_job_by_api_from_quote_to_transfer(surroundings: Surroundings) -> None:
    terms = _terms(surroundings.now())
    starts_at = datetime.fromisoformat(terms["shifts"][0]["starts_at"])
    desk = Program(surroundings, host="cedarbasin.localhost").sign_in("joanna.pierce@cedarbasin.example")
    client = Program(surroundings).sign_in("nolan@brazosroad.example")
    officer = Program(surroundings).sign_in("marcus.reed@cedarbasin.example")
    for receiver, path in ((desk, "desk/payee-accounts"), (officer, "officer/payee-accounts")):
        receiver.press(receiver.post(f"{path}/onboarding")["url"], outcome="complete", account_number="000123456789")
        receiver.wait_for(path, lambda found: all(one["may_receive"] for one in found), what="a bank account")

    # 4 h × 56.50, 10 % administration, and 5 % of both for the platform.
    quote = Program(surroundings).post("quotes", {"terms": terms})
    assert quote["total_cents"] == 22600 + 2260 + 1243
    job = client.post("jobs", {"terms": terms})
    assert [one["id"] for one in desk.get(f"desk/jobs?text={job['reference']}")["results"]] == [job["id"]]
    desk.post(f"desk/jobs/{job['id']}/approve", {"note": "Welcome."})
    contract = client.wait_for(f"jobs/{job['id']}/contracts", lambda found: found and found[0], what="a contract")
    client.post(f"contracts/{contract['id']}/accept")
    charge = client.post(f"contracts/{contract['id']}/checkout")
    assert charge["amount_cents"] == quote["total_cents"]
    client.press(charge["pay_url"], outcome="pay")
    shift = client.wait_for(f"jobs/{job['id']}", _open_shift, what="the shift to open")

    officer.wait_for("officer/shifts", lambda near: _line_of(near, shift), what="the shift near me")
    officer.post(f"officer/shifts/{shift['id']}/bid")
    surroundings.move_clock_to(datetime.fromisoformat(shift["closes_at"]) + timedelta(seconds=2))
    assignment = officer.wait_for(
        "officer/assignments?when=upcoming", lambda found: _assignment_of(found, shift), what="the award"
    )
    surroundings.move_clock_to(starts_at - timedelta(minutes=5))
    punched = [_punch(officer, assignment["id"], "in", surroundings)]
    surroundings.move_clock_to(starts_at + timedelta(hours=2, minutes=50))
    punched.append(_punch(officer, assignment["id"], "out", surroundings))
    assert [punch["verdict"].lower() for punch in punched] == ["verified", "verified"]
    sheet = client.wait_for(
        f"timesheets?job={job['id']}", lambda found: found["results"] and found["results"][0], what="the hours"
    )
    client.post(f"timesheets/{sheet['id']}/approve")

    # 2 h 50 are billed as 3 h by quarter hours: 169.50 + 16.95 + 9.32.
    money = desk.wait_for(f"desk/jobs/{job['id']}/money", _all_moved, what="the money to move")
    assert money["captured_cents"] - money["refunded_cents"] == 16950 + 1695 + 932
    assert money["service_fee_cents"] == 932
    assert money["transferred_cents"] == 16950 + 1695
    for reader, kind, amount in ((client, "invoice", "195.77"), (officer, "statement", "150.00")):
        document = reader.wait_for(
            f"documents?kind={kind}", lambda found: found["results"] and found["results"][0], what=f"the {kind}"
        )
        pdf = reader.call("GET", f"documents/{document['id']}/pdf")
        assert amount in text_of_pdf(pdf.raw)
    client.post(f"assignments/{assignment['id']}/rating", {"punctuality": 5, "appearance": 4, "conduct": 5})


def _terms(now: datetime) -> dict[str, Any]:
    starts_at = afternoon(now, days_ahead=3, zone=ZONE, hour=9).replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
    return {
        "event_type": "business-security",
        "title": f"Stock count {now:%H%M%S}",
        "duties": "Watch the loading gate.",
        "meeting_point": "Gate 2",
        "contact_name": "Nolan Briggs",
        "contact_phone": "+18175550133",
        "attire": "Uniform",
        "venue": {
            "name": "Ballpark on Henderson",
            "address": "600 West Henderson Street, Cleburne TX 76033",
            "postal_code": "76033",
            "place_name": "Cleburne",
            "region": "TX",
            "country": "US",
            "time_zone": ZONE,
            "latitude": PIN[0],
            "longitude": PIN[1],
            "pin_confirmed": True,
        },
        "shifts": [
            {
                "starts_at": starts_at.isoformat(),
                "ends_at": (starts_at + timedelta(hours=4)).isoformat(),
                "positions": [{"rank_code": "officer", "headcount": 1}],
            }
        ],
    }


def _open_shift(job: Any) -> Any:
    return job["shifts"][0] if job["shifts"][0]["state"] == "open" else None


def _line_of(near: Any, shift: Any) -> Any:
    lines = near["results"] if isinstance(near, dict) else near
    return next((line for line in lines if line["shift"]["id"] == shift["id"]), None)


def _assignment_of(found: Any, shift: Any) -> Any:
    return next((one for one in found["results"] if one["shift"]["id"] == shift["id"]), None)


def _punch(officer: Program, assignment_id: str, kind: str, surroundings: Surroundings) -> Any:
    now = surroundings.now().isoformat()
    body = {
        "punch_id": str(uuid4()),
        "kind": kind,
        "client_at": now,
        "device_id": "phone-of-marcus",
        "fixes": [{"latitude": PIN[0] + 0.0003, "longitude": PIN[1] + 0.0002, "accuracy_metres": 9, "fixed_at": now}],
    }
    first = officer.post(f"officer/assignments/{assignment_id}/punches", body)
    again = officer.call("POST", f"officer/assignments/{assignment_id}/punches", body)
    assert (again.status, again.body["id"]) == (200, first["id"])
    return first


def _all_moved(money: Any) -> Any:
    moved = money["identity_holds"] and money["service_fee_cents"] and money["transferred_cents"]
    return money if moved and money["prepaid_held_cents"] == 0 else None
