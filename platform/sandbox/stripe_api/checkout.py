"""Checkout sessions: the API side and what the hosted page does with them."""

from typing import Any

from sandbox.stripe_api import events, objects, payment_intents
from sandbox.stripe_api.errors import StripeError
from sandbox.stripe_api.routing import Call, route
from sandbox.world import World

SHORTEST_LIFE_SECONDS = 30 * 60
LONGEST_LIFE_SECONDS = 24 * 3600


@route("POST", "/v1/checkout/sessions")
def create_session(call: Call) -> dict[str, Any]:
    mode = call.text("mode") or "payment"
    if mode == "subscription":
        raise StripeError(501, "The stand-in has no subscriptions.", type="api_error")
    if call.text("customer"):
        if call.text("customer_email"):
            raise StripeError(400, "You may only specify one of these parameters: customer, customer_email.")
        objects.load(call, "customer", str(call.text("customer")), param="customer")
    if not call.text("success_url"):
        raise StripeError(400, "Missing required param: success_url.", code="parameter_missing", param="success_url")
    for name in ("success_url", "cancel_url"):
        if call.text(name) and not str(call.text(name)).startswith(("http://", "https://")):
            raise StripeError(400, "Not a valid URL", code="url_invalid", param=name)
    expires_at = call.integer("expires_at") or call.at + LONGEST_LIFE_SECONDS
    # A minute of grace: the caller's clock and the time on the wire.
    if not SHORTEST_LIFE_SECONDS - 60 <= expires_at - call.at <= LONGEST_LIFE_SECONDS + 60:
        raise StripeError(
            400,
            "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from Checkout "
            "Session creation.",
            param="expires_at",
        )
    items, currency, total = _line_items(call) if mode == "payment" else ([], call.text("currency"), None)
    if mode == "setup" and not currency:
        raise StripeError(400, "Missing required param: currency.", code="parameter_missing", param="currency")
    identifier = objects.identifiers.stripe_id("cs_test", 58)
    session = objects.create(
        call.world,
        "checkout.session",
        "cs",
        {
            "after_expiration": None,
            "allow_promotion_codes": None,
            "amount_subtotal": total,
            "amount_total": total,
            "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
            "billing_address_collection": call.text("billing_address_collection"),
            "cancel_url": call.text("cancel_url"),
            "client_reference_id": call.text("client_reference_id"),
            "client_secret": None,
            "collected_information": None,
            "consent": None,
            "consent_collection": None,
            "currency": currency,
            "currency_conversion": None,
            "custom_fields": [],
            "custom_text": {
                "after_submit": None,
                "shipping_address": None,
                "submit": None,
                "terms_of_service_acceptance": None,
            },
            "customer": call.text("customer"),
            "customer_creation": call.text("customer_creation") or ("if_required" if mode == "payment" else "always"),
            "customer_details": None,
            "customer_email": call.text("customer_email"),
            "discounts": [],
            "expires_at": expires_at,
            "invoice": None,
            "invoice_creation": None,
            "locale": call.text("locale"),
            "metadata": objects.metadata(call.parameters.get("metadata")),
            "mode": mode,
            "payment_intent": None,
            "payment_link": None,
            "payment_method_collection": "if_required",
            "payment_method_configuration_details": None,
            "payment_method_options": {},
            "payment_method_types": ["card"],
            "payment_status": "unpaid" if mode == "payment" else "no_payment_required",
            "recovered_from": None,
            "setup_intent": None,
            "shipping_address_collection": None,
            "shipping_cost": None,
            "shipping_options": [],
            "status": "open",
            "submit_type": call.text("submit_type"),
            "subscription": None,
            "success_url": call.text("success_url"),
            "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0} if total else None,
            "ui_mode": call.text("ui_mode") or "hosted_page",
            "url": f"{call.world.configuration.public_base}/pay/{identifier}",
            "_line_items": items,
            "_without_methods": _excluded_methods(call),
            "_intent_data": call.group("payment_intent_data"),
            "_setup_data": call.group("setup_intent_data"),
        },
        account=call.account,
        at=call.at,
        identifier=identifier,
    )
    return session


