"""Cases, cancellations and disputes on paper, by the books of the packages that make them: no row is made up here."""

from datetime import date, timedelta

import pytest

from billing.contested import dispute_losses, disputes
from billing.documents.content import DocumentContent
from billing.documents.issuing import issue_invoice, issue_statement
from billing.documents.refunded import issue_for_refund
from billing.documents.remittance import issue_due_remittances, issue_remittance
from billing.models import Charge, Dispute, IssuedDocument, PayeeAccount, Refund, Settlement, Transfer, TransferReversal
from billing.periods.issuing import issue_ended_periods
from departments.policy.examples import example
from departments.policy.prices import ShiftPrice
from marketplace.models import Shift
from tenants.models import Tenant
from tests.billing.desk import Desk
from tests.billing.test_cancelling import cancel
from tests.billing.test_disputes import fetched
from tests.billing.test_refund_cases import give_back
from tests.factories.departments import SETTING_UP
from tests.factories.venues import NOW, STARTS_AT

Kind = IssuedDocument.Kind


@pytest.fixture
def payroll(as_worker: None, department: Tenant) -> Desk:
    return Desk(department)


@pytest.fixture
def direct(as_worker: None, department: Tenant) -> Desk:
    """Officers are paid directly; 10 % goes to the department."""
    return Desk(department, name="us", jurisdiction=example("ontario")["jurisdiction"], rank="officer")


def papers_of_refunds() -> list[IssuedDocument]:
    """What `billing.refund_done` leads to, for every refund that is done."""
    found: list[IssuedDocument] = []
    for refund in Refund.objects.filter(state="done").order_by("created_at", "id"):
        found += issue_for_refund(refund_id=refund.id, at=NOW)
    return found


def test_a_refund_case_credits_the_invoices_of_the_shifts_it_was_shared_over(payroll: Desk) -> None:
    first = payroll.settled(240, 240, days=2)
    second_shift = Shift.objects.get(job=first.job, number=2)
    payroll.world.work(second_shift, 180, rank_code=payroll.rank)
    second = payroll.finish(second_shift)
    payroll.send()
    case = give_back(first.job, 20_000)
    payroll.send()
    shared = {
        one.id: sum(share.amount_cents for share in case.shares.filter(settlement=one)) for one in (first, second)
    }
    notes = [one for one in papers_of_refunds() if one.kind == Kind.CREDIT_NOTE]
    assert {one.settlement_id: -one.total_cents for one in notes} == shared
    for settlement in (first, second):
        [note] = [one for one in notes if one.settlement_id == settlement.id]
        said, price = DocumentContent.from_json(note.content), ShiftPrice.from_json(settlement.price)
        tax_cents = sum(tax.cents for tax in said.taxes)
        assert abs(tax_cents - price.tax_cents * -note.total_cents / price.gross_cents) < 1
        assert (said.net_cents or 0) + tax_cents == -note.total_cents
    # All the rest: the notes of a shift take its net and each of its taxes exactly.
    give_back(first.job, first.billed_cents + second.billed_cents - 20_000)
    payroll.send()
    papers_of_refunds()
    for settlement in (first, second):
        every = IssuedDocument.objects.filter(kind=Kind.CREDIT_NOTE, settlement=settlement)
        taxes = [tax.cents for note in every for tax in DocumentContent.from_json(note.content).taxes]
        assert sum(taxes) == ShiftPrice.from_json(settlement.price).tax_cents
        assert -sum(note.total_cents for note in every) == settlement.billed_cents


def test_a_cancellation_is_invoiced_and_the_rest_is_receipted(direct: Desk) -> None:
    contract = direct.paid(officers=1)
    [assignment] = direct.staff(contract.job, 1)
    offer = cancel(direct, contract.job, at=STARTS_AT - timedelta(hours=2))
    direct.send()
    settlement = Settlement.objects.get()
    invoice = issue_invoice(settlement_id=settlement.id, at=NOW)
    assert invoice is not None
    assert invoice.total_cents == offer.cents > 0
    [receipt] = papers_of_refunds()
    assert (receipt.kind, receipt.total_cents) == (Kind.RECEIPT, offer.cents - contract.total_cents)
    assert receipt.content["title"] == "title_refund"
    # Nobody worked: the officer's papers say what the matrix pays, with no hours.
    issue_statement(settlement_id=settlement.id, assignment_id=assignment.id, at=NOW)
    assert issue_ended_periods(at=NOW + timedelta(days=90)) == 1
    work = DocumentContent.from_json(IssuedDocument.objects.get(kind=Kind.SELF_BILLED_INVOICE).content).sections[0]
    assert [(line.worked_minutes, line.gross_cents > 0) for line in work.lines] == [(0, True)]


