"""Rows as CSV or XLSX. The same rows and layout give the same bytes: no clock, no machine, no user in the file."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from departments.exports.layouts import Column, Layout
from departments.exports.sources import FIXED, SOURCES
from reports.spreadsheet_text import harmless
from reports.time_exports.cells import cell_text, cell_value
from reports.workbooks import EPOCH, clean_text, plain_workbook_options

_NUMERIC = frozenset({"minutes", "cents", "number"})
_EXCEL = {
    "%Y": "yyyy",
    "%m": "mm",
    "%d": "dd",
    "%y": "yy",
    "%H": "hh",
    "%M": "mm",
    "%S": "ss",
    "%I": "hh",
    "%p": "AM/PM",
}
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def write_file(*, layout: Layout, rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The whole file. `rows` are the values of each row, in order."""
    return _xlsx(layout, rows) if layout.file_kind == "xlsx" else _csv(layout, rows)


def _csv(layout: Layout, rows: Iterable[Mapping[str, Any]]) -> bytes:
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=layout.delimiter, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    if layout.has_header:
        writer.writerow([harmless(column.heading) for column in layout.columns])
    for values in rows:
        writer.writerow([_csv_cell(layout, column, values) for column in layout.columns])
    mark = "\ufeff" if layout.byte_order_mark else ""
    return (mark + target.getvalue()).encode("utf-8")


def _csv_cell(layout: Layout, column: Column, values: Mapping[str, Any]) -> str:
    text = cell_text(layout, column, values)
    # Figures that we wrote ourselves may begin with a minus; what people typed may not begin a formula.
    return text if SOURCES[column.source].kind in _NUMERIC else harmless(text)


def _xlsx(layout: Layout, rows: Iterable[Mapping[str, Any]]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, plain_workbook_options())
    book.set_properties({"created": EPOCH, "author": "", "title": ""})
    sheet = book.add_worksheet("Hours")
    head = book.add_format({"bold": True, "bottom": 1})
    formats = {column: book.add_format({"num_format": _excel_format(layout, column)}) for column in layout.columns}
    first = 0
    for index, column in enumerate(layout.columns):
        sheet.set_column(index, index, max(10, min(34, len(column.heading) + 3)))
        if layout.has_header:
            sheet.write_string(0, index, clean_text(column.heading), head)
            first = 1
    if layout.has_header:
        sheet.freeze_panes(1, 0)
    for number, values in enumerate(rows, start=first):
        for index, column in enumerate(layout.columns):
            _write(sheet, number, index, cell_value(layout, column, values), formats[column])
    book.close()
    return _without_clock(target)


def _without_clock(written: io.BytesIO) -> bytes:
    """The same archive with every member dated alike: XlsxWriter takes the dates of its temporary files."""
    target = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, EPOCH.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, source.read(name))
    return target.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, number_format: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime | date):
        sheet.write_datetime(row, column, value, number_format)
    elif isinstance(value, Decimal | int):
        sheet.write_number(row, column, value, number_format)
    else:
        sheet.write_string(row, column, clean_text(value))


def _excel_format(layout: Layout, column: Column) -> str:
    """A workbook keeps the value and shows it by its reader's own decimal mark."""
    kind = SOURCES[column.source].kind if column.source != FIXED else "text"
    if kind in ("minutes", "cents"):
        return "0.00" if column.shown_as == "decimal" else "0"
    if kind == "number":
        return "0"
    shown = {"date": layout.date_format, "time": layout.time_format}.get(
        column.shown_as or kind, f"{layout.date_format} {layout.time_format}"
    )
    for mark, excel in _EXCEL.items():
        shown = shown.replace(mark, excel)
    return shown
