"""What an officer earned from one payer in a period. Values only; cents are before tax, in the one currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from billing.documents.content import Tax

# earned or taken_back: what is owed changed without money moving. paid or returned: money moved.
MoveKind = Literal["earned", "taken_back", "paid", "returned"]


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One assignment. `pay_cents` is what the officer gets; `fee_cents` was taken off before.

    `starts_at` and `ends_at` are what was worked; of a shift that was cancelled and is paid, what was planned.
    """

    payer_id: UUID
    reference: str
    title: str
    rank_name: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    pay_code: str
    worked_minutes: int
    paid_minutes: int
    rate_cents_per_hour: int
    pay_cents: int
    fee_cents: int = 0


@dataclass(frozen=True, slots=True)
class Movement:
    """What else happened to what is owed to the officer; `cents` above zero."""

    kind: MoveKind
    payer_id: UUID
    happened_at: datetime
    reference: str
    cents: int

    @property
    def position_cents(self) -> int:
        return self.cents if self.kind in ("earned", "returned") else -self.cents


@dataclass(frozen=True, slots=True)
class Lines:
    """Of one payer and period. `work` is owed by transfer, `payroll` by the payer's own payroll."""

    work: tuple[WorkLine, ...] = ()
    payroll: tuple[WorkLine, ...] = ()
    movements: tuple[Movement, ...] = ()

    @property
    def work_cents(self) -> int:
        return sum(line.pay_cents for line in self.work)

    @property
    def payroll_cents(self) -> int:
        return sum(line.pay_cents for line in self.payroll)

    @property
    def corrections(self) -> tuple[Movement, ...]:
        return tuple(move for move in self.movements if move.kind in ("earned", "taken_back"))

    def sum_of(self, kind: MoveKind) -> int:
        return sum(move.cents for move in self.movements if move.kind == kind)

    @property
    def invoiced_cents(self) -> int:
        """What the officer's self-billed invoice comes to: work and its corrections, whether paid yet or not."""
        return self.work_cents + self.sum_of("earned") - self.sum_of("taken_back")

    @property
    def is_invoiced(self) -> bool:
        """Pay through payroll is wages: nobody invoices it."""
        return bool(self.work) or self.invoiced_cents != 0

    @property
    def position_cents(self) -> int:
        """By how much what is owed to the officer has risen."""
        return self.work_cents + sum(move.position_cents for move in self.movements)


@dataclass(frozen=True, slots=True)
class EarningsPeriod:
    """An officer's lines from one payer; both days belong to the period.

    `payer_tenant_id` is the department or agency that issues. `opening_cents` was owed before, `closing_cents` is owed
    at the end, by the books of whoever computed the period. No tax is added but what `taxes` say.
    """

    officer_id: UUID
    payer_tenant_id: UUID
    currency: str
    first_date: date
    last_date: date
    lines: Lines
    opening_cents: int
    closing_cents: int
    taxes: tuple[Tax, ...] = ()
    officer_address: str = ""
    officer_tax_numbers: tuple[str, ...] = ()
