"""The department's fees and discounts on a shift's lines, and the taxes on every line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from departments.policy.conditions import Facts, applies
from departments.policy.documents import Policy
from departments.policy.prices import Line, LineTax, ShiftRequest
from departments.policy.rate_cards import Fee, LineKind, Tax
from departments.policy.refusals import ShiftCannotBePriced
from departments.policy.wording import money, percent
from kernel.money import divide_half_up, millionths, per_hour_half_up, percent_half_up, split_largest_remainder


def fee_lines(*, policy: Policy, lines: Sequence[Line], shift: ShiftRequest, scene: Facts) -> list[Line]:
    """In the order of the document. A fee is charged on other fees only where `also_on` names them."""
    fees: list[Line] = []
    for fee in policy.rate_card.fees:
        base = [line for line in lines if line.kind in fee.applies_to]
        if fee.paid_by != "client" or not base or not fee_applies(fee, shift, scene):
            continue
        named = {f"fee:{code}" for code in fee.also_on}
        base += [line for line in fees if line.code in named]
        amount, why = _amount(policy, fee, base, _vehicles_on(lines))
        if amount:
            fees.append(
                flat_fee_line(
                    policy=policy,
                    code=f"fee:{fee.code}",
                    name=fee.name,
                    cents=amount,
                    owner=fee.owner,
                    scene=scene,
                    explanation=why,
                )
            )
    return fees


def overrun_fee_lines(*, policy: Policy, officers: int, scene: Facts) -> list[Line]:
    """What the card charges beside the hours when `officers` stayed past the end."""
    overrun = policy.rate_card.overrun
    if overrun is None or not overrun.fee_cents or not officers:
        return []
    count = officers if overrun.fee_per == "officer" else 1
    each = f" for each of {officers}" if overrun.fee_per == "officer" else " for the shift"
    return [
        flat_fee_line(
            policy=policy,
            code="fee:overrun",
            name="Overrun fee",
            cents=overrun.fee_cents * count,
            scene=scene,
            explanation=f"{money(overrun.fee_cents, policy.currency)}{each}, past the scheduled end",
        )
    ]


def flat_fee_line(
    *,
    policy: Policy,
    code: str,
    name: str,
    cents: int,
    scene: Facts,
    owner: str = "department",
    explanation: str = "",
) -> Line:
    """A fee line; fees are always before tax, also on a card whose rates include it."""
    taxes = taxes_on(policy, "fee", cents, scene)
    return Line("fee", code, name, "department", cents, taxes, owner=owner, explanation=explanation)


def fee_applies(fee: Fee, shift: ShiftRequest, scene: Facts) -> bool:
    if fee.non_profit is not None and shift.non_profit != fee.non_profit:
        return False
    if not applies(fee.applies_when, scene):
        return False
    if fee.kind == "per_job" and shift.number != 1:
        return False
    return fee.notice_less_than_minutes is None or notice_minutes(shift) < fee.notice_less_than_minutes


def notice_minutes(shift: ShiftRequest) -> int:
    """Whole minutes between request and start. Raises ShiftCannotBePriced when nobody said when it was requested."""
    if shift.requested_at is None:
        raise ShiftCannotBePriced(
            "This rate card charges by notice: say when the shift was requested.", field="requested_at"
        )
    return (shift.starts_at - shift.requested_at) // timedelta(minutes=1)


def officer_fee(policy: Policy, pay: int, payable: int, scene: Facts) -> int:
    """What one officer's pay is less by."""
    total = 0
    for fee in policy.rate_card.fees:
        if fee.paid_by == "officer" and applies(fee.applies_when, scene):
            if fee.kind == "percent":
                one = max(percent_half_up(pay, fee.rate_basis_points), fee.floor_cents)
            elif fee.kind == "per_officer_hour":
                one = per_hour_half_up(fee.amount_cents, payable)
            else:
                one = fee.amount_cents
            total += one if fee.cap_cents is None else min(one, fee.cap_cents)
    return total


def net_and_taxes(policy: Policy, kind: LineKind, amount: int, scene: Facts) -> tuple[int, tuple[LineTax, ...]]:
    """Split a card amount into net and taxes; with inclusive rates the two always add up to the amount, unless the
    client is exempt from a tax that it contains."""
    taxes = [tax for tax in policy.rate_card.taxes if kind in tax.applies_to]
    if not policy.rate_card.rates_include_tax:
        return amount, taxes_on(policy, kind, amount, scene)
    rates = [millionths(tax.rate_basis_points) for tax in taxes]
    net = divide_half_up(amount * 1_000_000, 1_000_000 + sum(rates))
    parts = split_largest_remainder(amount - net, rates)
    return net, tuple(
        _line_tax(tax, cents) for tax, cents in zip(taxes, parts, strict=True) if applies(tax.applies_when, scene)
    )


def taxes_on(policy: Policy, kind: LineKind, net: int, scene: Facts) -> tuple[LineTax, ...]:
    return tuple(
        _line_tax(tax, percent_half_up(net, tax.rate_basis_points))
        for tax in policy.rate_card.taxes
        if kind in tax.applies_to and applies(tax.applies_when, scene)
    )


def _line_tax(tax: Tax, cents: int) -> LineTax:
    return LineTax(tax.code, tax.name, tax.rate_basis_points, cents, tax.registration_number)


def _amount(policy: Policy, fee: Fee, base: Sequence[Line], vehicles: int) -> tuple[int, str]:
    """Cents, and in words of what."""
    currency = policy.currency
    if fee.kind in ("percent", "discount"):
        total = sum(line.net_cents for line in base)
        amount = max(percent_half_up(total, fee.rate_basis_points), fee.floor_cents)
        why = f"{percent(fee.rate_basis_points)} of {money(total, currency)} before tax"
        if amount == fee.floor_cents and amount:
            why += f", at least {money(fee.floor_cents, currency)}"
    elif fee.kind == "per_officer_hour":
        labour = [line for line in base if line.kind == "labour"]
        amount = sum(per_hour_half_up(fee.amount_cents, line.billable_minutes) * line.headcount for line in labour)
        why = f"{money(fee.amount_cents, currency)} for each officer and billed hour"
    else:
        count, noun = _count(fee, base, vehicles)
        amount = fee.amount_cents * count
        why = f"{money(fee.amount_cents, currency)} {noun}"
    if fee.cap_cents is not None and amount > fee.cap_cents:
        amount, why = fee.cap_cents, f"{why}, at most {money(fee.cap_cents, currency)}"
    return (-amount if fee.kind == "discount" else amount), why


def _vehicles_on(lines: Sequence[Line]) -> int:
    """Those that are charged for: none on a cancellation that charges none."""
    return sum(line.headcount for line in lines if line.kind == "vehicle")


def _count(fee: Fee, base: Sequence[Line], vehicles: int) -> tuple[int, str]:
    if fee.kind == "per_officer":
        return sum(
            line.headcount for line in base if line.kind == "labour" and line.billable_minutes
        ), "for each officer"
    if fee.kind == "per_vehicle":
        return vehicles, "for each vehicle"
    return 1, "for the job" if fee.kind == "per_job" else "for the shift"
