"""A saved card: held shortly before the shift, the approved hours captured, the rest given back."""

from datetime import timedelta

from billing.agreeing import contracts
from billing.books import ledger
from billing.books.chart import Kind
from billing.cards import hold_scans
from billing.due import deadlines
from billing.listening import sweeping
from billing.models import Charge, Contract, HoldEnding, PaymentDemand
from kernel.models import OutboxEvent
from marketplace.models import Assignment, Job
from tests.billing.paying import assign, save_card, shift_of, trust
from tests.billing.test_settling import FOUR_HOURS, assert_books_agree
from tests.billing.world import World
from tests.factories.venues import STARTS_AT

A_DAY_BEFORE = STARTS_AT - timedelta(hours=24)


def accepted_with_card(world: World, outcome: str = "pay") -> Contract:
    contract = world.offered()
    trust(world, contract)
    accepted = contracts.accept_contract(
        contract_id=contract.id, person=world.requester.person, actor=world.requester.actor, at=world.now,
        way="card_on_file",
    )  # fmt: skip
    assert shift_of(accepted.job).state == "planned"
    save_card(world, outcome=outcome)
    assert shift_of(accepted.job).state == "open"
    return accepted


def held(world: World, contract: Contract) -> Charge:
    """Time passes to a day before the start, and the card is held."""
    assign(world, shift_of(contract.job))
    assert hold_scans.scan_holds(at=A_DAY_BEFORE - timedelta(seconds=1)) == 0
    world.advance(seconds=int((A_DAY_BEFORE - world.now).total_seconds()))
    assert [hold_scans.scan_holds(at=world.now), hold_scans.scan_holds(at=world.now)] == [1, 0]
    world.send()
    return Charge.objects.get(kind="hold")


def work(world: World, contract: Contract, *minutes: int) -> None:
    Assignment.objects.all().update(state="called_off")
    world.work(shift_of(contract.job), *minutes)


def test_the_approved_hours_are_captured_and_the_rest_is_given_back(ontario: World) -> None:
    contract = accepted_with_card(ontario)
    job = contract.job
    ontario.onboard_department()
    hold = held(ontario, contract)
    assert (hold.state, hold.amount_cents) == ("authorised", contract.total_cents)
    # Visa's merchant holds: four days and eighteen hours.
    assert hold.capture_before is not None
    assert timedelta(days=4, hours=17) < hold.capture_before - ontario.now <= timedelta(days=4, hours=18, minutes=1)
    work(ontario, contract, FOUR_HOURS, 100)
    settlement = ontario.settle(shift_of(job))
    assert settlement.billed_cents < contract.total_cents
    assert settlement.distributed_at is None
    ontario.send()
    hold.refresh_from_db()
    settlement.refresh_from_db()
    assert (hold.state, hold.amount_cents) == ("succeeded", settlement.billed_cents)
    assert settlement.distributed_at == ontario.now
    ontario.send()
    assert ontario.refunds() == []
    assert sum(transfer.amount for transfer in ontario.transfers()) == settlement.supplier_cents
    # Two balance transactions of one source; the fee is the sum over both.
    assert sweeping.fetch_missing_fees(at=ontario.now + timedelta(minutes=2)) == 1
    hold.refresh_from_db()
    movements = ontario.sandbox.stripe().v1.balance_transactions.list({"source": hold.charge_reference}).data
    assert len(movements) == 2
    assert hold.processing_fee_cents == sum(one.fee for one in movements) > 0
    assert ledger.balance(kind=Kind.CLIENT_RECEIVABLE, owner_id=job.id, currency="CAD") == 0
    assert_books_agree(ontario, job)


