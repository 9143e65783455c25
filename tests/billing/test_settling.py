"""A finished shift becomes money, to the cent: Stripe's own books must say the same as ours."""

from datetime import UTC, datetime, timedelta

import pytest

from billing.bills import settling
from billing.books import ledger, ledger_verification
from billing.books.chart import Kind
from billing.books.money import job_money, officer_earnings
from billing.giving_back import refunding
from billing.models import Charge, PayrollLine, Refund, Settlement, Transfer
from billing.refusals import ContractNotAccepted, ShiftNotFinished
from departments.policy.examples import example
from kernel.models import OutboxEvent
from marketplace.models import Job, Shift
from tenants.models import Tenant
from tests.billing.world import World, texan_terms
from tests.factories.clients import govern
from tests.factories.departments import SETTING_UP
from tests.factories.venues import STARTS_AT, job_terms, shift_terms
from tests.sandbox.running import Sandbox

FOUR_HOURS = 240


def shift_of(job: Job, number: int = 1) -> Shift:
    return Shift.objects.get(job=job, number=number)


def assert_books_agree(world: World, job: Job) -> None:
    """Identity, residual, ledger and Stripe's own objects, all at rest."""
    money = job_money(job.id)
    assert money.identity_holds
    assert ledger_verification.verify() == []
    assert ledger.trial_balance(currency=job.currency) == 0
    stripe = world.sandbox.stripe()
    captured = sum(charge.amount_captured for charge in stripe.v1.charges.list({"limit": 100}).data if charge.captured)
    refunded = sum(refund.amount for refund in world.refunds())
    transferred = sum(transfer.amount for transfer in world.transfers())
    assert (money.captured_cents, money.refunded_cents, money.transferred_cents) == (captured, refunded, transferred)
    # The service fee is computed; what is left of the payments must be the same, never the other way round.
    residual = captured - refunded - transferred - money.prepaid_held_cents
    assert residual == money.service_fee_cents + money.service_fee_tax_cents
    available = {balance.currency: balance.amount for balance in stripe.v1.balance.retrieve().available}
    pending = {balance.currency: balance.amount for balance in stripe.v1.balance.retrieve().pending}
    currency = job.currency.lower()
    assert ledger.balance(kind=Kind.STRIPE_BALANCE, owner_id=None, currency=job.currency) == (
        available.get(currency, 0) + pending.get(currency, 0)
    )


def test_work_as_planned_costs_what_was_quoted_and_the_department_gets_it(ontario: World) -> None:
    contract = ontario.paid()
    job = contract.job
    ontario.onboard_department()
    ontario.work(shift_of(job), FOUR_HOURS, FOUR_HOURS)
    settlement = ontario.settle(shift_of(job))
    assert settlement.billed_cents == settlement.quoted_cents == contract.total_cents
    assert settlement.distributed_at is not None
    ontario.send()
    assert [transfer.amount for transfer in ontario.transfers()] == [87_800]
    assert ontario.refunds() == []
    money = job_money(job.id)
    assert money.prepaid_held_cents == 0
    assert_books_agree(ontario, job)


def test_payroll_lines_tell_the_department_what_it_owes_its_officers(ontario: World) -> None:
    contract = ontario.paid()
    assignments = ontario.work(shift_of(contract.job), FOUR_HOURS, 100)
    ontario.settle(shift_of(contract.job))
    lines = {line.assignment_id: line for line in PayrollLine.objects.all()}
    # 100 minutes are billed and paid as the three-hour minimum.
    assert [(lines[one.id].payable_minutes, lines[one.id].pay_cents) for one in assignments] == [
        (240, 4 * 7_850),
        (180, 3 * 7_850),
    ]
    assert {line.pay_code for line in lines.values()} == {"PD-PC"}
    assert [earning.state for earning in officer_earnings(assignments[0].officer)] == ["payroll"]
    assert not Transfer.objects.filter(payee_account__owner_kind="officer").exists()


def test_less_work_is_refunded_to_the_cent(ontario: World) -> None:
    contract = ontario.paid()
    job = contract.job
    ontario.onboard_department()
    ontario.work(shift_of(job), 181, 60)
    settlement = ontario.settle(shift_of(job))
    ontario.send()
    # 181 minutes are four hours, 60 the minimum of three.
    assert settlement.supplier_cents == 7 * 10_975
    assert [refund.amount for refund in ontario.refunds()] == [contract.total_cents - settlement.billed_cents]
    assert job_money(job.id).prepaid_held_cents == 0
    assert_books_agree(ontario, job)


