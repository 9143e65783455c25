"""More jobs of the same people, agreed short before their start: what the later acts cancel, dispute and invoice."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

from demo.acts import asking
from demo.acts.settling import MONEY, has_gone
from demo.stage import Stage, Troupe

# Inside the two days in which the policy charges a client for cancelling, and before anybody is awarded the work.
STARTS_IN = timedelta(hours=40)
_KEPT = (
    "department", "department_id", "currency", "policy", "service_fee_basis_points",
    "service_fee_tax_basis_points", "payees", "client",
)  # fmt: skip


def another_job(stage: Stage, troupe: Troupe, *, about: str, headcount: int = 2) -> Troupe:
    """Some officers, forty hours from now, asked for and approved; the contract is on offer."""
    starts_at = (stage.now() + STARTS_IN).replace(minute=0, second=0, microsecond=0)
    script = replace(
        troupe.script,
        turn=about,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=4),
        headcount=((troupe.script.department.rank, headcount),),
        vehicle_count=0,
        changes_its_mind=False,
        officers=[],
        ratings=random.Random(about),
    )
    booking = Troupe(script, troupe.coordinator, troupe.second_coordinator, troupe.client)
    booking.department_id = troupe.department_id
    booking.asked = {
        **{name: troupe.asked[name] for name in _KEPT},
        "turn": about,
        "assignments": {},
        "officers": {},
        "documents": [],
    }
    stage.story.asked.setdefault("bookings", []).append(booking.asked)
    asking.ask(stage, booking)
    asking.approve(stage, booking)
    return booking


def cancel(stage: Stage, booking: Troupe) -> dict[str, Any]:
    """By the client, for what the offer says; another sum is refused. Answers with the offer."""
    path = f"jobs/{booking.job_id}/cancellation"
    offer: dict[str, Any] = booking.client.get(path)
    body = {"expected_cents": offer["cents"], "reason": "The permit was not granted."}
    booking.client.post(path, {**body, "expected_cents": offer["cents"] + 1}, expect=(409,))
    booking.client.post(path, body)
    booking.asked["cancelled"] = {
        "by": "client",
        "at": stage.now().isoformat(),
        "starts_at": booking.script.starts_at.isoformat(),
        "cents": offer["cents"],
    }
    return offer


def money_of(booking: Troupe) -> dict[str, Any]:
    found: dict[str, Any] = booking.coordinator.get(f"desk/jobs/{booking.job_id}/money")
    return found


def wait_until_gone(booking: Troupe) -> dict[str, Any]:
    """Until what was paid has gone where it belongs; kept for the checker."""
    money: dict[str, Any] = booking.coordinator.wait_for(
        f"desk/jobs/{booking.job_id}/money",
        lambda found: found if has_gone(found) else None,
        what="refund and transfers after the cancellation",
    )
    booking.asked["money"] = {name: money[name] for name in MONEY}
    return money
