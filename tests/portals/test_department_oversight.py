"""Oversight at the desk: the day, approvals, the dispatch sheet and its feed, exceptions, history, roles."""

import io
import json
from datetime import UTC, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from icalendar import Calendar
from python_calamine import CalamineWorkbook

from accounts.models import Membership
from departments.exception_queries import exceptions_of_officer
from departments.exceptions import request_exception
from departments.roster import list_members
from marketplace.models import DispatchEntry, DispatchFeed, Disposition, Officer
from messaging.models import OutboundMessage
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.clients import fund, govern, make_requester, submit
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.outbox import drain
from tests.factories.venues import NOW, STARTS_AT, job_terms, shift_terms
from tests.factories.work import ENDS_AT, FIVE_KILOMETRES_OFF, Work, clock, fix
from tests.factories.work import staff as staffed
from tests.portals.test_department_requests import address, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]
DURING = STARTS_AT + timedelta(minutes=20)
NEEDS_APPROVAL = {
    "id": "short-week", "window": "week", "buckets": ["extra_duty"], "limit_minutes": 60,
    "outcome": "needs_approval", "approval_role": "commander",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _during_the_shift(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: DURING)


@pytest.fixture
def work(department: Tenant) -> Work:
    govern(department)
    return staffed(department)


def text_of(browser: Browser, page: str, status: int = 200) -> str:
    answer = browser.get(page)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_console_says_who_is_late_on_site_and_near_a_limit(department: Tenant, work: Work) -> None:
    browser, _ = staff(department)
    page = text_of(browser, address("console"))
    assert "after the start · Call them" in page
    assert 'id="details"' in page
    clock(work, "in", at=DURING)
    live = text_of(browser, address("console_live"))
    assert "On site" in live
    assert "after the start" not in live
    assert "<html" not in live


def test_the_console_knows_no_other_departments_day(department: Tenant, other_department: Tenant, work: Work) -> None:
    govern(other_department, name="us")
    browser, _ = staff(other_department)
    assert work.officer.display_name not in text_of(browser, address("console"))
    assert work.officer.display_name not in text_of(browser, address("dispatch"))


def test_pages_of_oversight_need_few_queries(
    department: Tenant, work: Work, django_assert_max_num_queries: Any
) -> None:
    clock(work, "in", at=DURING, fixes=[fix(at=DURING, place=FIVE_KILOMETRES_OFF)], reason_given="Parking")
    browser, _ = staff(department)
    [member] = list_members(department_id=department.id)
    pages = [address(name) for name in ("console", "approvals", "dispatch", "irregularities", "history", "staff")]
    pages.append(address("member_hours", entry_id=member.entry_id))
    pages.append(address("member_hours", entry_id=member.entry_id) + "?view=bids")
    pages.append(address("irregularity", assignment_id=work.assignment.id, kind="punch"))
    for page in pages:
        with django_assert_max_num_queries(12):
            assert browser.get(page).status_code == 200, page


def test_a_full_day_on_the_console_needs_no_more_queries(
    department: Tenant, work: Work, django_assert_max_num_queries: Any
) -> None:
    for _ in range(4):
        staffed(department)
    browser, _ = staff(department)
    with django_assert_max_num_queries(12):
        page = text_of(browser, address("console"))
    assert page.count("after the start") >= 5


def test_an_officer_asks_a_commander_decides_and_the_bid_goes_through(department: Tenant) -> None:
    """The whole way, over the pages that people use."""
    govern(department, hour_limits=[NEEDS_APPROVAL])
    officer = make_officer(department)
    at = DURING
    job = fund(
        submit(make_requester(), terms=job_terms(shifts=(shift_terms(starts_at=at + timedelta(days=3)),)), at=at),
        at=at,
    )
    shift = job.shifts.get()
    phone = Browser()
    phone.force_login(officer.person)
    page = f"/officer/near-me/{shift.id}/"
    assert "Ask for approval" in text_of(phone, page)
    phone.post(f"{page}bid/")
    assert not shift.bids.exists()
    phone.post(f"{page}ask-approval/", {"reason": "I know the site."})
    assert "waits for the commander" in text_of(phone, page)
    assert "Ask for approval" not in text_of(phone, page)
    (asked,) = exceptions_of_officer(department_id=department.id, officer_id=officer.id)

    coordinator, _ = staff(department)
    assert "I know the site." in text_of(coordinator, address("approvals"))
    decide = address("decide_exception", exception_id=asked.exception_id)
    answer = {"decision": "approve", "reason": "Short of people.", "expires_at": ""}
    assert coordinator.post(decide, answer).status_code == 422
    commander, _ = staff(department, "commander")
    assert commander.post(decide, {**answer, "reason": " "}).status_code == 422
    assert commander.post(decide, answer).status_code == 302
    with acting_as(purpose="worker"):
        drain(at=at)
        told = OutboundMessage.objects.filter(recipient=officer.person.email, subject="Your exception is approved")
        assert told.count() == 1

    phone.post(f"{page}bid/")
    bid = shift.bids.get()
    assert bid.eligibility_snapshot["verdict"]["outcome"] == "warn"
    assert bid.eligibility_snapshot["waivers"][0]["rule_id"] == "short-week"


def test_a_page_older_than_the_decision_says_so(department: Tenant) -> None:
    """Two at the desk: what was taken back or decided meanwhile is told on top, not lost with its form."""
    govern(department)
    officer = make_officer(department)
    asked = request_exception(
        department_id=department.id, officer_id=officer.id, rule_id="daily-cap", outcome="needs_approval",
        approval_role="coordinator", sentence="More than the limit.", numbers={}, shift_id=None, starts_at=DURING,
        expires_at=DURING + timedelta(days=9), reason="One long day.", actor=SETTING_UP, at=DURING,
    )  # fmt: skip
    browser, _ = staff(department)
    early = browser.post(address("revoke_exception", exception_id=asked.exception_id), {"reason": "Too soon."})
    assert early.status_code == 422
    assert "This is not decided yet: it is requested." in early.content.decode()
    decide = address("decide_exception", exception_id=asked.exception_id)
    answer = {"decision": "refuse", "reason": "Not this week."}
    assert browser.post(decide, answer).status_code == 302
    late = browser.post(decide, answer)
    assert late.status_code == 422
    assert "it is refused. Reload the page." in late.content.decode()


def test_other_work_is_declared_approved_and_counts(department: Tenant, other_department: Tenant) -> None:
    govern(department, secondary_employment={"must_be_declared": True, "approval_role": "supervisor"})
    officer = make_officer(department)
    phone = Browser()
    phone.force_login(officer.person)
    declared = {"employer": "Mill Security", "kind_of_work": "Gate", "weekly_hours": "8", "from_date": "2026-03-01"}
    assert phone.post("/officer/other-work/declare/", {**declared, "weekly_hours": "200"}).status_code == 422
    assert phone.post("/officer/other-work/declare/", declared).status_code == 302
    supervisor, _ = staff(department, "supervisor")
    assert "Mill Security" in text_of(supervisor, address("approvals"))
    govern(other_department, name="us")
    stranger, _ = staff(other_department)
    assert "Mill Security" not in text_of(stranger, address("approvals"))
    payroll, _ = staff(department, "payroll")
    assert payroll.get(address("approvals")).status_code == 403

    from departments.declared_hours import employments_of

    (found,) = employments_of(department_id=department.id, officer_id=officer.id)
    hours = {
        "employment_id": str(found.employment_id), "starts_at": "2026-03-09T08:00", "ends_at": "2026-03-09T16:00"
    }  # fmt: skip
    assert phone.post("/officer/other-work/hours/", hours).status_code == 302
    page = text_of(phone, "/officer/other-work/")
    assert "Not approved for that day" in page
    decide = address("decide_employment", employment_id=found.employment_id)
    assert supervisor.post(decide, {"decision": "approve", "reason": "Fine."}).status_code == 302
    assert "Not approved for that day" not in text_of(phone, "/officer/other-work/")
    assert "Other employers" in text_of(phone, "/officer/hours-left/")


def test_the_dispatch_sheet_prints_call_signs_and_never_a_private_phone(department: Tenant, work: Work) -> None:
    from marketplace.officers import set_phone_verified
    from tests.factories.people import actor_for

    set_phone_verified(officer=work.officer, phone="+19055550777", actor=actor_for(work.officer.person), at=NOW)
    supervisor, _ = staff(department, "supervisor")
    entry = address("dispatch_entry", assignment_id=work.assignment.id)
    assert supervisor.post(entry, {"call_sign": "A" * 30, "vehicle": ""}).status_code == 422
    assert supervisor.post(entry, {"call_sign": "Adam 12", "vehicle": "Car 4"}).status_code == 302
    page = text_of(supervisor, f"{address('dispatch')}?on_date={STARTS_AT.date()}")
    assert "Adam 12" in page
    assert "Car 4" in page
    assert work.shift.job.meeting_point in page
    assert "5550777" not in page
    assert DispatchEntry.objects.get().department_id == department.id


def test_the_feed_is_read_with_its_secret_until_it_is_replaced(
    department: Tenant, other_department: Tenant, work: Work
) -> None:
    browser, _ = staff(department)
    shown = browser.post(address("make_feed")).content.decode()
    token = shown.split("/feeds/dispatch/")[1].split(".ics")[0]
    assert token not in str(list(DispatchFeed.objects.values()))
    assert token not in text_of(browser, address("dispatch"))
    machine = Browser(headers={"host": f"{department.slug}.localhost"})
    answer = machine.get(f"/feeds/dispatch/{token}.json")
    (line,) = json.loads(answer.content)["lines"]
    assert (line["officer"], line["reference"]) == (work.officer.display_name, work.shift.job.reference)
    events = Calendar.from_ical(machine.get(f"/feeds/dispatch/{token}.ics").content).walk("VEVENT")
    assert [event["DTSTART"].dt.astimezone(UTC) for event in events] == [work.shift.starts_at]
    elsewhere = Browser(headers={"host": f"{other_department.slug}.localhost"})
    assert elsewhere.get(f"/feeds/dispatch/{token}.json").status_code == 404
    assert machine.get("/feeds/dispatch/no-such-token.json").status_code == 404
    browser.post(address("make_feed"))
    assert machine.get(f"/feeds/dispatch/{token}.json").status_code == 404


def test_what_is_out_of_the_ordinary_takes_a_written_disposition(
    department: Tenant, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = DURING
    clock(work, "in", at=at, fixes=[fix(at=at, place=FIVE_KILOMETRES_OFF)], reason_given="Parking")
    clock(work, "out", at=ENDS_AT - timedelta(minutes=30))
    monkeypatch.setattr("kernel.clock.now", lambda: ENDS_AT + timedelta(hours=1))
    browser, person = staff(department)
    page = text_of(browser, address("irregularities"))
    for words in ("Late clock-in", "Left early", "Punch in doubt", "Began 20 minutes after the start."):
        assert words in page
    one = address("irregularity", assignment_id=work.assignment.id, kind="late")
    assert browser.post(one, {"text": ""}).status_code == 422
    assert browser.post(one, {"text": "The road was closed."}).status_code == 302
    assert Disposition.objects.get().written_by_person_id == person.id
    still_open = text_of(browser, f"{address('irregularities')}?only_open=on&kind=late")
    assert "Nothing out of the ordinary" in still_open
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(browser.get(address("irregularities_export")).content))
        .get_sheet_by_index(0)
        .to_python()
    )
    assert "The road was closed." in [row[11] for row in rows]
    auditor, _ = staff(department, "auditor")
    assert auditor.get(one).status_code == 200
    assert auditor.post(one, {"text": "No."}).status_code == 403
    assert browser.get(address("irregularity", assignment_id=work.assignment.id, kind="no_show")).status_code == 404


