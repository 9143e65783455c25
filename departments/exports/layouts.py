"""The look of an export file as data: columns, separators, dates, figures, and the department's own pay codes. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from departments.exports.refusals import LayoutInvalid
from departments.exports.sources import FIXED, PAYROLL_ONLY, SOURCES

FILE_KINDS = {"csv": "CSV (text)", "xlsx": "Excel workbook"}
DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Vertical bar"}
DATE_FORMATS = {
    "%Y-%m-%d": "2026-03-09",
    "%m/%d/%Y": "03/09/2026",
    "%d/%m/%Y": "09/03/2026",
    "%d.%m.%Y": "09.03.2026",
    "%Y%m%d": "20260309",
    "%m%d%y": "030926",
}
TIME_FORMATS = {"%H:%M": "18:05", "%H:%M:%S": "18:05:00", "%I:%M %p": "06:05 PM", "%H%M": "1805"}
DECIMAL_MARKS = {".": "Point (7.50)", ",": "Comma (7,50)"}
ROUNDINGS = {1: "Exact minutes", 6: "Tenths of an hour", 15: "Quarter hours", 30: "Half hours"}
# By kind of source; the first is what an empty choice means.
COLUMN_FORMATS: Mapping[str, Mapping[str, str]] = {
    "minutes": {"decimal": "Hours, 7.50", "clock": "Hours and minutes, 7:30", "minutes": "Minutes, 450"},
    "cents": {"decimal": "Amount, 326.25", "cents": "Cents, 32625"},
    "moment": {"moment": "Date and time", "date": "Date only", "time": "Time only"},
}
MAXIMUM_COLUMNS = 40
MAXIMUM_PAY_CODES = 200
_Choice = TypeVar("_Choice")


@dataclass(frozen=True, slots=True)
class Column:
    """`text` is what a column of source `fixed` repeats in every row."""

    source: str
    heading: str
    text: str = ""
    format: str = ""

    @property
    def shown_as(self) -> str:
        choices = COLUMN_FORMATS.get(SOURCES[self.source].kind, {})
        return self.format or next(iter(choices), "")


@dataclass(frozen=True, slots=True)
class PayCode:
    """What the department calls a rank's pay code. An empty rank or pay code stands for any."""

    rank_code: str
    pay_code: str
    code: str


@dataclass(frozen=True, slots=True)
class Layout:
    columns: tuple[Column, ...]
    file_kind: str = "csv"
    delimiter: str = ","
    byte_order_mark: bool = False
    has_header: bool = True
    date_format: str = "%Y-%m-%d"
    time_format: str = "%H:%M"
    decimal_mark: str = "."
    rounding_minutes: int = 1
    pay_codes: tuple[PayCode, ...] = field(default_factory=tuple)
    refuses_unmapped: bool = False

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def department_code(self, *, rank_code: str, pay_code: str) -> str | None:
        """The most exact entry: rank and pay code, then pay code, then rank, then the rest. None: no entry."""
        known = {(entry.rank_code, entry.pay_code): entry.code for entry in self.pay_codes}
        for key in ((rank_code, pay_code), ("", pay_code) if pay_code else None, (rank_code, ""), ("", "")):
            if key is not None and key in known:
                return known[key]
        return None


def read_layout(data: Mapping[str, Any], *, rows: str) -> Layout:
    """Raises LayoutInvalid with the field and what is wrong with it. `rows` is `timesheets` or `payroll_lines`."""
    columns = tuple(_column(number, column, rows) for number, column in enumerate(_list(data, "columns"), start=1))
    if not columns:
        raise LayoutInvalid("A file needs at least one column.", field="columns")
    if len(columns) > MAXIMUM_COLUMNS:
        raise LayoutInvalid(f"A file has at most {MAXIMUM_COLUMNS} columns.", field="columns")
    layout = Layout(
        columns=columns,
        file_kind=_one_of(data, "file_kind", FILE_KINDS, "csv"),
        delimiter=_one_of(data, "delimiter", DELIMITERS, ","),
        byte_order_mark=bool(data.get("byte_order_mark", False)),
        has_header=bool(data.get("has_header", True)),
        date_format=_one_of(data, "date_format", DATE_FORMATS, "%Y-%m-%d"),
        time_format=_one_of(data, "time_format", TIME_FORMATS, "%H:%M"),
        decimal_mark=_one_of(data, "decimal_mark", DECIMAL_MARKS, "."),
        rounding_minutes=_one_of(data, "rounding_minutes", ROUNDINGS, 1),
        pay_codes=_pay_codes(_list(data, "pay_codes")),
        refuses_unmapped=bool(data.get("refuses_unmapped", False)),
    )
    if layout.refuses_unmapped and not layout.pay_codes:
        raise LayoutInvalid("Map at least one pay code, or let unmapped ones through as they are.", field="pay_codes")
    return layout


