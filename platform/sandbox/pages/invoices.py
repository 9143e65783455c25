"""The hosted invoice page."""

from typing import Any

from flask import Blueprint, render_template, request

from sandbox.stripe_api import invoices
from sandbox.stripe_api.errors import StripeError
from sandbox.world import World

_OUTCOMES = {
    "card": "pm_card_visa",
    "declined": "pm_card_chargeDeclined",
    "bank": "pm_usBankAccount_success",
    "bank_fails": "pm_usBankAccount_insufficientFunds",
}


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("invoices", __name__)

    @routes.get("/invoice/<identifier>")
    def show(identifier: str) -> Any:
        return _page(identifier, None)

    @routes.post("/invoice/<identifier>")
    def press(identifier: str) -> Any:
        outcome = str((request.get_json(silent=True) or request.form).get("outcome", "card"))
        if outcome not in _OUTCOMES:
            return f"outcome must be one of {', '.join(_OUTCOMES)}\n", 400
        problem = None
        with world.store.transaction():
            invoice, account = world.store.get(identifier, kind="invoice"), world.store.account_of(identifier)
            if invoice is None or account is None:
                return _page(identifier, None)
            try:
                invoices.pay(
                    world, invoice, _OUTCOMES[outcome], account=account, at=world.clock.now(), off_session=False
                )
            except StripeError as error:
                problem = error.body["error"]["message"]
        world.something_to_deliver.set()
        return _page(identifier, problem)

    def _page(identifier: str, problem: str | None) -> Any:
        invoice = world.store.get(identifier, kind="invoice")
        if invoice is None or invoice["status"] == "draft":
            return render_template("message.html", message="There is no such invoice.", link=None), 404
        return render_template("invoice.html", invoice=invoice, problem=problem), 402 if problem else 200

    return routes
