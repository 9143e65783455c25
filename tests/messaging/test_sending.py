"""A queued message is sent once, whatever dies, and never to somebody who said stop."""

import smtplib
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from messaging import sending
from messaging.consents import CONSENT_WORDING, opt_out, record_consent
from messaging.models import OptOut, OutboundMessage
from tenants.context import acting_as
from tests.sandbox.running import ACCOUNT_SID, Sandbox

PHONE = "+19055550177"
PERSON = UUID("0190a000-0000-7000-8000-000000000001")


@pytest.fixture(autouse=True)
def _committing_worker(committed_database: None):
    with acting_as(purpose="worker"):
        record_consent(person_id=PERSON, phone=PHONE, wording=CONSENT_WORDING, address="192.0.2.7", at=now())
        yield


def now() -> datetime:
    return datetime.now(UTC)


def queue_text(key: str = "", *, recipient: str = PHONE, text: str = "Muster: a shift is open near you.") -> str:
    key = key or str(uuid4())
    with transaction.atomic():
        sending.queue_sms(business_key=key, recipient=recipient, text=text, person_id=PERSON, at=now())
    return f"sms:{key}"


def stored(business_key: str) -> OutboundMessage:
    return OutboundMessage.objects.get(business_key=business_key)


def texts(provider: Sandbox) -> list[dict]:
    return provider.control("messages.json")["messages"]


def test_a_text_goes_out_and_its_reference_is_kept(provider: Sandbox) -> None:
    key = queue_text()
    assert sending.send_due(at=now()) == 1
    message = stored(key)
    assert message.state == "sent"
    assert message.provider_reference.startswith("SM")
    assert sending.send_due(at=now() + timedelta(hours=1)) == 0
    assert len(texts(provider)) == 1


def test_the_same_fact_is_queued_once(provider: Sandbox) -> None:
    queue_text("award-77")
    queue_text("award-77")
    sending.send_due(at=now())
    assert len(texts(provider)) == 1


def test_a_rolled_back_change_sends_nothing(provider: Sandbox) -> None:
    def fail_after_queueing() -> None:
        with transaction.atomic():
            sending.queue_sms(business_key="x", recipient=PHONE, text="never", person_id=PERSON, at=now())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_queueing()
    assert sending.send_due(at=now()) == 0


def test_an_answer_that_never_came_is_looked_up_before_sending_again(provider: Sandbox) -> None:
    provider.control(
        "faults",
        {
            "path": f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json",
            "method": "POST",
            "nth": 1,
            "times": 1,
            "kind": "drop_after_commit",
        },
    )
    key = queue_text()
    sending.send_due(at=now())
    assert stored(key).state == "sending"
    sending.send_due(at=now() + timedelta(minutes=5))
    assert stored(key).state == "sent"
    assert len(texts(provider)) == 1


def test_a_number_that_cannot_be_reached_fails_for_good(provider: Sandbox) -> None:
    key = queue_text(recipient="+1")
    OutboundMessage.objects.filter(business_key=key).update(state="queued")
    sending.send_due(at=now())
    message = stored(key)
    assert message.state == "failed"
    assert "21211" in message.last_error


def test_a_refused_opt_out_is_remembered(provider: Sandbox) -> None:
    queue_text()
    sending.send_due(at=now())
    provider.control("messages", {"from": PHONE, "body": "STOP"})
    key = queue_text()
    sending.send_due(at=now())
    assert stored(key).state == "failed"
    assert OptOut.objects.filter(phone=PHONE).exists()
    assert stored(queue_text()).state == "suppressed"


def test_a_mail_arrives_with_both_its_parts(provider: Sandbox) -> None:
    with transaction.atomic():
        sending.queue_email(
            business_key="letter",
            recipient="claire@example.org",
            subject="Your job\r\nBcc: everybody@example.org",
            text="Plain words",
            html="<p>Handsome words</p>",
            at=now(),
        )
    sending.send_due(at=now())
    [mail] = provider.control("mailbox.json?to=claire@example.org")["mails"]
    assert mail["subject"] == "Your job Bcc: everybody@example.org"
    assert "Plain words" in mail["text"]
    assert "Handsome words" in mail["html"]
    assert provider.control("mailbox.json?to=everybody@example.org")["mails"] == []


