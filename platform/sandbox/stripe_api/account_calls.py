"""The calls about connected accounts: v2 and, as a fallback, v1."""

from typing import Any

from sandbox.books import PLATFORM
from sandbox.stripe_api import accounts, events, objects
from sandbox.stripe_api.errors import StripeError
from sandbox.stripe_api.routing import Call, route


@route("POST", "/v2/core/accounts")
def create_account(call: Call) -> dict[str, Any]:
    identity, defaults = call.group("identity"), call.group("defaults")
    recipient = call.group("configuration").get("recipient")
    responsibilities = defaults.get("responsibilities") or {}
    if call.text("dashboard") == "express" and set(responsibilities.values()) - {"application"}:
        raise StripeError(
            400,
            "An Express dashboard needs defaults.responsibilities with fees_collector and losses_collector "
            "`application`.",
            param="defaults.responsibilities",
        )
    transfers = ((recipient or {}).get("capabilities") or {}).get("stripe_balance", {}).get("stripe_transfers", {})
    account = accounts.new_account(
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
    return accounts.second_version(account, call.parameters.get("include"))


@route("GET", "/v2/core/accounts/{id}")
def get_account(call: Call, identifier: str) -> dict[str, Any]:
    return accounts.second_version(accounts.load_account(call.world, identifier), call.parameters.get("include"))


@route("GET", "/v2/core/accounts")
def list_accounts(call: Call) -> dict[str, Any]:
    found = call.world.store.find("account", newest_first=True, limit=call.integer("limit") or 20)
    return {
        "data": [accounts.second_version(account, None) for account in found],
        "next_page_url": None,
        "previous_page_url": None,
    }


@route("POST", "/v2/core/accounts/{id}")
def update_account(call: Call, identifier: str) -> dict[str, Any]:
    account = accounts.load_account(call.world, identifier)
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
    call.world.store.save(accounts.refreshed(account))
    return accounts.second_version(account, call.parameters.get("include"))


@route("POST", "/v2/core/account_links")
def create_account_link(call: Call) -> dict[str, Any]:
    account = accounts.load_account(call.world, str(call.text("account")), param="account")
    use_case = call.group("use_case")
    details = use_case.get(str(use_case.get("type"))) or {}
    if not details.get("refresh_url"):
        raise StripeError(400, f"use_case.{use_case.get('type')}.refresh_url is required.", param="use_case")
    link = accounts.new_link(call, account, refresh_url=details["refresh_url"], return_url=details.get("return_url"))
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
    return accounts.new_account(
        call,
        country=country,
        currency=call.text("default_currency"),
        email=call.text("email"),
        requested=requested,
        private=private,
    )


@route("GET", "/v1/accounts/{id}")
def get_first_version_account(call: Call, identifier: str) -> dict[str, Any]:
    return accounts.load_account(call.world, identifier)


@route("GET", "/v1/accounts")
def list_first_version_accounts(call: Call) -> dict[str, Any]:
    return objects.page(call, "account", account=PLATFORM)


@route("GET", "/v1/account")
def get_own_account(call: Call) -> dict[str, Any]:
    if call.account != PLATFORM:
        return accounts.load_account(call.world, call.account)
    return {"id": "acct_platform", "object": "account", "country": "US", "default_currency": "usd", "livemode": False}


@route("POST", "/v1/accounts/{id}")
def update_first_version_account(call: Call, identifier: str) -> dict[str, Any]:
    account = accounts.load_account(call.world, identifier)
    account["metadata"] = objects.metadata(call.parameters.get("metadata"), account["metadata"])
    if "email" in call.parameters:
        account["email"] = call.text("email")
    transfers = call.group("capabilities").get("transfers", {})
    if "requested" in transfers:
        account["_requested"] = transfers["requested"] == "true"
    schedule = call.group("settings").get("payouts", {}).get("schedule", {})
    account["settings"]["payouts"]["schedule"].update(schedule)
    return call.world.store.save(accounts.refreshed(account))


@route("POST", "/v1/account_links")
def create_first_version_link(call: Call) -> dict[str, Any]:
    account = accounts.load_account(call.world, str(call.text("account")), param="account")
    link = accounts.new_link(call, account, refresh_url=call.text("refresh_url"), return_url=call.text("return_url"))
    return {"object": "account_link", "created": call.at, "expires_at": link["expires_at"], "url": link["url"]}


@route("POST", "/v1/accounts/{id}/login_links")
def create_login_link(call: Call, identifier: str) -> dict[str, Any]:
    account = accounts.load_account(call.world, identifier)
    if not account["details_submitted"]:
        raise StripeError(400, "Cannot create a login link for an account that has not completed onboarding.")
    url = f"{call.world.configuration.public_base}/dashboard/{identifier}"
    return {"object": "login_link", "created": call.at, "url": url}


@route("GET", "/v1/balance_settings")
def get_balance_settings(call: Call) -> dict[str, Any]:
    schedule = {"interval": "manual"}
    if call.account != PLATFORM:
        schedule = accounts.load_account(call.world, call.account)["settings"]["payouts"]["schedule"]
    payouts = {
        "minimum_balance_by_currency": None,
        "schedule": schedule,
        "statement_descriptor": None,
        "status": "enabled",
    }
    return {
        "object": "balance_settings",
        "payments": {"debit_negative_balances": False, "payouts": payouts, "settlement_timing": {"delay_days": 2}},
    }


@route("POST", "/v1/balance_settings")
def update_balance_settings(call: Call) -> dict[str, Any]:
    schedule = call.group("payments").get("payouts", {}).get("schedule", {})
    if call.account == PLATFORM:
        raise StripeError(400, "The stand-in keeps the platform's payouts manual.")
    account = accounts.load_account(call.world, call.account)
    account["settings"]["payouts"]["schedule"].update(schedule)
    call.world.store.save(account)
    return get_balance_settings(call)
