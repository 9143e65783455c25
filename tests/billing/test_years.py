"""Year totals by payee: by the payee's calendar, each payment once, thresholds as data, corrections after filing."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.books import ledger
from billing.books.chart import Kind
from billing.models import YearFiling
from billing.years.filing import file_year, read_year
from billing.years.reading import year_totals, years_of_officer
from billing.years.thresholds import thresholds_for
from billing.years.totals import Payee, Payment, YearTotal, changes, total_from_json, years_of
from kernel.errors import InvalidInput
from reports.year_files import print_year, write_year_csv
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.departments import SETTING_UP, make_officer, publish_example
from tests.factories.jobs import make_job

OFFICER = Payee("officer", UUID(int=7), "Robin Ashdown", "CA", "CAD", "America/Toronto")
# Midnight UTC, and still New Year's Eve in Toronto.
NEW_YEAR = datetime(2027, 1, 1, 3, tzinfo=UTC)
JOB, OTHER_JOB = UUID(int=1), UUID(int=2)


def test_the_payees_own_calendar_and_what_comes_back_in_the_next_year() -> None:
    payments = [
        Payment(JOB, NEW_YEAR, 30_000, fee_cents=500),
        Payment(OTHER_JOB, NEW_YEAR + timedelta(hours=3), 20_000),
        Payment(JOB, NEW_YEAR + timedelta(days=90), -10_000),
    ]
    found = years_of(payee=OFFICER, payments=payments)
    first, second = found[2026], found[2027]
    assert (first.gross_cents, first.fees_cents, first.reversed_cents, first.net_cents) == (30_500, 500, 10_000, 20_000)
    assert (second.net_cents, second.payments) == (20_000, 1)


@settings(max_examples=25)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from([JOB, OTHER_JOB]), st.integers(-50_000, 90_000), st.integers(0, 900), st.integers(0, 900)
        ),
        max_size=12,
    )
)
def test_years_share_out_every_payment_once(rows: list[tuple[UUID, int, int, int]]) -> None:
    payments = [
        Payment(job, datetime(2025, 6, 1, tzinfo=UTC) + timedelta(days=days), cents, fee if cents > 0 else 0)
        for job, cents, days, fee in rows
    ]
    found = years_of(payee=OFFICER, payments=reversed(payments)).values()
    assert sum(one.net_cents for one in found) == sum(payment.cents for payment in payments)
    assert sum(one.gross_cents for one in found) == sum(max(one.cents, 0) + one.fee_cents for one in payments)
    assert sum(one.payments for one in found) == sum(one.cents > 0 for one in payments)


@pytest.mark.parametrize(
    ("country", "year", "kind", "cents", "payments", "forms"),
    [
        ("US", 2026, "officer", 199_999, 1, ()),
        ("US", 2026, "officer", 200_000, 1, ("1099-NEC",)),
        ("US", 2025, "officer", 60_000, 1, ("1099-NEC",)),
        ("US", 2026, "department", 2_000_001, 200, ()),
        ("US", 2026, "department", 2_000_000, 201, ()),
        ("US", 2026, "department", 2_000_001, 201, ("1099-K",)),
        ("CA", 2026, "officer", 50_000, 3, ()),
        ("CA", 2026, "officer", 50_001, 3, ("T4A",)),
        ("CA", 2026, "department", 5_000_000, 3, ()),
        # Indexed from 2027 on: without a row of its own a year claims nothing.
        ("US", 2027, "officer", 900_000, 1, ()),
    ],
)
def test_thresholds_are_data_by_year_and_country(
    country: str, year: int, kind: str, cents: int, payments: int, forms: tuple[str, ...]
) -> None:
    found = thresholds_for(country=country, year=year, payee_kind=kind)
    reached = tuple(one.form for one in found if one.is_reached(gross_cents=cents, net_cents=cents, payments=payments))
    assert reached == forms
    assert all(one.source for one in found)


def _pay(kind: str, owner_id: UUID, job_id: UUID, cents: int, at: datetime, key: str) -> None:
    payable = f"payable_{kind}"
    ledger.post(
        business_key=f"work:{key}", kind="settlement", description="w", currency="CAD", job_id=job_id, at=at,
        legs=[ledger.debit(Kind.CLIENT_RECEIVABLE, abs(cents), job_id), ledger.credit(payable, abs(cents), owner_id)],
    )  # fmt: skip
    legs = [ledger.debit(payable, cents, owner_id), ledger.credit(Kind.STRIPE_BALANCE, cents)]
    if cents < 0:
        legs = [ledger.credit(payable, -cents, owner_id), ledger.debit(Kind.STRIPE_BALANCE, -cents)]
    ledger.post(
        business_key=f"pay:{key}", kind="transfer", description="t", currency="CAD", job_id=job_id, at=at, legs=legs
    )


@pytest.mark.usefixtures("as_worker")
def test_a_filed_year_shows_what_came_back_later(department: Tenant, other_department: Tenant) -> None:
    publish_example(department)
    publish_example(other_department)
    officer = make_officer(department)
    own, foreign = (make_job(one, at=datetime(2026, 3, 2, tzinfo=UTC)) for one in (department, other_department))
    in_june = datetime(2026, 6, 1, tzinfo=UTC)
    _pay("officer", officer.id, own.id, 70_000, in_june, "1")
    _pay("officer", officer.id, foreign.id, 40_000, in_june, "2")
    _pay("department", department.id, own.id, 9_000, in_june, "3")
    in_january = datetime(2027, 1, 20, tzinfo=UTC)
    assert [one.net_cents for one in year_totals(year=2026, country="CA")] == [9_000, 110_000]
    (total,) = year_totals(year=2026, country="CA", department_id=department.id)
    assert (total.net_cents, total.forms) == (70_000, ("T4A",))
    assert years_of_officer(officer_id=officer.id)[0].net_cents == 110_000
    with pytest.raises(InvalidInput):
        file_year(year=2028, country="CA", department_id=department.id, actor=SETTING_UP, at=in_january)
    file_year(year=2026, country="CA", department_id=department.id, actor=SETTING_UP, at=in_january)
    assert read_year(year=2026, country="CA", department_id=department.id).corrections == []
    _pay("officer", officer.id, own.id, -25_000, in_january + timedelta(days=30), "4")
    corrected = read_year(year=2026, country="CA", department_id=department.id)
    (change,) = corrected.corrections
    assert (change.net_change_cents, corrected.totals[0].forms) == (-25_000, ())
    assert read_year(year=2027, country="CA", department_id=department.id).totals == []
    rows = list(csv.DictReader(io.StringIO(write_year_csv(corrected))))
    assert [(row["gross"], row["net"], row["net_as_filed"], row["corrected"]) for row in rows] == [
        ("700.00", "450.00", "700.00", "yes")
    ]
    assert print_year(corrected, issuer="Lakeshore", printed_on=date(2027, 2, 1))[:4] == b"%PDF"
    with acting_as(purpose="request", tenant_id=other_department.id):
        assert not YearFiling.objects.exists()


def test_who_was_filed_and_is_gone_is_a_correction_too() -> None:
    filed = YearTotal("officer", "7", "Robin", "CA", "CAD", 2026, 900, 0, 0, 1, ("T4A",))
    assert total_from_json(filed.to_json()) == filed
    (change,) = changes(filed=[filed], now=[])
    assert (change.now, change.net_change_cents) == (None, -900)
    assert changes(filed=[filed], now=[filed]) == []
