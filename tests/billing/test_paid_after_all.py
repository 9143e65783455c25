"""Money that comes where nobody waits for it any more: what was written off, what never went through Stripe, and the
same bill paid twice."""

from datetime import timedelta

import pytest
import stripe

from billing.books import money
from billing.books.chart import Kind
from billing.books.ledger import balance
from billing.books.money import job_money
from billing.cards.hold_moves import Captures
from billing.contested import freezing
from billing.giving_back import refunding
from billing.invoices import invoice_outcomes
from billing.listening import sweeping
from billing.models import (
    Charge,
    ClientCredit,
    Contract,
    HoldEnding,
    PayeeAccount,
    ReconciliationDay,
    Refund,
    Transfer,
    WorkItem,
)
from billing.paying_out.transferring import request_body
from billing.reconciliation.refused_moves import check_refused
from billing.refusals.ways import NothingToPayBack, NothingToWriteOff
from kernel.models import OutboxEvent
from tests.billing.paying import refund_total, shift_of
from tests.billing.test_card_on_file import accepted_with_card, held, work
from tests.billing.test_invoices_and_debits import invoiced, pay_invoice
from tests.billing.test_settling import FOUR_HOURS, assert_books_agree
from tests.billing.world import World
from tests.factories.departments import SETTING_UP


def written_off(world: World) -> Charge:
    bill = invoiced(world)
    assert bill.payable_before is not None
    world.advance(days=95)
    invoice_outcomes.scan_overdue(at=world.now)
    invoice_outcomes.write_off(charge_id=bill.id, reason="Bankrupt.", actor=SETTING_UP, at=world.now)
    assert job_money(bill.job_id).written_off_cents == bill.amount_cents
    return bill


def assert_paid_once(world: World, bill: Charge) -> None:
    world.send()
    after = job_money(bill.job_id)
    assert (after.written_off_cents, after.unbilled_cents, after.receivable_cents) == (0, 0, 0)
    assert balance(kind=Kind.BAD_DEBT_EXPENSE, owner_id=None, currency="CAD") == 0
    assert bill.settlement is not None
    assert sum(transfer.amount for transfer in world.transfers()) == bill.settlement.supplier_cents
    assert_books_agree(world, bill.job)
    assert money.platform_money() == [after]


def test_a_written_off_invoice_that_is_paid_counts_once_and_pays_its_payees(ontario: World) -> None:
    bill = written_off(ontario)
    pay_invoice(ontario, bill)
    assert_paid_once(ontario, bill)
    assert ClientCredit.objects.get().suspended_at is None


def test_a_sent_invoice_is_void_once_a_page_for_the_same_hours_is_paid(ontario: World) -> None:
    bill = written_off(ontario)
    page = ontario.pay(Contract.objects.get(job=bill.job))
    assert page.amount_cents == bill.amount_cents
    with pytest.raises(NothingToWriteOff):
        invoice_outcomes.write_off(charge_id=bill.id, reason="Again.", actor=SETTING_UP, at=ontario.now)
    invoice_outcomes.scan_invoices(at=ontario.now)
    bill.refresh_from_db()
    at_stripe = ontario.sandbox.stripe().v1.invoices.retrieve(bill.invoice_reference).status
    assert (bill.state, at_stripe) == ("cancelled", "void")
    assert_paid_once(ontario, bill)
    assert ClientCredit.objects.get().suspended_at is None


def test_the_second_payment_goes_back_by_hand_where_it_came_outside_of_stripe(ontario: World) -> None:
    bill = written_off(ontario)
    ontario.pay(Contract.objects.get(job=bill.job))
    ontario.sandbox.stripe().v1.invoices.pay(bill.invoice_reference, {"paid_out_of_band": True})
    invoice_outcomes.refresh_invoice(charge_id=bill.id, at=ontario.now)
    ontario.send()
    by_hand = Refund.objects.get(charge=bill)
    assert (by_hand.state, by_hand.last_error) == ("held", freezing.PAID_OUTSIDE)
    assert OutboxEvent.objects.filter(name="billing.move_failed", payload__kind="refund").count() == 1
    refunding.record_paid_back(refund_id=by_hand.id, proof="E-77", actor=SETTING_UP, at=ontario.now)
    with pytest.raises(NothingToPayBack):
        refunding.record_paid_back(refund_id=by_hand.id, proof="E-77", actor=SETTING_UP, at=ontario.now)
    left = bill.amount_cents - by_hand.amount_cents
    assert balance(kind=Kind.PLATFORM_BANK, owner_id=None, currency="CAD") == left
    assert refund_total(ontario) == left
    assert "source_transaction" not in request_body(Transfer(charge=by_hand.charge, payee_account=PayeeAccount()))
    after = job_money(bill.job_id)
    assert after.identity_holds
    assert (after.captured_cents, after.refunded_cents) == (2 * bill.amount_cents, bill.amount_cents)
    assert after.prepaid_held_cents == 0


def test_a_refused_capture_is_asked_again_and_is_work_until_it_is_done(ontario: World) -> None:
    contract = accepted_with_card(ontario)
    ontario.onboard_department()
    held(ontario, contract)
    work(ontario, contract, FOUR_HOURS, FOUR_HOURS)
    ontario.settle(shift_of(contract.job))
    ending = HoldEnding.objects.get()
    refusal = stripe.InvalidRequestError("The account is under review.", None)
    day = ReconciliationDay.objects.create(date=ontario.now.date(), started_at=ontario.now)
    for _ in range(2):
        Captures().refuse(ending.id, refusal, ontario.now)
    assert OutboxEvent.objects.filter(name="billing.move_failed", payload__kind="capture").count() == 1
    assert [check_refused(day=day, at=ontario.now) for _ in range(2)] == [1, 0]
    item = WorkItem.objects.get()
    assert "under review" in item.cause
    assert item.amount_cents == contract.total_cents
    assert ontario.send() == 0
    ontario.advance(hours=1)
    ontario.send()
    ending.refresh_from_db()
    assert (ending.state, ending.idempotency_key) == ("done", f"capture:{ending.charge_id}#2")
    assert check_refused(day=day, at=ontario.now) == 0
    item.refresh_from_db()
    assert item.state == "resolved"
    sweeping.fetch_missing_fees(at=ontario.now + timedelta(minutes=2))
    assert_books_agree(ontario, contract.job)