def test_a_mail_server_that_is_away_is_tried_again(provider: Sandbox, settings) -> None:
    settings.EMAIL_PORT = 1
    with transaction.atomic():
        sending.queue_email(business_key="later", recipient="a@example.org", subject="s", text="t", at=now())
    sending.send_due(at=now())
    message = stored("email:later")
    assert message.state == "sending"
    assert message.due_at > now()
    settings.EMAIL_PORT = provider.smtp_port
    sending.send_due(at=now() + timedelta(minutes=1))
    assert stored("email:later").state == "sent"


@pytest.mark.parametrize("order", [("delivered", "sent"), ("sent", "delivered"), ("delivered", "delivered")])
def test_delivery_reports_may_come_doubled_and_out_of_order(provider: Sandbox, order: tuple[str, str]) -> None:
    key = queue_text()
    sending.send_due(at=now())
    for status in order:
        sending.record_delivery_status(
            provider_reference=stored(key).provider_reference, status=status, error_code="", at=now()
        )
    assert stored(key).state == "delivered"


def test_two_senders_share_the_work_without_meeting(provider: Sandbox) -> None:
    for number in range(6):
        queue_text(text=f"Muster: text {number}")
    at = now()
    first, second = sending._claim(at=at, limit=3), sending._claim(at=at, limit=10)
    claimed = [message.id for message in [*first, *second]]
    assert len(claimed) == len(set(claimed)) == 6


def test_too_fast_for_the_provider_pauses_everybody_and_costs_no_attempt(provider: Sandbox) -> None:
    provider.control("faults", {"path": "*/Messages.json", "method": "POST", "nth": 2, "times": 1, "kind": "429"})
    keys = [queue_text(text=f"Muster: text {number}") for number in range(3)]
    assert sending.send_due(at=now()) == 2
    assert [stored(key).state for key in keys] == ["sent", "queued", "queued"]
    assert stored(keys[1]).attempts == 0
    assert sending.pace.reserve(channel="sms") > 1
    sending.send_due(at=now())
    assert [stored(key).state for key in keys] == ["sent", "sent", "sent"]
    assert len(texts(provider)) == 3


def test_senders_share_one_pace(settings) -> None:
    settings.MESSAGES_PER_SECOND = {"sms": 4.0}
    waits = [sending.pace.reserve(channel="sms") for _ in range(5)]
    assert waits[0] == pytest.approx(0, abs=0.05)
    assert waits[4] == pytest.approx(1.0, abs=0.2)
    settings.MESSAGES_PER_SECOND = {"sms": 0.1}
    assert sending.pace.reserve(channel="sms") is not None
    assert sending.pace.reserve(channel="sms") is None, "Ten seconds are too long to hold a worker for."


def test_a_refused_address_fails_for_good(provider: Sandbox) -> None:
    with transaction.atomic():
        sending.queue_email(business_key="bounce", recipient="nobody@bounce.invalid", subject="s", text="t", at=now())
    refused = smtplib.SMTPRecipientsRefused({"nobody@bounce.invalid": (550, b"no such mailbox")})
    full = smtplib.SMTPRecipientsRefused({"nobody@bounce.invalid": (452, b"mailbox full")})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(smtplib.SMTP, "sendmail", raising(full))
        sending.send_due(at=now())
        assert stored("email:bounce").state == "sending"
        patch.setattr(smtplib.SMTP, "sendmail", raising(refused))
        sending.send_due(at=now() + timedelta(hours=1))
    assert stored("email:bounce").state == "failed"
    assert "550" in stored("email:bounce").last_error


def test_what_is_of_no_use_any_more_is_not_sent(provider: Sandbox) -> None:
    key = queue_text()
    OutboundMessage.objects.filter(business_key=key).update(expires_at=now() - timedelta(seconds=1))
    assert sending.send_due(at=now()) == 0
    assert stored(key).state == "dropped"
    assert texts(provider) == []


def test_whoever_says_stop_while_a_text_waits_gets_it_not(provider: Sandbox) -> None:
    key = queue_text()
    opt_out(phone=PHONE, source="reply", at=now())
    assert sending.send_due(at=now()) == 0
    assert stored(key).state == "suppressed"


def raising(error: Exception):
    def refuse(*_: object, **__: object) -> None:
        raise error

    return refuse
