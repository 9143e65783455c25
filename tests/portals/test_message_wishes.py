"""When an officer wants to hear of work, and what the desk sees of who was told."""

from datetime import time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from kernel import clock
from marketplace.inviting import scan_waves
from marketplace.models import Officer, Shift
from messaging.models import OfferWishes
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.clients import fund, govern, make_requester, submit
from tests.factories.departments import make_officer
from tests.factories.outbox import drain
from tests.factories.venues import NOW, job_terms, shift_terms
from tests.portals.test_department_requests import staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]
PAGE = "/officer/profile/messages/"


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def browser_of(officer: Officer) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(officer.person)
    return client


def wishes() -> list[OfferWishes]:
    with acting_as(purpose="worker"):
        return list(OfferWishes.objects.all())


def test_an_officer_says_when_and_how_often(
    department: Tenant, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    govern(department)
    officer = make_officer(department)
    client = browser_of(officer)
    with django_assert_max_num_queries(12):
        shown = client.get(PAGE).content.decode()
    assert "from 08:00 to 20:00" in shown
    typed = {
        "wants_sms": "on", "rhythm": "daily", "offers_a_day": "3", "quiet_from": "22:00", "quiet_until": "14:00",
        "at_night": "on",
    }  # fmt: skip
    assert client.post(PAGE, typed).status_code == 302
    [row] = wishes()
    assert (row.person_id, row.rhythm, row.offers_a_day, row.at_night) == (officer.person_id, "daily", 3, True)
    assert (row.quiet_from, row.quiet_until) == (time(22), time(14))
    officer.refresh_from_db()
    assert (officer.wants_sms, officer.wants_email) == (True, False)
    again = client.get(PAGE).content.decode()
    assert 'value="22:00"' in again
    assert PAGE in client.get(reverse("officer:profile")).content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"quiet_from": "22:00"}, "when they end"),
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, "differs from their beginning"),
        ({"offers_a_day": "0"}, "greater than or equal to 1"),
        ({"quiet_from": "late", "quiet_until": "later"}, "Enter a valid time"),
        ({"rhythm": "hourly"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_said_beside_what_was_typed(department: Tenant, typed: dict[str, str], sentence: str) -> None:
    govern(department)
    answer = browser_of(make_officer(department)).post(PAGE, {"rhythm": "as_they_come", **typed})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    for value in typed.values():
        assert value in answer.content.decode() or value == "hourly"
    assert wishes() == []


def test_the_desk_sees_who_was_told_when_and_not_how_near(
    department: Tenant, other_department: Tenant, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    govern(department, messages={"wave_sizes": [2, 1], "wave_minutes": 20})
    officers = [make_officer(department, family_name=name) for name in ("Zane", "Moss", "Abel", "Quill")]
    drain(at=NOW)
    terms = job_terms(shifts=(shift_terms(ranks={"constable": 1}),))
    job = fund(submit(make_requester(), terms=terms))
    drain(at=NOW)
    scan_waves(at=NOW + timedelta(minutes=20))
    browser, _ = staff(department)
    shift = Shift.objects.get(job=job)
    address = reverse("department:staffing", urlconf="config.urls_department", kwargs={"shift_id": shift.id})
    with django_assert_max_num_queries(12):
        page = browser.get(address).content.decode()
    assert "Wave 2 of 3: 3 officers told." in page
    assert "(1 officer more could come)." in page
    assert "9:40" in page
    named = sorted(shift.invitations.values_list("officer__display_name", flat=True))
    assert len(named) == 3
    places = [page.index(f'<th scope="row">{name}</th>') for name in named]
    assert places == sorted(places)
    assert " km" not in page[page.index("Who was told") :]
    stranger, _ = staff(other_department)
    assert stranger.get(address).status_code == 404
    assert len(officers) == 4
