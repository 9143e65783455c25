"""The ledger: what balances is kept, what does not is refused, by the code and by PostgreSQL alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.books import ledger, ledger_verification
from billing.books.chart import Kind
from billing.models import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.refusals import LedgerConflict, LedgerUnbalanced
from kernel.identifiers import uuid7

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def check_now() -> None:
    """Run the deferred triggers without ending the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def pay(*, job_id: UUID, cents: int, key: str | None = None, at: datetime = AT) -> LedgerTransaction:
    return ledger.post(
        business_key=key or f"charge:{uuid7()}",
        kind="charge",
        description="test",
        legs=[ledger.debit(Kind.STRIPE_BALANCE, cents), ledger.credit(Kind.PREPAID_JOB, cents, job_id)],
        currency="CAD",
        job_id=job_id,
        at=at,
    )


def test_balances_follow_the_entries_and_the_time() -> None:
    job_id = uuid7()
    pay(job_id=job_id, cents=32_925)
    pay(job_id=job_id, cents=1, at=AT + timedelta(days=1))
    check_now()
    assert ledger.balance(kind=Kind.PREPAID_JOB, owner_id=job_id, currency="CAD") == 32_926
    assert ledger.balance(kind=Kind.PREPAID_JOB, owner_id=job_id, currency="CAD", at=AT) == 32_925
    assert ledger.balance(kind=Kind.PREPAID_JOB, owner_id=job_id, currency="USD") == 0
    assert ledger.balance(kind=Kind.STRIPE_BALANCE, owner_id=None, currency="CAD") == 32_926
    assert ledger.trial_balance(currency="CAD") == 0
    assert ledger_verification.verify() == []


def test_the_same_key_posts_once() -> None:
    job_id = uuid7()
    first, again = pay(job_id=job_id, cents=500, key="k"), pay(job_id=job_id, cents=500, key="k")
    assert first.id == again.id
    assert LedgerEntry.objects.count() == 2


def test_the_same_key_with_other_legs_is_refused() -> None:
    pay(job_id=uuid7(), cents=500, key="k")
    with pytest.raises(LedgerConflict):
        pay(job_id=uuid7(), cents=500, key="k")
    assert LedgerTransaction.objects.count() == 1


@pytest.mark.parametrize(
    "legs", [[], [ledger.debit(Kind.STRIPE_BALANCE, 5)], [ledger.debit(Kind.STRIPE_BALANCE, -5)] * 2]
)
def test_what_does_not_balance_is_refused(legs: list[ledger.Leg]) -> None:
    with pytest.raises(LedgerUnbalanced):
        ledger.post(business_key="k", kind="x", description="x", legs=legs, currency="CAD", at=AT)


def test_a_reversal_undoes_and_happens_once() -> None:
    job_id = uuid7()
    original = pay(job_id=job_id, cents=700)
    ledger.reverse(business_key="r", original=original, description="wrong", at=AT)
    check_now()
    assert ledger.balance(kind=Kind.PREPAID_JOB, owner_id=job_id, currency="CAD") == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.reverse(business_key="r2", original=original, description="twice", at=AT)


# ── PostgreSQL alone, whatever the code does ────────────────────────────────────────────────────────────────────────


def raw_transaction(*, leg_count: int = 2) -> LedgerTransaction:
    return LedgerTransaction.objects.create(
        business_key=str(uuid7()), kind="raw", description="raw", leg_count=leg_count, happened_at=AT
    )


def raw_entry(
    stored: LedgerTransaction, account: LedgerAccount, direction: str, cents: int, currency: str = "CAD"
) -> None:
    LedgerEntry.objects.create(
        transaction=stored, account=account, direction=direction, amount_cents=cents, currency=currency
    )


def raw_account(kind: str, currency: str = "CAD", owner_id: UUID | None = None) -> LedgerAccount:
    rule = {Kind.STRIPE_BALANCE: (True, True)}.get(Kind(kind), (False, False))
    return LedgerAccount.objects.create(
        kind=kind, owner_id=owner_id, currency=currency, is_debit_normal=rule[0], may_be_negative=rule[1], opened_at=AT
    )


@contextmanager
def refused_at_commit(constraint: str) -> Iterator[None]:
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():  # noqa: PT012
        yield
        check_now()
    assert constraint in str(refusal.value.__cause__.diag.constraint_name)  # type: ignore[union-attr]


def test_postgresql_refuses_a_sum_that_is_not_zero() -> None:
    with refused_at_commit("ledger_transaction_balances"):
        stored = raw_transaction()
        raw_entry(stored, raw_account(Kind.STRIPE_BALANCE), "debit", 100)
        raw_entry(stored, raw_account(Kind.PREPAID_JOB, owner_id=uuid7()), "credit", 99)


def test_postgresql_refuses_two_currencies_that_only_sum_to_zero_together() -> None:
    with refused_at_commit("ledger_transaction_balances"):
        stored = raw_transaction(leg_count=2)
        raw_entry(stored, raw_account(Kind.STRIPE_BALANCE), "debit", 100)
        raw_entry(stored, raw_account(Kind.PREPAID_JOB, "USD", uuid7()), "credit", 100, "USD")


def test_postgresql_refuses_a_transaction_without_entries() -> None:
    with refused_at_commit("ledger_transaction_is_whole"):
        raw_transaction()


