"""The coordinator's desk: requests are found, exported, decided, and their clients blocked."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts.memberships import grant_role
from accounts.models import Person
from kernel.models import AuditEvent
from marketplace.models import ClientBlock, Job
from tenants.models import Tenant
from tests.factories.clients import fund, govern, make_requester, submit
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.people import make_person
from tests.factories.standing_job import counting_rows, let_it_go_on
from tests.factories.venues import NOW, STARTS_AT, job_terms

pytestmark = pytest.mark.django_db
URLS = "config.urls_department"


def staff(tenant: Tenant, role: str = "coordinator", given_name: str = "Dana") -> tuple[Browser, Person]:
    person = make_person(given_name=given_name, family_name="Whitlock")
    grant_role(person=person, tenant_id=tenant.id, role=role, actor=SETTING_UP, at=NOW)
    browser = Browser(SERVER_NAME=f"{tenant.slug}.localhost")
    browser.force_login(person)
    return browser, person


def address(name: str, **parameters: Any) -> str:
    return reverse(f"department:{name}", urlconf=URLS, kwargs=parameters or None)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: NOW)


@pytest.fixture
def job(department: Tenant) -> Job:
    govern(department)
    return submit(make_requester())


def test_requests_are_found_by_words_state_type_and_dates(department: Tenant, job: Job) -> None:
    browser, _ = staff(department)
    page = address("requests")
    for query in ("", "text=harbour", f"text={job.reference}", "state=submitted", "event_type=festival",
                  f"from_date={STARTS_AT:%Y-%m-%d}&until_date={STARTS_AT:%Y-%m-%d}"):  # fmt: skip
        answer = browser.get(f"{page}?{query}")
        assert answer.status_code == 200
        assert job.title in answer.content.decode(), query
    for query in ("text=nowhere", "state=rejected", "event_type=funeral", "from_date=2027-01-01"):
        assert job.title not in browser.get(f"{page}?{query}").content.decode(), query
    assert browser.get(f"{page}?from_date=31.2.2026&state=nonsense&text=%00").status_code == 200


def test_the_list_needs_few_queries_however_long(
    department: Tenant, job: Job, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        submit(make_requester(name=f"Client {number}"))
    browser, _ = staff(department)
    for page in (address("requests"), address("dashboard"), address("request", job_id=job.id)):
        with django_assert_max_num_queries(12):
            assert browser.get(page).status_code == 200


def test_the_lists_read_no_more_rows_for_a_job_of_many_dates_and_officers(
    department: Tenant, django_assert_max_num_queries: Any
) -> None:
    govern(department)
    job = fund(submit(make_requester()))
    browser, _ = staff(department)
    pages = [address("requests"), f"{address('requests')}?from_date={STARTS_AT:%Y-%m-%d}", address("requests_export")]

    def read(page: str) -> int:
        with counting_rows() as rows, django_assert_max_num_queries(12):
            assert browser.get(page).status_code == 200
        return rows.count

    before = {page: read(page) for page in pages}
    let_it_go_on(job, dates=30, officers=40)
    assert {page: read(page) for page in pages} == before
    text = browser.get(pages[0]).content.decode()
    assert "1200 of 1202 officers" in text
    assert "and 30 more" in text


def test_a_request_of_many_dates_opens_on_those_that_come_next(
    department: Tenant, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    govern(department)
    job = fund(submit(make_requester()))
    browser, _ = staff(department)
    page = address("request", job_id=job.id)

    def read(query: str = "") -> tuple[str, int]:
        with counting_rows() as rows, django_assert_max_num_queries(12):
            return browser.get(page + query).content.decode(), rows.count

    let_it_go_on(job, dates=40, officers=10)
    text, few = read("?page=2")
    assert "17–32 of 41" in text
    assert text.count("10 of 10 officers") == 16
    assert "?page=3#shifts-title" in text
    assert "0 of 2 officers" in read()[0]
    monkeypatch.setattr("kernel.clock.now", lambda: STARTS_AT + timedelta(days=33))
    assert "33–41 of 41" in read()[0]
    assert job.reference in read("?page=no-number")[0]
    let_it_go_on(job, dates=40, officers=10)
    assert read("?page=2")[1] == few


def test_the_export_holds_texts_as_texts(department: Tenant) -> None:
    govern(department)
    submit(make_requester(name='=HYPERLINK("http://x")'), terms=job_terms(title="+1+1", duties="<b>=2</b>"))
    browser, _ = staff(department)
    answer = browser.get(f"{address('requests_export')}?state=submitted")
    assert answer.status_code == 200
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "Reference"
    assert rows[1][1] == "+1+1"
    assert rows[1][5] == '=HYPERLINK("http://x")'
    assert len(rows) == 2
    empty = browser.get(f"{address('requests_export')}?text=nowhere")
    assert len(CalamineWorkbook.from_filelike(io.BytesIO(empty.content)).get_sheet_by_index(0).to_python()) == 1


def test_typed_html_is_shown_as_text(department: Tenant) -> None:
    govern(department)
    job = submit(make_requester(name="<script>alert(1)</script>"), terms=job_terms(title="<b>x</b>", duties="<i>y</i>"))
    browser, _ = staff(department)
    for page in (address("requests"), address("request", job_id=job.id), address("dashboard")):
        text = browser.get(page).content.decode()
        assert "<script>alert" not in text
        assert "<b>x</b>" not in text


def test_a_coordinator_approves_with_a_note(department: Tenant, job: Job) -> None:
    browser, person = staff(department)
    answer = browser.post(address("approve", job_id=job.id), {"note": "Bring vests."})
    assert answer.status_code == 302
    job.refresh_from_db()
    assert (job.state, job.decided_by_person_id, job.decision_reason) == ("approved", person.id, "Bring vests.")
    event = AuditEvent.objects.get(action="job.approved", subject_id=job.id)
    assert event.actor_person_id == person.id
    assert event.actor_address == "127.0.0.1"
    assert "Request: approved" in browser.get(address("request", job_id=job.id)).content.decode()


def test_rejecting_needs_a_reason_and_keeps_the_page(department: Tenant, job: Job) -> None:
    browser, _ = staff(department)
    refused = browser.post(address("reject", job_id=job.id), {"reason": "  "})
    assert refused.status_code == 422
    assert "Give a reason" in refused.content.decode()
    job.refresh_from_db()
    assert job.state == "submitted"
    browser.post(address("reject", job_id=job.id), {"reason": "No officers that week."})
    job.refresh_from_db()
    assert (job.state, job.decision_reason) == ("rejected", "No officers that week.")


def test_the_second_coordinator_is_told_who_was_faster(department: Tenant, job: Job) -> None:
    first, _ = staff(department, given_name="Avery")
    second, _ = staff(department, given_name="Blake")
    first.post(address("approve", job_id=job.id))
    answer = second.post(address("reject", job_id=job.id), {"reason": "No."}, follow=True)
    assert "Avery Whitlock was faster" in answer.content.decode()
    job.refresh_from_db()
    assert job.state == "approved"


@pytest.mark.parametrize("role", ["supervisor", "commander", "auditor", "payroll"])
def test_other_staff_read_and_decide_nothing(department: Tenant, job: Job, role: str) -> None:
    browser, _ = staff(department, role)
    assert browser.get(address("requests")).status_code == 200
    text = browser.get(address("request", job_id=job.id)).content.decode()
    assert address("approve", job_id=job.id) not in text
    for name in ("approve", "reject", "block", "lift_block"):
        assert browser.post(address(name, job_id=job.id), {"reason": "x"}).status_code == 403
    assert browser.get(address("new_request")).status_code == 403
    assert browser.get(address("money")).status_code == (403 if role == "supervisor" else 200)
    job.refresh_from_db()
    assert job.state == "submitted"
    assert not ClientBlock.objects.exists()


def test_another_departments_coordinator_finds_nothing(department: Tenant, other_department: Tenant, job: Job) -> None:
    browser, _ = staff(other_department)
    assert browser.get(address("request", job_id=job.id)).status_code == 404
    for name in ("approve", "reject", "block", "lift_block"):
        assert browser.post(address(name, job_id=job.id), {"reason": "x"}).status_code == 404
    assert browser.get(address("change", job_id=job.id)).status_code == 404
    assert browser.get(address("job_money", job_id=job.id)).status_code == 404
    assert job.title not in browser.get(address("requests")).content.decode()
    job.refresh_from_db()
    assert job.state == "submitted"


def test_a_client_is_blocked_with_a_reason_and_let_in_again(department: Tenant, job: Job) -> None:
    browser, person = staff(department)
    assert browser.post(address("block", job_id=job.id), {"reason": ""}).status_code == 422
    browser.post(address("block", job_id=job.id), {"reason": "Two unpaid invoices."})
    block = ClientBlock.objects.get(client_id=job.client_id, department_id=department.id)
    assert (block.reason, block.blocked_by_person_id) == ("Two unpaid invoices.", person.id)
    assert "Two unpaid invoices." in browser.get(address("request", job_id=job.id)).content.decode()
    browser.post(address("lift_block", job_id=job.id))
    block.refresh_from_db()
    assert block.lifted_at == NOW


CALL = {
    "caller_name": "Quay Market", "caller_kind": "business", "caller_email": "Quay@Example.org", "caller_phone": "",
    "event_type": "festival", "title": "Night market", "address": "1 Harbour Street, Oakville ON L6J 1A1",
    "located_address": "1 Harbour Street, Oakville ON L6J 1A1", "latitude": "43.467500", "longitude": "-79.687700",
    "pin_confirmed": "on", "name": "Harbour", "date_0": "2026-03-14", "start_0": "18:00", "end_0": "23:00",
    "rank_constable": "2", "duties": "Keep the crossing clear.", "meeting_point": "North gate",
    "contact_name": "Sam Field", "contact_phone": "+19055550100", "attire": "Uniform",
}  # fmt: skip


def test_a_request_is_entered_for_a_caller(department: Tenant) -> None:
    govern(department)
    browser, person = staff(department)
    assert browser.get(address("new_request")).status_code == 200
    priced = browser.post(address("new_request"), {**CALL, "price": "1"})
    assert priced.status_code == 200
    assert "Total" in priced.content.decode()
    assert not Job.objects.exists()
    answer = browser.post(address("new_request"), CALL)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    job = Job.objects.get()
    assert job.entered_by_coordinator
    assert job.client.billing_email == "quay@example.org"
    assert job.shifts.get().starts_at.isoformat() == "2026-03-14T22:00:00+00:00"
    assert job.submitted_by_person_id == person.id
    assert answer.url == address("request", job_id=job.id)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"date_0": "2026-02-14"}, "still to come"),
        ({"end_0": "17:00"}, "end"),
        ({"rank_constable": "0"}, "at least one"),
        ({"rank_constable": "10000"}, "200"),
        ({"latitude": "nan"}, "Enter a number"),
        ({"latitude": "95"}, "latitude"),
        ({"pin_confirmed": ""}, "pin"),
        ({"latitude": "45.421500", "longitude": "-75.697200"}, "from the address"),
        ({"located_address": ""}, "Show on the map"),
        ({"caller_email": "nobody"}, "valid email"),
        ({"address": "", "located_address": ""}, "Enter the address"),
    ],
)
def test_a_mistake_is_told_and_everything_typed_is_kept(
    department: Tenant, change: dict[str, str], sentence: str
) -> None:
    govern(department)
    browser, _ = staff(department)
    data = {name: value for name, value in {**CALL, **change}.items() if value != ""}
    answer = browser.post(address("new_request"), data)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert sentence.lower() in text.lower()
    assert "Night market" in text
    assert not Job.objects.exists()


def test_the_pin_and_more_dates_come_without_judging(department: Tenant) -> None:
    govern(department)
    browser, _ = staff(department)
    found = browser.post(address("new_request"), {"address": "Oakville ON L6J 1A1", "locate": "1", "title": "Kept"})
    text = found.content.decode()
    assert found.status_code == 200
    assert 'value="43.' in text
    assert "Kept" in text
    assert "There is a problem" not in text
    more = browser.post(address("new_request"), {**CALL, "add": "1"}).content.decode()
    assert 'value="2026-03-15"' in more
    assert "Keep the crossing clear." in more


def test_a_change_before_approval_counts_at_once(department: Tenant, job: Job) -> None:
    browser, _ = staff(department)
    page = browser.get(address("change", job_id=job.id))
    assert page.status_code == 200
    assert job.title in page.content.decode()
    data = {
        **CALL, "title": "Harbour fair, later", "address": job.venue.address, "located_address": job.venue.address,
        "change_reason": "They called.", "date_0": "2026-03-11",
    }  # fmt: skip
    answer = browser.post(address("change", job_id=job.id), data)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    job.refresh_from_db()
    assert job.title == "Harbour fair, later"
    assert job.revision == 2


def test_today_and_the_week_show_what_there_is(department: Tenant, job: Job) -> None:
    browser, _ = staff(department)
    make_officer(department)
    assert job.title in browser.get(address("dashboard")).content.decode()
    assert browser.get(f"{address('shifts')}?week=2026-03-10").status_code == 200
    for bad in ("week=0001-01-01", "week=9999-12-31", "week=x"):
        assert browser.get(f"{address('shifts')}?{bad}").status_code == 200


def test_visitors_are_asked_to_sign_in(department: Tenant) -> None:
    answer = Browser(SERVER_NAME=f"{department.slug}.localhost").get(address("requests"))
    assert answer.status_code == 302
    assert "login" in answer.url
