"""Holds on saved cards, and what ends them, as kinds of moves for `senders`: made, captured, given back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import stripe
from django.db import transaction

from billing.cards import holds
from billing.cards.card_moves import SavedCardCharges, fetch
from billing.models import Charge, HoldEnding
from billing.receiving import charging
from billing.sending import stripe_port, trouble
from billing.sending.idempotency import next_key

TRY_AGAIN = timedelta(hours=1)


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
            ending = HoldEnding.objects.select_for_update(of=("self",)).select_related("charge__job").get(id=row_id)
            if ending.state in self.open_states:
                self._try_later(ending, str(error), at)

    def _try_later(self, ending: HoldEnding, reason: str, at: datetime) -> None:
        """Under the next key, because the old one replays the refusal; the operator hears of the first."""
        is_first = ending.refused_at is None
        ending.refused_at = ending.refused_at or at
        ending.state = HoldEnding.State.INTENDED
        ending.idempotency_key = next_key(ending.idempotency_key)
        ending.first_attempt_at, ending.last_status, ending.leased_until = None, None, None
        ending.last_error = reason[:2000]
        ending.due_at = at + TRY_AGAIN
        ending.save()
        if is_first:
            trouble.announce_failed_move(kind=self.kind, move=ending, charge=ending.charge, reason=reason, at=at)

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
