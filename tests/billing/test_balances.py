"""Balances as of any time are the sum of what happened until then, in whatever order it was posted."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from billing.books import balances, ledger, ledger_verification
from billing.books.chart import CHART, Kind
from billing.models import LedgerAccount, LedgerEntry
from kernel.identifiers import uuid7

START = datetime(2026, 5, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def pay(job_id: UUID, cents: int, *, minute: int = 0) -> ledger.LedgerTransaction:
    return ledger.post(
        business_key=str(uuid7()),
        kind="charge",
        description="test",
        legs=[ledger.debit(Kind.STRIPE_BALANCE, cents), ledger.credit(Kind.PREPAID_JOB, cents, job_id)],
        currency="CAD",
        job_id=job_id,
        at=START + timedelta(minutes=minute),
    )


def naive(entries: list[LedgerEntry], account: LedgerAccount, at: datetime) -> int:
    return sum(
        entry.amount_cents if (entry.direction == "debit") == account.is_debit_normal else -entry.amount_cents
        for entry in entries
        if entry.account_id == account.id and entry.transaction.happened_at <= at
    )


def test_what_is_posted_late_counts_from_when_it_happened(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    job_id = uuid7()
    pay(job_id, 100, minute=10)
    pay(job_id, 7, minute=5)
    pay(job_id, 1_000, minute=20)

    def held(minute: int) -> int:
        at = START + timedelta(minutes=minute)
        return ledger.balance(kind=Kind.PREPAID_JOB, owner_id=job_id, currency="CAD", at=at)

    assert [held(minute) for minute in (4, 5, 9, 10, 19, 20)] == [0, 7, 7, 107, 107, 1_107]
    with django_assert_num_queries(1):
        held(20)
    with django_assert_num_queries(1):
        ledger.balance(kind=Kind.PREPAID_JOB, owner_id=job_id, currency="CAD")


_POSTINGS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(1, 1_000), st.integers(0, 8), st.sampled_from(["pay", "reverse"])),
    min_size=1,
    max_size=10,
)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_POSTINGS)
def test_any_postings_and_reversals_balance_as_of_any_time(postings: list[tuple[int, int, int, str]]) -> None:
    jobs = [uuid7() for _ in range(3)]
    with transaction.atomic():
        posted: list[ledger.LedgerTransaction] = []
        for number, cents, minute, what in postings:
            if what == "reverse" and posted:
                original = posted.pop()
                at = START + timedelta(minutes=minute)
                ledger.reverse(business_key=str(uuid7()), original=original, description="wrong", at=at)
            else:
                posted.append(pay(jobs[number], cents, minute=minute))
        entries = list(LedgerEntry.objects.select_related("transaction"))
        for minute in range(-1, 9, 2):
            at = START + timedelta(minutes=minute)
            for account in balances.with_balance(LedgerAccount.objects.all(), at=at):
                assert account.cents == naive(entries, account, at)  # type: ignore[attr-defined]
            by_kind = balances.by_kind(at=at)["CAD"]
            assert by_kind[Kind.STRIPE_BALANCE] == by_kind[Kind.PREPAID_JOB]
            assert ledger.trial_balance(currency="CAD", at=at) == 0
        batches = {size: ledger_verification.verify_all(batch=size) for size in (3, 1_000)}
        assert batches[3] == batches[1_000]
        assert batches[3].problems == ()
        assert batches[3].entries == LedgerEntry.objects.count()
        assert batches[3].accounts == LedgerAccount.objects.count()
        transaction.set_rollback(True)


def test_postgresql_knows_the_sides_and_floors_of_the_chart() -> None:
    for kind, rule in CHART.items():
        LedgerAccount.objects.create(
            kind=kind,
            currency="USD",
            is_debit_normal=rule.is_debit_normal,
            may_be_negative=rule.may_be_negative,
            opened_at=START,
        )
