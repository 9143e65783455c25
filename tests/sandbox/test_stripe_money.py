"""The path of the money through the stand-in, driven by the real SDK."""

import urllib.parse

import pytest
import stripe

from tests.sandbox.running import Sandbox, make_account, make_session, pay


def test_a_paid_checkout_session_is_a_charge_a_fee_and_a_redirect(sandbox: Sandbox) -> None:
    session = make_session(sandbox, 50_000)
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    assert "US$500.00" in sandbox.page(f"/pay/{session.id}").text
    answer = sandbox.page(urllib.parse.urlsplit(session.url).path, {"outcome": "pay"})
    assert answer.location == f"{sandbox.receiver.base}/paid?session={session.id}"
    client = sandbox.stripe()
    paid = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge.balance_transaction"]}
    )
    assert (paid.status, paid.payment_status) == ("complete", "paid")
    charge = paid.payment_intent.latest_charge
    assert (charge.amount_captured, charge.balance_transaction.fee) == (50_000, 1480)
    assert client.v1.balance.retrieve().pending[0].amount == 48_520
    books = sandbox.control("books")
    assert books["accounts"] == {
        "outside:cards": {"usd": -50_000},
        "platform:pending": {"usd": 48_520},
        "stripe:fees": {"usd": 1480},
    }
    assert books["balanced"] is True
    # A second press of the button pays nothing more.
    assert sandbox.page(f"/pay/{session.id}", {"outcome": "pay"}).location == answer.location
    assert len(client.v1.charges.list().data) == 1


def test_a_declined_card_leaves_the_session_open_for_another_try(sandbox: Sandbox) -> None:
    session = make_session(sandbox)
    assert sandbox.page(f"/pay/{session.id}", {"outcome": "declined"}).status == 402
    assert sandbox.stripe().v1.checkout.sessions.retrieve(session.id).status == "open"
    page = sandbox.page(f"/pay/{session.id}", {"outcome": "authentication"})
    assert page.status == 200
    assert "authentication" in page.text
    assert sandbox.page(f"/pay/{session.id}", {"outcome": "authentication_passed"}).status == 303
    intent = sandbox.stripe().v1.payment_intents.list().data
    assert [(item.status, item.amount_received) for item in intent] == [("succeeded", 50_000)]


def test_cancel_goes_back_and_time_expires_the_session(sandbox: Sandbox) -> None:
    session = make_session(sandbox)
    assert sandbox.page(f"/pay/{session.id}", {"outcome": "cancel"}).location == f"{sandbox.receiver.base}/cancelled"
    sandbox.advance(hours=25)
    assert sandbox.page(f"/pay/{session.id}", {"outcome": "pay"}).status == 410
    sandbox.receiver.wait_for(lambda receiver: "checkout.session.expired" in receiver.event_types())
    with pytest.raises(stripe.InvalidRequestError):
        sandbox.stripe().v1.checkout.sessions.expire(session.id)


def test_a_card_saved_at_checkout_is_charged_off_session(sandbox: Sandbox) -> None:
    client = sandbox.stripe()
    customer = client.v1.customers.create({"email": "client@example.com", "metadata": {"client": "7"}})
    pay(sandbox, customer=customer.id, payment_intent_data={"setup_future_usage": "off_session"})
    (method,) = client.v1.payment_methods.list({"customer": customer.id}).data
    intent = client.v1.payment_intents.create(
        {
            "amount": 2_500,
            "currency": "usd",
            "customer": customer.id,
            "payment_method": method.id,
            "off_session": True,
            "confirm": True,
        }
    )
    assert intent.status == "succeeded"
    sandbox.control(f"payment_methods/{method.id}", {"behaviour": "authentication_required"})
    with pytest.raises(stripe.CardError) as refused:
        client.v1.payment_intents.create(
            {
                "amount": 2_500,
                "currency": "usd",
                "customer": customer.id,
                "payment_method": method.id,
                "off_session": True,
                "confirm": True,
            }
        )
    assert refused.value.code == "authentication_required"
    assert refused.value.error.payment_intent.status == "requires_payment_method"


def test_a_hold_is_captured_in_part_and_reconciles_by_the_sum_per_source(sandbox: Sandbox) -> None:
    client = sandbox.stripe()
    intent = client.v1.payment_intents.create(
        {
            "amount": 10_000, "currency": "cad", "payment_method": "pm_card_visa", "confirm": True,
            "capture_method": "manual", "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        }
    )  # fmt: skip
    assert (intent.status, intent.amount_capturable) == ("requires_capture", 10_000)
    captured = client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 6_000})
    assert (captured.status, captured.amount_received) == ("succeeded", 6_000)
    parts = client.v1.balance_transactions.list({"source": captured.latest_charge}).data
    assert len(parts) == 2
    assert sum(part.amount for part in parts) == 6_000
    held = client.v1.payment_intents.create(
        {
            "amount": 700,
            "currency": "cad",
            "payment_method": "pm_card_visa",
            "confirm": True,
            "capture_method": "manual",
        }
    )
    sandbox.advance(days=8)
    assert client.v1.payment_intents.retrieve(held.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.capture(held.id)


def test_refunds_end_at_what_was_captured(sandbox: Sandbox) -> None:
    client, intent = sandbox.stripe(), pay(sandbox, 5_000)
    refund = client.v1.refunds.create({"payment_intent": intent.id, "amount": 2_000})
    assert refund.status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 3_001})
    assert refused.value.code == "amount_too_large"
    client.v1.refunds.create({"payment_intent": intent.id})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 1})
    assert refused.value.code == "charge_already_refunded"
    assert sandbox.control("books")["accounts"]["outside:cards"] == {"usd": 0}


