"""What belongs on an officer's statement. Values only. Cents are before tax and in the document's one currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

# earned or taken_back: what is owed changed without money moving. paid or returned: money moved.
MoveKind = Literal["earned", "taken_back", "paid", "returned"]


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One assignment's approved work. `pay_cents` is what the officer gets; `fee_cents` was taken off before."""

    payer_id: UUID
    settled_at: datetime
    reference: str
    title: str
    detail: str
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
    description: str
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

    def sum_of(self, kind: MoveKind) -> int:
        return sum(move.cents for move in self.movements if move.kind == kind)

    @property
    def invoiced_cents(self) -> int:
        """What the officer's self-billed invoice comes to: work and its corrections, whether paid yet or not."""
        return self.work_cents + self.sum_of("earned") - self.sum_of("taken_back")

    @property
    def position_cents(self) -> int:
        """By how much what is owed to the officer has risen."""
        return self.work_cents + sum(move.position_cents for move in self.movements)