def test_hours_above_the_hold_are_a_second_charge_and_nobody_is_paid_before_both(ontario: World) -> None:
    contract = accepted_with_card(ontario)
    ontario.onboard_department()
    hold = held(ontario, contract)
    work(ontario, contract, 300, FOUR_HOURS)
    settlement = ontario.settle(shift_of(contract.job))
    extra = Charge.objects.get(kind="off_session")
    assert extra.amount_cents == settlement.billed_cents - contract.total_cents
    ending = HoldEnding.objects.get()
    assert (ending.kind, ending.amount_cents) == ("capture", contract.total_cents)
    # The capture's answer is lost after Stripe has done it: it is found again, not taken twice.
    ontario.fault(f"/v1/payment_intents/{hold.intent_reference}/capture", "500_after_commit", times=1)
    ontario.send()
    settlement.refresh_from_db()
    assert settlement.distributed_at is None
    ontario.advance(seconds=600)
    ontario.send()
    settlement.refresh_from_db()
    assert settlement.distributed_at == ontario.now
    ontario.send()
    sweeping.fetch_missing_fees(at=ontario.now + timedelta(minutes=2))
    assert_books_agree(ontario, contract.job)


def test_a_refused_card_leads_to_the_hosted_page_and_its_deadline_releases_the_officers(ontario: World) -> None:
    contract = accepted_with_card(ontario, outcome="pay")
    # What the saved card stands for refuses from now on.
    client = contract.job.client
    client.refresh_from_db()
    declined = ontario.sandbox.stripe().v1.payment_methods.attach(
        "pm_card_chargeCustomerFail", {"customer": client.stripe_customer_reference}
    )
    client.saved_cards.update(payment_method_reference=declined.id)
    hold = held(ontario, contract)
    assert hold.state == "failed"
    demand = PaymentDemand.objects.get()
    assert (demand.state, demand.amount_cents) == ("asked", contract.total_cents)
    assert demand.deadline_at == ontario.now + timedelta(hours=12)
    page = ontario.start(contract)
    assert page.amount_cents == contract.total_cents
    assert deadlines.scan_deadlines(at=demand.deadline_at) == 1
    assert Job.objects.get(id=contract.job_id).state == "cancelled"
    assert not Assignment.objects.exclude(state="called_off").exists()
    assert hold_scans.scan_holds(at=demand.deadline_at) == 0
    assert_books_agree(ontario, contract.job)


def test_a_hold_that_is_not_needed_is_cancelled_and_one_that_lapses_is_taken(ontario: World) -> None:
    contract = accepted_with_card(ontario)
    hold = held(ontario, contract)
    assert hold.capture_before is not None
    late = hold.capture_before - timedelta(hours=24)
    assert [hold_scans.scan_lapsing(at=late), hold_scans.scan_lapsing(at=late)] == [1, 0]
    assert OutboxEvent.objects.filter(name="billing.hold_lapsing").count() == 1
    ontario.advance(seconds=int((hold.capture_before - timedelta(hours=2) - ontario.now).total_seconds()))
    hold_scans.scan_lapsing(at=ontario.now)
    ontario.send()
    hold.refresh_from_db()
    assert (hold.state, hold.amount_cents) == ("succeeded", contract.total_cents)
    # The hours come at last: what was taken too much goes back.
    work(ontario, contract, FOUR_HOURS)
    settlement = ontario.settle(shift_of(contract.job))
    ontario.send()
    assert [refund.amount for refund in ontario.refunds()] == [contract.total_cents - settlement.billed_cents]
    sweeping.fetch_missing_fees(at=ontario.now + timedelta(minutes=2))
    assert_books_agree(ontario, contract.job)


def test_nobody_came_so_the_hold_is_given_back(ontario: World) -> None:
    contract = accepted_with_card(ontario)
    hold = held(ontario, contract)
    work(ontario, contract, 0, 0)
    assert ontario.settle(shift_of(contract.job)).billed_cents == 0
    ontario.send()
    hold.refresh_from_db()
    assert (hold.state, Charge.objects.filter(state="succeeded").count()) == ("cancelled", 0)
    assert_books_agree(ontario, contract.job)
