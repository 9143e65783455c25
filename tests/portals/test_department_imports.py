"""Imports, duty conflicts and overlaps at the desk."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from departments.importing import runs
from departments.importing.roster_import import on_roster_import_started
from departments.member_depth import member_depth
from departments.roster import list_members
from kernel.identifiers import uuid7
from kernel.models import OutboxEvent
from kernel.subscriptions import Event
from marketplace.duty_importing import on_duty_import_started
from marketplace.models import Assignment, DutyConflict
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import make_member
from tests.factories.venues import NOW, STARTS_AT
from tests.factories.work import ENDS_AT, clock
from tests.factories.work import staff as staffed
from tests.portals.test_department_requests import address, staff

pytestmark = pytest.mark.django_db
ROSTER = "Badge,First name,Last name,Email,Rank,Hire date\n10,Wren,Alderly,wren@police.example,constable,2020-05-01\n"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: NOW)


def a_file(text: str, name: str = "roster.csv") -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, text.encode())}


def deliver(name: str, handler: Any) -> None:
    stored = OutboxEvent.objects.filter(name=name).latest("id")
    with acting_as(purpose="worker"):
        handler(event=Event(uuid7(), stored.name, stored.tenant_id, stored.payload, NOW), at=NOW)


def test_a_roster_is_previewed_and_then_imported(
    department: Tenant, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    govern(department)
    make_member(department, family_name="Cedar")
    browser, _ = staff(department)
    answer = browser.post(address("roster_imports"), a_file(ROSTER))
    assert answer.status_code == 302, answer.content.decode()[:1000]
    with django_assert_max_num_queries(12):
        text = browser.get(answer.url).content.decode()
    assert "Wren Alderly" in text
    assert "Take the one member who is not in the file off the roster" in text
    run_id = answer.url.rstrip("/").split("/")[-1]
    browser.post(address("import_apply", run_id=run_id))
    assert browser.get(address("import_progress", run_id=run_id)).status_code == 200
    deliver(runs.ROSTER_IMPORT_STARTED, on_roster_import_started)
    done = browser.get(address("import_progress", run_id=run_id))
    assert (done.status_code, "1 added" in done.content.decode()) == (286, True)
    assert len(list_members(department_id=department.id)) == 2
    with django_assert_max_num_queries(12):
        assert "roster.csv" in browser.get(address("roster_imports")).content.decode()


def test_unknown_columns_are_asked_for_and_mistakes_can_be_downloaded(department: Tenant) -> None:
    govern(department)
    browser, _ = staff(department)
    answer = browser.post(address("roster_imports"), a_file(ROSTER.replace("Badge", "=Kennung").replace("10,", "=10,")))
    page = browser.get(answer.url).content.decode()
    assert "=Kennung" in page
    run_id = answer.url.rstrip("/").split("/")[-1]
    columns = ("badge_number", "given_name", "family_name", "work_email", "rank_code", "seniority_date")
    chosen = {name: str(index) for index, name in enumerate(columns)}
    assert browser.post(address("import_columns", run_id=run_id), {**chosen, "badge_number": ""}).status_code == 422
    assert browser.post(address("import_columns", run_id=run_id), chosen).status_code == 302
    assert "looks like a formula" in browser.get(answer.url).content.decode()
    told = browser.get(address("import_mistakes", run_id=run_id)).content.decode()
    assert "2,'=Kennung" in told
    browser.post(address("import_apply", run_id=run_id))
    assert list_members(department_id=department.id) == []
    template = browser.get(address("import_template", template="roster")).content.decode("utf-8-sig")
    assert template.startswith("Badge number,Employee number")


def test_files_are_refused_with_their_reason_and_readers_upload_nothing(
    department: Tenant, other_department: Tenant
) -> None:
    govern(department)
    browser, _ = staff(department)
    for text in ("", "Badge\n", "BEGIN:VCALENDAR\nEND:VCALENDAR"):
        assert browser.post(address("duty_imports"), a_file(text)).status_code == 422
    answer = browser.post(address("roster_imports"), a_file(ROSTER))
    auditor, _ = staff(department, "auditor")
    assert auditor.post(address("roster_imports"), a_file(ROSTER)).status_code == 403
    stranger, _ = staff(other_department)
    run_id = answer.url.rstrip("/").split("/")[-1]
    assert stranger.get(address("import_run", run_id=run_id)).status_code == 404


def test_imported_duty_opens_a_conflict_that_the_home_desk_decides(
    department: Tenant, django_assert_max_num_queries: Any
) -> None:
    govern(department)
    work = staffed(department)
    [entry] = list_members(department_id=department.id)
    browser, _ = staff(department)
    text = f"Badge,Kind,Start,End\n{entry.badge_number},court,{STARTS_AT.isoformat()},{ENDS_AT.isoformat()}\n"
    answer = browser.post(address("duty_imports"), a_file(text))
    run_id = answer.url.rstrip("/").split("/")[-1]
    browser.post(address("import_apply", run_id=run_id))
    deliver(runs.DUTY_IMPORT_STARTED, on_duty_import_started)
    assert "One detail is in conflict" in browser.get(answer.url).content.decode()
    with django_assert_max_num_queries(12):
        page = browser.get(address("duty_conflicts")).content.decode()
    assert "Court" in page
    conflict = DutyConflict.objects.get()
    browser.post(address("decide_conflict", conflict_id=conflict.id), {"decision": "release", "reason": ""})
    assert DutyConflict.objects.get().state == "open"
    browser.post(address("decide_conflict", conflict_id=conflict.id), {"decision": "release", "reason": "Subpoena."})
    assert Assignment.objects.get(id=work.assignment.id).state == "relieved"
    assert "Subpoena." in browser.get(f"{address('duty_conflicts')}?show=closed").content.decode()


def test_another_governing_desk_reads_only_that_somebody_is_not_available(
    department: Tenant, other_department: Tenant
) -> None:
    govern(department)
    work = staffed(department)
    DutyConflict.objects.create(
        assignment=work.assignment, officer=work.officer, home_department_id=other_department.id,
        governing_department_id=department.id, kind="court", duty_period_id=uuid7(), duty_starts_at=STARTS_AT,
        duty_ends_at=ENDS_AT, opened_at=NOW,
    )  # fmt: skip
    browser, _ = staff(department)
    page = browser.get(address("duty_conflicts")).content.decode()
    assert "Not available" in page
    assert "Court," not in page
    conflict = DutyConflict.objects.get()
    browser.post(address("decide_conflict", conflict_id=conflict.id), {"decision": "keep", "reason": "x"})
    assert DutyConflict.objects.get().state == "open"


def test_overlaps_are_shown_decided_and_exported(department: Tenant, django_assert_max_num_queries: Any) -> None:
    govern(department)
    work = staffed(department)
    clock(work, "in", at=STARTS_AT)
    clock(work, "out", at=ENDS_AT)
    [entry] = list_members(department_id=department.id)
    browser, _ = staff(department)
    text = f"Badge,Kind,Start,End\n{entry.badge_number},overtime,{STARTS_AT.isoformat()},{ENDS_AT.isoformat()}\n"
    answer = browser.post(address("duty_imports"), a_file(text))
    browser.post(address("import_apply", run_id=answer.url.rstrip("/").split("/")[-1]))
    deliver(runs.DUTY_IMPORT_STARTED, on_duty_import_started)
    day = (STARTS_AT + timedelta(days=1)).date()
    page = f"{address('overlaps')}?until={day}"
    with django_assert_max_num_queries(12):
        assert "Overtime" in browser.get(page).content.decode()
    decision = {"outcome": "recovered", "reason": "Paid back.", "overlap_minutes": "240"}
    browser.post(address("decide_overlap", assignment_id=work.assignment.id), decision)
    assert "Paid back." in browser.get(page).content.decode()
    assert browser.get(f"{address('overlaps_export')}?until={day}").content[:2] == b"PK"
    assert browser.get(f"{address('overlaps')}?since=2020-01-01&until=2026-01-01").status_code == 422
    stranger = address("decide_overlap", assignment_id=uuid7())
    assert browser.post(stranger, decision).status_code == 404
    supervisor, _ = staff(department, "supervisor")
    assert supervisor.get(address("overlaps")).status_code == 403


def test_a_members_statuses_credentials_and_place_are_kept(
    department: Tenant, django_assert_max_num_queries: Any
) -> None:
    govern(department)
    entry, leader = make_member(department), make_member(department, family_name="Lindley")
    browser, _ = staff(department)
    key = {"entry_id": entry.entry_id}
    refused = browser.post(
        address("add_status", **key), {"status": "sick", "from_date": "2026-04-02", "until_date": "2026-04-01"}
    )
    assert refused.status_code == 422
    browser.post(address("add_status", **key), {"status": "sick", "from_date": "2026-04-01", "note": "Flu."})
    browser.post(address("set_credential", **key), {"code": "cpr", "expires_date": "2026-01-01"})
    assert browser.post(address("set_place", **key), {"unit": "Marine", "supervisor": "none"}).status_code == 422
    browser.post(address("set_place", **key), {"unit": "Marine", "supervisor": leader.badge_number})
    with django_assert_max_num_queries(12):
        page = browser.get(address("member", **key)).content.decode()
    for told in ("Off sick", "Flu.", "Expired", "Marine", "Lindley"):
        assert told in page
    depth = member_depth(department_id=department.id, entry_id=entry.entry_id)
    period, credential = depth.statuses[0], depth.credentials[0]
    browser.post(address("end_status", period_id=period.period_id, **key), {"until_date": "2026-04-08"})
    browser.post(address("drop_credential", credential_id=credential.credential_id, **key))
    depth = member_depth(department_id=department.id, entry_id=entry.entry_id)
    assert (depth.statuses[0].until_date, depth.credentials) == (date(2026, 4, 8), ())
    gone = address("end_status", period_id=uuid7(), **key)
    assert browser.post(gone, {"until_date": "2026-04-08"}).status_code == 404
