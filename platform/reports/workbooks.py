"""Spreadsheets row by row, in constant memory. Texts stay texts: nothing that was typed becomes a formula or a link."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

import xlsxwriter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Kind = Literal["text", "moment", "date", "number", "money", "hours"]


@dataclass(frozen=True)
class Column:
    """`money` takes cents, `hours` minutes; a `moment` is a local datetime without zone."""

    title: str
    kind: Kind = "text"
    width: int = 18


_FORMATS = {
    "moment": "yyyy-mm-dd hh:mm",
    "date": "yyyy-mm-dd",
    "number": "0",
    "money": "#,##0.00",
    "hours": "0.00",
}


def write_workbook(*, sheet_name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet with a frozen, filterable head. Cells that are None stay empty."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": _FORMATS["moment"],
        },
    )
    sheet = book.add_worksheet(sheet_name[:31])
    head = book.add_format({"bold": True, "bottom": 1})
    formats = {kind: book.add_format({"num_format": text}) for kind, text in _FORMATS.items()}
    sheet.freeze_panes(1, 0)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width)
        sheet.write_string(0, index, column.title, head)
    last = 0
    for number, row in enumerate(rows, start=1):
        last = number
        for index, (column, value) in enumerate(zip(columns, row, strict=True)):
            _write(sheet, number, index, column.kind, value, formats)
    sheet.autofilter(0, 0, last, len(columns) - 1)
    book.close()
    return target.getvalue()


def local_moment(at: datetime | None, zone: str) -> datetime | None:
    """Spreadsheets know no zones: the local time, without one."""
    return None if at is None else at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _write(sheet: Any, row: int, column: int, kind: Kind, value: Any, formats: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if kind == "text":
        sheet.write_string(row, column, _clean(str(value)))
    elif kind in ("moment", "date") and isinstance(value, datetime | date):
        sheet.write_datetime(row, column, value, formats[kind])
    elif kind == "money":
        sheet.write_number(row, column, value / 100, formats[kind])
    elif kind == "hours":
        sheet.write_number(row, column, value / 60, formats[kind])
    else:
        sheet.write_number(row, column, value, formats["number"])


def _clean(text: str) -> str:
    """A cell holds 32,767 characters, and XML no control characters."""
    kept = "".join(character for character in text if character >= " " or character in "\n\t")
    return kept[:32_767]
