"""Signing up and in without a browser, as docs/api.md says."""

import pytest

from accounts.memberships import grant_role
from accounts.models import Person
from accounts.people import create_person
from accounts.terms import has_accepted_terms
from kernel import clock
from tenants.models import Tenant
from tests.api.caller import PASSWORD, Caller, code_for, messages_to, signed_in, signed_up
from tests.factories.departments import SETTING_UP

pytestmark = pytest.mark.django_db


def make_person(email: str) -> Person:
    return create_person(
        email=email,
        given_name="Dana",
        family_name="Quill",
        password=PASSWORD,
        email_is_verified=True,
        actor=SETTING_UP,
        at=clock.now(),
    )


def test_a_new_person_proves_the_address_by_a_code_and_has_accepted_the_terms() -> None:
    caller = Caller()
    pending = caller.sign_up("kim@example.org")
    assert pending.status == 401
    assert {"id": "verify_email", "is_pending": True} in pending["data"]["flows"]
    assert caller.get("me").status == 401
    wrong = caller.verify_email("000000" if code_for("kim@example.org") != "000000" else "000001")
    assert wrong.status == 400
    assert caller.verify_email(code_for("kim@example.org")).status == 200
    me = caller.ok("GET", "me")
    assert me["person"] == {
        "id": me["person"]["id"],
        "email": "kim@example.org",
        "given_name": "Kim",
        "family_name": "Orchard",
    }
    assert (me["clients"], me["officer_id"], me["membership"]) == ([], None, None)
    assert has_accepted_terms(person=Person.objects.get(email="kim@example.org"))


def test_without_the_terms_there_is_no_account() -> None:
    answer = Caller().sign_up("kim@example.org", accept_terms=False)
    assert answer.status == 400
    assert [error["param"] for error in answer["errors"]] == ["accept_terms"]
    assert not Person.objects.filter(email="kim@example.org").exists()


def test_a_password_signs_in_and_signing_out_ends_the_token() -> None:
    make_person("dana@example.org")
    assert Caller().sign_in("dana@example.org", "not-the-password").status == 400
    caller = signed_in("dana@example.org")
    assert caller.ok("GET", "me")["person"]["given_name"] == "Dana"
    caller.call("DELETE", "/_allauth/app/v1/auth/session")
    assert caller.get("me").status == 401


def test_a_code_by_mail_signs_in_without_a_password() -> None:
    make_person("dana@example.org")
    caller = Caller()
    pending = caller.post("/_allauth/app/v1/auth/code/request", {"email": "dana@example.org"})
    assert pending.status == 401
    caller.token = pending["meta"]["session_token"]
    letter = messages_to("dana@example.org")[-1]
    assert "Hello from Muster!" in letter.text
    confirmed = caller.post("/_allauth/app/v1/auth/code/confirm", {"code": code_for("dana@example.org")})
    assert confirmed.status == 200
    caller.token = confirmed["meta"].get("session_token") or caller.token
    assert caller.ok("GET", "me")["person"]["email"] == "dana@example.org"


def test_strangers_and_forged_tokens_are_answered_alike() -> None:
    stranger, forger = Caller().get("jobs"), Caller(token="x" * 32).get("jobs")
    assert (stranger.status, stranger.body) == (forger.status, forger.body)
    assert stranger.status == 401
    assert stranger.headers["WWW-Authenticate"] == "X-Session-Token"
    assert set(stranger.body) == {"code", "message", "field", "numbers"}


def test_the_same_token_opens_the_desk_to_its_staff_alone(department: Tenant, other_department: Tenant) -> None:
    person = make_person("dana@example.org")
    grant_role(person=person, tenant_id=department.id, role="coordinator", actor=SETTING_UP, at=clock.now())
    caller = signed_in("dana@example.org", host="alderbrook.localhost")
    membership = caller.ok("GET", "me")["membership"]
    assert membership == {"tenant_id": str(department.id), "roles": ["coordinator"]}
    assert caller.get("desk/dashboard").status == 200
    assert caller.get("desk/dashboard", host="brackwater.localhost").status == 403
    assert caller.get("desk/dashboard", host="candlewick.localhost").status == 404
    assert caller.get("desk/dashboard", host="localhost").status == 404
    assert caller.ok("GET", "me", host="brackwater.localhost")["membership"] is None


def test_staff_may_read_and_only_the_right_role_writes(department: Tenant) -> None:
    person = make_person("dana@example.org")
    grant_role(person=person, tenant_id=department.id, role="auditor", actor=SETTING_UP, at=clock.now())
    caller = signed_in("dana@example.org", host="alderbrook.localhost")
    assert caller.ok("GET", "desk/roster") == []
    refused = caller.post("desk/roster", {})
    assert (refused.status, refused["code"]) == (403, "not_permitted")
    assert "coordinator" in refused["message"]


def test_a_browser_session_needs_the_csrf_token() -> None:
    from django.test import Client

    person = make_person("dana@example.org")
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    body = {"kind": "person", "name": "Dana", "billing_email": "dana@example.org"}
    assert browser.get("/api/v1/me", HTTP_HOST="localhost").status_code == 200
    answer = browser.post("/api/v1/clients", body, content_type="application/json", HTTP_HOST="localhost")
    assert answer.status_code == 403
    assert answer.json()["code"] == "permission_denied"


def test_visitors_of_a_portal_are_answered_in_json_when_they_may_not_enter(department: Tenant) -> None:
    caller = signed_up("kim@example.org")
    caller.host = "alderbrook.localhost"
    refused = caller.get("desk/jobs")
    assert (refused.status, refused["code"]) == (403, "permission_denied")
