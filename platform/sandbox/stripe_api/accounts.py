"""Connected accounts: one stored account, seen through v2 (recipient configuration) and v1 (Express)."""

import secrets
from typing import Any

from sandbox.books import PLATFORM
from sandbox.stripe_api import events, objects
from sandbox.stripe_api.errors import StripeError, resource_missing
from sandbox.stripe_api.routing import Call, route
from sandbox.world import World

LINK_LIFE_SECONDS = 300
CURRENCY_BY_COUNTRY = {"US": "usd", "CA": "cad"}
STATES = ("incomplete", "active", "restricted")
_CAPABILITY_STATUS = {"incomplete": "restricted", "active": "active", "restricted": "restricted"}
_OUTSTANDING = ("identity.individual.date_of_birth", "external_account", "tos_acceptance")
_INCLUDABLE = ("configuration", "defaults", "future_requirements", "identity", "requirements")


def may_receive_transfers(account: dict[str, Any]) -> bool:
    return bool(account["_state"] == "active" and account["_requested"])


@route("POST", "/v2/core/accounts")
def create_account(call: Call) -> dict[str, Any]:
    identity, defaults = call.group("identity"), call.group("defaults")
    recipient = call.group("configuration").get("recipient")
    responsibilities = defaults.get("responsibilities") or {}
    if call.text("dashboard") == "express" and set(responsibilities.values()) - {"application"}:
        raise StripeError(
            400,
            "An Express dashboard needs defaults.responsibilities with fees_collector and losses_collector `application`.",
            param="defaults.responsibilities",
        )
    transfers = ((recipient or {}).get("capabilities") or {}).get("stripe_balance", {}).get("stripe_transfers", {})
    account = _new_account(
        call,
        country=str(identity.get("country") or "US").upper(),
        currency=defaults.get("currency"),
        email=call.text("contact_email"),
        requested=transfers.get("requested") is True,
        private={
            "_version": 2,
            "_dashboard": call.text("dashboard"),
            "_identity": identity,
            "_defaults": defaults,
            "_display_name": call.text("display_name"),
            "_configurations": sorted(call.group("configuration")),
        },
    )
    events.emit_thin(call.world, "v2.core.account.created", subject_id=account["id"], at=call.at)
    return _second_version(account, call.parameters.get("include"))


@route("GET", "/v2/core/accounts/{id}")
def get_account(call: Call, identifier: str) -> dict[str, Any]:
    return _second_version(load_account(call.world, identifier), call.parameters.get("include"))


@route("GET", "/v2/core/accounts")
def list_accounts(call: Call) -> dict[str, Any]:
    accounts = call.world.store.find("account", newest_first=True, limit=call.integer("limit") or 20)
    return {"data": [_second_version(account, None) for account in accounts], "next_page_url": None, "previous_page_url": None}


@route("POST", "/v2/core/accounts/{id}")
def update_account(call: Call, identifier: str) -> dict[str, Any]:
    account = load_account(call.world, identifier)
    if call.text("contact_email"):
        account["email"] = call.text("contact_email")
    if call.text("display_name"):
        account["_display_name"] = call.text("display_name")
    if "metadata" in call.parameters:
        account["metadata"] = objects.metadata(call.parameters["metadata"], account["metadata"])
    recipient = call.group("configuration").get("recipient") or {}
    transfers = (recipient.get("capabilities") or {}).get("stripe_balance", {}).get("stripe_transfers", {})
    if "requested" in transfers:
        account["_requested"] = transfers["requested"]
    account["_identity"] = {**account["_identity"], **call.group("identity")}
    call.world.store.save(_refreshed(account))
    return _second_version(account, call.parameters.get("include"))


@route("POST", "/v2/core/account_links")
def create_account_link(call: Call) -> dict[str, Any]:
    account = load_account(call.world, str(call.text("account")), param="account")
    use_case = call.group("use_case")
    details = use_case.get(str(use_case.get("type"))) or {}
    if not details.get("refresh_url"):
        raise StripeError(400, f"use_case.{use_case.get('type')}.refresh_url is required.", param="use_case")
    link = _new_link(call, account, refresh_url=details["refresh_url"], return_url=details.get("return_url"))
    return {
        "object": "v2.core.account_link",
        "account": account["id"],
        "created": events.iso(call.at),
        "expires_at": events.iso(link["expires_at"]),
        "livemode": False,
        "url": link["url"],
        "use_case": use_case,
    }


@route("POST", "/v1/accounts")
def create_first_version_account(call: Call) -> dict[str, Any]:
    requested = call.group("capabilities").get("transfers", {}).get("requested") == "true"
    private = {
        "_version": 1,
        "_dashboard": "express",
        "_identity": {},
        "_defaults": {},
        "_display_name": None,
        "_configurations": ["recipient"],
    }
    country = (call.text("country") or "US").upper()
    return _new_account(
        call, country=country, currency=call.text("default_currency"), email=call.text("email"), requested=requested, private=private
    )


@route("GET", "/v1/accounts/{id}")
def get_first_version_account(call: Call, identifier: str) -> dict[str, Any]:
    return load_account(call.world, identifier)


@route("GET", "/v1/accounts")
def list_first_version_accounts(call: Call) -> dict[str, Any]:
    return objects.page(call, call.world.store.find("account", newest_first=True))


@route("GET", "/v1/account")
def get_own_account(call: Call) -> dict[str, Any]:
    if call.account != PLATFORM:
        return load_account(call.world, call.account)
    return {"id": "acct_platform", "object": "account", "country": "US", "default_currency": "usd", "livemode": False}