def test_postgresql_refuses_entries_added_later() -> None:
    with refused_at_commit("ledger_transaction_is_whole"):
        job_id = uuid7()
        stored = pay(job_id=job_id, cents=500)
        check_now()
        raw_entry(stored, LedgerAccount.objects.get(kind=Kind.STRIPE_BALANCE), "debit", 100)
        raw_entry(stored, LedgerAccount.objects.get(owner_id=job_id), "credit", 100)


def test_postgresql_refuses_another_currency_than_the_accounts() -> None:
    with refused_at_commit("ledger_entry_has_the_currency_of_its_account"):
        raw_entry(raw_transaction(), raw_account(Kind.STRIPE_BALANCE), "debit", 100, "USD")


def test_postgresql_refuses_to_spend_more_than_is_prepaid() -> None:
    with refused_at_commit("ledger_account_keeps_its_floor"):
        job_id = uuid7()
        pay(job_id=job_id, cents=500)
        check_now()
        ledger.post(
            business_key="too much",
            kind="refund",
            description="x",
            legs=[ledger.debit(Kind.PREPAID_JOB, 501, job_id), ledger.credit(Kind.STRIPE_BALANCE, 501)],
            currency="CAD",
            at=AT,
        )


def test_the_platforms_balance_may_dip_below_zero() -> None:
    """Stripe keeps its fee of a payment that is refunded whole."""
    ledger.post(
        business_key="fee",
        kind="fee",
        description="x",
        legs=[ledger.debit(Kind.PROCESSING_EXPENSE, 30), ledger.credit(Kind.STRIPE_BALANCE, 30)],
        currency="CAD",
        at=AT,
    )
    check_now()
    assert ledger.balance(kind=Kind.STRIPE_BALANCE, owner_id=None, currency="CAD") == -30


def test_postgresql_refuses_an_account_without_the_floor_or_side_of_its_kind() -> None:
    for constraint, flags in (
        ("ledger_account_has_the_floor_of_its_kind", {"is_debit_normal": False, "may_be_negative": True}),
        ("ledger_account_grows_on_its_side", {"is_debit_normal": True, "may_be_negative": False}),
    ):
        with refused_at_commit(constraint):
            LedgerAccount.objects.create(kind=Kind.PREPAID_JOB, owner_id=uuid7(), currency="CAD", opened_at=AT, **flags)


def test_postgresql_refuses_a_reversal_that_is_not_its_original_turned_round() -> None:
    with refused_at_commit("ledger_reversal_is_its_original_turned_round"):
        job_id = uuid7()
        original = pay(job_id=job_id, cents=500)
        ledger.post(
            business_key="half",
            kind="x",
            description="x",
            legs=[ledger.debit(Kind.PREPAID_JOB, 250, job_id), ledger.credit(Kind.STRIPE_BALANCE, 250)],
            currency="CAD",
            at=AT,
            reverses=original,
        )


def test_postgresql_believes_no_version_balance_or_time_that_it_is_given() -> None:
    pay(job_id=uuid7(), cents=500)
    account = raw_account(Kind.PREPAID_JOB, owner_id=uuid7())
    stored = raw_transaction()
    for direction, owner in (("debit", LedgerAccount.objects.get(kind=Kind.STRIPE_BALANCE)), ("credit", account)):
        LedgerEntry.objects.create(
            transaction=stored, account=owner, direction=direction, amount_cents=1, currency="CAD",
            account_version=99, balance_after_cents=10**9, happened_at=AT - timedelta(days=9),
            latest_happened_at=AT - timedelta(days=9),
        )  # fmt: skip
    check_now()
    entry = LedgerEntry.objects.get(account=account)
    assert (entry.account_version, entry.balance_after_cents) == (1, 1)
    assert (entry.happened_at, entry.latest_happened_at) == (AT, AT)


# ── Properties ──────────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(1, 10**9), st.sampled_from(["CAD", "USD"]), st.booleans()),
        min_size=1,
        max_size=12,
    )
)
def test_any_sequence_of_postings_keeps_every_rule(moves: list[tuple[int, int, str, bool]]) -> None:
    jobs = [uuid7() for _ in range(4)]
    prepaid: dict[tuple[UUID, str], int] = {}
    with transaction.atomic():
        for number, cents, currency, goes_back in moves:
            job_id = jobs[number]
            held = prepaid.get((job_id, currency), 0)
            amount = min(cents, held) if goes_back else cents
            legs = [ledger.debit(Kind.STRIPE_BALANCE, amount), ledger.credit(Kind.PREPAID_JOB, amount, job_id)]
            if goes_back:
                legs = [ledger.debit(Kind.PREPAID_JOB, amount, job_id), ledger.credit(Kind.STRIPE_BALANCE, amount)]
            if not amount:
                continue
            ledger.post(
                business_key=str(uuid7()), kind="x", description="x", legs=legs, currency=currency, job_id=job_id, at=AT
            )
            prepaid[job_id, currency] = held + (-amount if goes_back else amount)
        check_now()
        for (job_id, currency), cents in prepaid.items():
            assert ledger.balance(kind=Kind.PREPAID_JOB, owner_id=job_id, currency=currency) == cents
        for currency in ("CAD", "USD"):
            assert ledger.trial_balance(currency=currency) == 0
        assert ledger_verification.verify() == []
        transaction.set_rollback(True)
