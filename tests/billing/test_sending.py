"""Refunds, transfers and extra charges leave once: whatever Stripe's answer was, and whether it came."""

from datetime import timedelta

import pytest

from billing.models import Charge, Refund, Transfer
from billing.sending import senders
from billing.sending.move_kinds import Transfers
from marketplace.models import Shift
from tests.billing.test_settling import assert_books_agree
from tests.billing.world import World
from tests.factories.venues import STARTS_AT, job_terms, shift_terms

FOUR_HOURS = 240
AFTER_COMMIT = ("timeout_after_commit", "500_after_commit", "drop_after_commit")
BEFORE_COMMIT = ("timeout_before_commit", "500_before_commit", "drop_before_commit", "429")


def shift_ready_for_transfer(world: World) -> Shift:
    contract = world.paid()
    world.onboard_department()
    shift = Shift.objects.get(job=contract.job)
    world.work(shift, FOUR_HOURS, FOUR_HOURS)
    world.settle(shift)
    return shift


def first_of_two_ready_for_transfer(world: World) -> None:
    """Enough is left of the payment that Stripe would not refuse to send the same again."""
    contract = world.paid(job_terms(shifts=(shift_terms(), shift_terms(starts_at=STARTS_AT + timedelta(days=1)))))
    world.onboard_department()
    shift = Shift.objects.get(job=contract.job, number=1)
    world.work(shift, FOUR_HOURS, FOUR_HOURS)
    world.settle(shift)


def send_until_quiet(world: World) -> None:
    for _ in range(6):
        world.send()
        world.now += timedelta(minutes=5)


@pytest.mark.parametrize("kind", [*AFTER_COMMIT, *BEFORE_COMMIT])
def test_a_transfer_is_made_once(ontario: World, kind: str) -> None:
    shift = shift_ready_for_transfer(ontario)
    ontario.fault("/v1/transfers", kind)
    ontario.send()
    transfer = Transfer.objects.get()
    assert transfer.state == "unknown"
    assert len(ontario.transfers()) == (1 if kind in AFTER_COMMIT else 0)
    send_until_quiet(ontario)
    transfer.refresh_from_db()
    assert transfer.state == "done"
    assert [one.id for one in ontario.transfers()] == [transfer.provider_reference]
    assert_books_agree(ontario, shift.job)


