"""The workspace's pages, on a department's and on an agency's host, by role."""

import csv
import io
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from python_calamine import CalamineWorkbook

from billing.models import WorkspaceMonth, WorkspaceRow
from billing.workspace import books, keeping
from marketplace.models import Job
from tenants.context import acting_as
from tenants.models import Tenant
from tests.portals.test_department_requests import staff
from tests.workspace.conftest import AFTER, MARCH, Work, rebuilt
from tests.workspace.test_rows import bill_for_agency

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: AFTER)


def address(tenant: Tenant, name: str = "reconciliation", **places: Any) -> str:
    return reverse(f"{tenant.kind}:{name}", urlconf=f"config.urls_{tenant.kind}", kwargs=places or None)


@pytest.fixture
def rows(work: Work, department: Tenant) -> list[WorkspaceRow]:
    """One that differs, then two that match."""
    for days in range(3):
        work(days=days, gps=240 if days else 100)
    return rebuilt(department)


def test_a_month_is_read_filtered_and_accepted(
    rows: list[WorkspaceRow], department: Tenant, django_assert_max_num_queries: Any
) -> None:
    browser, _ = staff(department, "payroll")
    month = address(department, "reconciliation_rows", month="2026-03")
    with django_assert_max_num_queries(12):
        text = browser.get(month).content.decode()
    assert "Approved 4 h 00, GPS shows 1 h 40: 2 h 20 apart." in text
    assert text.count("data-row") == 3
    assert text.count('data-key="a"') == 2
    with django_assert_max_num_queries(12):
        filtered = browser.get(f"{month}?state=differs&officer=alder&from_date=2026-03-01").content.decode()
    assert filtered.count("data-row") == 1
    assert browser.get(f"{month}?from_date=31.2.2026").status_code == 422
    assert browser.get(f"{month}?after=nonsense&before=%00").status_code == 200
    answer = browser.post(
        address(department, "reconciliation_accept", row_id=rows[1].id), headers={"HX-Request": "true"}
    )
    assert answer.content.decode().count("data-row") == 1
    assert "Accepted by Dana Whitlock" in answer.content.decode()
    told = browser.post(
        f"{address(department, 'reconciliation_accept_all', month='2026-03')}?state=matched",
        {"next": f"{month}?state=matched"}, follow=True,
    )  # fmt: skip
    assert told.redirect_chain[0][0] == f"{month}?state=matched"
    assert "1 matches are accepted." in told.content.decode()
    elsewhere = browser.post(
        address(department, "reconciliation_take_back", row_id=rows[1].id), {"next": "https://evil.example/"}
    )
    assert elsewhere.url == address(department, "reconciliation_row", row_id=rows[1].id)


def test_a_difference_is_explained_split_and_noted_by_forms(
    rows: list[WorkspaceRow], department: Tenant, django_assert_max_num_queries: Any
) -> None:
    browser, _ = staff(department)
    page = address(department, "reconciliation_row", row_id=rows[0].id)
    with django_assert_max_num_queries(12):
        assert "The parts add up to 140 min and" in browser.get(page).content.decode()
    empty = browser.post(address(department, "reconciliation_explain", row_id=rows[0].id), {"verdict": "explain"})
    assert empty.status_code == 422
    split = {"minutes_1": "100", "note_1": "flat phone", "minutes_2": "39", "note_2": "briefing"}
    refused = browser.post(address(department, "reconciliation_split", row_id=rows[0].id), split)
    assert refused.status_code == 422
    assert "The parts leave 1 min and CA$0.00" in refused.content.decode()
    assert 'value="briefing"' in refused.content.decode()
    browser.post(address(department, "reconciliation_split", row_id=rows[0].id), {**split, "minutes_2": "40"})
    browser.post(address(department, "reconciliation_note", row_id=rows[0].id), {"text": "Seen with the sergeant."})
    text = browser.get(page).content.decode()
    assert "briefing" in text
    assert "Seen with the sergeant." in text
    browser.post(
        address(department, "reconciliation_explain", row_id=rows[0].id), {"verdict": "dispute", "note": "Not there."}
    )
    with acting_as(purpose="worker"):
        assert WorkspaceRow.objects.get(id=rows[0].id).state == "disputed"


