"""Whatever is worked, in whatever order: every cent has an owner, and the identity holds at every step."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.agreeing import contracts
from billing.bills import settling
from billing.books import ledger, ledger_verification
from billing.books.money import job_money
from billing.giving_back import refunding
from billing.models import Charge, Contract, Refund, Settlement, Transfer
from billing.paying_out import transferring
from billing.receiving import charging
from departments.policy.examples import example
from kernel.actors import SYSTEM
from kernel.identifiers import uuid7
from marketplace.approving import approve_job
from marketplace.models import Job, Shift
from tenants.models import Tenant
from tests.billing.test_ledger import check_now
from tests.billing.world import World
from tests.factories.clients import govern, make_requester, submit
from tests.factories.departments import SETTING_UP
from tests.factories.venues import NOW, STARTS_AT, job_terms, shift_terms

WORKED = st.lists(st.integers(0, 700), min_size=0, max_size=3)


def intent_of(charge: Charge) -> dict[str, Any]:
    """What Stripe says of a payment that succeeded."""
    return {
        "id": f"pi_{charge.id.hex}",
        "status": "succeeded",
        "amount_received": charge.amount_cents,
        "currency": charge.currency.lower(),
        "payment_method": "pm_saved",
        "latest_charge": {
            "id": f"ch_{charge.id.hex}",
            "balance_transaction": {"fee": (charge.amount_cents * 29 + 500) // 1000 + 30},
        },
    }


def pay(job: Job, contract: Contract) -> None:
    charge = Charge.objects.create(
        job=job,
        contract=contract,
        kind="checkout",
        state="open",
        amount_cents=contract.total_cents,
        currency=contract.currency,
        idempotency_key=str(uuid7()),
        created_at=NOW,
    )
    charging.apply_payment_intent(charge_id=charge.id, intent=intent_of(charge), at=NOW)


def send_everything() -> None:
    for refund in Refund.objects.exclude(state="done"):
        refunding.complete_refund(refund_id=refund.id, provider_reference=f"re_{refund.id.hex}", at=NOW)
    for charge in Charge.objects.filter(kind="off_session", state="intended"):
        charging.apply_payment_intent(charge_id=charge.id, intent=intent_of(charge), at=NOW)
    for transfer in Transfer.objects.exclude(state="done"):
        transferring.complete_transfer(transfer_id=transfer.id, provider_reference=f"tr_{transfer.id.hex}", at=NOW)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(worked=st.lists(WORKED, min_size=1, max_size=3), order=st.randoms(use_true_random=False), sends=st.booleans())
@pytest.mark.parametrize("name", ["ontario", "us"])
def test_the_parts_always_sum_to_what_was_captured(
    as_worker: None, department: Tenant, name: str, worked: list[list[int]], order: Any, sends: bool
) -> None:
    rank = {"ontario": "constable", "us": "officer"}[name]
    with transaction.atomic():
        govern(department, name=name, jurisdiction=example("ontario")["jurisdiction"])
        requester = make_requester()
        client = requester.client
        client.stripe_customer_reference = f"cus_{client.id.hex}"
        client.save()
        shifts = tuple(
            shift_terms(starts_at=STARTS_AT + timedelta(days=day), ranks={rank: 3}) for day in range(len(worked))
        )
        job = submit(requester, terms=job_terms(shifts=shifts))
        approve_job(job_id=job.id, department_id=department.id, actor=SETTING_UP, at=NOW)
        contracts.offer_contract(job=job, at=NOW, actor=SYSTEM)
        contract = contracts.accept_contract(
            contract_id=Contract.objects.get().id, person=requester.person, actor=requester.actor, at=NOW
        )
        pay(job, contract)
        world = World.__new__(World)
        world.department, world.now = department, NOW
        places = list(range(len(worked)))
        order.shuffle(places)
        for place in places:
            shift = Shift.objects.get(job=job, number=place + 1)
            world.work(shift, *worked[place], rank_code=rank)
            Shift.objects.filter(id=shift.id).update(finished_at=NOW)
            settlement = settling.settle_shift(shift_id=shift.id, at=NOW, actor=SYSTEM)
            assert settlement.split["total_cents"] == settlement.billed_cents
            if sends:
                send_everything()
            check_now()
            assert job_money(job.id).identity_holds
        send_everything()
        send_everything()
        check_now()
        money = job_money(job.id)
        assert money.identity_holds
        assert (money.prepaid_held_cents, money.receivable_cents, money.owed_to_payees_cents) == (0, 0, 0)
        billed = sum(Settlement.objects.values_list("billed_cents", flat=True))
        assert money.captured_cents - money.refunded_cents == billed
        assert money.transferred_cents == sum(Settlement.objects.values_list("supplier_cents", flat=True))
        assert ledger.trial_balance(currency=job.currency) == 0
        assert ledger_verification.verify() == []
        transaction.set_rollback(True)
