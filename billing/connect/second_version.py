"""Accounts v2: a recipient configuration with the capability `stripe_balance.stripe_transfers`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from billing.connect.port import STATUSES, AccountState, Asked, pressing_first
from billing.models import PayeeAccount
from billing.sending import stripe_port

_INCLUDED: list[Literal["configuration.recipient", "requirements", "future_requirements"]] = [
    "configuration.recipient",
    "requirements",
    "future_requirements",
]


class SecondVersion:
    def open(self, account: PayeeAccount) -> AccountState:
        return _read(
            stripe_port.client().v2.core.accounts.create(
                {  # type: ignore[arg-type]  # a dictionary with an optional key
                    "display_name": account.display_name,
                    **({"contact_email": account.contact_email} if account.contact_email else {}),
                    "dashboard": "express",
                    "identity": {"country": account.country.lower()},
                    "configuration": {
                        "recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}
                    },
                    "defaults": {
                        "currency": account.currency.lower(),
                        # The platform answers for losses and fees: that is what separate charges and transfers mean.
                        "responsibilities": {"fees_collector": "application", "losses_collector": "application"},
                    },
                    "metadata": {"payee_account_id": str(account.id)},
                    "include": _INCLUDED,
                },
                {"idempotency_key": account.idempotency_key},
            )
        )

    def find(self, account: PayeeAccount) -> AccountState | None:
        listed = stripe_port.client().v2.core.accounts.list({"limit": 100})
        for one in listed.auto_paging_iter():
            if (stripe_port.plain(one).get("metadata") or {}).get("payee_account_id") == str(account.id):
                return self._fetch(one.id)
        return None

    def fetch(self, account: PayeeAccount) -> AccountState:
        return self._fetch(account.account_reference)

    def link(self, account: PayeeAccount, *, refresh_url: str, return_url: str) -> str:
        options = {
            "refresh_url": refresh_url,
            "return_url": return_url,
            # All at once: otherwise the page asks today for half, and in a month for the rest.
            "collection_options": {"fields": "eventually_due", "future_requirements": "include"},
        }
        # Onboarding asks for what is outstanding; who owes nothing came to change what is there.
        kind = "account_onboarding" if account.asked or not account.may_receive else "account_update"
        link = stripe_port.client().v2.core.account_links.create(
            {"account": account.account_reference, "use_case": {"type": kind, kind: options}}  # type: ignore[misc]
        )
        return str(link.url)

    def _fetch(self, reference: str) -> AccountState:
        return _read(stripe_port.client().v2.core.accounts.retrieve(reference, {"include": list(_INCLUDED)}))


def _read(answer: Any) -> AccountState:
    fetched = stripe_port.plain(answer)
    recipient = (fetched.get("configuration") or {}).get("recipient") or {}
    capabilities = recipient.get("capabilities") or {}
    transfers = (capabilities.get("stripe_balance") or {}).get("stripe_transfers") or {}
    asked = [
        *_asked(fetched.get("requirements") or {}),
        *(Asked(one.code, "eventually_due", one.due_at) for one in _asked(fetched.get("future_requirements") or {})),
    ]
    return AccountState(str(fetched["id"]), str(transfers.get("status") or "none"), pressing_first(asked))


def _asked(requirements: Mapping[str, Any]) -> Iterator[Asked]:
    """Stripe dates the soonest deadline only: it belongs to the entries of the strictest status."""
    soonest = (requirements.get("summary") or {}).get("minimum_deadline") or {}
    due_at = datetime.fromisoformat(soonest["time"]) if soonest.get("time") else None
    for entry in requirements.get("entries") or []:
        status = str((entry.get("minimum_deadline") or {}).get("status"))
        if status in STATUSES and entry.get("awaiting_action_from") != "stripe":
            yield Asked(str(entry.get("description", "")), status, due_at if status == soonest.get("status") else None)
