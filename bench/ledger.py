"""The ledger against the same rows without its rules: postings per second, and a balance over a million entries."""

from __future__ import annotations

import time
from datetime import timedelta

from django.db import connection, connections, transaction

from bench.figures import Figure, median_seconds
from bench.stage import NOW
from billing.books import ledger
from billing.books.chart import Kind
from billing.models import LedgerAccount
from kernel.identifiers import uuid7

_POSTINGS = 1_000
_ENTRIES = 1_000_000
_BARE = """
CREATE TABLE IF NOT EXISTS public.bench_transaction (LIKE public.billing_ledgertransaction INCLUDING DEFAULTS);
CREATE TABLE IF NOT EXISTS public.bench_entry (LIKE public.billing_ledgerentry INCLUDING DEFAULTS);
"""


def measure() -> list[Figure]:
    return [_postings(), *_balances()]


def _postings() -> Figure:
    """One commit for each posting of two legs, the accounts open already, on both sides."""
    jobs = [uuid7() for _ in range(50)]
    for job_id in jobs:
        _post(job_id)
    started = time.perf_counter()
    for number in range(_POSTINGS):
        _post(jobs[number % len(jobs)])
    ours = time.perf_counter() - started
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute(_BARE)
    started = time.perf_counter()
    for _ in range(_POSTINGS):
        with transaction.atomic(using="owner"), owner.cursor() as cursor:
            identifier = uuid7()
            cursor.execute(
                "INSERT INTO public.bench_transaction (id, business_key, kind, description, leg_count, source, "
                "happened_at) VALUES (%s, %s, 'charge', 'bench', 2, '', %s)",
                [identifier, str(identifier), NOW],
            )
            for direction in ("debit", "credit"):
                cursor.execute(
                    "INSERT INTO public.bench_entry (id, transaction_id, account_id, direction, amount_cents, "
                    "currency, account_version, balance_after_cents, happened_at, latest_happened_at) "
                    "VALUES (%s, %s, %s, %s, 100, 'CAD', 1, 100, %s, %s)",
                    [uuid7(), identifier, jobs[0], direction, NOW, NOW],
                )
    bare = time.perf_counter() - started
    return Figure(
        "postings, one commit each", f"{_POSTINGS:,} of two legs", "postings/s", _POSTINGS / ours, _POSTINGS / bare,
        "the same rows inserted without index, key, trigger or check",
    )  # fmt: skip


def _post(job_id) -> None:  # type: ignore[no-untyped-def]
    with transaction.atomic():
        ledger.post(
            business_key=str(uuid7()),
            kind="charge",
            description="bench",
            legs=[ledger.debit(Kind.STRIPE_BALANCE, 100), ledger.credit(Kind.PREPAID_JOB, 100, job_id)],
            currency="CAD",
            at=NOW,
        )


def _balances() -> list[Figure]:
    """A million entries on one account, put there in bulk as the triggers would have left them."""
    _fill()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    half = NOW + timedelta(seconds=_ENTRIES // 2)
    asked = {"kind": Kind.STRIPE_BALANCE, "owner_id": None, "currency": "USD"}
    now_ours = median_seconds(lambda: ledger.balance(**asked))
    now_peer = median_seconds(lambda: _summed("true", []), runs=3)
    then_ours = median_seconds(lambda: ledger.balance(**asked, at=half))
    then_peer = median_seconds(lambda: _summed("t.happened_at <= %s", [half]), runs=3)
    assert ledger.balance(**asked) == _summed("true", [])
    assert ledger.balance(**asked, at=half) == _summed("t.happened_at <= %s", [half])
    size = f"{_ENTRIES:,} entries"
    return [
        Figure("a balance now", size, "ms", now_ours * 1000, now_peer * 1000, "summing the entries"),
        Figure("a balance as of the middle", size, "ms", then_ours * 1000, then_peer * 1000, "summing until then"),
    ]


def _fill() -> None:
    accounts = [
        LedgerAccount.objects.create(
            kind=kind, currency="USD", is_debit_normal=is_debit, may_be_negative=is_debit, opened_at=NOW
        ).id
        for kind, is_debit in ((Kind.STRIPE_BALANCE, True), (Kind.SERVICE_FEE_REVENUE, False))
    ]
    _triggers("DISABLE")
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO billing_ledgertransaction (id, business_key, kind, description, leg_count, source, "
            "happened_at) "
            "SELECT gen_random_uuid(), 'fill:' || n, 'charge', 'fill', 2, '', %s + n * interval '1 second' "
            "FROM generate_series(1, %s) n",
            [NOW, _ENTRIES],
        )
        for account, direction in zip(accounts, ("debit", "credit"), strict=True):
            cursor.execute(
                "INSERT INTO billing_ledgerentry (id, transaction_id, account_id, direction, amount_cents, currency, "
                "account_version, balance_after_cents, happened_at, latest_happened_at) "
                "SELECT gen_random_uuid(), t.id, %s, %s, 100, 'USD', n, n * 100, t.happened_at, t.happened_at "
                "FROM (SELECT *, substr(business_key, 6)::int AS n FROM billing_ledgertransaction "
                "WHERE business_key LIKE 'fill:%%') t",
                [account, direction],
            )
    _triggers("ENABLE")
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE billing_ledgerentry; ANALYZE billing_ledgertransaction; ANALYZE billing_ledgeraccount")


def _summed(condition: str, parameters: list[object]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(CASE e.direction WHEN 'debit' THEN e.amount_cents ELSE -e.amount_cents END) "
            "FROM billing_ledgerentry e JOIN billing_ledgeraccount a ON a.id = e.account_id "
            "JOIN billing_ledgertransaction t ON t.id = e.transaction_id "
            f"WHERE a.kind = 'stripe_balance' AND a.currency = 'USD' AND {condition}",
            parameters,
        )
        return int(cursor.fetchone()[0])


def _triggers(do: str) -> None:
    with connections["owner"].cursor() as cursor:
        for table in ("billing_ledgerentry", "billing_ledgertransaction"):
            cursor.execute(f"ALTER TABLE {table} {do} TRIGGER USER")
