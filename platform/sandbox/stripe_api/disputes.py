"""Disputes: opened by a control, answered with evidence, won or lost."""

from typing import Any

from sandbox.stripe_api import events, money, objects
from sandbox.stripe_api.errors import StripeError, resource_missing
from sandbox.stripe_api.routing import Call, route
from sandbox.world import World

FEE = 1500
_EVIDENCE_SECONDS = 9 * 86_400
_OUTSIDE = "outside:cards"


def open_dispute(world: World, charge_id: str, *, reason: str, at: int, amount: int | None = None) -> dict[str, Any]:
    """The payer's bank takes the money back, and a fee; the platform's balance pays both."""
    charge = world.store.get(charge_id, kind="charge", account=objects.PLATFORM)
    if charge is None:
        raise resource_missing("charge", charge_id, "charge")
    amount = amount or charge["amount_captured"] - charge["amount_refunded"]
    if charge["disputed"] or not 0 < amount <= charge["amount_captured"]:
        raise StripeError(400, f"Charge {charge_id} cannot be disputed for {amount}.")
    dispute = objects.create(
        world,
        "dispute",
        "du",
        {
            "amount": amount,
            "balance_transactions": [],
            "charge": charge_id,
            "currency": charge["currency"],
            "enhanced_eligibility_types": [],
            "evidence": {"enhanced_evidence": {}},
            "evidence_details": {
                "due_by": at + _EVIDENCE_SECONDS,
                "enhanced_eligibility": {},
                "has_evidence": False,
                "past_due": False,
                "submission_count": 0,
                "submission_method": "not_submitted",
            },
            "is_charge_refundable": False,
            "metadata": {},
            "payment_intent": charge["payment_intent"],
            "payment_method_details": {"type": "card", "card": {"brand": "visa", "case_type": "chargeback"}},
            "reason": reason,
            "status": "needs_response",
        },
        account=objects.PLATFORM,
        at=at,
    )
    _book(world, dispute, -amount, FEE, at, f"Chargeback withdrawal for {charge_id}")
    world.store.save({**charge, "disputed": True})
    events.emit(world, "charge.dispute.created", dispute, at=at)
    events.emit(world, "charge.dispute.funds_withdrawn", dispute, at=at)
    return dispute


def _book(world: World, dispute: dict[str, Any], amount: int, fee: int, at: int, description: str) -> None:
    transaction = money.record(
        world, account=objects.PLATFORM, type="adjustment", kind="dispute", amount=amount, fee=fee,
        currency=dispute["currency"], source=dispute["id"], counterpart=_OUTSIDE, at=at, available_on=at,
        description=description,
    )  # fmt: skip
    dispute["balance_transactions"].append(transaction)
    world.store.save(dispute)


def decide(world: World, identifier: str, *, won: bool, at: int, past_due: bool = False) -> dict[str, Any]:
    """The bank's answer. What is won comes back, without the fee; `past_due`: lost because nobody answered."""
    dispute = world.store.get(identifier, kind="dispute")
    if dispute is None:
        raise resource_missing("dispute", identifier)
    if dispute["status"] in ("won", "lost"):
        raise StripeError(400, f"This dispute is already {dispute['status']}.")
    dispute["status"] = "won" if won else "lost"
    dispute["evidence_details"]["past_due"] = past_due
    world.store.save(dispute)
    if won:
        _book(world, dispute, dispute["amount"], 0, at, f"Chargeback reversal for {dispute['charge']}")
        charge = world.store.get(dispute["charge"])
        if charge is not None:
            world.store.save({**charge, "disputed": False})
        events.emit(world, "charge.dispute.funds_reinstated", dispute, at=at)
    events.emit(world, "charge.dispute.closed", dispute, at=at)
    return dispute


@route("GET", "/v1/disputes")
def list_disputes(call: Call) -> dict[str, Any]:
    equal = call.texts("charge", "payment_intent")
    return objects.page(call, "dispute", where=equal)


@route("GET", "/v1/disputes/{id}")
def get_dispute(call: Call, identifier: str) -> dict[str, Any]:
    return objects.load(call, "dispute", identifier)


@route("POST", "/v1/disputes/{id}")
def update_dispute(call: Call, identifier: str) -> dict[str, Any]:
    """Evidence; with submit (the default is to submit) the bank decides: "winning_evidence" wins, all else loses."""
    dispute = objects.load(call, "dispute", identifier)
    if dispute["status"] != "needs_response":
        raise StripeError(400, f"This dispute is {dispute['status']}: evidence can no longer be changed.")
    dispute["evidence"].update(call.group("evidence"))
    dispute["evidence_details"]["has_evidence"] = len(dispute["evidence"]) > 1
    if "metadata" in call.parameters:
        dispute["metadata"] = objects.metadata(call.parameters["metadata"], dispute["metadata"])
    submits = call.parameters.get("submit", "true") in ("true", True) and bool(call.group("evidence"))
    if submits:
        dispute["status"] = "under_review"
        dispute["evidence_details"]["submission_count"] += 1
        dispute["evidence_details"]["submission_method"] = "manual"
    call.world.store.save(dispute)
    events.emit(call.world, "charge.dispute.updated", dispute, at=call.at, call=call)
    words = dispute["evidence"].get("uncategorized_text")
    if submits and words in ("winning_evidence", "losing_evidence"):
        return decide(call.world, identifier, won=words == "winning_evidence", at=call.at)
    return dispute


@route("POST", "/v1/disputes/{id}/close")
def close_dispute(call: Call, identifier: str) -> dict[str, Any]:
    objects.load(call, "dispute", identifier)
    return decide(call.world, identifier, won=False, at=call.at)
