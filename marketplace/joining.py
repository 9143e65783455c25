"""Officers join by themselves: the invitation's code opens an account, a texted code proves the phone.

Nothing here runs inside a caller's transaction: a wrong code must cost an attempt although it is refused.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.codes import issue_code, verify_code
from accounts.models import OneTimeCode, Person
from accounts.people import create_person
from accounts.refusals import TermsNotAccepted, TooManyAttempts
from accounts.terms import accept_terms
from departments import invitations
from kernel.actors import Actor
from kernel.errors import InvalidInput
from kernel.identifiers import uuid7
from marketplace import officers
from marketplace.models import Officer
from messaging.consents import consent_wording, record_consent
from messaging.phones import normalise_phone
from messaging.sending import PHONE_VERIFICATION, queue_sms

PHONE_CODE_PURPOSE = "officer-phone"
PHONE_CODES_PER_HOUR = 5


class PasswordTooWeak(InvalidInput):
    code = "password_too_weak"


class TooManyPhoneCodes(TooManyAttempts):
    code = "too_many_phone_codes"


def join_by_invitation(
    *,
    department_id: UUID,
    invitation_id: UUID,
    code: str,
    password: str,
    accepts_terms: bool,
    actor: Actor,
    at: datetime,
) -> Officer:
    """Open an account for somebody who holds the invitation's link and code, and register them as an officer.

    The code went to the work address, so that address is proved by it. `actor` is the visitor: from the moment that the
    account exists it is the new person. Raises what `officers.join_by_invitation` raises, and EmailTaken (sign in and
    call that one instead), PasswordTooWeak, TermsNotAccepted.
    """
    if not accepts_terms:
        raise TermsNotAccepted("Accept the terms of service to open an account.", field="accept_terms")
    invitation = invitations.check_code(department_id=department_id, invitation_id=invitation_id, code=code, at=at)
    member = invitation.member
    _refuse_weak(
        password, Person(email=member.work_email, given_name=member.given_name, family_name=member.family_name)
    )
    with transaction.atomic():
        person = create_person(
            email=invitation.sent_to,
            given_name=member.given_name,
            family_name=member.family_name,
            password=password,
            email_is_verified=True,
            actor=actor,
            at=at,
        )
        actor = replace(actor, kind="person", person_id=person.id, label=person.full_name)
        accept_terms(person=person, actor=actor, at=at)
        officer = officers.register_officer(
            person=person,
            department_id=department_id,
            roster_entry_id=member.entry_id,
            display_name=member.full_name,
            actor=actor,
            at=at,
        )
        invitations.accept_invitation(
            department_id=department_id,
            invitation_id=invitation_id,
            code=code,
            officer_id=officer.id,
            actor=actor,
            at=at,
        )
    return officer


def request_phone_code(*, officer: Officer, phone: str, at: datetime) -> str:
    """Text a six-digit code to the number; an earlier code stops working. Returns the number in E.164.

    Raises InvalidInput for what is no number, TooManyPhoneCodes: each text costs, and a stranger's phone rings.
    """
    number = normalise_phone(phone)
    with transaction.atomic():
        # The person's row is the lock: two tabs must not get past the limit together.
        Person.objects.select_for_update().get(id=officer.person_id)
        sent = OneTimeCode.objects.filter(
            purpose=PHONE_CODE_PURPOSE, subject_id=officer.id, issued_at__gt=at - timedelta(hours=1)
        ).count()
        if sent >= PHONE_CODES_PER_HOUR:
            raise TooManyPhoneCodes(
                f"We sent you {sent} codes within the hour. Look for the last text, or try again in an hour.",
                field="phone",
                sent=sent,
            )
        code = issue_code(purpose=PHONE_CODE_PURPOSE, destination=number, subject_id=officer.id, at=at)
        queue_sms(
            business_key=f"phone-code:{uuid7()}",
            recipient=number,
            text=f"Muster: your code is {code}. It works for 10 minutes. We never ask for it by phone.",
            person_id=officer.person_id,
            purpose=PHONE_VERIFICATION,
            at=at,
        )
    return number


def confirm_phone(*, officer: Officer, phone: str, code: str, consent: bool, actor: Actor, at: datetime) -> str:
    """The code proves the number; `consent` keeps the yes to text messages, with its wording. Returns E.164.

    Without consent the number is proved all the same, and no texts about work go to it.
    Raises InvalidInput, CodeWrong, CodeExpired, TooManyAttempts, OfficerNotFound.
    """
    number = normalise_phone(phone)
    verify_code(purpose=PHONE_CODE_PURPOSE, destination=number, subject_id=officer.id, code=code, at=at)
    with transaction.atomic():
        officers.set_phone_verified(officer=officer, phone=number, actor=actor, at=at)
        if consent:
            record_consent(
                person_id=officer.person_id, phone=number, wording=consent_wording(), address=actor.address, at=at
            )
    return number


def _refuse_weak(password: str, person: Person) -> None:
    try:
        validate_password(password, user=person)
    except ValidationError as error:
        raise PasswordTooWeak(" ".join(error.messages), field="password") from None
