"""Clients as Stripe's customers, so that their card can be kept for hours beyond those prepaid."""

from billing.refusals import PaymentServiceUnavailable
from billing.sending import stripe_port
from marketplace.models import Client


def ensure_customer(*, client: Client) -> str:
    """Stripe's identifier of the client, made on first use. Raises PaymentServiceUnavailable, PaymentRefused."""
    if client.stripe_customer_reference:
        return client.stripe_customer_reference
    try:
        reference = _create(client=client, key=f"customer:{client.id}")
    except PaymentServiceUnavailable as unavailable:
        if (unavailable.numbers.get("status") or 0) < 500:
            raise
        # A stored 500 would be replayed under the first key for a day. A customer too many costs nothing.
        reference = _create(client=client, key=f"customer:{client.id}:again")
    Client.objects.filter(id=client.id, stripe_customer_reference="").update(stripe_customer_reference=reference)
    client.refresh_from_db(fields=["stripe_customer_reference"])
    return client.stripe_customer_reference


def _create(*, client: Client, key: str) -> str:
    created = stripe_port.ask(
        lambda: stripe_port.client().v1.customers.create(
            {"name": client.name, "email": client.billing_email, "metadata": {"client_id": str(client.id)}},
            {"idempotency_key": key},
        )
    )
    return created.id
