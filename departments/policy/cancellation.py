"""What a cancelled shift still costs: who cancelled, how long before, and the row of the matrix that fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from departments.policy.documents import CancellationRow, CancelledBy, Policy
from departments.policy.price_lines import (
    fee_lines,
    flat_fee_line,
    labour_lines,
    scheduled_minutes,
    vehicle_lines,
    with_service_fee,
)
from departments.policy.prices import Line, ServiceFee, ShiftPrice, ShiftRequest, WorkedPosition, WorkedVehicle
from kernel.money import percent_half_up


def cancellation_row(
    *, policy: Policy, starts_at: datetime, cancelled_by: CancelledBy, cancelled_at: datetime
) -> CancellationRow | None:
    """The first row of the matrix that fits; None when the policy has none, and nothing is charged."""
    seconds = (starts_at - cancelled_at).total_seconds()
    for row in policy.cancellation:
        if cancelled_by not in row.cancelled_by:
            continue
        if row.notice_less_than_minutes is None:
            return row
        limit = row.notice_less_than_minutes * 60
        if seconds < limit or (row.boundary_included and seconds == limit):
            return row
    return None


def price_cancellation(
    *,
    policy: Policy,
    shift: ShiftRequest,
    cancelled_by: CancelledBy,
    cancelled_at: datetime,
    service_fee: ServiceFee,
    assignment_ids: Sequence[tuple[str, str]] = (),
) -> ShiftPrice:
    """The charge for a cancelled shift; a price without lines when it is free.

    `assignment_ids` are (assignment id, rank code) of officers already assigned, so that each is paid by name;
    positions beyond those are priced without a name.
    """
    row = cancellation_row(
        policy=policy, starts_at=shift.starts_at, cancelled_by=cancelled_by, cancelled_at=cancelled_at
    )
    lines: list[Line] = []
    if row is not None:
        lines += _labour(policy, shift, row, list(assignment_ids))
        if row.charge_vehicles:
            for vehicle in shift.vehicles:
                minutes = _minutes(row, shift)
                lines += vehicle_lines(
                    policy=policy, vehicle=WorkedVehicle(vehicle.vehicle_code, vehicle.count, minutes)
                )
        if row.apply_fees:
            lines += fee_lines(policy=policy, lines=lines, shift=shift)
        amount = row.flat_fee_cents + percent_half_up(
            sum(line.net_cents for line in lines if line.kind != "fee"), row.percent_fee_basis_points
        )
        if amount:
            lines.append(flat_fee_line(policy=policy, code="fee:cancellation", name="Cancellation fee", cents=amount))
    return with_service_fee(policy=policy, supplier_lines=lines, service_fee=service_fee)


def _minutes(row: CancellationRow, shift: ShiftRequest) -> int:
    return scheduled_minutes(shift) if row.charge_whole_shift else row.charge_minutes_per_officer


def _labour(policy: Policy, shift: ShiftRequest, row: CancellationRow, assigned: list[tuple[str, str]]) -> list[Line]:
    minutes = _minutes(row, shift)
    lines: list[Line] = []
    for position in shift.positions:
        named = [one for one in assigned if one[1] == position.rank_code][: position.headcount]
        for assignment_id, rank_code in named:
            worked = WorkedPosition(assignment_id, rank_code, minutes, starts_at=shift.starts_at)
            lines += _cancelled(policy, shift, worked, 1, exact=not row.charge_whole_shift)
        unnamed = position.headcount - len(named)
        if unnamed:
            worked = WorkedPosition("", position.rank_code, minutes, starts_at=shift.starts_at)
            lines += _cancelled(policy, shift, worked, unnamed, exact=not row.charge_whole_shift)
    return lines


def _cancelled(
    policy: Policy, shift: ShiftRequest, worked: WorkedPosition, headcount: int, *, exact: bool
) -> list[Line]:
    priced = labour_lines(
        policy=policy,
        shift=shift,
        worked=worked,
        headcount=headcount,
        billable=worked.worked_minutes if exact else None,
        with_premiums=False,
    )
    return [replace(line, description=f"Cancelled: {line.description}") for line in priced]
