"""Why a shift is staffed otherwise than it was asked for: the ladder's changes as sentences, one a rank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from departments.policy.documents import Policy, SupervisorRung
from departments.policy.prices import PositionRequest, ShiftRequest
from departments.policy.supervisors import with_supervisors

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True, slots=True)
class LadderChange:
    """`count` more of the rank than were asked for. `is_replacing`: they stand in for officers who were asked for."""

    rank_code: str
    rank_name: str
    asked: int
    count: int
    is_replacing: bool
    is_billed: bool
    sentence: str


def ladder_changes(*, policy: Policy, shift: ShiftRequest) -> tuple[LadderChange, ...]:
    """What the ladder makes of the officers asked for; nothing when it leaves them as they are."""
    asked = _counted(shift.positions)
    staffed = _counted(with_supervisors(policy=policy, shift=shift).positions)
    changes = []
    for rank_code, count in staffed.items():
        more = count - asked[rank_code]
        if more <= 0:
            continue
        name = policy.rate_card.rank(rank_code).name
        rungs = [rung for rung in policy.supervisor_ladder if rung.rank_code == rank_code]
        rung = max(rungs, key=lambda one: _strength(one, asked, shift), default=None)
        changes.append(
            LadderChange(
                rank_code=rank_code,
                rank_name=name,
                asked=asked[rank_code],
                count=more,
                is_replacing=rung is not None and rung.meaning != "additional",
                is_billed=rung is None or rung.billed,
                sentence=_sentence(rung, name, more, shift),
            )
        )
    return tuple(changes)


def _counted(positions: Sequence[PositionRequest]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for position in positions:
        counts[position.rank_code] += position.headcount
    return counts


def _strength(rung: SupervisorRung, asked: Counter[str], shift: ShiftRequest) -> tuple[bool, int]:
    """The rung that explains the most: one that applies at all, and of those the one with the highest threshold."""
    applies = sum(asked.values()) >= rung.at_officers or _trigger(rung, shift) != ""
    return applies, rung.at_officers


def _trigger(rung: SupervisorRung, shift: ShiftRequest) -> str:
    if rung.when_alcohol and shift.alcohol:
        return "alcohol is served"
    if rung.at_crowd is not None and shift.crowd is not None and shift.crowd >= rung.at_crowd:
        return f"{rung.at_crowd:,} or more people are expected"
    return ""


def _sentence(rung: SupervisorRung | None, name: str, count: int, shift: ShiftRequest) -> str:
    who = name if count == 1 or name.endswith("s") else f"{name}s"
    if rung is None:
        return f"{count} {who} added: the department sends no fewer (policy rule)."
    trigger = _trigger(rung, shift)
    if rung.per_officers is not None and not trigger:
        because = f"every {_word(rung.per_officers)} officers need {_word(rung.count)}"
    elif trigger:
        because = f"{trigger}, which needs {_word(rung.count)}"
    else:
        because = f"{_word(rung.at_officers)} or more officers need {_word(rung.count)}"
    what = "added" if rung.meaning == "additional" else "in the place of officers you asked for"
    charge = "" if rung.billed else ", without charge"
    return f"{count} {who} {what}{charge}: {because} (policy rule)."


def _word(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)
