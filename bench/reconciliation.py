"""A night of 10,000 and of 100,000 balance transactions against one bare join of the two sides; and its memory."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, connections, transaction

from bench.figures import Figure, median_seconds
from bench.memory import seconds_and_peak
from bench.stage import NOW
from billing.books.chart import Kind
from billing.models import LedgerAccount, LedgerCheck, ReconciliationDay, WorkItem
from billing.reconciliation import nightly

_EVERY = 1_000


def measure() -> list[Figure]:
    figures, peaks = [], []
    for number, size in enumerate((10_000, 100_000)):
        _fill(number, size)
        at = NOW + timedelta(days=number + 1, hours=3)
        day = ReconciliationDay.objects.create(
            date=(at - timedelta(days=1)).date(), step="match", started_at=at, mirrored_until=at
        )
        LedgerCheck.objects.create(day=day, progress={"problems": {}}, started_at=at)
        taken, peak = seconds_and_peak(_compare, day.pk, at)
        peaks.append(peak)
        found = WorkItem.objects.filter(opened_on=day).count()
        assert found == size // _EVERY, f"{found} differences were found"
        peer = median_seconds(lambda number=number: _bare_join(number), runs=3)
        figures.append(
            Figure(
                "a night's comparison, one in a thousand differs",
                f"{size:,} movements",
                "movements/s",
                size / taken,
                size / peer,
                "one join and sum of both sides, nothing kept",
            )
        )
    figures.append(
        Figure(
            "peak resident memory",
            "100,000 movements",
            "MiB",
            peaks[1],
            peaks[0],
            "10,000 movements: 1 is flat",
        )
    )
    return figures


def _fill(number: int, size: int) -> None:
    """As a night would find them: movements mirrored and postings made, a thousandth of them a cent apart."""
    accounts = [
        LedgerAccount.objects.get_or_create(
            kind=kind,
            currency="CAD",
            owner_id=None,
            defaults={"is_debit_normal": is_debit, "may_be_negative": is_debit, "opened_at": NOW},
        )[0].id
        for kind, is_debit in ((Kind.STRIPE_BALANCE, True), (Kind.SERVICE_FEE_REVENUE, False))
    ]
    moment = NOW + timedelta(days=number)
    key = f"tr_{number}x"
    _triggers("DISABLE")
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO billing_balancemovement (id, reference, type, source, amount_cents, fee_cents, net_cents, "
            "currency, description, created_at, available_at, mirrored_at) "
            "SELECT gen_random_uuid(), 'txn_' || %(key)s || n, 'transfer_refund', %(key)s || n, cents, 0, cents, "
            "'CAD', '', %(at)s, %(at)s, %(at)s FROM (SELECT n, 1000 + (n %% %(every)s = 0)::int AS cents "
            "FROM generate_series(1, %(size)s) n) made",
            {"key": key, "at": moment, "every": _EVERY, "size": size},
        )
        cursor.execute(
            "INSERT INTO billing_ledgertransaction (id, business_key, kind, description, leg_count, source, "
            "happened_at) "
            "SELECT gen_random_uuid(), 'bench:' || %(key)s || n, 'reversal', 'bench', 2, %(key)s || n, %(at)s "
            "FROM generate_series(1, %(size)s) n",
            {"key": key, "at": moment, "size": size},
        )
        for account, direction in zip(accounts, ("debit", "credit"), strict=True):
            cursor.execute(
                "INSERT INTO billing_ledgerentry (id, transaction_id, account_id, direction, amount_cents, currency, "
                "account_version, balance_after_cents, happened_at, latest_happened_at) "
                "SELECT gen_random_uuid(), t.id, %(account)s, %(direction)s, 1000, 'CAD', before + n, "
                "(before + n) * 1000, t.happened_at, t.happened_at FROM ("
                "  SELECT id, happened_at, row_number() OVER () AS n FROM billing_ledgertransaction "
                "  WHERE business_key LIKE 'bench:' || %(key)s || '%%'"
                ") t, (SELECT coalesce(max(account_version), 0) AS before FROM billing_ledgerentry "
                "  WHERE account_id = %(account)s) b",
                {"account": account, "direction": direction, "key": key},
            )
    _triggers("ENABLE")
    with connections["owner"].cursor() as cursor:
        for table in ("ledgerentry", "ledgertransaction", "balancemovement", "ledgeraccount"):
            cursor.execute(f"ANALYZE billing_{table}")


def _compare(day_pk: object, at: datetime) -> None:
    nightly.compare(day=ReconciliationDay.objects.get(pk=day_pk), reported=None, at=at)


def _bare_join(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT source, sum(net_cents) AS net FROM billing_balancemovement "
            "WHERE source LIKE %s GROUP BY 1) s FULL JOIN (SELECT t.source, sum(e.amount_cents) AS net "
            "FROM billing_ledgertransaction t JOIN billing_ledgerentry e ON e.transaction_id = t.id "
            "WHERE e.direction = 'debit' AND t.source LIKE %s GROUP BY 1) b ON b.source = s.source "
            "WHERE s.net IS DISTINCT FROM b.net",
            [f"tr_{number}x%", f"tr_{number}x%"],
        )


def _triggers(do: str) -> None:
    with connections["owner"].cursor() as cursor:
        for table in ("billing_ledgerentry", "billing_ledgertransaction"):
            cursor.execute(f"ALTER TABLE {table} {do} TRIGGER USER")
