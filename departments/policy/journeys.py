"""Can the officer be there in time? From the end of one commitment to the start of the next, over the straight line.

Only places of work are asked. Where the officer lives is no business of a rule, and a commitment whose place is not
known is not judged.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from departments.policy.documents import Policy
from departments.policy.facts import Commitment, ShiftFacts
from departments.policy.verdicts import Reason
from departments.policy.wording import duration, opening
from geo.distances import metres_between
from geo.points import Point

TRAVEL_RULE = "travel-time"
# Pins of one venue lie apart; a walk is nobody's question.
_NEXT_DOOR_METRES = 1_000
# No way within anybody's travel radius, there and back, takes longer at the slowest speed that may be written.
_LONGEST_WAY = timedelta(hours=48)


def judge_travel(*, policy: Policy, shift: ShiftFacts, commitments: Sequence[Commitment]) -> Iterator[Reason]:
    """A reason for each side on which the time is too short for the way. Exactly the time needed is enough."""
    if policy.travel.outcome == "allow" or shift.latitude is None or shift.longitude is None:
        return
    here = Point(shift.latitude, shift.longitude)
    start, end = shift.starts_at.astimezone(UTC), shift.ends_at.astimezone(UTC)
    for side in ("before", "after"):
        worst: tuple[timedelta, Commitment, timedelta, timedelta, float] | None = None
        for one in commitments:
            gap = start - one.ends_at if side == "before" else one.starts_at - end
            if one.latitude is None or one.longitude is None or not timedelta(0) <= gap < _LONGEST_WAY:
                continue
            metres = metres_between(Point(one.latitude, one.longitude), here)
            needed = _needed(policy, metres)
            if metres >= _NEXT_DOOR_METRES and gap < needed and (worst is None or needed - gap > worst[0]):
                worst = (needed - gap, one, gap, needed, metres)
        if worst is not None:
            yield _reason(policy, side, *worst[1:])  # type: ignore[arg-type]


def _needed(policy: Policy, metres: float) -> timedelta:
    minutes = math.ceil(metres / (policy.travel.kilometres_per_hour * 1000 / 60))
    return timedelta(minutes=minutes + policy.travel.spare_minutes)


def _reason(
    policy: Policy,
    side: Literal["before", "after"],
    one: Commitment,
    gap: timedelta,
    needed: timedelta,
    metres: float,
) -> Reason:
    rules = policy.travel
    kilometres, minutes, needed_minutes = round(metres / 1000), _minutes(gap), _minutes(needed)
    neighbour_at: datetime = one.ends_at if side == "before" else one.starts_at
    neighbour = "after the shift before it" if side == "before" else "before the next shift"
    sentence = (
        f"{opening(rules.outcome, rules.approval_role)}: {kilometres} km and {duration(minutes)} {neighbour}; "
        f"the way takes {duration(needed_minutes)} at {rules.kilometres_per_hour} km/h in a straight line"
        f" (policy v{policy.version}, rule {TRAVEL_RULE})"
    )
    return Reason(
        TRAVEL_RULE,
        rules.outcome,
        sentence,
        {
            "kilometres": kilometres,
            "minutes": minutes,
            "needed_minutes": needed_minutes,
            "side": side,
            "neighbour_at": neighbour_at.astimezone(UTC).isoformat(),
            "reference": one.reference,
        },
        rules.approval_role,
        None,
        rules.text,
    )


def _minutes(time: timedelta) -> int:
    return int(time.total_seconds() // 60)
