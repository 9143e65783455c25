"""Payouts from an account's balance to its bank."""

from typing import Any

from sandbox.books import PLATFORM
from sandbox.stripe_api import accounts, events, money, objects
from sandbox.stripe_api.errors import StripeError
from sandbox.stripe_api.routing import Call, route
from sandbox.world import World

ARRIVAL_SECONDS = 86_400


@route("POST", "/v1/payouts")
def create_payout(call: Call) -> dict[str, Any]:
    currency, amount = str(call.text("currency")).lower(), call.integer("amount") or 0
    if amount < 1:
        raise StripeError(
            400, "This value must be greater than or equal to 1.", code="parameter_invalid_integer", param="amount"
        )
    if call.account != PLATFORM and not accounts.load_account(call.world, call.account)["payouts_enabled"]:
        raise StripeError(400, "Payouts are not enabled for this account.", code="payouts_not_allowed")
    available = call.world.books.balance(f"{call.account}:available", currency)
    if amount > available:
        raise StripeError(
            400,
            f"You have insufficient funds in your Stripe account for this transfer. Your {currency.upper()} balance "
            f"has {available} available, {amount} were asked for.",
            code="balance_insufficient",
        )
    return start_payout(
        call.world,
        amount=amount,
        currency=currency,
        account=call.account,
        at=call.at,
        automatic=False,
        description=call.text("description"),
        metadata=objects.metadata(call.parameters.get("metadata")),
    )


def start_payout(
    world: World,
    *,
    amount: int,
    currency: str,
    account: str,
    at: int,
    automatic: bool,
    description: str | None = None,
    metadata: dict[str, str] | None = None,
) -> dict[str, Any]:
    payout = objects.create(
        world,
        "payout",
        "po",
        {
            "amount": amount,
            "application_fee": None,
            "application_fee_amount": None,
            "arrival_date": at + ARRIVAL_SECONDS,
            "automatic": automatic,
            "balance_transaction": None,
            "currency": currency,
            "description": description or ("STRIPE PAYOUT" if automatic else None),
            "destination": f"ba_{account.removeprefix('acct_')}",
            "failure_balance_transaction": None,
            "failure_code": None,
            "failure_message": None,
            "metadata": metadata or {},
            "method": "standard",
            "original_payout": None,
            "payout_method": None,
            "reconciliation_status": "completed" if automatic else "not_applicable",
            "reversed_by": None,
            "source_type": "card",
            "statement_descriptor": None,
            "status": "pending",
            "trace_id": {"status": "pending", "value": None},
            "type": "bank_account",
        },
        account=account,
        at=at,
    )
    if automatic:
        for transaction in world.store.find(
            "balance_transaction", account=account, where={"status": "available", "currency": currency}
        ):
            if "_payout" not in transaction and transaction["type"] not in ("payout", "payout_failure"):
                world.store.save({**transaction, "_payout": payout["id"]})
    transaction = money.record(
        world, account=account, type="payout", amount=-amount, currency=currency, source=payout["id"],
        counterpart=f"outside:bank:{account}", at=at, available_on=at, description=payout["description"],
        private={"_payout": payout["id"]} if automatic else None,
    )  # fmt: skip
    payout["balance_transaction"] = transaction["id"]
    world.store.save(payout)
    events.emit(world, "payout.created", payout, account=account, at=at)
    return payout


def pay_out_everything(world: World, account: str, *, at: int) -> list[dict[str, Any]]:
    """One automatic payout per currency of all that is available."""
    return [
        start_payout(world, amount=amount, currency=currency, account=account, at=at, automatic=True)
        for currency, amount in world.books.balances_of(f"{account}:available").items()
        if amount > 0
    ]


def arrive(world: World, payout: dict[str, Any], *, account: str, at: int) -> dict[str, Any]:
    """The bank has the money."""
    payout.update(status="paid", trace_id={"status": "supported", "value": payout["id"][-12:]})
    world.store.save(payout)
    events.emit(world, "payout.paid", payout, account=account, at=at)
    return payout


def fail(
    world: World, payout: dict[str, Any], *, account: str, at: int, code: str = "account_closed"
) -> dict[str, Any]:
    """The bank sends the money back to the balance."""
    returned = money.record(
        world, account=account, type="payout_failure", amount=payout["amount"], currency=payout["currency"],
        source=payout["id"], counterpart=f"outside:bank:{account}", at=at, available_on=at,
        description="REFUND FOR FAILED PAYOUT",
    )  # fmt: skip
    payout.update(
        status="failed",
        failure_balance_transaction=returned["id"],
        failure_code=code,
        failure_message="The bank account has been closed.",
    )
    world.store.save(payout)
    events.emit(world, "payout.failed", payout, account=account, at=at)
    return payout


@route("GET", "/v1/payouts")
def list_payouts(call: Call) -> dict[str, Any]:
    equal = call.texts("status", "destination")
    return objects.page(call, "payout", where=equal)


@route("GET", "/v1/payouts/{id}")
def get_payout(call: Call, identifier: str) -> dict[str, Any]:
    return objects.load(call, "payout", identifier)


@route("POST", "/v1/payouts/{id}/cancel")
def cancel_payout(call: Call, identifier: str) -> dict[str, Any]:
    payout = objects.load(call, "payout", identifier)
    if payout["status"] != "pending" or payout["automatic"]:
        raise StripeError(400, "Only a pending manual payout can be canceled.", code="payout_not_cancelable")
    money.record(
        call.world, account=call.account, type="payout_cancel", amount=payout["amount"], currency=payout["currency"],
        source=identifier, counterpart=f"outside:bank:{call.account}", at=call.at, available_on=call.at,
    )  # fmt: skip
    payout["status"] = "canceled"
    call.world.store.save(payout)
    events.emit(call.world, "payout.canceled", payout, account=call.account, at=call.at, call=call)
    return payout
