"""The department's officers whom no text reaches, why, and what somebody can do about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.models import Officer, OfficerPrivate
from messaging.error_words import LASTING_CODES, words_of_error
from messaging.models import OptOut, OutboundMessage, SmsConsent
from tenants.context import acting_as

_LOOKS_BACK = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Unreachable:
    """`ending` is the number's last two digits, "" without one."""

    officer: Officer
    ending: str
    reason: str | Promise
    advice: str | Promise
    since: datetime | None = None


def unreachable_officers(*, department_id: UUID, at: datetime) -> list[Unreachable]:
    """By name. Opted out, bouncing, without consent, or without a verified number: the first that holds.

    Whoever does not want texts is not unreachable: they said how to reach them.
    """
    officers = list(
        Officer.objects.filter(home_department_id=department_id, left_at=None, wants_sms=True).order_by(
            "display_name", "id"
        )
    )
    with acting_as(purpose="messaging"):
        phones = dict(
            OfficerPrivate.objects.filter(officer__in=officers, phone_verified_at__isnull=False)
            .exclude(phone="")
            .values_list("officer_id", "phone")
        )
        bounced = _bounced(set(phones.values()), since=at - _LOOKS_BACK)
    stopped = dict(OptOut.objects.filter(phone__in=phones.values()).values_list("phone", "opted_out_at"))
    consents = set(
        SmsConsent.objects.filter(phone__in=phones.values(), withdrawn_at=None).values_list("person_id", "phone")
    )
    found = []
    for officer in officers:
        phone = phones.get(officer.id, "")
        one = _why(officer, phone, stopped=stopped, bounced=bounced, has_consent=(officer.person_id, phone) in consents)
        if one is not None:
            found.append(one)
    return found


def _why(
    officer: Officer,
    phone: str,
    *,
    stopped: dict[str, datetime],
    bounced: dict[str, tuple[str, datetime]],
    has_consent: bool,
) -> Unreachable | None:
    ending = f"…{phone[-2:]}" if phone else ""
    if not phone:
        return Unreachable(
            officer,
            "",
            _("No verified telephone number."),
            _("The officer adds it on their profile; until then they hear by e-mail."),
        )
    if phone in stopped:
        advice = _("Only the officer can undo it, by texting START. They hear by e-mail.")
        return Unreachable(officer, ending, _("Said STOP."), advice, stopped[phone])
    if phone in bounced:
        code, since = bounced[phone]
        words = words_of_error(code)
        if words is not None:
            return Unreachable(officer, ending, words.what, words.advice, since)
    if not has_consent:
        advice = _("The officer agrees to texts on their profile, by verifying the number again.")
        return Unreachable(officer, ending, _("Has not agreed to texts."), advice)
    return None


def _bounced(phones: set[str], *, since: datetime) -> dict[str, tuple[str, datetime]]:
    """Numbers whose latest text ended in an error that the next one will meet too."""
    latest = (
        OutboundMessage.objects.filter(
            channel="sms", recipient__in=phones, created_at__gt=since, state__in=("failed", "delivered")
        )
        .order_by("recipient", "-created_at", "-id")
        .distinct("recipient")
        .values_list("recipient", "state", "error_code", "created_at")
    )
    return {
        recipient: (code, created_at)
        for recipient, state, code, created_at in latest
        if state == "failed" and code in LASTING_CODES
    }