@route("POST", "/v1/accounts/{id}")
def update_first_version_account(call: Call, identifier: str) -> dict[str, Any]:
    account = load_account(call.world, identifier)
    account["metadata"] = objects.metadata(call.parameters.get("metadata"), account["metadata"])
    if "email" in call.parameters:
        account["email"] = call.text("email")
    schedule = call.group("settings").get("payouts", {}).get("schedule", {})
    account["settings"]["payouts"]["schedule"].update(schedule)
    return call.world.store.save(_refreshed(account))


@route("POST", "/v1/account_links")
def create_first_version_link(call: Call) -> dict[str, Any]:
    account = load_account(call.world, str(call.text("account")), param="account")
    link = _new_link(call, account, refresh_url=call.text("refresh_url"), return_url=call.text("return_url"))
    return {"object": "account_link", "created": call.at, "expires_at": link["expires_at"], "url": link["url"]}


@route("POST", "/v1/accounts/{id}/login_links")
def create_login_link(call: Call, identifier: str) -> dict[str, Any]:
    account = load_account(call.world, identifier)
    if not account["details_submitted"]:
        raise StripeError(400, "Cannot create a login link for an account that has not completed onboarding.")
    url = f"{call.world.configuration.public_base}/dashboard/{identifier}"
    return {"object": "login_link", "created": call.at, "url": url}


@route("GET", "/v1/balance_settings")
def get_balance_settings(call: Call) -> dict[str, Any]:
    schedule = {"interval": "manual"}
    if call.account != PLATFORM:
        schedule = load_account(call.world, call.account)["settings"]["payouts"]["schedule"]
    payouts = {"minimum_balance_by_currency": None, "schedule": schedule, "statement_descriptor": None, "status": "enabled"}
    return {
        "object": "balance_settings",
        "payments": {"debit_negative_balances": False, "payouts": payouts, "settlement_timing": {"delay_days": 2}},
    }


@route("POST", "/v1/balance_settings")
def update_balance_settings(call: Call) -> dict[str, Any]:
    schedule = call.group("payments").get("payouts", {}).get("schedule", {})
    if call.account == PLATFORM:
        raise StripeError(400, "The stand-in keeps the platform's payouts manual.")
    account = load_account(call.world, call.account)
    account["settings"]["payouts"]["schedule"].update(schedule)
    call.world.store.save(account)
    return get_balance_settings(call)


def load_account(world: World, identifier: str, *, param: str = "id") -> dict[str, Any]:
    found = world.store.get(identifier, kind="account")
    if found is None:
        raise resource_missing("account", identifier, param)
    return found


def set_state(world: World, identifier: str, state: str, *, at: int, bank_last4: str | None = None) -> dict[str, Any]:
    """Moves an account to incomplete, active or restricted and tells the platform, in both versions' events."""
    account = load_account(world, identifier)
    account["_state"] = state
    if bank_last4 is not None:
        account["_bank_last4"] = bank_last4
    world.store.save(_refreshed(account))
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


def _new_account(
    call: Call, *, country: str, currency: str | None, email: str | None, requested: bool, private: dict[str, Any]
) -> dict[str, Any]:
    if country not in CURRENCY_BY_COUNTRY:
        raise StripeError(400, f"The stand-in knows {', '.join(CURRENCY_BY_COUNTRY)}, not {country}.", param="identity.country")
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
        **private,
    }
    account = objects.create(
        call.world, "account", "acct", _refreshed(account), account=PLATFORM, at=call.at,
        identifier=objects.identifiers.stripe_id("acct", 16),
    )  # fmt: skip
    events.emit(call.world, "account.updated", account, account=account["id"], at=call.at, call=call)
    return account


def _refreshed(account: dict[str, Any]) -> dict[str, Any]:
    """The derived v1 fields, brought in line with the state."""
    active = account["_state"] == "active"
    due = [] if active else list(_OUTSTANDING)
    account.update(
        capabilities={"transfers": "active" if may_receive_transfers(account) else "inactive"},
        charges_enabled=active,
        payouts_enabled=active,
        details_submitted=account["_state"] != "incomplete",
        requirements={
            "alternatives": [],
            "current_deadline": None,
            "currently_due": due,
            "disabled_reason": None if active else "requirements.past_due",
            "errors": [],
            "eventually_due": due,
            "past_due": due if account["_state"] == "restricted" else [],
            "pending_verification": [],
        },
    )
    if account["_bank_last4"]:
        bank = {"object": "bank_account", "bank_name": "TEST BANK", "last4": account["_bank_last4"], "status": "new"}
        account["external_accounts"]["data"] = [bank]
    return account


def _second_version(account: dict[str, Any], include: Any) -> dict[str, Any]:
    wanted = set(include if isinstance(include, list) else [])
    capability = {"status": _CAPABILITY_STATUS[account["_state"]], "status_details": []}
    if account["_state"] != "active":
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
    if account["_state"] == "active":
        return {"entries": [], "summary": None}
    status = "past_due" if account["_state"] == "restricted" else "currently_due"
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
            "requested_reasons": [{"code": "routine_onboarding"}],
        }
        for name in _OUTSTANDING
    ]
    return {"entries": entries, "summary": {"minimum_deadline": {"status": status, "time": None}}}


def _new_link(
    call: Call, account: dict[str, Any], *, refresh_url: str | None, return_url: str | None
) -> dict[str, Any]:
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