def test_a_lost_dispute_makes_no_paper_and_spoils_no_later_one(direct: Desk) -> None:
    settlement = direct.settled(180)
    [unused] = Refund.objects.all()
    # The client's bank takes back less than what was prepaid and not used.
    taken = {**fetched(Charge.objects.get(), "lost"), "amount": 300}
    taken["balance_transactions"] = [{"id": "txn_taken", "amount": -300, "fee": 1_500}]
    disputes.apply(fetched=taken, at=NOW)
    dispute = Dispute.objects.get()
    dispute_losses.decide_loss(
        dispute_id=dispute.id, borne_by="platform", reason="The bank said so.", actor=SETTING_UP, at=NOW
    )
    dispute.refresh_from_db()
    assert dispute.prepaid_cents == 300 < unused.amount_cents
    assert papers_of_refunds() == []
    direct.send()
    [receipt] = papers_of_refunds()
    assert (receipt.kind, receipt.total_cents) == (Kind.RECEIPT, 300 - unused.amount_cents)
    give_back(settlement.job, 1_000)
    direct.send()
    papers_of_refunds()
    # A case of a shift that was billed is credited whole, also after the bank has given unbilled money back.
    assert [one.total_cents for one in IssuedDocument.objects.filter(kind=Kind.CREDIT_NOTE)] == [-1_000]
    assert IssuedDocument.objects.filter(kind=Kind.RECEIPT).count() == 1


def test_what_was_taken_back_stands_in_the_remittance_with_its_tax(payroll: Desk) -> None:
    settlement = payroll.settled(240, 240)
    payroll.send()
    for cents in (10_001, settlement.billed_cents - 10_001):
        give_back(settlement.job, cents)
        payroll.send()
    transfer, month = Transfer.objects.get(), date(NOW.year, NOW.month, 1)
    assert PayeeAccount.objects.get(id=transfer.payee_account_id).owner_id == payroll.department.id
    reversed_cents = sum(TransferReversal.objects.filter(state="done").values_list("amount_cents", flat=True))
    assert reversed_cents == transfer.amount_cents
    # The second part is taken back a month later.
    late = TransferReversal.objects.latest("id")
    TransferReversal.objects.filter(id=late.id).update(done_at=NOW + timedelta(days=31))
    next_month = (month + timedelta(days=32)).replace(day=1)
    first, second = (
        issue_remittance(owner_kind="department", owner_id=payroll.department.id, currency="CAD", month=one, at=NOW)
        for one in (month, next_month)
    )
    assert first is not None
    assert second is not None
    assert (first.total_cents, second.total_cents) == (late.amount_cents, -late.amount_cents)
    lines = [line for one in (first, second) for line in DocumentContent.from_json(one.content).lines]
    assert len(lines) == 3
    assert lines[0].tax_cents > 0 > lines[1].tax_cents
    assert sum(line.tax_cents for line in lines) == sum(line.net_cents for line in lines) == 0


def test_a_month_in_which_money_was_only_taken_back_has_its_remittance(payroll: Desk) -> None:
    settlement = payroll.settled(240)
    payroll.send()
    give_back(settlement.job, 5_000)
    payroll.send()
    Transfer.objects.update(done_at=NOW - timedelta(days=80))
    [issued] = issue_due_remittances(at=NOW + timedelta(days=31))
    assert issued.total_cents < 0


def test_what_was_taken_off_before_it_was_sent_takes_its_tax_with_it(payroll: Desk) -> None:
    settlement = payroll.settled(240)
    give_back(settlement.job, settlement.billed_cents // 2)
    payroll.send()
    [cancelled, sent] = Transfer.objects.order_by("id")
    assert (cancelled.state, sent.state) == ("cancelled", "done")
    issued = issue_remittance(
        owner_kind="department", owner_id=payroll.department.id, currency="CAD", month=NOW.date().replace(day=1), at=NOW
    )
    assert issued is not None
    [line] = DocumentContent.from_json(issued.content).lines
    whole = ShiftPrice.from_json(settlement.price).supplier_tax_cents
    assert abs(line.tax_cents - whole * sent.amount_cents / settlement.supplier_cents) <= 1
