"""Nights without Stripe: what it would say is written down, posted or both, and then compared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from billing.books import ledger, ledger_verification
from billing.books.chart import Kind
from billing.models import LedgerCheck, ReconciliationDay, WorkItem
from billing.reconciliation import mirroring, nightly, payouts
from kernel.identifiers import uuid7

MIDNIGHT = datetime(2026, 5, 2, tzinfo=UTC)
NOON = MIDNIGHT - timedelta(hours=12)
_TYPES = {"ch": "charge", "re": "refund", "tr": "transfer", "trr": "transfer_refund", "po": "payout"}
JOB = uuid7()


def moved(source: str, cents: int, *, fee: int = 0, at: datetime = NOON, number: int = 1, type: str = "") -> None:
    """Stripe moved `cents` (signed, before the fee)."""
    found: dict[str, Any] = {
        "id": f"txn_{source}_{number}",
        "type": type or _TYPES[source.split("_")[0]],
        "source": source,
        "amount": cents,
        "fee": fee,
        "net": cents - fee,
        "currency": "cad",
        "description": "",
        "created": int(at.timestamp()),
        "available_on": int(at.timestamp()),
    }
    mirroring.store([found], at=at)


def booked(source: str, cents: int, *, fee: int = 0, at: datetime = NOON, key: str = "") -> None:
    """The books have `cents` (signed, before the fee): for or against a job's prepaid money."""
    amount = abs(cents)
    legs = [ledger.debit(Kind.STRIPE_BALANCE, amount), ledger.credit(Kind.PREPAID_JOB, amount, JOB)]
    if cents < 0:
        legs = [ledger.debit(Kind.PREPAID_JOB, amount, JOB), ledger.credit(Kind.STRIPE_BALANCE, amount)]
    _post(key or f"{source}:{uuid7()}", source, legs, at)
    if fee:
        legs = [ledger.debit(Kind.PROCESSING_EXPENSE, fee), ledger.credit(Kind.STRIPE_BALANCE, fee)]
        _post(f"{source}:fee:{uuid7()}", source, legs, at)


def night(*, number: int = 0, reported: dict[str, int] | None = None) -> ReconciliationDay:
    """The comparison of one night, with all of the books verified: 0 is that after MIDNIGHT."""
    at = MIDNIGHT + timedelta(days=number, hours=3)
    day = ReconciliationDay.objects.create(
        date=(at - timedelta(days=1)).date(), step="match", started_at=at, mirrored_until=at
    )
    verdict = ledger_verification.verify_all()
    LedgerCheck.objects.create(day=day, progress={"problems": {}}, differences=verdict.differences, started_at=at)
    payouts.post_payouts()
    nightly.compare(day=day, reported=reported, at=at)
    return day


def work() -> list[tuple[str, str, int]]:
    """Unresolved: kind, source, cents."""
    items = WorkItem.objects.exclude(state="resolved").order_by("source")
    return [(item.kind, item.source, item.amount_cents) for item in items]


def _post(key: str, source: str, legs: list[ledger.Leg], at: datetime) -> None:
    ledger.post(
        business_key=key, kind="test", description="test", legs=legs, currency="CAD", source=source, job_id=JOB, at=at
    )
