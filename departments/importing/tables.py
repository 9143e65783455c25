"""A spreadsheet or text file as rows of text. Refuses what it cannot read whole, and says at which row."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from departments.refusals import FileRefused
from kernel.file_kinds import HEAD_BYTES, detected_kind

MAXIMUM_BYTES = 20_000_000
MAXIMUM_ROWS = 50_000
MAXIMUM_COLUMNS = 60
MAXIMUM_UNPACKED_BYTES = 400_000_000
_CELL_LIMIT = 1000
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_ROWS_OF_SHEET = re.compile(rb'<dimension ref="[A-Z]+\d+:[A-Z]+(\d+)"')


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` are (row number as a spreadsheet shows it, cells as text); empty rows are left out."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    encoding: str


def read_table(*, name: str, content: bytes) -> Table:
    """XLSX by its first sheet; everything else as delimited text. Raises FileRefused with the row's number."""
    if len(content) > MAXIMUM_BYTES:
        raise FileRefused(
            f"The file has {len(content) / 1_000_000:.1f} MB; at most {MAXIMUM_BYTES // 1_000_000} MB are read. "
            "Split it by unit.",
            bytes=len(content),
            maximum_bytes=MAXIMUM_BYTES,
        )
    if not content.strip():
        raise FileRefused("The file is empty.")
    if content[:4] == b"PK\x03\x04":
        return _table(_sheet_rows(content), "xlsx")
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise FileRefused("This is an old or encrypted Excel file. Save it as .xlsx without a password.")
    kind = detected_kind(content[:HEAD_BYTES])
    if kind != "text/plain" and content[:2] not in _UTF_16:
        raise FileRefused(f"This is no table, whatever its name says ({kind}). Save it as CSV UTF-8 or .xlsx.")
    text, encoding = _decoded(content)
    return _table(_text_rows(text), encoding)


def _table(rows: Iterator[tuple[int, tuple[str, ...]]], encoding: str) -> Table:
    header: tuple[str, ...] | None = None
    kept: list[tuple[int, tuple[str, ...]]] = []
    for number, cells in rows:
        if not any(cells):
            continue
        if header is None:
            header = cells
            if len(header) > MAXIMUM_COLUMNS:
                raise FileRefused(f"The file has {len(header)} columns; at most {MAXIMUM_COLUMNS} are read.")
            continue
        if len(kept) >= MAXIMUM_ROWS:
            raise _too_many(None)
        kept.append((number, cells))
    if header is None or not kept:
        raise FileRefused("The file holds a header at most. The first row names the columns, the others are members.")
    return Table(header=header, rows=tuple(kept), encoding=encoding)


def _too_many(found: int | None) -> FileRefused:
    told = f"The file has {found:,} rows" if found else f"The file has more than {MAXIMUM_ROWS:,} rows"
    return FileRefused(
        f"{told}; at most {MAXIMUM_ROWS:,} are read at once. Split it. Nothing was imported.", maximum_rows=MAXIMUM_ROWS
    )


def _decoded(content: bytes) -> tuple[str, str]:
    """By its mark, else UTF-8, else Windows-1252. A file that begins in UTF-8 and breaks off is named by its row."""
    if content[:2] in _UTF_16:
        try:
            return content.decode("utf-16"), "utf-16"
        except UnicodeDecodeError as error:
            raise FileRefused("The file says it is UTF-16 and is not. Save it as CSV UTF-8.") from error
    body = content.removeprefix(b"\xef\xbb\xbf")
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        row = body.count(b"\n", 0, error.start) + 1
        if len(body) != len(content) or _holds_utf8(body):
            raise FileRefused(
                f"Row {row} is not in the encoding of the others: the file mixes UTF-8 and another one. "
                "Save the whole file as CSV UTF-8.",
                row=row,
            ) from error
        try:
            return body.decode("cp1252"), "cp1252"
        except UnicodeDecodeError as second:
            row = body.count(b"\n", 0, second.start) + 1
            raise FileRefused(
                f"Row {row} holds a byte that neither UTF-8 nor Windows-1252 knows. Save the file as CSV UTF-8.",
                row=row,
            ) from second


def _holds_utf8(body: bytes) -> bool:
    """Does any line hold characters beyond ASCII that are good UTF-8? Then the broken line is the odd one."""
    for line in body.splitlines():
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            continue
        return True
    return False


def _text_rows(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    if "\x00" in text:
        raise FileRefused("The file holds characters that no text has. Save it as CSV UTF-8 or .xlsx.")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t|", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        while True:
            number = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            yield number, tuple(cell.strip()[:_CELL_LIMIT] for cell in cells)
    except csv.Error as error:
        raise FileRefused(f"Row {reader.line_num}: {error}.", row=reader.line_num) from error


def _sheet_rows(content: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    _refuse_heavy(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise FileRefused("This Excel file cannot be opened. Save it again as .xlsx.") from error
    if sheet.total_height > MAXIMUM_ROWS + 1:
        raise _too_many(sheet.total_height - 1)
    start = sheet.start[0] if sheet.start else 0
    for index, row in enumerate(sheet.to_python(skip_empty_area=True), start=start + 1):
        yield index, tuple(_cell_text(cell) for cell in row)


def _refuse_heavy(content: bytes) -> None:
    """By the archive's own directory and the sheet's own dimension, before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sheets = [one for one in archive.infolist() if one.filename.startswith("xl/worksheets/")]
            if sum(one.file_size for one in archive.infolist()) > MAXIMUM_UNPACKED_BYTES:
                raise FileRefused("This Excel file unpacks to more than can be read. Save the sheet alone as CSV.")
            if sheets:
                with archive.open(sheets[0]) as sheet:
                    found = _ROWS_OF_SHEET.search(sheet.read(4096))
                if found and int(found[1]) > MAXIMUM_ROWS + 1:
                    raise _too_many(int(found[1]) - 1)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise FileRefused("This Excel file cannot be opened. Save it again as .xlsx.") from error


def _cell_text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time.min else cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.isoformat(timespec="minutes")
    if isinstance(cell, timedelta):
        minutes = int(cell.total_seconds() // 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return str(cell).replace("\x00", "").strip()[:_CELL_LIMIT]
