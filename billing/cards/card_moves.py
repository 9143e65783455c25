"""What is drawn from a saved card without its holder, told to `senders`: only what a refusal means differs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import stripe
from django.db import transaction

from billing.models import Charge
from billing.receiving import charging
from billing.sending import stripe_port
from marketplace.models import Job


class SavedCardCharges:
    """A payment intent, confirmed at once. `fail`: what a refusal by the card means for the charge, under its lock."""

    model = Charge
    open_states = (Charge.State.INTENDED, Charge.State.UNKNOWN)
    related = ("job",)
    kind: str

    def fail(self, charge: Charge, reason: str, at: datetime) -> None:
        raise NotImplementedError

    def due(self) -> Any:
        return Charge.objects.filter(kind=self.kind, state__in=self.open_states)

    def is_held(self, row: Charge) -> str:
        return ""

    def body(self, row: Charge) -> dict[str, Any]:
        return dict(row.request_body)

    def look_up(self, client: stripe.StripeClient, row: Charge) -> dict[str, Any] | None:
        listed = client.v1.payment_intents.list({"customer": row.request_body["customer"], "limit": 100})
        for found in listed.auto_paging_iter():
            if (stripe_port.plain(found).get("metadata") or {}).get("charge_id") == str(row.id):
                return fetch(client, found.id)
        return None

    def create(self, client: stripe.StripeClient, row: Charge) -> dict[str, Any]:
        made = client.v1.payment_intents.create(
            {**row.request_body, "expand": charging.PAYMENT_INTENT_EXPANSION},  # type: ignore[arg-type,typeddict-item]
            {"idempotency_key": row.idempotency_key},
        )
        return dict(stripe_port.plain(made))

    def conclude(self, row_id: UUID, answer: dict[str, Any], at: datetime) -> None:
        charging.apply_payment_intent(charge_id=row_id, intent=answer, at=at)

    def refuse(self, row_id: UUID, error: stripe.StripeError, at: datetime) -> None:
        job_id = Charge.objects.values_list("job_id", flat=True).get(id=row_id)
        with transaction.atomic():
            Job.objects.select_for_update().get(id=job_id)
            charge = Charge.objects.select_for_update(of=("self",)).select_related("job").get(id=row_id)
            if charge.state in self.open_states:
                self.fail(charge, error.user_message or str(error), at)

    def holds(self, error: stripe.StripeError) -> bool:
        return False


def fetch(client: stripe.StripeClient, reference: str) -> dict[str, Any]:
    """The payment intent as it is now, with its charge and fee."""
    fetched = client.v1.payment_intents.retrieve(reference, {"expand": charging.PAYMENT_INTENT_EXPANSION})
    return dict(stripe_port.plain(fetched))
