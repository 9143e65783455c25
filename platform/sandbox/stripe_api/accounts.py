"""Connected accounts: one stored account with a state, seen through v2 (recipient configuration) and v1 (Express)."""

import secrets
from typing import Any

from sandbox.books import PLATFORM
from sandbox.stripe_api import events, objects
from sandbox.stripe_api.errors import StripeError, resource_missing
from sandbox.stripe_api.routing import Call
from sandbox.world import World

LINK_LIFE_SECONDS = 300
CURRENCY_BY_COUNTRY = {"US": "usd", "CA": "cad"}
# "due": something is asked for again; everything still works until the deadline, and is restricted after it.
STATES = ("incomplete", "active", "due", "restricted")
DEADLINE_SECONDS = 14 * 86_400
_WORKING = ("active", "due")
_CAPABILITY_STATUS = {"incomplete": "restricted", "active": "active", "due": "active", "restricted": "restricted"}
_OUTSTANDING = ("identity.individual.date_of_birth", "external_account", "tos_acceptance")
_INCLUDABLE = ("configuration", "defaults", "future_requirements", "identity", "requirements")


def may_receive_transfers(account: dict[str, Any]) -> bool:
    return bool(account["_state"] in _WORKING and account["_requested"])


def load_account(world: World, identifier: str, *, param: str = "id") -> dict[str, Any]:
    found = world.store.get(identifier, kind="account")
    if found is None:
        raise resource_missing("account", identifier, param)
    return found


def set_state(
    world: World,
    identifier: str,
    state: str,
    *,
    at: int,
    bank_last4: str | None = None,
    asked: list[str] | None = None,
    asked_by: int | None = None,
) -> dict[str, Any]:
    """Moves an account to incomplete, active or restricted and tells the platform, in both versions' events.

    `asked` are requirements that fall due again while it is active; after `asked_by` it is restricted for them.
    """
    account = load_account(world, identifier)
    account.update(_state=state, _asked=asked or [], _asked_by=asked_by)
    if bank_last4 is not None:
        account["_bank_last4"] = bank_last4
    world.store.save(refreshed(account))
    status = _CAPABILITY_STATUS[state]
    events.emit(world, "account.updated", account, account=identifier, at=at)
    events.emit_thin(world, "v2.core.account[requirements].updated", subject_id=identifier, at=at)
    events.emit_thin(
        world,
        "v2.core.account[configuration.recipient].capability_status_updated",
        subject_id=identifier,
        at=at,
        data={"updated_capability": "stripe_balance.stripe_transfers", "status": status},
    )
    return account


def new_account(
    call: Call, *, country: str, currency: str | None, email: str | None, requested: bool, private: dict[str, Any]
) -> dict[str, Any]:
    if country not in CURRENCY_BY_COUNTRY:
        raise StripeError(
            400, f"The stand-in knows {', '.join(CURRENCY_BY_COUNTRY)}, not {country}.", param="identity.country"
        )
    account = {
        "business_profile": {"name": private["_display_name"]},
        "business_type": None,
        "capabilities": {},
        "charges_enabled": False,
        "controller": {"type": "application"},
        "country": country,
        "default_currency": (currency or CURRENCY_BY_COUNTRY[country]).lower(),
        "details_submitted": False,
        "email": email,
        "external_accounts": {"object": "list", "data": [], "has_more": False, "url": ""},
        "metadata": objects.metadata(call.parameters.get("metadata")),
        "payouts_enabled": False,
        "requirements": {},
        "settings": {"payouts": {"schedule": {"interval": "daily", "delay_days": 2}, "debit_negative_balances": False}},
        "type": "express",
        "_state": "incomplete",
        "_requested": requested,
        "_bank_last4": None,
        "_asked": [],
        "_asked_by": None,
        **private,
    }
    account = objects.create(
        call.world, "account", "acct", refreshed(account), account=PLATFORM, at=call.at,
        identifier=objects.identifiers.stripe_id("acct", 16),
    )  # fmt: skip
    events.emit(call.world, "account.updated", account, account=account["id"], at=call.at, call=call)
    return account


