"""The host says whose portal it is; a portal is for its own people; nothing of one request is left for the next."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client, override_settings

from accounts.models import Membership, Person
from kernel.actors import SYSTEM
from tenants import provisioning
from tenants.context import app_connection, tenant_context
from tenants.models import Domain, Tenant

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
URLS = "tests.tenancy.urls"


@pytest.fixture(autouse=True)
def portal() -> Iterator[None]:
    with override_settings(ROOT_URLCONF=URLS, TENANT_URLCONFS={"department": URLS, "agency": URLS}):
        yield


@pytest.fixture
def person() -> Person:
    return Person.objects.create_user(email="anna@example.com", password="correct horse battery")


def _get(tenant: Tenant, path: str, person: Person | None = None) -> object:
    client = Client(SERVER_NAME=f"{tenant.slug}.localhost")
    if person is not None:
        client.force_login(person)
    return client.get(path)


def test_a_tenants_host_opens_its_portal_in_the_public_schema(department: Tenant) -> None:
    answer = _get(department, "/staff/").json()
    assert answer == {"tenant": department.slug, "session": ["public", "muster_public", "", "", "request"]}


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "LOCALHOST", "localhost:8000"])
def test_the_marketplaces_host_has_no_tenant(host: str) -> None:
    assert Client(SERVER_NAME=host).get("/staff/").json()["tenant"] is None


@pytest.mark.parametrize("host", ["ALDERBROOK.localhost", "alderbrook.localhost:8000", "alderbrook.localhost."])
def test_a_host_is_recognised_however_it_is_written(department: Tenant, host: str) -> None:
    assert Client().get("/staff/", headers={"host": host}).json()["tenant"] == department.slug


@pytest.mark.parametrize(
    "host", ["nobody.localhost", "alderbrook.localhost.evil.example", "evil.example", "a b", "[::1"]
)
def test_an_unknown_host_gets_a_page_that_says_so(department: Tenant, host: str) -> None:
    answer = Client().get("/staff/", headers={"host": host})
    assert answer.status_code == 404
    assert "no portal at this address" in answer.content.decode()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_tenant_that_is_not_open_yet_is_unknown(committed_database: None) -> None:
    from tests.tenancy.test_provisioning import _request

    assert _get(_request(), "/staff/").status_code == 404


def test_a_suspended_tenant_says_so_and_a_retired_one_is_unknown(department: Tenant) -> None:
    provisioning.suspend(tenant_id=department.id, actor=SYSTEM, reason="unpaid", at=AT)
    closed = _get(department, "/staff/")
    assert closed.status_code == 503
    assert department.name in closed.content.decode()
    provisioning.retire(tenant_id=department.id, actor=SYSTEM, reason="merged", at=AT)
    assert _get(department, "/staff/").status_code == 404


def test_a_domain_of_the_tenants_own_opens_the_same_portal(department: Tenant) -> None:
    Domain.objects.create(tenant=department, domain="paidduty.example.org", is_primary=False)
    answer = Client().get("/staff/", headers={"host": "paidduty.example.org"})
    assert answer.json()["tenant"] == department.slug


def test_staff_see_their_own_portal_and_no_other(department: Tenant, other_department: Tenant, person: Person) -> None:
    Membership.objects.create(person=person, tenant=department, role="coordinator", started_at=AT)
    assert _get(department, "/staff/", person).json()["session"][2:] == [str(department.id), str(person.id), "request"]
    refused = _get(other_department, "/staff/", person)
    assert refused.status_code == 403
    assert other_department.name in refused.content.decode()


def test_a_membership_that_has_ended_opens_nothing(department: Tenant, person: Person) -> None:
    Membership.objects.create(person=person, tenant=department, role="coordinator", started_at=AT, ended_at=AT)
    assert _get(department, "/staff/", person).status_code == 403


def test_a_visitor_sees_open_pages_without_the_tenants_rows(department: Tenant, person: Person) -> None:
    session = _get(department, "/visitors/", person).json()["session"]
    assert session[2:] == ["", str(person.id), "request"]


def test_a_session_cookie_of_one_host_is_not_sent_to_another(department: Tenant, person: Person) -> None:
    client = Client(SERVER_NAME=f"{department.slug}.localhost")
    client.force_login(person)
    assert all(not morsel["domain"] for morsel in client.cookies.values())


def test_nothing_is_left_after_a_page_that_failed(department: Tenant, person: Person) -> None:
    Membership.objects.create(person=person, tenant=department, role="coordinator", started_at=AT)
    with pytest.raises(ZeroDivisionError):
        _get(department, "/failing/", person)
    connection = app_connection()
    assert (connection.schema_name, connection.row_context.person_id, connection.portal_tenant_id) == ("public", "", "")


def test_a_streamed_body_runs_in_the_session_of_its_own_request(
    department: Tenant, other_department: Tenant, person: Person
) -> None:
    answer = _get(department, "/streaming/", person)
    pieces = iter(answer.streaming_content)
    first = next(pieces)
    with tenant_context(other_department):
        pass
    assert _get(other_department, "/visitors/").json()["session"][3] == ""
    rest = b"".join(pieces).strip()
    assert first.decode().split() == rest.decode().split() == ["public", "muster_public", str(person.id), "request"]
    assert app_connection().row_context.person_id == ""
