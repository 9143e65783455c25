"""An agency's workspace, for its own staff: every page of the way from an open request to the money."""

import re
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.memberships import grant_role
from agencies import client_contracts, clients
from billing.invoices import credit
from billing.models import AgencyOffer, Contract
from kernel import clock
from marketplace.models import Assignment, Job, Officer, Shift
from tenants.context import acting_as
from tenants.models import Tenant
from tests.agencies.conftest import other_agency, world
from tests.agencies.world import AgencyWorld
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.people import make_person
from tests.factories.standing_job import counting_rows, let_it_go_on
from tests.factories.venues import NOW, STARTS_AT

__all__ = ["other_agency", "world"]
pytestmark = pytest.mark.django_db

OFFER = {
    "bill_constable": "90.00", "pay_constable": "60.00", "tax_HST": "70000 0001 RT0001", "minimum_hours": "",
    "valid_until": "2026-03-09T12:00", "message": "Glad to.", "extra_per_0": "job", "extra_per_1": "job",
    "extra_per_2": "job",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def address(name: str, urlconf: str = "config.urls_agency", **named: Any) -> str:
    return reverse(name if ":" in name else f"agency:{name}", urlconf=urlconf, kwargs=named)


def staff_of(tenant: Tenant, role: str) -> Browser:
    person = make_person()
    grant_role(person=person, tenant_id=tenant.id, role=role, actor=SETTING_UP, at=NOW)
    browser = Browser(SERVER_NAME=f"{tenant.slug}.localhost")
    browser.force_login(person)
    return browser


def signed_in(person: Any) -> Browser:
    browser = Browser(SERVER_NAME="localhost")
    browser.force_login(person)
    return browser


@pytest.fixture
def scheduler(agency: Tenant) -> Browser:
    return staff_of(agency, "scheduler")


def test_a_new_agency_reads_where_it_stands(
    scheduler: Browser, department: Tenant, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(12):
        text = scheduler.get(address("dashboard")).content.decode()
    assert department.name in text
    assert "Not decided" in text
    for name in ("requests", "jobs", "officers", "clients", "profile"):
        assert scheduler.get(address(name)).status_code == 200
    assert "No officers yet" in scheduler.get(address("officers")).content.decode()


def test_a_price_is_shown_first_and_then_offered(
    world: AgencyWorld, scheduler: Browser, django_assert_max_num_queries: Any
) -> None:
    job = world.request()
    assert "Oakville, ON" in scheduler.get(address("requests")).content.decode()
    page = address("request", job_id=job.id)
    with django_assert_max_num_queries(12):
        asked = scheduler.get(page).content.decode()
    assert "Harbour" not in asked
    assert "Sam Field" not in asked
    refused = scheduler.post(page, {**OFFER, "bill_constable": "", "make": "1"})
    assert (refused.status_code, b"what an hour of a Constable costs" in refused.content) == (422, True)
    priced = scheduler.post(page, {**OFFER, "price": "1"}).content.decode()
    # Twice 4 h at 90.00 with HST: 2 × 318.58 before tax, less 480.00 of pay.
    assert "157.16" in priced
    with acting_as(purpose="worker"):
        assert not AgencyOffer.objects.exists()
    assert scheduler.post(page, {**OFFER, "make": "1"}).status_code == 302
    assert "Your offer, version 1" in scheduler.get(page).content.decode()


def test_the_client_compares_and_accepts_and_the_desk_staffs(
    world: AgencyWorld, scheduler: Browser, django_assert_max_num_queries: Any
) -> None:
    job, officer = world.request(), world.engaged()
    version = world.offer(job)
    client = signed_in(world.requester.person)
    page = address("client:agency_offers", "config.urls_public", job_id=job.id)
    with django_assert_max_num_queries(12):
        shown = client.get(page).content.decode()
    assert world.agency.name in shown
    assert "Accept this offer" in shown
    assert "Compare offers" in client.get(f"/client/jobs/{job.id}/").content.decode()
    accept = address("client:accept_agency_offer", "config.urls_public", offer_id=version.offer_id)
    outdated = client.post(accept, {"version": "7", "job": str(job.id)}, follow=True).content.decode()
    assert "has changed this offer" in outdated
    done = client.post(accept, {"version": "1", "job": str(job.id)}, follow=True).content.decode()
    assert "By the offer of" in done
    _staffed(world, scheduler, Job.objects.get(id=job.id), officer, django_assert_max_num_queries)


def test_a_job_that_goes_on_costs_the_lists_and_its_page_no_more_rows(
    world: AgencyWorld, scheduler: Browser, django_assert_max_num_queries: Any
) -> None:
    job = world.request()
    taken = {"agency_id": world.agency.id, "route": "agency", "state": "contracted", "contracted_at": NOW}
    Job.objects.filter(id=job.id).update(**taken, funded_at=NOW)

    def read(browser: Browser, page: str) -> tuple[str, int]:
        with counting_rows() as rows, django_assert_max_num_queries(12):
            return browser.get(page).content.decode(), rows.count

    client = signed_in(world.requester.person)
    pages = [(scheduler, address("jobs")), (client, "/client/jobs/")]
    before = [read(*page)[1] for page in pages]
    let_it_go_on(job, dates=40, officers=10)
    assert [read(*page)[1] for page in pages] == before
    text, few = read(scheduler, f"{address('job', job_id=job.id)}?page=2")
    assert "17–32 of 41" in text
    let_it_go_on(job, dates=40, officers=10)
    assert read(scheduler, f"{address('job', job_id=job.id)}?page=2")[1] == few


def test_a_trusted_client_chooses_how_to_pay_an_agencys_offer(
    world: AgencyWorld, django_assert_max_num_queries: Any
) -> None:
    job, client = world.request(), signed_in(world.requester.person)
    version = world.offer(job)
    page = address("client:agency_offers", "config.urls_public", job_id=job.id)
    accept = address("client:accept_agency_offer", "config.urls_public", offer_id=version.offer_id)
    choice = {"version": "1", "job": str(job.id), "way": "invoice"}
    assert "How do you want to pay?" not in client.get(page).content.decode()
    assert "Choose another" in client.post(accept, choice, follow=True).content.decode()
    _trust(world, limit_cents=version.total_cents - 1)
    with django_assert_max_num_queries(12):
        assert "How do you want to pay?" in client.get(page).content.decode()
    refused = client.post(accept, choice, follow=True).content.decode()
    assert "of your credit limit" in refused
    # What was chosen is still chosen.
    assert re.search(r'value="invoice" id="[^"]+" class="radio" checked', refused)
    assert not Contract.objects.filter(job=job, state="accepted").exists()
    _trust(world, limit_cents=version.total_cents)
    done = client.post(accept, choice, follow=True).content.decode()
    assert "you get an invoice after the work" in done
    contract = Contract.objects.get(job=job, state="accepted")
    assert (contract.way, contract.agency_id) == ("invoice", world.agency.id)
    assert Shift.objects.get(job=job).state == Shift.State.OPEN


def _trust(world: AgencyWorld, *, limit_cents: int) -> None:
    with acting_as(purpose="request", tenant_id=world.department.id):
        credit.grant(
            department_id=world.department.id, client_id=world.requester.client.id, currency="CAD", card_on_file=False,
            limit_cents=limit_cents, days_until_due=30, reason="A regular client.", actor=world.actor, at=NOW,
        )  # fmt: skip


def _staffed(world: AgencyWorld, scheduler: Browser, job: Job, officer: Officer, max_queries: Any) -> None:
    Shift.objects.filter(job=job).update(state=Shift.State.OPEN)
    shift = Shift.objects.get(job=job)
    page = address("staff", shift_id=shift.id, rank_code="constable")
    # Two of them are the verdict of each home department.
    with max_queries(12):
        assert officer.display_name in scheduler.get(page).content.decode()
    assert scheduler.get(address("staff", shift_id=shift.id, rank_code="admiral")).status_code == 404
    assert scheduler.post(page, {"assign": "1"}).status_code == 422
    assert scheduler.post(page, {"officers": str(officer.id), "assign": "1"}).status_code == 302
    assignment = Assignment.objects.get(shift=shift)
    with max_queries(12):
        assert officer.display_name in scheduler.get(address("job", job_id=job.id)).content.decode()
    off = address("take_off", assignment_id=assignment.id)
    assert scheduler.post(off, {"reason": "Ill."}, follow=True).status_code == 200
    assignment.refresh_from_db()
    assert assignment.state == Assignment.State.CALLED_OFF


def test_another_agencys_and_unknown_rows_answer_alike(
    world: AgencyWorld, department: Tenant, other_department: Tenant, scheduler: Browser
) -> None:
    shift = world.supplied()
    stranger = Tenant.objects.get(id=world.agency.id)
    Job.objects.filter(id=shift.job_id).update(agency_id=other_department.id)
    assert stranger.id != other_department.id
    for name, named in (
        ("job", {"job_id": shift.job_id}),
        ("staff", {"shift_id": shift.id, "rank_code": "constable"}),
    ):
        assert scheduler.get(address(name, **named)).status_code == 404


def test_officers_are_invited_and_answer_on_their_own_pages(world: AgencyWorld, scheduler: Browser) -> None:
    officer = make_officer(world.department)
    invite = {"department_id": str(world.department.id), "email": officer.person.email}
    assert scheduler.post(address("invite"), {**invite, "email": "nobody@example.org"}).status_code == 422
    assert scheduler.post(address("invite"), invite).status_code == 302
    own = signed_in(officer.person)
    assert "They invite you" in own.get("/officer/profile/agencies/").content.decode()
    named = {"agency_id": world.agency.id}
    own.post(address("officer:answer_agency", "config.urls_public", **named), {"answer": "accept"})
    week = address("officer:agency_week", "config.urls_public", **named)
    assert own.post(week, {"day_1": "at night"}).status_code == 422
    assert own.post(week, {"day_1": "08:00-16:00", "blocked_dates": "2026-12-24"}).status_code == 302
    text = scheduler.get(address("officers")).content.decode()
    assert "08:00–16:00" in text
    assert officer.person.email not in text
    assert "Nobody fits" in scheduler.get(address("officers") + "?free_on=2026-12-24").content.decode()


def test_clients_contracts_and_rates_fill_the_offer(world: AgencyWorld, scheduler: Browser) -> None:
    scheduler.post(address("new_client"), {"name": "Mill & Sons", "contact_name": "Ada Mill"})
    (own,) = clients.clients_of(agency_id=world.agency.id)
    page = address("client", agency_client_id=own.agency_client_id)
    add = address("add_contract", agency_client_id=own.agency_client_id)
    dates = {"name": "Year", "currency": "CAD", "from_date": "2026-01-01"}
    assert scheduler.post(add, {**dates, "until_date": "2025-12-01"}).status_code == 422
    assert scheduler.post(add, {**dates, "until_date": "2026-12-31"}).status_code == 302
    (contract,) = client_contracts.contracts_of(agency_id=world.agency.id, agency_client_id=own.agency_client_id)
    rates = address("add_rate", agency_client_id=own.agency_client_id, contract_id=contract.contract_id)
    rate = {"rank_code": "constable", "from_date": "2026-01-01", "bill_rate": "95.50", "pay_rate": "61"}
    assert scheduler.post(rates, rate).status_code == 302
    assert scheduler.post(rates, rate).status_code == 422
    later = {**rate, "from_date": "2026-03-10", "bill_rate": "97.25", "minimum_hours": "4"}
    assert scheduler.post(rates, later).status_code == 302
    assert "97.25" in scheduler.get(page).content.decode()
    job = world.request()
    filled = scheduler.get(f"{address('request', job_id=job.id)}?contract={contract.contract_id}").content.decode()
    assert 'value="97.25"' in filled
    assert STARTS_AT.date().isoformat() == "2026-03-10"


def test_schedulers_keep_no_books_and_bookkeepers_staff_nobody(
    world: AgencyWorld, scheduler: Browser, agency: Tenant, django_assert_max_num_queries: Any
) -> None:
    shift, bookkeeper = world.supplied(), staff_of(agency, "bookkeeper")
    for name in ("money", "money_xlsx", "money_csv"):
        assert scheduler.get(address(name)).status_code == 403
        with django_assert_max_num_queries(12):
            assert bookkeeper.get(address(name)).status_code == 200
    staff = address("staff", shift_id=shift.id, rank_code="constable")
    assert bookkeeper.get(staff).status_code == 200
    assert bookkeeper.post(staff, {"assign": "1"}).status_code == 403
    assert bookkeeper.post(address("invite"), {}).status_code == 403
    assert Contract.objects.filter(agency_id=agency.id).exists()


def test_a_department_admits_and_bars_with_a_reason(department: Tenant, agency: Tenant) -> None:
    desk, reader = staff_of(department, "coordinator"), staff_of(department, "auditor")
    page = address("department:agencies", "config.urls_department")
    assert agency.name in reader.get(page).content.decode()
    decide = address("department:decide_agency", "config.urls_department", agency_id=agency.id)
    assert desk.post(decide, {"decision": "admitted"}).status_code == 422
    assert reader.post(decide, {"decision": "admitted", "reason": "Licensed."}).status_code == 403
    assert desk.post(decide, {"decision": "barred", "reason": "Licence ran out."}).status_code == 302
    assert "Licence ran out." in desk.get(page).content.decode()


def test_visitors_are_asked_to_sign_in(agency: Tenant) -> None:
    assert Browser(SERVER_NAME=f"{agency.slug}.localhost").get(address("officers")).status_code == 302
