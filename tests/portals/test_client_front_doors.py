"""The first page of each host, and the terms: what a visitor sees, and where people who are signed in go."""

import pytest
from django.test import Client

from accounts.terms import CURRENT_TERMS_VERSION
from tenants.models import Tenant
from tests.factories.clients import make_requester

pytestmark = pytest.mark.usefixtures("as_worker")


def page_of(client: Client, path: str, host: str) -> str:
    answer = client.get(path, HTTP_HOST=host)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "<c-" not in page
    assert " style=" not in page
    return page


def test_the_marketplace_asks_where_and_names_the_departments(
    client: Client, department: Tenant, other_department: Tenant
) -> None:
    page = page_of(client, "/", "localhost")
    assert 'action="/request/"' in page
    for tenant in (department, other_department):
        assert tenant.name in page
        assert f"{tenant.slug}.localhost" in page


def test_an_address_typed_on_the_front_page_is_not_asked_for_twice(client: Client, department: Tenant) -> None:
    address = "2 Navy Street, Oakville ON L6J 2Y9"
    assert address in client.get("/request/", {"place": address}, HTTP_HOST="localhost").content.decode()
    answer = client.post(
        "/request/", {"event_type": "festival", "title": "Fair", "place": address}, HTTP_HOST="localhost"
    )
    assert address in client.get(answer["Location"], HTTP_HOST="localhost").content.decode()


def test_a_department_s_front_door_is_its_own(client: Client, department: Tenant) -> None:
    page = page_of(client, "/", f"{department.slug}.localhost")
    assert department.name in page
    assert f"/theme/{department.slug}." in page
    assert 'action="/request/"' in page


def test_a_client_may_stand_at_a_department_s_and_an_agency_s_door(
    client: Client, department: Tenant, agency: Tenant
) -> None:
    client.force_login(make_requester().person)
    assert "Staff sign-in" not in page_of(client, "/", f"{department.slug}.localhost")
    assert "not on the staff" in page_of(client, "/", f"{agency.slug}.localhost")


def test_an_agency_s_door_is_for_its_staff(client: Client, agency: Tenant) -> None:
    assert "Staff sign-in" in page_of(client, "/", f"{agency.slug}.localhost")


def test_terms_are_dated(client: Client, department: Tenant) -> None:
    assert CURRENT_TERMS_VERSION in page_of(client, "/terms/", "localhost")


def test_clients_go_to_their_jobs(client: Client) -> None:
    client.force_login(make_requester().person)
    assert client.get("/", HTTP_HOST="localhost")["Location"] == "/client/jobs/"
