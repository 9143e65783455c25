"""What a period's documents say, as plain data that is stored beside the PDF. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from billing.periods.lines import Lines, Movement, WorkLine


@dataclass(frozen=True, slots=True)
class Payer:
    """The department that owes the pay, and issues the document. `tax_numbers` are its registrations."""

    id: UUID
    name: str
    address: str
    email: str
    time_zone: str
    tax_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """`until` is half-open."""

    payer: Payer
    officer: str
    currency: str
    first: date
    until: date
    number: str
    issued_on: date

    def to_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "issued_on": self.issued_on.isoformat(),
            "currency": self.currency,
            "issuer": [self.payer.name, self.payer.address, self.payer.email],
            "officer": self.officer,
            "period": {
                "first_date": self.first.isoformat(),
                "last_date": (self.until - timedelta(days=1)).isoformat(),
            },
        }


def statement_content(*, heading: Heading, lines: Lines, opening_cents: int) -> dict[str, Any]:
    """What was owed, what was earned, what was paid, what is owed now; and what payroll was told.

    `total_cents` is what was earned by either way, corrections included.
    """
    zone = heading.payer.time_zone
    return {
        **heading.to_json(),
        "lines": _work(lines.work, zone),
        "payroll_lines": _work(lines.payroll, zone),
        "movements": _moves(lines.movements, zone),
        "opening_cents": opening_cents,
        "earned_cents": lines.invoiced_cents,
        "paid_cents": lines.sum_of("paid"),
        "returned_cents": lines.sum_of("returned"),
        "closing_cents": opening_cents + lines.position_cents,
        "payroll_cents": lines.payroll_cents,
        "total_cents": lines.invoiced_cents + lines.payroll_cents,
    }


def self_billed_content(*, heading: Heading, lines: Lines) -> dict[str, Any]:
    """The officer's invoice to the payer, issued by the payer in the officer's name.

    No tax is added: the pay rates carry none, and the platform knows of no registration of the officer's. The tax on
    the client's bill is the payer's own, under the payer's number.
    """
    zone = heading.payer.time_zone
    corrections = [move for move in lines.movements if move.kind in ("earned", "taken_back")]
    return {
        **heading.to_json(),
        "supplier": {"name": heading.officer, "tax_numbers": []},
        "buyer": {
            "name": heading.payer.name,
            "address": heading.payer.address,
            "tax_numbers": list(heading.payer.tax_numbers),
        },
        "lines": _work(lines.work, zone),
        "corrections": _moves(corrections, zone),
        "net_cents": lines.invoiced_cents,
        "taxes": [],
        "total_cents": lines.invoiced_cents,
    }


def _work(lines: Sequence[WorkLine], zone: str) -> list[dict[str, Any]]:
    return [
        {
            **{name: value for name, value in asdict(line).items() if name not in ("payer_id", "settled_at")},
            "settled_on": line.settled_at.astimezone(ZoneInfo(zone)).date().isoformat(),
        }
        for line in lines
    ]


def _moves(moves: Sequence[Movement], zone: str) -> list[dict[str, Any]]:
    return [
        {
            "kind": move.kind,
            "on": move.happened_at.astimezone(ZoneInfo(zone)).date().isoformat(),
            "reference": move.reference,
            "description": move.description,
            "cents": move.cents,
            "position_cents": move.position_cents,
        }
        for move in moves
    ]
