"""A table of text as invoice lines, each mistake with its row and column. Pure: knows no database."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from departments.importing.columns import Field, Mistake, looks_like_formula
from kernel.money import SUPPORTED_CURRENCIES, divide_half_up

MOST_CENTS: Final = 100_000_000
MOST_MINUTES: Final = 60 * 72
MOST_LINES: Final = 5_000
FIELDS: Final = (
    Field("number", "Invoice number", ("invoice", "invoice no", "invoice #", "number"), True, True, "2026-014"),
    Field("issued_on", "Invoice date", ("date of invoice", "issued", "issued on"), True, True, "2026-03-31"),
    Field("total", "Invoice total", ("total", "invoice amount"), True, True, "878.00"),
    Field("reference", "Reference", ("row", "assignment", "assignment reference"), False, True, "AB12CD34EF-1A2B3C"),
    Field("job", "Job", ("job reference", "job no", "detail"), False, True, "AB12CD34EF"),
    Field("work_date", "Work date", ("date", "day", "shift date"), False, True, "2026-03-14"),
    Field("officer", "Officer", ("officer name", "name", "worker"), True, True, "Wren Alderly"),
    Field("hours", "Hours", ("time", "duration", "quantity"), False, True, "4:00"),
    Field("amount", "Amount", ("line total", "line amount", "price"), True, True, "439.00"),
    Field("currency", "Currency", (), False, True, "CAD"),
)  # fmt: skip
_SIGNS = re.compile(r"(?:CA|US)?\$|\b(?:CAD|USD)\b|[\s\u00a0\u202f']", re.IGNORECASE)
_AMOUNT = re.compile(r"[0-9]+(?:\.[0-9]{1,2})?")


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """`row` as a spreadsheet numbers it. Found by `reference`, else by job, day and officer."""

    row: int
    number: str
    issued_on: date
    total_cents: int
    officer: str
    cents: int
    reference: str = ""
    job: str = ""
    work_date: date | None = None
    minutes: int | None = None
    currency: str = ""


def read_lines(
    *, header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]], mapping: Mapping[str, int]
) -> tuple[list[InvoiceLine], list[Mistake]]:
    """`mapping` is field → index of its column. A row with a mistake is no line."""
    found: list[InvoiceLine] = []
    mistakes: list[Mistake] = []
    for number, cells in rows:
        texts = {name: cells[index].strip() if index < len(cells) else "" for name, index in mapping.items()}
        reading = _Reading(number, texts, {name: header[index] for name, index in mapping.items()})
        line = reading.line()
        mistakes += reading.mistakes
        if line is not None:
            found.append(line)
    return found, mistakes


def invoices_that_do_not_add_up(
    lines: Sequence[InvoiceLine], *, by_officer: bool, total_column: str, number_column: str
) -> list[Mistake]:
    """An invoice says one date and one total on all of its lines, and they sum to it."""
    invoices: dict[tuple[str, str], list[InvoiceLine]] = defaultdict(list)
    for line in lines:
        invoices[(plain(line.officer) if by_officer else "", line.number)].append(line)
    mistakes = []
    for (_, number), parts in invoices.items():
        first = parts[0]
        odd = next((one for one in parts if one.total_cents != first.total_cents), None)
        other_day = next((one for one in parts if one.issued_on != first.issued_on), None)
        total = sum(one.cents for one in parts)
        if odd is not None:
            reason = f"says {_amount(odd.total_cents)} in all, and row {first.row} says {_amount(first.total_cents)}"
            mistakes.append(Mistake(odd.row, total_column, reason))
        elif total != first.total_cents:
            reason = f"is {_amount(first.total_cents)}, and the lines of invoice {number} sum to {_amount(total)}"
            mistakes.append(Mistake(first.row, total_column, reason))
        if other_day is not None:
            reason = f"is the number of row {first.row} too, which has another date: numbers are used once"
            mistakes.append(Mistake(other_day.row, number_column, reason))
    return mistakes


def cents_of(text: str) -> int | None:
    """1,234.50 and 1 234,50 $ are 123450; None for what is no amount with at most two decimals."""
    plain_text = _SIGNS.sub("", text)
    comma, point = plain_text.rfind(","), plain_text.rfind(".")
    if comma > point and len(plain_text) - comma - 1 != 3:
        plain_text = plain_text.replace(".", "").replace(",", ".")
    else:
        plain_text = plain_text.replace(",", "")
    if not _AMOUNT.fullmatch(plain_text):
        return None
    whole, _, rest = plain_text.partition(".")
    return int(whole) * 100 + int(rest.ljust(2, "0") or 0)


def minutes_of(text: str) -> int | None:
    """4:15, 4.25, 4,25 and "4 h 15" are 255; hundredths of an hour are rounded half up. None for what is no time."""
    clock = re.fullmatch(r"([0-9]{1,3})(?::|\s*h\s*)([0-9]{1,2})?(?:\s*min)?", text.strip(), re.IGNORECASE)
    if clock:
        minutes = int(clock[2] or 0)
        return int(clock[1]) * 60 + minutes if minutes < 60 else None
    hundredths = cents_of(text)
    return None if hundredths is None else divide_half_up(hundredths * 60, 100)


def plain(name: str) -> str:
    return " ".join(name.casefold().split())


class _Reading:
    """One row on its way to a line."""

    def __init__(self, number: int, texts: Mapping[str, str], titles: Mapping[str, str]) -> None:
        self.number, self.texts, self.titles = number, texts, titles
        self.mistakes: list[Mistake] = []

    def line(self) -> InvoiceLine | None:
        for one in FIELDS:
            text = self.texts.get(one.name, "")
            if one.required and not text:
                self.refuse(one.name, "is empty")
            elif looks_like_formula(text):
                self.refuse(one.name, "looks like a formula or is negative; write the value itself")
        if self.mistakes:
            return None
        issued_on, total, cents = self.day("issued_on"), self.money("total"), self.money("amount")
        work_date = self.day("work_date") if self.texts.get("work_date") else None
        minutes = self.time() if self.texts.get("hours") else None
        currency = self.texts.get("currency", "").upper()
        if currency and currency not in SUPPORTED_CURRENCIES:
            self.refuse("currency", f"“{currency[:10]}” is none of {', '.join(SUPPORTED_CURRENCIES)}")
        if len(self.texts["number"]) > 40:
            self.refuse("number", "has more than 40 characters")
        reference, job = self.texts.get("reference", "").upper(), self.texts.get("job", "").upper()
        if not reference and not (job and self.texts.get("work_date")):
            self.refuse(
                "reference" if "reference" in self.titles else "job", "give the reference, or job and work date"
            )
        if self.mistakes or issued_on is None or total is None or cents is None:
            return None
        return InvoiceLine(
            self.number, self.texts["number"], issued_on, total, self.texts["officer"], cents, reference, job,
            work_date, minutes, currency,
        )  # fmt: skip

    def refuse(self, field: str, reason: str) -> None:
        title = self.titles.get(field) or next(one.label for one in FIELDS if one.name == field)
        self.mistakes.append(Mistake(self.number, title, reason))

    def day(self, field: str) -> date | None:
        try:
            found = date.fromisoformat(self.texts[field][:10])
        except ValueError:
            self.refuse(field, f"“{self.texts[field][:30]}” is not a date like 2026-03-14")
            return None
        if not 2000 <= found.year <= 2200:
            self.refuse(field, f"{found.isoformat()} is not a date of this work")
            return None
        return found

    def money(self, field: str) -> int | None:
        cents = cents_of(self.texts[field])
        if cents is None:
            self.refuse(field, f"“{self.texts[field][:30]}” is not an amount like 439.00")
        elif cents == 0:
            self.refuse(field, "is zero")
        elif cents > MOST_CENTS:
            self.refuse(field, f"is above {_amount(MOST_CENTS)}")
        return cents

    def time(self) -> int | None:
        minutes = minutes_of(self.texts["hours"])
        if minutes is None or not 0 < minutes <= MOST_MINUTES:
            self.refuse("hours", f"“{self.texts['hours'][:30]}” is not a time like 4:15 or 4.25, at most 72 hours")
        return minutes


def _amount(cents: int) -> str:
    return f"{cents // 100:,}.{cents % 100:02d}"
