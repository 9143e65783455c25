"""A place that two officers held one after the other is one place: one minimum, one rounding, one overrun.

Its minutes are billed as if one officer had stayed; each is billed for what they worked, in order, and the last has
what the card adds. So no minute of a place is on the bill twice, and every added minute has one owner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from departments.policy.conditions import Facts
from departments.policy.minutes import Billing, billing_of, unpaid_break_minutes
from departments.policy.prices import WorkedPosition
from departments.policy.rate_cards import RateCard
from departments.policy.wording import duration


def places_of(worked: Sequence[WorkedPosition]) -> list[list[WorkedPosition]]:
    """Grouped by `place`, each in the order of the work; without a place everybody has their own."""
    found: dict[str, list[WorkedPosition]] = {}
    for number, one in enumerate(worked):
        found.setdefault(one.place or f"#{number}", []).append(one)
    return [
        sorted(group, key=lambda one: one.starts_at.timestamp() if one.starts_at else 0) for group in found.values()
    ]


def _begun(one: WorkedPosition) -> float:
    return one.starts_at.timestamp() if one.starts_at else 0.0


def as_one(*, card: RateCard, group: Sequence[WorkedPosition]) -> WorkedPosition:
    """The place as if its first officer had stayed all the time, with each officer's own break taken off."""
    if len(group) == 1:
        return group[0]
    return replace(
        group[0],
        worked_minutes=sum(one.worked_minutes for one in group),
        meal_minutes=sum(one.meal_minutes for one in group),
        # Each has the meal that their hours were approved with; one meal for the place would take the last one's.
        unpaid_minutes=sum(_unpaid(card, one) for one in group),
        released_early=group[-1].released_early,
        overrun_unrelated=all(one.overrun_unrelated for one in group),
    )


def billing_of_position(
    *, card: RateCard, scene: Facts, worked: WorkedPosition, minimum_minutes: int | None = None
) -> Billing:
    return billing_of(
        card=card,
        scene=scene,
        worked_minutes=worked.worked_minutes,
        scheduled_minutes=worked.scheduled_minutes,
        meal_minutes=worked.meal_minutes,
        unpaid_minutes=worked.unpaid_minutes,
        overrun_unrelated=worked.overrun_unrelated,
        released_early=worked.released_early,
        minimum_minutes=minimum_minutes,
    )


def billing_by_officer(*, card: RateCard, scene: Facts, group: Sequence[WorkedPosition]) -> list[Billing]:
    """The place's billing, handed out: never more or less than the place's own. The last says whether it overran."""
    whole = billing_of_position(card=card, scene=scene, worked=as_one(card=card, group=group))
    if len(group) == 1:
        return [whole]
    billable, payable = whole.billable, whole.payable
    shares: list[Billing] = []
    for one in group[:-1]:
        own = max(one.worked_minutes - _unpaid(card, one), 0)
        share = Billing(min(own, billable), min(own, payable), f"{duration(own)} until the relief")
        shares.append(share)
        billable, payable = billable - share.billable, payable - share.payable
    why = f"the rest of one place that was handed over: {whole.why}"
    return [*shares, Billing(billable, payable, why, whole.overran)]


def _unpaid(card: RateCard, one: WorkedPosition) -> int:
    if one.unpaid_minutes is not None:
        return one.unpaid_minutes
    return unpaid_break_minutes(card, one.worked_minutes, one.scheduled_minutes, one.meal_minutes)
