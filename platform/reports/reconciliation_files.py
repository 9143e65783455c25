"""A month of the reconciliation workspace as a file: every column of its rows, whoever filtered them."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from billing.models import WorkspaceRow
from reports.spreadsheet_text import harmless
from reports.workbooks import Column, local_moment, write_workbook

_COLUMNS: tuple[tuple[Column, str], ...] = (
    (Column("Reference", width=20), "reference"),
    (Column("Corrects", width=20), "corrects"),
    (Column("Officer", width=24), "officer_name"),
    (Column("Client", width=24), "client_name"),
    (Column("Job", width=28), "job_title"),
    (Column("Work date", "date", 12), "work_date"),
    (Column("Starts", "moment", 17), "starts_at"),
    (Column("Ends", "moment", 17), "ends_at"),
    (Column("Time zone", width=18), "time_zone"),
    (Column("Awarded", "moment", 17), "awarded_at"),
    (Column("Awarded by", width=16), "awarded_by"),
    (Column("Scheduled minutes", "number", 11), "scheduled_minutes"),
    (Column("GPS minutes", "number", 11), "clock_minutes"),
    (Column("GPS verdict", width=12), "clock_verdict"),
    (Column("Worked minutes", "number", 11), "worked_minutes"),
    (Column("Approved minutes", "number", 11), "billable_minutes"),
    (Column("Billed minutes", "number", 11), "billed_minutes"),
    (Column("Currency", width=9), "currency"),
    (Column("Invoice line", "money", 13), "invoice_cents"),
    (Column("Vehicles and fees", "money", 13), "shared_cents"),
    (Column("Invoice", width=20), "invoice_number"),
    (Column("Earned", "money", 13), "pay_cents"),
    (Column("Due", "money", 13), "due_cents"),
    (Column("Paid out", "money", 13), "paid_cents"),
    (Column("Payout", width=12), "payout_state"),
    (Column("Own invoice", width=20), "own_numbers"),
    (Column("Own invoice amount", "money", 13), "own_cents"),
    (Column("Officer's invoice", width=20), "claimed_numbers"),
    (Column("Officer's amount", "money", 13), "claimed_cents"),
    (Column("State", width=12), "state"),
    (Column("Difference", width=20), "difference_kind"),
    (Column("Difference minutes", "number", 11), "difference_minutes"),
    (Column("Difference amount", "money", 13), "difference_cents"),
    (Column("Reason", width=60), "reason"),
    (Column("Decision", width=12), "decision"),
    (Column("Decided by", width=22), "decided_by"),
    (Column("Decided", "moment", 17), "decided_at"),
    (Column("Note", width=40), "decision_note"),
)


def write_rows_workbook(*, rows: Iterable[WorkspaceRow]) -> bytes:
    """An .xlsx; moments are the venue's own. Rows are taken one by one and not kept."""
    columns = [column for column, _ in _COLUMNS]
    return write_workbook(sheet_name="Reconciliation", columns=columns, rows=map(_cells, rows))


def rows_as_csv(*, rows: Iterable[WorkspaceRow]) -> Iterator[bytes]:
    """UTF-8 with its mark, a few hundred lines at a time. Amounts have two decimals and a point."""
    target = io.StringIO()
    writer = csv.writer(target)
    target.write("\ufeff")
    writer.writerow([column.title for column, _ in _COLUMNS])
    for number, row in enumerate(rows, 1):
        writer.writerow([_text(column, value) for (column, _), value in zip(_COLUMNS, _cells(row), strict=True)])
        if number % 500 == 0:
            yield _taken(target)
    yield _taken(target)


def _cells(row: WorkspaceRow) -> list[Any]:
    return [_cell(row, name) for _, name in _COLUMNS]


def _cell(row: WorkspaceRow, name: str) -> Any:
    if name == "corrects":
        return row.reference if row.sequence else ""
    if name in ("starts_at", "ends_at", "awarded_at", "decided_at"):
        return local_moment(getattr(row, name), row.time_zone)
    return getattr(row, name)


def _text(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.kind == "money":
        sign, cents = "-" if value < 0 else "", abs(value)
        return f"{sign}{cents // 100}.{cents % 100:02d}"
    if column.kind == "moment" and value != "":
        return f"{value:%Y-%m-%d %H:%M}"
    return harmless(str(value)) if column.kind == "text" else str(value)


def _taken(target: io.StringIO) -> bytes:
    text = target.getvalue()
    target.seek(0)
    target.truncate()
    return text.encode()
