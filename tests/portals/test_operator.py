"""The operator's pages: there for the platform's staff on the marketplace's host, and for nobody else."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from billing.books import ledger
from billing.books.chart import Kind
from kernel.identifiers import uuid7
from kernel.models import AuditEvent, OutboxDelivery, OutboxEvent
from messaging.sending import queue_email
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.people import make_person
from tests.factories.venues import NOW

pytestmark = pytest.mark.django_db
PAGES = [
    "overview",
    "tenants",
    "new_tenant",
    "messages",
    "money",
    "audit",
    "reconciliation",
    "work_items",
    "work_items_file",
]


def address(name: str, **parameters: Any) -> str:
    return reverse(f"operator:{name}", urlconf="config.urls_public", kwargs=parameters or None)


@pytest.fixture
def operator() -> Browser:
    person = make_person(given_name="Olive")
    person.is_staff = True
    person.save(update_fields=["is_staff"])
    browser = Browser(SERVER_NAME="localhost")
    browser.force_login(person)
    return browser


@pytest.fixture
def dead() -> OutboxDelivery:
    event = OutboxEvent.objects.create(name="billing.shift_settled", payload={}, announced_at=NOW)
    return OutboxDelivery.objects.create(
        event=event, handler="x.y", state="dead", attempts=12, due_at=NOW, last_error="Boom <b>"
    )


@pytest.mark.parametrize("name", PAGES)
def test_pages_open_for_operators_alone(operator: Browser, name: str, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(12):
        assert operator.get(address(name)).status_code == 200
    other = Browser(SERVER_NAME="localhost")
    assert other.get(address(name)).status_code == 302
    other.force_login(make_person())
    assert other.get(address(name)).status_code == 404


def test_a_dead_delivery_gets_another_chance_that_is_on_record(operator: Browser, dead: OutboxDelivery) -> None:
    assert "Boom &lt;b&gt;" in operator.get(address("overview")).content.decode()
    stranger = Browser(SERVER_NAME="localhost")
    stranger.force_login(make_person())
    assert stranger.post(address("retry_delivery", delivery_id=dead.id)).status_code == 404
    dead.refresh_from_db()
    assert dead.state == "dead"
    operator.post(address("retry_delivery", delivery_id=dead.id))
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == ("pending", 0)
    assert AuditEvent.objects.filter(action="outbox_delivery.tried_again", subject_id=dead.id).count() == 1
    assert operator.post(address("retry_delivery", delivery_id=dead.id)).status_code == 404
    assert operator.post(address("retry_all"), follow=True).status_code == 200


def test_messages_are_found_without_their_text(operator: Browser) -> None:
    with acting_as(purpose="worker"):
        queue_email(
            business_key="invitation:1",
            recipient="robin@police.example",
            subject="Join us",
            text="code 12345678",
            html="<p>12345678</p>",
            at=NOW,
        )
    text = operator.get(f"{address('messages')}?text=robin&channel=email&state=queued").content.decode()
    assert "robin@police.example" in text
    assert "12345678" not in text
    assert "robin@police.example" not in operator.get(f"{address('messages')}?text=nobody").content.decode()


def test_the_books_show_what_does_not_add_up(operator: Browser, django_assert_max_num_queries: Any) -> None:
    ledger.post(
        business_key="charge:1",
        kind="charge",
        description="Paid",
        legs=[ledger.debit(Kind.STRIPE_BALANCE, 50_000), ledger.credit(Kind.PREPAID_JOB, 50_000, uuid7())],
        currency="CAD",
        job_id=None,
        at=NOW,
    )
    ledger.post(
        business_key="charge:2",
        kind="charge",
        description="Paid",
        legs=[ledger.debit(Kind.STRIPE_BALANCE, 7_700), ledger.credit(Kind.PREPAID_JOB, 7_700, uuid7())],
        currency="USD",
        job_id=None,
        at=NOW,
    )
    with django_assert_max_num_queries(12):
        assert "−$77.00" in operator.get(address("money")).content.decode()
    text = operator.get(f"{address('money')}?verify=1").content.decode()
    assert "$500.00" in text
    # The ledger holds 500 that no charge accounts for.
    assert "−$500.00" in text


def test_a_department_is_requested(operator: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        "portals.operator.tenants_views.provision_tenant.delay", lambda tenant_id: asked.append(tenant_id)
    )
    data = {
        "kind": "department", "name": "Fernhollow Police", "short_name": "Fernhollow", "slug": "fernhollow",
        "country": "CA", "region": "on", "time_zone": "America/Toronto", "currency": "CAD",
        "service_fee_percent": "6.25", "hue": "120",
    }  # fmt: skip
    assert operator.post(address("new_tenant"), {**data, "slug": "www"}).status_code == 422
    assert operator.post(address("new_tenant"), data).status_code == 302
    tenant = Tenant.objects.get(slug="fernhollow")
    assert (tenant.state, tenant.region, tenant.service_fee_basis_points) == ("requested", "ON", 625)
    assert operator.post(address("new_tenant"), data).status_code == 422
    assert "Fernhollow Police" in operator.get(address("tenants")).content.decode()


def test_the_trail_is_searched(operator: Browser, dead: OutboxDelivery) -> None:
    operator.post(address("retry_delivery", delivery_id=dead.id))
    assert "tried again" in operator.get(f"{address('audit')}?text={dead.id}").content.decode()
    assert "tried again" in operator.get(f"{address('audit')}?text=Olive").content.decode()
    assert "tried again" not in operator.get(f"{address('audit')}?text=nothing").content.decode()
