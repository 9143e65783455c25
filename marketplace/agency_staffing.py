"""An agency fills the places of its jobs with officers whom it has engaged; each home department's rules still decide.

Who is engaged is the agency's own book: `agencies.staffing` asks it and passes only those. Lock order as everywhere:
shift, officers by id, assignments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from departments.eligibility import Judgement
from departments.policies import policy_at
from kernel import audit, outbox
from kernel.actors import Actor
from kernel.identifiers import uuid7
from marketplace import events
from marketplace.agency_candidates import reason_for_agency
from marketplace.agency_jobs import assignment_of_agency, position_wanted, shift_of_agency
from marketplace.assigning import (
    TAKING_STATES,
    assign,
    insert_assignment,
    live_overlap,
    locked_officers,
    locked_shift,
    restate_shift,
    vacancies_of,
)
from marketplace.award_records import AwardBackground, store_award
from marketplace.eligibility import judge_many
from marketplace.models import Assignment, Award, Job, Offer, Officer, Position, Shift
from marketplace.refusals_agency_staffing import AnswerTimeOutOfRange, NobodyChosen, NotAllowedToWork, TooManyChosen
from marketplace.refusals_bidding import (
    AlreadyBid,
    NotOnRoster,
    OfficerNotFound,
    OverlapsCommitment,
    ShiftAlreadyFilled,
    ShiftNotOpen,
)
from marketplace.releasing import release_before_begin

SHORTEST_ANSWER = timedelta(minutes=15)


def offer_places(
    *,
    agency_id: UUID,
    shift_id: UUID,
    rank_code: str,
    officer_ids: Sequence[UUID],
    answer_by: datetime,
    actor: Actor,
    at: datetime,
) -> list[Offer]:
    """Hold a place for each of these officers until they answer. All or none.

    Raises NotFound, NobodyChosen, ShiftNotOpen, RankNotWanted, TooManyChosen, ShiftAlreadyFilled, AnswerTimeOutOfRange,
    OfficerNotFound, NotOnRoster, AlreadyBid, OverlapsCommitment, NotAllowedToWork.
    """
    shift_of_agency(agency_id=agency_id, shift_id=shift_id)
    with transaction.atomic():
        shift, position, officers, judgements = _prepare(shift_id, rank_code, officer_ids, at)
        if not at + SHORTEST_ANSWER <= answer_by <= shift.starts_at:
            raise AnswerTimeOutOfRange(answer_by, shift.starts_at, shift.time_zone)
        award = store_choice(shift, position, officers, judgements, actor=actor, at=at)
        offers = []
        for place, officer in enumerate(officers, start=1):
            assignment = insert_assignment(
                shift=shift,
                position=position,
                officer=officer,
                bid=None,
                award_id=award.id,
                state=Assignment.State.OFFERED,
                at=at,
            )
            offer = Offer.objects.create(
                award=award,
                shift=shift,
                position=position,
                officer=officer,
                assignment=assignment,
                place=place,
                offered_at=at,
                answer_by=answer_by,
            )
            offers.append(offer)
            _record(shift, "offer.made", offer.id, actor, at, officer_id=str(officer.id), place=place)
            outbox.announce(
                name=events.OFFER_MADE,
                payload={"offer_id": str(offer.id)},
                tenant_id=shift.governing_department_id,
                at=at,
            )
    return offers


def assign_officers(
    *,
    agency_id: UUID,
    shift_id: UUID,
    rank_code: str,
    officer_ids: Sequence[UUID],
    actor: Actor,
    at: datetime,
) -> list[Assignment]:
    """Commit these officers, who have said yes to the agency already. All or none. Raises what `offer_places` does."""
    shift_of_agency(agency_id=agency_id, shift_id=shift_id)
    with transaction.atomic():
        shift, position, officers, judgements = _prepare(shift_id, rank_code, officer_ids, at)
        award = store_choice(shift, position, officers, judgements, actor=actor, at=at)
        assigned = [
            assign(shift=shift, position=position, officer=officer, bid=None, award_id=award.id, actor=actor, at=at)
            for officer in officers
        ]
        restate_shift(shift=shift, actor=actor, at=at)
    return assigned


def take_off(*, agency_id: UUID, assignment_id: UUID, reason: str, actor: Actor, at: datetime) -> Assignment:
    """The agency takes an officer off, or an offer back, before the shift begins.

    Raises NotFound, ReasonMissing, TextTooLong, TextUnreadable, AssignmentHasBegun.
    """
    found = assignment_of_agency(agency_id=agency_id, assignment_id=assignment_id)
    return release_before_begin(assignment=found, reason=reason, actor=actor, at=at)


def _prepare(
    shift_id: UUID, rank_code: str, officer_ids: Sequence[UUID], at: datetime
) -> tuple[Shift, Position, list[Officer], Mapping[UUID, Judgement]]:
    """Everything locked and checked: the shift takes officers, the places are there, and each officer may work."""
    if not officer_ids:
        raise NobodyChosen()
    shift = locked_shift(shift_id)
    if shift.state not in TAKING_STATES or shift.starts_at <= at or shift.job.route != Job.Route.AGENCY:
        raise ShiftNotOpen(str(shift.state))
    position = position_wanted(shift, rank_code)
    free = vacancies_of(position)
    if not free:
        raise ShiftAlreadyFilled(position.headcount)
    chosen = list(dict.fromkeys(officer_ids))
    if len(chosen) > free:
        raise TooManyChosen(len(chosen), free)
    locked = locked_officers(chosen)
    if len(locked) < len(chosen):
        raise OfficerNotFound()
    officers = [locked[officer_id] for officer_id in chosen]
    for officer in officers:
        refuse_taken(officer, shift)
    judgements = judge_many(officers=officers, shift=shift, position=position, at=at)
    for officer in officers:
        refuse_denied(officer, shift, judgements[officer.id])
    return shift, position, officers, judgements


def refuse_denied(officer: Officer, shift: Shift, judgement: Judgement) -> None:
    """What an agency reads of a verdict that says no. Raises NotAllowedToWork."""
    if not judgement.verdict.allowed:
        raise NotAllowedToWork(officer.display_name, reason_for_agency(judgement))


def refuse_taken(officer: Officer, shift: Shift) -> None:
    """`shift` as it is left, when it has begun. Raises NotOnRoster, AlreadyBid, OverlapsCommitment."""
    if officer.left_at is not None:
        raise NotOnRoster()
    held = Assignment.objects.filter(shift=shift, officer=officer, state__in=Assignment.LIVE_STATES).first()
    if held is not None:
        raise AlreadyBid(held.created_at, shift.time_zone, str(held.state))
    taken = live_overlap(officer_id=officer.id, shift=shift)
    if taken is not None:
        raise OverlapsCommitment(taken.period.lower, taken.period.upper, shift.time_zone)


def store_choice(
    shift: Shift,
    position: Position,
    officers: Sequence[Officer],
    judgements: Mapping[UUID, Judgement],
    *,
    actor: Actor,
    at: datetime,
) -> Award:
    """The decision, with the verdicts that allowed it. Its kind is "agency": no order of a department was asked."""
    return store_award(
        award_id=uuid7(),
        kind="agency",
        shift=shift,
        position=position,
        policy=policy_at(department_id=shift.governing_department_id, at=shift.starts_at),
        ranking=None,
        judgements={officer.id: judgements[officer.id] for officer in officers},
        refused={},
        bids=[],
        actor=actor,
        at=at,
        background=AwardBackground(),
    )


def _record(shift: Shift, action: str, subject_id: UUID, actor: Actor, at: datetime, **after: object) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_kind="offer",
        subject_id=subject_id,
        tenant_id=shift.governing_department_id,
        at=at,
        after=after,
    )
