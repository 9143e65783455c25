"""What comes back from phones: verified, stored once, and STOP obeyed."""

from datetime import UTC, datetime

import pytest
from django.conf import settings as django_settings
from django.test import Client
from twilio.request_validator import RequestValidator

from kernel.errors import InvalidInput
from kernel.identifiers import uuid7
from messaging.consents import may_text, record_consent
from messaging.models import InboundMessage, OptOut
from messaging.phones import normalise_phone
from tenants.context import acting_as
from tests.sandbox.running import AUTH_TOKEN

PHONE = "+19055550177"
pytestmark = pytest.mark.usefixtures("as_worker")


def reply(text: str, *, reference: str = "SM1", token: str = AUTH_TOKEN):
    parameters = {"MessageSid": reference, "From": PHONE, "To": "+19055550000", "Body": text}
    signature = RequestValidator(token).compute_signature(
        f"{django_settings.PUBLIC_BASE_URL}/webhooks/twilio/inbound", parameters
    )
    return Client().post("/webhooks/twilio/inbound", parameters, headers={"X-Twilio-Signature": signature})


def test_a_forged_reply_is_refused_and_leaves_nothing() -> None:
    assert reply("STOP", token="somebody-elses-token").status_code == 403
    assert not OptOut.objects.exists()
    with acting_as(purpose="worker"):
        assert not InboundMessage.objects.exists()


@pytest.mark.parametrize("word", ["STOP", "stop", " Unsubscribe ", "QUIT", "OPTOUT", "REVOKE"])
def test_stop_words_end_all_texts_until_start(word: str) -> None:
    person_id = uuid7()
    record_consent(person_id=person_id, phone=PHONE, wording="yes", address="", at=datetime.now(UTC))
    assert may_text(phone=PHONE, person_id=person_id)
    assert reply(word).status_code == 200
    assert not may_text(phone=PHONE, person_id=person_id)
    reply("START", reference="SM2")
    assert may_text(phone=PHONE, person_id=person_id)


def test_a_reply_delivered_twice_is_stored_once() -> None:
    reply("MENU")
    reply("MENU")
    with acting_as(purpose="worker"):
        assert InboundMessage.objects.count() == 1


def test_a_new_number_replaces_consent_at_the_old_one() -> None:
    person_id = uuid7()
    at = datetime.now(UTC)
    record_consent(person_id=person_id, phone=PHONE, wording="yes", address="", at=at)
    record_consent(person_id=person_id, phone="+19055550188", wording="yes", address="", at=at)
    assert not may_text(phone=PHONE, person_id=person_id)
    assert may_text(phone="+19055550188", person_id=person_id)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("(905) 555-0134", "+19055550134"), ("905 555 0134", "+19055550134"), ("+1 905.555.0134", "+19055550134")],
)
def test_one_number_has_one_spelling(typed: str, stored: str) -> None:
    assert normalise_phone(typed) == stored


@pytest.mark.parametrize("typed", ["", "555 0134", "+1 905 555 01345", "call me", "+"])
def test_what_is_no_number_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(InvalidInput, match="905 555 0134"):
        normalise_phone(typed)
