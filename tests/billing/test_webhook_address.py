"""The public address that Stripe calls."""

import json
import time
from collections.abc import Callable

import pytest
import stripe
from django.test import Client
from pytest_django import Settings

from kernel.models import InboxEvent

SECRET = "whsec_address"
pytestmark = pytest.mark.django_db


def signed(body: str, *, secret: str = SECRET, at: int | None = None) -> str:
    stamp = at or int(time.time())
    return f"t={stamp},v1={stripe.WebhookSignature._compute_signature(f'{stamp}.{body}', secret)}"


def post(body: str, signature: str) -> int:
    answer = Client().post(
        "/webhooks/stripe",
        body,
        content_type="application/json",
        headers={"Stripe-Signature": signature},
    )
    return answer.status_code


@pytest.fixture(autouse=True)
def _secret(settings: Settings) -> None:
    settings.STRIPE_WEBHOOK_SECRET = SECRET


BODY = json.dumps({"id": "evt_1", "type": "payout.paid", "livemode": False, "data": {"object": {"id": "po_1"}}})


def test_a_signed_event_is_stored_once_and_answered_at_once() -> None:
    assert [post(BODY, signed(BODY)), post(BODY, signed(BODY))] == [204, 204]
    assert InboxEvent.objects.get().external_id == "evt_1"


FORGED: dict[str, Callable[[], tuple[str, str]]] = {
    "unsigned": lambda: (BODY, ""),
    "signed with another secret": lambda: (BODY, signed(BODY, secret="whsec_other")),
    "signed long ago": lambda: (BODY, signed(BODY, at=1_600_000_000)),
    "changed after signing": lambda: (BODY + " ", signed(BODY)),
    "no JSON": lambda: ("not json", signed("not json")),
    "no event": lambda: ("[]", signed("[]")),
    "no name": lambda: ('{"id": "evt_1"}', signed('{"id": "evt_1"}')),
}


@pytest.mark.parametrize("how", FORGED)
def test_anything_else_is_refused(how: str) -> None:
    body, signature = FORGED[how]()
    assert post(body, signature) == 400
    assert not InboxEvent.objects.exists()
