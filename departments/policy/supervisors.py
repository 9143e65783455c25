"""The supervisors that a department's ladder demands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from departments.policy.documents import Policy, SupervisorRung
from departments.policy.prices import PositionRequest, ShiftRequest


def supervisors_required(
    *, policy: Policy, positions: Sequence[PositionRequest], alcohol: bool = False, crowd: int | None = None
) -> tuple[PositionRequest, ...]:
    """The positions with the ladder applied. Idempotent: supervisors already asked for count towards the demand.

    `additional` adds supervisors beside the officers, `inside` and `promoted` turn officers into supervisors: `inside`
    one of the officers asked for, `promoted` the officer who crosses the threshold.
    """
    levels = {rank.code: rank.level for rank in policy.rate_card.ranks}
    ladder_ranks = {rung.rank_code for rung in policy.supervisor_ladder}
    counts: dict[str, int] = {}
    for position in positions:
        counts[position.rank_code] = counts.get(position.rank_code, 0) + position.headcount
    asked = sum(count for code, count in counts.items() if code not in ladder_ranks)
    # A threshold "of them" counts everybody; an additional supervisor is not one of those who demand him.
    everybody = sum(counts.values())
    for rung in policy.supervisor_ladder:
        among = asked if rung.meaning == "additional" else everybody
        missing = _demanded(rung, among, alcohol, crowd) - counts.get(rung.rank_code, 0)
        if missing <= 0:
            continue
        if rung.meaning != "additional":
            missing = _take_from_lowest(counts, levels, levels[rung.rank_code], missing)
        counts[rung.rank_code] = counts.get(rung.rank_code, 0) + missing
    return tuple(PositionRequest(code, count) for code, count in counts.items() if count)


def with_supervisors(*, policy: Policy, shift: ShiftRequest) -> ShiftRequest:
    """The shift as it must be staffed and priced."""
    positions = supervisors_required(policy=policy, positions=shift.positions, alcohol=shift.alcohol, crowd=shift.crowd)
    return replace(shift, positions=positions)


def _demanded(rung: SupervisorRung, officers: int, alcohol: bool, crowd: int | None) -> int:
    triggered = (rung.when_alcohol and alcohol) or (
        rung.at_crowd is not None and crowd is not None and crowd >= rung.at_crowd
    )
    if officers < rung.at_officers and not triggered:
        return 0
    if rung.per_officers is not None:
        return max(rung.count, officers // rung.per_officers * rung.count)
    return rung.count


def _take_from_lowest(counts: dict[str, int], levels: dict[str, int], below_level: int, wanted: int) -> int:
    taken = 0
    for code in sorted((code for code in counts if levels[code] < below_level), key=lambda code: levels[code]):
        share = min(counts[code], wanted - taken)
        counts[code] -= share
        taken += share
    return taken
