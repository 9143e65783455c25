"""Joining by invitation: the department's host, the hand-off, and the steps that follow."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Person
from departments.invitations import Invited, invite_member
from departments.roster import member
from kernel import clock
from kernel.identifiers import uuid7
from marketplace.models import Officer
from marketplace.officers import private_profile
from messaging.models import OutboundMessage, SmsConsent
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import SETTING_UP, make_member
from tests.factories.people import actor_for, make_person
from tests.factories.venues import NOW

pytestmark = pytest.mark.usefixtures("committed_database", "as_worker")
PASSWORD = "correct horse battery 9"


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def invited(department: Tenant) -> Invited:
    govern(department)
    entry = make_member(department)
    return invite_member(department_id=department.id, entry_id=entry.entry_id, actor=SETTING_UP, at=NOW)


@pytest.fixture
def host(department: Tenant) -> str:
    return f"{department.slug}.localhost"


def address(invited: Invited) -> str:
    return f"/join/{invited.invitation_id}/"


def accept(client: Client, invited: Invited, **changes: Any) -> Any:
    answers = {"code": invited.code, "password": PASSWORD, "accept_terms": "on", **changes}
    return client.post(address(invited), {name: value for name, value in answers.items() if value is not None})


def latest_code(phone: str) -> str:
    with acting_as(purpose="worker"):
        sent = OutboundMessage.objects.filter(recipient=phone).latest("created_at", "id")
    return str(sent.text).split("your code is ")[1][:6]


def test_from_the_invitation_to_the_feed(invited: Invited, host: str, settings: Settings) -> None:
    client = Client(SERVER_NAME=host)
    page = client.get(address(invited)).content.decode()
    assert "Welcome, Robin" in page
    assert invited.sent_to not in page, "links are forwarded"
    assert invited.sent_to.partition("@")[2] in page
    assert accept(client, invited, code=invited.code.lower()).headers["Location"] == "/join/welcome/"
    officer = Officer.objects.get(person__email__iexact=invited.sent_to)
    assert officer.person.check_password(PASSWORD)
    assert client.get("/join/welcome/").status_code == 200
    onward = client.get("/join/onward/").headers["Location"]
    assert onward.startswith(f"{settings.PUBLIC_BASE_URL}/hand-off/?token=")
    marketplace = Client(SERVER_NAME="localhost")
    split = urlsplit(onward)
    assert marketplace.get(f"{split.path}?{split.query}").headers["Location"] == reverse("officer:welcome")
    assert Client(SERVER_NAME="localhost").get(f"{split.path}?{split.query}").headers["Location"] != "/officer/welcome/"
    assert marketplace.get(reverse("officer:welcome")).headers["Location"] == reverse("officer:welcome_phone")
    prove_phone(marketplace, officer)
    marketplace.post(reverse("officer:welcome_home"), {"address": "L6H 3H1", "travel_radius_metres": 40000})
    # This department pays through its payroll, so there is nothing to set up.
    assert marketplace.get(reverse("officer:welcome")).headers["Location"] == reverse("officer:welcome_done")
    done = marketplace.get(reverse("officer:welcome_done")).content.decode()
    assert "Through the payroll of" in done
    assert "L6H, Oakville, ON" in done
    assert marketplace.get(reverse("officer:feed")).status_code == 200


def prove_phone(client: Client, officer: Officer) -> None:
    wrong = client.post(reverse("officer:welcome_phone"), {"phone": "12"})
    assert wrong.status_code == 422
    sent = client.post(reverse("officer:welcome_phone"), {"phone": "(905) 555-0134"})
    assert sent.headers["Location"] == reverse("officer:welcome_phone_code")
    code = latest_code("+19055550134")
    other = "000000" if code != "000000" else "111111"
    refused = client.post(reverse("officer:welcome_phone_code"), {"code": other, "consent": "on"})
    assert refused.status_code == 422
    assert "not the code we sent" in refused.content.decode()
    assert not SmsConsent.objects.exists()
    client.post(reverse("officer:welcome_phone_code"), {"code": code, "consent": "on"})
    assert private_profile(officer=officer, actor=actor_for(officer.person)).phone == "+19055550134"
    assert "Reply STOP" in SmsConsent.objects.get(person_id=officer.person_id).wording


def test_wrong_codes_cost_attempts_and_nothing_is_made(invited: Invited, host: str) -> None:
    client = Client(SERVER_NAME=host)
    page = accept(client, invited, code="BBBBBBBB")
    assert page.status_code == 422
    assert "4 attempts are left" in page.content.decode()
    assert "<title>Error:" in page.content.decode()
    for _ in range(4):
        accept(client, invited, code="BBBBBBBB")
    assert "ask your coordinator for a new invitation" in accept(client, invited).content.decode()
    assert not Person.objects.filter(email__iexact=invited.sent_to).exists()
    assert not Officer.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"accept_terms": None}, "Accept the terms of service"),
        ({"password": "123"}, "too short"),
        ({"code": ""}, "Enter the code"),
    ],
)
def test_what_is_missing_is_asked_for(invited: Invited, host: str, changes: dict[str, Any], sentence: str) -> None:
    page = accept(Client(SERVER_NAME=host), invited, **changes)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert not Officer.objects.exists()


def test_used_expired_missing_and_foreign_invitations(
    invited: Invited, host: str, other_department: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = Client(SERVER_NAME=f"{other_department.slug}.localhost")
    client = Client(SERVER_NAME=host)
    assert elsewhere.get(address(invited)).status_code == 404
    assert client.get(f"/join/{uuid7()}/").status_code == 404
    accept(client, invited)
    used = Client(SERVER_NAME=host).get(address(invited))
    assert used.status_code == 410
    assert "You have joined already" in used.content.decode()


def test_an_expired_invitation_says_what_to_do(invited: Invited, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=8))
    page = Client(SERVER_NAME=host).get(address(invited))
    assert page.status_code == 410
    assert "Ask your coordinator for a new one" in page.content.decode()


def test_whoever_has_an_account_signs_in_and_needs_only_the_code(
    invited: Invited, host: str, department: Tenant
) -> None:
    person = make_person(email=invited.sent_to)
    client = Client(SERVER_NAME=host)
    told = accept(client, invited)
    assert told.status_code == 422
    assert "already has an account" in told.content.decode()
    client.force_login(person)
    assert 'name="password"' not in client.get(address(invited)).content.decode()
    assert client.post(address(invited), {"code": invited.code}).status_code == 302
    officer = Officer.objects.get(person=person)
    entry_id = member(department_id=department.id, entry_id=_entry_id(invited, department)).officer_id
    assert entry_id == officer.id


def _entry_id(invited: Invited, department: Tenant) -> Any:
    from departments.roster import list_members

    return next(one.entry_id for one in list_members(department_id=department.id) if one.work_email == invited.sent_to)
