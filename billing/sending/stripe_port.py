"""The one door to Stripe: the real SDK with explicit retries and timeout, elsewhere when STRIPE_API_BASE says so."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import stripe
from django.conf import settings

from billing.refusals import PaymentRefused, PaymentServiceUnavailable

Answer = TypeVar("Answer")


@cache
def _client(key: str, base: str, timeout_seconds: int, retries: int) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": base} if base else None,
        max_network_retries=retries,
        http_client=stripe.RequestsClient(timeout=timeout_seconds),
    )


def client() -> stripe.StripeClient:
    return _client(
        settings.STRIPE_SECRET_KEY,
        settings.STRIPE_API_BASE or "",
        settings.STRIPE_TIMEOUT_SECONDS,
        settings.STRIPE_MAX_NETWORK_RETRIES,
    )


def is_live() -> bool:
    return "_live_" in settings.STRIPE_SECRET_KEY


def ask(call: Callable[[], Answer]) -> Answer:
    """Make a call for somebody who waits for it, and turn Stripe's errors into refusals.

    Raises PaymentServiceUnavailable when nobody can know whether it was done, PaymentRefused when it was not.
    """
    try:
        return call()
    except (stripe.InvalidRequestError, stripe.CardError) as error:
        raise PaymentRefused(
            f"The payment service refused: {error.user_message or error}", status=error.http_status
        ) from error
    except stripe.StripeError as error:
        raise PaymentServiceUnavailable(
            "The payment service does not answer just now. Nothing was charged; try again in a minute.",
            status=error.http_status,
        ) from error


def is_missing(error: BaseException) -> bool:
    return isinstance(error, stripe.InvalidRequestError) and error.code == "resource_missing"


def plain(value: Any) -> Any:
    """A Stripe object as plain dictionaries and lists."""
    return value.to_dict() if isinstance(value, stripe.StripeObject) else value
