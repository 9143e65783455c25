"""The hosted onboarding page of connected accounts, and their small dashboard."""

from typing import Any

from flask import Blueprint, redirect, render_template, request

from sandbox.stripe_api import accounts
from sandbox.world import World

# People fill the form in slowly; the link itself is good for one visit.
_FORM_LIFE_SECONDS = 3600


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("onboarding", __name__)

    @routes.get("/onboard/<token>")
    def show(token: str) -> Any:
        with world.store.transaction():
            link = world.store.get(token, kind="account_link")
            if link is None:
                return render_template("message.html", message="There is no such link.", link=None), 404
            if link["visited"] or link["submitted"] or world.clock.now() > link["expires_at"]:
                return _refresh(link)
            world.store.save({**link, "visited": True})
            account = accounts.load_account(world, link["account"])
        return render_template("onboard.html", account=account, token=token, problem=None)

    @routes.post("/onboard/<token>")
    def submit(token: str) -> Any:
        given = request.get_json(silent=True) or request.form
        outcome, digits = str(given.get("outcome", "complete")), str(given.get("account_number") or "000123456789")
        with world.store.transaction():
            link = world.store.get(token, kind="account_link")
            if link is None:
                return render_template("message.html", message="There is no such link.", link=None), 404
            if link["submitted"] or world.clock.now() > link["expires_at"] + _FORM_LIFE_SECONDS:
                return _refresh(link)
            account = accounts.load_account(world, link["account"])
            if outcome == "complete" and not (digits.isdigit() and 5 <= len(digits) <= 17):
                problem = "A bank account number has 5 to 17 digits."
                return render_template("onboard.html", account=account, token=token, problem=problem), 422
            world.store.save({**link, "visited": True, "submitted": True})
            if outcome == "complete":
                accounts.set_state(world, account["id"], "active", at=world.clock.now(), bank_last4=digits[-4:])
        world.something_to_deliver.set()
        return redirect(link["return_url"] or link["refresh_url"], 303)

    @routes.get("/dashboard/<identifier>")
    def dashboard(identifier: str) -> Any:
        account = world.store.get(identifier, kind="account")
        if account is None:
            return render_template("message.html", message="There is no such account.", link=None), 404
        return render_template(
            "dashboard.html",
            account=account,
            available=world.books.balances_of(f"{identifier}:available"),
            pending=world.books.balances_of(f"{identifier}:pending"),
            payouts=world.store.find("payout", account=identifier, newest_first=True, limit=100),
            received=world.store.find("transfer", newest_first=True, where={"destination": identifier}, limit=100),
        )

    return routes


def _refresh(link: dict[str, Any]) -> Any:
    """A used or expired link: the platform is asked for a new one."""
    if link["refresh_url"]:
        return redirect(link["refresh_url"], 303)
    return render_template("message.html", message="This link was used already or has expired.", link=None), 410
