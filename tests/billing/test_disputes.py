"""A client takes a payment to their bank: booked once, kept still, answered, and a loss borne by somebody."""

from datetime import timedelta
from typing import Any

import pytest

from billing.books import ledger, ledger_verification
from billing.books.chart import Kind
from billing.books.money import job_money
from billing.contested import dispute_losses, disputes, evidence, freezing
from billing.giving_back import covering, refunding
from billing.models import Charge, Dispute, Refund, Settlement, Transfer
from billing.refusals import PaymentServiceUnavailable, RefundExceedsCaptured
from billing.refusals.disputes import (
    DisputeNotAnswerable,
    DisputeNotLost,
    DisputeOpen,
    EvidenceOnItsWay,
    LossNotShareable,
    RefundNotPossible,
    RefundOnItsWay,
)
from billing.sending import stripe_port
from billing.sending.move_kinds import Refunds, Transfers
from departments.policy.examples import example
from kernel.errors import NotFound
from kernel.identifiers import uuid7
from kernel.models import OutboxEvent
from tenants.models import Tenant
from tests.billing.desk import Desk
from tests.billing.test_refund_cases import give_back
from tests.factories.departments import SETTING_UP
from tests.factories.venues import NOW

FEE = 1_500


@pytest.fixture
def direct(as_worker: None, department: Tenant) -> Desk:
    return Desk(department, name="us", jurisdiction=example("ontario")["jurisdiction"], rank="officer")


def fetched(charge: Charge, status: str = "needs_response", *, back: bool = False) -> dict[str, Any]:
    """As Stripe has it: taken with a fee, and given back when `back`."""
    amount = charge.amount_cents
    movements = [{"id": "txn_taken", "amount": -amount, "fee": FEE}]
    if back:
        movements.append({"id": "txn_back", "amount": amount, "fee": 0})
    return {
        "id": f"du_{charge.id.hex}", "charge": charge.charge_reference, "status": status, "amount": amount,
        "currency": charge.currency.lower(), "reason": "fraudulent", "balance_transactions": movements,
        "evidence_details": {"due_by": int((NOW + timedelta(days=9)).timestamp())},
    }  # fmt: skip


def assert_sound(desk: Desk, settlement: Settlement) -> None:
    desk.check()
    assert job_money(settlement.job_id).identity_holds
    assert ledger.trial_balance(currency=settlement.currency) == 0
    assert ledger_verification.verify() == []


def disputed_cents(settlement: Settlement) -> int:
    return ledger.balance(kind=Kind.DISPUTED_JOB, owner_id=settlement.job_id, currency=settlement.currency)


def test_it_is_booked_once_and_the_jobs_money_keeps_still(direct: Desk) -> None:
    settlement = direct.settled(240)
    charge = Charge.objects.get()
    for _ in range(2):
        dispute = disputes.apply(fetched=fetched(charge), at=NOW)
    assert dispute is not None
    assert (dispute.held_cents, dispute.fee_cents) == (charge.amount_cents, FEE)
    assert disputed_cents(settlement) == charge.amount_cents
    assert set(Transfer.objects.values_list("state", flat=True)) == {"held"}
    transfer = Transfer.objects.select_related("charge", "payee_account").first()
    assert transfer is not None
    transfer.payee_account.transfers_state = "active"
    assert "bank" in Transfers().is_held(transfer)
    with pytest.raises(DisputeOpen):
        give_back(settlement.job, 100)
    assert_sound(direct, settlement)
    # Won: the money comes back and the transfers go on; told twice, it is booked once.
    for _ in range(2):
        disputes.apply(fetched=fetched(charge, "won", back=True), at=NOW)
    assert disputed_cents(settlement) == 0
    assert Transfers().is_held(transfer) == ""
    direct.send()
    assert set(Transfer.objects.values_list("state", flat=True)) == {"done"}
    assert_sound(direct, settlement)


def test_a_loss_that_payees_bear_is_taken_back_in_proportion(direct: Desk) -> None:
    settlement = direct.settled(240)
    direct.send()
    charge = Charge.objects.get()
    disputes.apply(fetched=fetched(charge, "lost"), at=NOW)
    dispute = Dispute.objects.get()
    assert freezing.undecided_disputes(job_id=settlement.job_id).exists()
    dispute_losses.decide_loss(
        dispute_id=dispute.id, borne_by="payees", reason="The bank said so.", actor=SETTING_UP, at=NOW
    )
    assert_sound(direct, settlement)
    direct.send()
    money = job_money(settlement.job_id)
    assert (money.lost_cents, money.transferred_cents - money.reversed_cents) == (charge.amount_cents, 0)
    assert (money.service_fee_cents, money.disputed_cents, Refund.objects.count()) == (0, 0, 0)
    assert_sound(direct, settlement)
    with pytest.raises(DisputeNotLost):
        dispute_losses.decide_loss(
            dispute_id=dispute.id, borne_by="platform", reason="The bank said so.", actor=SETTING_UP, at=NOW
        )