def test_nobody_came_so_everything_goes_back(ontario: World) -> None:
    contract = ontario.paid()
    job = contract.job
    ontario.work(shift_of(job), 0, 0)
    settlement = ontario.settle(shift_of(job))
    ontario.send()
    assert settlement.billed_cents == 0
    assert [refund.amount for refund in ontario.refunds()] == [contract.total_cents]
    assert ontario.transfers() == []
    assert_books_agree(ontario, job)
    # Stripe keeps its fee of a payment that is refunded whole: the platform's own expense.
    assert ledger.balance(kind=Kind.STRIPE_BALANCE, owner_id=None, currency="CAD") < 0


def test_an_unfilled_position_is_refunded_in_full(texas: World) -> None:
    contract = texas.paid(texan_terms(ranks={"officer": 2}))
    job = contract.job
    (assignment,) = texas.work(shift_of(job), FOUR_HOURS, rank_code="officer")
    texas.onboard_department()
    texas.onboard_officer(assignment.officer)
    settlement = texas.settle(shift_of(job))
    texas.send()
    assert settlement.billed_cents * 2 == contract.total_cents
    assert [refund.amount for refund in texas.refunds()] == [contract.total_cents // 2]
    assert_books_agree(texas, job)


def test_direct_mode_pays_officers_their_rate_and_the_department_its_fee(texas: World) -> None:
    contract = texas.paid(texan_terms(ranks={"officer": 2}))
    job = contract.job
    first, second = texas.work(shift_of(job), FOUR_HOURS, 200, rank_code="officer")
    texas.onboard_department()
    texas.onboard_officer(first.officer)
    texas.onboard_officer(second.officer)
    settlement = texas.settle(shift_of(job))
    texas.send()
    by_assignment = {
        transfer.assignment_id: transfer.amount_cents for transfer in Transfer.objects.filter(state="done")
    }
    # 200 minutes are 210 in quarter hours; officers get 50.00, the department 6.50 and 10 % of 56.50 an hour.
    assert by_assignment[first.id] == 20_000
    assert by_assignment[second.id] == 17_500
    assert by_assignment[None] == settlement.supplier_cents - 37_500
    assert [earning.amount_cents for earning in officer_earnings(second.officer)] == [17_500]
    assert {transfer.transfer_group for transfer in texas.transfers()} == {str(job.id)}
    assert_books_agree(texas, job)


def test_more_work_is_charged_to_the_saved_card_before_anybody_is_paid(ontario: World) -> None:
    contract = ontario.paid()
    job = contract.job
    ontario.onboard_department()
    ontario.work(shift_of(job), 300, FOUR_HOURS)
    settlement = ontario.settle(shift_of(job))
    extra = Charge.objects.get(kind="off_session")
    assert extra.amount_cents == settlement.billed_cents - contract.total_cents == settlement.extra_cents
    assert settlement.distributed_at is None
    assert job_money(job.id).receivable_cents == extra.amount_cents
    assert job_money(job.id).identity_holds
    ontario.send()
    settlement.refresh_from_db()
    extra.refresh_from_db()
    assert (extra.state, settlement.distributed_at) == ("succeeded", ontario.now)
    ontario.send()
    # The department's part exceeds the first payment less the fee only on paper: it draws on the oldest charge first.
    assert sum(transfer.amount for transfer in ontario.transfers()) == 9 * 10_975
    assert ledger.balance(kind=Kind.CLIENT_RECEIVABLE, owner_id=job.id, currency="CAD") == 0
    assert_books_agree(ontario, job)


def test_a_refused_extra_charge_asks_the_client_and_pays_nobody_until_it_came(ontario: World) -> None:
    contract = ontario.paid()
    job = contract.job
    ontario.onboard_department()
    ontario.work(shift_of(job), 300, FOUR_HOURS)
    settlement = ontario.settle(shift_of(job))
    extra = Charge.objects.get(kind="off_session")
    # The saved card no longer works: the stand-in takes a card that always refuses.
    declined = ontario.sandbox.stripe().v1.payment_methods.attach(
        "pm_card_chargeCustomerFail", {"customer": extra.request_body["customer"]}
    )
    Charge.objects.filter(id=extra.id).update(request_body={**extra.request_body, "payment_method": declined.id})
    ontario.send()
    extra.refresh_from_db()
    settlement.refresh_from_db()
    assert (extra.state, settlement.distributed_at) == ("failed", None)
    assert OutboxEvent.objects.get(name="billing.payment_needed").payload["amount_cents"] == extra.amount_cents
    assert ontario.transfers() == []
    second = ontario.pay(contract)
    assert second.amount_cents == extra.amount_cents
    ontario.send()
    assert sum(transfer.amount for transfer in ontario.transfers()) == 9 * 10_975
    assert_books_agree(ontario, job)


def test_an_overrun_never_draws_on_the_next_shifts_money(ontario: World) -> None:
    shifts = (shift_terms(), shift_terms(starts_at=STARTS_AT + timedelta(days=1)))
    contract = ontario.paid(job_terms(shifts=shifts))
    job = contract.job
    ontario.onboard_department()
    ontario.work(shift_of(job, 1), 300, FOUR_HOURS)
    first = ontario.settle(shift_of(job, 1))
    assert first.drawn_cents == contract.total_cents // 2
    assert first.extra_cents > 0
    ontario.work(shift_of(job, 2), FOUR_HOURS, 180)
    second = ontario.settle(shift_of(job, 2))
    assert second.drawn_cents == second.billed_cents
    assert (first.distributed_at, second.distributed_at) == (None, ontario.now)
    ontario.send()
    ontario.send()
    assert sum(refund.amount for refund in ontario.refunds()) == contract.total_cents // 2 - second.billed_cents
    assert job_money(job.id).prepaid_held_cents == 0
    assert_books_agree(ontario, job)


def test_settling_again_changes_nothing(ontario: World) -> None:
    contract = ontario.paid()
    ontario.work(shift_of(contract.job), FOUR_HOURS)
    first = ontario.settle(shift_of(contract.job))
    again = settling.settle_shift(shift_id=first.shift_id, at=ontario.now, actor=SETTING_UP)
    assert first.id == again.id
    assert (Settlement.objects.count(), Refund.objects.count()) == (1, 1)


def test_a_shift_with_open_hours_is_not_settled(ontario: World) -> None:
    contract = ontario.paid()
    with pytest.raises(ShiftNotFinished):
        settling.settle_shift(shift_id=shift_of(contract.job).id, at=ontario.now, actor=SETTING_UP)
    assert Settlement.objects.count() == 0


def test_a_vehicle_is_billed_as_long_as_the_officer_who_stayed_longest(ontario: World) -> None:
    with_car = shift_terms(vehicle_code="cruiser", vehicle_count=2)
    contract = ontario.paid(job_terms(shifts=(with_car,)))
    ontario.onboard_department()
    ontario.work(shift_of(contract.job), FOUR_HOURS)
    settlement = ontario.settle(shift_of(contract.job))
    # One officer, one car; the second car had nobody to drive it.
    assert settlement.supplier_cents == 4 * (10_975 + 2_825)
    ontario.send()
    assert_books_agree(ontario, contract.job)


def world_with_more_from(officers: int, department: Tenant, sandbox: Sandbox) -> World:
    """Ontario's rates, and ten percent more from so many officers on."""
    card = example("ontario")["rate_card"]
    premium = {
        "id": "many",
        "name": "Many officers",
        "effect": "percent",
        "rate_basis_points": 1000,
        "when": {"applies_when": {"fact": "job.officers", "at_least": officers}},
    }
    govern(department, rate_card={**card, "premiums": [*card.get("premiums", []), premium]})
    return World(department, sandbox)


def test_rules_count_the_officers_that_were_asked_for_in_the_quote_and_in_the_bill(
    as_committing_worker: None, department: Tenant, sandbox: Sandbox, payment_settings: None
) -> None:
    """Four constables, to whom the ladder adds a sergeant: a premium from five on waits for a fifth that is wanted."""
    ontario = world_with_more_from(5, department, sandbox)
    contract = ontario.paid(job_terms(shifts=(shift_terms(ranks={"constable": 4}),)))
    shift = shift_of(contract.job)
    ontario.onboard_department()
    ontario.work(shift, *[FOUR_HOURS] * 4)
    ontario.work(shift, FOUR_HOURS, rank_code="sergeant")
    settlement = ontario.settle(shift)
    # 4 × 388.50 + 439.68 for four hours, without ten percent more.
    assert settlement.supplier_cents == 4 * 43_900 + 49_684
    assert settlement.billed_cents == settlement.quoted_cents == contract.total_cents


def test_two_dates_with_the_same_hours_are_billed_by_their_own_officers(
    as_committing_worker: None, department: Tenant, sandbox: Sandbox, payment_settings: None
) -> None:
    ontario = world_with_more_from(2, department, sandbox)
    one, two = shift_terms(ranks={"constable": 1}), shift_terms(ranks={"constable": 2})
    contract = ontario.paid(job_terms(shifts=(one, two)))
    ontario.onboard_department()
    shift = contract.job.shifts.get(number=2)
    ontario.work(shift, FOUR_HOURS, FOUR_HOURS)
    settlement = ontario.settle(shift)
    assert settlement.billed_cents == settlement.quoted_cents


def test_transfers_wait_for_an_account_that_may_receive(ontario: World) -> None:
    contract = ontario.paid()
    ontario.work(shift_of(contract.job), FOUR_HOURS, FOUR_HOURS)
    ontario.settle(shift_of(contract.job))
    ontario.send()
    held = Transfer.objects.get()
    assert (held.state, ontario.transfers()) == ("held", [])
    account = ontario.onboard_department()
    assert account.id == held.payee_account_id
    ontario.send()
    held.refresh_from_db()
    assert held.state == "done"
    assert_books_agree(ontario, contract.job)


def test_the_whole_path_through_announcements_alone(ontario: World) -> None:
    from marketplace import shifts
    from tests.billing.world import AFTERWARDS

    contract = ontario.paid()
    ontario.work(shift_of(contract.job), FOUR_HOURS, FOUR_HOURS)
    shifts.finish_shift(shift_id=shift_of(contract.job).id, at=AFTERWARDS, actor=SETTING_UP)
    ontario.now = AFTERWARDS
    ontario.relay()
    assert Settlement.objects.get().billed_cents == contract.total_cents
    assert OutboxEvent.objects.filter(name="billing.shift_settled").count() == 1


def test_cents_that_no_card_can_bring_are_waived_from_the_platforms_fee(ontario: World) -> None:
    from django.db import transaction

    contract = ontario.paid()
    job = contract.job
    ontario.onboard_department()
    with transaction.atomic():
        refunding.intend_refund(job_id=job.id, amount_cents=30, business_key="goodwill", reason="Sorry", at=ontario.now)
    ontario.send()
    ontario.work(shift_of(job), FOUR_HOURS, FOUR_HOURS)
    settlement = ontario.settle(shift_of(job))
    assert settlement.extra_cents == 0
    assert settlement.billed_cents == contract.total_cents - 30
    assert [line["net_cents"] for line in settlement.price["lines"] if line["code"] == "service_fee:waived"] == [-30]
    ontario.send()
    assert [transfer.amount for transfer in ontario.transfers()] == [87_800]
    assert_books_agree(ontario, job)


def test_a_payment_after_the_dates_have_passed_goes_back_whole(ontario: World) -> None:
    from marketplace import shifts

    ontario.now = STARTS_AT - timedelta(hours=3)
    ontario.sandbox.control("clock", {"offset_seconds": int((ontario.now - datetime.now(UTC)).total_seconds())})
    contract = ontario.accepted()
    charge = ontario.start(contract)
    ontario.advance(hours=4)
    assert shifts.expire_shift(shift_id=shift_of(contract.job).id, at=ontario.now, actor=SETTING_UP)
    assert Job.objects.get(id=contract.job_id).state == "cancelled"
    with pytest.raises(ContractNotAccepted):
        ontario.start(contract)
    assert ontario.press(charge) == 303
    ontario.hear("payment_intent.succeeded")
    ontario.send()
    assert [refund.amount for refund in ontario.refunds()] == [contract.total_cents]
    assert job_money(contract.job_id).prepaid_held_cents == 0
    assert_books_agree(ontario, contract.job)
