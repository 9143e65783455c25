"""Holds on saved cards, and what ends them, as kinds of moves for `senders`: made, captured, given back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import stripe
from django.db import transaction

from billing import charging, holds, stripe_port, trouble
from billing.card_moves import SavedCardCharges, fetch
from billing.models import Charge, HoldEnding


class Holds(SavedCardCharges):
    """An authorisation on the saved card, captured later."""

    kind = Charge.Kind.HOLD

    def fail(self, charge: Charge, reason: str, at: datetime) -> None:
        holds.fail_hold(charge=charge, reason=reason, at=at)


class _Endings:
    """What captures and cancellations share: the payment intent itself tells whether it was done."""

    model = HoldEnding
    open_states = (HoldEnding.State.INTENDED, HoldEnding.State.UNKNOWN)
    related = ("charge",)
    kind: str

    def due(self) -> Any:
        return HoldEnding.objects.filter(kind=self.kind, state__in=self.open_states)

    def is_held(self, row: HoldEnding) -> str:
        return ""

    def body(self, row: HoldEnding) -> dict[str, Any]:
        return dict(row.request_body)

    def look_up(self, client: stripe.StripeClient, row: HoldEnding) -> dict[str, Any] | None:
        found = fetch(client, row.charge.intent_reference)
        return None if found["status"] == "requires_capture" else found

    def conclude(self, row_id: UUID, answer: dict[str, Any], at: datetime) -> None:
        charge_id = HoldEnding.objects.values_list("charge_id", flat=True).get(id=row_id)
        charging.apply_payment_intent(charge_id=charge_id, intent=answer, at=at)

    def refuse(self, row_id: UUID, error: stripe.StripeError, at: datetime) -> None:
        """Refused, most often because the hold has ended already: what it is now is asked for, and applied."""
        ending = HoldEnding.objects.select_related("charge__job").get(id=row_id)
        found = fetch(stripe_port.client(), ending.charge.intent_reference)
        if found["status"] != "requires_capture":
            self.conclude(row_id, found, at)
            return
        with transaction.atomic():
            HoldEnding.objects.filter(id=row_id, state__in=self.open_states).update(
                state=HoldEnding.State.FAILED, last_error=str(error)[:2000], leased_until=None
            )
            trouble.announce_failed_move(
                kind=self.kind,
                move_id=row_id,
                job=ending.charge.job,
                amount_cents=ending.amount_cents,
                currency=ending.currency,
                reason=str(error),
                at=at,
            )

    def holds(self, error: stripe.StripeError) -> bool:
        return False


class Captures(_Endings):
    """The approved hours, taken from the hold."""

    kind = HoldEnding.Kind.CAPTURE

    def create(self, client: stripe.StripeClient, row: HoldEnding) -> dict[str, Any]:
        made = client.v1.payment_intents.capture(
            row.charge.intent_reference,
            {**row.request_body, "expand": charging.PAYMENT_INTENT_EXPANSION},  # type: ignore[typeddict-item]
            {"idempotency_key": row.idempotency_key},
        )
        return dict(stripe_port.plain(made))


class Cancels(_Endings):
    """A hold that is not needed, given back whole."""

    kind = HoldEnding.Kind.CANCEL

    def create(self, client: stripe.StripeClient, row: HoldEnding) -> dict[str, Any]:
        made = client.v1.payment_intents.cancel(
            row.charge.intent_reference, None, {"idempotency_key": row.idempotency_key}
        )
        return dict(stripe_port.plain(made))
