"""Periods follow each other without a gap, and every line of an officer's books is on exactly one statement."""

import random
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.books import ledger
from billing.books.chart import Kind
from billing.documents.content import DocumentContent
from billing.models import IssuedDocument, OfficerPeriod, StatementSchedule
from billing.periods.calendars import end_of_period, start_of_period
from billing.periods.issuing import issue_ended_periods, issue_periods_of
from billing.periods.schedules import choose_length
from kernel.errors import InvalidInput
from marketplace.models import Job, Officer
from tenants.models import Tenant
from tests.factories.departments import SETTING_UP, make_officer, publish_example
from tests.factories.hours import finished, on_payroll
from tests.factories.jobs import make_job

ZONE = ZoneInfo("America/Toronto")
MARCH = datetime(2026, 3, 2, 17, tzinfo=UTC)
LATER = datetime(2026, 7, 1, 17, tzinfo=UTC)


@settings(max_examples=25)
@given(
    day=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    lengths=st.lists(st.sampled_from(["week", "month"]), min_size=1, max_size=12),
)
def test_periods_hold_every_day_once_whatever_their_length_becomes(day: date, lengths: list[Any]) -> None:
    first = start_of_period(day, lengths[0])
    assert first <= day < end_of_period(first, lengths[0])
    held: list[date] = []
    for length in lengths:
        until = end_of_period(first, length)
        assert start_of_period(first, length) == start_of_period(until - timedelta(days=1), length)
        held += [first + timedelta(days=number) for number in range((until - first).days)]
        first = until
    assert held == [held[0] + timedelta(days=number) for number in range(len(held))]


@pytest.mark.usefixtures("as_worker")
@pytest.mark.parametrize(("length", "seed"), [("week", 4), ("month", 9)])
def test_statements_share_out_every_entry_once_also_those_booked_late(
    department: Tenant, length: str, seed: int
) -> None:
    publish_example(department)
    officer, job = make_officer(department), make_job(department, at=MARCH)
    choose_length(tenant_id=department.id, length=length, actor=SETTING_UP, at=MARCH)
    dice, booked = random.Random(seed), []
    # Moments jump back and forth: entries are booked in one order and happened in another.
    for number in range(14):
        kind, cents = dice.choice(["work", "transfer", "reversal", "clawback"]), dice.randint(1, 90_000)
        _post(kind, cents, officer, job, at=MARCH + timedelta(hours=dice.randint(0, 24 * 90)), key=f"{kind}:{number}")
        booked.append(cents)
        if number % 5 == 0:
            issue_ended_periods(at=MARCH + timedelta(days=dice.randint(1, 120)))
    issue_ended_periods(at=LATER)
    assert issue_periods_of(officer_id=officer.id, currency="CAD", at=LATER) == 0
    statements = IssuedDocument.objects.filter(kind="period_statement", officer_id=officer.id).order_by("number")
    contents = [DocumentContent.from_json(one.content) for one in statements]
    moves = [line for one in contents for part in one.sections for line in part.lines if part.columns == "movements"]
    assert sorted(abs(line.gross_cents) for line in moves) == sorted(booked)
    owed = ledger.balance(kind=Kind.PAYABLE_OFFICER, owner_id=officer.id, currency="CAD")
    owed -= ledger.balance(kind=Kind.RECEIVABLE_OFFICER, owner_id=officer.id, currency="CAD")
    sums = [sums_of(one) for one in contents]
    assert sums[-1]["owed_at_end"] == owed
    assert [one.get("owed_before", 0) for one in sums[1:]] == [one["owed_at_end"] for one in sums[:-1]]
    periods = list(OfficerPeriod.objects.filter(officer_id=officer.id).order_by("first_date"))
    assert 1 < len(periods) == len(contents)
    assert all(one.until_date <= after.first_date for one, after in pairwise(periods))


def sums_of(content: DocumentContent) -> dict[str, int]:
    """Sums of all sections, by their terms."""
    return {total.term: total.cents for section in content.sections for total in section.totals}


def _post(kind: str, cents: int, officer: Officer, job: Job, *, at: datetime, key: str) -> None:
    payable = (Kind.PAYABLE_OFFICER, cents, officer.id)
    legs = {
        "work": [ledger.debit(Kind.CLIENT_RECEIVABLE, cents, job.id), ledger.credit(*payable)],
        "transfer": [
            ledger.debit(Kind.RECEIVABLE_OFFICER, cents, officer.id),
            ledger.credit(Kind.STRIPE_BALANCE, cents),
        ],
        "reversal": [ledger.debit(Kind.STRIPE_BALANCE, cents), ledger.credit(*payable)],
        "clawback": [
            ledger.debit(Kind.RECEIVABLE_OFFICER, cents, officer.id),
            ledger.credit(Kind.SERVICE_FEE_REVENUE, cents),
        ],
    }[kind]
    ledger.post(business_key=f"test:{key}", kind=kind, description=key, legs=legs, currency="CAD", job_id=job.id, at=at)


@pytest.mark.usefixtures("as_worker")
def test_payroll_lines_come_on_one_statement_with_their_pay_code_and_no_invoice(department: Tenant) -> None:
    publish_example(department)
    officer = make_officer(department)
    for days in (1, 2, 40):
        sheet = finished(department, officer, starts_at=MARCH + timedelta(days=days))
        on_payroll(sheet, pay_cents=10_000 + days)
    # The month ends at midnight where the department is, and a little later the statement is there.
    midnight = datetime.combine(date(2026, 4, 1), time(), ZONE)
    assert issue_ended_periods(at=midnight + timedelta(hours=5)) == 0
    assert issue_ended_periods(at=midnight + timedelta(hours=6)) == 1
    assert issue_ended_periods(at=LATER) == 1
    first, second = IssuedDocument.objects.order_by("number")
    [payroll] = DocumentContent.from_json(first.content).sections
    assert payroll.term == "section_payroll"
    assert [line.gross_cents for line in payroll.lines] == [10_001, 10_002]
    assert {line.code for line in payroll.lines} != {""}
    assert (first.total_cents, second.total_cents) == (20_003, 10_040)
    assert not IssuedDocument.objects.filter(kind="self_billed_invoice").exists()
    assert bytes(first.pdf[:4]) == b"%PDF"


@pytest.mark.usefixtures("as_worker")
def test_only_a_week_or_a_month(department: Tenant) -> None:
    with pytest.raises(InvalidInput):
        choose_length(tenant_id=department.id, length="year", actor=SETTING_UP, at=MARCH)
    assert not StatementSchedule.objects.exists()
