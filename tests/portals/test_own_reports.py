"""A client's and an officer's jobs by day, week and month: on the page, in files, and by mail exactly once a period."""

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from marketplace.job_reports import next_end, set_wishes
from marketplace.models import JobReportWish
from messaging.models import OutboundMessage
from portals.job_report_mail import scan_job_reports
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.clients import govern, make_requester
from tests.factories.outbox import drain
from tests.factories.people import actor_for
from tests.factories.venues import STARTS_AT
from tests.factories.work import ENDS_AT, Work, clock, staff

TORONTO = "America/Toronto"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]
LATER = ENDS_AT + timedelta(days=1)


@pytest.fixture(autouse=True)
def _a_day_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: LATER)


@pytest.fixture
def work(department: Tenant) -> Work:
    govern(department)
    work = staff(department, headcount=2)
    clock(work, "in", at=STARTS_AT + timedelta(minutes=12))
    clock(work, "out", at=ENDS_AT)
    drain(at=ENDS_AT)
    return work


def browser_of(person: Any) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


def address(name: str, query: str = "") -> str:
    return reverse(name, urlconf="config.urls_public") + query


def day(work: Work) -> str:
    return f"?kind=day&from={STARTS_AT.astimezone(ZoneInfo(TORONTO)).date().isoformat()}"


def test_a_client_sees_every_place_and_an_officer_their_own(work: Work) -> None:
    page = browser_of(work.requester.person).get(address("client:job_report", day(work))).content.decode()
    for words in (work.officer.display_name, "12 minutes late", "Not staffed", "How it went", "0 of 1"):
        assert words in page, words
    own = browser_of(work.officer.person).get(address("officer:job_report", day(work))).content.decode()
    assert "12 minutes late" in own
    assert "Not staffed" not in own
    empty = browser_of(work.officer.person).get(address("officer:job_report", "?kind=month&from=2025-01-01"))
    assert "No shift in this period" in empty.content.decode()


def test_the_files_hold_the_same(work: Work) -> None:
    browser = browser_of(work.requester.person)
    book = CalamineWorkbook.from_filelike(io.BytesIO(browser.get(address("client:job_report_xlsx", day(work))).content))
    rows = book.get_sheet_by_index(0).to_python()
    assert [row[7] for row in rows[-2:]] == ["Done", "Not staffed"]
    assert rows[-2][8] == 12
    assert browser.get(address("client:job_report_pdf", day(work))).content.startswith(b"%PDF")
    assert browser_of(work.officer.person).get(address("officer:job_report_pdf", day(work))).status_code == 200


def test_nobody_reads_anothers(work: Work, django_assert_max_num_queries: Any) -> None:
    stranger = make_requester(name="Somebody else")
    page = browser_of(stranger.person).get(address("client:job_report", day(work))).content.decode()
    assert work.officer.display_name not in page
    own = browser_of(work.requester.person)
    with django_assert_max_num_queries(12):
        assert own.get(address("client:job_report", "?kind=month&from=nonsense")).status_code == 200
    officer = browser_of(work.officer.person)
    with django_assert_max_num_queries(12):
        assert officer.get(address("officer:job_report", day(work))).status_code == 200


def wish(work: Work, *cadences: str, at: datetime = STARTS_AT - timedelta(days=1)) -> None:
    person = work.requester.person
    set_wishes(person_id=person.id, side="client", cadences=cadences, time_zone=TORONTO, actor=actor_for(person), at=at)


def mails() -> list[OutboundMessage]:
    with acting_as(purpose="worker"):
        return list(OutboundMessage.objects.filter(business_key__startswith="email:job-report").order_by("created_at"))


def test_by_mail_once_a_period_in_the_readers_zone(work: Work) -> None:
    wish(work, "day", "week")
    with acting_as(purpose="worker"):
        turns = sorted(JobReportWish.objects.values_list("cadence", "next_at"))
        start = turns[0][1]
        for hours in range(0, 24 * 9, 6):
            scan_job_reports(at=start + timedelta(hours=hours))
            scan_job_reports(at=start + timedelta(hours=hours))
    found = mails()
    # One for the day of the shift and one for its week; nothing for empty days.
    assert len(found) == 2
    assert {one.recipient for one in found} == {work.requester.person.email}
    assert {one.subject.split(":")[0] for one in found} == {"Your day", "Your week"}
    assert "Not staffed: 1" in found[0].text


def test_wishes_are_kept_from_the_page_and_taken_back(work: Work) -> None:
    browser = browser_of(work.officer.person)
    assert browser.post(address("officer:job_report_wishes"), {"cadences": ["week", "month"]}).status_code == 302
    with acting_as(purpose="worker"):
        first = dict(JobReportWish.objects.values_list("cadence", "next_at"))
    assert set(first) == {"week", "month"}
    browser.post(address("officer:job_report_wishes"), {"cadences": ["week", "day"]})
    with acting_as(purpose="worker"):
        second = dict(JobReportWish.objects.values_list("cadence", "next_at"))
    assert set(second) == {"week", "day"}
    assert second["week"] == first["week"]
    browser.post(address("officer:job_report_wishes"), {"cadences": ["hourly"]})
    with acting_as(purpose="worker"):
        assert JobReportWish.objects.count() == 2


@pytest.mark.parametrize(
    ("cadence", "after", "expected"),
    [
        ("day", "2026-03-07T23:00-05:00", "2026-03-08T07:00-04:00"),
        ("day", "2026-03-08T07:00-04:00", "2026-03-09T07:00-04:00"),
        ("week", "2026-03-08T12:00-04:00", "2026-03-09T07:00-04:00"),
        ("week", "2026-03-09T07:00-04:00", "2026-03-16T07:00-04:00"),
        ("month", "2026-10-31T23:59-04:00", "2026-11-01T07:00-05:00"),
        ("month", "2026-11-01T07:00-05:00", "2026-12-01T07:00-05:00"),
    ],
)
def test_the_morning_after_also_when_clocks_change(cadence: str, after: str, expected: str) -> None:
    found = next_end(cadence, after=datetime.fromisoformat(after), time_zone=TORONTO)
    assert found == datetime.fromisoformat(expected)


@given(
    cadence=st.sampled_from(["day", "week", "month"]),
    after=st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),
    zone=st.sampled_from([TORONTO, "America/Phoenix", "America/St_Johns", "UTC"]),
)
def test_turns_follow_each_other_and_are_mornings(cadence: str, after: datetime, zone: str) -> None:
    first = next_end(cadence, after=after, time_zone=zone)
    second = next_end(cadence, after=first, time_zone=zone)
    longest = {"day": 2, "week": 8, "month": 32}[cadence]
    assert after < first < second <= after + timedelta(days=2 * longest)
    assert first.astimezone(ZoneInfo(zone)).hour == 7
    assert isinstance(first.date(), date)
