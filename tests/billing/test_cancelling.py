"""Cancelling costs what the contract's own matrix says, to the cent, and nothing else: in every state of a shift."""

from datetime import timedelta

import pytest
from django.db import transaction

from billing.books import ledger_verification
from billing.books.money import job_money
from billing.giving_back import cancelling
from billing.models import Cancellation, Contract, Refund, Settlement, Transfer
from billing.refusals.disputes import CancellationPriceChanged, JobNotCancellable
from departments.policy.examples import example
from kernel.errors import InvalidInput
from kernel.models import OutboxEvent
from marketplace.cancelling import without_cancelled
from marketplace.models import Assignment, Bid, Job, Officer, Shift
from marketplace.refusals_cancelling import NothingToCancel, ShiftHasBegun
from marketplace.releasing import on_shift_vacated
from marketplace.shifts import begin_shift
from marketplace.terms import JobTerms
from messaging.models import OutboundMessage
from notifications.officer import tell_ended_bids
from tenants.models import Tenant
from tests.billing.desk import Desk
from tests.factories.departments import SETTING_UP
from tests.factories.venues import STARTS_AT, shift_terms

A_DAY_BEFORE = STARTS_AT - timedelta(hours=24)
THREE_DAYS_BEFORE = STARTS_AT - timedelta(days=3)
HOURLY_CENTS = 10_975


@pytest.fixture
def desk(as_worker: None, department: Tenant) -> Desk:
    return Desk(department)


def cancel(desk: Desk, job: Job, *, by: str = "client", at=A_DAY_BEFORE, shift_ids=None):  # type: ignore[no-untyped-def]
    offer = cancelling.quote_cancellation(job=job, shift_ids=shift_ids, cancelled_by=by, at=at)
    cancelling.cancel(
        job=job,
        shift_ids=shift_ids,
        cancelled_by=by,
        reason="The event is off.",
        expected_cents=offer.cents,
        actor=desk.requester.actor,
        at=at,
    )
    desk.check()
    return offer


def test_a_late_cancellation_costs_the_row_that_fits_and_the_rest_goes_back(desk: Desk) -> None:
    contract = desk.paid(officers=2)
    assignments = desk.staff(contract.job, 2)
    offer = cancel(desk, contract.job)
    # Three hours for each of two officers, tax in the rate; the service fee is 5 % of the net, plus 13 %.
    supplier = 2 * 3 * HOURLY_CENTS
    settlement = Settlement.objects.get()
    assert settlement.supplier_cents == supplier
    assert (
        offer.cents
        == settlement.billed_cents
        == supplier + settlement.service_fee_cents + (settlement.service_fee_tax_cents)
    )
    assert offer.shifts[0].rule is not None
    assert offer.shifts[0].rule.notice_less_than_minutes == 48 * 60
    assert [refund.amount_cents for refund in Refund.objects.all()] == [contract.total_cents - offer.cents]
    assert [transfer.amount_cents for transfer in Transfer.objects.all()] == [supplier]
    assert {line.pay_cents for line in settlement.payroll_lines.all()} == {3 * 7_850}
    job, shift = Job.objects.get(), Shift.objects.get()
    assert (job.state, shift.state, shift.finished_at) == ("cancelled", "cancelled", A_DAY_BEFORE)
    for assignment in assignments:
        assignment.refresh_from_db()
        assert (assignment.state, assignment.ended_reason) == (
            "called_off",
            "The client cancelled this shift. The event is off.",
        )
    assert OutboxEvent.objects.filter(name="marketplace.assignment_released").count() == 2
    desk.send()
    money = job_money(job.id)
    assert money.identity_holds
    assert money.prepaid_held_cents == 0
    assert ledger_verification.verify() == []


@pytest.mark.parametrize("by", ["department", "weather", "police_necessity"])
def test_who_cancels_decides_which_row_fits(desk: Desk, by: str) -> None:
    contract = desk.paid()
    desk.staff(contract.job, 2)
    assert cancel(desk, contract.job, by=by).cents == 0
    assert Refund.objects.get().amount_cents == contract.total_cents
    assert Cancellation.objects.get().cancelled_by == by
    assert not Transfer.objects.exists()


def test_a_shift_that_began_without_anybody_costs_nothing_to_cancel(desk: Desk) -> None:
    contract = desk.paid(officers=2)
    offer = cancel(desk, contract.job, at=STARTS_AT + timedelta(minutes=30))
    assert (offer.cents, Refund.objects.get().amount_cents) == (0, contract.total_cents)


def test_in_time_it_costs_nothing_and_exactly_the_limit_is_in_time(desk: Desk) -> None:
    contract = desk.paid()
    quote = cancelling.quote_cancellation
    limit = STARTS_AT - timedelta(hours=48)
    assert quote(job=contract.job, shift_ids=None, cancelled_by="client", at=limit).cents == 0
    late = quote(job=contract.job, shift_ids=None, cancelled_by="client", at=limit + timedelta(seconds=1))
    assert late.cents > 0
    assert (Settlement.objects.count(), Shift.objects.get().state) == (0, "open")


