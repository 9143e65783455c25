"""Transfers from the platform to connected accounts, and their reversals."""

from typing import Any

from sandbox.books import PLATFORM
from sandbox.stripe_api import accounts, events, money, objects
from sandbox.stripe_api.errors import StripeError, resource_missing
from sandbox.stripe_api.payment_intents import SUPPORTED_CURRENCIES
from sandbox.stripe_api.routing import Call, route
from sandbox.world import World


@route("POST", "/v1/transfers")
def create_transfer(call: Call) -> dict[str, Any]:
    world, at = call.world, call.at
    currency = str(call.text("currency")).lower()
    if currency not in SUPPORTED_CURRENCIES:
        raise StripeError(400, f"Invalid currency: {currency}", param="currency")
    destination = world.store.get(str(call.text("destination")), kind="account")
    if destination is None:
        raise resource_missing("destination", str(call.text("destination")), "destination")
    if not accounts.may_receive_transfers(destination):
        raise StripeError(
            400,
            "Your destination account needs to have at least one of the following capabilities enabled: transfers, "
            "crypto_transfers, legacy_payments",
            code="insufficient_capabilities_for_transfer",
        )
    source = _source(call, currency)
    amount = call.integer("amount")
    if amount is None:
        raise StripeError(400, "Missing required param: amount.", code="parameter_missing", param="amount")
    if amount < 1:
        raise StripeError(
            400, "This value must be greater than or equal to 1.", code="parameter_invalid_integer", param="amount"
        )
    available_on = _draw(world, source, amount, currency, at)
    transfer = objects.create(
        world,
        "transfer",
        "tr",
        {
            "amount": amount,
            "amount_reversed": 0,
            "balance_transaction": None,
            "currency": currency,
            "description": call.text("description"),
            "destination": destination["id"],
            "destination_payment": objects.identifiers.stripe_id("py"),
            "metadata": objects.metadata(call.parameters.get("metadata")),
            "reversals": {"object": "list", "data": [], "has_more": False, "url": "", "total_count": 0},
            "reversed": False,
            "source_transaction": source["id"] if source else None,
            "source_type": call.text("source_type") or "card",
            "transfer_group": _group(call, source),
        },
        account=PLATFORM,
        at=at,
    )
    transfer["reversals"]["url"] = f"/v1/transfers/{transfer['id']}/reversals"
    _book(world, transfer, available_on, at)
    events.emit(world, "transfer.created", transfer, at=at, call=call)
    return transfer


def _source(call: Call, currency: str) -> dict[str, Any] | None:
    identifier = call.text("source_transaction")
    if identifier is None:
        return None
    charge = objects.load(call, "charge", identifier, param="source_transaction", account=PLATFORM)
    if charge["status"] not in ("succeeded", "pending") or not (charge["captured"] or charge["status"] == "pending"):
        raise StripeError(400, f"Charge {identifier} was not captured.", param="source_transaction")
    if charge["currency"] != currency:
        raise StripeError(
            400,
            f"The currency of source_transaction's balance transaction ({charge['currency']}) must be the same as the "
            f"transfer currency ({currency}).",
            param="currency",
        )
    return charge


def _draw(world: World, source: dict[str, Any] | None, amount: int, currency: str, at: int) -> int:
    """Refuses what cannot be covered; answers when the transferred money becomes available."""
    if source is None:
        if world.books.balance(f"{PLATFORM}:available", currency) < amount:
            raise StripeError(
                400,
                "You have insufficient available funds in your Stripe account. Try adding funds directly to your "
                "available balance by creating Charges using the 4000000000000077 test card.",
                code="balance_insufficient",
            )
        return at
    used = sum(
        transfer["amount"] - transfer["amount_reversed"]
        for transfer in world.store.find("transfer", where={"source_transaction": source["id"]})
    )
    left = source["amount_captured"] - used
    if amount > left:
        raise StripeError(
            400,
            f"Cannot use {source['id']} as the source_transaction: the sum of all transfers created from it would "
            f"exceed the charge amount ({source['amount_captured']}). {left} is left.",
            code="balance_insufficient",
            param="amount",
        )
    transaction = world.store.get(source["balance_transaction"])
    return transaction["available_on"] if transaction and transaction["status"] == "pending" else at


def _group(call: Call, source: dict[str, Any] | None) -> str | None:
    if call.text("transfer_group"):
        return call.text("transfer_group")
    if source is None:
        return None
    if not source["transfer_group"]:
        source["transfer_group"] = f"group_{source['payment_intent']}"
        call.world.store.save(source)
    return str(source["transfer_group"])


