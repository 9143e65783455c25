"""Paying by the hosted page: once, whatever is clicked twice, lost, doubled or shuffled."""

from datetime import timedelta

import pytest

from billing.agreeing import quoting
from billing.books import ledger
from billing.books.chart import Kind
from billing.books.money import job_money
from billing.listening import inbox
from billing.models import Charge, Contract
from billing.receiving import checkout
from billing.refusals import (
    AlreadyPaid,
    ContractNotAccepted,
    ContractNotOpen,
    ContractSuperseded,
    PaymentServiceUnavailable,
    SignatureInvalid,
)
from kernel.errors import NotFound
from kernel.models import InboxEvent
from marketplace.models import Job, Shift
from tests.billing.world import World, stranger
from tests.factories.venues import STARTS_AT, job_terms, shift_terms


def test_the_contract_costs_what_the_quote_said(ontario: World) -> None:
    terms = job_terms()
    quote = quoting.quote_terms(terms=terms, department_id=ontario.department.id, at=ontario.now)
    contract = ontario.offered(terms)
    assert contract.prices == quote.prices
    assert contract.total_cents == quote.total_cents
    # 2 constables × 4 h × 109.75, HST included; the service fee on the net, its own HST on top.
    net = round(2 * 4 * 10_975 / 1.13)
    assert [row.gross_cents for row in quoting.describe(quote.prices) if not row.is_platform] == [87_800]
    fee = quoting.totals_of(quote.prices).service_fee_cents
    assert abs(fee - net * ontario.department.service_fee_basis_points / 10_000) <= 1


def test_a_paid_contract_funds_the_job_and_opens_its_shifts(ontario: World) -> None:
    contract = ontario.accepted()
    charge = ontario.start(contract)
    assert (charge.state, charge.amount_cents) == ("open", contract.total_cents)
    assert ontario.press(charge) == 303
    ontario.hear("checkout.session.completed", "payment_intent.succeeded")
    charge.refresh_from_db()
    job = Job.objects.get(id=contract.job_id)
    assert (charge.state, job.state, bool(job.funded_at)) == ("succeeded", "contracted", True)
    assert charge.charge_reference.startswith("ch_")
    assert charge.payment_method_reference.startswith("pm_")
    assert set(Shift.objects.filter(job=job).values_list("state", flat=True)) == {"open"}
    money = job_money(job.id)
    assert (money.captured_cents, money.prepaid_held_cents) == (contract.total_cents,) * 2
    assert money.identity_holds
    fee = charge.processing_fee_cents
    assert fee == (charge.amount_cents * 29 + 500) // 1000 + 30
    assert ledger.balance(kind=Kind.PROCESSING_EXPENSE, owner_id=None, currency="CAD") == fee
    assert ledger.balance(kind=Kind.STRIPE_BALANCE, owner_id=None, currency="CAD") == charge.amount_cents - fee


def test_the_open_page_is_given_again_and_a_paid_contract_asks_for_no_more(ontario: World) -> None:
    contract = ontario.accepted()
    first, again = ontario.start(contract), ontario.start(contract)
    assert (first.id, first.pay_url) == (again.id, again.pay_url)
    ontario.pay(contract)
    with pytest.raises(AlreadyPaid):
        ontario.start(contract)
    assert Charge.objects.count() == 1


def test_a_declined_card_can_try_again_on_the_same_page(ontario: World) -> None:
    contract = ontario.accepted()
    charge = ontario.start(contract)
    assert ontario.press(charge, "declined") == 402
    ontario.hear("payment_intent.payment_failed")
    charge.refresh_from_db()
    assert charge.state == "open"
    assert ontario.pay(contract).state == "succeeded"


def test_an_expired_page_gives_way_to_a_new_one(ontario: World) -> None:
    contract = ontario.accepted()
    first = ontario.start(contract)
    ontario.advance(hours=24)
    ontario.hear("checkout.session.expired")
    first.refresh_from_db()
    assert first.state == "expired"
    assert ontario.press(first) == 410
    second = ontario.pay(contract)
    assert (second.id != first.id, second.state) == (True, "succeeded")
    assert Job.objects.get(id=contract.job_id).funded_at is not None


def test_a_lost_webhook_is_made_good_when_the_page_has_ended(ontario: World) -> None:
    from billing.listening import sweeping

    contract = ontario.accepted()
    charge = ontario.start(contract)
    ontario.sandbox.control("faults", {"kind": "webhook_lost", "times": 0})
    assert ontario.press(charge) == 303
    assert ontario.start(contract).id == charge.id
    assert sweeping.sweep_events(at=ontario.now) >= 2
    ontario.process_inbox()
    charge.refresh_from_db()
    assert charge.state == "succeeded"
    assert sweeping.sweep_events(at=ontario.now) == 0


