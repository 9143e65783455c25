"""Who is on site, as client, agency and department see it: the same standing, and to each only what it may know."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from kernel.identifiers import uuid7
from marketplace import empty_places
from marketplace.attendance_reasons import give_by_desk
from marketplace.breaks import start_break
from marketplace.irregularities import irregularities_of
from marketplace.models import Alert, Assignment, Officer, PresencePrompt
from marketplace.presence import confirm_presence
from marketplace.relieving import arrange_relief
from reports.own_jobs import chart_of, report_of_client
from reports.periodic.periods import period_of
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.day_of_work import LEVELS, minute, passing
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.people import actor_for
from tests.factories.venues import STARTS_AT
from tests.factories.work import ENDS_AT, FIVE_KILOMETRES_OFF, Work, clock, fix, item, take
from tests.factories.work import staff as staffed
from tests.portals.test_department_requests import address, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], datetime]:
    return passing(monkeypatch)


@pytest.fixture
def work(department: Tenant) -> Work:
    govern(department, service_levels=LEVELS)
    return staffed(department, headcount=2)


def client_page(work: Work, name: str = "job") -> str:
    browser = Browser()
    browser.force_login(work.requester.person)
    answer = browser.get(reverse(f"client:{name}", urlconf="config.urls_public", args=[work.shift.job_id]))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def confirm(work: Work, number: float, **more: Any) -> None:
    prompt = PresencePrompt.objects.latest("asked_at")
    at = minute(number)
    confirm_presence(
        officer=work.officer, prompt_id=prompt.id, punch_id=uuid7(), fixes=more.get("fixes", [fix(at=at)]),
        actor=actor_for(work.officer.person), at=at,
    )  # fmt: skip


def test_a_client_reads_the_day_in_words(work: Work, now: Any) -> None:
    now(-180)
    assert "On site now" not in client_page(work)
    now(-60)
    page = client_page(work)
    assert "1 × Expected" in page
    assert "1 of 2 places empty" in page
    now(7)
    assert "7 min after the start" in client_page(work)
    clock(work, "in", at=minute(8), fixes=[fix(at=minute(8), place=FIVE_KILOMETRES_OFF)])
    now(60)
    page = client_page(work, "on_site")
    assert "came 8 min late" in page
    # In Toronto.
    assert "last confirmed 11:08 AM" in page
    now(68)
    confirm(work, 70)
    now(71)
    assert "last confirmed 12:10 PM" in client_page(work)
    for secret in ("OFFSITE", "Off site", "km", str(work.officer.id), "risk"):
        assert secret not in client_page(work, "on_site")


def test_silence_is_the_desks_matter_and_the_client_reads_when_it_was_last_confirmed(
    department: Tenant, work: Work, now: Any
) -> None:
    clock(work, "in", at=minute(0))
    for number in (60, 75):
        now(number)
    page = client_page(work, "on_site")
    assert "1 × On site" in page
    assert "last confirmed 11:00 AM" in page
    assert "No answer" not in page
    desk, _ = staff(department)
    console = desk.get(address("console")).content.decode()
    assert "No answer" in console
    assert "was asked and has not answered" in console
    assert "last confirmed 11:00 AM" in console


def test_a_question_before_a_break_reads_as_lapsed_at_the_desk_alone(department: Tenant, work: Work, now: Any) -> None:
    clock(work, "in", at=minute(0))
    now(60)
    start_break(item=item(work, at=minute(62)))
    now(75)
    desk, _ = staff(department)
    console = desk.get(address("console")).content.decode()
    assert "a question lapsed because of a break" in console
    assert "was asked and has not answered" not in console
    assert "lapsed" not in client_page(work, "on_site")


def test_another_clients_job_is_not_there(work: Work, now: Any, department: Tenant) -> None:
    now(5)
    browser = Browser()
    browser.force_login(make_officer(department, family_name="Stranger").person)
    page = reverse("client:on_site", urlconf="config.urls_public", args=[work.shift.job_id])
    assert browser.get(page).status_code == 404
    assert Browser().get(page).status_code == 302


def test_the_console_lists_alerts_and_somebody_looks_after_one(department: Tenant, work: Work, now: Any) -> None:
    desk, person = staff(department, "supervisor")
    now(5)
    console = desk.get(address("console")).content.decode()
    assert "has not clocked in" in console
    alert = Alert.objects.get(kind="late")
    page = desk.get(address("alert", alert_id=alert.id)).content.decode()
    assert "Look for relief among the backups" in page
    assert "nobody is a no-show before" in page
    answer = desk.post(address("acknowledge_alert", alert_id=alert.id), {"back": "console"}, follow=True)
    assert "looks after it" in answer.content.decode()
    alert.refresh_from_db()
    assert alert.acknowledged_by_person_id == person.id
    auditor, _ = staff(department, "auditor")
    assert auditor.post(address("acknowledge_alert", alert_id=alert.id)).status_code == 403


def test_an_alert_leads_to_relief_and_from_its_minutes_on_to_a_no_show(
    department: Tenant, work: Work, now: Any
) -> None:
    desk, _ = staff(department)
    now(5)
    alert = Alert.objects.get(kind="late")
    early = desk.post(address("declare_no_show", alert_id=alert.id), {"reason": "Not reached."})
    assert early.status_code == 422
    assert "decide from 11:30 on" in early.content.decode()
    answer = desk.post(address("seek_relief", assignment_id=work.assignment.id), follow=True)
    assert "Nobody of the original list can be asked" in answer.content.decode()
    now(30)
    assert desk.post(address("declare_no_show", alert_id=alert.id), {"reason": "Not reached."}).status_code == 302
    assert Assignment.objects.get(id=work.assignment.id).state == "no_show"
    now(31)
    assert "1 × Nobody came" in client_page(work)


def test_a_place_filled_by_relief_is_one_place(department: Tenant, work: Work, now: Any) -> None:
    """Two are wanted, one was found: with a relief on the way, and after the handover, it is still one of two."""
    clock(work, "in", at=minute(0))
    now(60)
    second = relieved_by(make_officer(department, family_name="Relief"), work, at=minute(60))
    desk, _ = staff(department)

    def seen() -> tuple[str, str, str]:
        pages = (client_page(work, "on_site"), client_page(work))
        status = " ".join(desk.get(address("dashboard")).content.decode().split())
        for page in pages:
            assert "1 × On site" in page
            assert "1 of 2 places empty" in page
            assert not re.search("[0-9] × (Expected|Late|Relieved)", page)
        console = " ".join(desk.get(address("console")).content.decode().split())
        return console, status, " ".join(desk.get(address("shifts")).content.decode().split())

    for before in (61, 70):
        now(before)
        console, status, shifts = seen()
        assert "1 of 2" in console
        assert "1 place is empty" in console
        assert "1 of 2 officers" in status
        assert "2 of 2" not in shifts
        assert "Relief" in console
    clock(second, "in", at=minute(90))
    now(91)
    assert "2 of 2" not in "".join(seen())
    own = report_of_client(
        person=work.requester.person,
        period=period_of(kind="day", on_date=STARTS_AT.date()),
        zone="America/Toronto",
        at=minute(91),
    )
    assert own.counts == [("Not staffed", 1), ("On site", 1)]
    assert sorted(row.status for row in own.rows) == ["not_staffed", "on_site", "relieved"]
    assert chart_of(own).n == "2 places on 1 shifts"


def relieved_by(officer: Officer, work: Work, *, at: datetime) -> Work:
    relief = arrange_relief(
        assignment_id=work.assignment.id, department_id=work.shift.governing_department_id, officer_id=officer.id,
        reason="Called to court.", actor=SETTING_UP, at=at,
    )  # fmt: skip
    return Work(work.requester, officer, work.shift, relief.incoming)


def test_boards_need_few_queries_however_many_are_there(
    department: Tenant, work: Work, now: Any, django_assert_max_num_queries: Any
) -> None:
    take(make_officer(department, family_name="Birch"), work.shift)
    clock(work, "in", at=minute(0))
    now(60)
    now(75)
    desk, _ = staff(department)
    browser = Browser()
    browser.force_login(work.requester.person)
    own = {name: reverse(f"client:{name}", urlconf="config.urls_public", args=[work.shift.job_id])
           for name in ("job", "on_site")}  # fmt: skip
    alert = Alert.objects.filter(kind="unconfirmed").get()
    for visitor, page in (
        (browser, own["job"]), (browser, own["on_site"]), (desk, address("console_live")),
        (desk, address("alert", alert_id=alert.id)),
    ):  # fmt: skip
        with django_assert_max_num_queries(12):
            assert visitor.get(page).status_code == 200


def test_an_empty_place_leads_the_desk_to_somebody_whom_it_sends(
    department: Tenant, work: Work, now: Any, django_assert_max_num_queries: Any
) -> None:
    desk, _ = staff(department)
    clock(work, "in", at=minute(0))
    now(10)
    with acting_as(purpose="worker"):
        empty_places.scan_empty_places(at=minute(10))
    alert = Alert.objects.get(kind="empty_place")
    console = desk.get(address("console")).content.decode()
    assert "A place is empty, and the shift has begun" in console
    with django_assert_max_num_queries(12):
        page = desk.get(address("alert", alert_id=alert.id)).content.decode()
    assert "1 of 2 places empty" in page
    assert address("staffing", shift_id=work.shift.id) in page
    assert desk.post(address("declare_no_show", alert_id=alert.id), {"reason": "?"}).status_code == 404
    officer = make_officer(department, family_name="Nearby")
    staffing = desk.get(address("staffing", shift_id=work.shift.id)).content.decode()
    assert "The shift has begun" in staffing
    asked = {"rank_code": "constable", "officer_id": str(officer.id), "reason": "Was nearby."}
    answer = desk.post(address("award_by_hand", shift_id=work.shift.id), asked, follow=True)
    assert "The place is" in answer.content.decode()
    assert "This is over" in desk.get(address("alert", alert_id=alert.id)).content.decode()
    refused = desk.post(address("award_by_hand", shift_id=work.shift.id), {**asked, "reason": "Again."})
    assert refused.status_code == 422
    assert "Every place of that rank is held" in refused.content.decode()
    assert "Again." in refused.content.decode()


def test_a_reason_stands_beside_the_exception(department: Tenant, work: Work, now: Any) -> None:
    clock(work, "in", at=minute(20))
    clock(work, "out", at=ENDS_AT)
    now(245)
    desk = {"department_id": department.id, "assignment_id": work.assignment.id}
    give_by_desk(kind="late", code="traffic", actor=SETTING_UP, at=ENDS_AT, **desk)
    give_by_desk(kind="late", code="court", actor=SETTING_UP, at=ENDS_AT, **desk)
    [late] = [one for one in irregularities_of(**desk) if one.kind == "late"]
    assert late.reason == "Court"


def test_a_client_does_not_read_who_was_only_offered_a_place(department: Tenant, work: Work, now: Any) -> None:
    asked = make_officer(department, given_name="Vera", family_name="Asked")
    offered = take(asked, work.shift)
    now(-60)
    assert "Vera Asked" in client_page(work)
    Assignment.objects.filter(id=offered.id).update(state="offered")
    period = period_of(kind="day", on_date=STARTS_AT.date())
    reported = report_of_client(person=work.requester.person, period=period, zone="America/Toronto", at=minute(-60))
    read = (client_page(work), client_page(work, "on_site"), [row.officer_name for row in reported.rows])
    for said in read:
        assert work.officer.display_name in said
        assert "Vera" not in str(said)
    # Its place is held all the same.
    assert "1 × Offered" in read[1]
    assert sorted(row.status for row in reported.rows) == ["expected", "offered"]
