"""Invoices with days to pay, and bank debits: money that comes later, or not, and pays nobody before it is there."""

from datetime import timedelta

import pytest

from billing.agreeing import contracts
from billing.agreeing.choosing import exposure_cents
from billing.books.chart import Kind
from billing.books.ledger import balance
from billing.books.money import job_money
from billing.invoices import invoice_outcomes
from billing.listening import sweeping
from billing.models import Charge, ClientCredit, Contract
from billing.receiving import checkout
from billing.refusals import AlreadyPaid
from billing.refusals.ways import (
    CreditExceeded,
    CreditSuspended,
    NothingToWriteOff,
)
from kernel.models import OutboxEvent
from marketplace.models import Job
from tests.billing.paying import shift_of, trust
from tests.billing.test_races import at_once
from tests.billing.test_settling import FOUR_HOURS, assert_books_agree
from tests.billing.world import World
from tests.factories.departments import SETTING_UP
from tests.factories.venues import STARTS_AT, job_terms, shift_terms


def accept(world: World, contract: Contract, way: str = "invoice") -> Contract:
    return contracts.accept_contract(
        contract_id=contract.id, person=world.requester.person, actor=world.requester.actor, at=world.now, way=way
    )


def invoiced(world: World) -> Charge:
    """A shift worked by a client with credit, its invoice sent."""
    contract = world.offered()
    trust(world, contract)
    accept(world, contract)
    assert shift_of(contract.job).state == "open"
    world.onboard_department()
    world.work(shift_of(contract.job), FOUR_HOURS, FOUR_HOURS)
    world.settle(shift_of(contract.job))
    world.send()
    return Charge.objects.select_related("settlement").get(kind="invoice")


def pay_invoice(world: World, bill: Charge) -> None:
    world.sandbox.stripe().v1.invoices.pay(bill.invoice_reference, {"payment_method": "pm_card_visa"})
    invoice_outcomes.refresh_invoice(charge_id=bill.id, at=world.now)


def test_an_invoice_pays_nobody_until_it_is_paid(ontario: World) -> None:
    # The second of the four calls dies after Stripe has done it: the draft is found and finished, not made twice.
    ontario.fault("/v1/invoiceitems", "500_after_commit", times=1)
    bill = invoiced(ontario)
    assert bill.state == "unknown"
    ontario.advance(seconds=600)
    ontario.send()
    bill.refresh_from_db()
    listed = ontario.sandbox.stripe().v1.invoices.list({}).data
    assert [(one.status, one.amount_due, one.collection_method) for one in listed] == [
        ("open", bill.amount_cents, "send_invoice")
    ]
    assert (bill.state, bill.pay_url) == ("open", listed[0].hosted_invoice_url)
    assert bill.payable_before is not None
    assert timedelta(days=29, hours=23) < bill.payable_before - ontario.now <= timedelta(days=30)
    assert balance(kind=Kind.CLIENT_RECEIVABLE, owner_id=bill.job_id, currency="CAD") == bill.amount_cents
    assert job_money(bill.job_id).identity_holds
    assert ontario.transfers() == []
    pay_invoice(ontario, bill)
    ontario.send()
    assert bill.settlement is not None
    assert sum(transfer.amount for transfer in ontario.transfers()) == bill.settlement.supplier_cents
    assert balance(kind=Kind.CLIENT_RECEIVABLE, owner_id=bill.job_id, currency="CAD") == 0
    assert_books_agree(ontario, bill.job)


