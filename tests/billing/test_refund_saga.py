"""Refund cases against the stand-in: races, a stored 500, a poor payee, and a dispute as webhooks tell it."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections

from billing.books.money import job_money
from billing.giving_back import refund_cases
from billing.models import Dispute, PayeeDebt, Refund, RefundCase, Transfer, TransferReversal
from billing.refusals.disputes import RefundNotPossible
from kernel.identifiers import uuid7
from marketplace.models import Job, Shift
from tenants.context import acting_as
from tests.billing.test_sending import send_until_quiet, shift_ready_for_transfer
from tests.billing.world import World
from tests.factories.departments import SETTING_UP


def give_back(world: World, job: Job, cents: int) -> RefundCase:
    return refund_cases.open_case(
        job=job, amount_cents=cents, currency=job.currency, reason="The gate was closed.", request_id=uuid7(),
        actor=SETTING_UP, at=world.now,
    )  # fmt: skip


def paid_out(world: World) -> tuple[Job, int]:
    shift = shift_ready_for_transfer(world)
    send_until_quiet(world)
    assert Transfer.objects.get().state == "done"
    return shift.job, job_money(shift.job_id).captured_cents


def test_two_coordinators_refund_one_job_at_once(ontario: World) -> None:
    job, captured = paid_out(ontario)
    start, answers = Barrier(2), []

    def one() -> None:
        try:
            with acting_as(purpose="worker"):
                start.wait()
                answers.append(give_back(ontario, job, captured).amount_cents)
        except RefundNotPossible as refusal:
            answers.append(refusal.numbers["possible_cents"])
        finally:
            connections.close_all()

    threads = [Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [0, captured]
    ontario.fault("/v1/transfers/*/reversals", "500_after_commit")
    send_until_quiet(ontario)
    # The reversal was made although its answer was a 500: found by what its metadata says, not made again.
    (transfer,) = ontario.transfers()
    assert (transfer.amount_reversed, TransferReversal.objects.get().state) == (transfer.amount, "done")
    assert sum(refund.amount for refund in ontario.refunds()) == captured
    assert Refund.objects.exclude(state="done").count() == 0
    money = job_money(job.id)
    assert (money.identity_holds, money.prepaid_held_cents, money.owed_by_payees_cents) == (True, 0, 0)


def test_a_payee_without_balance_owes_and_the_client_is_paid_all_the_same(ontario: World) -> None:
    job, captured = paid_out(ontario)
    ontario.advance(days=4)
    ontario.sandbox.control("payouts", {"account": ontario.transfers()[0].destination, "settle": True})
    give_back(ontario, job, captured)
    send_until_quiet(ontario)
    assert TransferReversal.objects.get().state == "failed"
    assert sum(refund.amount for refund in ontario.refunds()) == captured
    debt = PayeeDebt.objects.get()
    assert (debt.owner_kind, debt.owed_cents) == ("department", debt.amount_cents)
    assert job_money(job.id).identity_holds


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_a_dispute_as_webhooks_tell_it(ontario: World, outcome: str) -> None:
    shift = shift_ready_for_transfer(ontario)
    reference = ontario.sandbox.stripe().v1.charges.list({"limit": 1}).data[0].id
    opened = ontario.sandbox.control("disputes", {"charge": reference})
    ontario.hear("charge.dispute.created", "charge.dispute.funds_withdrawn")
    dispute = Dispute.objects.get()
    assert (dispute.held_cents, dispute.fee_cents) == (job_money(shift.job_id).captured_cents, 1_500)
    ontario.send()
    assert (Transfer.objects.get().state, ontario.transfers()) == ("held", [])
    ontario.sandbox.control(f"disputes/{opened['id']}", {"outcome": outcome})
    ontario.hear("charge.dispute.closed")
    dispute.refresh_from_db()
    assert (dispute.state, dispute.held_cents == 0) == (outcome, outcome == "won")
    ontario.now += timedelta(minutes=11)
    ontario.send()
    # Lost, it waits for the operator's word.
    assert Transfer.objects.get().state == ("done" if outcome == "won" else "held")
    assert job_money(shift.job_id).identity_holds
    assert Shift.objects.count() == 1
