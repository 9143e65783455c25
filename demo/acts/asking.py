"""C1 and C2: a client signs up, sees a price, asks; the desk decides; the contract is accepted and paid."""

from __future__ import annotations

import copy
from datetime import UTC
from typing import Any

from demo.calls import DemoFailed
from demo.stage import PASSWORD, Stage, Troupe, code_in, rows


def sign_up(stage: Stage, troupe: Troupe) -> None:
    stage.story.step = "C1"
    department, client = troupe.script.department, troupe.client
    client.name = " ".join(department.client_person)
    answer = client.ask(
        "POST",
        "/_allauth/app/v1/auth/signup",
        {
            "email": department.client_email,
            "password": PASSWORD,
            "given_name": department.client_person[0],
            "family_name": department.client_person[1],
            "accept_terms": True,
        },
        expect=(401,),
    )
    client.token = answer["meta"]["session_token"]
    mail = stage.mail(department.client_email, about="code")
    verified = client.ask("POST", "/_allauth/app/v1/auth/email/verify", {"key": code_in(mail["text"])})
    client.token = verified["meta"].get("session_token", client.token)
    made = client.post(
        "clients",
        {
            "kind": department.client_kind,
            "name": department.client_name,
            "billing_email": department.client_email,
            "phone": f"{department.phone_prefix}90",
            "billing_address": department.client_address,
        },
    )
    troupe.asked["client"] = {"id": made["id"], "email": department.client_email, "name": department.client_name}
    stage.story.tell(
        f"{client.name} signs up for {department.client_name}, mail proved, terms accepted", ids=made["id"]
    )


def terms_of(troupe: Troupe) -> dict[str, Any]:
    script = troupe.script
    venue = script.department.venue
    return {
        "event_type": script.event_type,
        "title": f"{script.event_type.replace('-', ' ').title()} at {venue.name}",
        "duties": "Keep the crossing clear and walk the public round the works.",
        "meeting_point": "At the main gate, beside the first-aid tent",
        "contact_name": " ".join(script.department.client_person),
        "contact_phone": f"{script.department.phone_prefix}90",
        "attire": "Uniform, high-visibility vest",
        "expected_attendance": 400,
        "alcohol_served": False,
        "venue": {
            "name": venue.name,
            "address": venue.address,
            "postal_code": venue.postal_code,
            "place_name": venue.place_name,
            "region": venue.region,
            "country": venue.country,
            "time_zone": script.department.time_zone,
            "latitude": venue.point[0],
            "longitude": venue.point[1],
            "pin_confirmed": True,
        },
        "shifts": [
            {
                "starts_at": script.starts_at.astimezone(UTC).isoformat(),
                "ends_at": script.ends_at.astimezone(UTC).isoformat(),
                "positions": [{"rank_code": rank, "headcount": count} for rank, count in script.headcount],
                **({"vehicle_code": "cruiser", "vehicle_count": 1} if script.vehicle_count else {}),
            }
        ],
    }


def ask(stage: Stage, troupe: Troupe) -> None:
    """The itemised price first, then the request at that price."""
    stage.story.step = "C1"
    client, terms = troupe.client, terms_of(troupe)
    place = client.get("places", address=terms["venue"]["address"])
    if place["time_zone"] != troupe.script.department.time_zone:
        raise DemoFailed(f"{terms['venue']['address']} was put into the zone {place['time_zone']}.")
    first = terms
    if troupe.script.changes_its_mind:
        first = copy.deepcopy(terms)
        first["shifts"][0]["positions"][0]["headcount"] += 1
    quoted = client.post("quotes", {"terms": first, "non_profit": _non_profit(troupe)})
    job = client.post("jobs", {"terms": first, "client_id": troupe.asked["client"]["id"]})
    troupe.job_id = job["id"]
    troupe.asked["quotes"] = [{"terms": first, "total_cents": quoted["total_cents"]}]
    troupe.asked["job"] = {"id": job["id"], "reference": job["reference"], "terms": terms}
    troupe.expect_mail(troupe.asked["client"]["email"], "we have your request")
    stage.story.tell(
        f"{client.name} asks for {_people(first)} ({job['reference']}); the price is shown first",
        ids=job["id"],
        cents=quoted["total_cents"],
        currency=troupe.currency,
    )


def decide(stage: Stage, troupe: Troupe) -> None:
    """One request is entered for a caller and turned down with a reason; the client's own is found and approved."""
    stage.story.step = "C2"
    unwanted = terms_of(troupe) | {"title": "Parking lot watch"}
    caller = f"caller@{troupe.short}-motors.example"
    entered = troupe.coordinator.post(
        "desk/jobs",
        {"caller": {"name": "Main Street Motors", "email": caller, "kind": "business"}, "terms": unwanted},
    )
    reason = "No officers are left on that evening. Ask again for another date."
    troupe.second_coordinator.post(f"desk/jobs/{entered['id']}/reject", {"reason": reason})
    troupe.expect_mail(caller, reason)
    stage.story.tell("A request by telephone is entered and turned down with a reason", ids=entered["id"])
    approve(stage, troupe)


