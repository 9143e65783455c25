"""The price of cancelling is shown before it is confirmed, and what was shown is what is charged."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from billing.models import Settlement
from marketplace.models import Job, Shift
from tenants.models import Tenant
from tests.billing.desk import Desk
from tests.factories.clients import make_requester
from tests.factories.venues import STARTS_AT
from tests.portals.test_department_requests import address, staff

pytestmark = pytest.mark.usefixtures("as_worker")


@pytest.fixture(autouse=True)
def _a_day_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: STARTS_AT - timedelta(days=1))


@pytest.fixture
def desk(department: Tenant) -> Desk:
    return Desk(department)


def page_of(job: Job) -> str:
    return reverse("client:cancel", kwargs={"job_id": job.id})


def test_a_client_sees_the_price_and_confirms_it(
    desk: Desk, client: Browser, django_assert_max_num_queries: object
) -> None:
    contract = desk.paid()
    desk.staff(contract.job, 2)
    client.force_login(desk.requester.person)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        shown = client.get(page_of(contract.job), HTTP_HOST="localhost").content.decode()
    assert "three hours are charged for each officer" in shown
    assert "$691.43" in shown
    stale = client.post(page_of(contract.job), {"expected_cents": "0"}, HTTP_HOST="localhost")
    assert (stale.status_code, Settlement.objects.count()) == (422, 0)
    done = client.post(page_of(contract.job), {"expected_cents": "69143", "reason": "Rain"}, HTTP_HOST="localhost")
    assert done.status_code == 302
    assert (Settlement.objects.get().billed_cents, Shift.objects.get().state) == (69_143, "cancelled")
    assert b"Cancelled" in client.get(reverse("client:job", args=[contract.job_id]), HTTP_HOST="localhost").content
    client.force_login(make_requester().person)
    assert client.get(page_of(contract.job), HTTP_HOST="localhost").status_code == 404


def test_the_desk_says_who_decided_it(desk: Desk, other_department: Tenant) -> None:
    contract = desk.paid(days=2)
    shift = Shift.objects.get(job=contract.job, number=1)
    browser, _ = staff(desk.department)
    page = f"{address('cancel', job_id=contract.job_id)}?date={shift.id}"
    assert b"Show what it costs" in browser.get(page).content
    assert b"$691.43" in browser.get(f"{page}&by=client").content
    assert b"free of charge" in browser.get(f"{page}&by=weather").content
    without_reason = browser.post(f"{page}&by=weather", {"expected_cents": "0"})
    assert (without_reason.status_code, Settlement.objects.count()) == (422, 0)
    done = browser.post(f"{page}&by=weather", {"expected_cents": "0", "reason": "Storm warning"})
    assert done.status_code == 302
    states = dict(Shift.objects.values_list("number", "state"))
    assert states == {1: "cancelled", 2: "open"}
    stranger, _ = staff(other_department)
    assert stranger.get(page).status_code == 404
    assert stranger.post(f"{page}&by=weather", {"expected_cents": "0", "reason": "x"}).status_code == 404
