"""What a cancelled shift still costs: who cancelled, how long before, and the row of the matrix that fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from departments.policy.calendars import office_moment
from departments.policy.conditions import Facts, applies
from departments.policy.documents import CancellationRow, CancelledBy, Policy
from departments.policy.fees import fee_lines, flat_fee_line
from departments.policy.notice import notice_given
from departments.policy.price_lines import (
    labour_lines,
    scheduled_minutes,
    vehicle_as_asked,
    vehicle_lines,
    with_service_fee,
)
from departments.policy.prices import Line, ServiceFee, ShiftPrice, ShiftRequest, WorkedPosition
from departments.policy.scenes import request_scene
from departments.policy.wording import money, percent
from kernel.money import percent_half_up


def cancellation_row(
    *,
    policy: Policy,
    starts_at: datetime,
    cancelled_by: CancelledBy,
    cancelled_at: datetime,
    shift: ShiftRequest | None = None,
) -> CancellationRow | None:
    """The first row of the matrix that fits; None when the policy has none, and nothing is charged.

    Rows with a condition need the `shift` to ask about; without it they do not fit.
    """
    scene = request_scene(policy=policy, shift=shift) if shift is not None else None
    for row in policy.cancellation:
        if cancelled_by not in row.cancelled_by:
            continue
        if row.applies_when is not None and (scene is None or not applies(row.applies_when, scene)):
            continue
        if _fits(policy, row, starts_at, cancelled_at):
            return row
    return None


def _fits(policy: Policy, row: CancellationRow, starts_at: datetime, cancelled_at: datetime) -> bool:
    moment = office_moment(policy, cancelled_at) if row.in_office_hours else cancelled_at
    if row.notice_less_than_minutes is not None:
        seconds, limit = (starts_at - moment).total_seconds(), row.notice_less_than_minutes * 60
        return seconds < limit or (row.boundary_included and seconds == limit)
    if row.notice_less_than_business_days is not None:
        days = notice_given(policy=policy, at=moment, starts_at=starts_at).business_days
        wanted = row.notice_less_than_business_days
        return days < wanted or (row.boundary_included and days == wanted)
    return True


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
        policy=policy, starts_at=shift.starts_at, cancelled_by=cancelled_by, cancelled_at=cancelled_at, shift=shift
    )
    scene = request_scene(policy=policy, shift=shift)
    lines: list[Line] = []
    if row is not None:
        lines += _labour(policy, shift, row, list(assignment_ids))
        if row.charge_vehicles:
            for vehicle in shift.vehicles:
                minutes = _minutes(row, shift)
                lines += vehicle_lines(
                    policy=policy,
                    vehicle=vehicle_as_asked(vehicle, minutes),
                    shift=shift,
                    billable=None if row.charge_whole_shift else minutes,
                )
        if row.apply_fees:
            lines += fee_lines(policy=policy, lines=lines, shift=shift, scene=scene)
        lines += _cancellation_fee(policy, row, shift, lines, scene)
    return with_service_fee(policy=policy, supplier_lines=lines, service_fee=service_fee)


def _cancellation_fee(
    policy: Policy, row: CancellationRow, shift: ShiftRequest, lines: Sequence[Line], scene: Facts
) -> list[Line]:
    officers = sum(position.headcount for position in shift.positions if position.billed)
    whole = [line for line in lines if line.kind != "fee"]
    if row.percent_of == "shift":
        whole = price_lines_of(policy=policy, shift=shift)
    share = percent_half_up(sum(line.net_cents for line in whole), row.percent_fee_basis_points)
    amount = row.flat_fee_cents + row.flat_fee_per_officer_cents * officers + share
    if not amount:
        return []
    parts = []
    if row.flat_fee_cents:
        parts.append(f"{money(row.flat_fee_cents, policy.currency)} flat")
    if row.flat_fee_per_officer_cents:
        parts.append(f"{money(row.flat_fee_per_officer_cents, policy.currency)} for each of {officers}")
    if share:
        of = "the whole price before fees" if row.percent_of == "shift" else "what is charged"
        parts.append(f"{percent(row.percent_fee_basis_points)} of {of}")
    return [
        flat_fee_line(
            policy=policy,
            code="fee:cancellation",
            name="Cancellation fee",
            cents=amount,
            scene=scene,
            explanation=" + ".join(parts),
        )
    ]


def price_lines_of(*, policy: Policy, shift: ShiftRequest) -> list[Line]:
    """Labour, premiums and vehicles of the shift as it was asked for, before fees."""
    scheduled = scheduled_minutes(shift)
    lines: list[Line] = []
    for position in shift.positions:
        worked = WorkedPosition(
            "", position.rank_code, scheduled, scheduled, starts_at=shift.starts_at, billed=position.billed
        )
        lines += labour_lines(policy=policy, shift=shift, worked=worked, headcount=position.headcount)
    for vehicle in shift.vehicles:
        lines += vehicle_lines(policy=policy, vehicle=vehicle_as_asked(vehicle, scheduled), shift=shift)
    return lines


def _minutes(row: CancellationRow, shift: ShiftRequest) -> int:
    return scheduled_minutes(shift) if row.charge_whole_shift else row.charge_minutes_per_officer


def _labour(policy: Policy, shift: ShiftRequest, row: CancellationRow, assigned: list[tuple[str, str]]) -> list[Line]:
    minutes = _minutes(row, shift)
    lines: list[Line] = []
    waiting = list(assigned)
    for position in shift.positions:
        named = [one for one in waiting if one[1] == position.rank_code][: position.headcount]
        waiting = [one for one in waiting if one not in named]
        for assignment_id, rank_code in named:
            worked = WorkedPosition(
                assignment_id, rank_code, minutes, starts_at=shift.starts_at, billed=position.billed
            )
            lines += _cancelled(policy, shift, worked, 1, exact=not row.charge_whole_shift)
        unnamed = position.headcount - len(named)
        if unnamed:
            worked = WorkedPosition("", position.rank_code, minutes, starts_at=shift.starts_at, billed=position.billed)
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
