"""Paying through the client's own pages, on the stand-in's hosted page."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from billing.agreeing import contracts
from billing.models import Charge, Contract
from marketplace.models import Job
from tests.billing.conftest import _receiver, _sandbox, as_committing_worker, ontario, payment_settings, sandbox
from tests.billing.world import World
from tests.factories.venues import NOW, job_terms, shift_terms

__all__ = ["_receiver", "_sandbox", "as_committing_worker", "ontario", "payment_settings", "sandbox"]


@pytest.fixture
def payer(client: Client, ontario: World, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Signed in, on the world's own time."""
    monkeypatch.setattr("kernel.clock.now", lambda: ontario.now)
    client.force_login(ontario.requester.person)
    return client


def visit(client: Client, name: str, contract: Contract):  # type: ignore[no-untyped-def]
    return client.get(reverse(f"client:{name}", kwargs={"contract_id": contract.id}), HTTP_HOST="localhost")


def test_an_accepted_contract_leads_to_the_hosted_page_and_back(payer: Client, ontario: World) -> None:
    contract = ontario.offered()
    accept = reverse("client:contract", kwargs={"contract_id": contract.id})
    payer.post(accept, {"accept": "on"}, HTTP_HOST="localhost")
    onward = visit(payer, "pay", contract)
    charge = Charge.objects.get()
    assert (onward.status_code, onward["Location"]) == (302, charge.pay_url)
    assert charge.request_body["success_url"].endswith(reverse("client:paid", kwargs={"contract_id": contract.id}))
    assert visit(payer, "pay", contract)["Location"] == charge.pay_url
    assert "being confirmed" in visit(payer, "paid", contract).content.decode()
    ontario.press(charge)
    ontario.hear("payment_intent.succeeded")
    assert "Payment received" in visit(payer, "paid", contract).content.decode()
    status = visit(payer, "payment_status", contract)
    assert status.status_code == 286
    assert "hx-trigger" not in status.content.decode()
    assert visit(payer, "pay", contract)["Location"] == reverse("client:paid", kwargs={"contract_id": contract.id})
    assert Charge.objects.count() == 1


def test_a_lost_message_of_the_provider_is_asked_for(payer: Client, ontario: World) -> None:
    contract = ontario.accepted()
    visit(payer, "pay", contract)
    ontario.press(Charge.objects.get())
    assert "Payment received" in visit(payer, "paid", contract).content.decode()
    assert Job.objects.get().funded_at == ontario.now


def test_paying_before_accepting_is_refused_in_words(payer: Client, ontario: World) -> None:
    contract = ontario.offered()
    answer = visit(payer, "pay", contract)
    assert answer["Location"] == reverse("client:contract", kwargs={"contract_id": contract.id})
    assert "Accept the contract first" in payer.get(answer["Location"], HTTP_HOST="localhost").content.decode()
    assert not Charge.objects.exists()


def test_a_change_after_payment_asks_for_the_difference_only(
    payer: Client, ontario: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    first = ontario.paid()
    more = ontario.change(first.job, job_terms(shifts=(shift_terms(ranks={"constable": 3}),)))
    page = payer.get(reverse("client:job", kwargs={"job_id": first.job_id}), HTTP_HOST="localhost").content.decode()
    assert "please accept it again" in page
    old = visit(payer, "contract", first).content.decode()
    assert "Accepted and paid" in old
    contracts.accept_contract(
        contract_id=more.id, person=ontario.requester.person, actor=ontario.requester.actor, at=NOW
    )
    assert "A newer version took its place" in visit(payer, "contract", first).content.decode()
    difference = f"{(more.total_cents - first.total_cents) / 100:,.2f}"
    assert difference in visit(payer, "contract", more).content.decode()
    with django_assert_max_num_queries(12):
        page = payer.get(reverse("client:job", kwargs={"job_id": first.job_id}), HTTP_HOST="localhost").content.decode()
    assert "One step left" in page
    assert difference in page
