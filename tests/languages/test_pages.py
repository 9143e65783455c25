"""Whose language a page is in: the person's own, before sign-in the browser's; and never half of one."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.memberships import grant_role
from accounts.models import Person
from departments.invitations import invite_member
from kernel import clock
from marketplace import joining
from marketplace.models import Officer
from messaging.models import OutboundMessage, SmsConsent
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import SETTING_UP, make_member, make_officer
from tests.factories.jobs import make_job, make_shift
from tests.factories.people import actor_for, make_person
from tests.factories.venues import NOW, STARTS_AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def speaking(officer: Officer, language: str) -> Client:
    Person.objects.filter(id=officer.person_id).update(language=language)
    client = Client(SERVER_NAME="localhost")
    client.force_login(Person.objects.get(id=officer.person_id))
    return client


@pytest.fixture
def officer(department: Tenant) -> Officer:
    govern(department)
    make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    return make_officer(department)


def test_figures_days_and_words_are_those_of_the_language(officer: Officer) -> None:
    page = speaking(officer, "fr-CA").get(reverse("officer:feed"))
    text = page.content.decode().replace("\u00a0", " ").replace("\u202f", " ")
    assert '<html lang="fr-ca">' in text
    assert page.headers["Content-Language"] == "fr-ca"
    assert "314,00 $" in text
    assert "78,50 $ l’heure" in text
    assert "Attribution : lun 9 mars 2026" in text
    assert "Postuler pour ce quart" in text
    spanish = speaking(officer, "es").get(reverse("officer:feed")).content.decode()
    assert '<html lang="es">' in spanish
    assert "$314.00" in spanish
    assert "Asignación: lun 9 mar 2026" in spanish
    # What the thread writes next is English again.
    assert translation.get_language() == "en"


def test_a_person_s_own_choice_counts_before_the_browser_s(officer: Officer) -> None:
    client = speaking(officer, "en")
    client.cookies["language"] = "es"
    page = client.get(reverse("officer:feed"), HTTP_ACCEPT_LANGUAGE="fr-CA")
    assert '<html lang="en">' in page.content.decode()


@pytest.mark.parametrize(
    ("asked", "language"),
    [("fr-FR,fr;q=0.9", "fr-ca"), ("es-MX", "es"), ("de", "en"), ("", "en"), ("tlh,es;q=0.5", "es")],
)
def test_before_sign_in_the_browser_is_asked(asked: str, language: str) -> None:
    page = Client(SERVER_NAME="localhost").get("/accounts/login/", HTTP_ACCEPT_LANGUAGE=asked)
    assert f'<html lang="{language}">' in page.content.decode()
    assert {"Accept-Language", "Cookie"} <= set(page.headers["Vary"].split(", "))


def test_pages_of_desks_and_clients_stay_english_whoever_reads_them(department: Tenant, officer: Officer) -> None:
    """They are not translated wholly, and half a page is none."""
    coordinator = make_person()
    grant_role(person=coordinator, tenant_id=department.id, role="coordinator", actor=SETTING_UP, at=NOW)
    Person.objects.filter(id=coordinator.id).update(language="fr-CA")
    desk = Client(SERVER_NAME=f"{department.slug}.localhost")
    desk.force_login(Person.objects.get(id=coordinator.id))
    for client, path in (
        (desk, "/desk/"),
        (Client(SERVER_NAME="localhost"), "/"),
        (Client(SERVER_NAME="localhost"), "/request/"),
        (speaking(officer, "fr-CA"), "/terms/"),
    ):
        page = client.get(path, HTTP_ACCEPT_LANGUAGE="fr-CA", follow=True)
        assert page.status_code == 200
        assert '<html lang="en">' in page.content.decode(), path
        assert 'name="language"' not in page.content.decode()


def test_the_foot_of_a_page_changes_the_person_s_language_and_keeps_the_place(officer: Officer) -> None:
    client = speaking(officer, "en")
    page = reverse("officer:shifts") + "?view=bids"
    assert 'name="language" value="es"' in client.get(page).content.decode()
    answer = client.post(reverse("choose_language"), {"language": "es", "next": page})
    assert answer.status_code == 302
    assert answer.headers["Location"] == page
    assert client.cookies["language"].value == "es"
    assert Person.objects.get(id=officer.person_id).language == "es"
    assert "Mis turnos" in client.get(page).content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_the_way_back_never_leaves_the_host(elsewhere: str) -> None:
    client = Client(SERVER_NAME="localhost")
    answer = client.post(reverse("choose_language"), {"language": "fr-CA", "next": elsewhere})
    assert answer.headers["Location"] == "/"
    assert '<html lang="fr-ca">' in client.get("/accounts/login/").content.decode()


def test_a_language_that_nobody_speaks_here_is_not_kept(officer: Officer) -> None:
    client = speaking(officer, "es")
    assert client.post(reverse("choose_language"), {"language": "tlh", "next": "/"}).status_code == 404
    assert Person.objects.get(id=officer.person_id).language == "es"


def test_who_joins_in_french_goes_on_in_french(department: Tenant) -> None:
    govern(department)
    entry = make_member(department)
    invited = invite_member(department_id=department.id, entry_id=entry.entry_id, actor=SETTING_UP, at=NOW)
    browser = Client(SERVER_NAME=f"{department.slug}.localhost", HTTP_ACCEPT_LANGUAGE="fr-CA")
    path = reverse("joining:invitation", args=[invited.invitation_id], urlconf="config.urls_department")
    page = browser.get(path).content.decode()
    assert '<html lang="fr-ca">' in page
    assert "vous invite au service rémunéré" in page
    wrong = browser.post(path, {"code": "XXXXXXXX", "password": "correct horse battery 9", "accept_terms": "on"})
    assert "Ce n’est pas le code du courriel." in wrong.content.decode()
    joined = browser.post(path, {"code": invited.code, "password": "correct horse battery 9", "accept_terms": "on"})
    assert joined.status_code == 302
    assert Person.objects.get(email=invited.sent_to).language == "fr-CA"


def test_the_consent_that_is_kept_is_the_one_that_was_read(officer: Officer) -> None:
    joining.request_phone_code(officer=officer, phone="+19055550177", at=NOW)
    with acting_as(purpose="messaging"):
        text = OutboundMessage.objects.filter(channel="sms").latest("created_at").text
    code = next(word.strip(".") for word in text.split() if word.strip(".").isdigit())
    with translation.override("fr-ca"):
        joining.confirm_phone(
            officer=officer, phone="+19055550177", code=code, consent=True, actor=actor_for(officer.person), at=NOW
        )
    with acting_as(purpose="messaging"):
        assert SmsConsent.objects.get(person_id=officer.person_id).wording.startswith("J’accepte de recevoir")
