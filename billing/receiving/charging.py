"""What Stripe says became of a payment, applied to the charge: once, whoever hears it first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from billing import events
from billing.bills import funding
from billing.books import ledger
from billing.books.chart import Kind
from billing.cards import extra_charges, holds
from billing.invoices import unneeded_invoices
from billing.models import Charge
from billing.receiving import debits, receipts
from billing.refusals import AmountMismatch
from kernel import audit, outbox
from kernel.actors import provider
from marketplace.models import Job

PAYMENT_INTENT_EXPANSION = ["latest_charge.balance_transaction"]
SESSION_EXPANSION = ["payment_intent.latest_charge.balance_transaction"]
_STRIPE = provider("Stripe")


def apply_session(*, charge_id: UUID, session: Mapping[str, Any], at: datetime) -> str:
    """A Checkout session, fetched with SESSION_EXPANSION. Returns the charge's state."""
    intent = session.get("payment_intent")
    if session["status"] == "complete" and isinstance(intent, Mapping):
        return apply_payment_intent(charge_id=charge_id, intent=intent, session_reference=session["id"], at=at)
    if session["status"] != "expired":
        return str(Charge.objects.values_list("state", flat=True).get(id=charge_id))
    with transaction.atomic():
        charge = _lock(charge_id)
        if charge.state in (Charge.State.INTENDED, Charge.State.UNKNOWN, Charge.State.OPEN):
            charge.state = Charge.State.EXPIRED
            charge.due_at = None
            charge.save(update_fields=["state", "due_at"])
            _audit(charge, "charge.expired", at)
        return charge.state


def apply_payment_intent(
    *, charge_id: UUID, intent: Mapping[str, Any], at: datetime, session_reference: str = ""
) -> str:
    """A payment intent, fetched with PAYMENT_INTENT_EXPANSION. Returns the charge's state. Raises AmountMismatch."""
    with transaction.atomic():
        charge = _lock(charge_id)
        if charge.state == Charge.State.SUCCEEDED:
            _post_fee(charge, intent, at)
        elif intent["status"] == "succeeded":
            _succeed(charge, intent, session_reference, at)
        elif charge.kind == Charge.Kind.HOLD:
            holds.apply_hold(charge=charge, intent=intent, at=at)
        elif intent["status"] == "processing":
            debits.begin(charge=charge, intent=intent, at=at)
            _audit(charge, "charge.processing", at)
        elif intent["status"] in ("requires_payment_method", "canceled") and charge.state == Charge.State.PROCESSING:
            debits.fail(charge=charge, reason=_failure(intent), at=at)
            _audit(charge, "charge.failed", at)
        elif intent["status"] in ("requires_payment_method", "canceled") and _is_waiting_off_session(charge):
            charge.intent_reference = intent["id"]
            charge.save(update_fields=["intent_reference"])
            extra_charges.fail_extra_charge(charge=charge, reason=_failure(intent), at=at)
            _audit(charge, "charge.failed", at)
        return charge.state


def apply_outside_payment(*, charge_id: UUID, paid_cents: int, at: datetime) -> str:
    """An invoice that was marked paid at Stripe without Stripe's having the money: it came to the platform's bank.

    Returns the charge's state. Raises AmountMismatch.
    """
    with transaction.atomic():
        charge = _lock(charge_id)
        if charge.state != Charge.State.SUCCEEDED:
            if paid_cents != charge.amount_cents:
                raise AmountMismatch(
                    f"Charge {charge.id} asked for {charge.amount_cents} cents; "
                    f"{paid_cents} were paid outside of Stripe.",
                    asked_cents=charge.amount_cents,
                    received_cents=paid_cents,
                )
            charge.state = Charge.State.SUCCEEDED
            charge.succeeded_at = at
            charge.processing_fee_cents = 0
            charge.leased_until, charge.due_at, charge.last_error = None, None, ""
            charge.save()
            _book(charge, at)
        return charge.state


def _lock(charge_id: UUID) -> Charge:
    job_id = Charge.objects.values_list("job_id", flat=True).get(id=charge_id)
    Job.objects.select_for_update().get(id=job_id)
    return Charge.objects.select_for_update(of=("self",)).select_related("job__client").get(id=charge_id)


