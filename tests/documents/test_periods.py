"""Remittances by calendar month where the payee is, and officers' periods that add up or are refused."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from billing.documents.content import DocumentContent, Tax
from billing.documents.remittance import issue_due_remittances, issue_remittance
from billing.documents.self_billing import EarningsPeriod, Netted, WorkLine, issue_period_document
from billing.models import Charge, IssuedDocument, PayeeAccount, Transfer
from billing.refusals_documents import PeriodDoesNotAddUp
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


def period(department: Tenant, **changes: object) -> EarningsPeriod:
    officer = make_officer(department)
    line = WorkLine("AB12", "Fair", "Constable, March 3", "OT1.5", 240, 240, 9_000, 36_000)
    base = EarningsPeriod(
        officer_id=officer.id,
        payer_tenant_id=department.id,
        currency="CAD",
        first_date=MARCH,
        last_date=date(2026, 3, 31),
        lines=(line, line),
        taxes=(Tax("HST", 1300, "8 RT", 9_360),),
        netted=(Netted("A refund of job AB12", 1_000),),
        total_cents=80_360,
    )
    return replace(base, **changes)


def test_a_self_billed_invoice_speaks_for_the_officer_and_shows_what_is_netted(department: Tenant) -> None:
    govern(department)
    asked = period(department)
    document = issue_period_document(period=asked, kind=Kind.SELF_BILLED_INVOICE, business_key="x", at=NOW)
    said = DocumentContent.from_json(document.content)
    assert (document.total_cents, document.officer_id) == (81_360, asked.officer_id)
    assert [(total.term, total.cents) for total in said.totals] == [
        ("total", 81_360),
        ("netted", -1_000),
        ("total_to_officer", 80_360),
    ]
    assert f"Issued by {department.name} on behalf of" in said.notes[0]
    assert "-SB-" in document.number
    statement = issue_period_document(period=asked, kind=Kind.PERIOD_STATEMENT, business_key="y", at=NOW)
    assert statement.total_cents == 80_360


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"total_cents": 80_361}, "total_cents"),
        ({"lines": ()}, "lines"),
        ({"netted": (Netted("x", 0),)}, "netted"),
        ({"netted": (Netted("x", 90_000),), "total_cents": -8_640}, "total_cents"),
        ({"last_date": date(2026, 2, 1)}, "last_date"),
    ],
)
def test_a_period_that_contradicts_itself_is_refused_and_takes_no_number(
    department: Tenant, changes: dict[str, object], field: str
) -> None:
    govern(department)
    with pytest.raises(PeriodDoesNotAddUp) as refused:
        issue_period_document(
            period=period(department, **changes), kind=Kind.SELF_BILLED_INVOICE, business_key="x", at=NOW
        )
    assert refused.value.field == field
    assert not IssuedDocument.objects.filter(kind=Kind.SELF_BILLED_INVOICE).exists()
