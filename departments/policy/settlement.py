"""Who gets what of a shift's price. The parts always sum to what the client pays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from departments.policy.documents import PayeeMode
from departments.policy.prices import Line, ShiftPrice
from departments.policy.refusals import OfficerShareExceedsPrice


@dataclass(frozen=True, slots=True)
class PayrollLine:
    """What the department's, or the agency's, own payroll owes for one assignment; no transfer goes to the officer."""

    assignment_id: str
    rank_code: str
    payable_minutes: int
    pay_code: str
    pay_cents: int


@dataclass(frozen=True, slots=True)
class Split:
    officer_cents: Mapping[str, int]
    department_cents: int
    agency_cents: int
    platform_fee_cents: int
    platform_tax_cents: int
    payroll_lines: tuple[PayrollLine, ...] = ()

    @property
    def total_cents(self) -> int:
        return (
            sum(self.officer_cents.values())
            + self.department_cents
            + self.agency_cents
            + self.platform_fee_cents
            + self.platform_tax_cents
        )


def settle(*, price: ShiftPrice, payee_mode: PayeeMode) -> Split:
    """Split a price as worked. Raises OfficerShareExceedsPrice when `direct` pay would exceed the supplier's lines."""
    supplier = price.supplier_gross_cents
    if payee_mode == "agency":
        department = sum(line.gross_cents for line in price.supplier_lines if _is_departments(line))
        return _split(price, {}, department, supplier - department, _payroll_lines(price))
    if payee_mode == "payroll":
        return _split(price, {}, supplier, 0, _payroll_lines(price))
    officers: dict[str, int] = {}
    for line in price.supplier_lines:
        if line.pay_cents:
            officers[line.assignment_id] = officers.get(line.assignment_id, 0) + line.pay_cents
    refuse_overpaid(price=price, payee_mode=payee_mode)
    pay = sum(officers.values())
    return _split(price, officers, supplier - pay, 0, ())


def refuse_overpaid(*, price: ShiftPrice, payee_mode: PayeeMode) -> None:
    """Asked of a quote as of a bill. Raises OfficerShareExceedsPrice; only `direct` pay comes out of the price."""
    if payee_mode == "direct" and price.pay_cents > price.supplier_net_cents:
        raise OfficerShareExceedsPrice(pay_cents=price.pay_cents, supplier_cents=price.supplier_net_cents)


def _is_departments(line: Line) -> bool:
    """Where an agency supplies the officers, the department's own fees and vehicles, with the tax on them."""
    return line.kind in ("fee", "vehicle") and line.owner != "agency"


def _split(
    price: ShiftPrice, officers: Mapping[str, int], department: int, agency: int, payroll: tuple[PayrollLine, ...]
) -> Split:
    return Split(officers, department, agency, price.service_fee_cents, price.service_fee_tax_cents, payroll)


def _payroll_lines(price: ShiftPrice) -> tuple[PayrollLine, ...]:
    lines: dict[tuple[str, str, str], PayrollLine] = {}
    for line in price.supplier_lines:
        if not line.rank_code:
            continue
        key = (line.assignment_id, line.rank_code, line.pay_code)
        before = lines.get(key, PayrollLine(line.assignment_id, line.rank_code, 0, line.pay_code, 0))
        lines[key] = PayrollLine(
            line.assignment_id,
            line.rank_code,
            before.payable_minutes + line.payable_minutes,
            line.pay_code,
            before.pay_cents + line.pay_cents,
        )
    return tuple(lines.values())
