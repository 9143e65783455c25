"""What Stripe says became of an invoice, applied to its charge; overdue ones suspend the client's credit."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import stripe
from django.db import transaction

from billing import events
from billing.bills import coverage
from billing.books import ledger
from billing.books.chart import Kind
from billing.invoices import credit, unneeded_invoices
from billing.models import Charge, ClientCredit
from billing.receiving import charging
from billing.refusals import PaymentRefused
from billing.refusals.ways import NothingToWriteOff
from billing.sending import stripe_port, trouble
from kernel import audit, outbox
from kernel.actors import Actor, provider
from kernel.errors import Refusal
from marketplace.models import Job

logger = logging.getLogger(__name__)

ASK_AGAIN = timedelta(hours=6)
_BEING_MADE = (Charge.State.INTENDED, Charge.State.UNKNOWN)
_BATCH = 100


def apply_invoice(*, charge_id: UUID, invoice: Mapping[str, Any], at: datetime) -> str:
    """An invoice that is open, paid or void, as it is at Stripe. Returns the charge's state.

    The payment of a paid one is fetched here, before any transaction begins.
    """
    if invoice["status"] == "paid":
        intent = _paying_intent(str(invoice["id"]))
        if intent is not None:
            state = charging.apply_payment_intent(charge_id=charge_id, intent=intent, at=at)
        else:
            outside = int(invoice.get("amount_paid_off_stripe") or 0)
            state = charging.apply_outside_payment(charge_id=charge_id, paid_cents=outside, at=at)
        _review(charge_id, at)
        return state
    with transaction.atomic():
        charge = _lock(charge_id)
        if invoice["status"] == "open" and charge.state in _BEING_MADE:
            _open(charge, invoice, at)
        elif invoice["status"] == "void" and charge.state in (*_BEING_MADE, Charge.State.OPEN):
            _void(charge, at)
        return charge.state


def refresh_invoice(*, charge_id: UUID, at: datetime) -> str:
    reference = Charge.objects.values_list("invoice_reference", flat=True).get(id=charge_id)
    invoice = stripe_port.ask(lambda: stripe_port.client().v1.invoices.retrieve(reference))
    return apply_invoice(charge_id=charge_id, invoice=stripe_port.plain(invoice), at=at)


def on_invoice(payload: Mapping[str, Any], at: datetime) -> str:
    """Webhooks `invoice.…`: fetch it, and apply what it is now."""
    reference = str(((payload.get("data") or {}).get("object") or {}).get("id") or "unknown")
    charge_id = Charge.objects.filter(invoice_reference=reference).values_list("id", flat=True).first()
    if charge_id is None:
        return "No invoice of ours, or one whose sending has not been concluded: that looks it up."
    refresh_invoice(charge_id=charge_id, at=at)
    return ""


def scan_invoices(*, at: datetime) -> int:
    """Ask after open invoices now and then, should a webhook be lost, and void those that were paid another way."""
    due = Charge.objects.filter(kind=Charge.Kind.INVOICE, state=Charge.State.OPEN, due_at__lte=at).order_by("due_at")
    asked = list(due.values_list("id", flat=True)[:_BATCH])
    for charge_id in asked:
        Charge.objects.filter(id=charge_id, state=Charge.State.OPEN).update(due_at=at + ASK_AGAIN)
        try:
            if refresh_invoice(charge_id=charge_id, at=at) == Charge.State.OPEN:
                _void_when_unneeded(charge_id, at)
        except Refusal:
            # One that was paid with another amount must not keep the others from being heard of.
            logger.exception("Invoice %s could not be brought up to date; it is asked after again.", charge_id)
    return len(asked)


def _void_when_unneeded(charge_id: UUID, at: datetime) -> None:
    with transaction.atomic():
        charge = _lock(charge_id)
        if charge.state != Charge.State.OPEN or not unneeded_invoices.is_unneeded(charge=charge):
            return
    try:
        stripe_port.ask(lambda: stripe_port.client().v1.invoices.void_invoice(charge.invoice_reference))
    except PaymentRefused:
        pass  # It is being paid, or void already: asking again says which, and a second payment goes back.
    refresh_invoice(charge_id=charge_id, at=at)


def scan_overdue(*, at: datetime) -> int:
    """Suspend the credit of whoever has an overdue invoice; returns how many credits changed."""
    late = set(
        Charge.objects.filter(kind=Charge.Kind.INVOICE, state=Charge.State.OPEN, payable_before__lte=at)
        .values_list("job__client_id", "job__governing_department_id")
        .distinct()
    )
    if not late:
        return 0
    changed = late & set(ClientCredit.objects.filter(suspended_at=None).values_list("client_id", "department_id"))
    return sum(credit.review(client_id=client, department_id=department, at=at) for client, department in changed)


def write_off(*, charge_id: UUID, reason: str, actor: Actor, at: datetime) -> Charge:
    """The operator gives an unpaid invoice up: the receivable becomes the platform's bad debt. Once.

    Its payees are not paid from it; the client's credit stays suspended. Raises NothingToWriteOff.
    """
    with transaction.atomic():
        charge = _lock(charge_id)
        is_open = charge.kind == Charge.Kind.INVOICE and charge.state == Charge.State.OPEN
        # One that was paid after all and waits to be voided is not given up a second time.
        is_open = is_open and charge.written_off_at is None
        if not is_open or charge.payable_before is None or charge.payable_before > at:
            raise NothingToWriteOff("Only an overdue, unpaid invoice can be written off.", state=charge.state)
        charge.state = Charge.State.CANCELLED
        charge.written_off_at = at
        charge.due_at = None
        charge.save(update_fields=["state", "written_off_at", "due_at"])
        ledger.post(
            business_key=f"write_off:{charge.id}",
            kind="write_off",
            description=f"Invoice of job {charge.job.reference} written off",
            legs=[
                ledger.debit(Kind.BAD_DEBT_EXPENSE, charge.amount_cents),
                ledger.credit(Kind.CLIENT_RECEIVABLE, charge.amount_cents, charge.job_id),
            ],
            currency=charge.currency,
            job_id=charge.job_id,
            at=at,
        )
        _audit(charge, "invoice.written_off", actor, at, reason)
    return charge


def _open(charge: Charge, invoice: Mapping[str, Any], at: datetime) -> None:
    charge.state = Charge.State.OPEN
    charge.invoice_reference = str(invoice["id"])
    charge.pay_url = str(invoice.get("hosted_invoice_url") or "")
    charge.payable_before = datetime.fromtimestamp(invoice["due_date"], UTC)
    charge.leased_until, charge.last_error = None, ""
    charge.due_at = at if unneeded_invoices.is_unneeded(charge=charge) else at + ASK_AGAIN
    charge.save()
    outbox.announce(
        name=events.INVOICE_SENT,
        payload={
            "charge_id": str(charge.id),
            "job_id": str(charge.job_id),
            "amount_cents": charge.amount_cents,
            "currency": charge.currency,
            "payable_before": charge.payable_before.isoformat(),
        },
        tenant_id=charge.job.governing_department_id,
        at=at,
    )


def _void(charge: Charge, at: datetime) -> None:
    """By us, because the client paid another way; or by hand at Stripe, and then they are asked to pay on the page."""
    charge.state = Charge.State.CANCELLED
    charge.leased_until, charge.due_at = None, None
    charge.save(update_fields=["state", "leased_until", "due_at"])
    _audit(charge, "invoice.voided", provider("Stripe"), at, "")
    contract = coverage.accepted_contract(job_id=charge.job_id)
    if contract is not None and coverage.due_cents(contract=contract) >= coverage.SMALLEST_CHARGE_CENTS:
        reason = "The invoice was withdrawn."
        trouble.announce_charge(name=events.PAYMENT_NEEDED, charge=charge, reason=reason, at=at)
    _review(charge.id, at)


def _paying_intent(invoice_reference: str) -> dict[str, Any] | None:
    """The payment intent that paid it; None when it was marked paid without Stripe's having the money."""
    client = stripe_port.client()
    listed = client.v1.invoice_payments.list({"invoice": invoice_reference, "status": "paid", "limit": 10})
    for payment in listed.data:
        reference = (stripe_port.plain(payment).get("payment") or {}).get("payment_intent")
        if reference:
            fetched: stripe.PaymentIntent = client.v1.payment_intents.retrieve(
                reference, {"expand": charging.PAYMENT_INTENT_EXPANSION}
            )
            return dict(stripe_port.plain(fetched))
    return None


def _review(charge_id: UUID, at: datetime) -> None:
    client_id, department_id = Charge.objects.values_list("job__client_id", "job__governing_department_id").get(
        id=charge_id
    )
    credit.review(client_id=client_id, department_id=department_id, at=at)


def _lock(charge_id: UUID) -> Charge:
    job_id = Charge.objects.values_list("job_id", flat=True).get(id=charge_id)
    Job.objects.select_for_update().get(id=job_id)
    return Charge.objects.select_for_update(of=("self",)).select_related("job__client").get(id=charge_id)


def _audit(charge: Charge, action: str, actor: Actor, at: datetime, reason: str) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_kind="charge",
        subject_id=charge.id,
        tenant_id=charge.job.governing_department_id,
        at=at,
        after={"state": charge.state, "amount_cents": charge.amount_cents},
        reason=reason,
    )