@pytest.mark.parametrize("with_look_up", [True, False])
def test_the_look_up_is_what_prevents_a_second_transfer(
    ontario: World, with_look_up: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same fault with the guard taken away pays twice: so this test can fail."""
    first_of_two_ready_for_transfer(ontario)
    if not with_look_up:
        monkeypatch.setattr(Transfers, "look_up", lambda self, client, row: None)
    ontario.fault("/v1/transfers", "500_after_commit")
    send_until_quiet(ontario)
    assert len(ontario.transfers()) == (1 if with_look_up else 2)


@pytest.mark.parametrize("kind", [*AFTER_COMMIT, "500_before_commit"])
def test_a_refund_is_made_once(ontario: World, kind: str) -> None:
    contract = ontario.paid()
    shift = Shift.objects.get(job=contract.job)
    ontario.work(shift, 0)
    ontario.settle(shift)
    ontario.fault("/v1/refunds", kind)
    ontario.send()
    assert Refund.objects.get().state == "unknown"
    send_until_quiet(ontario)
    refund = Refund.objects.get()
    assert (refund.state, [one.amount for one in ontario.refunds()]) == ("done", [contract.total_cents])
    assert_books_agree(ontario, contract.job)


def test_a_refund_that_a_dispute_has_overtaken_waits_for_the_bank(ontario: World) -> None:
    """Stripe refuses it before we have heard of the dispute. Won, it leaves after all."""
    contract = ontario.paid()
    shift = Shift.objects.get(job=contract.job)
    ontario.work(shift, 0)
    ontario.settle(shift)
    charge = Charge.objects.get()
    dispute = ontario.sandbox.control("disputes", {"charge": charge.charge_reference})
    ontario.send()
    refund = Refund.objects.get()
    assert (refund.state, ontario.refunds()) == ("held", [])
    ontario.sandbox.control(f"disputes/{dispute['id']}", {"outcome": "won"})
    ontario.advance(minutes=11)
    ontario.send()
    refund.refresh_from_db()
    assert (refund.state, len(ontario.refunds())) == ("done", 1)


@pytest.mark.parametrize("kind", [*AFTER_COMMIT, "500_before_commit"])
def test_an_extra_charge_is_made_once(ontario: World, kind: str) -> None:
    contract = ontario.paid()
    ontario.onboard_department()
    shift = Shift.objects.get(job=contract.job)
    ontario.work(shift, 300, FOUR_HOURS)
    ontario.settle(shift)
    ontario.fault("/v1/payment_intents", kind)
    ontario.send()
    extra = Charge.objects.get(kind="off_session")
    assert extra.state == "unknown"
    send_until_quiet(ontario)
    extra.refresh_from_db()
    assert extra.state == "succeeded"
    charges = ontario.sandbox.stripe().v1.charges.list({"limit": 100}).data
    assert sorted(charge.amount for charge in charges) == sorted([contract.total_cents, extra.amount_cents])
    assert_books_agree(ontario, shift.job)


def test_a_webhook_concludes_what_the_sender_never_heard_of(ontario: World) -> None:
    shift = shift_ready_for_transfer(ontario)
    ontario.fault("/v1/transfers", "timeout_after_commit")
    ontario.send()
    ontario.hear("transfer.created")
    assert Transfer.objects.get().state == "done"
    send_until_quiet(ontario)
    assert len(ontario.transfers()) == 1
    assert_books_agree(ontario, shift.job)


def test_a_sender_that_died_before_sending_is_followed_by_one_that_looks_first(ontario: World) -> None:
    """The row is UNKNOWN and leased before the call; nobody else takes it until the lease is over."""
    shift_ready_for_transfer(ontario)
    claim = senders._claim(Transfers(), ontario.now)
    assert claim is not None
    assert ontario.send() == 0
    ontario.now += senders.LEASE + timedelta(minutes=1)
    assert ontario.send() == 1
    assert len(ontario.transfers()) == 1


def test_a_sender_that_froze_and_was_overtaken_sends_nothing_twice(
    ontario: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has looked the transfer up, freezes for longer than its lease, and goes on when another has made it."""
    first_of_two_ready_for_transfer(ontario)
    ontario.fault("/v1/transfers", "500_before_commit")
    ontario.send()
    ontario.now += timedelta(minutes=20)
    plain_look_up, frozen = Transfers.look_up, []

    def look_up(self: Transfers, client: object, row: Transfer) -> object:
        found = plain_look_up(self, client, row)  # type: ignore[arg-type]
        if not frozen:
            frozen.append(True)
            ontario.now += senders.LEASE + timedelta(minutes=1)
            assert ontario.send() == 1
        return found

    monkeypatch.setattr(Transfers, "look_up", look_up)
    ontario.send()
    assert frozen
    assert len(ontario.transfers()) == 1
    assert Transfer.objects.get().state == "done"


def test_after_a_day_the_key_is_renewed_only_when_nothing_was_found(ontario: World) -> None:
    shift_ready_for_transfer(ontario)
    ontario.fault("/v1/transfers", "timeout_before_commit")
    ontario.send()
    before = Transfer.objects.get().idempotency_key
    ontario.advance(hours=25)
    ontario.send()
    transfer = Transfer.objects.get()
    assert transfer.state == "done"
    assert transfer.idempotency_key == f"{before}#1"
    assert len(ontario.transfers()) == 1


def test_a_capability_that_was_lost_a_second_ago_holds_the_transfer(ontario: World) -> None:
    shift_ready_for_transfer(ontario)
    transfer = Transfer.objects.get()
    reference = transfer.payee_account.account_reference
    ontario.sandbox.control(f"accounts/{reference}", {"state": "restricted"})
    ontario.send()
    transfer.refresh_from_db()
    assert (transfer.state, ontario.transfers()) == ("held", [])
    ontario.sandbox.control(f"accounts/{reference}", {"state": "active"})
    ontario.hear("account.updated")
    ontario.now += timedelta(minutes=11)
    ontario.send()
    transfer.refresh_from_db()
    assert transfer.state == "done"


def test_the_payees_payout_is_mirrored(ontario: World) -> None:
    from billing.models import Payout

    shift_ready_for_transfer(ontario)
    ontario.send()
    ontario.hear("transfer.created")
    ontario.advance(days=4)
    ontario.hear("payout.paid")
    payout = Payout.objects.get()
    assert (payout.amount_cents, payout.currency, payout.state) == (87_800, "CAD", "paid")
