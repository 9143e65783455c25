"""`manage.py verify_ledger` finds what somebody with the owner's password did behind the triggers' back."""

import json
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction

from billing.books import ledger
from billing.books.chart import Kind
from kernel.identifiers import uuid7
from tests.factories.venues import NOW


def post(job_id: UUID) -> None:
    with transaction.atomic():
        ledger.post(
            business_key=f"charge:{job_id}",
            kind="charge",
            description="test",
            legs=[ledger.debit(Kind.STRIPE_BALANCE, 500), ledger.credit(Kind.PREPAID_JOB, 500, job_id)],
            currency="CAD",
            at=NOW,
        )


def tamper(statement: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE billing_ledgerentry DISABLE TRIGGER only_grows")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE billing_ledgerentry ENABLE TRIGGER only_grows")


def test_a_ledger_in_order_says_so(committed_database: None) -> None:
    post(uuid7())
    said = StringIO()
    call_command("verify_ledger", stdout=said)
    assert json.loads(said.getvalue()) == {
        "in_order": True,
        "accounts": 2,
        "transactions": 1,
        "entries": 2,
        "trial_balance_cents": {"CAD": 0},
        "differences": [],
    }


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        ("UPDATE billing_ledgerentry SET amount_cents = 499 WHERE direction = 'debit'", "debits and credits differ"),
        ("DELETE FROM billing_ledgerentry WHERE direction = 'debit'", "another number of entries"),
        ("UPDATE billing_ledgerentry SET balance_after_cents = 1 WHERE direction = 'credit'", "stored balance"),
        ("UPDATE billing_ledgerentry SET account_version = 7 WHERE direction = 'credit'", "stored balance"),
        ("UPDATE billing_ledgerentry SET happened_at = happened_at - interval '1 day'", "stored times"),
        ("UPDATE billing_ledgerentry SET direction = 'debit' WHERE direction = 'credit'", "below their floor"),
        ("UPDATE billing_ledgerentry SET currency = 'USD'", "another currency"),
    ],
)
def test_a_tampered_ledger_is_found(committed_database: None, statement: str, complaint: str) -> None:
    post(uuid7())
    tamper(statement)
    said = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("verify_ledger", stdout=said)
    assert refusal.value.returncode == 1
    found = json.loads(said.getvalue())
    assert not found["in_order"]
    assert complaint in str([difference["rule"] for difference in found["differences"]])