def _succeed(charge: Charge, intent: Mapping[str, Any], session_reference: str, at: datetime) -> None:
    received, currency = intent["amount_received"], str(intent["currency"]).upper()
    if (received, currency) != (charge.amount_cents, charge.currency):
        raise AmountMismatch(
            f"Charge {charge.id} asked for {charge.amount_cents} {charge.currency}; "
            f"Stripe reports {received} {currency}.",
            asked_cents=charge.amount_cents,
            received_cents=received,
        )
    paid = intent["latest_charge"]
    if charge.kind == Charge.Kind.HOLD:
        holds.note_capture(charge=charge, at=at)
    charge.state = Charge.State.SUCCEEDED
    charge.succeeded_at = at
    charge.intent_reference = intent["id"]
    charge.charge_reference = paid["id"] if isinstance(paid, Mapping) else paid
    charge.payment_method_reference = _identifier(intent.get("payment_method"))
    charge.session_reference = session_reference or charge.session_reference
    charge.leased_until, charge.due_at, charge.last_error = None, None, ""
    charge.save()
    _book(charge, at, intent)


def _book(charge: Charge, at: datetime, intent: Mapping[str, Any] | None = None) -> None:
    receipts.post_receipt(charge=charge, at=at)
    if intent is not None:
        _post_fee(charge, intent, at)
    _audit(charge, "charge.succeeded", at)
    outbox.announce(
        name=events.CHARGE_SUCCEEDED,
        payload={
            "charge_id": str(charge.id),
            "job_id": str(charge.job_id),
            "amount_cents": charge.amount_cents,
            "currency": charge.currency,
        },
        tenant_id=charge.job.governing_department_id,
        at=at,
    )
    unneeded_invoices.reconsider(job_id=charge.job_id, at=at)
    funding.fund_when_covered(job_id=charge.job_id, cause=f"charge:{charge.id}", actor=_STRIPE, at=at)


def _post_fee(charge: Charge, intent: Mapping[str, Any], at: datetime) -> None:
    """Stripe's own cost. It may be told later than the success: the sweep asks again until it is there."""
    paid = intent.get("latest_charge")
    movement = paid.get("balance_transaction") if isinstance(paid, Mapping) else None
    if charge.kind == Charge.Kind.HOLD:
        # A capture of less than was held makes two balance transactions: the sweep books the fees of both.
        return
    if charge.processing_fee_cents is None and isinstance(movement, Mapping):
        _book_fee(charge, movement["fee"], at)


def post_fees(*, charge_id: UUID, fee_cents: int, at: datetime) -> None:
    """Stripe's cost of a captured hold, over all of its balance transactions. Once."""
    with transaction.atomic():
        charge = _lock(charge_id)
        if charge.processing_fee_cents is None:
            _book_fee(charge, fee_cents, at)


def _book_fee(charge: Charge, fee_cents: int, at: datetime) -> None:
    charge.processing_fee_cents = fee_cents
    charge.save(update_fields=["processing_fee_cents"])
    if not fee_cents:
        return
    ledger.post(
        business_key=f"charge:{charge.id}:fee",
        kind="processing_fee",
        description=f"Stripe's fee on {charge.charge_reference}",
        legs=[
            ledger.debit(Kind.PROCESSING_EXPENSE, fee_cents),
            ledger.credit(Kind.STRIPE_BALANCE, fee_cents),
        ],
        currency=charge.currency,
        source=charge.charge_reference,
        job_id=charge.job_id,
        at=at,
    )


def _is_waiting_off_session(charge: Charge) -> bool:
    return charge.kind == Charge.Kind.OFF_SESSION and charge.state in (Charge.State.INTENDED, Charge.State.UNKNOWN)


def _failure(intent: Mapping[str, Any]) -> str:
    error = intent.get("last_payment_error") or {}
    return str(error.get("message") or f"The payment is {intent['status']}.")


def _identifier(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value["id"])
    return str(value or "")


def _audit(charge: Charge, action: str, at: datetime) -> None:
    audit.record(
        actor=_STRIPE,
        action=action,
        subject_kind="charge",
        subject_id=charge.id,
        tenant_id=charge.job.governing_department_id,
        at=at,
        after={"state": charge.state, "amount_cents": charge.amount_cents, "reference": charge.charge_reference},
    )