def test_a_loss_that_the_platform_bears_touches_nobody(direct: Desk) -> None:
    settlement = direct.settled(240)
    charge = Charge.objects.get()
    disputes.apply(fetched=fetched(charge, "lost"), at=NOW)
    dispute_losses.decide_loss(
        dispute_id=Dispute.objects.get().id, borne_by="platform", reason="The bank said so.", actor=SETTING_UP, at=NOW
    )
    loss = ledger.balance(kind=Kind.DISPUTE_LOSS, owner_id=None, currency=settlement.currency)
    assert (loss, disputed_cents(settlement)) == (charge.amount_cents, 0)
    direct.send()
    assert set(Transfer.objects.values_list("state", flat=True)) == {"done"}
    assert_sound(direct, settlement)


def test_what_was_not_used_is_not_refunded_as_well(direct: Desk) -> None:
    """Nobody came, so all was to be refunded; but the bank has given it back already."""
    settlement = direct.settled(0)
    refund = Refund.objects.select_related("charge").get()
    disputes.apply(fetched=fetched(Charge.objects.get()), at=NOW)
    assert "twice" in Refunds().is_held(refund)
    disputes.apply(fetched=fetched(Charge.objects.get(), "lost"), at=NOW)
    dispute_losses.decide_loss(
        dispute_id=Dispute.objects.get().id, borne_by="platform", reason="The bank said so.", actor=SETTING_UP, at=NOW
    )
    refund.refresh_from_db()
    assert refund.state == "cancelled"
    money = job_money(settlement.job_id)
    assert (money.lost_cents, money.prepaid_held_cents) == (money.captured_cents, 0)
    assert ledger.balance(kind=Kind.DISPUTE_LOSS, owner_id=None, currency=settlement.currency) == 0
    assert_sound(direct, settlement)


def _second_payment(charge: Charge, **facts: Any) -> Charge:
    """Another payment of the same job and size, newer than the first."""
    return Charge.objects.create(
        job=charge.job, contract=charge.contract, kind=Charge.Kind.OFF_SESSION, state=Charge.State.SUCCEEDED,
        amount_cents=charge.amount_cents, currency=charge.currency, idempotency_key=f"charge:{uuid7()}",
        charge_reference="ch_second", intent_reference="pi_second", created_at=NOW,
        succeeded_at=NOW + timedelta(hours=1), **facts,
    )  # fmt: skip


def _lose(charge: Charge) -> None:
    disputes.apply(fetched=fetched(charge, "lost"), at=NOW)


def _refunded_beside_a_lost_one(desk: Desk, cents: int) -> tuple[Charge, Charge, Refund]:
    """A lost payment with all its room, a sound one that transfers have used up, and a refund that was to be made."""
    settlement = desk.settled(240)
    lost = Charge.objects.get()
    Charge.objects.update(transferred_cents=0)
    sound = _second_payment(lost, transferred_cents=lost.amount_cents)
    _lose(lost)
    (refund,) = refunding.intend_refund(
        job_id=settlement.job_id, amount_cents=cents, business_key="refund:test", reason="Left over.", at=NOW
    )
    return lost, sound, refund


def test_what_a_bank_took_for_good_is_refunded_from_a_payment_that_stripe_can_refund(direct: Desk) -> None:
    """Transfers had used up the payment that is left; the lost one stands for it with the room that it has."""
    lost, sound, refund = _refunded_beside_a_lost_one(direct, 500)
    assert refund.charge_id == sound.id
    assert refund.request_body["charge"] == "ch_second"
    lost.refresh_from_db()
    sound.refresh_from_db()
    assert (sound.refunded_cents, sound.covered_cents, sound.undrawn_cents) == (500, 500, 0)
    assert (lost.refunded_cents, lost.covered_cents, lost.undrawn_cents) == (0, -500, lost.amount_cents - 500)
    # The rest of the job's money can still be given back, all of it, and not a cent more.
    with pytest.raises(RefundExceedsCaptured):
        refunding.intend_refund(
            job_id=lost.job_id,
            amount_cents=lost.amount_cents - 499,
            business_key="refund:more",
            reason="",
            at=NOW,
        )
    refunding.intend_refund(
        job_id=lost.job_id, amount_cents=lost.amount_cents - 500, business_key="refund:rest", reason="", at=NOW
    )
    assert {one.charge_id for one in Refund.objects.filter(business_key__startswith="refund:rest:")} == {sound.id}
    assert sum(one.undrawn_cents for one in Charge.objects.all()) == 0


