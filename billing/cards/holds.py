"""Money held on a saved card shortly before a shift, and what ends the hold: capturing the bill, or giving it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from billing import events
from billing.bills import coverage
from billing.cards import extra_charges, saved_cards
from billing.due import demands
from billing.models import Charge, Contract, HoldEnding, Settlement
from billing.sending import trouble, waking
from kernel import audit
from kernel.actors import SYSTEM
from kernel.identifiers import uuid7
from marketplace.models import Job, Shift

_BEING_MADE = (Charge.State.INTENDED, Charge.State.UNKNOWN)
OVER_WITHOUT_WORK = (Shift.State.CANCELLED, Shift.State.EXPIRED)


def intend_hold(*, contract: Contract, shift: Shift, amount_cents: int, at: datetime) -> Charge | None:
    """The intent, with everything that will be sent. Without a card the client is asked to pay by hand instead.

    Needs the locks of job and shift. None when the client was asked.
    """
    job = shift.job
    card = saved_cards.card_of(client_id=job.client_id, currency=contract.currency)
    if card is None:
        demands.ask_for_shift(
            contract=contract, shift=shift, amount_cents=amount_cents, reason="There is no saved card.", at=at
        )
        return None
    charge_id = uuid7()
    charge = Charge.objects.create(
        id=charge_id,
        job=job,
        contract=contract,
        shift=shift,
        kind=Charge.Kind.HOLD,
        amount_cents=amount_cents,
        authorised_cents=amount_cents,
        currency=contract.currency,
        idempotency_key=f"hold:{charge_id}",
        payment_method_reference=card.payment_method_reference,
        request_body={
            "amount": amount_cents,
            "currency": contract.currency.lower(),
            "customer": job.client.stripe_customer_reference,
            "payment_method": card.payment_method_reference,
            "capture_method": "manual",
            "off_session": True,
            "confirm": True,
            "transfer_group": str(job.id),
            "description": f"Job {job.reference}, shift {shift.number}: held until the hours are approved",
            "metadata": {"charge_id": str(charge_id), "job_id": str(job.id), "shift_id": str(shift.id)},
        },
        due_at=at,
        created_at=at,
    )
    waking.wake_senders()
    return charge


def held_cents(*, shift: Shift) -> int:
    """What a bill of this shift can take from its hold."""
    charge = _authorised(shift.id)
    return charge.authorised_cents or 0 if charge else 0


def use_hold(*, settlement: Settlement, at: datetime) -> int:
    """Capture what the bill needs, give back what it does not. Answers with the cents that will come from it."""
    charge = Charge.objects.select_for_update(of=("self",)).filter(shift_id=settlement.shift_id).first()
    if charge is None:
        return 0
    if charge.state == Charge.State.INTENDED:
        # Never sent: it is too late for a hold.
        charge.state = Charge.State.CANCELLED
        charge.save(update_fields=["state"])
        return 0
    if charge.state != Charge.State.AUTHORISED:
        return 0
    ending = HoldEnding.objects.filter(charge=charge).first()
    if ending is not None and ending.kind == HoldEnding.Kind.CANCEL:
        return 0
    taken = ending.amount_cents if ending else min(settlement.extra_cents, charge.authorised_cents or 0)
    if not taken:
        end_hold(charge=charge, kind=HoldEnding.Kind.CANCEL, amount_cents=charge.amount_cents, at=at)
        return 0
    charge.settlement = settlement
    charge.amount_cents = taken
    charge.save(update_fields=["settlement", "amount_cents"])
    if ending is None:
        end_hold(charge=charge, kind=HoldEnding.Kind.CAPTURE, amount_cents=taken, at=at)
    return min(taken, settlement.extra_cents)


def end_hold(*, charge: Charge, kind: HoldEnding.Kind, amount_cents: int, at: datetime) -> HoldEnding:
    """The intent that `senders` sends; one per hold. Needs the charge's lock."""
    ending, is_new = HoldEnding.objects.get_or_create(
        charge=charge,
        defaults={
            "kind": kind,
            "amount_cents": amount_cents,
            "currency": charge.currency,
            "business_key": f"hold_ending:{charge.id}",
            "idempotency_key": f"{kind}:{charge.id}",
            "request_body": {"amount_to_capture": amount_cents} if kind == HoldEnding.Kind.CAPTURE else {},
            "due_at": at,
            "created_at": at,
        },
    )
    if is_new:
        waking.wake_senders()
    return ending


