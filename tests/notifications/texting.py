"""A telephone for tests: it sends signed webhooks as the provider does, and reads what was queued for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.test import Client
from twilio.request_validator import RequestValidator

from kernel.identifiers import uuid7
from marketplace.models import Officer
from marketplace.officers import set_phone_verified
from messaging.consents import CONSENT_WORDING, record_consent
from messaging.models import OutboundMessage
from tenants.context import acting_as
from tests.factories.outbox import drain
from tests.factories.people import actor_for
from tests.factories.venues import NOW

INBOUND = "/webhooks/twilio/inbound"


def give_phone(officer: Officer, phone: str, *, consent: bool = True) -> None:
    set_phone_verified(officer=officer, phone=phone, actor=actor_for(officer.person), at=NOW)
    if consent:
        record_consent(person_id=officer.person_id, phone=phone, wording=CONSENT_WORDING, address="", at=NOW)


@dataclass
class Phone:
    number: str = "+19055550177"

    def post(self, text: str, *, reference: str = "") -> Any:
        """The webhook alone, over HTTP; nothing is handled yet."""
        parameters = {"MessageSid": reference or f"SM{uuid7().hex}", "From": self.number, "To": "+15005550006"}
        parameters["Body"] = text
        signature = RequestValidator(settings.TWILIO_AUTH_TOKEN).compute_signature(
            f"{settings.PUBLIC_BASE_URL}{INBOUND}", parameters
        )
        # A request leaves the session to nobody; the test goes on as whom it was before.
        with acting_as(purpose="request"):
            return Client().post(INBOUND, parameters, headers={"X-Twilio-Signature": signature})

    def says(self, text: str, *, at: datetime = NOW) -> str:
        """The text, everything that follows from it, and the answer, "" when there is none."""
        before = {message.id for message in self.answers()}
        assert self.post(text).status_code == 200
        drain(at=at)
        new = [message for message in self.answers() if message.id not in before]
        assert len(new) <= 1, "More than one answer to one text."
        return new[0].text if new else ""

    def answers(self) -> list[OutboundMessage]:
        return [message for message in self.received() if message.business_key.startswith("sms:answer:")]

    def received(self) -> list[OutboundMessage]:
        with acting_as(purpose="worker"):
            return list(OutboundMessage.objects.filter(recipient=self.number).order_by("created_at", "id"))
