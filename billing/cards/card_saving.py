"""Saving a card on Stripe's page: the intent is committed, Stripe is called, the outcome is committed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from billing.bills import funding
from billing.models import Contract, SavedCard
from billing.receiving.customers import ensure_customer
from billing.refusals import PaymentRefused
from billing.refusals.ways import CurrencyDiffers
from billing.sending import stripe_port
from kernel import audit
from kernel.actors import Actor, provider
from kernel.identifiers import uuid7
from marketplace.models import Client, Job

CURRENCIES = ("CAD", "USD")
SESSION_EXPANSION = ["setup_intent.payment_method"]
_PAGE_LIFE = timedelta(hours=23)
_STRIPE = provider("Stripe")


def start_saving(
    *, client: Client, currency: str, success_url: str, cancel_url: str, actor: Actor, at: datetime
) -> SavedCard:
    """A row whose `page_url` leads to Stripe's page. Nothing is charged there. Never call it inside a transaction.

    Reach the client through an access function first. Raises CurrencyDiffers, PaymentServiceUnavailable,
    PaymentRefused.
    """
    if transaction.get_connection().in_atomic_block:
        raise RuntimeError("A card was to be saved inside of a transaction, which would be held across a call.")
    if currency not in CURRENCIES:
        raise CurrencyDiffers(f"Cards are kept for {' and '.join(CURRENCIES)}, not for {currency}.", currency=currency)
    customer = ensure_customer(client=client)
    card_id = uuid7()
    expires_at = at + _PAGE_LIFE
    card = SavedCard.objects.create(
        id=card_id,
        client=client,
        currency=currency,
        idempotency_key=f"card:{card_id}",
        request_body={
            "mode": "setup",
            "currency": currency.lower(),
            "customer": customer,
            "client_reference_id": str(card_id),
            "metadata": {"saved_card_id": str(card_id)},
            "success_url": success_url,
            "cancel_url": cancel_url,
            "expires_at": int(expires_at.timestamp()),
        },
        expires_at=expires_at,
        created_at=at,
    )
    try:
        session = stripe_port.ask(
            lambda: stripe_port.client().v1.checkout.sessions.create(
                card.request_body,  # type: ignore[arg-type]
                {"idempotency_key": card.idempotency_key},
            )
        )
    except PaymentRefused as refusal:
        SavedCard.objects.filter(id=card.id).update(state=SavedCard.State.FAILED, last_error=refusal.message[:2000])
        raise
    SavedCard.objects.filter(id=card.id, state=SavedCard.State.INTENDED).update(
        state=SavedCard.State.OPEN, session_reference=session.id, page_url=session.url or ""
    )
    audit.record(
        actor=actor,
        action="card.page_opened",
        subject_kind="client",
        subject_id=client.id,
        tenant_id=None,
        at=at,
        after={"currency": currency},
    )
    card.refresh_from_db()
    return card


def refresh_card(*, card_id: UUID, at: datetime) -> str:
    """Fetch the page's session and apply what became of it. Returns the card's state."""
    reference = SavedCard.objects.values_list("session_reference", flat=True).get(id=card_id)
    session = stripe_port.ask(
        lambda: stripe_port.client().v1.checkout.sessions.retrieve(reference, {"expand": SESSION_EXPANSION})
    )
    return apply_session(card_id=card_id, session=stripe_port.plain(session), at=at)


def apply_session(*, card_id: UUID, session: Mapping[str, Any], at: datetime) -> str:
    """A setup session, fetched with SESSION_EXPANSION. A new card takes the place of the one before.

    Jobs that waited for a card are opened. Returns the card's state.
    """
    with transaction.atomic():
        card = SavedCard.objects.select_for_update().get(id=card_id)
        if card.state not in (SavedCard.State.INTENDED, SavedCard.State.OPEN):
            return card.state
        if session["status"] == "expired":
            card.state = SavedCard.State.EXPIRED
            card.save(update_fields=["state"])
            return card.state
        setup = session.get("setup_intent")
        method = setup.get("payment_method") if isinstance(setup, Mapping) else None
        if session["status"] != "complete" or not isinstance(method, Mapping):
            return card.state
        _keep(card=card, method=method, at=at)
    for job_id in _waiting_jobs(card):
        with transaction.atomic():
            Job.objects.select_for_update().get(id=job_id)
            funding.fund_when_covered(job_id=job_id, cause=f"card:{card.id}", actor=_STRIPE, at=at)
    return card.state


def scan_ended_pages(*, at: datetime, limit: int = 50) -> int:
    """Pages whose time is over and of which nobody told."""
    ended = SavedCard.objects.filter(state=SavedCard.State.OPEN, expires_at__lte=at).order_by("expires_at")[:limit]
    return sum(refresh_card(card_id=card.id, at=at) != SavedCard.State.OPEN for card in ended)


def _keep(*, card: SavedCard, method: Mapping[str, Any], at: datetime) -> None:
    # One at a time per client: two pages that end together must not leave two cards.
    Client.objects.select_for_update().get(id=card.client_id)
    SavedCard.objects.filter(client_id=card.client_id, currency=card.currency, state=SavedCard.State.SAVED).update(
        state=SavedCard.State.REPLACED
    )
    details = method.get("card") or {}
    card.state = SavedCard.State.SAVED
    card.payment_method_reference = method["id"]
    card.brand = str(details.get("brand") or method.get("type") or "")[:20]
    card.last_four = str(details.get("last4") or "")[:4]
    card.expiry = f"{details['exp_month']:02d}/{details['exp_year']}" if details.get("exp_month") else ""
    card.saved_at = at
    card.save()
    audit.record(
        actor=_STRIPE,
        action="card.saved",
        subject_kind="client",
        subject_id=card.client_id,
        tenant_id=None,
        at=at,
        after={"brand": card.brand, "last_four": card.last_four, "currency": card.currency},
    )


def _waiting_jobs(card: SavedCard) -> list[UUID]:
    return list(
        Contract.objects.filter(
            job__client_id=card.client_id,
            job__state=Job.State.CONTRACTED,
            job__funded_at=None,
            state=Contract.State.ACCEPTED,
            way=Contract.Way.CARD_ON_FILE,
            currency=card.currency,
        ).values_list("job_id", flat=True)
    )
