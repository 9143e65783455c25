"""What Stripe's events lead to. An event is only a hint: each handler fetches the object and applies what it is now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import stripe
from django.db import transaction

from billing import events
from billing.cards import card_saving
from billing.contested import dispute_events
from billing.giving_back import reversals
from billing.invoices import invoice_outcomes
from billing.models import Charge, PayeeAccount, Payout, Refund, SavedCard, Transfer
from billing.paying_out import payees
from billing.receiving import charging
from billing.reconciliation import payouts
from billing.sending import stripe_port
from billing.sending.move_kinds import Refunds, Transfers
from kernel import outbox

DONE = ""
_NOT_OURS = "Nothing of ours goes by it."


def apply(*, name: str, payload: Mapping[str, Any], at: datetime) -> str:
    """Returns a note: empty when something was applied, else why there was nothing to do."""
    handler = _handler_of(name)
    if handler is None:
        return f"Nothing to do for {name}."
    try:
        return handler(payload, at)
    except stripe.InvalidRequestError as error:
        if stripe_port.is_missing(error):
            return f"Stripe knows no such object: {error}"
        raise


def _handler_of(name: str) -> Callable[[Mapping[str, Any], datetime], str] | None:
    return next((handler for prefix, handler in _HANDLERS if name.startswith(prefix)), None)


def _on_session(payload: Mapping[str, Any], at: datetime) -> str:
    session = stripe_port.plain(
        stripe_port.client().v1.checkout.sessions.retrieve(_object_id(payload), {"expand": charging.SESSION_EXPANSION})
    )
    if session.get("mode") == "setup":
        return _on_setup(session, at)
    charge_id = _ours(Charge, session.get("metadata"), "charge_id")
    if charge_id is None:
        return _NOT_OURS
    charging.apply_session(charge_id=charge_id, session=session, at=at)
    return DONE


def _on_setup(session: Mapping[str, Any], at: datetime) -> str:
    card_id = _ours(SavedCard, session.get("metadata"), "saved_card_id")
    if card_id is None:
        return _NOT_OURS
    card_saving.refresh_card(card_id=card_id, at=at)
    return DONE


def _on_payment_intent(payload: Mapping[str, Any], at: datetime) -> str:
    return apply_payment_intent(reference=_object_id(payload), at=at)


def _on_charge(payload: Mapping[str, Any], at: datetime) -> str:
    """Its payment intent tells of payment and fee, its refunds of what went back."""
    fetched = stripe_port.plain(stripe_port.client().v1.charges.retrieve(_object_id(payload)))
    note = _NOT_OURS
    if fetched.get("payment_intent"):
        note = apply_payment_intent(reference=fetched["payment_intent"], at=at)
    if fetched.get("amount_refunded"):
        for refund in stripe_port.client().v1.refunds.list({"charge": fetched["id"], "limit": 100}).auto_paging_iter():
            note = _apply_refund(stripe_port.plain(refund), at) or note
    return note


def apply_payment_intent(*, reference: str, at: datetime) -> str:
    intent = stripe_port.plain(
        stripe_port.client().v1.payment_intents.retrieve(reference, {"expand": charging.PAYMENT_INTENT_EXPANSION})
    )
    charge_id = _ours(Charge, intent.get("metadata"), "charge_id")
    if charge_id is None:
        # The payment of an invoice carries no words of ours; once it is applied, its reference is known.
        charge_id = Charge.objects.filter(intent_reference=reference).values_list("id", flat=True).first()
    if charge_id is None:
        return _NOT_OURS
    charging.apply_payment_intent(charge_id=charge_id, intent=intent, at=at)
    return DONE


def _on_refund(payload: Mapping[str, Any], at: datetime) -> str:
    fetched = stripe_port.client().v1.refunds.retrieve(_object_id(payload))
    return _apply_refund(stripe_port.plain(fetched), at)


def _apply_refund(refund: Mapping[str, Any], at: datetime) -> str:
    refund_id = _ours(Refund, refund.get("metadata"), "refund_id")
    if refund_id is None:
        return _NOT_OURS
    Refunds().conclude(refund_id, dict(refund), at)
    return DONE


def _on_transfer(payload: Mapping[str, Any], at: datetime) -> str:
    transfer = stripe_port.plain(stripe_port.client().v1.transfers.retrieve(_object_id(payload)))
    transfer_id = _ours(Transfer, transfer.get("metadata"), "transfer_id")
    if transfer_id is None:
        return _NOT_OURS
    Transfers().conclude(transfer_id, transfer, at)
    reversals.on_transfer_reversed(transfer=transfer, at=at)
    return DONE


def _on_account(payload: Mapping[str, Any], at: datetime) -> str:
    related = payload.get("related_object") or {}
    reference = str(related.get("id") or _object_id(payload))
    account = PayeeAccount.objects.filter(account_reference=reference).first()
    if account is None:
        return _NOT_OURS
    payees.refresh_account(payee_account_id=account.id, at=at)
    return DONE


def _on_payout(payload: Mapping[str, Any], at: datetime) -> str:
    if not payload.get("account"):
        payouts.refresh_payout(reference=_object_id(payload), at=at)
        return DONE
    account = PayeeAccount.objects.filter(account_reference=str(payload["account"])).first()
    if account is None:
        return _NOT_OURS
    fetched = stripe_port.client().v1.payouts.retrieve(
        _object_id(payload), None, {"stripe_account": account.account_reference}
    )
    keep_payout(account=account, payout=stripe_port.plain(fetched), at=at)
    return DONE


def keep_payout(*, account: PayeeAccount, payout: Mapping[str, Any], at: datetime) -> None:
    """Mirror a connected account's payout to its bank."""
    arrives_at = datetime.fromtimestamp(payout["arrival_date"], UTC) if payout.get("arrival_date") else None
    with transaction.atomic():
        PayeeAccount.objects.select_for_update().get(id=account.id)
        before = Payout.objects.filter(provider_reference=payout["id"]).values_list("state", flat=True).first()
        if before == payout["status"]:
            return
        stored, _ = Payout.objects.update_or_create(
            provider_reference=payout["id"],
            defaults={"state": payout["status"], "arrives_at": arrives_at, "updated_at": at},
            create_defaults={
                "payee_account": account,
                "amount_cents": payout["amount"],
                "currency": str(payout["currency"]).upper(),
                "state": payout["status"],
                "arrives_at": arrives_at,
                "created_at": at,
                "updated_at": at,
            },
        )
        outbox.announce(
            name=events.PAYOUT_CHANGED,
            payload={
                "payout_id": str(stored.id),
                "owner_kind": account.owner_kind,
                "owner_id": str(account.owner_id),
                "state": stored.state,
                "amount_cents": stored.amount_cents,
                "currency": stored.currency,
            },
            tenant_id=account.tenant_id,
            at=at,
        )


def _object_id(payload: Mapping[str, Any]) -> str:
    return str(((payload.get("data") or {}).get("object") or {}).get("id") or "unknown")


def _ours(
    model: type[Charge] | type[Refund] | type[SavedCard] | type[Transfer], metadata: Any, name: str
) -> UUID | None:
    """The identifier that we put into the metadata, when there is such a row: anybody can write metadata."""
    try:
        identifier = UUID(str((metadata or {}).get(name)))
    except ValueError:
        return None
    return identifier if model.objects.filter(id=identifier).exists() else None


_HANDLERS: tuple[tuple[str, Callable[[Mapping[str, Any], datetime], str]], ...] = (
    ("checkout.session.", _on_session),
    ("payment_intent.", _on_payment_intent),
    ("charge.refund.", _on_refund),
    ("charge.dispute.", dispute_events.on_dispute),
    ("charge.", _on_charge),
    ("refund.", _on_refund),
    ("transfer.", _on_transfer),
    ("account.", _on_account),
    ("v2.core.account", _on_account),
    ("payout.", _on_payout),
    ("invoice.", invoice_outcomes.on_invoice),
)
