"""C0: rates are published; officers are put on the roster, invited, join, prove a phone, and can be paid."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from demo.calls import DemoFailed
from demo.drawing import Script
from demo.places import PASSWORD_OF_STAFF
from demo.stage import PASSWORD, OfficerOnStage, Stage, Troupe, code_in, rows


def open_desk(stage: Stage, script: Script) -> Troupe:
    """The coordinators sign in on their department's own address and publish the rates that were drawn."""
    stage.story.step = "C0"
    department = script.department
    host = f"{department.slug}.localhost"
    coordinator = stage.caller(host, "coordinator")
    coordinator.sign_in(department.coordinator, PASSWORD_OF_STAFF)
    second = coordinator
    if department.second_coordinator != department.coordinator:
        second = stage.caller(host, "second coordinator")
        second.sign_in(department.second_coordinator, PASSWORD_OF_STAFF)
    troupe = Troupe(script, coordinator, second, stage.caller("localhost", "client"))
    known = {found["slug"]: found for found in rows(coordinator.get("departments"))}
    troupe.department_id = known[department.slug]["id"]
    current = coordinator.get("desk/policies/in-force")
    document = with_rates(current["document"], script)
    today = stage.now().astimezone(ZoneInfo(department.time_zone)).date()
    published = coordinator.post(
        "desk/policies",
        {"document": document, "effective_from_date": today.isoformat(), "note": "Rates of the season."},
    )
    in_force = coordinator.get("desk/policies/in-force")
    if in_force["version"] != published["version"]:
        raise DemoFailed(f"Version {published['version']} was published, {in_force['version']} is in force.")
    troupe.asked = {
        "department": department.slug,
        "department_id": troupe.department_id,
        "currency": department.currency,
        "turn": script.turn,
        "policy": in_force["document"],
        "service_fee_basis_points": script.service_fee_basis_points,
        "service_fee_tax_basis_points": department.service_fee_tax_basis_points,
        "payees": {},
        "officers": {},
    }
    stage.story.tell(
        f"{department.name} publishes its rates, version {published['version']} ({script.turn})",
        ids=published["sha256"],
    )
    return troupe


def with_rates(document: dict[str, Any], script: Script) -> dict[str, Any]:
    """The department's own document with the drawn numbers in it."""
    changes, card = script.rate_changes, dict(document["rate_card"])
    card["ranks"] = [
        {
            **rank,
            "bill_rate_cents_per_hour": changes["ranks"].get(rank["code"], (rank["bill_rate_cents_per_hour"],))[0],
            "pay_rate_cents_per_hour": changes["ranks"].get(rank["code"], (0, rank["pay_rate_cents_per_hour"]))[1],
        }
        for rank in card["ranks"]
    ]
    card["vehicles"] = [
        {**vehicle, "rate_cents": changes["vehicle_rate_cents"]} if vehicle["code"] == "cruiser" else vehicle
        for vehicle in card["vehicles"]
    ]
    for name in ("minimum_steps_minutes", "rounding", "payable_basis"):
        card[name] = changes[name]
    if "admin_fee_basis_points" in changes:
        card["fees"] = [
            {**fee, "rate_basis_points": changes["admin_fee_basis_points"]} if fee["code"] == "admin" else fee
            for fee in card.get("fees", [])
        ]
    if "tax_basis_points" in changes:
        card["taxes"] = [
            {
                "code": "sales",
                "name": "Sales tax",
                "registration_number": "3-00000-0000-1",
                "rate_basis_points": changes["tax_basis_points"],
            }
        ]
    return {**document, "rate_card": card}


def fill_roster(stage: Stage, troupe: Troupe) -> None:
    stage.story.step = "C0"
    for drawn in troupe.script.officers:
        entry = troupe.coordinator.post(
            "desk/roster",
            {
                "badge_number": drawn.badge_number,
                "given_name": drawn.given_name,
                "family_name": drawn.family_name,
                "work_email": drawn.work_email,
                "rank_code": drawn.rank_code,
                "seniority_date": drawn.seniority_date.isoformat(),
            },
        )
        officer = OfficerOnStage(drawn, stage.caller("localhost", drawn.name), entry_id=entry["entry_id"])
        troupe.officers.append(officer)
        troupe.coordinator.post(f"desk/roster/{officer.entry_id}/invitations")
    stage.story.tell(f"{len(troupe.officers)} officers of {troupe.short} are on the roster and invited")


