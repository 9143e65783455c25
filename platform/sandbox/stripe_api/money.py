"""Balance transactions and balances: every movement of an account's money, and the books behind it."""

from typing import Any

from sandbox.books import FEES, PLATFORM
from sandbox.stripe_api import objects
from sandbox.stripe_api.errors import StripeError
from sandbox.stripe_api.routing import Call, route
from sandbox.world import World

SETTLEMENT_SECONDS = 2 * 86_400
_REPORTING_CATEGORIES = {
    "payment": "charge",
    "payment_refund": "refund",
    "transfer_refund": "transfer_reversal",
    "adjustment": "dispute",
    "payout_failure": "payout_reversal",
}


def processing_fee(amount: int) -> int:
    """2.9 % and 30 cents, rounded half up; nothing for nothing."""
    return (amount * 29 + 500) // 1000 + 30 if amount else 0


def record(
    world: World,
    *,
    account: str,
    type: str,
    amount: int,
    currency: str,
    source: str,
    counterpart: str,
    at: int,
    available_on: int,
    fee: int = 0,
    description: str | None = None,
    kind: str | None = None,
    private: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """One balance transaction of `account` (signed minor units) against `counterpart`, posted in the books.

    The money is pending until `available_on`.
    """
    status = "pending" if available_on > at else "available"
    world.books.post(
        at=at,
        kind=kind or type,
        reference=source,
        currency=currency,
        legs=_legs({f"{account}:{status}": amount - fee, FEES: fee}, counterpart, -amount),
    )
    return objects.create(
        world,
        "balance_transaction",
        "txn",
        {
            "amount": amount,
            "available_on": max(available_on, at),
            "balance_type": "payments",
            "currency": currency,
            "description": description,
            "exchange_rate": None,
            "fee": fee,
            "fee_details": [
                {
                    "amount": fee,
                    "application": None,
                    "currency": currency,
                    "description": "Stripe processing fees",
                    "type": "stripe_fee",
                }
            ]
            if fee
            else [],
            "net": amount - fee,
            "reporting_category": _REPORTING_CATEGORIES.get(type, type),
            "source": source,
            "status": status,
            "type": type,
            **(private or {}),
        },
        account=account,
        at=at,
    )


def _legs(legs: dict[str, int], account: str, amount: int) -> dict[str, int]:
    legs[account] = legs.get(account, 0) + amount
    return legs


def settle(world: World, transaction: dict[str, Any], *, account: str, at: int) -> None:
    """Pending money becomes available."""
    world.books.post(
        at=at,
        kind="settlement",
        reference=transaction["id"],
        currency=transaction["currency"],
        legs={f"{account}:pending": -transaction["net"], f"{account}:available": transaction["net"]},
    )
    world.store.save({**transaction, "status": "available"})


def is_pending(world: World, transaction_id: str | None) -> bool:
    found = world.store.get(transaction_id) if transaction_id else None
    return bool(found and found["status"] == "pending")


@route("GET", "/v1/balance")
def get_balance(call: Call) -> dict[str, Any]:
    books = call.world.books
    available = books.balances_of(f"{call.account}:available")
    pending = books.balances_of(f"{call.account}:pending")
    currencies = sorted(set(available) | set(pending)) or ["usd"]
    return {
        "object": "balance",
        "available": [_amount(currency, available) for currency in currencies],
        "connect_reserved": [_amount(currency, {}) for currency in currencies],
        "livemode": False,
        "pending": [_amount(currency, pending) for currency in currencies],
    }


def _amount(currency: str, amounts: dict[str, int]) -> dict[str, Any]:
    amount = amounts.get(currency, 0)
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


@route("GET", "/v1/balance_transactions")
def list_balance_transactions(call: Call) -> dict[str, Any]:
    equal = call.texts("type", "source", "currency")
    payout = call.text("payout")
    if payout:
        found = objects.load(call, "payout", payout, param="payout")
        if not found["automatic"]:
            raise StripeError(
                400,
                "Balance transaction history can only be filtered on automatic transfers, not manual.",
                param="payout",
            )
        equal["_payout"] = payout
    return objects.page(call, "balance_transaction", where=equal)


@route("GET", "/v1/balance_transactions/{id}")
def get_balance_transaction(call: Call, identifier: str) -> dict[str, Any]:
    return objects.load(call, "balance_transaction", identifier)


__all__ = ["PLATFORM", "SETTLEMENT_SECONDS", "is_pending", "processing_fee", "record", "settle"]