def test_history_finds_by_words_request_and_badge_in_its_own_rows_only(
    department: Tenant, other_department: Tenant, work: Work
) -> None:
    browser, _ = staff(department)
    [member] = list_members(department_id=department.id)
    everything = f"{address('history')}?from_date=2026-01-01"
    for query in (f"&reference={work.shift.job.reference}", f"&officer={member.badge_number}", "&action=bid"):
        assert "Bid: placed" in text_of(browser, everything + query), query
    assert "Nothing fits" in text_of(browser, f"{everything}&officer=nobody")
    assert "Nothing fits" in text_of(browser, f"{everything}&text=nosuchword")
    exported = b"".join(browser.get(f"{address('history_export')}?from_date=2026-01-01")).decode()  # type: ignore[arg-type]
    assert "bid.placed" in exported
    govern(other_department, name="us")
    stranger, _ = staff(other_department)
    assert "Bid: placed" not in text_of(stranger, f"{everything}&reference={work.shift.job.reference}")
    supervisor, _ = staff(department, "supervisor")
    assert supervisor.get(address("history")).status_code == 403


def test_roles_are_given_and_ended_by_others(department: Tenant, other_department: Tenant) -> None:
    govern(department)
    coordinator, own = staff(department)
    officer: Officer = make_officer(department)
    give = address("give_role")
    assert coordinator.post(give, {"email": own.email, "role": "payroll"}).status_code == 422
    assert coordinator.post(give, {"email": "nobody@example.org", "role": "payroll"}).status_code == 422
    assert coordinator.post(give, {"email": officer.person.email, "role": "commander"}).status_code == 302
    assert coordinator.post(give, {"email": officer.person.email, "role": "scheduler"}).status_code == 422
    _second, other = staff(department, "supervisor")
    assert coordinator.post(give, {"email": other.email, "role": "commander"}).status_code == 422
    live = Membership.objects.filter(tenant_id=department.id, ended_at=None)
    last = live.get(person=own, role="coordinator")
    coordinator.post(address("end_role", membership_id=last.id))
    last.refresh_from_db()
    assert last.ended_at is None
    named = live.get(person=officer.person)
    coordinator.post(address("end_role", membership_id=named.id))
    named.refresh_from_db()
    assert named.ended_at is None
    commander = Browser(headers={"host": f"{department.slug}.localhost"})
    commander.force_login(officer.person)
    commander.post(address("give_role"), {"email": other.email, "role": "coordinator"})
    commander.post(address("end_role", membership_id=last.id))
    last.refresh_from_db()
    assert last.ended_at == DURING
    assert coordinator.get(address("staff")).status_code in (403, 404)
    stranger, _ = staff(other_department)
    assert stranger.post(address("end_role", membership_id=named.id)).status_code == 404