def join(stage: Stage, troupe: Troupe) -> None:
    """Each opens the mail, gives its code, signs in, and asks for a code on the phone."""
    stage.story.step = "C0"
    for officer in troupe.officers:
        started = time.monotonic()
        drawn = officer.drawn
        mail = stage.mail(drawn.work_email, about="invites you")
        link = next(link for link in mail["links"] if "/join" in link or "invitation" in link)
        invitation_id = next(part for part in reversed(link.rstrip("/").split("/")) if len(part) == 36)
        visitor = officer.caller.at(f"{troupe.short}.localhost")
        joined = visitor.post(
            f"invitations/{invitation_id}/accept",
            {"code": code_in(mail["text"]), "password": PASSWORD, "accept_terms": True},
        )
        officer.officer_id = joined["officer_id"]
        officer.caller.sign_in(joined["email"], PASSWORD)
        officer.caller.post("officer/phone-codes", {"phone": drawn.phone})
        officer.caller.put("officer/home", {"label": "Home", "latitude": drawn.home[0], "longitude": drawn.home[1]})
        officer.caller.put("officer/travel-radius", {"metres": 25_000})
        troupe.asked["officers"][officer.officer_id] = {
            "name": drawn.name,
            "email": drawn.work_email,
            "phone": drawn.phone,
            "rank_code": drawn.rank_code,
        }
        stage.story.tell(
            f"{drawn.name} joins by the code from the mail and sets a home",
            ids=officer.officer_id,
            ms=(time.monotonic() - started) * 1000,
        )


def prove_phones(stage: Stage, troupe: Troupe) -> None:
    stage.story.step = "C0"
    for officer in troupe.officers:
        message = stage.text(officer.drawn.phone, about="your code is")
        profile = officer.caller.post(
            "officer/phone", {"phone": officer.drawn.phone, "code": code_in(message["body"]), "consent": True}
        )
        if not profile["texts_allowed"]:
            raise DemoFailed(f"{officer.name} agreed to text messages, and they are not allowed.")
        # The story is played at any hour, also when the law would have offers wait for the morning.
        officer.caller.put("officer/offer-wishes", {"at_night": True})
    stage.story.tell(f"{len(troupe.officers)} phones of {troupe.short} are proved by a texted code, consent recorded")


def open_accounts(stage: Stage, troupe: Troupe) -> None:
    """On the provider's own page: the department always, officers where they are paid directly."""
    stage.story.step = "C0"
    department = troupe.script.department
    link = troupe.coordinator.post("desk/payee-accounts/onboarding")["url"]
    stage.visit(link, {"outcome": "complete", "account_number": "000777000111"})
    troupe.asked["payees"][link] = {"owner_kind": "department", "owner_id": troupe.department_id}
    if department.payee_mode == "direct":
        for number, officer in enumerate(troupe.officers):
            link = officer.caller.post("officer/payee-accounts/onboarding")["url"]
            stage.visit(link, {"outcome": "complete", "account_number": f"00012345{number:04d}"})
            troupe.asked["payees"][link] = {"owner_kind": "officer", "owner_id": officer.officer_id}
    for caller, path in _accounts(troupe):
        caller.wait_for(
            path, lambda answer: all(found["may_receive"] for found in accounts(answer)), what="payout account"
        )
    stage.story.tell(
        f"{len(troupe.asked['payees'])} payout accounts of {troupe.short} are opened on the provider's page"
    )


def accounts(answer: Any) -> list[dict[str, Any]]:
    """At least one account, or nothing was opened."""
    found = answer if isinstance(answer, list) else answer.get("accounts", answer.get("results", [answer]))
    return list(found) or [{"may_receive": False}]


def _accounts(troupe: Troupe) -> list[tuple[Any, str]]:
    found: list[tuple[Any, str]] = [(troupe.coordinator, "desk/payee-accounts")]
    if troupe.script.department.payee_mode == "direct":
        found += [(officer.caller, "officer/payee-accounts") for officer in troupe.officers]
    return found


def leave_roster(stage: Stage, troupe: Troupe) -> None:
    """Whoever leaves the roster is out the same minute, with nobody asking them to sign out."""
    stage.story.step = "C0"
    leaver = next((officer for officer in troupe.officers if not officer.assignment_id), None)
    if leaver is None:
        return
    leaver.caller.get("officer")
    troupe.coordinator.post(f"desk/roster/{leaver.entry_id}/remove", {"reason": "Moved to another service."})
    started = stage.now()
    while True:
        answer = leaver.caller.exchange("GET", "/api/v1/officer", expect=(200, 401, 403, 404))
        if answer.status != 200:
            break
        if stage.now() - started > timedelta(seconds=60):
            raise DemoFailed(f"{leaver.name} left the roster a minute ago and still gets in.")
        time.sleep(0.2)
    took = (stage.now() - started).total_seconds() * 1000
    stage.story.tell(f"{leaver.name} is taken off the roster and is out ({answer.status})", ms=took)
