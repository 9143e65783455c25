"""A client's own pages: what is shown, to whom, and what each button does."""

from datetime import datetime, timedelta

import pytest
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import TermsAcceptance
from billing.agreeing.contracts import offer_contract
from billing.models import Contract, IssuedDocument
from kernel import clock
from kernel.models import AuditEvent
from marketplace.approving import approve_job, reject_job
from marketplace.job_totals import DatesOfJob, JobTotals
from marketplace.models import Job, JobDraft, Shift, Timesheet
from marketplace.status import JobStatus
from portals.client.job_page import JobPage
from ratings.models import Rating
from tenants.models import Tenant
from tests.factories.clients import Requester, govern, make_requester, submit
from tests.factories.departments import SETTING_UP
from tests.factories.people import actor_for, make_person
from tests.factories.standing_job import counting_rows, let_it_go_on
from tests.factories.venues import STARTS_AT, job_terms, shift_terms
from tests.factories.work import ENDS_AT, Work, staff
from tests.factories.work import clock as punch_clock

pytestmark = pytest.mark.usefixtures("as_worker")


@pytest.fixture
def requester(department: Tenant) -> Requester:
    govern(department)
    return make_requester()


@pytest.fixture
def browser(client: Client, requester: Requester) -> "Browser":
    client.force_login(requester.person)
    return Browser(client)


class Browser:
    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, name: str, query: str = "", **arguments: object) -> HttpResponse:
        return self.client.get(reverse(f"client:{name}", kwargs=arguments) + query, HTTP_HOST="localhost")  # type: ignore[return-value]

    def post(self, name: str, data: dict[str, object] | None = None, **arguments: object) -> HttpResponse:
        return self.client.post(reverse(f"client:{name}", kwargs=arguments), data or {}, HTTP_HOST="localhost")  # type: ignore[return-value]

    def text(self, name: str, query: str = "", **arguments: object) -> str:
        answer = self.get(name, query, **arguments)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()


def soon() -> datetime:
    return (clock.now() + timedelta(days=12)).replace(minute=0, second=0, microsecond=0)


def ask(requester: Requester, **terms: object) -> Job:
    terms.setdefault("shifts", (shift_terms(starts_at=soon()),))
    return submit(requester, terms=job_terms(**terms), at=clock.now())  # type: ignore[arg-type]


def offered(requester: Requester, department: Tenant) -> Contract:
    job = ask(requester)
    approve_job(job_id=job.id, department_id=department.id, actor=actor_for(make_person()), at=clock.now())
    return offer_contract(job=Job.objects.get(id=job.id), at=clock.now(), actor=SETTING_UP)


def worked(department: Tenant, requester: Requester) -> Work:
    work = staff(department, requester=requester)
    punch_clock(work, "in", at=STARTS_AT - timedelta(minutes=5))
    punch_clock(work, "out", at=ENDS_AT)
    return work


# ── The list ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_empty_list_shows_the_way(browser: Browser) -> None:
    page = browser.text("jobs")
    assert "No jobs here yet" in page
    assert "/request/" in page


def test_jobs_are_found_by_name_place_and_reference(browser: Browser, requester: Requester) -> None:
    job = ask(requester, title="Lantern walk")
    ask(requester, title="Bridge repair", shifts=(shift_terms(starts_at=soon() + timedelta(days=3)),))
    for words in ("lantern", job.reference.lower(), "harbour lantern"):
        page = browser.text("jobs", f"?q={words}")
        assert "Lantern walk" in page
        assert "Bridge repair" not in page
    assert "No job fits" in browser.text("jobs", "?q=nonsense")
    assert "Lantern walk" not in browser.text("jobs", "?view=over")


