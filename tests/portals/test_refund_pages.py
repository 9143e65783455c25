"""Refunds and waiting time at the desk, disputes at the operator's."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from billing.contested import disputes
from billing.giving_back import refunding
from billing.models import Charge, Dispute, RefundCase, Transfer
from billing.paying_out import payout_terms
from kernel.identifiers import uuid7
from tenants.models import Tenant
from tests.billing.desk import Desk
from tests.billing.test_disputes import fetched
from tests.factories.people import make_person
from tests.factories.venues import NOW
from tests.portals.test_department_requests import address, staff

pytestmark = pytest.mark.usefixtures("as_worker")


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: NOW)


@pytest.fixture
def desk(department: Tenant) -> Desk:
    return Desk(department)


def test_the_desk_gives_back_once(desk: Desk, other_department: Tenant, django_assert_max_num_queries: object) -> None:
    settlement = desk.settled(240)
    desk.send()
    browser, _ = staff(desk.department)
    page = address("refund", job_id=settlement.job_id)
    request_id = str(uuid7())
    for amount, status in (("0", 422), ("-5", 422), ("99999", 422), ("x", 422), ("", 422), ("10.50", 302)):
        posted = {"amount": amount, "currency": "CAD", "reason": "Late", "request_id": request_id}
        assert browser.post(page, posted).status_code == status, amount
    assert browser.post(page, posted).status_code == 302
    assert RefundCase.objects.get().amount_cents == 1_050
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        shown = browser.get(page).content.decode()
    assert "$10.50" in shown
    assert browser.get(address("job_money", job_id=settlement.job_id)).status_code == 200
    stranger, _ = staff(other_department)
    assert stranger.get(page).status_code == 404
    assert stranger.post(page, posted).status_code == 404
    supervisor, _ = staff(desk.department, role="supervisor")
    assert supervisor.post(page, posted).status_code == 403


def test_payees_wait_as_long_as_the_desk_says(desk: Desk) -> None:
    browser, _ = staff(desk.department)
    for days, status in (("31", 422), ("-1", 422), ("5", 302)):
        assert browser.post(address("payout_delay"), {"delay_days": days}).status_code == status
    assert payout_terms.delay_days_of(department_id=desk.department.id) == 5
    desk.settled(240)
    assert {(one.due_at - NOW).days for one in Transfer.objects.all()} == {5}


def page(name: str, **named: object) -> str:
    return reverse(f"operator:{name}", urlconf="config.urls_public", kwargs=named or None)


@pytest.fixture
def operator(client: Browser) -> Browser:
    person = make_person(given_name="Olive")
    person.is_staff = True
    person.save(update_fields=["is_staff"])
    client.force_login(person)
    return client


def test_the_operator_says_that_a_refund_was_paid_by_hand(desk: Desk, operator: Browser) -> None:
    charge = Charge.objects.get(contract=desk.paid())
    # What was paid to the platform's own bank has no charge at Stripe.
    reference, charge.charge_reference = charge.charge_reference, ""
    charge.save(update_fields=["charge_reference"])
    (refund,) = refunding.intend_refund(
        job_id=charge.job_id, amount_cents=1_250, reason="Paid twice", business_key="twice", at=NOW
    )
    own = page("paid_back", refund_id=refund.id)
    shown = operator.get(page("money"), HTTP_HOST="localhost").content.decode()
    assert own in shown
    assert "$12.50" in operator.get(own, HTTP_HOST="localhost").content.decode()
    refused = operator.post(own, {"proof": " "}, HTTP_HOST="localhost")
    assert (refused.status_code, "Give the bank" in refused.content.decode()) == (422, True)
    assert operator.post(own, {"proof": "E-77"}, HTTP_HOST="localhost").status_code == 302
    refund.refresh_from_db()
    assert (refund.state, refund.provider_reference) == ("done", "E-77")
    again = operator.post(own, {"proof": "E-78"}, HTTP_HOST="localhost")
    assert (again.status_code, "E-78" in again.content.decode()) == (422, True)
    assert own not in operator.get(page("money"), HTTP_HOST="localhost").content.decode()
    charge.charge_reference = reference
    charge.save(update_fields=["charge_reference"])
    assert operator.get(own, HTTP_HOST="localhost").status_code == 404
    operator.force_login(make_person())
    assert operator.get(own, HTTP_HOST="localhost").status_code == 404


def test_the_operator_sees_and_decides_a_dispute(desk: Desk, operator: Browser) -> None:
    desk.settled(240)
    assert b"No client has disputed a payment" in operator.get(page("cases"), HTTP_HOST="localhost").content
    disputes.apply(fetched=fetched(Charge.objects.get()), at=NOW)
    dispute = Dispute.objects.get()
    assert b"needs_response" in operator.get(page("cases"), HTTP_HOST="localhost").content
    own = page("dispute", dispute_id=dispute.id)
    shown = operator.get(own, HTTP_HOST="localhost").content.decode()
    assert "Submit the evidence by" in shown
    assert "approved by the client" in shown
    decide = page("decide_loss", dispute_id=dispute.id)
    word = {"borne_by": "platform", "reason": "Ours."}
    assert operator.post(decide, word, HTTP_HOST="localhost").status_code == 422
    disputes.apply(fetched=fetched(Charge.objects.get(), "lost"), at=NOW)
    assert b"decide who bears it" in operator.get(own, HTTP_HOST="localhost").content
    assert operator.post(decide, word, HTTP_HOST="localhost").status_code == 302
    dispute.refresh_from_db()
    assert dispute.borne_by == "platform"
    operator.force_login(make_person())
    assert operator.get(own, HTTP_HOST="localhost").status_code == 404
