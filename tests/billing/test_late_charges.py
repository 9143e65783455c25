"""An overdue invoice is charged for by the agreed policy's late terms: once per term, and it keeps nobody waiting."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from billing.bills import coverage
from billing.books import ledger
from billing.books.chart import Kind
from billing.books.money import job_money
from billing.documents.content import DocumentContent
from billing.documents.late_invoice import issue_late_invoice
from billing.invoices import late_charges
from billing.models import Charge, Contract, Settlement, Transfer
from billing.receiving import charging
from departments.policy.examples import example
from kernel.models import OutboxEvent
from messaging.models import OutboundMessage
from notifications.payments import send_bill
from tenants.models import Tenant
from tests.documents.rows import HST, settled
from tests.factories.clients import govern
from tests.factories.venues import NOW

pytestmark = pytest.mark.usefixtures("as_worker")
TERMS = [
    {"more_than_days": 14, "per_position_cents": 2000},
    {"more_than_days": 30, "percent_basis_points": 150, "suspends": True},
    {"more_than_days": 30, "flat_cents": 500},
]


@pytest.fixture
def bill(department: Tenant) -> Charge:
    govern(department)
    settlement = settled(department, taxes=(HST,), paid=False)
    Settlement.objects.filter(id=settlement.id).update(drawn_cents=0)
    policy: dict[str, Any] = {**example("ontario"), "payment": {"late_terms": TERMS}}
    Contract.objects.filter(id=settlement.contract_id).update(policy=policy, way="invoice")
    cents, job = settlement.billed_cents, settlement.job
    with transaction.atomic():
        ledger.post(
            business_key=f"settlement:{settlement.id}", kind="settlement", description="A shift", currency=job.currency,
            job_id=job.id, at=NOW, legs=[ledger.debit(Kind.CLIENT_RECEIVABLE, cents, job.id),
                                         ledger.credit(Kind.PAYABLE_DEPARTMENT, cents, department.id)],
        )  # fmt: skip
    return Charge.objects.create(
        job=job, contract=settlement.contract, settlement=settlement, kind="invoice", state="open", amount_cents=cents,
        currency=job.currency, idempotency_key="bill", invoice_reference="in_1", payable_before=NOW, created_at=NOW,
    )  # fmt: skip


def arrive(charge: Charge) -> None:
    intent = {
        "id": f"pi_{charge.id}", "status": "succeeded", "amount_received": charge.amount_cents,
        "currency": charge.currency.lower(), "latest_charge": f"ch_{charge.id}", "payment_method": "pm_1",
    }  # fmt: skip
    charging.apply_payment_intent(charge_id=charge.id, intent=intent, at=NOW)


def test_each_term_is_charged_once_and_passed_on_when_it_is_paid(bill: Charge) -> None:
    heads = sum(bill.settlement.shift.positions.values_list("headcount", flat=True))  # type: ignore[union-attr]
    contract = coverage.accepted_contract(job_id=bill.job_id)
    assert contract is not None
    assert late_charges.scan_late(at=NOW + timedelta(days=14)) == 0
    assert [late_charges.scan_late(at=NOW + timedelta(days=days)) for days in (15, 16, 31, 90)] == [1, 0, 1, 0]
    first, second = Charge.objects.filter(late_of=bill).order_by("late_after_days")
    assert (first.amount_cents, second.amount_cents) == (2_000 * heads, bill.amount_cents * 150 // 10_000 + 500)
    assert ledger.balance(kind=Kind.CLIENT_RECEIVABLE, owner_id=bill.job_id, currency="CAD") == (
        bill.amount_cents + first.amount_cents + second.amount_cents
    )
    assert (coverage.due_cents(contract=contract), job_money(bill.job_id).identity_holds) == (0, True)
    # The work is paid although what its lateness costs stands open.
    arrive(bill)
    assert sum(Transfer.objects.values_list("amount_cents", flat=True)) == bill.amount_cents
    arrive(second)
    passed = Transfer.objects.get(late_charge=second)
    assert (passed.amount_cents, passed.payee_account.owner_kind) == (second.amount_cents, "department")
    assert passed.charge_id == second.id
    assert not Transfer.objects.filter(late_charge=first).exists()
    arrive(first)
    assert job_money(bill.job_id).identity_holds
    assert ledger.balance(kind=Kind.CLIENT_RECEIVABLE, owner_id=bill.job_id, currency="CAD") == 0


def test_a_late_charge_that_is_paid_first_pays_nobody_for_the_work(bill: Charge) -> None:
    late_charges.scan_late(at=NOW + timedelta(days=15))
    arrive(Charge.objects.get(late_of=bill))
    assert Transfer.objects.get().late_charge_id
    assert Settlement.objects.get().distributed_at is None


def test_it_is_an_invoice_of_its_own_without_tax_and_the_letter_says_why(bill: Charge) -> None:
    late_charges.scan_late(at=NOW + timedelta(days=15))
    late = Charge.objects.get(late_of=bill)
    document = issue_late_invoice(charge_id=late.id, at=NOW)
    said = DocumentContent.from_json(document.content)
    assert issue_late_invoice(charge_id=late.id, at=NOW).id == document.id
    assert (said.total_cents, said.net_cents, said.taxes) == (late.amount_cents, late.amount_cents, ())
    assert said.lines[0].details == ("More than 14 days past its due date",)
    assert (document.kind, document.settlement_id) == ("invoice", None)
    event = OutboxEvent.objects.get(name="billing.late_charged")
    send_bill(event=event, at=NOW)  # type: ignore[arg-type]
    assert "more than 14 days overdue" in OutboundMessage.objects.latest("id").text
