"""Who stands on a shift: the officers that the client asked for, with the supervisors that the department demands.

Terms keep what was asked for, so that a change of crowd, alcohol or headcount starts from that again. Shifts, quotes,
contracts and bills all take their positions from here.
"""

from dataclasses import dataclass

from departments.policy.documents import Policy
from departments.policy.prices import PositionRequest
from departments.policy.supervisor_reasons import LadderChange, ladder_changes
from departments.policy.supervisors import with_supervisors
from marketplace.asked import as_asked
from marketplace.refusals import HeadcountOutOfRange
from marketplace.terms import MAXIMUM_HEADCOUNT, JobTerms, ShiftTerms


@dataclass(frozen=True, slots=True)
class StaffedHeadcount:
    """`unbilled` of the `headcount` come without charge to the client."""

    rank_code: str
    headcount: int
    unbilled: int


@dataclass(frozen=True, slots=True)
class StaffingChange:
    """A change of the ladder on the shift that stands at `shift_number` of the terms, from 1."""

    shift_number: int
    change: LadderChange


def staffed_positions(*, policy: Policy, terms: JobTerms, shift: ShiftTerms) -> tuple[PositionRequest, ...]:
    """The positions to staff and to price, asked ones first; one rank may stand there twice, with and without charge.

    Raises UnknownRank, and HeadcountOutOfRange when the ladder asks for too many.
    """
    for asked in shift.positions:
        policy.rate_card.rank(asked.rank_code)
    positions = with_supervisors(policy=policy, shift=as_asked(terms=terms, shift=shift)).positions
    for position in positions:
        if position.headcount > MAXIMUM_HEADCOUNT:
            field = f"shifts.{terms.shifts.index(shift)}.positions"
            raise HeadcountOutOfRange(field, position.headcount, 1, MAXIMUM_HEADCOUNT)
    return positions


def staffed_headcounts(*, policy: Policy, terms: JobTerms, shift: ShiftTerms) -> list[StaffedHeadcount]:
    """The same by rank, as shifts keep it."""
    found: dict[str, StaffedHeadcount] = {}
    for position in staffed_positions(policy=policy, terms=terms, shift=shift):
        before = found.get(position.rank_code, StaffedHeadcount(position.rank_code, 0, 0))
        free = 0 if getattr(position, "billed", True) else position.headcount
        found[position.rank_code] = StaffedHeadcount(
            position.rank_code, before.headcount + position.headcount, before.unbilled + free
        )
    return list(found.values())


def staffing_changes(*, policy: Policy, terms: JobTerms) -> list[StaffingChange]:
    """Where and why shifts are staffed otherwise than asked for."""
    return [
        StaffingChange(index + 1, change)
        for index, shift in enumerate(terms.shifts)
        for change in ladder_changes(policy=policy, shift=as_asked(terms=terms, shift=shift))
    ]


def staffing_sentences(*, policy: Policy, terms: JobTerms) -> list[str]:
    """The same for people: each sentence once, with how many dates it concerns when not all are alike."""
    changes = staffing_changes(policy=policy, terms=terms)
    sentences = list(dict.fromkeys(one.change.sentence for one in changes))
    counted = {text: sum(one.change.sentence == text for one in changes) for text in sentences}
    dates = len(terms.shifts)
    return [text if counted[text] == dates else f"On {counted[text]} of {dates} dates: {text}" for text in sentences]
