"""The officer's money on the page, with the real SDK against the stand-in: held, transferred, in the bank."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from billing.documents.content import DocumentContent
from billing.models import IssuedDocument, PayeeAccount, Payout
from billing.periods.issuing import issue_ended_periods
from billing.promises.measuring import measure_promises
from billing.promises.promising import promise_pay
from kernel import clock
from marketplace.models import Assignment, Officer, OfficerPrivate
from portals.wording import date_text
from tenants.context import acting_as
from tests.billing.conftest import _receiver, _sandbox, as_committing_worker, payment_settings, sandbox, texas
from tests.billing.world import World, texan_terms

__all__ = ["_receiver", "_sandbox", "as_committing_worker", "payment_settings", "sandbox", "texas"]


@pytest.fixture
def officer(texas: World) -> Officer:
    """Has worked three hours of a paid and settled shift; no account with the payment service yet."""
    texas.onboard_department()
    contract = texas.paid(texan_terms(ranks={"officer": 1}))
    shift = contract.job.shifts.get()
    (assignment,) = texas.work(shift, 180, rank_code="officer")
    texas.settle(shift)
    texas.send()
    return assignment.officer


@pytest.fixture
def client(officer: Officer, texas: World, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(clock, "now", lambda: texas.now)
    client = Client(SERVER_NAME="localhost")
    client.force_login(officer.person)
    return client


def earnings(client: Client) -> str:
    return client.get(reverse("officer:earnings")).content.decode()


def test_held_until_the_account_is_there_then_transferred_then_in_the_bank(
    client: Client, officer: Officer, texas: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with acting_as(purpose="worker"):
        promise = promise_pay(assignment_id=Assignment.objects.get().id, at=texas.now)
        assert promise is not None
    held = earnings(client)
    assert f"Promised by {date_text(promise.promised_by)}" in held
    assert "You cannot be paid yet" in held
    assert "Held: finish your payment details" in held
    assert "$150.00" in held
    start = client.get(reverse("officer:payee_start"), {"from": "welcome"})
    assert "/onboard/" in start.headers["Location"]
    with acting_as(purpose="worker"):
        texas.onboard_officer(officer)
        texas.send()
    transferred = earnings(client)
    assert "You cannot be paid yet" not in transferred
    assert "In your payment account" in transferred
    with acting_as(purpose="worker"):
        account = PayeeAccount.objects.get(owner_id=officer.id)
        arrives_at = texas.now + timedelta(days=1)
        for state, cents in (("in_transit", 10_000), ("paid", 5_000)):
            Payout.objects.create(
                payee_account=account, provider_reference=f"po_{state}", amount_cents=cents, currency="USD",
                state=state, arrives_at=arrives_at, created_at=texas.now, updated_at=texas.now,
            )  # fmt: skip
    with acting_as(purpose="worker"):
        # Half of it has arrived: a promise is kept by the whole.
        assert measure_promises(at=texas.now + timedelta(days=40)) == 1
        promise.refresh_from_db()
        assert (promise.state, promise.reason) == ("overdue", "bank_late")
        Payout.objects.filter(state="in_transit").update(state="paid")
        measure_promises(at=texas.now + timedelta(days=40))
        promise.refresh_from_db()
        assert (promise.state, promise.paid_at) == ("kept", arrives_at)
        Payout.objects.filter(provider_reference="po_in_transit").update(state="in_transit")
    with django_assert_max_num_queries(12):
        paid = earnings(client)
    assert "1 of 1" in paid
    assert "In your bank " in paid
    assert "Sent, not yet with the bank" in paid
    assert "In your bank" in paid
    assert "Other work" not in paid
    opened = client.get(reverse("officer:earnings")).context
    sums = {deposit.payout.amount_cents: sum(line.cents for line in deposit.lines) for deposit in opened["deposits"]}
    assert sums == {10_000: 10_000, 5_000: 5_000}
    assert opened["totals"].in_bank_cents == 5_000
    assert sum(opened["months"].series[0].values) == 15_000
    assert "Earned by month" in paid
    afterwards = texas.now + timedelta(days=40)
    with acting_as(purpose="worker"):
        assert issue_ended_periods(at=afterwards) == 1
        assert issue_ended_periods(at=afterwards) == 0
        statement, invoice = IssuedDocument.objects.filter(officer_id=officer.id, settlement=None).order_by("kind")
    assert (statement.kind, invoice.kind) == ("period_statement", "self_billed_invoice")
    account = DocumentContent.from_json(statement.content).sections[-1]
    assert [total.cents for total in account.totals] == [15_000, -15_000, 0]
    [work] = DocumentContent.from_json(invoice.content).sections
    assert [line.gross_cents for line in work.lines] == [invoice.total_cents] == [15_000]
    with django_assert_max_num_queries(12):
        told = client.get(reverse("officer:statements")).content.decode()
    assert f"{reverse('officer:documents')}?kind=period_statement" in told
    listed = client.get(reverse("officer:documents")).content.decode()
    assert statement.number in listed
    assert invoice.number in listed
    assert client.get(reverse("document", args=[invoice.id])).status_code == 200


def test_coming_back_asks_the_payment_service(client: Client, officer: Officer, texas: World) -> None:
    with acting_as(purpose="request", person_id=officer.person_id):
        OfficerPrivate.objects.create(officer=officer, person_id=officer.person_id)
    client.get(reverse("officer:payee_start"))
    back = client.get(reverse("officer:payee_return"), follow=True).content.decode()
    assert "The payment service still needs something from you" in back
