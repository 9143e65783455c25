"""Joining by oneself: an account from an invitation's code, a phone from a texted one."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from accounts.models import Person
from accounts.refusals import CodeExpired, CodeWrong, EmailTaken, TermsNotAccepted, TooManyAttempts
from accounts.terms import has_accepted_terms
from departments.invitations import Invited, invite_member, open_invitation
from departments.refusals import AlreadyJoined, InvitationCodeWrong
from departments.roster import member
from kernel.actors import Actor
from kernel.errors import InvalidInput
from kernel.models import AuditEvent
from marketplace.joining import (
    PasswordTooWeak,
    TooManyPhoneCodes,
    confirm_phone,
    join_by_invitation,
    request_phone_code,
)
from marketplace.models import Officer
from marketplace.officers import private_profile
from messaging.consents import may_text
from messaging.models import OutboundMessage
from tenants.models import Tenant
from tests.factories.departments import LONG_AGO, SETTING_UP, make_member, make_officer
from tests.factories.people import actor_for, make_person

VISITOR = Actor(kind="person", label="visitor", address="192.0.2.9")
PASSWORD = "quiet-harbour-41"


@pytest.fixture
def invited(committed_database: None, department: Tenant) -> Invited:
    entry = make_member(department)
    return invite_member(department_id=department.id, entry_id=entry.entry_id, actor=SETTING_UP, at=LONG_AGO)


def join(invited: Invited, **changes: object) -> Officer:
    arguments = {
        "department_id": invited.department_id,
        "invitation_id": invited.invitation_id,
        "code": invited.code,
        "password": PASSWORD,
        "accepts_terms": True,
        "actor": VISITOR,
        "at": LONG_AGO + timedelta(minutes=5),
    }
    return join_by_invitation(**{**arguments, **changes})


def test_a_new_person_joins_with_a_proved_address_and_accepted_terms(invited: Invited) -> None:
    officer = join(invited)
    person = officer.person
    assert person.email == invited.sent_to
    assert person.check_password(PASSWORD)
    assert EmailAddress.objects.get(user=person).verified
    assert has_accepted_terms(person=person)
    assert officer.home_department_id == invited.department_id
    joined = AuditEvent.objects.get(action="officer.joined", subject_id=str(officer.id))
    assert joined.actor_person_id == person.id
    with pytest.raises(AlreadyJoined):
        join(invited)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"code": "BBBBBBBB"}, InvitationCodeWrong),
        ({"password": "12345678"}, PasswordTooWeak),
        ({"accepts_terms": False}, TermsNotAccepted),
    ],
)
def test_what_is_refused_leaves_nobody_behind(
    invited: Invited, changes: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        join(invited, **changes)
    assert not Person.objects.filter(email=invited.sent_to).exists()
    assert not Officer.objects.exists()


def test_a_wrong_code_costs_an_attempt(invited: Invited) -> None:
    before = open_invitation(department_id=invited.department_id, invitation_id=invited.invitation_id).attempts_left
    with pytest.raises(InvitationCodeWrong):
        join(invited, code="BBBBBBBB")
    after = open_invitation(department_id=invited.department_id, invitation_id=invited.invitation_id).attempts_left
    assert after == before - 1


def test_somebody_with_an_account_signs_in_instead(invited: Invited) -> None:
    make_person(email=invited.sent_to)
    with pytest.raises(EmailTaken):
        join(invited)
    assert not Officer.objects.exists()
    opened = open_invitation(department_id=invited.department_id, invitation_id=invited.invitation_id)
    assert not member(department_id=invited.department_id, entry_id=opened.member.entry_id).has_joined


@pytest.fixture
def officer(committed_database: None, as_worker: None, department: Tenant) -> Officer:
    return make_officer(department)


def code_in_text(phone: str) -> str:
    message = OutboundMessage.objects.filter(channel="sms", recipient=phone).latest("created_at", "id")
    assert message.state == OutboundMessage.State.QUEUED
    found = re.search(r"\b\d{6}\b", message.text)
    assert found
    return found.group()


def test_a_texted_code_proves_the_phone_and_keeps_the_consent(officer: Officer) -> None:
    number = request_phone_code(officer=officer, phone="(905) 555-0134", at=LONG_AGO)
    assert number == "+19055550134"
    confirm(officer, code_in_text(number), consent=True)
    profile = private_profile(officer=officer, actor=actor_for(officer.person))
    assert (profile.phone, profile.phone_verified_at) == (number, LONG_AGO)
    assert may_text(phone=number, person_id=officer.person_id)


def test_without_consent_the_phone_is_proved_and_nothing_is_texted(officer: Officer) -> None:
    number = request_phone_code(officer=officer, phone="905 555 0134", at=LONG_AGO)
    confirm(officer, code_in_text(number), consent=False)
    assert private_profile(officer=officer, actor=actor_for(officer.person)).phone == number
    assert not may_text(phone=number, person_id=officer.person_id)


def test_codes_are_counted_expire_and_belong_to_one_number_and_officer(officer: Officer, department: Tenant) -> None:
    number = request_phone_code(officer=officer, phone="905 555 0134", at=LONG_AGO)
    code = code_in_text(number)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    with pytest.raises(CodeExpired):
        confirm(make_officer(department, family_name="Birch"), code)
    with pytest.raises(CodeExpired):
        confirm(officer, code, phone="905 555 0135")
    with pytest.raises(CodeExpired):
        confirm(officer, code, at=LONG_AGO + timedelta(minutes=10))
    for _ in range(5):
        with pytest.raises(CodeWrong):
            confirm(officer, wrong)
    with pytest.raises(TooManyAttempts):
        confirm(officer, code)
    assert private_profile(officer=officer, actor=actor_for(officer.person)).phone == ""


def test_texts_are_limited_by_the_hour(officer: Officer) -> None:
    for index in range(5):
        request_phone_code(officer=officer, phone=f"905 555 010{index}", at=LONG_AGO)
    with pytest.raises(TooManyPhoneCodes):
        request_phone_code(officer=officer, phone="905 555 0199", at=LONG_AGO)
    request_phone_code(officer=officer, phone="905 555 0199", at=LONG_AGO + timedelta(minutes=61))


def test_what_is_no_number_gets_no_text(officer: Officer) -> None:
    with pytest.raises(InvalidInput):
        request_phone_code(officer=officer, phone="555", at=LONG_AGO)
    assert not OutboundMessage.objects.filter(channel="sms").exists()


def confirm(
    officer: Officer, code: str, *, phone: str = "905 555 0134", consent: bool = True, at: object = LONG_AGO
) -> None:
    confirm_phone(
        officer=officer,
        phone=phone,
        code=code,
        consent=consent,
        actor=actor_for(officer.person),
        at=at,  # type: ignore[arg-type]
    )
