"""Payment intents: create, confirm, capture, cancel, update, list."""

import secrets
from typing import Any

from sandbox.stripe_api import charging, customers, events, objects
from sandbox.stripe_api.errors import StripeError
from sandbox.stripe_api.routing import Call, route
from sandbox.world import World

SUPPORTED_CURRENCIES = ("usd", "cad")
MINIMUM_AMOUNT = 50
_OPEN_STATES = ("requires_payment_method", "requires_confirmation", "requires_action")
_PLAIN_FIELDS = (
    "description", "receipt_email", "setup_future_usage", "shipping", "statement_descriptor",
    "statement_descriptor_suffix", "transfer_group",
)  # fmt: skip


@route("POST", "/v1/payment_intents")
def create_intent(call: Call) -> dict[str, Any]:
    if call.text("customer"):
        objects.load(call, "customer", str(call.text("customer")), param="customer")
    intent = new_intent(
        call.world,
        amount=call.integer("amount") or 0,
        currency=str(call.text("currency")).lower(),
        fields={
            "capture_method": call.text("capture_method") or "automatic_async",
            "confirmation_method": call.text("confirmation_method") or "automatic",
            "customer": call.text("customer"),
            "metadata": objects.metadata(call.parameters.get("metadata")),
            **{name: call.parameters.get(name) or None for name in _PLAIN_FIELDS},
        },
        account=call.account,
        at=call.at,
    )
    events.emit(call.world, "payment_intent.created", intent, account=call.account, at=call.at, call=call)
    if call.text("payment_method"):
        _set_method(call, intent, str(call.text("payment_method")))
    if call.truth("confirm"):
        return _confirm(call, intent)
    if "off_session" in call.parameters:
        raise StripeError(400, "off_session can only be used together with confirm=true.", param="off_session")
    return intent


def new_intent(
    world: World, *, amount: int, currency: str, fields: dict[str, Any], account: str, at: int
) -> dict[str, Any]:
    check_amount(amount, currency)
    identifier = objects.identifiers.stripe_id("pi")
    return objects.create(
        world,
        "payment_intent",
        "pi",
        {
            "amount": amount,
            "amount_capturable": 0,
            "amount_details": {"tip": {}},
            "amount_received": 0,
            "application": None,
            "application_fee_amount": None,
            "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
            "canceled_at": None,
            "cancellation_reason": None,
            "client_secret": f"{identifier}_secret_{secrets.token_urlsafe(18)}",
            "currency": currency,
            "last_payment_error": None,
            "latest_charge": None,
            "next_action": None,
            "on_behalf_of": None,
            "payment_method": None,
            "payment_method_configuration_details": None,
            "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
            "payment_method_types": ["card", "us_bank_account" if currency == "usd" else "acss_debit"],
            "processing": None,
            "review": None,
            "status": "requires_payment_method",
            "transfer_data": None,
            "capture_method": "automatic_async",
            "confirmation_method": "automatic",
            "customer": None,
            "metadata": {},
            **dict.fromkeys(_PLAIN_FIELDS),
            **fields,
        },
        account=account,
        at=at,
        identifier=identifier,
    )


def check_amount(amount: int, currency: str, param: str = "amount") -> None:
    """Refuses unknown currencies, amounts below the minimum and above eight digits."""
    if currency not in SUPPORTED_CURRENCIES:
        raise StripeError(
            400,
            f"Invalid currency: {currency}. The stand-in knows {', '.join(SUPPORTED_CURRENCIES)}.",
            param="currency",
        )
    if amount < 1:
        raise StripeError(
            400, "This value must be greater than or equal to 1.", code="parameter_invalid_integer", param=param
        )
    if amount < MINIMUM_AMOUNT:
        raise StripeError(400, "Amount must be at least $0.50.", code="amount_too_small", param=param)
    if amount > 99_999_999:
        raise StripeError(400, "Amount must be no more than $999,999.99", code="amount_too_large", param=param)


def _set_method(call: Call, intent: dict[str, Any], token: str) -> dict[str, Any]:
    method = customers.materialise(call.world, token, account=call.account, at=call.at)
    if method["customer"] not in (None, intent["customer"]):
        raise StripeError(
            400,
            f"The provided PaymentMethod {method['id']} belongs to the Customer {method['customer']}. Please include "
            "the Customer in the `customer` parameter on the PaymentIntent.",
            param="payment_method",
        )
    intent.update(payment_method=method["id"], status="requires_confirmation")
    call.world.store.save(intent)
    return method


