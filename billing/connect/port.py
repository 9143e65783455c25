"""What onboarding asks of Stripe, whichever generation of its accounts API answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from billing.models import PayeeAccount

PAST_DUE = "past_due"
CURRENTLY_DUE = "currently_due"
EVENTUALLY_DUE = "eventually_due"
# The most pressing first.
STATUSES = (PAST_DUE, CURRENTLY_DUE, EVENTUALLY_DUE)


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that Stripe wants to know of a payee; `due_at` is when it begins to cost them something, if known."""

    code: str
    status: str
    due_at: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "status": self.status,
            "due_at": self.due_at.isoformat() if self.due_at is not None else None,
        }

    @classmethod
    def from_json(cls, stored: Any) -> Asked:
        due_at = stored.get("due_at")
        return cls(stored["code"], stored["status"], datetime.fromisoformat(due_at) if due_at else None)


@dataclass(frozen=True, slots=True)
class AccountState:
    """A connected account as Stripe has it now. `transfers_state` is "active" or why not, "none" when never asked."""

    reference: str
    transfers_state: str
    asked: tuple[Asked, ...] = ()


class ConnectApi(Protocol):
    """One generation. Bodies are built from the row's saved columns only, so that a key never meets another body."""

    def open(self, account: PayeeAccount) -> AccountState: ...

    def find(self, account: PayeeAccount) -> AccountState | None:
        """The account that an earlier try opened, by the identifier in its metadata."""

    def fetch(self, account: PayeeAccount) -> AccountState: ...

    def link(self, account: PayeeAccount, *, refresh_url: str, return_url: str) -> str:
        """A fresh address of the hosted page; it serves once. A used or expired one leads to `refresh_url`."""


def pressing_first(asked: Iterable[Asked]) -> tuple[Asked, ...]:
    """Each code once, at its most pressing, by status and then as Stripe listed them."""
    once: dict[str, Asked] = {}
    for one in sorted(asked, key=lambda one: STATUSES.index(one.status)):
        once.setdefault(one.code, one)
    return tuple(once.values())
