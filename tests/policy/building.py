"""Small policies for tests: the least document, with sections replaced."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from departments.policy.documents import Policy
from departments.policy.loading import load_policy
from departments.policy.pricing import ServiceFee

NO_SERVICE_FEE = ServiceFee(0)


def rank(code: str = "officer", bill: int = 6000, pay: int = 5000, level: int = 1) -> dict[str, Any]:
    return {
        "code": code,
        "name": code.title(),
        "bill_rate_cents_per_hour": bill,
        "pay_rate_cents_per_hour": pay,
        "level": level,
    }


def document(*, card: dict[str, Any] | None = None, **sections: Any) -> dict[str, Any]:
    return {
        "name": "Testville Police",
        "currency": "USD",
        "time_zone": "America/Chicago",
        "effective_from_date": "2026-01-01",
        "rate_card": {"ranks": [rank()], **(card or {})},
        **sections,
    }


def policy(*, card: dict[str, Any] | None = None, version: int = 7, **sections: Any) -> Policy:
    return load_policy(document(card=card, **sections), version=version)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
