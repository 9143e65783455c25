"""The hosted payment page, and the bank's authentication page."""

from typing import Any

from flask import Blueprint, redirect, render_template, request

from sandbox.stripe_api import charging, checkout_payment, passing_time
from sandbox.stripe_api.errors import StripeError
from sandbox.world import World

# Button -> (what the card does, authentication already given).
_OUTCOMES = {
    "pay": ("succeeds", False),
    "declined": ("declined", False),
    "insufficient_funds": ("insufficient_funds", False),
    "authentication": ("authentication_required", False),
    "authentication_passed": ("authentication_required", True),
    "authentication_failed": ("declined", False),
    "bank": ("bank", False),
    "bank_fails": ("bank_fails_late", False),
}


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("checkout", __name__)

    def _shown(session: dict[str, Any]) -> dict[str, Any]:
        return {"session": session, "offers_bank": checkout_payment.offers_bank(session)}

    @routes.get("/pay/<identifier>")
    def show(identifier: str) -> Any:
        passing_time.catch_up(world)
        session = world.store.get(identifier, kind="checkout.session")
        if session is None:
            return _gone("There is no such payment page.", None, 404)
        if session["status"] == "complete":
            return redirect(_success_url(session), 303)
        if session["status"] == "expired":
            return _gone("This payment page has expired.", session["cancel_url"], 410)
        return render_template("pay.html", **_shown(session), problem=None, authenticating=False)

    @routes.post("/pay/<identifier>")
    def press(identifier: str) -> Any:
        passing_time.catch_up(world)
        outcome = str((request.get_json(silent=True) or request.form).get("outcome", "pay"))
        session = world.store.get(identifier, kind="checkout.session")
        if session is None:
            return _gone("There is no such payment page.", None, 404)
        if session["status"] == "complete":
            return redirect(_success_url(session), 303)
        if session["status"] == "expired":
            return _gone("This payment page has expired.", session["cancel_url"], 410)
        if outcome == "cancel":
            return redirect(session["cancel_url"] or session["success_url"], 303)
        if outcome not in _OUTCOMES:
            return f"outcome must be one of {', '.join([*_OUTCOMES, 'cancel'])}\n", 400
        return _pay(identifier, outcome)

    def _pay(identifier: str, outcome: str) -> Any:
        behaviour, authenticated = _OUTCOMES[outcome]
        email = str((request.get_json(silent=True) or request.form).get("email") or "")
        problem, status = None, 402
        with world.store.transaction():
            session = world.store.get(identifier, kind="checkout.session")
            account = world.store.account_of(identifier)
            assert session is not None
            assert account is not None
            if session["status"] == "complete":
                return redirect(_success_url(session), 303)
            try:
                session = checkout_payment.pay(
                    world, session, behaviour=behaviour, authenticated=authenticated, account=account,
                    at=world.clock.now(), email=email or session["customer_email"] or "payer@example.com",
                )  # fmt: skip
            except StripeError as error:
                problem, status = error.body["error"]["message"], error.status
        world.something_to_deliver.set()
        if session["status"] == "complete":
            return redirect(_success_url(session), 303)
        page = render_template("pay.html", **_shown(session), problem=problem, authenticating=problem is None)
        return page, status if problem else 200

    @routes.get("/authenticate/<identifier>")
    def show_authentication(identifier: str) -> Any:
        intent = world.store.get(identifier, kind="payment_intent")
        if intent is None or intent["status"] != "requires_action":
            return _gone("Nothing waits for authentication here.", None, 404)
        return render_template("authenticate.html", intent=intent)

    @routes.post("/authenticate/<identifier>")
    def authenticate(identifier: str) -> Any:
        passed = (request.get_json(silent=True) or request.form).get("outcome", "passed") == "passed"
        with world.store.transaction():
            intent, account = world.store.get(identifier, kind="payment_intent"), world.store.account_of(identifier)
            if intent is None or account is None or intent["status"] != "requires_action":
                return _gone("Nothing waits for authentication here.", None, 404)
            return_url = intent["next_action"]["redirect_to_url"]["return_url"]
            method = world.store.get(intent["payment_method"])
            assert method is not None
            card = method if passed else {**method, "_behaviour": "declined"}
            try:
                charging.attempt(world, intent, card, account=account, at=world.clock.now(), authenticated=True)
            except StripeError:
                passed = False
        world.something_to_deliver.set()
        if return_url:
            separator = "&" if "?" in return_url else "?"
            status = "succeeded" if passed else "failed"
            return redirect(f"{return_url}{separator}payment_intent={identifier}&redirect_status={status}", 303)
        return _gone("Thank you. You can close this page." if passed else "The bank refused.", None, 200)

    return routes


def _success_url(session: dict[str, Any]) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _gone(message: str, link: str | None, status: int) -> Any:
    return render_template("message.html", message=message, link=link), status