def test_a_month_is_closed_and_reopened_by_those_who_may(
    rows: list[WorkspaceRow], department: Tenant, django_assert_max_num_queries: Any
) -> None:
    payroll, _ = staff(department, "payroll")
    commander, _ = staff(department, "commander")
    page = address(department, "reconciliation_close", month="2026-03")
    with django_assert_max_num_queries(12):
        text = payroll.get(page).content.decode()
    assert "Matched, not accepted yet" in text
    seen = text.split('name="seen_sha256" value="')[1][:64]
    assert commander.post(page, {"seen_sha256": seen}).status_code == 403
    refused = payroll.post(page, {"seen_sha256": seen})
    assert refused.status_code == 422
    assert "3 of 3 rows are outstanding." in refused.content.decode()
    payroll.post(page, {"seen_sha256": seen, "with_open": "on", "reason": "Payday."})
    text = payroll.get(page).content.decode()
    assert "They still have the hash of the closing." in text
    second = payroll.post(page, {"seen_sha256": seen, "with_open": "on", "reason": "Payday."})
    assert "Dana Whitlock closed March 2026 on 3 April 2026 at 08:00 with 3 rows." in second.content.decode()
    month = payroll.get(address(department, "reconciliation_rows", month="2026-03")).content.decode()
    assert 'data-key="a"' not in month
    reopening = address(department, "reconciliation_reopen", month="2026-03")
    assert payroll.post(reopening, {"reason": "x"}).status_code == 403
    commander.post(reopening, {"reason": "A payout failed."})
    with acting_as(purpose="worker"):
        assert WorkspaceMonth.objects.get(first_date=MARCH).state == "open"


def test_auditors_read_and_supervisors_do_not(rows: list[WorkspaceRow], department: Tenant) -> None:
    auditor, _ = staff(department, "auditor")
    supervisor, _ = staff(department, "supervisor")
    month = address(department, "reconciliation_rows", month="2026-03")
    text = auditor.get(month).content.decode()
    assert "Robin Alderly" in text
    assert 'data-key="a"' not in text
    assert auditor.post(address(department, "reconciliation_accept", row_id=rows[1].id)).status_code == 403
    assert supervisor.get(month).status_code == 403
    assert address(department) not in supervisor.get("/desk/today/").content.decode()


def test_files_hold_what_the_list_shows_and_no_formula(rows: list[WorkspaceRow], department: Tenant) -> None:
    WorkspaceRow.objects.filter(id=rows[0].id).update(client_name="=1+1")
    browser, _ = staff(department, "auditor")
    written = browser.get(address(department, "reconciliation_csv", month="2026-03") + "?state=differs")
    lines = list(csv.DictReader(io.StringIO(b"".join(written.streaming_content).decode("utf-8-sig"))))
    assert [(one["Client"], one["Invoice line"], one["Difference minutes"]) for one in lines] == [
        ("'=1+1", "439.00", "140")
    ]
    book = browser.get(address(department, "reconciliation_xlsx", month="2026-03")).content
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert len(sheet) == 4
    assert sheet[1][3] == "=1+1"
    assert sheet[1][18] == 439


def test_an_agencys_bookkeeper_sees_the_agencys_rows_alone(
    work: Work, department: Tenant, agency: Tenant, django_assert_max_num_queries: Any
) -> None:
    keeping.refresh_shifts(shift_ids=[bill_for_agency(work(), agency).shift_id], at=AFTER)
    work(days=1)
    rebuilt(department)
    bookkeeper, _ = staff(agency, "bookkeeper")
    scheduler, _ = staff(agency, "scheduler")
    month = address(agency, "reconciliation_rows", month="2026-03")
    with django_assert_max_num_queries(12):
        text = bookkeeper.get(month).content.decode()
    assert text.count("data-row") == 1
    assert "CA$459.01 of CA$459.01 are not paid out yet." in text
    assert scheduler.get(month).status_code == 403
    with acting_as(purpose="worker"):
        theirs = WorkspaceRow.objects.filter(tenant_id=department.id).first()
    assert theirs is not None
    assert bookkeeper.get(address(agency, "reconciliation_row", row_id=theirs.id)).status_code == 404
    assert bookkeeper.post(address(agency, "reconciliation_accept", row_id=theirs.id)).status_code == 404


def test_months_and_tolerances(
    rows: list[WorkspaceRow], department: Tenant, django_assert_max_num_queries: Any
) -> None:
    browser, _ = staff(department, "payroll")
    with django_assert_max_num_queries(12):
        text = browser.get(address(department)).content.decode()
    assert "March 2026" in text
    assert (
        browser.post(address(department, "reconciliation_tolerances"), {"minutes": "200", "cents": "0"}).status_code
        == 422
    )
    browser.post(address(department, "reconciliation_tolerances"), {"minutes": "7", "cents": "0.05"})
    with acting_as(purpose="worker"):
        assert books.tolerances_of(department.id) == books.Tolerances(7, 5)
    answer = browser.post(address(department, "reconciliation_refresh", month="2026-04"), follow=True)
    assert "Every row is up to date." in answer.content.decode()
    assert Browser(SERVER_NAME=f"{department.slug}.localhost").get(address(department)).status_code == 302
    for wrong in ("2026-13", "march", "1200-01"):
        assert browser.get(address(department, "reconciliation_rows", month=wrong)).status_code == 404
    assert Job.objects.count() == 3
