"""Hours to payroll at the desk and by the API: a format, its preview, a batch, the file; by role."""

from typing import Any

import pytest
from django.test import Client as Browser
from pytest_django import DjangoAssertNumQueries

from departments.exports.batches import list_batches
from departments.exports.formats import list_formats, save_format
from departments.exports.layouts import standard_layout
from tenants.models import Tenant
from tests.factories.departments import SETTING_UP, make_officer, publish_example
from tests.factories.hours import finished
from tests.factories.venues import NOW, STARTS_AT
from tests.portals.test_department_requests import address, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]
API = "/api/v1/desk/timesheet-exports"


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch, department: Tenant) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: NOW)
    publish_example(department)
    finished(department, make_officer(department, home=None, family_name="=Ashdown"), starts_at=STARTS_AT)


def typed(**changes: Any) -> dict[str, Any]:
    """What the editor sends: four columns, the second moved to the front, and one pay code."""
    columns = [("badge_number", "Badge"), ("worked_minutes", "Hours"), ("fixed", "Company"), ("family_name", "Name")]
    data: dict[str, Any] = {
        "name": "Kestrel payroll", "rows": "timesheets", "file_kind": "csv", "delimiter": ";", "has_header": "on",
        "date_format": "%d/%m/%Y", "time_format": "%H:%M", "decimal_mark": ",", "rounding_minutes": "15",
        "column-TOTAL_FORMS": "5", "column-INITIAL_FORMS": "0", "code-TOTAL_FORMS": "1", "code-INITIAL_FORMS": "0",
        "code-0-rank_code": "constable", "code-0-pay_code": "", "code-0-code": "XD10",
    }  # fmt: skip
    for place, (source, heading) in enumerate(columns):
        data |= {f"column-{place}-source": source, f"column-{place}-heading": heading, f"column-{place}-text": "77"}
        data[f"column-{place}-ORDER"] = str(0 if place == 1 else place + 1)
    return data | changes


def test_a_format_is_described_previewed_and_kept(department: Tenant) -> None:
    browser, _ = staff(department, "payroll")
    page = address("new_export_format")
    assert browser.get(page).status_code == 200
    looked = browser.post(page, typed(action="preview"))
    assert looked.status_code == 200
    assert "4,00" in looked.content.decode()
    assert list_formats(department_id=department.id) == []
    assert browser.post(page, typed()).status_code == 302
    [kept] = list_formats(department_id=department.id)
    assert [column.heading for column in kept.layout.columns] == ["Hours", "Badge", "Company", "Name"]
    assert kept.layout.department_code(rank_code="constable", pay_code="any") == "XD10"
    refused = browser.post(page, typed(**{"column-0-source": "pay_cents", "name": "Another"}))
    assert refused.status_code == 422
    assert "payroll lines only" in refused.content.decode()
    assert 'value="Another"' in refused.content.decode()
    again = browser.get(address("export_format", format_id=kept.format_id))
    assert "Kestrel payroll" in again.content.decode()


def test_a_batch_is_seen_made_and_downloaded_twice_alike(
    department: Tenant, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    browser, person = staff(department)
    browser.post(address("new_export_format"), typed())
    page = address("new_export_batch")
    [chosen] = list_formats(department_id=department.id)
    with django_assert_max_num_queries(12):
        seen = browser.get(page, {"format": chosen.format_id, "until": "2026-04-01"})
    preview = seen.context["preview"]
    assert (preview.row_count, list_batches(department_id=department.id)[1]) == (1, 0)
    data = {
        "format": str(preview.format.format_id),
        "until": "2026-04-01",
        "request_id": str(seen.context["request_id"]),
        "expected_rows": "1",
    }
    assert browser.post(page, {**data, "expected_rows": "7"}).status_code == 422
    assert browser.post(page, data)["Location"].endswith("/exports/1/")
    assert browser.post(page, data)["Location"].endswith("/exports/1/"), "the second tap makes no second batch"
    [batch], _ = list_batches(department_id=department.id)
    assert batch.created_by_person_id == person.id
    for name in ("exports", "export_batch", "export_format"):
        parameters = {"export_batch": {"number": 1}, "export_format": {"format_id": batch.format_id}}.get(name, {})
        with django_assert_max_num_queries(12):
            assert browser.get(address(name, **parameters)).status_code == 200, name
    first, second = (browser.get(address("export_batch_file", number=1)) for _ in range(2))
    assert first.content == second.content
    assert first.content.decode().splitlines()[1].startswith("4,00;")
    assert first.content.decode().splitlines()[1].endswith(";77;'=Ashdown")
    assert browser.get(page, {"format": data["format"], "until": "2026-04-01"}).context["preview"].row_count == 0


@pytest.mark.parametrize(("role", "reads"), [("auditor", True), ("commander", True), ("supervisor", False)])
def test_others_read_or_are_refused(department: Tenant, role: str, reads: bool) -> None:
    browser, _ = staff(department, role)
    assert browser.get(address("exports")).status_code == (200 if reads else 403)
    assert browser.get(API).status_code == (200 if reads else 403)
    assert browser.post(address("new_export_format"), typed()).status_code == 403
    assert list_formats(department_id=department.id) == []


def test_a_program_pulls_rows_by_cursor_and_makes_batches_once(department: Tenant) -> None:
    browser, _ = staff(department, "payroll")
    format = save_format(department_id=department.id, name="Program", rows="timesheets",
                         layout=standard_layout("timesheets").to_json(), actor=SETTING_UP, at=NOW)  # fmt: skip
    asked = {"format_id": str(format.format_id), "until_date": "2026-04-01",
             "request_id": "0199f0c4-0000-7000-8000-00000000abcd"}  # fmt: skip
    assert pull(browser, 0) == ([], 0, False)
    for _again in range(2):
        made = browser.post(f"{API}/batches", asked, content_type="application/json")
        assert (made.status_code, made.json()["number"]) == (201, 1)
    for day in (1, 2):
        finished(department, make_officer(department, home=None), starts_at=STARTS_AT.replace(day=day + 10))
        browser.post(f"{API}/batches", {**asked, "request_id": f"0199f0c4-0000-7000-8000-00000000000{day}"},
                     content_type="application/json")  # fmt: skip
    rows, cursor, more = pull(browser, 0)
    assert ([row["sequence"] for row in rows], cursor, more) == ([1, 2], 2, True)
    assert rows[0]["values"]["worked_minutes"] == 240
    rest, cursor, more = pull(browser, cursor)
    assert ([row["batch_number"] for row in rest], cursor, more) == ([3], 3, False)
    assert pull(browser, cursor) == ([], 3, False)
    assert browser.get(f"{API}/batches").json()[0]["number"] == 3
    assert browser.get(f"{API}/batches/9").status_code == 404
    assert browser.get(f"{API}/batches/1/file").content.startswith(b"Badge number,")
    assert browser.get(f"{API}?cursor=x").status_code == 400
    nothing = browser.post(f"{API}/batches", {**asked, "request_id": "0199f0c4-0000-7000-8000-0000000000ff"},
                           content_type="application/json")  # fmt: skip
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_to_export")


def pull(browser: Browser, cursor: int) -> tuple[list[dict[str, Any]], int, bool]:
    answer = browser.get(API, {"cursor": cursor, "limit": 2}).json()
    return answer["rows"], answer["next_cursor"], answer["has_more"]
