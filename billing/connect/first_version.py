"""Accounts v1, the fallback: an Express account with the capability `transfers`, and links of the same generation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from billing.connect.port import CURRENTLY_DUE, EVENTUALLY_DUE, PAST_DUE, AccountState, Asked, pressing_first
from billing.models import PayeeAccount
from billing.sending import stripe_port

# v1 says "inactive" where v2 says "restricted": what is stored means the same, whichever answered.
_STATES = {"active": "active", "inactive": "restricted", "pending": "pending"}


class FirstVersion:
    def open(self, account: PayeeAccount) -> AccountState:
        return _read(
            stripe_port.client().v1.accounts.create(
                {  # type: ignore[arg-type]  # a dictionary with an optional key
                    "type": "express",
                    "country": account.country,
                    "default_currency": account.currency.lower(),
                    **({"email": account.contact_email} if account.contact_email else {}),
                    "business_profile": {"name": account.display_name},
                    "capabilities": {"transfers": {"requested": True}},
                    "metadata": {"payee_account_id": str(account.id)},
                },
                {"idempotency_key": account.idempotency_key},
            )
        )

    def find(self, account: PayeeAccount) -> AccountState | None:
        listed = stripe_port.client().v1.accounts.list({"limit": 100})
        for one in listed.auto_paging_iter():
            if (stripe_port.plain(one).get("metadata") or {}).get("payee_account_id") == str(account.id):
                return _read(one)
        return None

    def fetch(self, account: PayeeAccount) -> AccountState:
        return _read(stripe_port.client().v1.accounts.retrieve(account.account_reference))

    def link(self, account: PayeeAccount, *, refresh_url: str, return_url: str) -> str:
        if account.may_receive and not account.asked:
            # An Express account that owes nothing is changed on its own dashboard: v1 has no update link for it.
            return str(stripe_port.client().v1.accounts.login_links.create(account.account_reference).url)
        link = stripe_port.client().v1.account_links.create(
            {
                "account": account.account_reference,
                "type": "account_onboarding",
                "refresh_url": refresh_url,
                "return_url": return_url,
                "collection_options": {"fields": "eventually_due"},
            }
        )
        return str(link.url)


def _read(answer: Any) -> AccountState:
    fetched = stripe_port.plain(answer)
    status = (fetched.get("capabilities") or {}).get("transfers")
    future = fetched.get("future_requirements") or {}
    asked = [
        *_asked(fetched.get("requirements") or {}),
        *(
            Asked(code, EVENTUALLY_DUE, _moment(future.get("current_deadline")))
            for code in (*(future.get("currently_due") or ()), *(future.get("eventually_due") or ()))
        ),
    ]
    return AccountState(str(fetched["id"]), _STATES.get(str(status), "none"), pressing_first(asked))


def _asked(requirements: Mapping[str, Any]) -> Iterator[Asked]:
    """`current_deadline` is when what is currently due falls past due."""
    due_at = _moment(requirements.get("current_deadline"))
    for code in requirements.get("past_due") or ():
        yield Asked(code, PAST_DUE)
    for code in requirements.get("currently_due") or ():
        yield Asked(code, CURRENTLY_DUE, due_at)
    for code in requirements.get("eventually_due") or ():
        yield Asked(code, EVENTUALLY_DUE)


def _moment(seconds: Any) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
