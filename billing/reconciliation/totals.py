"""A day's sums side by side, and the proof that the open differences explain all of what the two balances differ by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Sum

from billing.books import ledger
from billing.books.chart import Kind
from billing.models import LedgerAccount, WorkItem
from billing.reconciliation.mirroring import mirrored_balances

CATEGORIES = {
    "payments": "Payments and their fees",
    "refunds": "Refunds",
    "transfers": "Transfers to payees",
    "reversals": "Transfers taken back",
    "disputes": "Disputes",
    "payouts": "Payouts to the platform's bank",
    "other": "Other",
}
_CATEGORY = """CASE split_part({source}, '_', 1)
    WHEN 'ch' THEN 'payments' WHEN 'py' THEN 'payments' WHEN 're' THEN 'refunds' WHEN 'pyr' THEN 'refunds'
    WHEN 'tr' THEN 'transfers' WHEN 'trr' THEN 'reversals' WHEN 'dp' THEN 'disputes' WHEN 'du' THEN 'disputes'
    WHEN 'po' THEN 'payouts' ELSE 'other' END"""

_STRIPE = f"""
SELECT currency, {_CATEGORY.format(source="source")}, count(*), sum(net_cents), sum(fee_cents)
FROM billing_balancemovement WHERE created_at >= %(start)s AND created_at < %(end)s GROUP BY 1, 2
"""
# By the latest time first, which is indexed in the order of the entries: only those since the day began are read.
_BOOKS = f"""
SELECT e.currency, {_CATEGORY.format(source="t.source")}, count(*),
    sum(CASE e.direction WHEN 'debit' THEN e.amount_cents ELSE -e.amount_cents END)
FROM billing_ledgeraccount a
JOIN billing_ledgerentry e ON e.account_id = a.id AND e.latest_happened_at >= %(start)s
JOIN billing_ledgertransaction t ON t.id = e.transaction_id
WHERE a.kind = 'stripe_balance' AND e.happened_at >= %(start)s AND e.happened_at < %(end)s GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One category on the day, in cents: Stripe's net (of which fees) and what the books did to `stripe_balance`."""

    category: str
    stripe_count: int
    stripe_cents: int
    stripe_fee_cents: int
    books_count: int
    books_cents: int


@dataclass(frozen=True, slots=True)
class Totals:
    """One currency. Balances are those after everything that is known, in cents; `reported` is Stripe's own word.

    stripe - books = differences + under_way + unexplained, always; the last must be 0.
    """

    currency: str
    rows: tuple[Row, ...]
    stripe: int
    books: int
    reported: int | None
    differences: int
    under_way: int

    @property
    def unexplained(self) -> int:
        return self.stripe - self.books - self.differences - self.under_way

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "unexplained": self.unexplained}


def totals_of(
    *, on_date: date, under_way: Mapping[str, int], left_alone: set[str], reported: Mapping[str, int] | None
) -> list[Totals]:
    """One per currency that Stripe or the books know. `under_way`: what differs among the sources `left_alone`."""
    mirrored = mirrored_balances()
    used = LedgerAccount.objects.filter(kind=Kind.STRIPE_BALANCE).values_list("currency", flat=True)
    explained = (
        WorkItem.objects.filter(compares=True)
        .exclude(state=WorkItem.State.RESOLVED)
        .exclude(source__in=left_alone)
        .values_list("currency")
        .annotate(total=Sum("amount_cents"))
        .order_by("currency")
    )
    differences = {currency: int(total) for currency, total in explained}
    rows = _rows(on_date)
    return [
        Totals(
            currency=currency,
            rows=tuple(rows.get(currency, [])),
            stripe=mirrored.get(currency, 0),
            books=ledger.balance(kind=Kind.STRIPE_BALANCE, owner_id=None, currency=currency),
            reported=reported.get(currency, 0) if reported is not None else None,
            differences=differences.get(currency, 0),
            under_way=under_way.get(currency, 0),
        )
        for currency in sorted({*mirrored, *used})
    ]


def _rows(on_date: date) -> dict[str, list[Row]]:
    start = datetime.combine(on_date, time(), UTC)
    bounds = {"start": start, "end": start + timedelta(days=1)}
    with connection.cursor() as cursor:
        cursor.execute(_STRIPE, bounds)
        stripe = {(currency, category): tuple(map(int, sums)) for currency, category, *sums in cursor.fetchall()}
        cursor.execute(_BOOKS, bounds)
        books = {(currency, category): tuple(map(int, sums)) for currency, category, *sums in cursor.fetchall()}
    found: dict[str, list[Row]] = {}
    order = list(CATEGORIES)
    for currency, category in sorted({*stripe, *books}, key=lambda key: (key[0], order.index(key[1]))):
        row = Row(category, *stripe.get((currency, category), (0, 0, 0)), *books.get((currency, category), (0, 0)))
        found.setdefault(currency, []).append(row)
    return found
