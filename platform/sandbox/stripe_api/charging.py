"""Charging a payment method for a payment intent: attempt, hold, capture, failure."""

from collections.abc import Callable
from typing import Any

from sandbox.books import CARDS
from sandbox.stripe_api import customers, events, money, objects
from sandbox.stripe_api.charge_objects import new_charge
from sandbox.stripe_api.errors import StripeError, card_error
from sandbox.stripe_api.routing import Call
from sandbox.world import World

# Told when a payment intent has succeeded, or its bank debit has failed: (world, intent, account, at).
when_payment_ends: list[Callable[[World, dict[str, Any], str, int], None]] = []
CUSTOMER_HOLD_SECONDS = 7 * 86_400
MERCHANT_HOLD_SECONDS = 4 * 86_400 + 18 * 3600
BANK_DEBIT_SECONDS = 4 * 86_400
_DECLINES = {
    "declined": ("card_declined", "generic_decline", "Your card was declined."),
    "insufficient_funds": ("card_declined", "insufficient_funds", "Your card has insufficient funds."),
    "expired_card": ("expired_card", "expired_card", "Your card has expired."),
}


def attempt(
    world: World,
    intent: dict[str, Any],
    method: dict[str, Any],
    *,
    account: str,
    at: int,
    off_session: bool = False,
    authenticated: bool = False,
    return_url: str | None = None,
    call: Call | None = None,
) -> dict[str, Any]:
    """Charges or holds the intent's amount; answers the intent as it is now.

    Raises a card_error that keeps what was written, for a decline or for authentication that nobody is there to give.
    """
    behaviour = method["_behaviour"]
    intent["payment_method"] = method["id"]
    if behaviour in _DECLINES:
        code, decline_code, message = _DECLINES[behaviour]
        _fail(world, intent, method, code=code, decline_code=decline_code, message=message, account=account, at=at)
    if behaviour == "authentication_required" and not authenticated:
        if off_session:
            _fail(
                world, intent, method, account=account, at=at,
                code="authentication_required", decline_code="authentication_required",
                message="Your card was declined. This transaction requires authentication.",
            )  # fmt: skip
        intent["status"] = "requires_action"
        intent["next_action"] = {
            "type": "redirect_to_url",
            "redirect_to_url": {
                "return_url": return_url,
                "url": f"{world.configuration.public_base}/authenticate/{intent['id']}",
            },
        }
        world.store.save(intent)
        events.emit(world, "payment_intent.requires_action", intent, account=account, at=at, call=call)
        return intent
    intent.update(next_action=None, last_payment_error=None)
    if method["type"] != "card":
        return _start_bank_debit(world, intent, method, account=account, at=at)
    return _succeed(world, intent, method, account=account, at=at, off_session=off_session)


def _succeed(
    world: World, intent: dict[str, Any], method: dict[str, Any], *, account: str, at: int, off_session: bool
) -> dict[str, Any]:
    holds = intent["capture_method"] == "manual"
    charge = new_charge(world, intent, method, account=account, at=at, status="succeeded")
    if intent["customer"] and (intent["setup_future_usage"] or method["customer"]):
        customers.attach(world, method, intent["customer"])
    intent["latest_charge"] = charge["id"]
    if holds:
        hold_seconds = MERCHANT_HOLD_SECONDS if off_session else CUSTOMER_HOLD_SECONDS
        charge["payment_method_details"]["card"]["capture_before"] = at + hold_seconds
        world.store.save(charge)
        intent.update(status="requires_capture", amount_capturable=intent["amount"], _hold_ends_at=at + hold_seconds)
        world.store.save(intent)
        events.emit(world, "charge.succeeded", charge, account=account, at=at)
        events.emit(world, "payment_intent.amount_capturable_updated", intent, account=account, at=at)
        return intent
    return take_money(world, intent, charge, intent["amount"], account=account, at=at, method=method)


def take_money(
    world: World,
    intent: dict[str, Any],
    charge: dict[str, Any],
    amount: int,
    *,
    account: str,
    at: int,
    method: dict[str, Any],
    event: str = "charge.succeeded",
) -> dict[str, Any]:
    """Books `amount` of a charge. Less than was held makes a second balance transaction for the rest."""
    immediate = method.get("card", {}).get("last4") == "0077"
    available_on = at if immediate else at + money.SETTLEMENT_SECONDS
    transaction = money.record(
        world, account=account, type="charge" if method["type"] == "card" else "payment", amount=charge["amount"],
        fee=money.processing_fee(amount), currency=charge["currency"], source=charge["id"], counterpart=CARDS,
        at=at, available_on=available_on, description=charge["description"],
    )  # fmt: skip
    if amount < charge["amount"]:
        money.record(
            world, account=account, type="refund", amount=amount - charge["amount"], currency=charge["currency"],
            source=charge["id"], counterpart=CARDS, at=at, available_on=available_on, kind="partial_capture",
            description="Remainder of a partial capture",
        )  # fmt: skip
    charge.update(
        amount_captured=amount, balance_transaction=transaction["id"], captured=True, paid=True, status="succeeded"
    )
    world.store.save(charge)
    intent.update(
        status="succeeded",
        amount_received=amount,
        amount_capturable=0,
        latest_charge=charge["id"],
        next_action=None,
        _hold_ends_at=None,
    )
    world.store.save(intent)
    events.emit(world, event, charge, account=account, at=at)
    events.emit(world, "payment_intent.succeeded", intent, account=account, at=at)
    for told in when_payment_ends:
        told(world, intent, account, at)
    return intent


