"""Whatever a provider answers, one message's failure holds up no other, and names no recipient."""

import logging
import smtplib
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import requests
from django.db import transaction

from messaging import sending
from messaging.adapters import adapter_for
from messaging.consents import CONSENT_WORDING, opt_out, record_consent
from messaging.dropping import withdraw_offers
from messaging.models import MessageStep, OutboundMessage, SmsBudget
from tenants.context import acting_as
from tenants.models import Tenant
from tests.sandbox.running import ACCOUNT_SID, Sandbox

PHONE = "+19055550177"
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
PERSON = UUID("0190a000-0000-7000-8000-000000000001")


@pytest.fixture(autouse=True)
def _committing_worker(committed_database: None):
    with acting_as(purpose="worker"):
        record_consent(person_id=PERSON, phone=PHONE, wording=CONSENT_WORDING, address="192.0.2.7", at=now())
        yield


def now() -> datetime:
    return datetime.now(UTC)


def queue_text(*, recipient: str = PHONE, text: str = "Muster: a shift is open near you.") -> OutboundMessage:
    key = str(uuid4())
    with transaction.atomic():
        sending.queue_sms(business_key=key, recipient=recipient, text=text, person_id=PERSON, at=now())
    return OutboundMessage.objects.get(business_key=f"sms:{key}")


def spent_segment(department: Tenant) -> None:
    month_date = now().astimezone(ZoneInfo(department.time_zone)).date().replace(day=1)
    SmsBudget.objects.create(tenant_id=department.id, month_date=month_date, offer_segments=1)


def state_of(message: OutboundMessage) -> str:
    message.refresh_from_db()
    return str(message.state)


def raising(error: Exception):
    def refuse(*_: object, **__: object) -> None:
        raise error

    return refuse


@pytest.mark.parametrize("state", ["suspended", "retired"])
def test_a_department_that_is_not_active_holds_up_nobody(provider: Sandbox, department: Tenant, state: str) -> None:
    message = queue_text()
    OutboundMessage.objects.create(
        business_key="sms:late", channel="sms", recipient=PHONE, text="Work", segments=1, is_offer=True,
        payer_id=department.id, due_at=now(), expires_at=now() - timedelta(seconds=1), created_at=now(),
    )  # fmt: skip
    spent_segment(department)
    Tenant.objects.filter(id=department.id).update(state=state)
    assert sending.send_due(at=now()) == 1
    assert state_of(message) == "sent"
    assert OutboundMessage.objects.get(business_key="sms:late").state == "dropped"
    assert SmsBudget.objects.get().offer_segments == 0


def test_a_look_up_that_is_refused_is_tried_again_and_holds_up_nobody(provider: Sandbox) -> None:
    provider.control("faults", {"path": MESSAGES, "method": "POST", "kind": "drop_after_commit"})
    provider.control("faults", {"path": MESSAGES, "method": "GET", "kind": "500_before_commit"})
    first = queue_text()
    sending.send_due(at=now())
    second = queue_text(text="Muster: another")
    sending.send_due(at=now() + timedelta(minutes=5))
    assert (state_of(first), state_of(second)) == ("sending", "sent")
    assert (first.attempts, first.last_error) == (2, "Twilio answered 500.")
    sending.send_due(at=now() + timedelta(hours=1))
    assert state_of(first) == "sent"
    assert len(provider.control("messages.json")["messages"]) == 2


def test_who_says_stop_between_two_tries_gets_no_second(provider: Sandbox) -> None:
    provider.control("faults", {"path": MESSAGES, "method": "POST", "kind": "drop_before_commit"})
    message = queue_text()
    sending.send_due(at=now())
    assert state_of(message) == "sending"
    opt_out(phone=PHONE, source="reply", at=now())
    sending.send_due(at=now() + timedelta(minutes=5))
    assert (state_of(message), message.segments) == ("suppressed", 0)
    assert provider.control("messages.json")["messages"] == []


@pytest.mark.parametrize("kind", ["drop_before_commit", "drop_after_commit"])
def test_what_became_useless_between_two_tries_is_dropped_unless_it_went_out(
    provider: Sandbox, department: Tenant, kind: str
) -> None:
    provider.control("faults", {"path": MESSAGES, "method": "POST", "kind": kind})
    message = queue_text()
    spent_segment(department)
    OutboundMessage.objects.filter(id=message.id).update(
        payer_id=department.id, is_offer=True, expires_at=now() + timedelta(minutes=1)
    )
    sending.send_due(at=now())
    assert state_of(message) == "sending"
    sending.send_due(at=now() + timedelta(minutes=5))
    went_out = kind == "drop_after_commit"
    assert state_of(message) == ("sent" if went_out else "dropped")
    assert SmsBudget.objects.get().offer_segments == int(went_out)
    assert len(provider.control("messages.json")["messages"]) == int(went_out)


