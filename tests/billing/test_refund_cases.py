"""Money given back after the bill: everybody's share, what cannot be taken back, what is kept for it later."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.bills import coverage
from billing.books import ledger, ledger_verification
from billing.books.chart import Kind
from billing.books.money import job_money
from billing.giving_back import refund_cases, reversals
from billing.models import (
    Charge,
    Netting,
    PayeeAccount,
    PayeeDebt,
    Refund,
    RefundShare,
    Settlement,
    Transfer,
    TransferReversal,
)
from billing.paying_out import transferring
from billing.refusals.disputes import RefundNotPossible, TransferOnItsWay
from departments.policy.examples import example
from kernel.errors import InvalidInput
from kernel.identifiers import uuid7
from marketplace.models import Assignment, Job, Officer, Shift
from tenants.models import Tenant
from tests.billing.desk import Desk
from tests.factories.departments import SETTING_UP
from tests.factories.venues import NOW


@pytest.fixture
def direct(as_worker: None, department: Tenant) -> Desk:
    """Officers are paid directly; 10 % goes to the department."""
    return Desk(department, name="us", jurisdiction=example("ontario")["jurisdiction"], rank="officer")


def give_back(job: Job, cents: int, request_id: UUID | None = None, **more: Any) -> Any:
    return refund_cases.open_case(
        job=job, amount_cents=cents, currency=more.pop("currency", job.currency),
        reason=more.pop("reason", "The gate was closed."), request_id=request_id or uuid7(), actor=SETTING_UP, at=NOW,
    )  # fmt: skip


def assert_sound(*settlements: Settlement) -> None:
    for settlement in settlements:
        assert job_money(settlement.job_id).identity_holds
        contract = settlement.contract
        assert coverage.due_cents(contract=contract) == 0
    assert ledger.trial_balance(currency=settlements[0].currency) == 0
    assert ledger_verification.verify() == []


def test_a_full_refund_takes_every_share_back(direct: Desk) -> None:
    settlement = direct.settled(240, 240)
    direct.send()
    case = give_back(settlement.job, settlement.billed_cents)
    direct.check()
    shares = {share.owner_kind for share in RefundShare.objects.all()}
    assert {"officer", "department", "service_fee"} <= shares
    assert sum(share.amount_cents for share in case.shares.all()) == settlement.billed_cents
    # The client's money waits for the reversals, an hour at most.
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.due_at) == (settlement.billed_cents, NOW + refund_cases.LONGEST_WAIT)
    assert_sound(settlement)
    direct.send()
    money = job_money(settlement.job_id)
    assert (money.refunded_cents, money.transferred_cents - money.reversed_cents) == (settlement.billed_cents, 0)
    assert (money.service_fee_cents, money.service_fee_tax_cents, money.prepaid_held_cents) == (0, 0, 0)
    assert_sound(settlement)
    with pytest.raises(RefundNotPossible):
        give_back(settlement.job, 1)


def test_a_client_is_paid_as_soon_as_every_reversal_is_answered(direct: Desk) -> None:
    settlement = direct.settled(240)
    direct.send()
    give_back(settlement.job, 5_000)
    officer_id = Officer.objects.get().id
    direct.without_balance.add(officer_id)
    first, second = TransferReversal.objects.order_by("id")
    reversals.complete(reversal_id=first.id, provider_reference="trr_1", at=NOW)
    assert Refund.objects.get().due_at > NOW
    reversals.fail(reversal_id=second.id, reason="balance_insufficient", at=NOW)
    assert Refund.objects.get().due_at == NOW
    direct.check()


def test_what_has_not_left_is_simply_not_sent(direct: Desk) -> None:
    settlement = direct.settled(240)
    before = sum(transfer.amount_cents for transfer in Transfer.objects.all())
    give_back(settlement.job, settlement.billed_cents // 2)
    assert not PayeeDebt.objects.exists()
    assert Refund.objects.get().due_at == NOW
    waiting = Transfer.objects.filter(state="intended")
    taken = sum(share.unsent_cents for share in RefundShare.objects.all())
    assert sum(transfer.amount_cents for transfer in waiting) == before - taken
    direct.send()
    assert_sound(settlement)
    assert job_money(settlement.job_id).prepaid_held_cents == 0


def test_what_a_payee_cannot_give_back_is_kept_from_their_next_pay(direct: Desk) -> None:
    first = direct.settled(240)
    direct.send()
    officer = Officer.objects.get()
    direct.without_balance.add(officer.id)
    give_back(first.job, first.billed_cents)
    direct.send()
    direct.send()
    debt = PayeeDebt.objects.get(owner_id=officer.id)
    owed = debt.owed_cents
    assert owed == ledger.balance(kind=Kind.RECEIVABLE_OFFICER, owner_id=officer.id, currency=first.currency) > 0
    assert job_money(first.job_id).owed_by_payees_cents == owed
    assert not Netting.objects.exists()
    contract = direct.paid(officers=1)
    shift = Shift.objects.get(job=contract.job)
    # The same officer on another day: the stage makes a new one for every shift.
    Assignment.objects.update(period=(NOW, NOW + timedelta(hours=1)))
    (assignment,) = direct.world.work(shift, 180, rank_code="officer")
    Assignment.objects.filter(id=assignment.id).update(officer=officer)
    third = direct.finish(shift)
    netted = Netting.objects.get()
    earned = third.split["officer_cents"][str(assignment.id)]
    assert netted.amount_cents == min(owed, earned) == earned
    assert not Transfer.objects.filter(settlement=third, assignment_id=assignment.id).exists()
    debt.refresh_from_db()
    assert debt.owed_cents == owed - earned
    direct.send()
    assert_sound(first, third)
    # That shift is refunded as well: what was kept is owed again.
    give_back(third.job, third.billed_cents)
    direct.send()
    direct.send()
    assert_sound(first, third)
    total = ledger.balance(kind=Kind.RECEIVABLE_OFFICER, owner_id=officer.id, currency=first.currency)
    assert total == owed


def test_bad_amounts_are_refused_and_change_nothing(direct: Desk) -> None:
    settlement = direct.settled(240)
    job = settlement.job
    for cents in (0, -1, settlement.billed_cents + 1, 10**12):
        with pytest.raises(RefundNotPossible):
            give_back(job, cents)
    with pytest.raises(RefundNotPossible):
        give_back(job, 100, currency="CAD" if job.currency == "USD" else "USD")
    with pytest.raises(InvalidInput):
        give_back(job, 100, reason="  ")
    assert (RefundShare.objects.count(), Refund.objects.count()) == (0, 0)


def test_a_transfer_names_no_payment_of_which_stripe_has_sent_too_much(direct: Desk) -> None:
    """What a payee could not give back is free for others in our books; Stripe still counts it as transferred."""
    settlement = direct.settled(240)
    direct.send()
    direct.without_balance.add(Officer.objects.get().id)
    charge, account = Charge.objects.get(), PayeeAccount.objects.filter(owner_kind="officer").get()
    sent = sum(Transfer.objects.values_list("amount_cents", flat=True))

    def source_of_another(cents: int) -> str | None:
        another = Transfer(
            charge=charge, payee_account=account, settlement=settlement, amount_cents=cents, currency="USD"
        )
        return transferring.request_body(another).get("source_transaction")

    left = charge.amount_cents - sent
    give_back(settlement.job, settlement.billed_cents)
    direct.send()
    reversed_cents = sum(TransferReversal.objects.filter(state="done").values_list("amount_cents", flat=True))
    charge.refresh_from_db()
    assert charge.transferred_cents < sent - reversed_cents
    assert source_of_another(left + reversed_cents) == charge.charge_reference
    assert source_of_another(left + reversed_cents + 1) is None


def test_sent_twice_is_one_case(direct: Desk) -> None:
    settlement = direct.settled(240)
    request_id = uuid7()
    first = give_back(settlement.job, 1_000, request_id)
    assert give_back(settlement.job, 1_000, request_id).id == first.id
    assert Refund.objects.count() == 1


def test_a_transfer_in_an_open_call_is_waited_for(direct: Desk) -> None:
    settlement = direct.settled(240)
    Transfer.objects.update(state="unknown")
    with pytest.raises(TransferOnItsWay):
        give_back(settlement.job, settlement.billed_cents)


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    asked=st.lists(st.integers(1, 45_000), min_size=1, max_size=4),
    sends=st.lists(st.booleans(), min_size=5, max_size=5),
    poor=st.booleans(),
)
def test_whatever_is_given_back_every_cent_has_an_owner(
    as_worker: None, department: Tenant, asked: list[int], sends: list[bool], poor: bool
) -> None:
    with transaction.atomic():
        desk = Desk(department, name="us", jurisdiction=example("ontario")["jurisdiction"], rank="officer")
        settlement = desk.settled(240, 130)
        if poor:
            desk.without_balance = set(Officer.objects.values_list("id", flat=True))
        for number, cents in enumerate(asked):
            if sends[number]:
                desk.send()
            possible = refund_cases.refundable_cents(job_id=settlement.job_id, currency=settlement.currency)
            try:
                give_back(settlement.job, cents)
                assert cents <= possible
            except RefundNotPossible:
                assert cents > possible
            desk.check()
            assert_sound(settlement)
        desk.send()
        desk.send()
        assert_sound(settlement)
        money = job_money(settlement.job_id)
        assert money.prepaid_held_cents == 0
        settlement.refresh_from_db()
        assert money.captured_cents - money.refunded_cents == settlement.owed_cents
        transaction.set_rollback(True)
