"""The stand-in's own answers, checked against the response types of the installed SDK."""

from typing import Any

import pytest
import stripe

from sandbox import contract
from tests.sandbox.running import Sandbox, make_account, make_session, pay

EVERYTHING = ["configuration.recipient", "requirements", "identity", "defaults", "future_requirements"]


def invoice(sandbox: Sandbox, amount: int = 120_000) -> Any:
    """A sent invoice, due in 30 days."""
    client = sandbox.stripe()
    customer = client.v1.customers.create({"email": "agency@example.com", "name": "An agency"})
    draft = client.v1.invoices.create(
        {"customer": customer.id, "collection_method": "send_invoice", "days_until_due": 30, "metadata": {"month": "5"}}
    )
    client.v1.invoice_items.create(
        {"customer": customer.id, "invoice": draft.id, "amount": amount, "currency": "usd", "description": "May"}
    )
    return client.v1.invoices.send_invoice(draft.id)


def test_every_answer_has_the_shape_that_the_sdk_promises(sandbox: Sandbox) -> None:
    client, officer = sandbox.stripe(), make_account(sandbox)
    customer = client.v1.customers.create({"email": "client@example.com"})
    intent = pay(sandbox, customer=customer.id, payment_intent_data={"setup_future_usage": "off_session"})
    client.v1.checkout.sessions.expire(make_session(sandbox).id)
    transfer = client.v1.transfers.create(
        {"amount": 30_000, "currency": "usd", "destination": officer, "source_transaction": intent.latest_charge}
    )
    client.v1.transfers.reversals.create(transfer.id, {"amount": 100})
    client.v1.refunds.create({"charge": intent.latest_charge, "amount": 5})
    disputed = pay(sandbox, 900)
    sandbox.control("disputes", {"charge": disputed.latest_charge})
    client.v1.disputes.list()
    client.v1.setup_intents.create({"payment_method": "pm_card_visa", "confirm": True})
    client.v1.payment_methods.list()
    for more in (
        {"payment_method": "pm_card_visa", "capture_method": "manual"},
        {"payment_method": "pm_card_authenticationRequired", "return_url": "http://localhost/back"},
        {"payment_method": "pm_usBankAccount_success"},
    ):
        client.v1.payment_intents.create({"amount": 800, "currency": "usd", "confirm": True, **more})  # type: ignore[typeddict-item]
    client.v1.invoices.pay(invoice(sandbox).id, {"payment_method": "pm_card_visa", "expand": ["customer"]})
    client.v1.invoices.list()
    client.v1.invoice_items.list()
    client.v1.invoice_payments.list()
    sandbox.advance(days=5)
    for options in ({}, {"stripe_account": officer}):
        client.v1.payouts.list(options=options)  # type: ignore[arg-type]
        client.v1.balance_transactions.list(options=options)  # type: ignore[arg-type]
        client.v1.charges.list(options=options)  # type: ignore[arg-type]
        client.v1.balance.retrieve(options=options)  # type: ignore[arg-type]
        client.v1.balance_settings.retrieve(options=options)  # type: ignore[arg-type]
    client.v1.accounts.retrieve(officer)
    client.v1.accounts.login_links.create(officer)
    client.v2.core.accounts.retrieve(officer, {"include": EVERYTHING})  # type: ignore[typeddict-item]
    client.v1.events.list({"limit": 100})
    answered = [line for line in sandbox.requests() if line["status"] == 200 and "object" in line["response"]]
    assert len(answered) >= 40
    problems = {
        f"{line['method']} {line['path']}: {problem}"
        for line in answered
        for problem in contract.check_answer(line["response"])
    }
    assert problems == set()


def test_the_check_sees_what_is_missing_wrong_or_invented() -> None:
    problems = contract.check_answer(
        {"object": "transfer_reversal", "id": "trr_1", "amount": "12", "currency": "usd", "created": 1, "colour": "red"}
    )
    assert problems == [
        "transfer_reversal.colour is unknown to the SDK",
        "transfer_reversal.amount is str, not int",
        "transfer_reversal.transfer is missing",
    ]


def test_an_invoice_is_paid_late_or_not_at_all(sandbox: Sandbox) -> None:
    client, sent = sandbox.stripe(), invoice(sandbox)
    assert (sent.status, sent.amount_due) == ("open", 120_000)
    assert "US$1,200.00" in sandbox.page(f"/invoice/{sent.id}").text
    assert sandbox.page(f"/invoice/{sent.id}", {"outcome": "bank_fails"}).status == 200
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.invoices.void_invoice(sent.id)
    sandbox.advance(days=5)
    assert client.v1.invoices.retrieve(sent.id).status == "open"
    assert "invoice.payment_failed" in {event.type for event in client.v1.events.list({"limit": 100}).data}
    sandbox.advance(days=26)
    assert "invoice.overdue" in {event.type for event in client.v1.events.list({"limit": 100}).data}
    assert sandbox.page(f"/invoice/{sent.id}", {"outcome": "bank"}).status == 200
    sandbox.advance(days=5)
    paid = client.v1.invoices.retrieve(sent.id)
    assert (paid.status, paid.amount_paid, paid.amount_remaining) == ("paid", 120_000, 0)
    (payment,) = client.v1.invoice_payments.list({"invoice": sent.id}).data
    assert payment.amount_paid == 120_000
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.invoices.pay(sent.id, {"payment_method": "pm_card_visa"})
    assert sandbox.control("books")["balanced"] is True
    second = invoice(sandbox, 500)
    assert client.v1.invoices.void_invoice(second.id).status == "void"
