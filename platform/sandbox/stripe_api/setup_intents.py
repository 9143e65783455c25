"""Setup intents: saving a payment method for later."""

import secrets
from typing import Any

from sandbox.stripe_api import customers, events, objects
from sandbox.stripe_api.errors import StripeError, card_error
from sandbox.stripe_api.routing import Call, route
from sandbox.world import World


@route("POST", "/v1/setup_intents")
def create_setup_intent(call: Call) -> dict[str, Any]:
    if call.text("customer"):
        objects.load(call, "customer", str(call.text("customer")), param="customer")
    intent = new_setup_intent(
        call.world,
        customer=call.text("customer"),
        usage=call.text("usage") or "off_session",
        metadata=objects.metadata(call.parameters.get("metadata")),
        account=call.account,
        at=call.at,
    )
    if call.text("payment_method"):
        method = customers.materialise(call.world, str(call.text("payment_method")), account=call.account, at=call.at)
        intent.update(payment_method=method["id"], status="requires_confirmation")
        call.world.store.save(intent)
    return _confirm(call, intent) if call.truth("confirm") else intent


def new_setup_intent(
    world: World, *, customer: str | None, usage: str, metadata: dict[str, str], account: str, at: int
) -> dict[str, Any]:
    identifier = objects.identifiers.stripe_id("seti")
    intent = objects.create(
        world,
        "setup_intent",
        "seti",
        {
            "application": None,
            "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
            "cancellation_reason": None,
            "client_secret": f"{identifier}_secret_{secrets.token_urlsafe(18)}",
            "customer": customer,
            "description": None,
            "flow_directions": None,
            "last_setup_error": None,
            "latest_attempt": None,
            "mandate": None,
            "metadata": metadata,
            "next_action": None,
            "on_behalf_of": None,
            "payment_method": None,
            "payment_method_options": {},
            "payment_method_types": ["card"],
            "single_use_mandate": None,
            "status": "requires_payment_method",
            "usage": usage,
        },
        account=account,
        at=at,
        identifier=identifier,
    )
    events.emit(world, "setup_intent.created", intent, account=account, at=at)
    return intent


def succeed(world: World, intent: dict[str, Any], method: dict[str, Any], *, account: str, at: int) -> dict[str, Any]:
    if intent["customer"]:
        customers.attach(world, method, intent["customer"])
    intent.update(status="succeeded", payment_method=method["id"])
    world.store.save(intent)
    events.emit(world, "setup_intent.succeeded", intent, account=account, at=at)
    return intent


def _confirm(call: Call, intent: dict[str, Any]) -> dict[str, Any]:
    if not intent["payment_method"]:
        raise StripeError(400, "The SetupIntent is missing a payment method.", code="setup_intent_unexpected_state")
    method = objects.load(call, "payment_method", intent["payment_method"])
    if method["_behaviour"] in ("declined", "expired_card"):
        intent.update(status="requires_payment_method", payment_method=None)
        call.world.store.save(intent)
        events.emit(call.world, "setup_intent.setup_failed", intent, account=call.account, at=call.at)
        raise card_error("Your card was declined.", code="card_declined", decline_code="generic_decline")
    return succeed(call.world, intent, method, account=call.account, at=call.at)


@route("GET", "/v1/setup_intents")
def list_setup_intents(call: Call) -> dict[str, Any]:
    equal = call.texts("customer", "payment_method")
    return objects.page(call, "setup_intent", where=equal)


@route("GET", "/v1/setup_intents/{id}")
def get_setup_intent(call: Call, identifier: str) -> dict[str, Any]:
    return objects.load(call, "setup_intent", identifier)


@route("POST", "/v1/setup_intents/{id}/confirm")
def confirm_setup_intent(call: Call, identifier: str) -> dict[str, Any]:
    intent = objects.load(call, "setup_intent", identifier)
    if call.text("payment_method"):
        method = customers.materialise(call.world, str(call.text("payment_method")), account=call.account, at=call.at)
        intent["payment_method"] = method["id"]
    return _confirm(call, intent)


@route("POST", "/v1/setup_intents/{id}/cancel")
def cancel_setup_intent(call: Call, identifier: str) -> dict[str, Any]:
    intent = objects.load(call, "setup_intent", identifier)
    if intent["status"] in ("succeeded", "canceled"):
        raise StripeError(400, f"A SetupIntent that is {intent['status']} cannot be canceled.")
    intent.update(status="canceled", cancellation_reason=call.text("cancellation_reason"))
    return call.world.store.save(intent)
