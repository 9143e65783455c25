"""Invoices and statements as a bookkeeper reads them: the text of the PDF, nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from pypdf import PdfReader

MONEY = re.compile(r"^-?(?:CA)?\$([\d,]+)\.(\d\d)$")
HOURS = re.compile(r"^(\d+\.\d\d) h$")
RATE = re.compile(r"/h$")


@dataclass
class Row:
    """One row of the table: what it says, its hours and its amounts, from left to right."""

    texts: list[str]
    hours: list[str] = field(default_factory=list)
    cents: list[int] = field(default_factory=list)


@dataclass
class Paper:
    """`totals`: label → cents, in the order of the page; two taxes of one name stay two."""

    kind: str
    number: str
    currency: str
    rows: list[Row]
    totals: list[tuple[str, int]]
    text: str

    def total(self, label: str) -> int | None:
        return next((cents for name, cents in self.totals if name == label), None)


def read_paper(file: Path) -> Paper:
    """Raises ValueError for a PDF that is neither an invoice nor a statement."""
    reader = PdfReader(file)
    lines = [line.strip() for page in reader.pages for line in page.extract_text().splitlines()]
    lines = [line for line in lines if line and not line.startswith("Page ")]
    kind = "invoice" if "Invoice" in lines else "statement" if "Officer statement" in lines else ""
    if not kind:
        raise ValueError(f"{file.name} is neither an invoice nor an officer's statement.")
    title = lines.index("Invoice" if kind == "invoice" else "Officer statement")
    currency = next(line.removeprefix("Currency: ") for line in lines if line.startswith("Currency: "))
    start = len(lines) - 1 - lines[::-1].index("Amount") + 1
    rows, totals = _table(lines[start:], first_total="Subtotal before tax" if kind == "invoice" else "Total")
    return Paper(kind, lines[title + 1], currency, rows, totals, "\n".join(lines))


def _table(lines: list[str], *, first_total: str) -> tuple[list[Row], list[tuple[str, int]]]:
    rows: list[Row] = []
    totals: list[tuple[str, int]] = []
    label = ""
    in_totals = False
    for line in lines:
        in_totals = in_totals or line == first_total
        cents = cents_of(line)
        if in_totals:
            if cents is None:
                label = line
            else:
                totals.append((label, cents))
            continue
        if cents is None and not HOURS.match(line) and not RATE.search(line):
            if not rows or rows[-1].cents:
                rows.append(Row([]))
            rows[-1].texts.append(line)
        elif HOURS.match(line):
            rows[-1].hours.append(line)
        elif cents is not None:
            rows[-1].cents.append(cents)
    return rows, totals


def cents_of(text: str) -> int | None:
    """CA$1,234.50 → 123450; None for anything else, hourly rates included."""
    found = MONEY.match(text)
    return int(found[1].replace(",", "")) * 100 + int(found[2]) if found else None


def hours_text(minutes: int) -> str:
    """215 → 3.58 h, rounded half up."""
    hundredths = (minutes * 100 + 30) // 60
    return f"{hundredths // 100}.{hundredths % 100:02d} h"
