"""What is asked, what was worked, and the itemised price. Values only; `pricing.py` computes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any, Literal

from departments.policy.rate_cards import LineKind

Supplier = Literal["department", "platform"]


@dataclass(frozen=True, slots=True)
class PositionRequest:
    """`billed` False: a supervisor who comes along and is paid, and whom the client does not pay."""

    rank_code: str
    headcount: int
    billed: bool = True


@dataclass(frozen=True, slots=True)
class VehicleRequest:
    vehicle_code: str
    count: int


@dataclass(frozen=True, slots=True)
class ShiftRequest:
    """`requested_at` is needed when the rate card charges by notice.

    `number` is 1 for the job's first shift. `facts` by name (`venue.kind`, `client.attributes.utility`) are what
    conditions ask and no other field says; JSON values.
    """

    starts_at: datetime
    ends_at: datetime
    positions: tuple[PositionRequest, ...]
    vehicles: tuple[VehicleRequest, ...] = ()
    shift_id: str = ""
    event_type: str = ""
    requested_at: datetime | None = None
    crowd: int | None = None
    alcohol: bool = False
    non_profit: bool = False
    number: int = 1
    duties: tuple[str, ...] = ()
    # Where it is, as far as it is known.
    latitude: float | None = None
    longitude: float | None = None
    postal_code: str = ""
    place_name: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WorkedPosition:
    """One assignment's approved work. `starts_at` is when work began, the shift's start when left out.

    `worked_minutes` is from start to end; `meal_minutes` of it were a break. `overrun_unrelated`: what went past the
    scheduled end had nothing to do with the job. `unpaid_minutes` of the break nobody pays; None: as the card says.
    """

    assignment_id: str
    rank_code: str
    worked_minutes: int
    scheduled_minutes: int = 0
    released_early: bool = False
    starts_at: datetime | None = None
    meal_minutes: int = 0
    unpaid_minutes: int | None = None
    overrun_unrelated: bool = False
    billed: bool = True
    # Who relieved whom share one place; "" is a place of one's own.
    place: str = ""


@dataclass(frozen=True, slots=True)
class WorkedVehicle:
    """`officer` stayed longest: the vehicle shares the overrun, the meal and the early release."""

    vehicle_code: str
    count: int
    worked_minutes: int
    officer: WorkedPosition | None = None


@dataclass(frozen=True, slots=True)
class ServiceFee:
    """The platform's own fee: a percentage of the supplier's lines before tax, taxed on its own."""

    rate_basis_points: int
    tax_code: str = ""
    tax_name: str = ""
    tax_rate_basis_points: int = 0
    tax_registration_number: str = ""


@dataclass(frozen=True, slots=True)
class LineTax:
    code: str
    name: str
    rate_basis_points: float
    cents: int
    registration_number: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a quote or an invoice. Minutes are per officer or vehicle; cents are for the whole line.

    `unit_rate_cents_per_hour` is the card's rate, tax included when the price says `rates_include_tax`.
    `pay_cents` is the officers' share of the line, already less `officer_fee_cents`. `explanation` says in words how
    the minutes and the amount came about; prices stored before there was one read as "".
    """

    kind: LineKind
    code: str
    description: str
    supplier: Supplier
    net_cents: int
    taxes: tuple[LineTax, ...] = ()
    assignment_id: str = ""
    rank_code: str = ""
    headcount: int = 1
    billable_minutes: int = 0
    unit_rate_cents_per_hour: int = 0
    payable_minutes: int = 0
    pay_cents: int = 0
    pay_code: str = ""
    officer_fee_cents: int = 0
    owner: str = "department"
    explanation: str = ""

    @property
    def tax_cents(self) -> int:
        return sum(tax.cents for tax in self.taxes)

    @property
    def tax_code(self) -> str:
        return "+".join(tax.code for tax in self.taxes)

    @property
    def gross_cents(self) -> int:
        return self.net_cents + self.tax_cents


@dataclass(frozen=True, slots=True)
class ShiftPrice:
    """The price of one shift. Every fee and tax is computed per shift, so shifts sum to the job exactly."""

    currency: str
    rates_include_tax: bool
    lines: tuple[Line, ...]

    @property
    def supplier_lines(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.supplier == "department")

    @property
    def platform_lines(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.supplier == "platform")

    @property
    def net_cents(self) -> int:
        return sum(line.net_cents for line in self.lines)

    @property
    def tax_cents(self) -> int:
        return sum(line.tax_cents for line in self.lines)

    @property
    def gross_cents(self) -> int:
        return sum(line.gross_cents for line in self.lines)

    @property
    def supplier_net_cents(self) -> int:
        return sum(line.net_cents for line in self.supplier_lines)

    @property
    def supplier_tax_cents(self) -> int:
        return sum(line.tax_cents for line in self.supplier_lines)

    @property
    def supplier_gross_cents(self) -> int:
        return self.supplier_net_cents + self.supplier_tax_cents

    @property
    def service_fee_cents(self) -> int:
        return sum(line.net_cents for line in self.platform_lines)

    @property
    def service_fee_tax_cents(self) -> int:
        return sum(line.tax_cents for line in self.platform_lines)

    @property
    def pay_cents(self) -> int:
        return sum(line.pay_cents for line in self.lines)

    def taxes(self) -> tuple[LineTax, ...]:
        """One entry per tax and registration, in order of first use; the department's and the platform's stay apart."""
        return sum_taxes(self.lines)

    def to_json(self) -> dict[str, Any]:
        return {
            "currency": self.currency,
            "rates_include_tax": self.rates_include_tax,
            "lines": [
                {**asdict(line), "tax_cents": line.tax_cents, "gross_cents": line.gross_cents} for line in self.lines
            ],
            "net_cents": self.net_cents,
            "tax_cents": self.tax_cents,
            "gross_cents": self.gross_cents,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ShiftPrice:
        """Read what `to_json` wrote; totals are recomputed, never trusted."""
        lines = []
        known = {one.name for one in fields(Line)}
        for item in data["lines"]:
            values = {key: value for key, value in item.items() if key in known}
            values["taxes"] = tuple(LineTax(**tax) for tax in values["taxes"])
            lines.append(Line(**values))
        return cls(data["currency"], data["rates_include_tax"], tuple(lines))


@dataclass(frozen=True, slots=True)
class PriceTotals:
    currency: str
    net_cents: int
    tax_cents: int
    gross_cents: int
    supplier_net_cents: int
    supplier_tax_cents: int
    service_fee_cents: int
    service_fee_tax_cents: int
    pay_cents: int
    taxes: tuple[LineTax, ...]


def sum_taxes(lines: Iterable[Line]) -> tuple[LineTax, ...]:
    totals: dict[tuple[str, str, float, str], int] = {}
    for line in lines:
        for tax in line.taxes:
            key = (tax.code, tax.name, tax.rate_basis_points, tax.registration_number)
            totals[key] = totals.get(key, 0) + tax.cents
    return tuple(LineTax(code, name, rate, cents, number) for (code, name, rate, number), cents in totals.items())
