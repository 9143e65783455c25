"""From worked minutes to billable and payable minutes: minimums, steps, rounding, grace, overrun, meals."""

from __future__ import annotations

from dataclasses import dataclass

from departments.policy.conditions import Facts, applies
from departments.policy.documents import Policy
from departments.policy.rate_cards import Meal, Overrun, RateCard, Rounding
from departments.policy.refusals import ShiftCannotBePriced
from departments.policy.wording import duration


@dataclass(frozen=True, slots=True)
class Billing:
    """Minutes billed and paid for one officer, and in words how they came about. `overran`: a billed overrun."""

    billable: int
    payable: int
    why: str = ""
    overran: bool = False


def billable_minutes(*, policy: Policy, worked_minutes: int, minimum_minutes: int | None = None) -> int:
    """Minutes that the client pays for one officer or vehicle. Nothing worked is nothing billed.

    `minimum_minutes` replaces the card's own steps by one minimum, as a vehicle's rate may.
    """
    if worked_minutes < 0:
        raise ShiftCannotBePriced("Worked time cannot be negative.", worked_minutes=worked_minutes)
    card = policy.rate_card
    steps = card.minimum_steps_minutes if minimum_minutes is None else (minimum_minutes,)
    return _stepped(worked_minutes, steps, card.rounding)


def billing_of(
    *,
    card: RateCard,
    scene: Facts,
    worked_minutes: int,
    scheduled_minutes: int = 0,
    meal_minutes: int = 0,
    overrun_unrelated: bool = False,
    released_early: bool = False,
    minimum_minutes: int | None = None,
    unpaid_minutes: int | None = None,
) -> Billing:
    """Everything that the card says about one officer's time. `scheduled_minutes` 0: not known, so nothing overran.

    `unpaid_minutes`: of the break, when it was counted before; else what the card leaves unpaid of `meal_minutes`.
    `minimum_minutes` replaces the card's steps and its rules of minimums, as a vehicle's rate may.
    """
    if worked_minutes < 0:
        raise ShiftCannotBePriced("Worked time cannot be negative.", worked_minutes=worked_minutes)
    if worked_minutes == 0:
        return Billing(0, 0)
    notes: list[str] = []
    if unpaid_minutes is None:
        unpaid_minutes = unpaid_break_minutes(card, worked_minutes, scheduled_minutes, meal_minutes)
    counted, added = _with_meal(card, worked_minutes, scheduled_minutes, unpaid_minutes, notes)
    if released_early and card.released_early == "scheduled" and counted < scheduled_minutes:
        counted = scheduled_minutes
        notes.append(f"released early, the whole {duration(scheduled_minutes)} is billed")
    over = max(counted - scheduled_minutes, 0) if scheduled_minutes and card.overrun is not None else 0
    billed_over = 0
    if over and card.overrun is not None:
        billed_over = _overrun(card.overrun, over, overrun_unrelated, notes)
        counted = scheduled_minutes
    steps, rounding = _rules_for(card, scene) if minimum_minutes is None else ((minimum_minutes,), card.rounding)
    base = counted + added
    billable = _stepped(base, steps, rounding)
    if billable != base:
        notes.append(_rounded_in_words(base, billable, steps, rounding))
    paid_over = billed_over if card.payable_basis == "billable" else min(over, billed_over)
    payable = billable if card.payable_basis == "billable" else min(base, billable)
    why = f"{duration(worked_minutes)}" + "".join(f"; {note}" for note in notes)
    return Billing(billable + billed_over, payable + paid_over, why, billed_over > 0)


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


def overrun_minutes(overrun: Overrun, minutes_past_end: int) -> int:
    """Billed for so many minutes past the scheduled end: from `from_minutes` on, whole units."""
    if minutes_past_end < overrun.from_minutes:
        return 0
    return ((minutes_past_end - overrun.from_minutes) // overrun.unit_minutes + 1) * overrun.unit_minutes


def _stepped(minutes: int, steps: tuple[int, ...], rounding: Rounding) -> int:
    if minutes == 0:
        return 0
    rounded = rounded_minutes(minutes, rounding)
    for step in steps:
        if rounded <= step:
            return step
    return rounded


def _rules_for(card: RateCard, scene: Facts) -> tuple[tuple[int, ...], Rounding]:
    for rule in card.minimum_rules:
        if applies(rule.applies_when, scene):
            return rule.steps_minutes, rule.rounding or card.rounding
    return card.minimum_steps_minutes, card.rounding


def _with_meal(card: RateCard, worked: int, scheduled: int, unpaid: int, notes: list[str]) -> tuple[int, int]:
    """Counted minutes, and minutes added on top. A break that is not paid is not worked."""
    counted, added = worked - unpaid, 0
    if card.meal is not None and card.meal.counts_as == "added" and _meal_is_due(card.meal, worked, scheduled):
        added = card.meal.minutes
        notes.append(f"a paid meal of {duration(added)} is added")
    if counted + added < worked:
        notes.append(f"an unpaid break of {duration(worked - counted)} is taken off")
    return max(counted, 0), added


def unpaid_break_minutes(card: RateCard, worked: int, scheduled: int, break_minutes: int) -> int:
    """Of `break_minutes` within `worked`, those that nobody pays: all but what the card's meal counts as worked."""
    meal = card.meal
    if meal is None or meal.counts_as != "worked" or not _meal_is_due(meal, worked, scheduled):
        return break_minutes
    return max(break_minutes - meal.minutes, 0)


def _meal_is_due(meal: Meal, worked: int, scheduled: int) -> bool:
    return (scheduled or worked) > meal.if_longer_than_minutes


def _overrun(overrun: Overrun, over: int, unrelated: bool, notes: list[str]) -> int:
    if unrelated and overrun.unrelated == "duty":
        notes.append(f"{duration(over)} past the end was not for this job and is duty")
        return 0
    billed = overrun_minutes(overrun, over)
    notes.append(
        f"{duration(over)} past the end bills {duration(billed)}"
        if billed
        else f"{duration(over)} past the end is free (under {duration(overrun.from_minutes)})"
    )
    return billed


def _rounded_in_words(minutes: int, billable: int, steps: tuple[int, ...], rounding: Rounding) -> str:
    if billable in steps and rounded_minutes(minutes, rounding) != billable:
        which = "the minimum is" if billable == steps[0] else "the next step is"
        return f"{which} {duration(billable)}"
    how = {
        "up": "rounded up",
        "down": "rounded down",
        "nearest": "rounded to the nearest",
        "more_than_half": "rounded up past half of",
    }[rounding.mode]
    joint = " by" if rounding.mode in ("up", "down") else ""
    return f"{how}{joint} {duration(rounding.unit_minutes)} to {duration(billable)}"