def refreshed(account: dict[str, Any]) -> dict[str, Any]:
    """The derived v1 fields, brought in line with the state."""
    active = account["_state"] == "active"
    due = account.get("_asked") or [] if active else account.get("_asked") or list(_OUTSTANDING)
    account.update(
        capabilities={"transfers": "active" if may_receive_transfers(account) else "inactive"},
        charges_enabled=active,
        payouts_enabled=active,
        details_submitted=account["_state"] != "incomplete",
        requirements={
            "alternatives": [],
            "current_deadline": account.get("_asked_by") if active else None,
            "currently_due": due,
            "disabled_reason": None if active else "requirements.past_due",
            "errors": [],
            "eventually_due": due,
            "past_due": due if account["_state"] == "restricted" else [],
            "pending_verification": [],
        },
    )
    if account["_bank_last4"]:
        bank: dict[str, Any] = {
            "object": "bank_account",
            "bank_name": "TEST BANK",
            "last4": account["_bank_last4"],
            "status": "new",
        }
        account["external_accounts"]["data"] = [bank]
    return account


def _asked_for(account: dict[str, Any]) -> list[str]:
    if account["_state"] == "active":
        return []
    # Whoever has given it all before is asked for one thing again.
    return [_OUTSTANDING[-1]] if account["_state"] == "due" else list(_OUTSTANDING)


def second_version(account: dict[str, Any], include: Any) -> dict[str, Any]:
    wanted = set(include if isinstance(include, list) else [])
    capability: dict[str, Any] = {"status": _CAPABILITY_STATUS[account["_state"]], "status_details": []}
    if account["_state"] not in _WORKING:
        capability["status_details"] = [{"code": "requirements_past_due", "resolution": "provide_info"}]
    stripe_balance = {"stripe_transfers": capability, "payouts": capability} if account["_requested"] else {}
    parts: dict[str, Any] = {
        "configuration": {
            "customer": None,
            "merchant": None,
            "recipient": {
                "applied": True,
                "capabilities": {"bank_accounts": None, "cards": None, "stripe_balance": stripe_balance},
                "default_outbound_destination": None,
            }
            if "configuration.recipient" in wanted
            else None,
        }
        if any(name.startswith("configuration") for name in wanted)
        else None,
        "defaults": {
            "currency": account["default_currency"],
            "locales": [],
            "profile": None,
            "responsibilities": {
                "fees_collector": "application",
                "losses_collector": "application",
                "requirements_collector": "stripe",
            },
        },
        "future_requirements": {"entries": [], "summary": None},
        "identity": {**account["_identity"], "country": account["country"].lower()},
        "requirements": _requirements(account),
    }
    for name in _INCLUDABLE[1:]:
        if name not in wanted:
            parts[name] = None
    return {
        "id": account["id"],
        "object": "v2.core.account",
        "applied_configurations": account["_configurations"],
        "closed": False,
        "contact_email": account["email"],
        "contact_phone": None,
        "created": events.iso(account["created"]),
        "dashboard": account["_dashboard"],
        "display_name": account["_display_name"],
        "livemode": False,
        "metadata": account["metadata"],
        **parts,
    }


def _requirements(account: dict[str, Any]) -> dict[str, Any]:
    names = account["requirements"]["currently_due"]
    if not names:
        return {"entries": [], "summary": None}
    status = "past_due" if account["_state"] == "restricted" else "currently_due"
    asked_by = account.get("_asked_by")
    time = events.iso(asked_by) if asked_by and status == "currently_due" else None
    restricts = {
        "capability": "stripe_balance.stripe_transfers",
        "configuration": "recipient",
        "deadline": {"status": status},
    }
    entries = [
        {
            "awaiting_action_from": "user",
            "description": name,
            "errors": [],
            "impact": {"restricts_capabilities": [restricts]},
            "minimum_deadline": {"status": status},
            "reference": None,
            "requested_reasons": [{"code": "routine_verification" if time else "routine_onboarding"}],
        }
        for name in names
    ]
    return {"entries": entries, "summary": {"minimum_deadline": {"status": status, "time": time}}}


def new_link(call: Call, account: dict[str, Any], *, refresh_url: str | None, return_url: str | None) -> dict[str, Any]:
    token = secrets.token_urlsafe(18)
    return objects.create(
        call.world,
        "account_link",
        "link",
        {
            "account": account["id"],
            "expires_at": call.at + LINK_LIFE_SECONDS,
            "refresh_url": refresh_url,
            "return_url": return_url,
            "url": f"{call.world.configuration.public_base}/onboard/{token}",
            "visited": False,
            "submitted": False,
        },
        account=PLATFORM,
        at=call.at,
        identifier=token,
    )