def test_an_offer_that_is_withdrawn_between_two_tries_gets_no_second(provider: Sandbox) -> None:
    provider.control("faults", {"path": MESSAGES, "method": "POST", "kind": "drop_before_commit"})
    message = queue_text()
    shift_id = uuid4()
    OutboundMessage.objects.filter(id=message.id).update(about_id=shift_id, is_offer=True)
    sending.send_due(at=now())
    withdraw_offers(about_id=shift_id, reason="The shift is staffed.", at=now())
    sending.send_due(at=now() + timedelta(minutes=5))
    assert state_of(message) == "dropped"
    assert provider.control("messages.json")["messages"] == []


def test_a_look_up_that_is_too_fast_pauses_and_costs_no_attempt(provider: Sandbox) -> None:
    provider.control("faults", {"path": MESSAGES, "method": "POST", "kind": "drop_after_commit"})
    provider.control("faults", {"path": MESSAGES, "method": "GET", "kind": "429"})
    message = queue_text()
    sending.send_due(at=now())
    sending.send_due(at=now() + timedelta(minutes=5))
    assert (state_of(message), message.attempts) == ("sending", 1)
    assert sending.pace.reserve(channel="sms") > 1


def test_what_nobody_foresaw_is_a_failed_try_and_the_others_are_anybodys_again(
    provider: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = queue_text(), queue_text(text="Muster: another")
    with pytest.MonkeyPatch.context() as patch, caplog.at_level(logging.INFO):
        patch.setattr(adapter_for("sms"), "send", raising(ValueError(f"no such thing as {PHONE}")))
        assert sending.send_due(at=now()) == 1
        assert (state_of(first), state_of(second)) == ("sending", "queued")
        assert second.leased_until is None
        OutboundMessage.objects.filter(id=first.id).update(attempts=sending.MAXIMUM_ATTEMPTS - 1)
        OutboundMessage.objects.filter(id=second.id).update(due_at=now() + timedelta(days=1))
        sending.send_due(at=now() + timedelta(minutes=5))
    assert (state_of(first), first.last_error) == ("failed", "It could not be sent (ValueError).")
    assert first.steps.count() == 2
    assert_unnamed(caplog, PHONE)


def test_no_error_names_the_number(provider: Sandbox, settings, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        wrong = queue_text(recipient="+1905")
        OutboundMessage.objects.filter(id=wrong.id).update(state="queued")
        sending.send_due(at=now())
        assert (state_of(wrong), wrong.error_code) == ("failed", "21211")
        assert wrong.last_error == "Twilio answered 400, code 21211."
        provider.control("faults", {"path": MESSAGES, "method": "POST", "kind": "drop_after_commit"})
        lost = queue_text()
        sending.send_due(at=now())
        settings.TWILIO_API_BASE = "http://127.0.0.1:1"
        adapter_for.cache_clear()
        sending.send_due(at=now() + timedelta(minutes=5))
        assert (state_of(lost), lost.attempts) == ("sending", 2)
    assert lost.last_error == f"The provider could not be reached ({requests.ConnectionError.__name__})."
    assert_unnamed(caplog, PHONE, "1905")


def test_no_error_names_the_mailbox(provider: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    with transaction.atomic():
        sending.queue_email(business_key="m", recipient="nobody@bounce.invalid", subject="s", text="t", at=now())
    errors = [
        smtplib.SMTPRecipientsRefused({"nobody@bounce.invalid": (452, b"nobody@bounce.invalid is full")}),
        smtplib.SMTPDataError(451, b"later, nobody@bounce.invalid"),
        ConnectionResetError("nobody@bounce.invalid"),
        smtplib.SMTPRecipientsRefused({"nobody@bounce.invalid": (550, b"nobody@bounce.invalid is unknown")}),
    ]
    with pytest.MonkeyPatch.context() as patch, caplog.at_level(logging.INFO):
        for number, error in enumerate(errors):
            patch.setattr(smtplib.SMTP, "sendmail", raising(error))
            sending.send_due(at=now() + timedelta(hours=number))
    mail = OutboundMessage.objects.get()
    assert (mail.state, mail.last_error) == ("failed", "The mail server refused the address (550).")
    assert list(mail.steps.order_by("id").values_list("words", flat=True)) == [
        "The mail server does not take the address now (452).",
        "The mail server answered 451 (SMTPDataError).",
        "The mail server could not be reached (ConnectionResetError).",
    ]
    assert_unnamed(caplog, "nobody")


def assert_unnamed(caplog: pytest.LogCaptureFixture, *names: str) -> None:
    kept = [*OutboundMessage.objects.values_list("last_error", flat=True)]
    kept += MessageStep.objects.values_list("words", flat=True)
    kept.append(caplog.text)
    assert [(name, text) for name in names for text in kept if name.removeprefix("+") in text] == []