def test_overdue_suspends_by_itself_and_payment_lifts_it(ontario: World) -> None:
    bill = invoiced(ontario)
    assert bill.payable_before is not None
    assert invoice_outcomes.scan_overdue(at=bill.payable_before - timedelta(seconds=1)) == 0
    assert [invoice_outcomes.scan_overdue(at=bill.payable_before) for _ in range(2)] == [1, 0]
    other = ontario.offered()
    with pytest.raises(CreditSuspended, match="overdue"):
        accept(ontario, other)
    assert accept(ontario, other, way="prepaid").way == "prepaid"
    pay_invoice(ontario, bill)
    assert ClientCredit.objects.get().suspended_at is None
    names = OutboxEvent.objects.filter(name__startswith="billing.credit").order_by("id").values_list("name", flat=True)
    assert list(names) == ["billing.credit_suspended", "billing.credit_lifted"]


def test_a_write_off_is_the_platforms_bad_debt_and_pays_nobody(ontario: World) -> None:
    bill = invoiced(ontario)
    assert bill.payable_before is not None
    with pytest.raises(NothingToWriteOff):
        invoice_outcomes.write_off(charge_id=bill.id, reason="?", actor=SETTING_UP, at=ontario.now)
    late = bill.payable_before + timedelta(days=60)
    invoice_outcomes.scan_overdue(at=late)
    invoice_outcomes.write_off(charge_id=bill.id, reason="Bankrupt.", actor=SETTING_UP, at=late)
    with pytest.raises(NothingToWriteOff):
        invoice_outcomes.write_off(charge_id=bill.id, reason="Again.", actor=SETTING_UP, at=late)
    assert balance(kind=Kind.BAD_DEBT_EXPENSE, owner_id=None, currency="CAD") == bill.amount_cents
    assert job_money(bill.job_id).identity_holds
    assert (ontario.send(), ontario.transfers()) == (0, [])
    assert ClientCredit.objects.get().suspended_at is not None


def test_the_limit_counts_what_is_contracted_and_two_at_once_cannot_share_one_rest(ontario: World) -> None:
    first, second = ontario.offered(), ontario.offered()
    trust(ontario, first, limit_cents=first.total_cents + 100)
    results = at_once(lambda: accept(ontario, first), lambda: accept(ontario, second))
    assert {type(result) for result in results} == {Contract, CreditExceeded}
    assert exposure_cents(trusted=ClientCredit.objects.get()) == first.total_cents
    refused = next(result for result in results if isinstance(result, CreditExceeded))
    assert refused.numbers["free_cents"] == 100


@pytest.mark.parametrize(("outcome", "state"), [("bank", "succeeded"), ("bank_fails", "failed")])
def test_a_bank_debit_opens_the_job_when_the_bank_has_paid_and_not_before(
    ontario: World, outcome: str, state: str
) -> None:
    starts_at = STARTS_AT + timedelta(days=14)
    contract = ontario.accepted(job_terms(shifts=(shift_terms(starts_at=starts_at),)))
    page = ontario.start(contract)
    assert ontario.press(page, outcome) == 303
    assert checkout.refresh_session(charge_id=page.id, at=ontario.now) == "processing"
    with pytest.raises(AlreadyPaid):
        ontario.start(contract)
    assert shift_of(contract.job).state == "planned"
    ontario.advance(days=5)
    sweeping.refresh_debits(at=ontario.now)
    page.refresh_from_db()
    assert (page.kind, page.state) == ("debit", state)
    paid = state == "succeeded"
    assert shift_of(contract.job).state == ("open" if paid else "planned")
    assert OutboxEvent.objects.filter(name="billing.debit_failed").count() == (not paid)
    if not paid:
        assert ontario.start(contract).amount_cents == contract.total_cents
    sweeping.fetch_missing_fees(at=ontario.now + timedelta(minutes=2))
    assert_books_agree(ontario, Job.objects.get(id=contract.job_id))


def test_close_to_the_start_only_cards_are_offered(ontario: World) -> None:
    soon = job_terms(shifts=(shift_terms(starts_at=STARTS_AT - timedelta(days=3)),))
    page = ontario.start(ontario.accepted(soon))
    assert page.request_body["excluded_payment_method_types"] == ["acss_debit"]
    assert ontario.press(page, "bank") == 400
