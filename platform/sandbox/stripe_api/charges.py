"""Charges and refunds."""

from typing import Any

from sandbox.books import CARDS
from sandbox.stripe_api import charging, events, money, objects
from sandbox.stripe_api.errors import StripeError
from sandbox.stripe_api.routing import Call, route


@route("GET", "/v1/charges")
def list_charges(call: Call) -> dict[str, Any]:
    names = ("customer", "payment_intent", "transfer_group")
    equal = call.texts(*names)
    return objects.page(call, "charge", where=equal)


@route("GET", "/v1/charges/{id}")
def get_charge(call: Call, identifier: str) -> dict[str, Any]:
    return objects.load(call, "charge", identifier)


@route("POST", "/v1/charges/{id}")
def update_charge(call: Call, identifier: str) -> dict[str, Any]:
    charge = objects.load(call, "charge", identifier)
    for name in ("description", "receipt_email", "transfer_group"):
        if name in call.parameters:
            charge[name] = call.parameters[name] or None
    if "metadata" in call.parameters:
        charge["metadata"] = objects.metadata(call.parameters["metadata"], charge["metadata"])
    return call.world.store.save(charge)


@route("POST", "/v1/refunds")
def create_refund(call: Call) -> dict[str, Any]:
    charge = _charge_to_refund(call)
    if charge["disputed"]:
        raise StripeError(
            400, f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    remaining = charge["amount_captured"] - charge["amount_refunded"]
    amount = call.integer("amount") if "amount" in call.parameters else remaining
    if remaining == 0 and charge["amount_captured"]:
        raise StripeError(400, f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if amount is None or amount < 1:
        raise StripeError(400, "Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > remaining:
        raise StripeError(
            400,
            f"Refund amount (${amount / 100:.2f}) is greater than unrefunded amount on charge (${remaining / 100:.2f})",
            code="amount_too_large",
            param="amount",
        )
    refund = objects.create(
        call.world,
        "refund",
        "re",
        {
            "amount": amount,
            "balance_transaction": None,
            "charge": charge["id"],
            "currency": charge["currency"],
            "destination_details": {"card": {"type": "refund"}, "type": "card"},
            "metadata": objects.metadata(call.parameters.get("metadata")),
            "payment_intent": charge["payment_intent"],
            "reason": call.text("reason"),
            "receipt_number": None,
            "source_transfer_reversal": None,
            "status": "succeeded",
            "transfer_reversal": None,
        },
        account=call.account,
        at=call.at,
    )
    pending = call.world.store.get(charge["balance_transaction"])
    transaction = money.record(
        call.world,
        account=call.account,
        type="refund",
        amount=-amount,
        currency=charge["currency"],
        source=refund["id"],
        counterpart=CARDS,
        at=call.at,
        available_on=pending["available_on"] if pending and pending["status"] == "pending" else call.at,
        description=f"REFUND FOR CHARGE {charge['id']}",
    )
    refund["balance_transaction"] = transaction["id"]
    call.world.store.save(refund)
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    call.world.store.save(charge)
    events.emit(call.world, "refund.created", refund, account=call.account, at=call.at, call=call)
    events.emit(call.world, "charge.refunded", charge, account=call.account, at=call.at, call=call)
    return refund


def _charge_to_refund(call: Call) -> dict[str, Any]:
    if call.text("charge"):
        charge = objects.load(call, "charge", str(call.text("charge")), param="charge")
    elif call.text("payment_intent"):
        intent = objects.load(call, "payment_intent", str(call.text("payment_intent")), param="payment_intent")
        if intent["status"] == "requires_capture":
            raise StripeError(400, "This PaymentIntent is not captured: cancel it instead of refunding it.")
        if not intent["latest_charge"] or intent["status"] != "succeeded":
            raise StripeError(400, f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.")
        charge = objects.load(call, "charge", intent["latest_charge"])
    else:
        raise StripeError(
            400, "One of the following params should be provided for this request: payment_intent or charge."
        )
    if charge["status"] != "succeeded" or not charge["captured"]:
        raise StripeError(400, f"Charge {charge['id']} was not captured and cannot be refunded.", param="charge")
    return charge


@route("GET", "/v1/refunds")
def list_refunds(call: Call) -> dict[str, Any]:
    equal = call.texts("charge", "payment_intent")
    return objects.page(call, "refund", where=equal)


@route("GET", "/v1/refunds/{id}")
def get_refund(call: Call, identifier: str) -> dict[str, Any]:
    return objects.load(call, "refund", identifier)


@route("POST", "/v1/refunds/{id}")
def update_refund(call: Call, identifier: str) -> dict[str, Any]:
    refund = objects.load(call, "refund", identifier)
    refund["metadata"] = objects.metadata(call.parameters.get("metadata"), refund["metadata"])
    return call.world.store.save(refund)


@route("POST", "/v1/charges/{id}/capture")
def capture_charge(call: Call, identifier: str) -> dict[str, Any]:
    charge = objects.load(call, "charge", identifier)
    intent = objects.load(call, "payment_intent", charge["payment_intent"])
    charging.capture(call.world, intent, call.integer("amount"), account=call.account, at=call.at)
    return objects.load(call, "charge", identifier)
