"""kill -9 of the processes that send: nothing is lost, and at most one message for each kill goes out twice."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from pytest_django import Settings

from bench.killed_senders import send_under_kills
from kernel.identifiers import uuid7
from messaging import sending
from messaging.consents import CONSENT_WORDING, record_consent
from messaging.models import OutboundMessage
from tenants.context import acting_as
from tests.sandbox.running import ACCOUNT_SID, AUTH_TOKEN, SERVICE_SID, Sandbox

MESSAGES, KILLS = 160, 2


@pytest.fixture(autouse=True)
def _committing_worker(committed_database: None) -> Iterator[None]:
    with acting_as(purpose="worker"):
        yield


def queue(count: int) -> list[str]:
    """Different words to each of so many phones, all due now."""
    at = datetime.now(UTC)
    texts = []
    for number in range(count):
        person_id, phone, text = uuid7(), f"+1905555{number:04d}", f"Muster: message {number}"
        record_consent(person_id=person_id, phone=phone, wording=CONSENT_WORDING, address="", at=at)
        sending.queue_sms(business_key=str(person_id), recipient=phone, text=text, person_id=person_id, at=at)
        texts.append(text)
    return texts


def provider_environment(provider: Sandbox) -> dict[str, str]:
    return {
        "PYTHONPATH": "platform:.",
        "TWILIO_API_BASE": provider.base,
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "TWILIO_MESSAGING_SERVICE_SID": SERVICE_SID,
        "SMS_PER_SECOND": "100",
        "MESSAGE_LEASE_SECONDS": "2",
    }


def waiting() -> int:
    return OutboundMessage.objects.filter(state__in=("queued", "sending")).count()


def texts_at(provider: Sandbox) -> list[str]:
    return [one["body"] for one in provider.control("messages.json?limit=100000")["messages"]]


def test_killed_senders_lose_nothing(provider: Sandbox) -> None:
    outcome = send_under_kills(
        expected=queue(MESSAGES),
        kills=KILLS,
        senders=2,
        environment=provider_environment(provider),
        waiting=waiting,
        taken=lambda: texts_at(provider),
        recorded=lambda: OutboundMessage.objects.exclude(provider_reference="").count(),
    )
    assert (outcome.kills, outcome.lost, outcome.unknown) == (KILLS, 0, 0)
    assert outcome.doubled <= outcome.kills
    tried_again = OutboundMessage.objects.filter(attempts__gt=1).count()
    assert tried_again <= KILLS, "Messages that no kill met were tried twice."


def test_a_crash_leaves_only_the_message_that_was_being_sent_in_doubt(provider: Sandbox, settings: Settings) -> None:
    queue(5)
    settings.TWILIO_TIMEOUT_SECONDS = 2
    at = datetime.now(UTC)
    in_doubt: list[UUID] = []

    def die(message: OutboundMessage) -> str:
        in_doubt.append(message.id)
        raise KeyboardInterrupt

    adapter = sending.adapter_for("sms")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(adapter, "send", die)
        with pytest.raises(KeyboardInterrupt):
            sending.send_due(at=at)
    states = dict(OutboundMessage.objects.values_list("id", "state"))
    assert [one for one, state in states.items() if state == "sending"] == in_doubt
    assert list(states.values()).count("queued") == 4
    # Nobody touches the batch while its lease runs; then the four are sent without a question, the one is asked about.
    assert sending.send_due(at=at) == 0
    assert sending.send_due(at=at + 2 * sending.LEASE) == 5
    asked = [one for one in provider.requests() if one["method"] == "GET" and "Messages.json" in one["path"]]
    assert len(asked) == 1
    assert len(texts_at(provider)) == 5