def test_a_refund_that_did_not_go_frees_whoever_stood_for_it(direct: Desk) -> None:
    _, sound, _ = _refunded_beside_a_lost_one(direct, 500)
    sound.refresh_from_db()
    covering.put_back(charge=sound, cents=500, lenders=Charge.objects.exclude(id=sound.id))
    assert set(Charge.objects.values_list("refunded_cents", "covered_cents")) == {(0, 0)}


def test_a_loss_waits_for_a_refund_of_the_same_payment_that_is_being_sent(direct: Desk) -> None:
    direct.settled(0)
    Refund.objects.update(state="unknown")
    _lose(Charge.objects.get())
    with pytest.raises(RefundOnItsWay):
        dispute_losses.decide_loss(
            dispute_id=Dispute.objects.get().id,
            borne_by="platform",
            reason="The bank said so.",
            actor=SETTING_UP,
            at=NOW,
        )
    assert Dispute.objects.get().decided_at is None


def test_what_the_platform_bore_cannot_be_given_back_again(direct: Desk) -> None:
    settlement = direct.settled(240)
    direct.send()
    _lose(Charge.objects.get())
    with pytest.raises(DisputeOpen):
        give_back(settlement.job, 100)
    dispute_losses.decide_loss(
        dispute_id=Dispute.objects.get().id, borne_by="platform", reason="The bank said so.", actor=SETTING_UP, at=NOW
    )
    assert Dispute.objects.get().loss_cents == settlement.billed_cents
    with pytest.raises(RefundNotPossible):
        give_back(settlement.job, 100)


def test_a_refund_of_another_payment_waits_too(direct: Desk) -> None:
    """Decided against us, the bank gives from the disputed payment what the other one would have refunded."""
    settlement = direct.settled(0)
    charge = Charge.objects.get()
    refund = Refund.objects.select_related("charge").get()
    refund.charge = _second_payment(charge)
    refund.save(update_fields=["charge"])
    disputes.apply(fetched=fetched(charge), at=NOW)
    assert "twice" in Refunds().is_held(refund)
    assert settlement.job_id == refund.charge.job_id


def _decide(borne_by: str) -> None:
    dispute_losses.decide_loss(
        dispute_id=Dispute.objects.get().id, borne_by=borne_by, reason="The bank said so.", actor=SETTING_UP, at=NOW
    )


def test_payees_who_have_got_nothing_yet_cannot_bear_a_loss(direct: Desk) -> None:
    """It would become the platform's in silence, and they would be paid in full when the client pays."""
    settlement = direct.settled(240)
    Settlement.objects.update(distributed_at=None)
    _lose(Charge.objects.get())
    with pytest.raises(LossNotShareable) as refused:
        _decide("payees")
    assert "is not paid yet" in refused.value.message
    assert Dispute.objects.get().decided_at is None
    _decide("platform")
    assert Dispute.objects.get().loss_cents == settlement.billed_cents


def test_what_the_bank_gives_back_after_the_decision_is_our_loss_the_less(direct: Desk) -> None:
    settlement = direct.settled(240)
    charge = Charge.objects.get()
    _lose(charge)
    _decide("platform")
    for _ in range(2):
        disputes.apply(fetched=fetched(charge, "lost", back=True), at=NOW)
    assert Dispute.objects.get().loss_cents == 0
    assert ledger.balance(kind=Kind.DISPUTE_LOSS, owner_id=None, currency=settlement.currency) == 0
    assert_sound(direct, settlement)


def test_nobody_pays_by_hand_while_a_bank_has_not_decided(direct: Desk) -> None:
    direct.settled(0)
    refund = Refund.objects.get()
    disputes.apply(fetched=fetched(Charge.objects.get()), at=NOW)
    # As if it were of another payment, which came to the platform's bank.
    Charge.objects.update(charge_reference="")
    assert "twice" in Refunds().is_held(Refund.objects.select_related("charge").get())
    with pytest.raises(DisputeOpen):
        refunding.record_paid_back(refund_id=refund.id, proof="E-1", actor=SETTING_UP, at=NOW)


