"""The itemised price of a shift, asked for or worked, by a department's rate card.

A line is one officer's amount times the headcount, and one officer's amount is rounded first. So a quote equals the bill
to the cent when everybody works as planned. `docs/pricing.md` has the rounding tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from departments.policy.documents import Fee, LineKind, Policy, VehicleRate
from departments.policy.minutes import billable_minutes, payable_minutes
from departments.policy.premiums import PremiumRise, minutes_within, premium_rises
from departments.policy.prices import (
    Line,
    LineTax,
    PositionRequest,
    PriceTotals,
    ServiceFee,
    ShiftPrice,
    ShiftRequest,
    VehicleRequest,
    WorkedPosition,
    WorkedVehicle,
    sum_taxes,
)
from departments.policy.refusals import ShiftCannotBePriced
from kernel.money import divide_half_up, per_hour_half_up, percent_half_up, split_largest_remainder

__all__ = [
    "Line",
    "LineTax",
    "PositionRequest",
    "PriceTotals",
    "ServiceFee",
    "ShiftPrice",
    "ShiftRequest",
    "VehicleRequest",
    "WorkedPosition",
    "WorkedVehicle",
    "billable_minutes",
    "price_shift",
    "price_worked",
    "total_of",
]

MAXIMUM_HEADCOUNT = 999


def price_shift(*, policy: Policy, shift: ShiftRequest, service_fee: ServiceFee) -> ShiftPrice:
    """Price a shift as asked for. Raises UnknownRank, UnknownVehicle, ShiftCannotBePriced."""
    scheduled = scheduled_minutes(shift)
    if not shift.positions:
        raise ShiftCannotBePriced("Ask for at least one officer.", field="positions")
    lines: list[Line] = []
    for position in shift.positions:
        _check_count(position.headcount, "headcount")
        lines += labour_lines(
            policy=policy,
            shift=shift,
            worked=WorkedPosition("", position.rank_code, scheduled, scheduled, starts_at=shift.starts_at),
            headcount=position.headcount,
        )
    for vehicle in shift.vehicles:
        _check_count(vehicle.count, "vehicles")
        lines += vehicle_lines(policy=policy, vehicle=WorkedVehicle(vehicle.vehicle_code, vehicle.count, scheduled))
    return finish_price(policy=policy, lines=lines, shift=shift, service_fee=service_fee)


def price_worked(
    *,
    policy: Policy,
    shift: ShiftRequest,
    worked: Sequence[WorkedPosition],
    vehicles: Sequence[WorkedVehicle] = (),
    service_fee: ServiceFee,
) -> ShiftPrice:
    """Price a shift as worked: a labour line per assignment that worked at all, none for a no-show.

    `shift` is the shift as contracted: start, event type, notice and non-profit status, on which premiums and fees depend.
    """
    lines: list[Line] = []
    for position in worked:
        lines += labour_lines(policy=policy, shift=shift, worked=position, headcount=1)
    for vehicle in vehicles:
        lines += vehicle_lines(policy=policy, vehicle=vehicle)
    return finish_price(policy=policy, lines=lines, shift=shift, service_fee=service_fee)


def total_of(prices: Sequence[ShiftPrice]) -> PriceTotals:
    """A job's total. Raises ValueError when there is no price or there are two currencies."""
    currencies = {price.currency for price in prices}
    if len(currencies) != 1:
        raise ValueError("A total needs prices of exactly one currency.")
    return PriceTotals(
        currency=currencies.pop(),
        net_cents=sum(price.net_cents for price in prices),
        tax_cents=sum(price.tax_cents for price in prices),
        gross_cents=sum(price.gross_cents for price in prices),
        supplier_net_cents=sum(price.supplier_net_cents for price in prices),
        supplier_tax_cents=sum(price.supplier_tax_cents for price in prices),
        service_fee_cents=sum(price.service_fee_cents for price in prices),
        service_fee_tax_cents=sum(price.service_fee_tax_cents for price in prices),
        pay_cents=sum(price.pay_cents for price in prices),
        taxes=sum_taxes(line for price in prices for line in price.lines),
    )


