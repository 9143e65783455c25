"""Pages about ratings: both sides rate, read after their own, reply, report, and somebody else decides."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.memberships import grant_role
from accounts.models import Person
from marketplace.models import Assignment, ClientMember, Officer
from ratings.models import Rating, RatingReport, RatingSummary, SiteSummary
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.jobs import make_job, make_shift
from tests.factories.people import make_person
from tests.factories.venues import NOW, STARTS_AT
from tests.ratings.stage import RELEASED_AT, SOON, by_client, by_department, by_officer, worked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]
SITE = {"briefing": "2", "safety": "4", "conduct": "5"}
OFFICER = {"punctuality": "5", "appearance": "4", "conduct": "3"}
WORDS = "Late & <b>rude</b>"
ESCAPED = "Late &amp; &lt;b&gt;rude&lt;/b&gt;"


@pytest.fixture
def assignment(department: Tenant, monkeypatch: pytest.MonkeyPatch) -> Assignment:
    monkeypatch.setattr("kernel.clock.now", lambda: SOON)
    govern(department)
    return worked(department, make_officer(department))


def signed_in(person: Person, host: str = "localhost") -> Browser:
    browser = Browser(SERVER_NAME=host)
    browser.force_login(person)
    return browser


def client_of(assignment: Assignment) -> Browser:
    person = make_person(given_name="Kim")
    ClientMember.objects.create(client=assignment.shift.job.client, person=person, started_at=STARTS_AT)
    return signed_in(person)


def desk_of(tenant: Tenant, role: str = "supervisor") -> Browser:
    person = make_person(given_name="Nadia")
    grant_role(person=person, tenant_id=tenant.id, role=role, actor=SETTING_UP, at=NOW)
    return signed_in(person, f"{tenant.slug}.localhost")


def operator() -> Browser:
    person = make_person(given_name="Ola")
    person.is_staff = True
    person.save()
    return signed_in(person)


def url(name: str, **named: Any) -> str:
    portal = name.split(":")[0]
    tenant = {"department": "config.urls_department", "agency": "config.urls_agency"}
    return reverse(name, urlconf=tenant.get(portal), kwargs=named or None)


def text(browser: Browser, name: str, **named: Any) -> str:
    answer = browser.get(url(name, **named))
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_officer_rates_the_site_and_then_reads_the_client(assignment: Assignment) -> None:
    by_client(assignment, 1, comment=WORDS)
    browser = signed_in(assignment.officer.person)
    page = url("officer:rate_site", assignment_id=assignment.id)
    before = text(browser, "officer:ratings")
    assert page in before
    assert ESCAPED not in before
    wrong = browser.post(page, {**SITE, "safety": "9", "comment": "No water <br>"})
    assert wrong.status_code == 422
    assert "No water &lt;br&gt;" in wrong.content.decode()
    assert browser.post(page, {**SITE, "comment": "No water"}).status_code == 302
    rating = Rating.objects.get(rater_kind="officer")
    assert rating.marks == {"briefing": 2, "safety": 4, "conduct": 5}
    after = text(browser, "officer:ratings")
    assert ESCAPED in after
    assert page not in after
    # Words and no marks; the site's client is not named to officers.
    assert "1 of 5" not in after
    assert assignment.shift.job.client.name not in after
    assert "already" in browser.post(page, SITE).content.decode()


def test_another_officer_reads_and_rates_nothing_of_it(assignment: Assignment, department: Tenant) -> None:
    rating = by_client(assignment, comment=WORDS)
    by_officer(assignment)
    stranger = signed_in(make_officer(department).person)
    assert stranger.get(url("officer:rate_site", assignment_id=assignment.id)).status_code == 404
    for name in ("officer:reply_to_rating", "officer:report_rating"):
        assert stranger.post(url(name, rating_id=rating.id), {"text": "x", "reason": "x"}).status_code == 404
    assert ESCAPED not in text(stranger, "officer:ratings")


def test_the_client_reads_the_site_and_the_month_and_no_name(assignment: Assignment) -> None:
    by_officer(assignment, comment=WORDS)
    browser = client_of(assignment)
    assert ESCAPED not in text(browser, "client:ratings")
    browser.post(url("client:rate", assignment_id=assignment.id), {**OFFICER, "comment": "Calm."})
    # The first page after it thanks by name.
    text(browser, "client:jobs")
    page = text(browser, "client:ratings")
    about, own = page.split('id="own"')
    assert ESCAPED in about
    assert "March 2026" in about
    assert assignment.officer.display_name not in about
    assert "Calm." in own


def test_a_reply_stands_beside_the_comment_for_both(assignment: Assignment) -> None:
    rating = by_client(assignment, 1, comment=WORDS)
    by_officer(assignment)
    browser, client = signed_in(assignment.officer.person), client_of(assignment)
    page = url("officer:reply_to_rating", rating_id=rating.id)
    assert ESCAPED in browser.get(page).content.decode()
    assert browser.post(page, {"text": " "}).status_code == 422
    assert browser.post(page, {"text": "The road was closed."}).status_code == 302
    assert "The road was closed." in text(browser, "officer:ratings")
    assert "The road was closed." in text(client, "client:ratings")
    again = browser.post(page, {"text": "And the bridge."})
    assert again.status_code == 422
    assert "And the bridge." in again.content.decode()


@pytest.mark.parametrize("decision", ["kept", "hidden", "struck"])
def test_a_report_is_decided_at_the_desk(assignment: Assignment, department: Tenant, decision: str) -> None:
    rating = by_client(assignment, 1, comment=WORDS)
    by_officer(assignment)
    officer, desk = signed_in(assignment.officer.person), desk_of(department)
    officer.post(url("officer:report_rating", rating_id=rating.id), {"reason": "It is about a ticket."})
    report = RatingReport.objects.get()
    queue = text(desk, "department:rating_reports")
    assert "It is about a ticket." in queue
    assert ESCAPED in queue
    page = url("department:decide_rating_report", report_id=report.id)
    missing = desk.post(page, {"decision": decision, "reason": ""})
    assert missing.status_code == 422
    assert f'value="{decision}"' in missing.content.decode()
    assert "checked" in missing.content.decode()
    assert desk.post(page, {"decision": decision, "reason": "Read twice."}).status_code == 302
    shown = text(officer, "officer:ratings")
    assert "Read twice." in shown
    assert (ESCAPED in shown) == (decision == "kept")
    assert "Read twice." in text(desk, "department:rating_reports")
    again = desk.post(page, {"decision": "kept", "reason": "Again."}, follow=True)
    assert "Somebody decided this report already" in again.content.decode()


def test_the_desk_reads_no_marks_in_a_report_before_its_own(
    assignment: Assignment, department: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    rating = by_client(assignment, 1, comment=WORDS)
    by_officer(assignment)
    signed_in(assignment.officer.person).post(url("officer:report_rating", rating_id=rating.id), {"reason": "Unfair."})
    desk = desk_of(department)
    closed = text(desk, "department:rating_reports")
    assert ESCAPED in closed
    assert "Punctuality" not in closed
    assert "Its marks open once you have rated" in closed
    with monkeypatch.context() as later:
        later.setattr("kernel.clock.now", lambda: RELEASED_AT)
        assert "Punctuality 1" in text(desk, "department:rating_reports")
    by_department(assignment)
    assert "Punctuality 1" in text(desk, "department:rating_reports")


def test_who_gave_it_is_not_asked_to_decide(assignment: Assignment, department: Tenant) -> None:
    person = make_person()
    grant_role(person=person, tenant_id=department.id, role="supervisor", actor=SETTING_UP, at=NOW)
    rating = by_client(assignment, comment=WORDS)
    Rating.objects.filter(id=rating.id).update(rated_by_person_id=person.id)
    by_officer(assignment)
    officer = signed_in(assignment.officer.person)
    officer.post(url("officer:report_rating", rating_id=rating.id), {"reason": "Unfair."})
    desk = signed_in(person, f"{department.slug}.localhost")
    assert "A colleague decides" in text(desk, "department:rating_reports")
    page = url("department:decide_rating_report", report_id=RatingReport.objects.get().id)
    refused = desk.post(page, {"decision": "struck", "reason": "Mine."}, follow=True)
    assert "Somebody else must decide on it." in refused.content.decode()
    assert RatingReport.objects.get().state == "open"


def test_who_decides_where(assignment: Assignment, department: Tenant, other_department: Tenant) -> None:
    by_client(assignment)
    of_site = by_officer(assignment, comment=WORDS)
    client = client_of(assignment)
    assert client.post(url("client:report_rating", rating_id=of_site.id), {"reason": "There was."}).status_code == 302
    report = RatingReport.objects.get()
    decision = {"decision": "hidden", "reason": "There was."}
    at_desk = url("department:decide_rating_report", report_id=report.id)
    assert desk_of(department).post(at_desk, decision).status_code == 404
    assert desk_of(other_department).post(at_desk, decision).status_code == 404
    assert desk_of(department, "payroll").get(url("department:rating_reports")).status_code == 403
    assert desk_of(department, "auditor").post(at_desk, decision).status_code == 403
    assert client.get(url("operator:rating_reports")).status_code == 404
    office = operator()
    assert ESCAPED in text(office, "operator:rating_reports")
    assert office.post(url("operator:decide_rating_report", report_id=report.id), decision).status_code == 302
    assert ESCAPED not in text(client, "client:ratings")


def test_the_department_reads_the_others_after_its_own(assignment: Assignment, department: Tenant) -> None:
    by_client(assignment, comment=WORDS)
    desk = desk_of(department)
    assert ESCAPED not in text(desk, "department:assignment", assignment_id=assignment.id)
    desk.post(url("department:rate", assignment_id=assignment.id), OFFICER)
    assert ESCAPED in text(desk, "department:assignment", assignment_id=assignment.id)


def test_an_agency_rates_whom_it_supplied(assignment: Assignment, agency: Tenant) -> None:
    browser = desk_of(agency, "scheduler")
    page = url("agency:rate", assignment_id=assignment.id)
    assert browser.get(page).status_code == 404
    job = assignment.shift.job
    job.route, job.agency_id = "agency", agency.id
    job.save()
    assert "How was it?" in browser.get(page).content.decode()
    assert page in text(browser, "agency:job", job_id=job.id)
    assert browser.post(page, OFFICER).status_code == 302
    assert Rating.objects.get().agency_id == agency.id
    assert desk_of(agency, "bookkeeper").get(page).status_code == 403


@pytest.mark.parametrize(("tenths", "shows"), [(None, False), (34, True)])
def test_officers_see_the_sites_figure_on_a_shift_once_there_is_one(
    assignment: Assignment, department: Tenant, monkeypatch: pytest.MonkeyPatch, tenths: int | None, shows: bool
) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: NOW)
    client = assignment.shift.job.client
    SiteSummary.objects.create(client=client, count=3 if tenths else 2, average_tenths=tenths)
    shift = make_shift(make_job(department, at=NOW, client=client), starts_at=STARTS_AT + timedelta(days=2), at=NOW)
    page = text(signed_in(assignment.officer.person), "officer:shift", shift_id=shift.id)
    assert ("3.4 out of 5 stars" in page) == shows


def test_pages_need_few_queries(
    assignment: Assignment, department: Tenant, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    officer: Officer = assignment.officer
    RatingSummary.objects.create(officer=officer, count=3, average_tenths=45)
    for day in range(8):
        other = worked(
            department, officer, client=assignment.shift.job.client, starts_at=STARTS_AT - timedelta(days=day + 8)
        )
        for rate in (by_client, by_department, by_officer):
            rate(other, comment=WORDS, at=other.shift.ends_at)
    for rating in Rating.objects.filter(rater_kind="client").select_related("officer__person")[:5]:
        signed_in(officer.person).post(url("officer:report_rating", rating_id=rating.id), {"reason": "Unfair."})
    client, desk = client_of(assignment), desk_of(department)
    for browser, name in (
        (signed_in(officer.person), "officer:ratings"),
        (client, "client:ratings"),
        (desk, "department:rating_reports"),
        (operator(), "operator:rating_reports"),
    ):
        browser.get(url(name))
        with django_assert_max_num_queries(12):
            assert browser.get(url(name)).status_code == 200


def test_silence_opens_the_page_on_the_seventh_day(assignment: Assignment, monkeypatch: pytest.MonkeyPatch) -> None:
    by_client(assignment, comment=WORDS)
    browser = signed_in(assignment.officer.person)
    monkeypatch.setattr("kernel.clock.now", lambda: RELEASED_AT)
    assert ESCAPED in text(browser, "officer:ratings")
    answer = browser.post(url("officer:rate_site", assignment_id=assignment.id), SITE)
    assert answer.status_code == 422
    assert "You can reply to the comment instead." in answer.content.decode()
