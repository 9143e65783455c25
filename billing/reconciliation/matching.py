"""Compares the books with Stripe by source, set-based in PostgreSQL: memory does not grow with the night.

A source is Stripe's object that moved money (a charge, refund, transfer, reversal, dispute, payout). All its balance
transactions together must be what all its postings did to `stripe_balance`: a partial capture makes two of the former,
a fee that is named late two of the latter. Looked at are the sources of movements that never agreed, of postings since
the last night, and of unresolved work. One that moved within the last hour is left for the next night: its other half
may be on its way.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from billing.models import LedgerAccount, LedgerEntry

GRACE = timedelta(hours=1)
# What stands for the source of a posting that names none.
POSTING = "posting:"
_CHUNK = 500
_CENTS = ("stripe_net", "stripe_fee", "books_net", "books_fee")

_COMPARED = """
WITH stripe_accounts AS (
    SELECT id, currency FROM billing_ledgeraccount WHERE kind = 'stripe_balance'
), posted AS (
    SELECT DISTINCT CASE t.source WHEN '' THEN 'posting:' || t.business_key ELSE t.source END AS source
    FROM stripe_accounts a
    JOIN billing_ledgerentry e ON e.account_id = a.id
        AND e.account_version > coalesce((%(entries_until)s::jsonb ->> a.currency)::bigint, 0)
    JOIN billing_ledgertransaction t ON t.id = e.transaction_id
), touched AS MATERIALIZED (
    SELECT source FROM billing_balancemovement WHERE matched_at IS NULL
    -- Not NOT EXISTS: tonight's marks are in no statistics yet, and the planner would compare each with every other.
    UNION (SELECT source FROM posted EXCEPT SELECT source FROM billing_balancemovement WHERE matched_at = %(at)s)
    UNION SELECT source FROM billing_workitem WHERE state <> 'resolved' AND compares
), stripe AS MATERIALIZED (
    SELECT m.source, m.currency, sum(m.amount_cents) AS amount, sum(m.fee_cents) AS fee, sum(m.net_cents) AS net,
        count(*) AS movements, min(m.created_at) AS first_at, max(m.created_at) AS last_at,
        string_agg(DISTINCT m.type, ' ') AS types, min(m.description) AS description
    FROM touched JOIN billing_balancemovement m ON m.source = touched.source
    GROUP BY m.source, m.currency
), postings AS (
    SELECT touched.source, t.id, t.job_id, t.happened_at
    FROM touched JOIN billing_ledgertransaction t ON t.source = touched.source AND t.source <> ''
    UNION ALL
    SELECT touched.source, t.id, t.job_id, t.happened_at
    FROM touched JOIN billing_ledgertransaction t
        ON t.business_key = substr(touched.source, 9) AND t.source = '' AND touched.source LIKE 'posting:%%'
), books AS MATERIALIZED (
    SELECT p.source, e.currency,
        coalesce(sum(CASE e.direction WHEN 'debit' THEN e.amount_cents ELSE -e.amount_cents END)
            FILTER (WHERE a.kind = 'stripe_balance'), 0) AS net,
        coalesce(sum(CASE e.direction WHEN 'debit' THEN e.amount_cents ELSE -e.amount_cents END)
            FILTER (WHERE a.kind = 'processing_expense'), 0) AS fee,
        count(DISTINCT p.id) AS postings, min(p.happened_at) AS first_at, max(p.happened_at) AS last_at,
        min(p.job_id::text)::uuid AS job_id
    FROM postings p
    JOIN billing_ledgerentry e ON e.transaction_id = p.id
    JOIN billing_ledgeraccount a ON a.id = e.account_id
    GROUP BY p.source, e.currency
), compared AS (
    SELECT coalesce(s.source, b.source) AS source, coalesce(s.currency, b.currency) AS currency,
        coalesce(s.net, 0) AS stripe_net, coalesce(s.fee, 0) AS stripe_fee, coalesce(s.movements, 0) AS movements,
        coalesce(b.net, 0) AS books_net, coalesce(b.fee, 0) AS books_fee, coalesce(b.postings, 0) AS postings,
        coalesce(s.types, '') AS types, coalesce(s.description, '') AS description, b.job_id,
        least(s.first_at, b.first_at) AS happened_at,
        coalesce(greatest(s.last_at, b.last_at) > %(young)s, false) AS is_young,
        coalesce(s.net, 0) = coalesce(b.net, 0)
            -- Of payments the fee must agree too; what else costs something is booked in its own ways.
            AND (coalesce(s.types, '') !~ '\\m(charge|payment)\\M' OR s.fee = coalesce(b.fee, 0)) AS agrees
    FROM stripe s FULL JOIN books b ON b.source = s.source AND b.currency = s.currency
)
"""

_MARK = (
    _COMPARED
    + """