def _book(world: World, transfer: dict[str, Any], available_on: int, at: int) -> None:
    bucket = "pending" if available_on > at else "available"
    sent = money.record(
        world, account=PLATFORM, type="transfer", amount=-transfer["amount"], currency=transfer["currency"],
        source=transfer["id"], counterpart=f"{transfer['destination']}:{bucket}", at=at, available_on=available_on,
        description=transfer["description"],
    )  # fmt: skip
    received = objects.create(
        world,
        "balance_transaction",
        "txn",
        {
            **{
                name: sent[name]
                for name in ("available_on", "balance_type", "currency", "description", "exchange_rate", "status")
            },
            "amount": transfer["amount"],
            "fee": 0,
            "fee_details": [],
            "net": transfer["amount"],
            "reporting_category": "charge",
            "source": transfer["destination_payment"],
            "type": "payment",
        },
        account=transfer["destination"],
        at=at,
    )
    objects.create(
        world,
        "charge",
        "py",
        {
            "amount": transfer["amount"],
            "amount_captured": transfer["amount"],
            "amount_refunded": 0,
            "balance_transaction": received["id"],
            "billing_details": {"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
            "captured": True,
            "currency": transfer["currency"],
            "customer": None,
            "description": None,
            "disputed": False,
            "metadata": {},
            "paid": True,
            "payment_intent": None,
            "refunded": False,
            "source_transfer": transfer["id"],
            "status": "succeeded",
            "transfer_group": transfer["transfer_group"],
        },
        account=transfer["destination"],
        at=at,
        identifier=transfer["destination_payment"],
    )
    transfer["balance_transaction"] = sent["id"]
    world.store.save(transfer)


@route("GET", "/v1/transfers")
def list_transfers(call: Call) -> dict[str, Any]:
    equal = call.texts("destination", "transfer_group")
    return objects.page(call, "transfer", account=PLATFORM, where=equal)


@route("GET", "/v1/transfers/{id}")
def get_transfer(call: Call, identifier: str) -> dict[str, Any]:
    return objects.load(call, "transfer", identifier, account=PLATFORM)


@route("POST", "/v1/transfers/{id}")
def update_transfer(call: Call, identifier: str) -> dict[str, Any]:
    transfer = objects.load(call, "transfer", identifier, account=PLATFORM)
    if "description" in call.parameters:
        transfer["description"] = call.text("description")
    transfer["metadata"] = objects.metadata(call.parameters.get("metadata"), transfer["metadata"])
    return call.world.store.save(transfer)


@route("POST", "/v1/transfers/{id}/reversals")
def create_reversal(call: Call, identifier: str) -> dict[str, Any]:
    world, at = call.world, call.at
    transfer = objects.load(call, "transfer", identifier, account=PLATFORM)
    left = transfer["amount"] - transfer["amount_reversed"]
    amount = call.integer("amount") if "amount" in call.parameters else left
    if left == 0:
        raise StripeError(400, f"Transfer {identifier} is already fully reversed.", code="transfer_already_reversed")
    if amount is None or amount < 1 or amount > left:
        raise StripeError(
            400,
            f"Transfer reversal amount ({amount}) must be between 1 and the unreversed amount ({left}).",
            param="amount",
        )
    original = world.store.get(transfer["balance_transaction"])
    pending = original is not None and original["status"] == "pending"
    bucket = "pending" if pending else "available"
    held = world.books.balance(f"{transfer['destination']}:{bucket}", transfer["currency"])
    if held < amount:
        raise StripeError(
            400,
            f"Insufficient funds in the connected account {transfer['destination']}: {held} {bucket}, {amount} needed "
            "to reverse the transfer.",
            code="balance_insufficient",
        )
    reversal = objects.create(
        world,
        "transfer_reversal",
        "trr",
        {
            "amount": amount,
            "balance_transaction": None,
            "currency": transfer["currency"],
            "destination_payment_refund": objects.identifiers.stripe_id("pyr"),
            "metadata": objects.metadata(call.parameters.get("metadata")),
            "source_refund": None,
            "transfer": transfer["id"],
        },
        account=PLATFORM,
        at=at,
    )
    available_on = original["available_on"] if pending and original else at
    returned = money.record(
        world, account=PLATFORM, type="transfer_refund", amount=amount, currency=transfer["currency"],
        source=reversal["id"], counterpart=f"{transfer['destination']}:{bucket}", at=at, available_on=available_on,
        description=call.text("description"),
    )  # fmt: skip
    objects.create(
        world,
        "balance_transaction",
        "txn",
        {
            **{
                name: returned[name]
                for name in ("available_on", "balance_type", "currency", "description", "exchange_rate", "status")
            },
            "amount": -amount,
            "fee": 0,
            "fee_details": [],
            "net": -amount,
            "reporting_category": "refund",
            "source": reversal["destination_payment_refund"],
            "type": "payment_refund",
        },
        account=transfer["destination"],
        at=at,
    )
    reversal["balance_transaction"] = returned["id"]
    world.store.save(reversal)
    transfer["amount_reversed"] += amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    transfer["reversals"]["data"].insert(0, objects.visible(reversal))
    transfer["reversals"]["total_count"] += 1
    world.store.save(transfer)
    events.emit(world, "transfer.reversed", transfer, at=at, call=call)
    return reversal


@route("GET", "/v1/transfers/{id}/reversals")
def list_reversals(call: Call, identifier: str) -> dict[str, Any]:
    objects.load(call, "transfer", identifier, account=PLATFORM)
    return objects.page(call, "transfer_reversal", account=PLATFORM, where={"transfer": identifier})


@route("GET", "/v1/transfers/{id}/reversals/{reversal}")
def get_reversal(call: Call, identifier: str, reversal: str) -> dict[str, Any]:
    return objects.load(call, "transfer_reversal", reversal, account=PLATFORM)
