"""Customers and their saved payment methods."""

import secrets
from typing import Any

from sandbox.stripe_api import events, objects
from sandbox.stripe_api.errors import StripeError, resource_missing
from sandbox.stripe_api.routing import Call, route
from sandbox.world import World

# What a card does when it is charged. The first word of a test token's name says it, as in the service's test mode.
BEHAVIOURS = (
    "succeeds",
    "declined",
    "insufficient_funds",
    "expired_card",
    "authentication_required",
    "bank_fails_late",
)
_TEST_TOKENS = {
    "pm_card_visa": ("succeeds", "visa", "4242"),
    "pm_card_mastercard": ("succeeds", "mastercard", "4444"),
    "pm_card_amex": ("succeeds", "amex", "8431"),
    "pm_card_bypassPending": ("succeeds", "visa", "0077"),
    "pm_card_chargeDeclined": ("declined", "visa", "0002"),
    "pm_card_visa_chargeDeclined": ("declined", "visa", "0002"),
    "pm_card_chargeCustomerFail": ("declined", "visa", "0341"),
    "pm_card_chargeDeclinedInsufficientFunds": ("insufficient_funds", "visa", "9995"),
    "pm_card_visa_chargeDeclinedInsufficientFunds": ("insufficient_funds", "visa", "9995"),
    "pm_card_chargeDeclinedExpiredCard": ("expired_card", "visa", "0069"),
    "pm_card_authenticationRequired": ("authentication_required", "visa", "3184"),
    "pm_card_threeDSecure2Required": ("authentication_required", "visa", "3220"),
}
_BANK_TOKENS = {
    "pm_usBankAccount_success": ("succeeds", "us_bank_account"),
    "pm_usBankAccount": ("succeeds", "us_bank_account"),
    "pm_usBankAccount_insufficientFunds": ("bank_fails_late", "us_bank_account"),
    "pm_acssDebit": ("succeeds", "acss_debit"),
}
_CUSTOMER_FIELDS = ("address", "description", "email", "name", "phone", "shipping")


@route("POST", "/v1/customers")
def create_customer(call: Call) -> dict[str, Any]:
    customer = new_customer(
        call.world,
        {name: call.parameters.get(name) for name in _CUSTOMER_FIELDS},
        metadata=objects.metadata(call.parameters.get("metadata")),
        account=call.account,
        at=call.at,
    )
    token = call.text("payment_method")
    if token:
        attach(call.world, materialise(call.world, token, account=call.account, at=call.at), customer["id"])
    return customer


def new_customer(
    world: World, fields: dict[str, Any], *, metadata: dict[str, str], account: str, at: int
) -> dict[str, Any]:
    customer = objects.create(
        world,
        "customer",
        "cus",
        {
            "balance": 0,
            "currency": None,
            "default_source": None,
            "delinquent": False,
            "discount": None,
            "invoice_prefix": secrets.token_hex(4).upper(),
            "invoice_settings": {
                "custom_fields": None,
                "default_payment_method": None,
                "footer": None,
                "rendering_options": None,
            },
            "preferred_locales": [],
            "tax_exempt": "none",
            "metadata": metadata,
            **dict.fromkeys(_CUSTOMER_FIELDS),
            **fields,
        },
        account=account,
        at=at,
    )
    events.emit(world, "customer.created", customer, account=account, at=at)
    return customer


@route("GET", "/v1/customers")
def list_customers(call: Call) -> dict[str, Any]:
    equal = call.texts("email")
    return objects.page(call, "customer", where=equal)


@route("GET", "/v1/customers/{id}")
def get_customer(call: Call, identifier: str) -> dict[str, Any]:
    return objects.load(call, "customer", identifier)


