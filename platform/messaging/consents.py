"""Consent to text messages, and numbers that said STOP."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from messaging.models import OptOut, SmsConsent

CONSENT_WORDING = _(
    "I agree to get text messages from Muster about work near me and my shifts. Message frequency varies. "
    "Message and data rates may apply. Reply STOP to end, MENU for choices."
)


def consent_wording() -> str:
    """As the reader sees it, in the active language. What is recorded is what was agreed to, word by word."""
    return gettext(CONSENT_WORDING)


def record_consent(*, person_id: UUID, phone: str, wording: str, address: str, at: datetime) -> SmsConsent:
    """The person's yes at this number; their consent at any other number ends with it."""
    with transaction.atomic():
        SmsConsent.objects.filter(person_id=person_id, withdrawn_at=None).exclude(phone=phone).update(withdrawn_at=at)
        consent, _ = SmsConsent.objects.get_or_create(
            person_id=person_id,
            phone=phone,
            withdrawn_at=None,
            defaults={"wording": wording, "given_at": at, "given_from_address": address[:64]},
        )
    return consent


def may_text(*, phone: str, person_id: UUID | None) -> bool:
    """True with a live consent at this number and no STOP from it."""
    if person_id is None or has_opted_out(phone=phone):
        return False
    return SmsConsent.objects.filter(person_id=person_id, phone=phone, withdrawn_at=None).exists()


def has_opted_out(*, phone: str) -> bool:
    return OptOut.objects.filter(phone=phone).exists()


def opt_out(*, phone: str, source: str, at: datetime) -> bool:
    """No texts any more. False when the number had opted out before."""
    _, is_new = OptOut.objects.get_or_create(phone=phone, defaults={"opted_out_at": at, "source": source})
    return is_new


def opt_in(*, phone: str) -> str:
    """Texts may be sent again. Returns where the opt-out had come from, "" when there was none."""
    source = OptOut.objects.filter(phone=phone).values_list("source", flat=True).first()
    OptOut.objects.filter(phone=phone).delete()
    return source or ""
