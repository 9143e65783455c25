"""A settled shift of a client with credit becomes one invoice with days to pay: intended here, sent by `senders`."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from billing.invoices import credit
from billing.models import Charge, Settlement
from billing.sending import waking
from kernel.identifiers import uuid7
from marketplace.models import Job

USUAL_DAYS = 30


def intend_invoice(*, settlement: Settlement, amount_cents: int, at: datetime) -> Charge:
    """One invoice per settlement, with everything that will be sent. Nobody is paid from it before it is paid.

    Per shift, not per month: each is due on its own day, and no payee waits for another shift's approval.
    """
    job = settlement.job
    charge_id = uuid7()
    charge = Charge.objects.create(
        id=charge_id,
        job=job,
        contract=settlement.contract,
        settlement=settlement,
        kind=Charge.Kind.INVOICE,
        amount_cents=amount_cents,
        currency=settlement.currency,
        idempotency_key=f"invoice:{settlement.id}",
        request_body=invoice_body(
            job=job,
            charge_id=charge_id,
            description=f"Job {job.reference}, shift {settlement.shift.number}: approved hours",
        ),
        due_at=at,
        created_at=at,
    )
    waking.wake_senders()
    return charge


def invoice_body(*, job: Job, charge_id: UUID, description: str) -> dict[str, Any]:
    """What Stripe is sent; the client has as many days to pay as their credit says."""
    trusted = credit.credit_of(client_id=job.client_id, department_id=job.governing_department_id)
    return {
        "customer": job.client.stripe_customer_reference,
        "collection_method": "send_invoice",
        "days_until_due": trusted.days_until_due if trusted else USUAL_DAYS,
        "currency": job.currency.lower(),
        "auto_advance": False,
        "pending_invoice_items_behavior": "exclude",
        "description": description,
        # Not `charge_id`: an invoice's payment is applied with its invoice, never by its payment intent alone.
        "metadata": {"invoice_charge_id": str(charge_id), "job_id": str(job.id)},
    }