def standard_layout(rows: str) -> Layout:
    """What a new format begins with."""
    codes = ["badge_number", "family_name", "given_name", "work_date", "department_pay_code"]
    codes += ["worked_starts_at", "worked_ends_at", "worked_minutes"]
    if rows == "payroll_lines":
        codes = [*codes[:5], "payable_minutes", "pay_rate_cents_per_hour", "pay_cents", "currency"]
    codes += ["job_reference", "entry", "batch_number"]
    return Layout(columns=tuple(Column(code, SOURCES[code].label) for code in codes))


def _column(number: int, data: Any, rows: str) -> Column:
    if not isinstance(data, Mapping) or data.get("source") not in SOURCES:
        raise LayoutInvalid(f"Column {number} has no known content. Choose what it shows.", field="columns")
    source = SOURCES[data["source"]]
    if source.code in PAYROLL_ONLY and rows == "timesheets":
        raise LayoutInvalid(
            f"Column {number}: {source.label} is known for payroll lines only, not for hours worked.", field="columns"
        )
    shown_as = str(data.get("format") or "")
    if shown_as and shown_as not in COLUMN_FORMATS.get(source.kind, {}):
        raise LayoutInvalid(f"Column {number}: {source.label} cannot be shown as {shown_as}.", field="columns")
    text = _text(data.get("text"), f"Column {number}: the fixed text", 120) if source.code == FIXED else ""
    heading = _text(data.get("heading"), f"Column {number}: the heading", 80) or source.label
    return Column(source=source.code, heading=heading, text=text, format=shown_as)


def _pay_codes(entries: Sequence[Any]) -> tuple[PayCode, ...]:
    if len(entries) > MAXIMUM_PAY_CODES:
        raise LayoutInvalid(f"At most {MAXIMUM_PAY_CODES} pay codes can be mapped.", field="pay_codes")
    found: dict[tuple[str, str], PayCode] = {}
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, Mapping):
            raise LayoutInvalid(f"Pay code {number} is not an entry of rank, pay code and code.", field="pay_codes")
        rank, pay, code = (
            _text(entry.get(name), f"Pay code {number}", 40) for name in ("rank_code", "pay_code", "code")
        )
        if not code:
            raise LayoutInvalid(f"Pay code {number}: say what your own system calls it.", field="pay_codes")
        if (rank, pay) in found:
            raise LayoutInvalid(
                f"Pay code {number}: {rank or 'any rank'} / {pay or 'any pay code'} is mapped twice.", field="pay_codes"
            )
        found[rank, pay] = PayCode(rank, pay, code)
    return tuple(found.values())


def _list(data: Mapping[str, Any], name: str) -> list[Any]:
    value = data.get(name) or []
    if not isinstance(value, list | tuple):
        raise LayoutInvalid(f"{name} must be a list.", field=name)
    return list(value)


def _one_of(data: Mapping[str, Any], name: str, choices: Mapping[_Choice, str], default: _Choice) -> _Choice:
    value = data.get(name, default)
    for choice in choices:
        if choice == value and type(choice) is type(value):
            return choice
    raise LayoutInvalid(f"{name} is one of {', '.join(map(repr, choices))}, not {value!r}.", field=name)


def _text(value: Any, what: str, maximum: int) -> str:
    text = str(value or "").strip()
    if len(text) > maximum:
        raise LayoutInvalid(f"{what} is longer than {maximum} characters.", field="columns")
    if any(character < " " for character in text):
        raise LayoutInvalid(f"{what} holds a character that cannot be printed.", field="columns")
    return text