def test_the_scan_asks_what_became_of_a_page_whose_time_is_over(ontario: World) -> None:
    from billing.listening import sweeping

    contract = ontario.accepted()
    charge = ontario.start(contract)
    assert ontario.press(charge) == 303
    assert sweeping.close_ended_sessions(at=ontario.now) == 0
    assert sweeping.close_ended_sessions(at=ontario.now + timedelta(hours=24)) == 1
    charge.refresh_from_db()
    assert charge.state == "succeeded"


# ── Webhooks ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["webhook_duplicate", "webhook_shuffle"])
def test_doubled_and_shuffled_webhooks_pay_once(ontario: World, kind: str) -> None:
    contract = ontario.accepted()
    charge = ontario.start(contract)
    ontario.sandbox.control("faults", {"kind": kind, "times": 0, "seconds": 0.3})
    assert ontario.press(charge) == 303
    ontario.hear("checkout.session.completed", "payment_intent.succeeded")
    # Once more, every one of them.
    ontario.take_in(list(ontario.sandbox.receiver.received))
    charge.refresh_from_db()
    assert charge.state == "succeeded"
    assert ledger.balance(kind=Kind.PREPAID_JOB, owner_id=contract.job_id, currency="CAD") == contract.total_cents
    assert InboxEvent.objects.filter(provider="stripe").exclude(state="done").count() == 0


@pytest.mark.parametrize("kind", ["webhook_bad_signature", "webhook_stale"])
def test_what_stripe_did_not_sign_is_refused_and_nothing_changes(ontario: World, kind: str) -> None:
    contract = ontario.accepted()
    charge = ontario.start(contract)
    ontario.sandbox.receiver.answers_with = 400
    ontario.sandbox.control("faults", {"kind": kind, "times": 0})
    assert ontario.press(charge) == 303
    ontario.hear("payment_intent.succeeded")
    charge.refresh_from_db()
    assert ontario.rejected >= 1
    assert charge.state == "open"
    assert not InboxEvent.objects.exclude(name="customer.created").exists()


def test_an_event_of_another_environment_is_refused(ontario: World) -> None:
    import json
    import time

    import stripe

    from tests.sandbox.running import WEBHOOK_SECRET

    body = json.dumps({"id": "evt_1", "type": "payment_intent.succeeded", "livemode": True, "data": {"object": {}}})
    stamp = int(time.time())
    signature = stripe.WebhookSignature._compute_signature(f"{stamp}.{body}", WEBHOOK_SECRET)
    with pytest.raises(SignatureInvalid, match="another environment"):
        inbox.receive_webhook(body=body.encode(), signature=f"t={stamp},v1={signature}", at=ontario.now)


@pytest.mark.parametrize("name", ["payment_intent.succeeded", "checkout.session.completed", "transfer.created", "a.b"])
def test_an_event_about_an_unknown_object_is_done_with_a_note(ontario: World, name: str) -> None:
    event = {"id": "evt_unknown", "type": name, "data": {"object": {"id": "xx_unknown"}}}
    inbox.store_event(external_id="evt_unknown", name=name, event=event, at=ontario.now)
    ontario.process_inbox()
    stored = InboxEvent.objects.get()
    assert stored.state == "done"
    assert stored.last_error


def test_somebody_elses_payment_is_nothing_of_ours(ontario: World) -> None:
    from tests.sandbox.running import pay

    pay(ontario.sandbox, metadata={"charge_id": "not an id"})
    ontario.hear("payment_intent.succeeded", "checkout.session.completed")
    assert set(InboxEvent.objects.values_list("state", flat=True)) == {"done"}
    assert ledger.trial_balance(currency="USD") == 0


# ── Faults on the way ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_timeout_after_the_session_was_made_finds_it_again(ontario: World) -> None:
    contract = ontario.accepted()
    ontario.fault("/v1/checkout/sessions", "timeout_after_commit")
    with pytest.raises(PaymentServiceUnavailable):
        ontario.start(contract)
    charge = ontario.start(contract)
    assert charge.state == "open"
    assert Charge.objects.count() == 1
    sessions = ontario.sandbox.stripe().v1.checkout.sessions.list({"limit": 10}).data
    assert [session.id for session in sessions] == [charge.session_reference]


