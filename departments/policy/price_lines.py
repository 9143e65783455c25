"""The lines of a price: labour with its premiums, vehicles, fees, the platform's service fee. Used by `pricing.py`.

A line is one officer's amount times the headcount, and one officer's amount is rounded first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from departments.policy.documents import Policy
from departments.policy.minutes import billable_minutes, payable_minutes
from departments.policy.premiums import PremiumRise, minutes_within, premium_rises
from departments.policy.prices import Line, LineTax, ServiceFee, ShiftPrice, ShiftRequest, WorkedPosition, WorkedVehicle
from departments.policy.rate_cards import Fee, LineKind, VehicleRate
from departments.policy.refusals import ShiftCannotBePriced
from kernel.money import divide_half_up, per_hour_half_up, percent_half_up, split_largest_remainder


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


def labour_lines(
    *,
    policy: Policy,
    shift: ShiftRequest,
    worked: WorkedPosition,
    headcount: int,
    billable: int | None = None,
    with_premiums: bool = True,
) -> list[Line]:
    """The labour line of one position or assignment, and its premiums.

    `billable` takes minutes as given, past minimums and rounding: what a cancellation charges.
    """
    card = policy.rate_card
    rank = card.rank(worked.rank_code)
    counted = worked.worked_minutes
    if worked.released_early and counted and card.released_early == "scheduled":
        counted = max(counted, worked.scheduled_minutes)
    if billable is None:
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
    rises = _rises(policy, shift, worked, billable) if with_premiums else []
    lines = [base] + [_premium_line(policy, base, rise, rank.pay_rate_cents_per_hour) for rise in rises]
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


def finish_price(*, policy: Policy, lines: list[Line], shift: ShiftRequest, service_fee: ServiceFee) -> ShiftPrice:
    """Add the department's fees, then the platform's service fee."""
    supplier_lines = lines + fee_lines(policy=policy, lines=lines, shift=shift)
    return with_service_fee(policy=policy, supplier_lines=supplier_lines, service_fee=service_fee)


def with_service_fee(*, policy: Policy, supplier_lines: list[Line], service_fee: ServiceFee) -> ShiftPrice:
    subtotal = sum(line.net_cents for line in supplier_lines)
    fee = percent_half_up(subtotal, service_fee.rate_basis_points)
    platform_lines = []
    if fee:
        platform_lines.append(
            Line(
                "service_fee",
                "service_fee",
                "Service fee",
                "platform",
                fee,
                _platform_tax(service_fee, fee),
                owner="platform",
            )
        )
    return ShiftPrice(policy.currency, policy.rate_card.rates_include_tax, tuple(supplier_lines + platform_lines))


def fee_lines(*, policy: Policy, lines: Sequence[Line], shift: ShiftRequest) -> list[Line]:
    fees = []
    for fee in policy.rate_card.fees:
        base = [line for line in lines if line.kind in fee.applies_to]
        if fee.paid_by != "client" or not base or not fee_applies(fee, shift):
            continue
        amount = _fee_amount(fee, base)
        if amount:
            fees.append(
                flat_fee_line(policy=policy, code=f"fee:{fee.code}", name=fee.name, cents=amount, owner=fee.owner)
            )
    return fees


def flat_fee_line(*, policy: Policy, code: str, name: str, cents: int, owner: str = "department") -> Line:
    """A fee line; fees are always before tax, also on a card whose rates include it."""
    return Line("fee", code, name, "department", cents, _taxes_on(policy, "fee", cents), owner=owner)


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
            tax.code,
            tax.name,
            tax.rate_basis_points,
            percent_half_up(net, tax.rate_basis_points),
            tax.registration_number,
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
