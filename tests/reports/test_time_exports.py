"""Batches for payroll: final hours of the department's own, numbered, sent once, corrected by further rows only."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from departments.exports import batches
from departments.exports.formats import FormatDescription, export_format, retire_format, save_format
from departments.exports.layouts import standard_layout
from departments.exports.refusals import (
    FormatNameTaken,
    FormatNotFound,
    NothingToExport,
    PreviewChanged,
    RequestOfAnotherBatch,
    SentMeanwhile,
    UnmappedPayCodes,
)
from departments.models import ExportBatch, ExportRow
from departments.roster import remove_member
from kernel.models import AuditEvent
from marketplace.models import Officer, Timesheet
from reports.time_exports.making import make_batch, preview, waiting
from tenants.context import tenant_context
from tenants.models import Tenant
from tests.factories.departments import SETTING_UP, join, make_member, make_officer, publish_example
from tests.factories.hours import finished, on_payroll
from tests.factories.venues import NOW, STARTS_AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]
UNTIL = date(2026, 4, 1)


@pytest.fixture
def officer(department: Tenant) -> Officer:
    publish_example(department)
    return make_officer(department, home=None)


def make_format(department: Tenant, *, rows: str = "timesheets", **layout: Any) -> FormatDescription:
    return save_format(
        department_id=department.id, name=f"To payroll {uuid4().hex[:6]}", rows=rows,
        layout={**standard_layout(rows).to_json(), **layout}, actor=SETTING_UP, at=NOW,
    )  # fmt: skip


def make(department: Tenant, format: FormatDescription, **more: Any) -> batches.BatchDescription:
    wanted = {"until_date": UNTIL, "request_id": uuid4(), **more}
    return make_batch(department=department, format_id=format.format_id, actor=SETTING_UP, at=NOW, **wanted)


def rows_of(department: Tenant, number: int) -> list[tuple[str, int]]:
    rows = batches.rows_of_batch(department_id=department.id, number=number)
    return [(row.entry, row.values["worked_minutes"]) for row in rows]


def correct(sheet: Timesheet, minutes: int, **more: Any) -> None:
    Timesheet.objects.filter(id=sheet.id).update(worked_minutes=minutes, payable_minutes=minutes, **more)


def test_final_hours_leave_once_and_the_same_bytes_come_again(department: Tenant, officer: Officer) -> None:
    finished(department, officer, starts_at=STARTS_AT)
    finished(department, officer, starts_at=STARTS_AT + timedelta(days=1), state=Timesheet.State.SUBMITTED)
    chosen = make_format(department)
    assert waiting(department=department).timesheets == 1
    batch = make(department, chosen)
    assert (batch.number, batch.row_count, batch.worked_minutes) == (1, 1, 240)
    written = batches.batch_file(department_id=department.id, number=1)
    save_format(department_id=department.id, format_id=chosen.format_id, name="Renamed", rows="timesheets",
                layout={"columns": [{"source": "badge_number"}]}, actor=SETTING_UP, at=NOW)  # fmt: skip
    Officer.objects.filter(id=officer.id).update(display_name="Another Name")
    assert batches.batch_file(department_id=department.id, number=1) == written
    assert waiting(department=department).timesheets == 0
    with pytest.raises(NothingToExport):
        make(department, chosen)
    assert AuditEvent.objects.filter(action="export_batch.made", tenant_id=department.id).count() == 1


def test_a_corrected_row_goes_out_as_its_negative_and_the_new_figures(department: Tenant, officer: Officer) -> None:
    sheet = finished(department, officer, starts_at=STARTS_AT)
    chosen = make_format(department)
    make(department, chosen)
    correct(sheet, 180)
    assert make(department, chosen).worked_minutes == -60
    assert rows_of(department, 2) == [("reversal", -240), ("correction", 180)]
    correct(sheet, 180, state=Timesheet.State.DISPUTED)
    make(department, chosen)
    assert rows_of(department, 3) == [("reversal", -180)]
    correct(sheet, 200, state=Timesheet.State.RESOLVED)
    make(department, chosen, until_date=UNTIL)
    assert rows_of(department, 4) == [("correction", 200)]
    assert rows_of(department, 1) == [("original", 240)]


def test_numbers_have_no_gaps_and_the_cursor_passes_every_row_once(department: Tenant, officer: Officer) -> None:
    chosen = make_format(department)
    for day in range(3):
        finished(department, officer, starts_at=STARTS_AT + timedelta(days=day))
        make(department, chosen)
        with pytest.raises(NothingToExport):
            make(department, chosen)
    listed, count = batches.list_batches(department_id=department.id)
    assert ([batch.number for batch in listed], count) == ([3, 2, 1], 3)
    pulled, cursor = [], 0
    while page := batches.rows_after(department_id=department.id, sequence=cursor, limit=2):
        pulled += page
        cursor = page[-1].sequence
    assert [(row.sequence, row.batch_number) for row in pulled] == [(1, 1), (2, 2), (3, 3)]


def test_postgresql_refuses_the_second_sending_of_a_row(department: Tenant, officer: Officer) -> None:
    """What a second person at the button would meet without the lock on the book: nothing of theirs is stored."""
    finished(department, officer, starts_at=STARTS_AT)
    chosen = make_format(department)
    stale = batches.open_book(department_id=department.id, rows_kind="timesheets")
    seen = preview(department=department, format=chosen, until_date=UNTIL)
    make(department, chosen)
    for number in (stale.next_number, stale.next_number + 1):
        book = batches.OpenBook(number, stale.next_sequence + 1, {})
        with pytest.raises(SentMeanwhile), transaction.atomic():
            batches.record_batch(
                department_id=department.id, book=book, request_id=uuid4(), format=chosen, until_date=UNTIL,
                rows=seen.rows, file=b"x", file_name="x.csv", actor=SETTING_UP, at=NOW,
            )  # fmt: skip
    with tenant_context(department):
        assert (ExportBatch.objects.count(), ExportRow.objects.count()) == (1, 1)


@pytest.mark.parametrize("model", [ExportBatch, ExportRow])
def test_what_was_sent_is_never_changed(department: Tenant, officer: Officer, model: Any) -> None:
    finished(department, officer, starts_at=STARTS_AT)
    make(department, make_format(department))
    with tenant_context(department):
        for change in (lambda: model.objects.update(id=uuid4()), lambda: model.objects.all()._raw_delete("default")):
            with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
                change()


def test_asked_twice_with_one_request_it_is_one_batch(department: Tenant, officer: Officer) -> None:
    finished(department, officer, starts_at=STARTS_AT)
    chosen, request_id = make_format(department), uuid4()
    first = make(department, chosen, request_id=request_id)
    assert make(department, chosen, request_id=request_id) == first
    with pytest.raises(RequestOfAnotherBatch):
        make(department, chosen, request_id=request_id, until_date=date(2026, 5, 1))


def test_a_batch_is_not_made_when_the_preview_was_of_something_else(department: Tenant, officer: Officer) -> None:
    finished(department, officer, starts_at=STARTS_AT)
    chosen = make_format(department)
    with pytest.raises(PreviewChanged, match="showed 2 rows; there are 1 now"):
        make(department, chosen, expected_rows=2)
    assert make(department, chosen, expected_rows=1).number == 1


def test_only_own_officers_for_as_long_as_they_served(
    department: Tenant, other_department: Tenant, officer: Officer
) -> None:
    """Elsewhere too, by time and place only; an officer who moved is paid by each department for its own days."""
    publish_example(other_department)
    stranger = make_officer(other_department, home=None)
    finished(department, stranger, starts_at=STARTS_AT)
    finished(other_department, officer, starts_at=STARTS_AT, minutes=60)
    leaver = make_member(department)
    gone = join(leaver)
    finished(department, gone, starts_at=STARTS_AT, minutes=30)
    finished(department, gone, starts_at=STARTS_AT + timedelta(days=9), minutes=45)
    remove_member(department_id=department.id, entry_id=leaver.entry_id, actor=SETTING_UP,
                  at=STARTS_AT + timedelta(days=3))  # fmt: skip
    assert waiting(department=department).timesheets == 2
    make(department, make_format(department))
    rows = batches.rows_of_batch(department_id=department.id, number=1)
    assert sorted(row.values["worked_minutes"] for row in rows) == [30, 60]
    [elsewhere] = [row for row in rows if row.values["worked_minutes"] == 60]
    assert (elsewhere.values["job_title"], elsewhere.values["governing_department"]) == ("", other_department.name)
    assert waiting(department=other_department).timesheets == 1
    assert batches.list_batches(department_id=other_department.id) == ([], 0)


def test_pay_owed_leaves_by_line_and_foreign_officers_are_counted(
    department: Tenant, other_department: Tenant, officer: Officer
) -> None:
    line = on_payroll(finished(department, officer, starts_at=STARTS_AT), pay_cents=29_000)
    publish_example(other_department)
    stranger = make_officer(other_department, home=None)
    on_payroll(finished(department, stranger, starts_at=STARTS_AT + timedelta(days=1)), pay_cents=11_111)
    stands = waiting(department=department)
    assert (stands.payroll_lines, stands.foreign.count, stands.foreign.pay_cents) == (1, 1, 11_111)
    chosen = make_format(department, rows="payroll_lines", decimal_mark=",", delimiter=";")
    assert make(department, chosen).pay_cents == 29_000
    assert ";290,00;" in batches.batch_file(department_id=department.id, number=1).decode()
    line.pay_cents = 28_000
    line.save()
    assert make(department, chosen).pay_cents == -1_000


def test_unmapped_pay_codes_are_named_and_nothing_leaves(department: Tenant, officer: Officer) -> None:
    sheet = finished(department, officer, starts_at=STARTS_AT)
    elsewhere = [{"rank_code": "chief", "pay_code": "", "code": "X"}]
    strict = make_format(department, pay_codes=elsewhere, refuses_unmapped=True)
    with pytest.raises(UnmappedPayCodes, match=f"constable / {sheet.assignment.pay_code or 'no pay code'}"):
        make(department, strict)
    assert batches.list_batches(department_id=department.id) == ([], 0)
    mapped = make_format(department, pay_codes=[{"rank_code": "constable", "pay_code": "", "code": "XD10"}],
                         refuses_unmapped=True)  # fmt: skip
    make(department, mapped)
    assert ",XD10," in batches.batch_file(department_id=department.id, number=1).decode()


def test_formats_have_names_of_their_own_and_retire(
    department: Tenant, other_department: Tenant, officer: Officer
) -> None:
    chosen = make_format(department)
    layout = chosen.layout.to_json()
    with pytest.raises(FormatNameTaken):
        save_format(department_id=department.id, name=chosen.name, rows="timesheets", layout=layout, actor=SETTING_UP,
                    at=NOW)  # fmt: skip
    with pytest.raises(FormatNotFound):
        export_format(department_id=other_department.id, format_id=chosen.format_id)
    retire_format(department_id=department.id, format_id=chosen.format_id, actor=SETTING_UP, at=NOW)
    with pytest.raises(FormatNotFound):
        make(department, chosen)
