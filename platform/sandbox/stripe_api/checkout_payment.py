"""What the hosted payment page does with a checkout session."""

from typing import Any

from sandbox.stripe_api import charging, customers, events, objects, payment_intents, setup_intents
from sandbox.stripe_api.errors import StripeError
from sandbox.world import World

_BANK_BEHAVIOURS = {"bank": "succeeds", "bank_fails_late": "bank_fails_late"}
_INTENT_FIELDS = (
    "capture_method", "description", "receipt_email", "setup_future_usage", "shipping", "statement_descriptor",
    "statement_descriptor_suffix", "transfer_group",
)  # fmt: skip


def pay(
    world: World, session: dict[str, Any], *, behaviour: str, email: str, authenticated: bool, account: str, at: int
) -> dict[str, Any]:
    """What the hosted page's button does. Answers the session; raises a card_error that keeps the failed attempt.

    The session stays open when the card declines or wants authentication.
    """
    if session["status"] != "open":
        raise StripeError(400, f"This Checkout Session is {session['status']}.")
    method = _method(world, session, behaviour, account=account, at=at)
    customer = _customer_of(world, session, email, account=account, at=at)
    if session["mode"] == "setup":
        _finish_setup(world, session, method, customer, account=account, at=at)
    else:
        intent = _intent_of(world, session, customer, account=account, at=at)
        session["payment_intent"] = intent["id"]
        world.store.save(session)
        intent = charging.attempt(world, intent, method, account=account, at=at, authenticated=authenticated)
        if intent["status"] == "requires_action":
            return session
        # A bank debit is on its way: the session is complete, the money comes days later or not.
        session["payment_status"] = "paid" if intent["status"] in ("succeeded", "requires_capture") else "unpaid"
    session.update(
        status="complete",
        url=None,
        customer_details={
            "address": None,
            "email": email,
            "name": None,
            "phone": None,
            "tax_exempt": "none",
            "tax_ids": [],
        },
    )
    world.store.save(session)
    events.emit(world, "checkout.session.completed", session, account=account, at=at)
    return session


def _method(world: World, session: dict[str, Any], behaviour: str, *, account: str, at: int) -> dict[str, Any]:
    if behaviour in _BANK_BEHAVIOURS and session["mode"] == "payment":
        type = bank_method(session)
        if not offers_bank(session):
            raise StripeError(400, f"This Checkout Session does not accept {type}.", param="payment_method")
        return customers.new_bank_account(world, _BANK_BEHAVIOURS[behaviour], type, account=account, at=at)
    last4 = "3184" if behaviour == "authentication_required" else "4242"
    return customers.new_card(world, behaviour=behaviour, last4=last4, account=account, at=at)


def bank_method(session: dict[str, Any]) -> str:
    return "us_bank_account" if session["currency"] == "usd" else "acss_debit"


def offers_bank(session: dict[str, Any]) -> bool:
    """False where the caller asked for a page without it."""
    return session["mode"] == "payment" and bank_method(session) not in session.get("_without_methods", ())


def _debit_ended(world: World, intent: dict[str, Any], account: str, at: int) -> None:
    """The bank has answered about a debit that a complete session waits for."""
    session = world.store.get(str(intent.get("_session")), kind="checkout.session")
    if session is None or session["status"] != "complete" or session["payment_status"] != "unpaid":
        return
    succeeded = intent["status"] == "succeeded"
    session["payment_status"] = "paid" if succeeded else "unpaid"
    world.store.save(session)
    name = f"checkout.session.async_payment_{'succeeded' if succeeded else 'failed'}"
    events.emit(world, name, session, account=account, at=at)


charging.when_payment_ends.append(_debit_ended)


def _customer_of(world: World, session: dict[str, Any], email: str, *, account: str, at: int) -> str | None:
    if session["customer"]:
        return str(session["customer"])
    saves = session["_intent_data"].get("setup_future_usage") or session["mode"] == "setup"
    if not saves and session["customer_creation"] != "always":
        return None
    customer = customers.new_customer(world, {"email": email}, metadata={}, account=account, at=at)
    session["customer"] = customer["id"]
    world.store.save(session)
    return str(customer["id"])


def _intent_of(world: World, session: dict[str, Any], customer: str | None, *, account: str, at: int) -> dict[str, Any]:
    if session["payment_intent"]:
        found = world.store.get(session["payment_intent"])
        if found is not None:
            return found
    data = session["_intent_data"]
    intent = payment_intents.new_intent(
        world,
        amount=session["amount_total"],
        currency=session["currency"],
        fields={
            "customer": customer,
            "metadata": objects.metadata(data.get("metadata")),
            "_session": session["id"],
            **{name: data[name] for name in _INTENT_FIELDS if data.get(name)},
        },
        account=account,
        at=at,
    )
    events.emit(world, "payment_intent.created", intent, account=account, at=at)
    return intent


def _finish_setup(
    world: World, session: dict[str, Any], method: dict[str, Any], customer: str | None, *, account: str, at: int
) -> None:
    intent = setup_intents.new_setup_intent(
        world,
        customer=customer,
        usage="off_session",
        metadata=objects.metadata(session["_setup_data"].get("metadata")),
        account=account,
        at=at,
    )
    setup_intents.succeed(world, intent, method, account=account, at=at)
    session["setup_intent"] = intent["id"]
