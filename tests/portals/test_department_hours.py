"""Hours at the desk: punches judged, disputes resolved, forgotten hours entered, officers rated, awards explained."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from departments.roster import list_members
from geo.timezones import zone_named
from marketplace.awarding import award_shift
from marketplace.bidding import place_bid
from marketplace.models import Assignment, ClockReview, Shift, Timesheet
from marketplace.timesheets import dispute_timesheet
from ratings.models import Rating
from tenants.models import Tenant
from tests.factories.clients import fund, govern, make_requester, submit
from tests.factories.departments import make_officer
from tests.factories.people import actor_for
from tests.factories.standing_job import let_it_go_on
from tests.factories.venues import NOW, STARTS_AT, job_terms, shift_terms
from tests.factories.work import ENDS_AT, FIVE_KILOMETRES_OFF, Work, clock, fix
from tests.factories.work import staff as staffed
from tests.portals.test_department_requests import address, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]
AFTER = ENDS_AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _after_the_shift(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: AFTER)


@pytest.fixture
def work(department: Tenant) -> Work:
    govern(department)
    return staffed(department)


def worked(work: Work, **clock_in: Any) -> Timesheet:
    clock(work, "in", at=STARTS_AT - timedelta(minutes=5), **clock_in)
    clock(work, "out", at=ENDS_AT)
    return Timesheet.objects.get(assignment=work.assignment)


def off_site(work: Work) -> Timesheet:
    at = STARTS_AT - timedelta(minutes=5)
    return worked(work, fixes=[fix(at=at, place=FIVE_KILOMETRES_OFF)], reason_given="Parking")


def test_a_doubtful_punch_is_shown_with_its_map_and_accepted(department: Tenant, work: Work) -> None:
    sheet = off_site(work)
    assert sheet.approves_at is None
    browser, person = staff(department)
    assert work.officer.display_name in browser.get(f"{address('timesheets')}?view=review").content.decode()
    page = browser.get(address("assignment", assignment_id=work.assignment.id))
    assert page.status_code == 200
    assert "Off site" in page.content.decode()
    assert 'id="punch-in"' in page.content.decode()
    review = ClockReview.objects.get()
    refused = browser.post(address("review", clock_event_id=review.pk), {"decision": "accept", "reason": ""})
    assert refused.status_code == 422
    answer = browser.post(
        address("review", clock_event_id=review.pk), {"decision": "accept", "reason": "Seen on site."}
    )
    assert answer.status_code == 302
    review.refresh_from_db()
    assert (review.state, review.resolved_by_person_id) == ("accepted", person.id)
    sheet.refresh_from_db()
    assert sheet.approves_at is not None


def test_a_rejected_punch_is_settled_by_setting_the_hours(department: Tenant, work: Work) -> None:
    sheet = off_site(work)
    browser, _ = staff(department)
    review = ClockReview.objects.get()
    browser.post(address("review", clock_event_id=review.pk), {"decision": "reject", "reason": "At home."})
    wrong = browser.post(address("resolve_hours", timesheet_id=sheet.id), {"hours": "99", "reason": "x"})
    assert wrong.status_code == 422
    browser.post(
        address("resolve_hours", timesheet_id=sheet.id), {"hours": "2", "minutes": "30", "reason": "By the witness."}
    )
    sheet.refresh_from_db()
    assert (sheet.state, sheet.worked_minutes, sheet.resolution_reason) == ("resolved", 150, "By the witness.")


def test_a_dispute_is_resolved_once(department: Tenant, work: Work) -> None:
    sheet = worked(work)
    dispute_timesheet(timesheet_id=sheet.id, reason="Left early.", actor=actor_for(work.requester.person), at=ENDS_AT)
    browser, _ = staff(department)
    assert "Left early." in browser.get(address("assignment", assignment_id=work.assignment.id)).content.decode()
    data = {"hours": "3", "minutes": "0", "reason": "Agreed by phone."}
    assert browser.post(address("resolve_hours", timesheet_id=sheet.id), data).status_code == 302
    again = browser.post(address("resolve_hours", timesheet_id=sheet.id), {**data, "hours": "4"})
    assert again.status_code == 422
    sheet.refresh_from_db()
    assert sheet.worked_minutes == 180


def test_hours_are_approved_for_the_client(department: Tenant, work: Work) -> None:
    sheet = worked(work)
    browser, _ = staff(department)
    browser.post(address("approve_hours", timesheet_id=sheet.id))
    sheet.refresh_from_db()
    assert (sheet.state, sheet.decided_by) == ("approved", "coordinator")


def test_forgotten_hours_are_entered_in_the_venues_own_time(department: Tenant, work: Work) -> None:
    browser, _ = staff(department)
    data = {"starts_at": "2026-03-10T11:30", "ends_at": "2026-03-10T14:00", "reason": "Phone was out of battery."}
    answer = browser.post(address("enter_hours", assignment_id=work.assignment.id), data)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    sheet = Timesheet.objects.get(assignment=work.assignment)
    assert sheet.worked_starts_at == STARTS_AT + timedelta(minutes=30)
    assert sheet.worked_minutes == 150


def test_an_overrun_is_authorised(department: Tenant, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: STARTS_AT)
    browser, _ = staff(department)
    browser.post(address("overrun", assignment_id=work.assignment.id), {"minutes": "45"})
    assert browser.post(address("overrun", assignment_id=work.assignment.id), {"minutes": "-5"}).status_code == 422
    work.assignment.refresh_from_db()
    assert work.assignment.authorised_ends_at == ENDS_AT + timedelta(minutes=45)


def test_the_department_rates_once(department: Tenant, work: Work) -> None:
    worked(work)
    browser, person = staff(department)
    page = address("rate", assignment_id=work.assignment.id)
    assert browser.post(page, {"punctuality": "9"}).status_code == 422
    marks = {"punctuality": "5", "appearance": "4", "conduct": "5", "comment": "<b>Good</b>"}
    assert browser.post(page, marks).status_code == 302
    assert browser.post(page, marks).status_code == 422
    rating = Rating.objects.get()
    assert (rating.rater_kind, rating.department_id, rating.rated_by_person_id) == (
        "department", department.id, person.id,
    )  # fmt: skip


def test_nobody_else_decides_about_hours(department: Tenant, other_department: Tenant, work: Work) -> None:
    sheet = off_site(work)
    review = ClockReview.objects.get()
    posts = [
        (address("review", clock_event_id=review.pk), {"decision": "accept", "reason": "x"}),
        (address("resolve_hours", timesheet_id=sheet.id), {"hours": "1", "reason": "x"}),
        (address("approve_hours", timesheet_id=sheet.id), {}),
        (address("enter_hours", assignment_id=work.assignment.id), {}),
        (address("overrun", assignment_id=work.assignment.id), {"minutes": "5"}),
        (address("rate", assignment_id=work.assignment.id), {}),
    ]
    auditor, _ = staff(department, "auditor")
    stranger, _ = staff(other_department)
    for page, data in posts:
        assert auditor.post(page, data).status_code == 403
        assert stranger.post(page, data).status_code == 404
    assert auditor.get(address("assignment", assignment_id=work.assignment.id)).status_code == 200
    assert stranger.get(address("assignment", assignment_id=work.assignment.id)).status_code == 404
    sheet.refresh_from_db()
    assert sheet.state == "submitted"


def test_pages_of_worked_shifts_need_few_queries(
    department: Tenant, work: Work, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    worked(work)
    browser, _ = staff(department)
    [member] = list_members(department_id=department.id)
    job_id = work.shift.job_id
    pages = [address(name) for name in ("dashboard", "shifts", "timesheets", "roster", "money", "policy")]
    pages += [address(name, job_id=job_id) for name in ("request", "job_money")]
    pages += [address("assignment", assignment_id=work.assignment.id), address("member", entry_id=member.entry_id)]
    monkeypatch.setattr("kernel.clock.now", lambda: STARTS_AT + timedelta(minutes=20))
    for page in pages:
        with django_assert_max_num_queries(12):
            assert browser.get(page).status_code == 200


def test_who_is_late_and_who_is_on_shift_shows_today(
    department: Tenant, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, _ = staff(department)
    monkeypatch.setattr("kernel.clock.now", lambda: STARTS_AT + timedelta(minutes=20))
    assert "Not clocked in" in browser.get(address("dashboard")).content.decode()
    clock(work, "in", at=STARTS_AT + timedelta(minutes=21))
    text = browser.get(address("dashboard")).content.decode()
    assert "Not clocked in" not in text
    assert "On shift now" in text


def test_today_stays_within_its_queries_when_somebody_is_late_since_yesterday_and_since_today(
    department: Tenant, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    """Two calendar days have two policies, a shift that began before midnight has yesterday's."""
    govern(department)
    job = fund(submit(make_requester()))
    let_it_go_on(job, dates=6, officers=12)
    submit(make_requester(name="Waits"))
    midnight = datetime.combine(STARTS_AT.date() + timedelta(days=3), time(), zone_named(department.time_zone))
    before, after = job.shifts.filter(state="staffed").order_by("starts_at")[:2]
    for shift, starts_at in ((before, midnight - timedelta(minutes=40)), (after, midnight + timedelta(minutes=5))):
        Shift.objects.filter(id=shift.id).update(starts_at=starts_at, ends_at=starts_at + timedelta(hours=4))
    monkeypatch.setattr("kernel.clock.now", lambda: midnight + timedelta(minutes=30))
    browser, _ = staff(department)
    with django_assert_max_num_queries(12):
        text = browser.get(address("dashboard")).content.decode()
    assert text.count("Not clocked in") == 24