def apply_hold(*, charge: Charge, intent: Mapping[str, Any], at: datetime) -> None:
    """What Stripe says of a hold that has not been captured. Needs the locks of job and charge."""
    status = intent["status"]
    if status == "requires_capture" and charge.state in _BEING_MADE:
        _authorise(charge, intent, at)
    elif status == "canceled" and charge.state in (*_BEING_MADE, Charge.State.AUTHORISED):
        _lapse(charge, at)
    elif status in ("requires_payment_method", "requires_action") and charge.state in _BEING_MADE:
        error = intent.get("last_payment_error") or {}
        fail_hold(charge=charge, reason=str(error.get("message") or f"The payment is {status}."), at=at)


def note_capture(*, charge: Charge, at: datetime) -> None:
    """The hold is being booked as taken: its ending is done."""
    HoldEnding.objects.filter(charge=charge).update(
        state=HoldEnding.State.DONE, done_at=at, leased_until=None, last_error=""
    )


def fail_hold(*, charge: Charge, reason: str, at: datetime) -> None:
    """Declined, or the bank wants the client to authenticate: they are asked to pay by hand before the deadline."""
    charge.state = Charge.State.FAILED
    charge.last_error = reason[:2000]
    charge.leased_until = None
    charge.save(update_fields=["state", "last_error", "leased_until", "intent_reference"])
    shift = Shift.objects.select_related("job").get(holds=charge)
    current = coverage.accepted_contract(job_id=charge.job_id)
    if current is None or shift.state in OVER_WITHOUT_WORK or shift.finished_at is not None:
        return
    demands.ask_for_shift(contract=current, shift=shift, amount_cents=charge.amount_cents, reason=reason, at=at)


def _authorised(shift_id: UUID) -> Charge | None:
    found = Charge.objects.filter(shift_id=shift_id, state=Charge.State.AUTHORISED)
    return found.exclude(ending__kind=HoldEnding.Kind.CANCEL).first()


def _authorise(charge: Charge, intent: Mapping[str, Any], at: datetime) -> None:
    paid = intent.get("latest_charge")
    details = (paid.get("payment_method_details") or {}) if isinstance(paid, Mapping) else {}
    until = (details.get("card") or {}).get("capture_before")
    charge.state = Charge.State.AUTHORISED
    charge.intent_reference = intent["id"]
    charge.charge_reference = str(paid["id"] if isinstance(paid, Mapping) else paid or "")
    charge.capture_before = datetime.fromtimestamp(until, UTC) if until else None
    charge.leased_until, charge.due_at, charge.last_error = None, None, ""
    charge.save()
    audit.record(
        actor=SYSTEM,
        action="hold.authorised",
        subject_kind="charge",
        subject_id=charge.id,
        tenant_id=charge.job.governing_department_id,
        at=at,
        after={"amount_cents": charge.amount_cents, "capture_before": str(charge.capture_before)},
    )
    shift = Shift.objects.get(holds=charge)
    settled = Settlement.objects.filter(shift=shift).exists()
    # It was on its way while the shift ended: nothing is to be taken from it any more.
    if settled or shift.state in OVER_WITHOUT_WORK or charge.job.state == Job.State.CANCELLED:
        end_hold(charge=charge, kind=HoldEnding.Kind.CANCEL, amount_cents=charge.amount_cents, at=at)


def _lapse(charge: Charge, at: datetime) -> None:
    """Given back by us, or by the bank before it was captured: then the bill is charged to the card anew."""
    ending = HoldEnding.objects.filter(charge=charge).first()
    charge.state = Charge.State.CANCELLED
    charge.leased_until = None
    charge.save(update_fields=["state", "leased_until"])
    if ending is None:
        return
    was_wanted = ending.kind == HoldEnding.Kind.CAPTURE
    ending.state = HoldEnding.State.FAILED if was_wanted else HoldEnding.State.DONE
    ending.done_at = None if was_wanted else at
    ending.leased_until = None
    ending.save(update_fields=["state", "done_at", "leased_until"])
    settlement = charge.settlement
    if not was_wanted or settlement is None:
        return
    if settlement.extra_charges.filter(kind=Charge.Kind.OFF_SESSION).exists():
        reason = "The bank gave the hold up before it was captured."
        trouble.announce_charge(name=events.PAYMENT_NEEDED, charge=charge, reason=reason, at=at)
    else:
        extra_charges.intend_extra_charge(settlement=settlement, amount_cents=charge.amount_cents, at=at)