def test_transfers_draw_on_their_charge_and_end_in_a_bank(sandbox: Sandbox) -> None:
    client, officer, intent = sandbox.stripe(), make_account(sandbox), pay(sandbox, 50_000)
    charge = intent.latest_charge
    transfer = client.v1.transfers.create(
        {
            "amount": 30_000,
            "currency": "usd",
            "destination": officer,
            "source_transaction": charge,
            "transfer_group": "job_1",
        }
    )
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.transfers.create(
            {"amount": 20_001, "currency": "usd", "destination": officer, "source_transaction": charge}
        )
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.transfers.create({"amount": 100, "currency": "usd", "destination": officer})
    assert refused.value.code == "balance_insufficient"
    reversal = client.v1.transfers.reversals.create(transfer.id, {"amount": 5_000})
    assert reversal.amount == 5_000
    assert [item.id for item in client.v1.transfers.list({"transfer_group": "job_1"}).data] == [transfer.id]
    assert client.v1.transfers.retrieve(transfer.id).amount_reversed == 5_000
    sandbox.advance(days=4)
    (payout,) = client.v1.payouts.list(options={"stripe_account": officer}).data
    assert (payout.amount, payout.automatic) == (25_000, True)
    itemised = client.v1.balance_transactions.list({"payout": payout.id}, {"stripe_account": officer}).data
    assert sum(item.net for item in itemised) == 0
    assert len(itemised) == 3
    sandbox.advance(days=1)
    assert client.v1.payouts.retrieve(payout.id, options={"stripe_account": officer}).status == "paid"
    sandbox.receiver.wait_for(
        lambda receiver: any(
            event["type"] == "payout.paid" and event["account"] == officer for event in receiver.events()
        )
    )
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.transfers.reversals.create(transfer.id, {"amount": 1})
    books = sandbox.control("books")
    assert books["accounts"][f"outside:bank:{officer}"] == {"usd": 25_000}
    assert books["balanced"] is True
    failed = sandbox.control(f"payouts/{payout.id}/fail", {})
    assert failed["status"] == "failed"
    assert client.v1.balance.retrieve(options={"stripe_account": officer}).available[0].amount == 25_000


def test_transfers_wait_for_the_capability(sandbox: Sandbox) -> None:
    client, intent = sandbox.stripe(), pay(sandbox)
    account = make_account(sandbox, active=False)
    include = {"include": ["configuration.recipient", "requirements"]}
    before = client.v2.core.accounts.retrieve(account, include)
    assert before.configuration.recipient.capabilities.stripe_balance.stripe_transfers.status == "restricted"
    assert before.requirements.entries

    def transfer() -> None:
        client.v1.transfers.create(
            {"amount": 100, "currency": "usd", "destination": account, "source_transaction": intent.latest_charge}
        )

    with pytest.raises(stripe.InvalidRequestError) as refused:
        transfer()
    assert refused.value.code == "insufficient_capabilities_for_transfer"
    sandbox.control(f"accounts/{account}", {"state": "active"})
    transfer()
    after = client.v2.core.accounts.retrieve(account, include)
    assert after.configuration.recipient.capabilities.stripe_balance.stripe_transfers.status == "active"
    assert not after.requirements.entries
    sandbox.control(f"accounts/{account}", {"state": "restricted"})
    with pytest.raises(stripe.InvalidRequestError):
        transfer()


def test_an_onboarding_link_is_good_for_one_visit(sandbox: Sandbox) -> None:
    account = make_account(sandbox, active=False)
    link = sandbox.stripe().v1.account_links.create(
        {
            "account": account,
            "type": "account_onboarding",
            "refresh_url": "http://localhost/refresh",
            "return_url": "http://localhost/return",
        }
    )
    path = urllib.parse.urlsplit(link.url).path
    assert sandbox.page(path).status == 200
    assert sandbox.page(path).location == "http://localhost/refresh"
    assert sandbox.page(path, {"outcome": "complete", "account_number": "12"}).status == 422
    assert sandbox.page(path, {"outcome": "incomplete"}).location == "http://localhost/return"
    assert sandbox.stripe().v1.accounts.retrieve(account).payouts_enabled is False
    assert sandbox.page(path, {"outcome": "complete"}).location == "http://localhost/refresh"


def test_a_bank_debit_settles_days_later(sandbox: Sandbox) -> None:
    client = sandbox.stripe()
    good, bad = (
        client.v1.payment_intents.create({"amount": 9_000, "currency": "usd", "payment_method": token, "confirm": True})
        for token in ("pm_usBankAccount_success", "pm_usBankAccount_insufficientFunds")
    )
    assert good.status == bad.status == "processing"
    sandbox.advance(days=5)
    assert client.v1.payment_intents.retrieve(good.id).status == "succeeded"
    assert client.v1.payment_intents.retrieve(bad.id).status == "requires_payment_method"


def test_a_dispute_takes_the_money_and_a_fee_and_evidence_wins_it_back(sandbox: Sandbox) -> None:
    client, intent = sandbox.stripe(), pay(sandbox, 10_000)
    sandbox.control("disputes", {"charge": intent.latest_charge})
    (dispute,) = client.v1.disputes.list({"charge": intent.latest_charge}).data
    assert dispute.status == "needs_response"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"charge": intent.latest_charge})
    won = client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}})
    assert won.status == "won"
    assert sum(part.net for part in won.balance_transactions) == -1500
    assert sandbox.control("books")["balanced"] is True
