"""The supervisors that a department's ladder demands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from departments.policy.conditions import Facts, applies
from departments.policy.documents import Policy, SupervisorRung
from departments.policy.prices import PositionRequest, ShiftRequest
from departments.policy.scenes import request_scene


def supervisors_required(
    *,
    policy: Policy,
    positions: Sequence[PositionRequest],
    alcohol: bool = False,
    crowd: int | None = None,
    scene: Facts | None = None,
) -> tuple[PositionRequest, ...]:
    """The positions with the ladder applied. Idempotent: supervisors already asked for count towards the demand.

    `additional` adds supervisors beside the officers, `inside` and `promoted` turn officers into supervisors: `inside`
    one of the officers asked for, `promoted` the officer who crosses the threshold. Rungs and staffing minimums with a
    condition need a `scene` to ask; without one they do not apply.
    """
    levels = {rank.code: rank.level for rank in policy.rate_card.ranks}
    ladder_ranks = {rung.rank_code for rung in policy.supervisor_ladder}
    counts: dict[str, int] = {}
    unbilled: dict[str, int] = {}
    for position in positions:
        counts[position.rank_code] = counts.get(position.rank_code, 0) + position.headcount
        if not position.billed:
            unbilled[position.rank_code] = unbilled.get(position.rank_code, 0) + position.headcount
    _fill_up(policy, counts, levels, ladder_ranks, crowd, scene)
    asked = sum(count for code, count in counts.items() if code not in ladder_ranks)
    # A threshold "of them" counts everybody; an additional supervisor is not one of those who demand him.
    everybody = sum(counts.values())
    for rung in policy.supervisor_ladder:
        if rung.applies_when is not None and (scene is None or not applies(rung.applies_when, scene)):
            continue
        among = asked if rung.meaning == "additional" else everybody
        missing = _demanded(rung, among, alcohol, crowd) - counts.get(rung.rank_code, 0)
        if missing <= 0:
            continue
        if rung.meaning != "additional":
            missing = _take_from_lowest(counts, levels, levels[rung.rank_code], missing)
        counts[rung.rank_code] = counts.get(rung.rank_code, 0) + missing
        if not rung.billed:
            unbilled[rung.rank_code] = unbilled.get(rung.rank_code, 0) + missing
    found = []
    for code, count in counts.items():
        free = min(unbilled.get(code, 0), count)
        found += [PositionRequest(code, count - free)] * bool(count - free)
        found += [PositionRequest(code, free, billed=False)] * bool(free)
    return tuple(found)


def with_supervisors(*, policy: Policy, shift: ShiftRequest) -> ShiftRequest:
    """The shift as it must be staffed and priced. Rules go on asking about the officers that were asked for."""
    asked = sum(position.headcount for position in shift.positions)
    positions = supervisors_required(
        policy=policy,
        positions=shift.positions,
        alcohol=shift.alcohol,
        crowd=shift.crowd,
        scene=request_scene(policy=policy, shift=shift),
    )
    return replace(shift, positions=positions, facts={"job.officers": asked, **shift.facts})


def _fill_up(
    policy: Policy,
    counts: dict[str, int],
    levels: dict[str, int],
    ladder_ranks: set[str],
    crowd: int | None,
    scene: Facts | None,
) -> None:
    """Officers that a staffing minimum adds, of the lowest rank that was asked for."""
    wanted = max(
        (
            max(minimum.officers, -(-(crowd or 0) // minimum.per_crowd) if minimum.per_crowd else 0)
            for minimum in policy.staffing_minimums
            if minimum.applies_when is None or (scene is not None and applies(minimum.applies_when, scene))
        ),
        default=0,
    )
    asked = [code for code in counts if code not in ladder_ranks]
    missing = wanted - sum(counts[code] for code in asked)
    if missing > 0 and counts:
        lowest = min(asked or counts, key=lambda code: levels.get(code, 0))
        counts[lowest] += missing


def _demanded(rung: SupervisorRung, officers: int, alcohol: bool, crowd: int | None) -> int:
    triggered = (rung.when_alcohol and alcohol) or (
        rung.at_crowd is not None and crowd is not None and crowd >= rung.at_crowd
    )
    if officers < rung.at_officers and not triggered:
        return 0
    if rung.per_officers is not None:
        groups = officers // rung.per_officers
        if rung.per_rounding == "up" and officers % rung.per_officers:
            groups += 1
        return max(rung.count, groups * rung.count)
    return rung.count


def _take_from_lowest(counts: dict[str, int], levels: dict[str, int], below_level: int, wanted: int) -> int:
    taken = 0
    for code in sorted((code for code in counts if levels[code] < below_level), key=lambda code: levels[code]):
        share = min(counts[code], wanted - taken)
        counts[code] -= share
        taken += share
    return taken
