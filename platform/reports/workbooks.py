"""Spreadsheets row by row, in constant memory. Texts stay texts: nothing that was typed becomes a formula or a link."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

import xlsxwriter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Kind = Literal["text", "moment", "date", "number", "money", "hours", "percent", "figure"]


@dataclass(frozen=True)
class Column:
    """`money` takes cents, `hours` minutes, `percent` a share of one; a `moment` is a local datetime without zone."""

    title: str
    kind: Kind = "text"
    width: int = 18


@dataclass(frozen=True)
class Sheet:
    """`lines_above` say what the sheet is and which period it covers. Cells that are None stay empty."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    lines_above: Sequence[str] = ()


# The beginning of time in files that must be the same bytes whenever they are written.
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_FORMATS = {
    "moment": "yyyy-mm-dd hh:mm",
    "date": "yyyy-mm-dd",
    "number": "0",
    "money": "#,##0.00",
    "hours": "0.00",
    "percent": "0.0%",
    "figure": "General",
}


def write_workbook(*, sheet_name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet with a frozen, filterable head. Cells that are None stay empty."""
    return write_sheets([Sheet(sheet_name, columns, rows)])


def write_sheets(sheets: Iterable[Sheet]) -> bytes:
    """Several sheets, each with its frozen, filterable head, under the lines that stand above it."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, plain_workbook_options())
    head = book.add_format({"bold": True, "bottom": 1})
    above = book.add_format({"bold": True})
    formats = {kind: book.add_format({"num_format": text}) for kind, text in _FORMATS.items()}
    for one in sheets:
        _write_sheet(book.add_worksheet(one.name[:31]), one, head, above, formats)
    book.close()
    return target.getvalue()


def plain_workbook_options() -> dict[str, object]:
    """Row by row in constant memory, and whatever was typed stays text."""
    return {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": _FORMATS["moment"],
    }


def _write_sheet(sheet: Any, one: Sheet, head: Any, above: Any, formats: dict[str, Any]) -> None:
    for index, column in enumerate(one.columns):
        sheet.set_column(index, index, column.width)
    for number, line in enumerate(one.lines_above):
        sheet.write_string(number, 0, clean_text(line), above)
    top = len(one.lines_above)
    for index, column in enumerate(one.columns):
        sheet.write_string(top, index, column.title, head)
    sheet.freeze_panes(top + 1, 0)
    last = top
    for last, row in enumerate(one.rows, start=top + 1):
        for index, (column, value) in enumerate(zip(one.columns, row, strict=True)):
            _write(sheet, last, index, column.kind, value, formats)
    sheet.autofilter(top, 0, last, len(one.columns) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)


def local_moment(at: datetime | None, zone: str) -> datetime | None:
    """Spreadsheets know no zones: the local time, without one."""
    return None if at is None else at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _write(sheet: Any, row: int, column: int, kind: Kind, value: Any, formats: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if kind == "text":
        sheet.write_string(row, column, clean_text(str(value)))
    elif kind in ("moment", "date") and isinstance(value, datetime | date):
        sheet.write_datetime(row, column, value, formats[kind])
    elif kind == "money":
        sheet.write_number(row, column, value / 100, formats[kind])
    elif kind == "hours":
        sheet.write_number(row, column, value / 60, formats[kind])
    else:
        sheet.write_number(row, column, value, formats[kind] if kind in ("percent", "figure") else formats["number"])


def clean_text(text: str) -> str:
    """A cell holds 32,767 characters, and XML no control characters."""
    kept = "".join(character for character in text if character >= " " or character in "\n\t")
    return kept[:32_767]
