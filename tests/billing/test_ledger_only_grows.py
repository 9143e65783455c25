"""Not even the owner of the tables changes what was posted."""

from datetime import UTC, datetime

import pytest
from django.db import connections, transaction
from django.db.utils import DatabaseError

from billing.books import ledger
from billing.books.chart import Kind
from billing.models import IssuedDocument, LedgerAccount, LedgerEntry, LedgerTransaction
from kernel.identifiers import uuid7

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
TABLES = ("ledgeraccount", "ledgertransaction", "ledgerentry", "issueddocument")
STATEMENTS = ("UPDATE billing_{} SET id = id", "DELETE FROM billing_{}", "TRUNCATE billing_{} CASCADE")


def test_postgresql_refuses_change_even_to_the_owner(committed_database: None) -> None:
    with transaction.atomic():
        ledger.post(
            business_key="k",
            kind="charge",
            description="test",
            legs=[ledger.debit(Kind.STRIPE_BALANCE, 500), ledger.credit(Kind.PREPAID_JOB, 500, uuid7())],
            currency="CAD",
            at=AT,
        )
        IssuedDocument.objects.create(
            business_key="d",
            kind=IssuedDocument.Kind.INVOICE,
            number="1",
            issuer_id=uuid7(),
            issuer_name="Alderbrook",
            currency="CAD",
            total_cents=1,
            content={},
            pdf=b"%PDF",
            sha256="0" * 64,
            issued_at=AT,
        )
    for table in TABLES:
        for statement in STATEMENTS:
            with pytest.raises(DatabaseError, match="only grows"), connections["owner"].cursor() as cursor:
                cursor.execute(statement.format(table))
    assert LedgerEntry.objects.count() == 2
    _the_owner_cannot_post_what_does_not_balance()


def _the_owner_cannot_post_what_does_not_balance() -> None:
    with pytest.raises(DatabaseError) as refusal, transaction.atomic("owner"):
        LedgerEntry.objects.using("owner").create(
            transaction_id=LedgerTransaction.objects.get().id,
            account_id=LedgerAccount.objects.get(kind=Kind.STRIPE_BALANCE).id,
            direction="debit",
            amount_cents=1,
            currency="CAD",
        )
    assert refusal.value.__cause__.diag.constraint_name == "ledger_transaction_is_whole"  # type: ignore[union-attr]
    assert LedgerEntry.objects.count() == 2