def scheduled_minutes(shift: ShiftRequest) -> int:
    """Whole minutes from start to end. Raises ShiftCannotBePriced when there are none."""
    if shift.starts_at.tzinfo is None or shift.ends_at.tzinfo is None:
        raise ValueError("Shift times must be aware.")
    if shift.ends_at <= shift.starts_at:
        raise ShiftCannotBePriced("The shift must end after it starts. Correct the end time.", field="ends_at")
    minutes = int((shift.ends_at - shift.starts_at).total_seconds() // 60)
    if minutes == 0:
        raise ShiftCannotBePriced("The shift is shorter than a minute. Correct the end time.", field="ends_at")
    return minutes


def labour_lines(*, policy: Policy, shift: ShiftRequest, worked: WorkedPosition, headcount: int) -> list[Line]:
    """The labour line of one position or assignment, and its premiums."""
    card = policy.rate_card
    rank = card.rank(worked.rank_code)
    counted = worked.worked_minutes
    if worked.released_early and counted and card.released_early == "scheduled":
        counted = max(counted, worked.scheduled_minutes)
    billable = billable_minutes(policy=policy, worked_minutes=counted)
    if billable == 0:
        return []
    payable = payable_minutes(card=card, worked_minutes=counted, billable=billable)
    pay = per_hour_half_up(rank.pay_rate_cents_per_hour, payable)
    officer_fee = min(pay, _officer_fee(policy, pay, payable))
    net, taxes = net_and_taxes(policy, "labour", per_hour_half_up(rank.bill_rate_cents_per_hour, billable))
    base = Line(
        kind="labour",
        code=f"labour:{rank.code}",
        description=rank.name,
        supplier="department",
        net_cents=net,
        taxes=taxes,
        assignment_id=worked.assignment_id,
        rank_code=rank.code,
        billable_minutes=billable,
        unit_rate_cents_per_hour=rank.bill_rate_cents_per_hour,
        payable_minutes=payable,
        pay_cents=pay - officer_fee,
        pay_code=rank.pay_code,
        officer_fee_cents=officer_fee,
    )
    lines = [base] + [
        _premium_line(policy, base, rise, rank.pay_rate_cents_per_hour)
        for rise in _rises(policy, shift, worked, billable)
    ]
    return [_times(line, headcount) for line in lines]


def vehicle_lines(*, policy: Policy, vehicle: WorkedVehicle) -> list[Line]:
    rate = policy.rate_card.vehicle(vehicle.vehicle_code)
    if vehicle.worked_minutes == 0 or vehicle.count == 0:
        return []
    billable, amount = _vehicle_amount(policy, rate, vehicle.worked_minutes)
    net, taxes = net_and_taxes(policy, "vehicle", amount)
    line = Line(
        kind="vehicle",
        code=f"vehicle:{rate.code}",
        description=rate.name,
        supplier="department",
        net_cents=net,
        taxes=taxes,
        billable_minutes=billable,
        unit_rate_cents_per_hour=rate.rate_cents if rate.basis == "hourly" else 0,
    )
    return [_times(line, vehicle.count)]


def finish_price(
    *, policy: Policy, lines: list[Line], shift: ShiftRequest, service_fee: ServiceFee
) -> ShiftPrice:
    """Add the department's fees, then the platform's service fee."""
    supplier_lines = lines + fee_lines(policy=policy, lines=lines, shift=shift)
    subtotal = sum(line.net_cents for line in supplier_lines)
    fee = percent_half_up(subtotal, service_fee.rate_basis_points)
    platform_lines = []
    if fee:
        platform_lines.append(
            Line("service_fee", "service_fee", "Service fee", "platform", fee, _platform_tax(service_fee, fee), owner="platform")
        )
    return ShiftPrice(
        policy.currency, policy.rate_card.rates_include_tax, tuple(supplier_lines + platform_lines)
    )


def fee_lines(*, policy: Policy, lines: Sequence[Line], shift: ShiftRequest) -> list[Line]:
    fees = []
    for fee in policy.rate_card.fees:
        base = [line for line in lines if line.kind in fee.applies_to]
        if fee.paid_by != "client" or not base or not fee_applies(fee, shift):
            continue
        amount = _fee_amount(fee, base)
        if amount:
            taxes = _taxes_on(policy, "fee", amount)
            fees.append(
                Line("fee", f"fee:{fee.code}", fee.name, "department", amount, taxes, owner=fee.owner)
            )
    return fees


def fee_applies(fee: Fee, shift: ShiftRequest) -> bool:
    if fee.non_profit is not None and shift.non_profit != fee.non_profit:
        return False
    return fee.notice_less_than_minutes is None or notice_minutes(shift) < fee.notice_less_than_minutes


def notice_minutes(shift: ShiftRequest) -> int:
    """Whole minutes between request and start. Raises ShiftCannotBePriced when nobody said when it was requested."""
    if shift.requested_at is None:
        raise ShiftCannotBePriced(
            "This rate card charges by notice: say when the shift was requested.", field="requested_at"
        )
    return int((shift.starts_at - shift.requested_at).total_seconds() // 60)


def net_and_taxes(policy: Policy, kind: LineKind, amount: int) -> tuple[int, tuple[LineTax, ...]]:
    """Split a card amount into net and taxes; with inclusive rates the two always add up to the amount."""
    taxes = [tax for tax in policy.rate_card.taxes if kind in tax.applies_to]
    if not policy.rate_card.rates_include_tax:
        return amount, _taxes_on(policy, kind, amount)
    total_rate = sum(tax.rate_basis_points for tax in taxes)
    net = divide_half_up(amount * 10_000, 10_000 + total_rate)
    parts = split_largest_remainder(amount - net, [tax.rate_basis_points for tax in taxes])
    return net, tuple(
        LineTax(tax.code, tax.name, tax.rate_basis_points, cents, tax.registration_number)
        for tax, cents in zip(taxes, parts, strict=True)
    )


def _taxes_on(policy: Policy, kind: LineKind, net: int) -> tuple[LineTax, ...]:
    return tuple(
        LineTax(
            tax.code, tax.name, tax.rate_basis_points, percent_half_up(net, tax.rate_basis_points), tax.registration_number
        )
        for tax in policy.rate_card.taxes
        if kind in tax.applies_to
    )


def _platform_tax(service_fee: ServiceFee, fee: int) -> tuple[LineTax, ...]:
    if not service_fee.tax_rate_basis_points:
        return ()
    cents = percent_half_up(fee, service_fee.tax_rate_basis_points)
    return (
        LineTax(
            service_fee.tax_code,
            service_fee.tax_name,
            service_fee.tax_rate_basis_points,
            cents,
            service_fee.tax_registration_number,
        ),
    )


def _fee_amount(fee: Fee, base: Sequence[Line]) -> int:
    if fee.kind == "percent":
        amount = percent_half_up(sum(line.net_cents for line in base), fee.rate_basis_points)
    elif fee.kind == "flat":
        amount = fee.amount_cents
    else:
        amount = sum(
            per_hour_half_up(fee.amount_cents, line.billable_minutes) * line.headcount
            for line in base
            if line.kind == "labour"
        )
    return amount if fee.cap_cents is None else min(amount, fee.cap_cents)


def _officer_fee(policy: Policy, pay: int, payable: int) -> int:
    total = 0
    for fee in policy.rate_card.fees:
        if fee.paid_by == "officer":
            one = {
                "percent": percent_half_up(pay, fee.rate_basis_points),
                "per_officer_hour": per_hour_half_up(fee.amount_cents, payable),
                "flat": fee.amount_cents,
            }[fee.kind]
            total += one if fee.cap_cents is None else min(one, fee.cap_cents)
    return total


def _rises(policy: Policy, shift: ShiftRequest, worked: WorkedPosition, billable: int) -> Iterable[PremiumRise]:
    if not policy.rate_card.premiums:
        return []
    by_notice = any(premium.when.notice_less_than_minutes is not None for premium in policy.rate_card.premiums)
    return premium_rises(
        policy=policy,
        rank=policy.rate_card.rank(worked.rank_code),
        starts_at=worked.starts_at or shift.starts_at,
        minutes=billable,
        event_type=shift.event_type,
        notice_minutes=notice_minutes(shift) if by_notice else None,
    )


def _premium_line(policy: Policy, labour: Line, rise: PremiumRise, pay_rate: int) -> Line:
    net, taxes = net_and_taxes(policy, "premium", per_hour_half_up(rise.rise_cents_per_hour, rise.minutes))
    pay = 0
    if rise.premium.raises_pay:
        pay_rise = divide_half_up(pay_rate * rise.rise_cents_per_hour, labour.unit_rate_cents_per_hour or 1)
        pay = per_hour_half_up(pay_rise, minutes_within(rise.spans, labour.payable_minutes))
    return replace(
        labour,
        kind="premium",
        code=f"premium:{rise.premium.id}",
        description=f"{rise.premium.name} ({labour.description})",
        net_cents=net,
        taxes=taxes,
        billable_minutes=rise.minutes,
        unit_rate_cents_per_hour=rise.rise_cents_per_hour,
        payable_minutes=0,
        pay_cents=pay,
        officer_fee_cents=0,
    )


def _vehicle_amount(policy: Policy, rate: VehicleRate, worked_minutes: int) -> tuple[int, int]:
    if rate.basis == "flat":
        return 0, rate.rate_cents
    billable = billable_minutes(policy=policy, worked_minutes=worked_minutes, minimum_minutes=rate.minimum_minutes)
    return billable, per_hour_half_up(rate.rate_cents, billable)


def _times(line: Line, headcount: int) -> Line:
    return replace(
        line,
        headcount=headcount,
        net_cents=line.net_cents * headcount,
        taxes=tuple(replace(tax, cents=tax.cents * headcount) for tax in line.taxes),
        pay_cents=line.pay_cents * headcount,
        officer_fee_cents=line.officer_fee_cents * headcount,
    )


def _check_count(count: int, field: str) -> None:
    if not 1 <= count <= MAXIMUM_HEADCOUNT:
        raise ShiftCannotBePriced(
            f"Ask for between 1 and {MAXIMUM_HEADCOUNT}, not {count}.", field=field, asked=count, maximum=MAXIMUM_HEADCOUNT
        )