def test_the_list_asks_few_questions_of_the_database(
    browser: Browser, requester: Requester, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for day in range(5):
        ask(requester, shifts=(shift_terms(starts_at=soon() + timedelta(days=day)),))
    with django_assert_max_num_queries(12):
        browser.text("jobs")


def test_nobody_reads_somebody_else_s_pages(client: Client, requester: Requester, department: Tenant) -> None:
    """Another client's job and one that never existed look alike, and so do contracts, hours and officers."""
    contract = offered(requester, department)
    work = worked(department, requester)
    stranger = make_requester(name="Somebody Else")
    client.force_login(stranger.person)
    browser = Browser(client)
    timesheet = Timesheet.objects.get()
    for name, arguments in (
        ("job", {"job_id": contract.job_id}),
        ("change", {"job_id": contract.job_id}),
        ("withdraw", {"job_id": contract.job_id}),
        ("contract", {"contract_id": contract.id}),
        ("pay", {"contract_id": contract.id}),
        ("paid", {"contract_id": contract.id}),
        ("payment_status", {"contract_id": contract.id}),
        ("dispute", {"timesheet_id": timesheet.id}),
        ("rate", {"assignment_id": work.assignment.id}),
    ):
        assert browser.get(name, **arguments).status_code == 404, name
    assert browser.post("approve", timesheet_id=timesheet.id).status_code == 404
    assert browser.post("contract", {"accept": "on"}, contract_id=contract.id).status_code == 404
    timesheet.refresh_from_db()
    contract.refresh_from_db()
    assert (timesheet.state, contract.state) == ("submitted", "offered")
    assert "Harbour fair" not in browser.text("jobs")


def test_visitors_are_asked_to_sign_in(client: Client, requester: Requester) -> None:
    job = ask(requester)
    answer = Browser(client).get("job", job_id=job.id)
    assert answer["Location"].startswith("/accounts/login/?next=")


# ── One job ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_rejected_job_gives_the_reason(browser: Browser, requester: Requester, department: Tenant) -> None:
    job = ask(requester)
    reject_job(
        job_id=job.id,
        department_id=department.id,
        reason="No officers <that> weekend",
        actor=actor_for(make_person()),
        at=clock.now(),
    )
    page = browser.text("job", job_id=job.id)
    assert "No officers &lt;that&gt; weekend" in page
    assert "Ask again" in page


def test_the_job_shows_officers_hours_and_the_way_to_answer(
    browser: Browser,
    requester: Requester,
    department: Tenant,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    work = worked(department, requester)
    with django_assert_max_num_queries(12):
        page = browser.text("job", job_id=work.shift.job_id)
    assert work.officer.display_name in page
    assert "On site" in page
    assert "they count as approved" in page
    assert reverse("client:rate", kwargs={"assignment_id": work.assignment.id}) in page


def test_a_job_of_many_dates_is_read_page_by_page_and_its_waiting_hours_are_on_each(
    browser: Browser,
    requester: Requester,
    department: Tenant,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    work = worked(department, requester)
    job = work.shift.job

    def read(query: str) -> tuple[str, int]:
        with counting_rows() as rows, django_assert_max_num_queries(12):
            return browser.text("job", query, job_id=job.id), rows.count

    let_it_go_on(job, dates=40, officers=10)
    text, few = read("?page=2")
    assert text.count("Number 9<") == 16
    assert "they count as approved" in text
    assert "17–32 of 41" in text
    let_it_go_on(job, dates=40, officers=10)
    assert read("?page=2")[1] == few
    assert work.officer.display_name in read("")[0]


def test_a_client_never_sees_where_an_officer_lives(browser: Browser, requester: Requester, department: Tenant) -> None:
    work = worked(department, requester)
    page = browser.text("job", job_id=work.shift.job_id)
    private = work.officer.private
    for secret in (private.home_latitude, private.home_label or None, private.phone or None):
        assert secret is None or str(secret) not in page


def test_taking_a_request_back(browser: Browser, requester: Requester) -> None:
    job = ask(requester)
    assert "Take this request back?" in browser.text("withdraw", job_id=job.id)
    browser.post("withdraw", {"reason": "The fair is off"}, job_id=job.id)
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert AuditEvent.objects.filter(action="job.withdrawn", reason="The fair is off").exists()
    assert browser.post("withdraw", {"reason": ""}, job_id=job.id).status_code == 422


def test_a_change_starts_from_what_is_agreed_and_asks_again(
    browser: Browser,
    requester: Requester,
    department: Tenant,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    contract = offered(requester, department)
    job = contract.job
    answer = browser.post("change", job_id=job.id)
    check = answer["Location"]
    with django_assert_max_num_queries(12):
        assert "Send the change" in browser.client.get(check, HTTP_HOST="localhost").content.decode()
    unchanged = browser.client.post(check, {"reason": ""}, HTTP_HOST="localhost")
    assert unchanged["Location"] == check
    assert job.revisions.count() == 1
    key = check.split("/")[2]
    assert JobDraft.objects.get(key=key).answers["title"] == "Harbour fair"
    officers = check.replace("/check/", "/officers/?back=check")
    assert browser.client.post(officers, {"rank_constable": 4}, HTTP_HOST="localhost")["Location"] == check
    sent = browser.client.post(check, {"reason": "More guests"}, HTTP_HOST="localhost")
    assert sent["Location"] == reverse("client:job", kwargs={"job_id": job.id})
    revision = job.revisions.order_by("-number").first()
    assert (revision.state, revision.reason) == ("proposed", "More guests")
    assert revision.terms["shifts"][0]["positions"] == [{"rank_code": "constable", "headcount": 4}]
    assert revision.terms["venue"] == contract.terms["venue"]
    assert Contract.objects.get().state == "offered"


# ── The contract ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_contract_shows_every_line_and_every_rule(
    browser: Browser, requester: Requester, department: Tenant
) -> None:
    contract = offered(requester, department)
    page = browser.text("contract", contract_id=contract.id)
    assert f"{contract.total_cents / 100:,.2f}" in page
    assert "Keep the crossing clear." in page
    assert "by you: " in page
    assert "I accept version 1" in page
    assert "Continue to payment" not in page


def test_accepting_needs_the_tick_and_records_dated_terms(
    browser: Browser, requester: Requester, department: Tenant
) -> None:
    contract = offered(requester, department)
    refused = browser.post("contract", contract_id=contract.id)
    assert refused.status_code == 422
    contract.refresh_from_db()
    assert contract.state == "offered"
    answer = browser.post("contract", {"accept": "on"}, contract_id=contract.id)
    # Not off to the payment page: the policy's form-action would stop the redirect.
    assert answer["Location"] == reverse("client:contract", kwargs={"contract_id": contract.id})
    contract.refresh_from_db()
    assert (contract.state, contract.accepted_by_person_id) == ("accepted", requester.person.id)
    assert TermsAcceptance.objects.filter(person=requester.person).exists()
    page = browser.text("contract", contract_id=contract.id)
    assert "Continue to payment" in page
    assert reverse("client:pay", kwargs={"contract_id": contract.id}) in page
    twice = browser.post("contract", {"accept": "on"}, contract_id=contract.id)
    assert "accepted already" in browser.client.get(twice["Location"], HTTP_HOST="localhost").content.decode()


def test_the_payment_page_waits_for_the_money(browser: Browser, requester: Requester, department: Tenant) -> None:
    contract = offered(requester, department)
    browser.post("contract", {"accept": "on"}, contract_id=contract.id)
    page = browser.text("paid", contract_id=contract.id)
    assert "being confirmed" in page
    assert 'hx-trigger="every 2s"' in page
    assert "Look again" in page
    assert browser.get("payment_status", contract_id=contract.id).status_code == 200
    assert browser.get("cancelled", contract_id=contract.id).status_code == 302


# ── Hours and ratings ───────────────────────────────────────────────────────────────────────────────────────────────


def test_approving_hours(browser: Browser, requester: Requester, department: Tenant) -> None:
    worked(department, requester)
    timesheet = Timesheet.objects.get()
    browser.post("approve", timesheet_id=timesheet.id)
    timesheet.refresh_from_db()
    assert (timesheet.state, timesheet.decided_by) == ("approved", "client")
    again = browser.post("approve", timesheet_id=timesheet.id)
    assert "approved already" in browser.client.get(again["Location"], HTTP_HOST="localhost").content.decode()


def test_disputing_hours_needs_a_reason(browser: Browser, requester: Requester, department: Tenant) -> None:
    worked(department, requester)
    timesheet = Timesheet.objects.get()
    assert browser.post("dispute", {"reason": " "}, timesheet_id=timesheet.id).status_code == 422
    browser.post("dispute", {"reason": "They left <early>"}, timesheet_id=timesheet.id)
    timesheet.refresh_from_db()
    assert (timesheet.state, timesheet.dispute_reason) == ("disputed", "They left <early>")


def test_rating_an_officer_once(
    browser: Browser, requester: Requester, department: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = worked(department, requester)
    monkeypatch.setattr(clock, "now", lambda: ENDS_AT + timedelta(days=1))
    marks = {"punctuality": "5", "appearance": "4", "conduct": "3"}
    wrong = browser.post("rate", {**marks, "conduct": "9"}, assignment_id=work.assignment.id)
    assert wrong.status_code == 422
    assert 'value="5" id="id_punctuality_0" class="radio" checked' in wrong.content.decode()
    browser.post("rate", {**marks, "comment": "Kind"}, assignment_id=work.assignment.id)
    rating = Rating.objects.get()
    assert (rating.punctuality, rating.appearance, rating.conduct, rating.comment) == (5, 4, 3, "Kind")
    assert "already" in browser.post("rate", marks, assignment_id=work.assignment.id).content.decode()
    assert "Rated, thank you" in browser.text("job", job_id=work.shift.job_id)


# ── Papers and details ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_receipt_bills_nothing_and_a_credit_note_takes_off() -> None:
    kinds = {"receipt": 105_046, "invoice": 105_046, "credit_note": -5_046}
    documents = [IssuedDocument(kind=kind, total_cents=cents) for kind, cents in kinds.items()]
    page = JobPage(
        job=Job(), department=Tenant(), status=JobStatus("closed", ""), totals=JobTotals(), dates=DatesOfJob(),
        shown=Paginator(Shift.objects.none(), 1).page(1), shifts=[], contracts=[], charges=[],
        timesheets=[], documents=documents, due_cents=0, checklist=[],
    )  # fmt: skip
    assert page.billed_cents == 100_000


def test_no_documents_yet(browser: Browser) -> None:
    assert "No documents yet" in browser.text("documents")


def test_details_are_changed_and_the_change_is_recorded(browser: Browser, requester: Requester) -> None:
    form = {
        "kind": "non_profit",
        "name": "Harbour Fair Trust",
        "billing_address": "3 Quay Road",
        "billing_email": "Money@example.org",
        "phone": "+1 905 555 0102",
    }
    assert browser.post("profile", {**form, "billing_email": "no"}).status_code == 422
    assert browser.post("profile", form).status_code == 302
    requester.client.refresh_from_db()
    assert (requester.client.name, requester.client.billing_email) == ("Harbour Fair Trust", "money@example.org")
    event = AuditEvent.objects.get(action="client.changed")
    assert event.before["name"] == "Harbour Fair"
    assert browser.get("profile", "?client=01a20360-e99c-76f1-8ccb-39fc614e8425").status_code == 404
