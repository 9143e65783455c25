"""What became of a text and what it cost: told by the provider, or asked for when its report stays away."""

import time
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from twilio.request_validator import RequestValidator

from messaging import delivery, sending
from messaging.adapters import adapter_for
from messaging.adapters.twilio import micros
from messaging.consents import CONSENT_WORDING, record_consent
from messaging.error_words import ERROR_WORDS
from messaging.models import MessageStep, OutboundMessage
from tenants.context import acting_as
from tests.sandbox.running import AUTH_TOKEN, Sandbox

PHONE = "+19055550177"
STATUS = "/webhooks/twilio/status"
PERSON = UUID("0190a000-0000-7000-8000-000000000001")


@pytest.fixture(autouse=True)
def _committing_worker(committed_database: None):
    with acting_as(purpose="worker"):
        record_consent(person_id=PERSON, phone=PHONE, wording=CONSENT_WORDING, address="192.0.2.7", at=now())
        yield


def now() -> datetime:
    return datetime.now(UTC)


def send(text: str = "Muster: a shift is open near you.") -> OutboundMessage:
    key = str(uuid4())
    with transaction.atomic():
        sending.queue_sms(business_key=key, recipient=PHONE, text=text, person_id=PERSON, at=now())
    sending.send_due(at=now())
    return OutboundMessage.objects.get(business_key=f"sms:{key}")


def settle(provider: Sandbox, message: OutboundMessage, status: str) -> None:
    """The stand-in delivers in the background."""
    deadline = time.monotonic() + 8
    while provider.twilio().messages(message.provider_reference).fetch().status != status:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_report_that_was_lost_is_asked_for_and_the_price_comes_with_it(provider: Sandbox) -> None:
    message = send("x" * 200)
    settle(provider, message, "delivered")
    assert delivery.scan_reports(at=now()) == 0
    assert delivery.scan_reports(at=now() + delivery.ASK_AFTER) == 1
    message.refresh_from_db()
    assert (message.state, message.billed_segments) == ("delivered", 2)
    assert (message.price_micros, message.price_currency) == (15_800, "USD")
    assert message.report_due_at is None
    assert list(message.steps.order_by("id").values_list("kind", flat=True)) == ["reported", "priced"]
    assert delivery.scan_reports(at=now() + timedelta(days=1)) == 0


def test_a_price_that_is_not_known_yet_is_asked_for_again(provider: Sandbox) -> None:
    message = send()
    delivery.record_delivery_status(
        provider_reference=message.provider_reference, status="delivered", error_code="", at=now()
    )
    # The provider has not billed it yet: the stand-in tells no price before its own delivery.
    first = now() + delivery.PRICE_AFTER
    assert delivery.scan_reports(at=first) == 1
    message.refresh_from_db()
    if message.price_micros is None:
        settle(provider, message, "delivered")
        assert delivery.scan_reports(at=message.report_due_at) == 1
        message.refresh_from_db()
    assert message.price_micros == 7_900
    assert message.report_due_at is None


def test_a_provider_that_is_away_changes_nothing_and_is_asked_again(provider: Sandbox, settings) -> None:
    message, other = send(), send("Muster: another one.")
    settings.TWILIO_API_BASE = "http://127.0.0.1:1"
    adapter_for.cache_clear()
    at = now() + delivery.ASK_AFTER
    # The second is not tried: it would wait as long for nothing.
    assert delivery.scan_reports(at=at) == 1
    assert OutboundMessage.objects.get(id=other.id).report_due_at > at
    message.refresh_from_db()
    assert message.state == "sent"
    assert message.report_due_at > at
    settings.TWILIO_API_BASE = provider.base
    adapter_for.cache_clear()
    for one in (message, other):
        settle(provider, one, "delivered")
    assert delivery.scan_reports(at=message.report_due_at) == 2
    message.refresh_from_db()
    assert message.state == "delivered"


@pytest.mark.parametrize("code", [30003, 30006])
def test_a_broken_telephone_is_reported_with_its_code_and_words(provider: Sandbox, code: int) -> None:
    provider.control("phones", {"number": PHONE, "error_code": code})
    message = send()
    settle(provider, message, "undelivered")
    delivery.scan_reports(at=now() + delivery.ASK_AFTER)
    message.refresh_from_db()
    assert (message.state, message.error_code) == ("failed", str(code))
    assert ERROR_WORDS[message.error_code].what
    provider.control("phones", {"number": PHONE})


def test_each_try_that_failed_leaves_a_step(provider: Sandbox, settings) -> None:
    settings.TWILIO_API_BASE = "http://127.0.0.1:1"
    adapter_for.cache_clear()
    message = send()
    assert message.state == "sending"
    assert [step.kind for step in MessageStep.objects.filter(message=message)] == ["try_failed"]


def test_a_price_is_read_to_the_millionth() -> None:
    assert micros("-0.00790") == 7_900
    assert micros("0") == 0
    assert micros("-1.234567") == 1_234_567


def test_every_code_of_the_provider_that_people_meet_has_words() -> None:
    wanted = {"21211", "21610", "21614", "30003", "30004", "30005", "30006", "30007", "30008"}
    assert wanted <= set(ERROR_WORDS)
    assert all(words.what and words.advice for words in ERROR_WORDS.values())


def test_a_signed_report_ends_the_message_and_leaves_its_step(provider: Sandbox) -> None:
    message = send()
    parameters = {"MessageSid": message.provider_reference, "MessageStatus": "undelivered", "ErrorCode": "30005"}
    signature = RequestValidator(AUTH_TOKEN).compute_signature(f"{settings.PUBLIC_BASE_URL}{STATUS}", parameters)
    with acting_as(purpose="request"):
        assert Client().post(STATUS, parameters).status_code == 403
        answer = Client().post(STATUS, parameters, headers={"X-Twilio-Signature": signature})
    assert answer.status_code == 204
    message.refresh_from_db()
    assert (message.state, message.error_code) == ("failed", "30005")
    assert [step.error_code for step in message.steps.all()] == ["30005"]
    assert message.report_due_at is not None
