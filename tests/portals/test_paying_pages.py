"""Choosing how to pay, what is due when, and granting credit: the pages of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from billing.models import Charge, ClientCredit, Contract
from kernel.models import AuditEvent
from marketplace.models import Shift
from tenants.models import Tenant
from tests.billing.conftest import _receiver, _sandbox, sandbox
from tests.billing.paying import assign, trust
from tests.billing.world import World
from tests.factories.clients import govern, make_requester
from tests.factories.venues import NOW
from tests.portals.test_department_requests import address, staff
from tests.sandbox.running import Sandbox

__all__ = ["_receiver", "_sandbox", "sandbox"]


@pytest.fixture
def world(as_worker: None, department: Tenant, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("kernel.clock.now", lambda: NOW)
    govern(department, payment={"due": "after_award"})
    return World(department, sandbox)


@pytest.fixture
def payer(client: Browser, world: World) -> Browser:
    client.force_login(world.requester.person)
    return client


def path_of(name: str, **parameters: Any) -> str:
    return reverse(f"client:{name}", kwargs=parameters or None)


def read(browser: Browser, path: str) -> str:
    return browser.get(path, HTTP_HOST="localhost").content.decode()


def test_the_client_reads_when_it_is_due_and_is_asked_with_the_deadline(
    payer: Browser, world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    contract = world.offered()
    page = path_of("contract", contract_id=contract.id)
    offered = read(payer, page)
    assert "you pay when they are found" in offered
    # One way alone needs no question.
    assert 'name="way"' not in offered
    payer.post(page, {"accept": "on"}, HTTP_HOST="localhost")
    assert "When officers are found" in read(payer, path_of("payments"))
    assign(world, Shift.objects.get(job=contract.job))
    with django_assert_max_num_queries(12):
        due = read(payer, path_of("payments"))
    assert f"{contract.total_cents / 100:,.2f}" in due
    assert "please pay" in read(payer, path_of("job", job_id=contract.job_id))
    assert f"{contract.total_cents / 100:,.2f}" in read(payer, page)


def test_the_ways_are_offered_and_a_used_up_limit_is_told_in_numbers(payer: Browser, world: World) -> None:
    contract = world.offered()
    trust(world, contract, limit_cents=10_000)
    page = path_of("contract", contract_id=contract.id)
    assert read(payer, page).count('name="way"') == 3
    refused = payer.post(page, {"accept": "on", "way": "invoice"}, HTTP_HOST="localhost", follow=True)
    assert "100.00 are free" in refused.content.decode().replace("CA$", "").replace("$", "")
    assert payer.post(page, {"accept": "on", "way": "barter"}, HTTP_HOST="localhost").status_code == 422
    assert Contract.objects.get().state == "offered"
    payer.post(page, {"accept": "on", "way": "card_on_file"}, HTTP_HOST="localhost")
    assert "One step left: the card" in read(payer, page)
    assert "Save a card" in read(payer, path_of("payments"))


def test_an_overdue_invoice_and_its_suspension_are_shown_to_both_sides(
    payer: Browser, world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    contract = world.offered()
    trust(world, contract)
    Charge.objects.create(
        job=contract.job, contract=contract, kind="invoice", state="open", amount_cents=12_345, currency="CAD",
        idempotency_key="i", pay_url="https://invoice.example/1", created_at=NOW,
        payable_before=NOW - timedelta(days=1),
    )  # fmt: skip
    ClientCredit.objects.update(suspended_at=NOW)
    shown = read(payer, path_of("payments"))
    for words in ("is suspended", "Overdue", "123.45", "https://invoice.example/1"):
        assert words in shown
    stranger = Browser()
    stranger.force_login(make_requester(name="Quay Market").person)
    assert "123.45" not in read(stranger, path_of("payments"))
    desk, _ = staff(world.department)
    with django_assert_max_num_queries(12):
        listed = desk.get(address("credits")).content.decode()
    assert "Suspended" in listed
    assert "123.45" in listed


def test_a_coordinator_grants_credit_and_others_only_read(world: World, other_department: Tenant) -> None:
    contract = world.offered()
    page = address("client_credit", client_id=contract.job.client_id)
    typed = {"card_on_file": "on", "limit": "2500.00", "days_until_due": "30", "reason": "A regular."}
    desk, _ = staff(world.department)
    for wrong in ({"limit": "-1"}, {"limit": "99999999999"}, {"days_until_due": "0"}, {"reason": " "}, {"limit": "x"}):
        refused = desk.post(page, {**typed, **wrong})
        assert refused.status_code == 422
    assert 'value="2500.00"' in desk.post(page, {**typed, "reason": ""}).content.decode()
    assert not ClientCredit.objects.exists()
    assert desk.post(page, typed).status_code == 302
    granted = ClientCredit.objects.get()
    assert (granted.limit_cents, granted.card_on_file, granted.currency) == (250_000, True, "CAD")
    assert AuditEvent.objects.filter(action="credit.granted", subject_id=granted.client_id).count() == 1
    for role, status in {"auditor": 403, "payroll": 403, "supervisor": 403}.items():
        other, _ = staff(world.department, role, given_name="Robin")
        assert other.post(page, typed).status_code == status
    elsewhere, _ = staff(other_department)
    assert elsewhere.get(page).status_code == 404