def _confirm(call: Call, intent: dict[str, Any]) -> dict[str, Any]:
    if intent["status"] not in _OPEN_STATES:
        raise unexpected_state(intent, "confirmed", _OPEN_STATES)
    if not intent["payment_method"]:
        raise StripeError(
            400,
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
            "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a "
            "payment method.",
            code="payment_intent_unexpected_state",
            payment_intent=objects.visible(intent),
        )
    method = customers.materialise(call.world, intent["payment_method"], account=call.account, at=call.at)
    return charging.attempt(
        call.world,
        intent,
        method,
        account=call.account,
        at=call.at,
        off_session=call.parameters.get("off_session") not in (None, "", "false", False),
        return_url=call.text("return_url"),
        call=call,
    )


@route("GET", "/v1/payment_intents")
def list_intents(call: Call) -> dict[str, Any]:
    equal = call.texts("customer")
    return objects.page(call, "payment_intent", where=equal)


@route("GET", "/v1/payment_intents/{id}")
def get_intent(call: Call, identifier: str) -> dict[str, Any]:
    return objects.load(call, "payment_intent", identifier)


@route("POST", "/v1/payment_intents/{id}")
def update_intent(call: Call, identifier: str) -> dict[str, Any]:
    intent = objects.load(call, "payment_intent", identifier)
    for name in _PLAIN_FIELDS:
        if name in call.parameters:
            intent[name] = call.parameters[name] or None
    if "metadata" in call.parameters:
        intent["metadata"] = objects.metadata(call.parameters["metadata"], intent["metadata"])
    if "amount" in call.parameters:
        if intent["status"] not in _OPEN_STATES:
            raise unexpected_state(intent, "updated", _OPEN_STATES)
        check_amount(call.integer("amount") or 0, intent["currency"])
        intent["amount"] = call.integer("amount")
    if call.text("customer"):
        intent["customer"] = objects.load(call, "customer", str(call.text("customer")), param="customer")["id"]
    if call.text("payment_method"):
        _set_method(call, intent, str(call.text("payment_method")))
    return call.world.store.save(intent)


@route("POST", "/v1/payment_intents/{id}/confirm")
def confirm_intent(call: Call, identifier: str) -> dict[str, Any]:
    intent = objects.load(call, "payment_intent", identifier)
    if intent["status"] not in _OPEN_STATES:
        raise unexpected_state(intent, "confirmed", _OPEN_STATES)
    for name in ("receipt_email", "setup_future_usage", "shipping", "capture_method"):
        if name in call.parameters:
            intent[name] = call.parameters[name] or None
    if call.text("payment_method"):
        _set_method(call, intent, str(call.text("payment_method")))
    return _confirm(call, intent)


@route("POST", "/v1/payment_intents/{id}/capture")
def capture_intent(call: Call, identifier: str) -> dict[str, Any]:
    intent = objects.load(call, "payment_intent", identifier)
    if "metadata" in call.parameters:
        intent["metadata"] = objects.metadata(call.parameters["metadata"], intent["metadata"])
    return charging.capture(call.world, intent, call.integer("amount_to_capture"), account=call.account, at=call.at)


@route("POST", "/v1/payment_intents/{id}/cancel")
def cancel_intent(call: Call, identifier: str) -> dict[str, Any]:
    intent = objects.load(call, "payment_intent", identifier)
    allowed = (*_OPEN_STATES, "requires_capture")
    if intent["status"] not in allowed:
        raise unexpected_state(intent, "canceled", allowed)
    charging.release_hold(
        call.world,
        intent,
        account=call.account,
        at=call.at,
        reason=call.text("cancellation_reason") or "requested_by_customer",
        event="charge.refunded",
    )
    return intent


def unexpected_state(intent: dict[str, Any], verb: str, allowed: tuple[str, ...]) -> StripeError:
    return StripeError(
        400,
        f"This PaymentIntent could not be {verb} because it has a status of {intent['status']}. Only a PaymentIntent "
        f"with one of the following statuses may be {verb}: {', '.join(allowed)}.",
        code="payment_intent_unexpected_state",
        payment_intent=objects.visible(intent),
    )