def _start_bank_debit(
    world: World, intent: dict[str, Any], method: dict[str, Any], *, account: str, at: int
) -> dict[str, Any]:
    charge = new_charge(world, intent, method, account=account, at=at, status="pending")
    intent.update(status="processing", latest_charge=charge["id"], _debit_ends_at=at + BANK_DEBIT_SECONDS)
    world.store.save(intent)
    events.emit(world, "charge.pending", charge, account=account, at=at)
    events.emit(world, "payment_intent.processing", intent, account=account, at=at)
    return intent


def end_bank_debit(world: World, intent: dict[str, Any], *, account: str, at: int) -> None:
    """The bank answers, days later: the money comes, or it does not."""
    method = world.store.get(intent["payment_method"])
    charge = world.store.get(intent["latest_charge"])
    if method is None or charge is None:
        return
    intent["_debit_ends_at"] = None
    if method["_behaviour"] != "bank_fails_late":
        take_money(world, intent, charge, intent["amount"], account=account, at=at, method=method)
        return
    error = {
        "type": "card_error",
        "code": "payment_intent_payment_attempt_failed",
        "message": "The customer's bank account has insufficient funds to complete this payment.",
    }
    charge.update(status="failed", failure_code="insufficient_funds", failure_message=error["message"])
    intent.update(status="requires_payment_method", last_payment_error=error, payment_method=None)
    world.store.save(charge)
    world.store.save(intent)
    events.emit(world, "charge.failed", charge, account=account, at=at)
    events.emit(world, "payment_intent.payment_failed", intent, account=account, at=at)
    for told in when_payment_ends:
        told(world, intent, account, at)


def _fail(
    world: World,
    intent: dict[str, Any],
    method: dict[str, Any],
    *,
    code: str,
    decline_code: str,
    message: str,
    account: str,
    at: int,
) -> None:
    charge = new_charge(world, intent, method, account=account, at=at, status="failed")
    charge.update(failure_code=code, failure_message=message)
    charge["outcome"].update(network_status="declined_by_network", type="issuer_declined", seller_message=message)
    world.store.save(charge)
    error = {
        "type": "card_error",
        "code": code,
        "decline_code": decline_code,
        "message": message,
        "charge": charge["id"],
        "payment_method": objects.visible(method),
    }
    intent.update(
        status="requires_payment_method",
        last_payment_error=error,
        latest_charge=charge["id"],
        payment_method=None,
        next_action=None,
    )
    world.store.save(intent)
    events.emit(world, "charge.failed", charge, account=account, at=at)
    events.emit(world, "payment_intent.payment_failed", intent, account=account, at=at)
    raise card_error(
        message,
        code=code,
        decline_code=decline_code,
        charge=charge["id"],
        payment_intent=objects.visible(intent),
        payment_method=objects.visible(method),
    )


def release_hold(world: World, intent: dict[str, Any], *, account: str, at: int, reason: str, event: str) -> None:
    """Ends an uncaptured hold: nothing was taken."""
    charge = world.store.get(intent["latest_charge"]) if intent["latest_charge"] else None
    intent.update(
        status="canceled", canceled_at=at, cancellation_reason=reason, amount_capturable=0, _hold_ends_at=None,
        next_action=None,
    )  # fmt: skip
    world.store.save(intent)
    if charge is not None and charge["status"] == "succeeded" and not charge["captured"]:
        charge.update(amount_refunded=charge["amount"], refunded=True)
        world.store.save(charge)
        events.emit(world, event, charge, account=account, at=at)
    events.emit(world, "payment_intent.canceled", intent, account=account, at=at)


def capture(world: World, intent: dict[str, Any], amount: int | None, *, account: str, at: int) -> dict[str, Any]:
    """Takes up to the held amount; the rest of the hold ends."""
    if intent["status"] != "requires_capture":
        raise StripeError(
            400,
            f"This PaymentIntent could not be captured because it has a status of {intent['status']}. Only a "
            "PaymentIntent with one of the following statuses may be captured: requires_capture.",
            code="payment_intent_unexpected_state",
            payment_intent=objects.visible(intent),
        )
    amount = intent["amount_capturable"] if amount is None else amount
    if not 0 < amount <= intent["amount_capturable"]:
        raise StripeError(
            400,
            f"The amount to capture ({amount}) must be between 1 and the amount that can be captured "
            f"({intent['amount_capturable']}).",
            code="amount_too_large" if amount > 0 else "amount_too_small",
            param="amount_to_capture",
        )
    charge, method = world.store.get(intent["latest_charge"]), world.store.get(intent["payment_method"])
    if charge is None or method is None:
        raise StripeError(400, "There is no charge to capture.")
    return take_money(world, intent, charge, amount, account=account, at=at, method=method, event="charge.captured")
