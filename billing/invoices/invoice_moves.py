"""Invoices with days to pay, as a kind of move for `senders`: four calls that can be taken up where they were left."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import stripe
from django.db import transaction

from billing import events
from billing.invoices import invoice_outcomes
from billing.models import Charge
from billing.receiving import customers
from billing.sending import stripe_port, trouble


class Invoices:
    """What a client with credit owes for a settled shift."""

    model = Charge
    open_states = (Charge.State.INTENDED, Charge.State.UNKNOWN)
    related = ("job__client",)

    def due(self) -> Any:
        return Charge.objects.filter(kind=Charge.Kind.INVOICE, state__in=self.open_states)

    def is_held(self, row: Charge) -> str:
        return ""

    def body(self, row: Charge) -> dict[str, Any]:
        return dict(row.request_body)

    def look_up(self, client: stripe.StripeClient, row: Charge) -> dict[str, Any] | None:
        """A draft that was left half-made is finished here: a second one would bill the client twice."""
        listed = client.v1.invoices.list({"customer": row.request_body["customer"], "limit": 100})
        for found in listed.auto_paging_iter():
            plain = stripe_port.plain(found)
            if (plain.get("metadata") or {}).get("invoice_charge_id") == str(row.id):
                return self._finish(client, row, plain)
        return None

    def create(self, client: stripe.StripeClient, row: Charge) -> dict[str, Any]:
        if not row.request_body["customer"]:
            self._find_customer(row)
        made = client.v1.invoices.create(row.request_body, {"idempotency_key": row.idempotency_key})
        return self._finish(client, row, stripe_port.plain(made))

    def conclude(self, row_id: UUID, answer: dict[str, Any], at: datetime) -> None:
        invoice_outcomes.apply_invoice(charge_id=row_id, invoice=answer, at=at)

    def refuse(self, row_id: UUID, error: stripe.StripeError, at: datetime) -> None:
        with transaction.atomic():
            charge = Charge.objects.select_for_update(of=("self",)).select_related("job").get(id=row_id)
            if charge.state not in self.open_states:
                return
            charge.state = Charge.State.FAILED
            charge.last_error = str(error)[:2000]
            charge.leased_until = None
            charge.save(update_fields=["state", "last_error", "leased_until"])
            # The client can still pay on the payment page, and the operator sees why there was no invoice.
            trouble.announce_charge(name=events.PAYMENT_NEEDED, charge=charge, reason=str(error), at=at)
            trouble.announce_failed_move(kind="invoice", move=charge, charge=charge, reason=str(error), at=at)

    def holds(self, error: stripe.StripeError) -> bool:
        return False

    def _find_customer(self, row: Charge) -> None:
        """A client who never paid on the page has no customer yet. Saved before it is used."""
        row.request_body["customer"] = customers.ensure_customer(client=row.job.client)
        Charge.objects.filter(id=row.id).update(request_body=row.request_body)

    def _finish(self, client: stripe.StripeClient, row: Charge, invoice: dict[str, Any]) -> dict[str, Any]:
        reference = invoice["id"]
        if invoice["status"] != "draft":
            return invoice
        if not invoice["lines"]["data"]:
            client.v1.invoice_items.create(
                {
                    "customer": row.request_body["customer"],
                    "invoice": reference,
                    "amount": row.amount_cents,
                    "currency": row.request_body["currency"],
                    "description": row.request_body["description"],
                },
                {"idempotency_key": f"{row.idempotency_key}:item"},
            )
        sent = client.v1.invoices.send_invoice(reference, None, {"idempotency_key": f"{row.idempotency_key}:send"})
        return dict(stripe_port.plain(sent))
