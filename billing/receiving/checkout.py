"""Paying by Stripe's hosted page: the intent is committed, then Stripe is called, then the outcome is committed."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Min

from billing.bills import coverage
from billing.books import ledger
from billing.books.chart import Kind
from billing.models import Charge, Contract
from billing.receiving import charging, debits
from billing.receiving.customers import ensure_customer
from billing.refusals import (
    AlreadyPaid,
    AmountTooLarge,
    ContractNotAccepted,
    ContractSuperseded,
    PaymentRefused,
    PaymentServiceUnavailable,
)
from billing.sending import stripe_port
from kernel import audit
from kernel.actors import Actor
from kernel.errors import NotFound
from kernel.identifiers import uuid7
from marketplace.models import Job, Shift

logger = logging.getLogger(__name__)

# Stripe takes 24 hours at most. The same key may be sent again for less than 24 hours, so both end together.
SESSION_LIFE = timedelta(hours=23)
LAST_MINUTES = timedelta(minutes=5)
# Stripe refuses to make a session that ends within half an hour.
SHORTEST_REMAINDER = timedelta(minutes=35)
MAXIMUM_CENTS = 99_999_999
_ATTEMPTS = 3


def start_checkout(
    *, contract_id: UUID, actor: Actor, at: datetime, success_url: str = "", cancel_url: str = ""
) -> Charge:
    """A charge whose `pay_url` leads to Stripe's page, for what the accepted contract still needs.

    An open page for the same amount is given again; one for another amount is closed first. Never call it inside a
    transaction. Raises NotFound, ContractNotAccepted, ContractSuperseded, AlreadyPaid, AmountTooLarge,
    PaymentServiceUnavailable, PaymentRefused.
    """
    if transaction.get_connection().in_atomic_block:
        raise RuntimeError("A checkout was started inside of a transaction: it would be held across a call to Stripe.")
    contract = Contract.objects.select_related("job__client").filter(id=contract_id).first()
    if contract is None:
        raise NotFound("There is no such contract.")
    customer = ensure_customer(client=contract.job.client)
    for attempt in range(_ATTEMPTS):
        charge, outdated = _plan(
            contract_id=contract_id,
            customer=customer,
            addresses=(success_url, cancel_url),
            actor=actor,
            at=at,
        )
        for charge_id in outdated:
            close_session(charge_id=charge_id, at=at)
        if charge is None:
            continue
        if charge.state == Charge.State.OPEN:
            return charge
        try:
            return _open_session(charge=charge, at=at)
        except PaymentServiceUnavailable as unavailable:
            # After a stored 500 the same key answers 500 for a day; a session that nobody has the address of cannot be
            # paid, so the next attempt is a new charge. After a timeout the key finds the session that was made.
            if (unavailable.numbers.get("status") or 0) < 500:
                raise
            _abandon(charge=charge, reason=str(unavailable.__cause__))
            if attempt == _ATTEMPTS - 1:
                raise
    raise PaymentServiceUnavailable("The payment page could not be opened just now. Try again in a minute.")


def close_session(*, charge_id: UUID, at: datetime) -> str:
    """Expire an open session at Stripe, or learn that it was paid meanwhile. Returns the charge's state."""
    charge = Charge.objects.get(id=charge_id)
    if not charge.session_reference:
        _abandon(charge=charge, reason="Replaced before it was opened.")
        return Charge.State.FAILED
    try:
        stripe_port.ask(lambda: stripe_port.client().v1.checkout.sessions.expire(charge.session_reference))
    except PaymentRefused:
        pass  # It is complete or expired already; fetching it says which.
    return refresh_session(charge_id=charge_id, at=at)


def refresh_session(*, charge_id: UUID, at: datetime) -> str:
    """Fetch the session and apply what became of it. Returns the charge's state."""
    reference = Charge.objects.values_list("session_reference", flat=True).get(id=charge_id)
    session = stripe_port.ask(
        lambda: stripe_port.client().v1.checkout.sessions.retrieve(reference, {"expand": charging.SESSION_EXPANSION})
    )
    return charging.apply_session(charge_id=charge_id, session=stripe_port.plain(session), at=at)


def refresh_job(*, job_id: UUID, at: datetime) -> None:
    """For the page that the client returns to: learn of the payment now, should the webhook be on its way still.

    An unreachable Stripe is no error here: the webhook or the scan will tell.
    """
    open_charges = Charge.objects.filter(job_id=job_id, kind=Charge.Kind.CHECKOUT, state=Charge.State.OPEN)
    for charge_id in list(open_charges.values_list("id", flat=True)):
        try:
            refresh_session(charge_id=charge_id, at=at)
        except PaymentServiceUnavailable:
            logger.info("Charge %s: Stripe does not answer; the webhook will tell.", charge_id)


def _plan(
    *, contract_id: UUID, customer: str, addresses: tuple[str, str], actor: Actor, at: datetime
) -> tuple[Charge | None, list[UUID]]:
    """Under the job's lock: the charge to use, or the sessions to close before one can be made."""
    job_id = Contract.objects.values_list("job_id", flat=True).get(id=contract_id)
    with transaction.atomic():
        job = Job.objects.select_for_update().get(id=job_id)
        contract = Contract.objects.get(id=contract_id)
        if contract.state == Contract.State.SUPERSEDED:
            raise ContractSuperseded("There is a newer version of this contract. Open the request to see it.")
        may_pay = job.state in (Job.State.CONTRACTED, Job.State.CLOSED) or _owes_for_cancelling(job)
        if contract.state != Contract.State.ACCEPTED or not may_pay:
            raise ContractNotAccepted("Accept the contract first, then pay.")
        due_cents = coverage.asked_cents(contract=contract)
        if due_cents < coverage.SMALLEST_CHARGE_CENTS:
            raise AlreadyPaid("This contract is paid. There is nothing more to pay.", total_cents=contract.total_cents)
        if due_cents > MAXIMUM_CENTS:
            raise AmountTooLarge(
                "A card payment takes at most 999,999.99. Split the request into smaller ones.", due_cents=due_cents
            )
        unfinished = Charge.objects.select_for_update().filter(
            job=job, kind=Charge.Kind.CHECKOUT, state__in=(Charge.State.INTENDED, Charge.State.OPEN)
        )
        outdated = []
        for charge in unfinished:
            if _is_usable(charge=charge, contract=contract, due_cents=due_cents, at=at):
                return charge, []
            outdated.append(charge.id)
        if outdated:
            return None, outdated
        return (
            _intend(
                job=job,
                contract=contract,
                amount_cents=due_cents,
                customer=customer,
                addresses=addresses,
                actor=actor,
                at=at,
            ),
            [],
        )