def approve(stage: Stage, troupe: Troupe) -> None:
    """Found by its reference and approved; whoever decides second is told so; the contract goes out."""
    stage.story.step = "C2"
    desk = troupe.coordinator
    found = rows(desk.get("desk/jobs", text=troupe.asked["job"]["reference"]))
    if [job["id"] for job in found] != [troupe.job_id]:
        raise DemoFailed(f"The desk's search for {troupe.asked['job']['reference']} found {len(found)} requests.")
    desk.post(f"desk/jobs/{troupe.job_id}/approve", {"note": "Welcome back."})
    again = troupe.second_coordinator.exchange(
        "POST", f"/api/v1/desk/jobs/{troupe.job_id}/reject", {"reason": "Too late."}, expect=(409,)
    )
    contract = _offered(stage, troupe, version=1)
    stage.story.tell(
        f"The desk finds and approves it; a second decision is refused ({again.body['code']}); contract on offer",
        ids=contract["id"],
        cents=contract["total_cents"],
        currency=troupe.currency,
    )


def accept_and_pay(stage: Stage, troupe: Troupe) -> None:
    stage.story.step = "C2"
    client, asked = troupe.client, troupe.asked
    accepted = client.post(f"contracts/{troupe.contract_id}/accept")
    version = 1
    if troupe.script.changes_its_mind:
        client.post(f"jobs/{troupe.job_id}/changes", {"terms": asked["job"]["terms"], "reason": "One officer fewer."})
        version = 2
        changed = _offered(stage, troupe, version=2)
        accepted = client.post(f"contracts/{changed['id']}/accept")
        stage.story.tell(
            f"{client.name} changes the request; version 2 is priced, offered and accepted",
            ids=changed["id"],
            cents=changed["total_cents"],
            currency=troupe.currency,
        )
    asked["contract"] = {
        "id": troupe.contract_id,
        "version": version,
        "total_cents": accepted["total_cents"],
        "terms": asked["job"]["terms"],
    }
    charge = client.post(f"contracts/{troupe.contract_id}/checkout")
    asked["checkout"] = {"charge_id": charge["charge_id"], "amount_cents": charge["amount_cents"]}
    stage.control("GET", _path(charge["pay_url"]))
    stage.control("POST", _path(charge["pay_url"]), {"outcome": "declined"}, expect=(402,))
    stage.control("POST", _path(charge["pay_url"]), {"outcome": "pay"})
    job = client.wait_for(
        f"jobs/{troupe.job_id}",
        lambda job: job if job["funded_at"] and job["shifts"][0]["state"] == "open" else None,
        what="the payment to open the shift",
    )
    troupe.expect_mail(asked["client"]["email"], "payment received")
    twice = client.exchange("POST", f"/api/v1/contracts/{troupe.contract_id}/checkout", {}, expect=(409,))
    troupe.shift_id = job["shifts"][0]["id"]
    asked["shift"] = {
        "id": troupe.shift_id,
        "starts_at": job["shifts"][0]["starts_at"],
        "ends_at": job["shifts"][0]["ends_at"],
        "closes_at": job["shifts"][0]["closes_at"],
        "draw_commitment": job["shifts"][0]["draw_commitment"],
    }
    stage.story.tell(
        f"{client.name} pays at the second try; a second time is refused ({twice.body['code']}); the shift opens",
        ids=charge["charge_id"],
        cents=charge["amount_cents"],
        currency=troupe.currency,
        ms=client.seen_ms,
    )


def _offered(stage: Stage, troupe: Troupe, *, version: int) -> dict[str, Any]:
    contract = troupe.client.wait_for(
        f"jobs/{troupe.job_id}/contracts",
        lambda answer: next((found for found in rows(answer) if found["version"] == version), None),
        what=f"version {version} of the contract",
    )
    about = "contract is ready" if version == 1 else f"contract (version {version}) is ready"
    troupe.expect_mail(troupe.asked["client"]["email"], about)
    troupe.contract_id = contract["id"]
    return dict(contract)


def _non_profit(troupe: Troupe) -> bool:
    return troupe.script.department.client_kind == "non_profit"


def _people(terms: dict[str, Any]) -> str:
    return " and ".join(
        f"{position['headcount']} {position['rank_code']}" for position in terms["shifts"][0]["positions"]
    )


def _path(url: str) -> str:
    return "/" + url.split("/", 3)[3]