def test_a_stored_500_leads_to_a_new_page(ontario: World) -> None:
    contract = ontario.accepted()
    ontario.fault("/v1/checkout/sessions", "500_after_commit")
    charge = ontario.start(contract)
    assert charge.state == "open"
    assert sorted(Charge.objects.values_list("state", flat=True)) == ["failed", "open"]
    assert ontario.pay(contract).state == "succeeded"


# ── Contract versions ───────────────────────────────────────────────────────────────────────────────────────────────


def test_only_the_client_accepts_and_only_once(ontario: World) -> None:
    from billing.agreeing import contracts

    contract = ontario.offered()
    with pytest.raises(NotFound):
        contracts.accept_contract(
            contract_id=contract.id, person=stranger(), actor=ontario.requester.actor, at=ontario.now
        )
    with pytest.raises(ContractNotAccepted):
        ontario.start(contract)
    ontario.accept(contract)
    with pytest.raises(ContractNotOpen):
        ontario.accept(contract)


def test_a_dearer_version_asks_for_the_difference(ontario: World) -> None:
    first = ontario.paid()
    job = Job.objects.get(id=first.job_id)
    second = ontario.change(job, job_terms(shifts=(shift_terms(hours=6),)))
    assert (second.version, second.state) == (2, "offered")
    first.refresh_from_db()
    assert first.state == "accepted"
    ontario.accept(second)
    first.refresh_from_db()
    assert first.state == "superseded"
    with pytest.raises(ContractSuperseded):
        ontario.start(first)
    charge = ontario.pay(second)
    assert charge.amount_cents == second.total_cents - first.total_cents
    assert job_money(job.id).captured_cents == second.total_cents
    assert Shift.objects.get(job=job, number=1).state == "open"


def test_a_cheaper_version_refunds_the_difference_at_once(ontario: World) -> None:
    two_shifts = (shift_terms(), shift_terms(starts_at=STARTS_AT + timedelta(days=1)))
    first = ontario.paid(job_terms(shifts=two_shifts))
    second = ontario.change(Job.objects.get(id=first.job_id), job_terms(shifts=two_shifts[:1]))
    ontario.accept(second)
    ontario.send()
    assert [refund.amount for refund in ontario.refunds()] == [first.total_cents - second.total_cents]
    money = job_money(first.job_id)
    assert (money.refunded_cents, money.prepaid_held_cents) == (
        first.total_cents - second.total_cents,
        second.total_cents,
    )
    assert money.identity_holds


def test_a_page_of_the_old_version_is_closed_before_a_new_one_opens(ontario: World) -> None:
    first = ontario.accepted()
    old = ontario.start(first)
    second = ontario.change(Job.objects.get(id=first.job_id), job_terms(shifts=(shift_terms(hours=6),)))
    ontario.accept(second)
    new = ontario.start(second)
    old.refresh_from_db()
    assert (old.state, new.amount_cents) == ("expired", second.total_cents)
    assert ontario.press(old) == 410


def test_paying_the_old_page_first_leaves_only_the_difference(ontario: World) -> None:
    first = ontario.accepted()
    old = ontario.start(first)
    second = ontario.change(Job.objects.get(id=first.job_id), job_terms(shifts=(shift_terms(hours=6),)))
    ontario.accept(second)
    assert ontario.press(old) == 303
    new = ontario.start(second)
    old.refresh_from_db()
    assert old.state == "succeeded"
    assert new.amount_cents == second.total_cents - first.total_cents


def test_money_that_comes_twice_goes_back(ontario: World) -> None:
    """Two pages open at once cannot happen through `start_checkout`; should it, the second payment is refunded."""
    contract = ontario.accepted()
    first = ontario.start(contract)
    Charge.objects.filter(id=first.id).update(state="failed")
    second = ontario.start(contract)
    assert ontario.press(first) == 303
    assert ontario.press(second) == 303
    ontario.hear("payment_intent.succeeded")
    checkout.refresh_session(charge_id=first.id, at=ontario.now)
    checkout.refresh_session(charge_id=second.id, at=ontario.now)
    ontario.send()
    assert [refund.amount for refund in ontario.refunds()] == [contract.total_cents]
    money = job_money(contract.job_id)
    assert money.captured_cents - money.refunded_cents == contract.total_cents
    assert money.identity_holds


def test_an_offer_is_made_once_per_revision(ontario: World) -> None:
    from billing.agreeing import contracts
    from kernel.actors import SYSTEM

    contract = ontario.offered()
    again = contracts.offer_contract(job=contract.job, at=ontario.now, actor=SYSTEM)
    assert again.id == contract.id
    assert Contract.objects.count() == 1