def _owes_for_cancelling(job: Job) -> bool:
    """A cancellation may cost more than was prepaid; a job that was only taken back costs nothing."""
    owed = ledger.balance(kind=Kind.CLIENT_RECEIVABLE, owner_id=job.id, currency=job.currency)
    return job.state == Job.State.CANCELLED and owed > 0


def _is_usable(*, charge: Charge, contract: Contract, due_cents: int, at: datetime) -> bool:
    if charge.contract_id != contract.id or charge.amount_cents != due_cents or charge.expires_at is None:
        return False
    remaining = LAST_MINUTES if charge.state == Charge.State.OPEN else SHORTEST_REMAINDER
    return charge.expires_at - at > remaining


def _intend(
    *,
    job: Job,
    contract: Contract,
    amount_cents: int,
    customer: str,
    addresses: tuple[str, str],
    actor: Actor,
    at: datetime,
) -> Charge:
    charge_id = uuid7()
    expires_at = at + SESSION_LIFE
    charge = Charge.objects.create(
        id=charge_id,
        job=job,
        contract=contract,
        kind=Charge.Kind.CHECKOUT,
        amount_cents=amount_cents,
        currency=contract.currency,
        idempotency_key=f"checkout:{charge_id}",
        request_body=_session_body(
            job=job,
            contract=contract,
            charge_id=charge_id,
            amount_cents=amount_cents,
            customer=customer,
            addresses=addresses,
            expires_at=expires_at,
        ),
        expires_at=expires_at,
        created_at=at,
    )
    audit.record(
        actor=actor,
        action="checkout.started",
        subject_kind="charge",
        subject_id=charge.id,
        tenant_id=job.governing_department_id,
        at=at,
        after={"amount_cents": amount_cents, "currency": contract.currency, "contract_version": contract.version},
    )
    return charge


def _session_body(
    *,
    job: Job,
    contract: Contract,
    charge_id: UUID,
    amount_cents: int,
    customer: str,
    addresses: tuple[str, str],
    expires_at: datetime,
) -> dict[str, Any]:
    page = f"{settings.PUBLIC_BASE_URL.rstrip('/')}/client/jobs/{job.id}/"
    metadata = {"charge_id": str(charge_id), "job_id": str(job.id), "contract_id": str(contract.id)}
    return {
        "mode": "payment",
        **_without_bank(job=job, currency=contract.currency, at=expires_at - SESSION_LIFE),
        "customer": customer,
        "client_reference_id": str(charge_id),
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": contract.currency.lower(),
                    "unit_amount": amount_cents,
                    "product_data": {
                        "name": f"Job {job.reference}: {job.title}"[:250],
                        "description": f"Contract version {contract.version}, taxes and service fee included",
                    },
                },
            }
        ],
        "payment_intent_data": {
            "setup_future_usage": "off_session",
            "transfer_group": str(job.id),
            "description": f"Job {job.reference}, contract version {contract.version}",
            "metadata": metadata,
        },
        "metadata": metadata,
        "success_url": addresses[0] or f"{page}?payment=done",
        "cancel_url": addresses[1] or f"{page}?payment=cancelled",
        "expires_at": int(expires_at.timestamp()),
    }


def _without_bank(*, job: Job, currency: str, at: datetime) -> dict[str, Any]:
    """A bank debit that would come after the work began is not offered."""
    starts_at = Shift.objects.filter(job=job, starts_at__gt=at).aggregate(first=Min("starts_at"))["first"]
    if starts_at is None or not debits.too_late_for_bank(starts_at=starts_at, at=at):
        return {}
    return {"excluded_payment_method_types": [debits.BANK_METHODS[currency]]}


def _open_session(*, charge: Charge, at: datetime) -> Charge:
    try:
        session = stripe_port.ask(
            lambda: stripe_port.client().v1.checkout.sessions.create(
                charge.request_body, {"idempotency_key": charge.idempotency_key}
            )
        )
    except PaymentRefused as refusal:
        _abandon(charge=charge, reason=refusal.message)
        raise
    with transaction.atomic():
        charge = Charge.objects.select_for_update().get(id=charge.id)
        if charge.state == Charge.State.INTENDED:
            charge.state = Charge.State.OPEN
            charge.session_reference = session.id
            charge.pay_url = session.url or ""
            charge.first_attempt_at = at
            # The webhook tells of payment and expiry; should it be lost, the scan asks after the session has ended.
            charge.due_at = charge.expires_at
            charge.save(update_fields=["state", "session_reference", "pay_url", "first_attempt_at", "due_at"])
    return charge


def _abandon(*, charge: Charge, reason: str) -> None:
    Charge.objects.filter(id=charge.id, state=Charge.State.INTENDED).update(
        state=Charge.State.FAILED, last_error=reason[:2000]
    )
