"""The lines of a price: labour with its premiums, vehicles, fees, the platform's service fee. Used by `pricing.py`.

A line is one officer's amount times the headcount, and one officer's amount is rounded first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from departments.policy.conditions import Facts
from departments.policy.documents import Policy
from departments.policy.fees import fee_lines, net_and_taxes, notice_minutes, officer_fee, overrun_fee_lines
from departments.policy.minutes import Billing, payable_minutes
from departments.policy.places import billing_of_position
from departments.policy.premiums import PremiumRise, minutes_within, premium_rises
from departments.policy.prices import (
    Line,
    LineTax,
    ServiceFee,
    ShiftPrice,
    ShiftRequest,
    VehicleRequest,
    WorkedPosition,
    WorkedVehicle,
)
from departments.policy.rate_cards import VehicleRate
from departments.policy.refusals import ShiftCannotBePriced
from departments.policy.scenes import request_scene
from departments.policy.wording import duration, money, percent
from kernel.money import divide_half_up, per_hour_half_up, percent_half_up


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
    billing: Billing | None = None,
    with_premiums: bool = True,
) -> list[Line]:
    """The labour line of one position or assignment, and its premiums.

    `billable` takes minutes as given, past minimums and rounding: what a cancellation charges. `billing`: what was
    counted before, as an officer's share of a place.
    """
    card = policy.rate_card
    rank = card.rank(worked.rank_code)
    scene = request_scene(policy=policy, shift=shift, rank_code=rank.code)
    if billing is None and billable is None:
        billing = billing_of_position(card=card, scene=scene, worked=worked)
    elif billing is None and billable is not None:
        payable = payable_minutes(card=card, worked_minutes=worked.worked_minutes, billable=billable)
        billing = Billing(billable, payable, duration(billable))
    assert billing is not None
    if billing.billable == 0:
        return []
    pay = per_hour_half_up(rank.pay_rate_cents_per_hour, billing.payable)
    fee = min(pay, officer_fee(policy, pay, billing.payable, scene))
    amount = per_hour_half_up(rank.bill_rate_cents_per_hour, billing.billable)
    net, taxes = net_and_taxes(policy, "labour", amount, scene)
    base = Line(
        kind="labour",
        code=f"labour:{rank.code}",
        description=rank.name,
        supplier="department",
        net_cents=net,
        taxes=taxes,
        assignment_id=worked.assignment_id,
        rank_code=rank.code,
        billable_minutes=billing.billable,
        unit_rate_cents_per_hour=rank.bill_rate_cents_per_hour,
        payable_minutes=billing.payable,
        pay_cents=pay - fee,
        pay_code=rank.pay_code,
        officer_fee_cents=fee,
        explanation=f"{billing.why}, at {money(rank.bill_rate_cents_per_hour, policy.currency)} an hour",
    )
    rises = _rises(policy, shift, worked, billing.billable, scene) if with_premiums else []
    lines = [base] + [_premium_line(policy, base, rise, rank.pay_rate_cents_per_hour, scene) for rise in rises]
    if not worked.billed:
        lines = [_unbilled(line) for line in lines]
    return [_times(line, headcount) for line in lines]


def _unbilled(line: Line) -> Line:
    """A supervisor who comes along: on the shift and in the pay, at nothing on the bill."""
    said = "required by the department and not charged"
    return replace(
        line,
        net_cents=0,
        taxes=tuple(replace(tax, cents=0) for tax in line.taxes),
        billable_minutes=0,
        unit_rate_cents_per_hour=0,
        explanation=said,
    )


def vehicle_lines(
    *, policy: Policy, vehicle: WorkedVehicle, shift: ShiftRequest, billable: int | None = None
) -> list[Line]:
    """Billed like the officer who stayed longest, unless the vehicle has a minimum of its own.

    `billable` takes minutes as given, past minimums and rounding: what a cancellation charges. `billing`: what was
    counted before, as an officer's share of a place.
    """
    scene = request_scene(policy=policy, shift=shift)
    rate = policy.rate_card.vehicle(vehicle.vehicle_code)
    if vehicle.worked_minutes == 0 or vehicle.count == 0:
        return []
    if rate.basis == "flat":
        billable, amount = 0, rate.rate_cents
    else:
        billable = _vehicle_minutes(policy, rate, vehicle, scene) if billable is None else billable
        amount = per_hour_half_up(rate.rate_cents, billable)
    net, taxes = net_and_taxes(policy, "vehicle", amount, scene)
    line = Line(
        kind="vehicle",
        code=f"vehicle:{rate.code}",
        description=rate.name,
        supplier="department",
        net_cents=net,
        taxes=taxes,
        billable_minutes=billable,
        unit_rate_cents_per_hour=rate.rate_cents if rate.basis == "hourly" else 0,
        explanation=_vehicle_in_words(policy, rate, vehicle.worked_minutes, billable),
    )
    return [_times(line, vehicle.count)]


def finish_price(
    *, policy: Policy, lines: list[Line], shift: ShiftRequest, service_fee: ServiceFee, overran: int = 0
) -> ShiftPrice:
    """Add the department's fees, then the platform's service fee. `overran`: officers with a billed overrun."""
    scene = request_scene(policy=policy, shift=shift)
    supplier_lines = [
        *lines,
        *overrun_fee_lines(policy=policy, officers=overran, scene=scene),
        *fee_lines(policy=policy, lines=lines, shift=shift, scene=scene),
    ]
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
                explanation=(
                    f"{percent(service_fee.rate_basis_points)} of {money(subtotal, policy.currency)} before tax"
                ),
            )
        )
    return ShiftPrice(policy.currency, policy.rate_card.rates_include_tax, tuple(supplier_lines + platform_lines))


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


def _rises(
    policy: Policy, shift: ShiftRequest, worked: WorkedPosition, billable: int, scene: Facts
) -> Iterable[PremiumRise]:
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
        scene=scene,
    )


def _premium_line(policy: Policy, labour: Line, rise: PremiumRise, pay_rate: int, scene: Facts) -> Line:
    amount = per_hour_half_up(rise.rise_cents_per_hour, rise.minutes)
    net, taxes = net_and_taxes(policy, "premium", amount, scene)
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
        explanation=(
            f"{duration(rise.minutes)} of it, {_effect_in_words(policy, rise)}: "
            f"{money(rise.rise_cents_per_hour, policy.currency)} an hour on top"
        ),
    )


def _effect_in_words(policy: Policy, rise: PremiumRise) -> str:
    premium = rise.premium
    if premium.effect == "percent":
        return f"{percent(premium.rate_basis_points)} more"
    if premium.effect == "multiply":
        return f"{percent(premium.rate_basis_points)} of the rate"
    if premium.effect == "cents_per_hour":
        return f"{money(premium.amount_cents_per_hour, policy.currency)} more an hour"
    return "another rate instead"


def _vehicle_in_words(policy: Policy, rate: VehicleRate, worked_minutes: int, billable: int) -> str:
    price = money(rate.rate_cents, policy.currency)
    if rate.basis == "flat":
        return f"{price} for the shift"
    rounded = f"; billed as {duration(billable)}" if billable != worked_minutes else ""
    return f"{duration(worked_minutes)}{rounded}, at {price} an hour"


def vehicle_as_asked(vehicle: VehicleRequest, scheduled: int) -> WorkedVehicle:
    """As long as the shift, like everybody on it."""
    return WorkedVehicle(vehicle.vehicle_code, vehicle.count, scheduled, WorkedPosition("", "", scheduled, scheduled))


def _vehicle_minutes(policy: Policy, rate: VehicleRate, vehicle: WorkedVehicle, scene: Facts) -> int:
    officer = vehicle.officer or WorkedPosition("", "", vehicle.worked_minutes)
    return billing_of_position(
        card=policy.rate_card,
        scene=scene,
        worked=replace(officer, worked_minutes=vehicle.worked_minutes),
        minimum_minutes=rate.minimum_minutes,
    ).billable


def _times(line: Line, headcount: int) -> Line:
    return replace(
        line,
        headcount=headcount,
        net_cents=line.net_cents * headcount,
        taxes=tuple(replace(tax, cents=tax.cents * headcount) for tax in line.taxes),
        pay_cents=line.pay_cents * headcount,
        officer_fee_cents=line.officer_fee_cents * headcount,
    )