def test_what_only_a_lost_payment_could_refund_is_paid_by_hand_and_somebody_is_told(direct: Desk) -> None:
    """A part was disputed and lost; Stripe refunds nothing of the rest either."""
    settlement = direct.settled(240)
    charge = Charge.objects.get()
    told = fetched(charge, "lost")
    told["balance_transactions"][0]["amount"] = -400
    disputes.apply(fetched=told, at=NOW)
    _decide("platform")
    give_back(settlement.job, 1_000)
    refund = Refund.objects.select_related("charge").get()
    assert Refunds().is_held(refund) == freezing.TAKEN_BACK
    assert OutboxEvent.objects.filter(name="billing.move_failed", payload__kind="refund").count() == 1
    refunding.record_paid_back(refund_id=refund.id, proof="E-1", actor=SETTING_UP, at=NOW)
    bank = ledger.balance(kind=Kind.PLATFORM_BANK, owner_id=None, currency=settlement.currency)
    assert bank == -1_000
    assert_sound(direct, settlement)


def test_a_refund_that_the_clients_bank_sends_back_is_booked_back_and_paid_by_hand(direct: Desk) -> None:
    settlement = direct.settled(0)
    refund, held = Refund.objects.get(), job_money(settlement.job_id).prepaid_held_cents
    refunding.complete_refund(refund_id=refund.id, provider_reference="re_1", at=NOW)
    assert job_money(settlement.job_id).prepaid_held_cents == held - refund.amount_cents
    for _ in range(2):
        refunding.fail_refund(refund_id=refund.id, reason="The account is closed.", at=NOW)
    refund.refresh_from_db()
    assert (refund.state, refund.done_at) == ("failed", None)
    assert job_money(settlement.job_id).prepaid_held_cents == held
    refunding.record_paid_back(refund_id=refund.id, proof="E-1", actor=SETTING_UP, at=NOW)
    # Stripe may say so again: what was paid by hand stays paid.
    refunding.fail_refund(refund_id=refund.id, reason="The account is closed.", at=NOW)
    refund.refresh_from_db()
    assert refund.state == "done"
    assert job_money(settlement.job_id).prepaid_held_cents == held - refund.amount_cents
    assert ledger.trial_balance(currency=settlement.currency) == 0


def test_evidence_tells_the_work_and_no_position(direct: Desk) -> None:
    settlement = direct.settled(240)
    disputes.apply(fetched=fetched(Charge.objects.get()), at=NOW)
    told = "\n".join(evidence.collect(dispute=Dispute.objects.get()))
    assert "accepted version 1 of the contract" in told
    assert "4 h 00 worked, approved by the client" in told
    assert str(settlement.shift.latitude) not in told
    Dispute.objects.update(evidence_due_at=NOW)
    with pytest.raises(DisputeNotAnswerable):
        evidence.submit(dispute_id=Dispute.objects.get().id, remarks="", actor=SETTING_UP, at=NOW)
    with pytest.raises(NotFound):
        evidence.submit(dispute_id=uuid7(), remarks="", actor=SETTING_UP, at=NOW)


def test_of_two_who_send_evidence_the_second_waits_and_a_failure_lets_go(
    direct: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    direct.settled(240)
    disputes.apply(fetched=fetched(Charge.objects.get()), at=NOW)
    dispute = Dispute.objects.get()

    def unavailable(call: Any) -> None:
        with pytest.raises(EvidenceOnItsWay):
            evidence.submit(dispute_id=dispute.id, remarks="Mine.", actor=SETTING_UP, at=NOW)
        raise PaymentServiceUnavailable("Try again in a minute.")

    monkeypatch.setattr(stripe_port, "ask", unavailable)
    for remarks in ("Ours.", "Ours, said otherwise."):
        with pytest.raises(PaymentServiceUnavailable):
            evidence.submit(dispute_id=dispute.id, remarks=remarks, actor=SETTING_UP, at=NOW)
    dispute.refresh_from_db()
    assert (dispute.evidence_leased_until, dispute.submitted_at) == (None, None)
    # What may have arrived is what is sent again.
    assert dispute.evidence["uncategorized_text"].startswith("Ours.\n")


def test_a_dispute_of_another_platforms_charge_is_none_of_ours(direct: Desk) -> None:
    charge = Charge(id=uuid7(), amount_cents=100, currency="USD", charge_reference="ch_stranger")
    assert disputes.apply(fetched=fetched(charge), at=NOW) is None
