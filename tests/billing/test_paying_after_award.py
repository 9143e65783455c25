"""Paid after the award: opened unpaid, asked, reminded, and at the deadline released without a charge."""

from datetime import timedelta

import pytest

from billing.bills import coverage
from billing.books.money import job_money
from billing.due import deadlines
from billing.models import Charge, PaymentDemand
from billing.receiving import checkout
from kernel.models import OutboxEvent
from marketplace.models import Assignment, Job
from marketplace.posting import withdraw_job
from marketplace.refusals import ShiftAlreadyStaffed
from tenants.models import Tenant
from tests.billing.paying import assign, refund_total, shift_of
from tests.billing.test_races import at_once
from tests.billing.test_settling import assert_books_agree
from tests.billing.world import World
from tests.factories.clients import govern
from tests.factories.venues import STARTS_AT
from tests.sandbox.running import Sandbox

AFTER_AWARD = {"due": "after_award", "deadline_hours_before_start": 48}
DEADLINE = STARTS_AT - timedelta(hours=48)


@pytest.fixture
def world(as_committing_worker: None, department: Tenant, sandbox: Sandbox, payment_settings: None) -> World:
    govern(department, payment=AFTER_AWARD)
    return World(department, sandbox)


def test_the_client_is_asked_when_an_officer_is_found_and_nobody_works_unpaid(world: World) -> None:
    contract = world.accepted()
    job, shift = contract.job, shift_of(contract.job)
    assert (shift.state, Job.objects.get(id=job.id).funded_at) == ("open", None)
    waiting = PaymentDemand.objects.get()
    # Before anybody is found there is nothing to ask for, but two hours before the start is the end of it.
    assert (waiting.state, waiting.deadline_at) == ("waiting", STARTS_AT - timedelta(hours=2))
    assignment = assign(world, shift)
    demand = PaymentDemand.objects.get()
    assert (demand.state, demand.amount_cents, demand.deadline_at) == ("asked", contract.total_cents, DEADLINE)
    with pytest.raises(ShiftAlreadyStaffed):
        withdraw_job(job=job, actor=world.requester.actor, at=world.now)
    page = world.start(contract)

    before = DEADLINE - timedelta(hours=24)
    assert deadlines.scan_reminders(at=before - timedelta(seconds=1)) == 0
    assert [deadlines.scan_reminders(at=before), deadlines.scan_reminders(at=before)] == [1, 0]
    assert deadlines.scan_deadlines(at=DEADLINE - timedelta(microseconds=1)) == 0
    assert [deadlines.scan_deadlines(at=DEADLINE), deadlines.scan_deadlines(at=DEADLINE)] == [1, 0]
    assignment.refresh_from_db()
    assert (assignment.state, shift_of(job).state, Job.objects.get(id=job.id).state) == (
        "called_off",
        "cancelled",
        "cancelled",
    )
    assert "did not pay in time" in assignment.ended_reason
    page.refresh_from_db()
    assert page.state == "expired"
    names = list(OutboxEvent.objects.filter(name__startswith="billing.payment").values_list("name", flat=True))
    assert sorted(names) == ["billing.payment_due", "billing.payment_missed", "billing.payment_reminded"]
    assert OutboxEvent.objects.filter(name="marketplace.assignment_released").count() == 1
    assert_books_agree(world, job)


def test_paid_in_time_the_deadline_passes_by(world: World) -> None:
    contract = world.accepted()
    assign(world, shift_of(contract.job))
    page = world.start(contract)
    # The message is lost: the deadline asks Stripe before it releases anybody.
    world.sandbox.control("faults", {"kind": "webhook_lost", "times": 0})
    assert world.press(page) == 303
    assert deadlines.scan_deadlines(at=DEADLINE) == 0
    assert PaymentDemand.objects.get().state == "paid"
    assert Job.objects.get(id=contract.job_id).funded_at == DEADLINE
    assert not Assignment.objects.exclude(state="confirmed").exists()
    assert coverage.due_cents(contract=contract) == 0


def test_a_deposit_opens_the_job_and_goes_back_when_the_rest_does_not_come(
    as_committing_worker: None, department: Tenant, sandbox: Sandbox, payment_settings: None
) -> None:
    govern(department, payment={"rules": [{"id": "deposit", **AFTER_AWARD, "deposit_basis_points": 2500}]})
    world = World(department, sandbox)
    contract = world.accepted()
    job = contract.job
    assert shift_of(job).state == "planned"
    deposit = world.pay(contract)
    assert deposit.amount_cents == (contract.total_cents + 2) // 4
    assert (shift_of(job).state, Job.objects.get(id=job.id).funded_at) == ("open", None)
    assign(world, shift_of(job))
    assert PaymentDemand.objects.get().amount_cents == contract.total_cents - deposit.amount_cents
    assert deadlines.scan_deadlines(at=DEADLINE) == 1
    world.relay()
    world.send()
    assert refund_total(world) == deposit.amount_cents
    assert job_money(job.id).prepaid_held_cents == 0
    assert_books_agree(world, job)


def test_a_payment_and_the_deadline_at_the_same_moment_leave_one_of_two_outcomes(world: World) -> None:
    """Both take the job's lock: paid and kept, or released and refunded whole; never released and charged."""
    contract = world.accepted()
    assign(world, shift_of(contract.job))
    page = world.start(contract)
    assert world.press(page) == 303
    demand = PaymentDemand.objects.get()
    results = at_once(
        lambda: checkout.refresh_session(charge_id=page.id, at=DEADLINE),
        lambda: checkout.refresh_session(charge_id=page.id, at=DEADLINE),
        lambda: deadlines.miss(demand_id=demand.id, at=DEADLINE),
    )
    assert results[:2] == ["succeeded", "succeeded"]
    world.relay()
    world.send()
    job, demand = Job.objects.get(id=contract.job_id), PaymentDemand.objects.get()
    assert (job.state, demand.state, refund_total(world)) in [
        ("contracted", "paid", 0),
        ("cancelled", "missed", contract.total_cents),
    ]
    assert Charge.objects.filter(state="succeeded").count() == 1
    assert_books_agree(world, job)


def test_agreed_after_the_deadline_it_is_paid_before_opening(
    as_worker: None, department: Tenant, sandbox: Sandbox
) -> None:
    govern(department, payment=AFTER_AWARD)
    world = World(department, sandbox)
    contract = world.offered()
    world.now = DEADLINE
    accepted = world.accept(contract)
    assert shift_of(accepted.job).state == "planned"
    assert not PaymentDemand.objects.exists()