def _excluded_methods(call: Call) -> list[str]:
    """Methods that the page must not offer. The card cannot go: the stand-in's page would have none left."""
    excluded = call.parameters.get("excluded_payment_method_types") or []
    if "card" in excluded:
        raise StripeError(
            400,
            "The stand-in's page offers cards and bank debits only: card cannot be excluded.",
            param="excluded_payment_method_types",
        )
    return [str(one) for one in excluded]


def _line_items(call: Call) -> tuple[list[dict[str, Any]], str, int]:
    given = call.parameters.get("line_items")
    if not isinstance(given, list) or not given:
        raise StripeError(400, "Missing required param: line_items.", code="parameter_missing", param="line_items")
    items, currencies = [], set()
    for index, item in enumerate(given):
        price = item.get("price_data")
        if not isinstance(price, dict):
            raise StripeError(
                400,
                "The stand-in stores no prices: give price_data.",
                code="resource_missing",
                param=f"line_items[{index}][price]",
            )
        if "unit_amount" not in price or "product_data" not in price:
            raise StripeError(
                400,
                "price_data needs unit_amount and product_data.",
                code="parameter_missing",
                param=f"line_items[{index}][price_data]",
            )
        unit_amount, quantity = int(price["unit_amount"]), int(item.get("quantity") or 1)
        if unit_amount < 0 or quantity < 1:
            raise StripeError(
                400,
                "Amounts must be 0 or more, quantities 1 or more.",
                code="parameter_invalid_integer",
                param=f"line_items[{index}]",
            )
        currencies.add(str(price["currency"]).lower())
        items.append(
            {
                "id": objects.identifiers.stripe_id("li"),
                "object": "item",
                "amount_discount": 0,
                "amount_subtotal": unit_amount * quantity,
                "amount_tax": 0,
                "amount_total": unit_amount * quantity,
                "currency": str(price["currency"]).lower(),
                "description": price["product_data"].get("name"),
                "quantity": quantity,
                "price": {"object": "price", "unit_amount": unit_amount, "currency": str(price["currency"]).lower()},
                "_detail": price["product_data"].get("description"),
            }
        )
    if len(currencies) != 1:
        raise StripeError(400, "All line items must have the same currency.", param="line_items")
    currency, total = currencies.pop(), sum(item["amount_total"] for item in items)
    payment_intents.check_amount(total, currency, param="line_items")
    return items, currency, total


@route("GET", "/v1/checkout/sessions")
def list_sessions(call: Call) -> dict[str, Any]:
    names = ("customer", "payment_intent", "status")
    equal = call.texts(*names)
    return objects.page(call, "checkout.session", where=equal)


@route("GET", "/v1/checkout/sessions/{id}")
def get_session(call: Call, identifier: str) -> dict[str, Any]:
    return objects.load(call, "checkout.session", identifier)


@route("GET", "/v1/checkout/sessions/{id}/line_items")
def list_line_items(call: Call, identifier: str) -> dict[str, Any]:
    items = objects.load(call, "checkout.session", identifier)["_line_items"]
    return {"object": "list", "url": call.path, "has_more": False, "data": items}


@route("POST", "/v1/checkout/sessions/{id}")
def update_session(call: Call, identifier: str) -> dict[str, Any]:
    session = objects.load(call, "checkout.session", identifier)
    session["metadata"] = objects.metadata(call.parameters.get("metadata"), session["metadata"])
    return call.world.store.save(session)


@route("POST", "/v1/checkout/sessions/{id}/expire")
def expire_session(call: Call, identifier: str) -> dict[str, Any]:
    session = objects.load(call, "checkout.session", identifier)
    if session["status"] != "open":
        raise StripeError(
            400,
            f'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of '
            f"{session['status']}.",
        )
    return expire(call.world, session, account=call.account, at=call.at)


def expire(world: World, session: dict[str, Any], *, account: str, at: int) -> dict[str, Any]:
    session.update(status="expired", url=None)
    world.store.save(session)
    events.emit(world, "checkout.session.expired", session, account=account, at=at)
    return session
