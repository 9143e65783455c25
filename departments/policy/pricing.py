"""The itemised price of a shift, asked for or worked, by a department's rate card.

A line is one officer's amount times the headcount, and one officer's amount is rounded first. So a quote equals the
bill to the cent when everybody works as planned. `docs/pricing.md` has the rounding tables.
"""

from __future__ import annotations

from collections.abc import Sequence

from departments.policy.cancellation import price_cancellation
from departments.policy.documents import Policy
from departments.policy.minutes import billable_minutes
from departments.policy.places import billing_by_officer, places_of
from departments.policy.price_lines import (
    finish_price,
    labour_lines,
    scheduled_minutes,
    vehicle_as_asked,
    vehicle_lines,
)
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
from departments.policy.scenes import request_scene

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
    "price_cancellation",
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
            worked=WorkedPosition(
                "", position.rank_code, scheduled, scheduled, starts_at=shift.starts_at, billed=position.billed
            ),
            headcount=position.headcount,
        )
    for vehicle in shift.vehicles:
        _check_count(vehicle.count, "vehicles")
        lines += vehicle_lines(policy=policy, vehicle=vehicle_as_asked(vehicle, scheduled), shift=shift)
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

    `shift` is the shift as contracted: start, event type, notice and non-profit status, which premiums and fees need.
    """
    lines: list[Line] = []
    overran = 0
    for group in places_of(worked):
        rank = policy.rate_card.rank(group[0].rank_code)
        scene = request_scene(policy=policy, shift=shift, rank_code=rank.code)
        shares = billing_by_officer(card=policy.rate_card, scene=scene, group=group)
        overran += shares[-1].overran
        for position, share in zip(group, shares, strict=True):
            lines += labour_lines(policy=policy, shift=shift, worked=position, headcount=1, billing=share)
    for vehicle in vehicles:
        lines += vehicle_lines(policy=policy, vehicle=vehicle, shift=shift)
    return finish_price(policy=policy, lines=lines, shift=shift, service_fee=service_fee, overran=overran)


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


def _check_count(count: int, field: str) -> None:
    if not 1 <= count <= MAXIMUM_HEADCOUNT:
        raise ShiftCannotBePriced(
            f"Ask for between 1 and {MAXIMUM_HEADCOUNT}, not {count}.",
            field=field,
            asked=count,
            maximum=MAXIMUM_HEADCOUNT,
        )
