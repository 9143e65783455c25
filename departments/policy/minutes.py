"""From worked minutes to billable and payable minutes: minimums, steps, rounding, grace."""

from __future__ import annotations

from departments.policy.documents import Policy
from departments.policy.rate_cards import RateCard, Rounding
from departments.policy.refusals import ShiftCannotBePriced


def billable_minutes(*, policy: Policy, worked_minutes: int, minimum_minutes: int | None = None) -> int:
    """Minutes that the client pays for one officer or vehicle. Nothing worked is nothing billed.

    `minimum_minutes` replaces the card's own steps by one minimum, as a vehicle's rate may.
    """
    if worked_minutes < 0:
        raise ShiftCannotBePriced("Worked time cannot be negative.", worked_minutes=worked_minutes)
    if worked_minutes == 0:
        return 0
    card = policy.rate_card
    steps = card.minimum_steps_minutes if minimum_minutes is None else (minimum_minutes,)
    rounded = rounded_minutes(worked_minutes, card.rounding)
    for step in steps:
        if rounded <= step:
            return step
    return rounded


def rounded_minutes(minutes: int, rounding: Rounding) -> int:
    whole_units, part = divmod(minutes, rounding.unit_minutes)
    if rounding.mode == "up":
        started = part > rounding.grace_minutes
    elif rounding.mode == "nearest":
        started = 2 * part >= rounding.unit_minutes
    elif rounding.mode == "more_than_half":
        started = 2 * part > rounding.unit_minutes
    else:
        started = False
    return (whole_units + (1 if started else 0)) * rounding.unit_minutes


def payable_minutes(*, card: RateCard, worked_minutes: int, billable: int) -> int:
    """Minutes that the officer is paid for; never more than the client pays for."""
    return billable if card.payable_basis == "billable" else min(worked_minutes, billable)
