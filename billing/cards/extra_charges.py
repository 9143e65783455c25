"""More was worked than was prepaid: the rest is taken from the card that the client saved when they paid."""

from __future__ import annotations

from datetime import datetime

from billing import events
from billing.cards import saved_cards
from billing.models import Charge, Settlement
from billing.sending import trouble, waking
from kernel.identifiers import uuid7

NO_SAVED_CARD = "The client has no saved card."


def intend_extra_charge(*, settlement: Settlement, amount_cents: int, at: datetime) -> Charge:
    """The intent, with everything that will be sent. Without a saved card it fails at once and the client is asked."""
    job = settlement.job
    method = _saved_method(settlement)
    charge_id = uuid7()
    charge = Charge.objects.create(
        id=charge_id,
        job=job,
        contract=settlement.contract,
        settlement=settlement,
        kind=Charge.Kind.OFF_SESSION,
        amount_cents=amount_cents,
        currency=settlement.currency,
        idempotency_key=f"extra:{settlement.id}",
        payment_method_reference=method,
        request_body={
            "amount": amount_cents,
            "currency": settlement.currency.lower(),
            "customer": job.client.stripe_customer_reference,
            "payment_method": method,
            "off_session": True,
            "confirm": True,
            "transfer_group": str(job.id),
            "description": f"Job {job.reference}: hours beyond those prepaid",
            "metadata": {"charge_id": str(charge_id), "job_id": str(job.id)},
        },
        due_at=at,
        created_at=at,
    )
    if not method or not job.client.stripe_customer_reference:
        fail_extra_charge(charge=charge, reason=NO_SAVED_CARD, at=at)
    else:
        waking.wake_senders()
    return charge


def _saved_method(settlement: Settlement) -> str:
    """The card that the job was last paid with, else the one that the client keeps for its holds."""
    job = settlement.job
    paid = (
        Charge.objects.filter(job=job, state=Charge.State.SUCCEEDED)
        .exclude(payment_method_reference="")
        .order_by("-succeeded_at")
        .first()
    )
    card = saved_cards.card_of(client_id=job.client_id, currency=settlement.currency)
    return paid.payment_method_reference if paid else card.payment_method_reference if card else ""


def fail_extra_charge(*, charge: Charge, reason: str, at: datetime) -> None:
    """The card was refused, or there is none: the client is asked to pay by hand. Needs the charge's lock."""
    charge.state = Charge.State.FAILED
    charge.last_error = reason[:2000]
    charge.leased_until = None
    charge.save(update_fields=["state", "last_error", "leased_until"])
    trouble.announce_charge(name=events.PAYMENT_NEEDED, charge=charge, reason=reason, at=at)