@route("POST", "/v1/customers/{id}")
def update_customer(call: Call, identifier: str) -> dict[str, Any]:
    customer = objects.load(call, "customer", identifier)
    for name in _CUSTOMER_FIELDS:
        if name in call.parameters:
            customer[name] = call.parameters[name] or None
    if "metadata" in call.parameters:
        customer["metadata"] = objects.metadata(call.parameters["metadata"], customer["metadata"])
    default = call.group("invoice_settings").get("default_payment_method")
    if default:
        objects.load(call, "payment_method", default, param="invoice_settings[default_payment_method]")
        customer["invoice_settings"]["default_payment_method"] = default
    call.world.store.save(customer)
    events.emit(call.world, "customer.updated", customer, account=call.account, at=call.at, call=call)
    return customer


@route("GET", "/v1/customers/{id}/payment_methods")
def list_methods_of_customer(call: Call, identifier: str) -> dict[str, Any]:
    objects.load(call, "customer", identifier)
    return objects.page(call, "payment_method", where={**call.texts("type"), "customer": identifier})


@route("GET", "/v1/payment_methods")
def list_methods(call: Call) -> dict[str, Any]:
    return objects.page(call, "payment_method", where=call.texts("customer", "type"))


@route("GET", "/v1/payment_methods/{id}")
def get_method(call: Call, identifier: str) -> dict[str, Any]:
    return objects.load(call, "payment_method", identifier)


@route("POST", "/v1/payment_methods/{id}/attach")
def attach_method(call: Call, identifier: str) -> dict[str, Any]:
    customer = objects.load(call, "customer", str(call.text("customer")), param="customer")
    method = materialise(call.world, identifier, account=call.account, at=call.at)
    return attach(call.world, method, customer["id"])


@route("POST", "/v1/payment_methods/{id}/detach")
def detach_method(call: Call, identifier: str) -> dict[str, Any]:
    method = objects.load(call, "payment_method", identifier)
    if method["customer"] is None:
        raise StripeError(
            400, "The payment method you provided is not attached to a customer so detachment is impossible."
        )
    return call.world.store.save({**method, "customer": None})


def attach(world: World, method: dict[str, Any], customer: str) -> dict[str, Any]:
    if method["customer"] not in (None, customer):
        raise StripeError(
            400, "The payment method you provided has already been attached to a customer.", param="payment_method"
        )
    return world.store.save({**method, "customer": customer})


def materialise(world: World, token: str, *, account: str, at: int) -> dict[str, Any]:
    """The payment method of an id, or a new one for a test token such as `pm_card_visa`."""
    if token in _TEST_TOKENS:
        behaviour, brand, last4 = _TEST_TOKENS[token]
        return new_card(world, behaviour=behaviour, brand=brand, last4=last4, account=account, at=at)
    if token in _BANK_TOKENS:
        return new_bank_account(world, *_BANK_TOKENS[token], account=account, at=at)
    found = world.store.get(token, kind="payment_method", account=account)
    if found is None:
        raise resource_missing("PaymentMethod", token, "payment_method")
    return found


def new_card(
    world: World, *, behaviour: str, account: str, at: int, brand: str = "visa", last4: str = "4242"
) -> dict[str, Any]:
    """A card that does what `behaviour` says whenever it is charged."""
    card = {
        "brand": brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "US",
        "display_brand": brand,
        "exp_month": 12,
        "exp_year": 2040,
        "fingerprint": secrets.token_hex(8),
        "funding": "credit",
        "generated_from": None,
        "last4": last4,
        "networks": {"available": [brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }
    return _new_method(world, "card", card, behaviour, account=account, at=at)


def new_bank_account(world: World, behaviour: str, type: str, *, account: str, at: int) -> dict[str, Any]:
    details = {
        "account_holder_type": "company",
        "bank_name": "Test Bank",
        "fingerprint": secrets.token_hex(8),
        "last4": "6789",
    }
    return _new_method(world, type, details, behaviour, account=account, at=at)


def _new_method(
    world: World, type: str, details: dict[str, Any], behaviour: str, *, account: str, at: int
) -> dict[str, Any]:
    fields = {
        "allow_redisplay": "unspecified",
        "billing_details": {"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
        "customer": None,
        "metadata": {},
        "type": type,
        type: details,
        "_behaviour": behaviour,
    }
    return objects.create(world, "payment_method", "pm", fields, account=account, at=at)
