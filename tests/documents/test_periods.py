"""Remittances by calendar month where the payee is, and officers' periods that add up or are refused."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader

from billing.documents.content import DocumentContent, Tax
from billing.documents.earnings import EarningsPeriod, Lines, MoveKind, Movement, WorkLine
from billing.documents.remittance import issue_due_remittances, issue_remittance
from billing.documents.self_billing import issue_period_document
from billing.models import Charge, IssuedDocument, PayeeAccount, Transfer
from billing.refusals.documents import PeriodDoesNotAddUp
from kernel.identifiers import uuid7
from tenants.models import Tenant
from tests.documents.rows import settled
from tests.factories.clients import govern
from tests.factories.departments import make_officer
from tests.factories.venues import NOW

pytestmark = pytest.mark.usefixtures("as_worker")
Kind = IssuedDocument.Kind
MARCH = date(2026, 3, 1)


def transfers(department: Tenant, *moves: tuple[int, datetime]) -> None:
    """Of one settled shift to the department, 113,000 cents together."""
    govern(department)
    settlement = settled(department)
    account = PayeeAccount.objects.create(
        owner_kind="department", owner_id=department.id, tenant_id=department.id, display_name=department.name,
        country="CA", currency="CAD", idempotency_key=uuid7().hex, created_at=NOW,
    )  # fmt: skip
    for cents, done_at in moves:
        Transfer.objects.create(
            charge=Charge.objects.get(job=settlement.job), payee_account=account, settlement=settlement,
            amount_cents=cents, currency="CAD", state="done", business_key=uuid7().hex, idempotency_key=uuid7().hex,
            provider_reference="tr_1", due_at=done_at, created_at=done_at, done_at=done_at,
        )  # fmt: skip


def march(department: Tenant, month: date = MARCH) -> IssuedDocument | None:
    return issue_remittance(owner_kind="department", owner_id=department.id, currency="CAD", month=month, at=NOW)


def test_a_month_ends_at_midnight_where_the_payee_is_and_its_taxes_sum_up(department: Tenant) -> None:
    # 03:59 UTC on the first of April is still March in Toronto.
    transfers(
        department,
        (100_000, datetime(2026, 3, 20, 12, tzinfo=UTC)),
        (12_900, datetime(2026, 4, 1, 3, 59, tzinfo=UTC)),
        (100, datetime(2026, 4, 1, 4, 0, tzinfo=UTC)),
    )
    first, second = march(department), march(department, date(2026, 4, 1))
    assert first is not None
    assert second is not None
    assert (first.total_cents, second.total_cents) == (112_900, 100)
    taxes = [line.tax_cents for one in (first, second) for line in DocumentContent.from_json(one.content).lines]
    assert sum(taxes) == 13_000
    assert first.department_id == department.id
    assert march(department) == first
    assert march(department, date(2026, 2, 1)) is None


def test_what_is_due_is_issued_once_after_the_month_has_ended(department: Tenant, agency: Tenant) -> None:
    transfers(department, (1_000, datetime(2026, 3, 20, 12, tzinfo=UTC)))
    assert issue_due_remittances(at=datetime(2026, 3, 31, 23, tzinfo=UTC)) == []
    # Half past midnight in Toronto: somebody's transfer may still be about to be written down.
    assert issue_due_remittances(at=datetime(2026, 4, 1, 4, 30, tzinfo=UTC)) == []
    [issued] = issue_due_remittances(at=datetime(2026, 4, 1, 12, tzinfo=UTC))
    assert issued.kind == Kind.REMITTANCE
    assert issue_due_remittances(at=datetime(2026, 4, 1, 13, tzinfo=UTC)) == [issued]
    assert IssuedDocument.objects.filter(kind=Kind.REMITTANCE).count() == 1


def period(department: Tenant, **changes: Any) -> EarningsPeriod:
    officer = make_officer(department)
    work = WorkLine(
        department.id, "AB12", "Fair", "Constable", NOW, NOW + timedelta(hours=4), "America/Toronto", "OT1.5",
        200, 240, 9_000, 36_000, fee_cents=500,
    )  # fmt: skip
    base = EarningsPeriod(
        officer_id=officer.id,
        payer_tenant_id=department.id,
        currency="CAD",
        first_date=MARCH,
        last_date=date(2026, 3, 31),
        lines=Lines((work, work), (), (moved(department, "taken_back", 1_000), moved(department, "paid", 60_000))),
        opening_cents=500,
        closing_cents=11_500,
        taxes=(Tax("HST", 1300, "8 RT", 9_230),),
        officer_tax_numbers=("HST 8 RT",),
    )
    return replace(base, **changes)


def moved(payer: Tenant, kind: MoveKind, cents: int) -> Movement:
    return Movement(kind, payer.id, NOW, "AB11", cents)


def issued(asked: EarningsPeriod, kind: str) -> tuple[IssuedDocument, DocumentContent, str]:
    document = issue_period_document(period=asked, kind=kind, business_key=f"{kind}:{asked.officer_id}", at=NOW)
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(document.pdf)).pages).split())
    return document, DocumentContent.from_json(document.content), text


def test_a_self_billed_invoice_speaks_for_the_officer_and_carries_the_tax_that_is_known(department: Tenant) -> None:
    govern(department)
    asked = period(department)
    document, said, text = issued(asked, Kind.SELF_BILLED_INVOICE)
    assert (document.total_cents, document.officer_id, said.net_cents) == (80_230, asked.officer_id, 71_000)
    # What was paid is no part of an invoice; what was taken back is.
    assert [(part.term, [line.gross_cents for line in part.lines]) for part in said.sections] == [
        ("section_work", [36_000, 36_000]),
        ("section_corrections", [-1_000]),
    ]
    assert f"Issued by {department.name} on behalf of" in said.notes[0]
    assert "-SB-" in document.number
    for words in ("Self-billed invoice", "Less fees of CA$5.00", "Taken off what you earned", "AB11", "8 RT"):
        assert words in text


def test_a_statement_tells_what_was_owed_earned_paid_and_is_owed_and_payroll_apart(department: Tenant) -> None:
    govern(department)
    asked = period(department)
    asked = replace(asked, lines=replace(asked.lines, payroll=asked.lines.work[:1]))
    document, said, text = issued(asked, Kind.PERIOD_STATEMENT)
    _, account, payroll = said.sections
    assert [(total.term, total.cents) for total in account.totals] == [
        ("owed_before", 500),
        ("earned_in_period", 71_000),
        ("transferred_to_officer", -60_000),
        ("owed_at_end", 11_500),
    ]
    assert [total.cents for total in payroll.totals] == [36_000]
    assert document.total_cents == 71_000 + 36_000
    for words in ("Officer statement", "Owed to you at the end", "CA$115.00", "Sent to payroll"):
        assert words in text


def test_a_period_that_takes_back_more_than_it_earned_is_a_credit_note(department: Tenant) -> None:
    govern(department)
    lines = Lines((), (), (moved(department, "taken_back", 30_000),))
    asked = period(department, lines=lines, opening_cents=0, closing_cents=-30_000, taxes=())
    document, said, text = issued(asked, Kind.SELF_BILLED_INVOICE)
    assert (document.total_cents, said.taxes, said.net_cents) == (-30_000, (), None)
    assert "Self-billed credit note" in text
    assert "No tax is charged" in text
    _, statement, _ = issued(asked, Kind.PERIOD_STATEMENT)
    assert statement.sections[-1].totals[-1].cents == -30_000


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closing_cents": 11_501}, "closing_cents"),
        ({"opening_cents": 0}, "closing_cents"),
        ({"lines": Lines()}, "lines"),
        ({"lines": Lines((), (), (Movement("paid", UUID(int=1), NOW, "AB11", 5),))}, "lines"),
        ({"lines": Lines((), (), (Movement("earned", UUID(int=1), NOW, "AB11", -5),))}, "movements"),
        ({"last_date": date(2026, 2, 1)}, "last_date"),
    ],
)
def test_a_period_that_contradicts_itself_is_refused_and_takes_no_number(
    department: Tenant, changes: dict[str, Any], field: str
) -> None:
    govern(department)
    with pytest.raises(PeriodDoesNotAddUp) as refused:
        issue_period_document(
            period=period(department, **changes), kind=Kind.SELF_BILLED_INVOICE, business_key="x", at=NOW
        )
    assert refused.value.field == field
    assert not IssuedDocument.objects.filter(kind=Kind.SELF_BILLED_INVOICE).exists()