def test_one_date_of_two_leaves_the_other_untouched(desk: Desk) -> None:
    contract = desk.paid(days=2)
    first, second = Shift.objects.filter(job=contract.job).order_by("number")
    offer = cancel(desk, contract.job, shift_ids=[first.id])
    assert not offer.is_whole_job
    second.refresh_from_db()
    assert (second.state, Job.objects.get().state) == ("open", "contracted")
    # What the second date has prepaid stays.
    desk.send()
    assert job_money(contract.job_id).unbilled_cents == contract.total_cents // 2
    desk.world.work(second, 240, 240)
    desk.finish(second)
    desk.send()
    money = job_money(contract.job_id)
    assert (money.identity_holds, money.prepaid_held_cents, Job.objects.get().state) == (True, 0, "contracted")
    terms = JobTerms.from_json(Contract.objects.get().terms)
    assert [one.starts_at for one in without_cancelled(job=contract.job, terms=terms).shifts] == [second.starts_at]


def test_what_is_agreed_and_not_paid_costs_nothing(desk: Desk) -> None:
    contract = desk.accepted()
    assert cancel(desk, contract.job).cents == 0
    assert (Job.objects.get().state, Settlement.objects.get().billed_cents, Refund.objects.count()) == (
        "cancelled", 0, 0,
    )  # fmt: skip
    with pytest.raises(JobNotCancellable):
        cancel(desk, Job.objects.get())


def test_a_request_without_a_contract_is_cancelled_for_nothing(desk: Desk) -> None:
    job = desk.approved()
    assert cancel(desk, job, by="department").cents == 0
    assert (Job.objects.get().state, Settlement.objects.count()) == ("cancelled", 0)


def test_one_date_of_a_request_without_a_contract_is_changed_rather_than_cancelled(desk: Desk) -> None:
    job = desk.approved(days=2)
    with pytest.raises(JobNotCancellable):
        cancel(desk, job, shift_ids=[job.shifts.get(number=1).id])
    assert set(job.shifts.values_list("state", flat=True)) == {"planned"}


def test_the_price_that_was_shown_is_the_price(desk: Desk) -> None:
    """Shown a minute before the row changes, confirmed a minute after: asked again, and nothing has happened."""
    contract = desk.paid()
    desk.staff(contract.job, 1)
    with pytest.raises(CancellationPriceChanged) as refused:
        cancelling.cancel(
            job=contract.job, shift_ids=None, cancelled_by="client", reason="", expected_cents=0,
            actor=desk.requester.actor, at=A_DAY_BEFORE,
        )  # fmt: skip
    assert refused.value.numbers["cents"] > 0
    assert (Shift.objects.get().state, Settlement.objects.count()) == ("open", 0)
    assert Assignment.objects.get().state == "confirmed"


def test_whoever_has_clocked_in_is_billed_by_hours(desk: Desk) -> None:
    contract = desk.paid()
    desk.staff(contract.job, 1)
    shift = Shift.objects.get()
    Assignment.objects.update(state="checked_in")
    with pytest.raises(ShiftHasBegun):
        cancel(desk, contract.job)
    with transaction.atomic():
        begin_shift(shift=shift, actor=SETTING_UP, at=STARTS_AT)
    with pytest.raises(ShiftHasBegun):
        cancel(desk, contract.job, shift_ids=[shift.id])
    assert Settlement.objects.count() == 0


def test_bids_end_and_no_backup_follows(desk: Desk) -> None:
    contract = desk.paid()
    (assignment,) = desk.staff(contract.job, 1)
    backup = Bid.objects.create(
        shift=assignment.shift, position=assignment.position, officer=desk.officer(), state="backup", place=1,
        placed_at=desk.world.now,
    )  # fmt: skip
    cancel(desk, contract.job)
    backup.refresh_from_db()
    assert (backup.state, "cancelled" in backup.explanation) == ("withdrawn", True)
    tell_ended_bids(event=OutboxEvent.objects.get(name="marketplace.shift_cancelled"), at=A_DAY_BEFORE)  # type: ignore[arg-type]
    told = OutboundMessage.objects.get(recipient=backup.officer.person.email)
    assert backup.explanation in told.text
    event = OutboxEvent.objects.get(name="marketplace.shift_vacated")
    on_shift_vacated(event=event, at=A_DAY_BEFORE)  # type: ignore[arg-type]
    assert not Assignment.objects.filter(state__in=Assignment.LIVE_STATES).exists()


def test_a_direct_payee_gets_what_the_matrix_pays(as_worker: None, department: Tenant) -> None:
    """The American example: two hours each and its admin fee; officers are paid directly, a free place pays nobody."""
    desk = Desk(department, name="us", jurisdiction=example("ontario")["jurisdiction"], rank="officer")
    contract = desk.paid(officers=2)
    (assignment,) = desk.staff(contract.job, 1)
    offer = cancel(desk, contract.job, at=STARTS_AT - timedelta(hours=2))
    settlement = Settlement.objects.get()
    pay = 2 * assignment.pay_rate_cents_per_hour
    assert settlement.split["officer_cents"] == {str(assignment.id): pay}
    assert settlement.split["department_cents"] == settlement.supplier_cents - pay
    assert offer.cents == settlement.billed_cents
    desk.send()
    assert job_money(contract.job_id).identity_holds


def test_bad_input_is_refused_and_changes_nothing(desk: Desk) -> None:
    contract = desk.paid()
    shift_id = Shift.objects.get().id
    with pytest.raises(InvalidInput):
        cancel(desk, contract.job, by="officer")
    with pytest.raises(NothingToCancel):
        cancel(desk, contract.job, shift_ids=[desk.department.id])
    with pytest.raises(NothingToCancel):
        cancel(desk, contract.job, shift_ids=[shift_id, desk.department.id])
    assert (Settlement.objects.count(), Officer.objects.count(), shift_terms().headcount) == (0, 0, 2)
