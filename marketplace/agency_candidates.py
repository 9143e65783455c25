"""Who of an agency's officers may fill a place, and in which words it is told why not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from departments.eligibility import Judgement
from departments.policy.evaluation import OVERLAP_RULE
from marketplace.agency_jobs import position_wanted, shift_of_agency
from marketplace.eligibility import judge_many, remaining_of
from marketplace.models import Officer

# What an agency reads of a "no" are hours and rests, in numbers. Everything else is between officer and department.
PRIVATE_NO = "Their home department does not allow this shift."
BUSY = "They are not free at that time."


@dataclass(frozen=True, slots=True)
class Candidate:
    """One engaged officer and one place. `holds` is the state of the place they have on this shift, or ""."""

    officer_id: UUID
    name: str
    home_department_id: UUID
    allowed: bool
    sentence: str
    holds: str = ""


def assess(
    *, agency_id: UUID, shift_id: UUID, rank_code: str, officer_ids: Collection[UUID], at: datetime
) -> list[Candidate]:
    """Who of these may fill the place: one evaluation for each home department. Allowed first, then by name. Of a shift
    that has begun what is left is judged.

    Raises NotFound, RankNotWanted, NoPolicyInForce.
    """
    shift = shift_of_agency(agency_id=agency_id, shift_id=shift_id)
    position = position_wanted(shift, rank_code)
    officers = list(Officer.objects.filter(id__in=list(officer_ids), left_at=None))
    left = remaining_of(shift, from_at=at)
    judgements = judge_many(officers=officers, shift=left, position=position, at=at)
    held = {UUID(one["officer_id"]): one["state"] for place in shift.positions.all() for one in place.live}  # type: ignore[attr-defined]
    found = [
        Candidate(
            officer_id=officer.id,
            name=officer.display_name,
            home_department_id=officer.home_department_id,
            allowed=judgements[officer.id].verdict.allowed,
            sentence=reason_for_agency(judgements[officer.id]),
            holds=str(held.get(officer.id, "")),
        )
        for officer in officers
    ]
    return sorted(found, key=lambda one: (not one.allowed, one.name, one.officer_id))


def reason_for_agency(judgement: Judgement) -> str:
    """The gravest reasons that an agency may read, each in its sentence; "" when nothing speaks against it."""
    verdict = judgement.verdict
    rules = judgement.snapshot["policy"]["data"]
    by_time = {rule["id"] for section in ("hour_limits", "rests") for rule in rules.get(section, ())}
    told = []
    for reason in verdict.reasons:
        if reason.rule_id in by_time:
            told.append(reason.sentence)
        elif reason.rule_id == OVERLAP_RULE:
            told.append(BUSY)
        elif reason.outcome not in ("allow", "warn"):
            told.append(PRIVATE_NO)
    return " ".join(dict.fromkeys(told))