def test_an_award_explains_itself_and_is_verified(department: Tenant) -> None:
    govern(department)
    starts_at = STARTS_AT + timedelta(days=5)
    terms = job_terms(shifts=(shift_terms(starts_at=starts_at, ranks={"constable": 1}),))
    job = fund(submit(make_requester(), terms=terms))
    shift = job.shifts.get()
    officers = [make_officer(department, family_name=name) for name in ("Alder", "Birch", "Cedar")]
    for officer in officers:
        place_bid(officer=officer, shift_id=shift.id, actor=actor_for(officer.person), at=NOW)
    [award] = award_shift(
        shift_id=shift.id, actor=actor_for(make_requester().person), at=starts_at - timedelta(hours=24)
    )
    browser, _ = staff(department)
    text = browser.get(address("award", award_id=award.id)).content.decode()
    for officer in officers:
        assert officer.display_name in text
    assert shift.draw_commitment in text
    assert award.snapshot["draw"]["seed"] in text
    assert "Verified" in browser.get(f"{address('award', award_id=award.id)}?verify=1").content.decode()
    inputs = browser.get(address("award_inputs", award_id=award.id)).json()
    assert len(inputs["ranking"]["entries"]) == 3
    award.snapshot["ranking"]["entries"].reverse()
    award.save(update_fields=["snapshot"])
    assert "Does not agree" in browser.get(f"{address('award', award_id=award.id)}?verify=1").content.decode()
    winner = Assignment.objects.get(award=award)
    assert winner.officer.display_name in browser.get(address("request", job_id=job.id)).content.decode()