UPDATE billing_balancemovement m SET matched_at = %(at)s FROM compared c
WHERE m.source = c.source AND m.currency = c.currency AND m.matched_at IS NULL AND c.agrees AND NOT c.is_young
"""
)

_DIFFERING = (
    _COMPARED
    + """
SELECT source, currency, stripe_net, stripe_fee, movements, books_net, books_fee, postings, types, description, job_id,
    happened_at
FROM compared WHERE NOT agrees AND NOT is_young ORDER BY source, currency
"""
)

_YOUNG = (
    _COMPARED
    + """
SELECT currency, sum(stripe_net - books_net), array_agg(source) FROM compared WHERE is_young GROUP BY currency
"""
)


@dataclass(frozen=True, slots=True)
class Difference:
    """Cents, signed: above zero raised the balance. `types`: Stripe's words for its movements."""

    source: str
    currency: str
    stripe_net: int
    stripe_fee: int
    movements: int
    books_net: int
    books_fee: int
    postings: int
    types: tuple[str, ...]
    description: str
    job_id: UUID | None
    happened_at: datetime

    @property
    def amount(self) -> int:
        return self.stripe_net - self.books_net

    @property
    def stripe_gross(self) -> int:
        return self.stripe_net + self.stripe_fee

    @property
    def books_gross(self) -> int:
        return self.books_net + self.books_fee


@dataclass(frozen=True, slots=True)
class Comparison:
    """One night's: `at` marks what agreed in it, sources that moved after `young` are left for the next.

    `entries_until` says per currency what was compared before.
    """

    at: datetime
    young: datetime
    entries_until: dict[str, int]

    def mark_agreeing(self) -> int:
        """Movements whose source agrees will not be looked at again by themselves. Returns how many there were."""
        with connection.cursor() as cursor:
            cursor.execute(_MARK, self._parameters)
            return int(cursor.rowcount)

    def differences(self) -> Iterator[list[Difference]]:
        """In chunks, from a cursor of the server. Call it inside a transaction, after `mark_agreeing`."""
        with connection.chunked_cursor() as cursor:
            cursor.execute(_DIFFERING, self._parameters)
            while rows := cursor.fetchmany(_CHUNK):
                yield [_difference(row) for row in rows]

    def left_alone(self) -> tuple[dict[str, int], set[str]]:
        """What Stripe has less what the books have of sources that moved just now, per currency; and those sources."""
        with connection.cursor() as cursor:
            cursor.execute(_YOUNG, self._parameters)
            rows = cursor.fetchall()
        return {row[0]: int(row[1]) for row in rows}, {source for row in rows for source in row[2]}

    @property
    def _parameters(self) -> dict[str, Any]:
        return {"at": self.at, "young": self.young, "entries_until": json.dumps(self.entries_until)}


def entries_older_than(moment: datetime) -> dict[str, int]:
    """Per currency the last version of `stripe_balance` before which nothing happened later than then."""
    found = {}
    for account in LedgerAccount.objects.filter(kind=LedgerAccount.Kind.STRIPE_BALANCE):
        last = (
            LedgerEntry.objects.filter(account=account, latest_happened_at__lte=moment)
            .order_by("-latest_happened_at", "-account_version")
            .values_list("account_version", flat=True)
            .first()
        )
        found[account.currency] = last or 0
    return found


def _difference(row: tuple[Any, ...]) -> Difference:
    named = dict(zip(Difference.__slots__, row, strict=True))
    return Difference(
        **{**named, "types": tuple(named["types"].split()), **{name: int(named[name]) for name in _CENTS}}
    )
