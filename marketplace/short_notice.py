"""Places given one at a time: to the first who may when there is no time to wait, and to backups when one is free."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from departments.eligibility import Judgement
from departments.policies import policy_at
from departments.policy.candidates import chosen_order, keys_in_use
from departments.policy.documents import Policy
from departments.policy.ordering import Bidder, rank_bidders
from kernel import outbox
from kernel.actors import Actor
from kernel.identifiers import uuid7
from marketplace import events
from marketplace.assigning import assign, locked_officers, restate_shift, vacancies_of
from marketplace.award_records import AwardBackground, store_award
from marketplace.eligibility import judge_many
from marketplace.fairness import considered
from marketplace.models import Assignment, Bid, Officer, Position, Shift
from marketplace.refusals_bidding import NotOnRoster, OverlapsCommitment, ShiftAlreadyFilled


def award_to_first(
    *, shift: Shift, position: Position, officer: Officer, bid: Bid, judgement: Judgement, actor: Actor, at: datetime
) -> Assignment:
    """Short notice: the first eligible bid gets the place. The caller holds the shift's and the officer's locks.

    Raises ShiftAlreadyFilled, OverlapsCommitment.
    """
    if vacancies_of(position) == 0:
        raise ShiftAlreadyFilled(position.headcount)
    policy = policy_at(department_id=shift.governing_department_id, at=shift.starts_at)
    assignment = award_one(
        kind="first_come",
        explanation="Short notice: the first eligible bid gets the place, and yours was.",
        shift=shift,
        position=position,
        officer=officer,
        bid=bid,
        policy=policy,
        judgement=judgement,
        actor=actor,
        at=at,
    )
    restate_shift(shift=shift, actor=actor, at=at)
    return assignment


def promote_backups(*, shift: Shift, position: Position, actor: Actor, at: datetime) -> list[Assignment]:
    """Fill the position's free places from its backups, in their places' order, judging each again.

    The caller holds the shift's lock. Places that nobody takes are first come. Returns the new assignments.
    """
    backups = position.bids.filter(state=Bid.State.BACKUP).order_by("place", "placed_at")
    original = position.awards.filter(snapshot__kind="closing").order_by("-decided_at").first()
    officers = locked_officers(list(backups.values_list("officer_id", flat=True)))
    promoted: list[Assignment] = []
    if officers and shift.starts_at > at:
        policy = policy_at(department_id=shift.governing_department_id, at=shift.starts_at)
        judgements = judge_many(officers=officers.values(), shift=shift, position=position, at=at)
        free = vacancies_of(position)
        for bid in _in_line(list(backups.all()), shift, policy, judgements, officers, at):
            officer = officers.get(bid.officer_id)
            if len(promoted) == free:
                break
            if officer is None or officer.left_at is not None or not judgements[officer.id].verdict.allowed:
                continue
            try:
                promoted.append(
                    award_one(
                        kind="backup",
                        explanation=_next_in_line(bid),
                        shift=shift,
                        position=position,
                        officer=officer,
                        bid=bid,
                        policy=policy,
                        judgement=judgements[officer.id],
                        background=AwardBackground(original_award_id=str(original.id) if original else None),
                        actor=actor,
                        at=at,
                    )
                )
            except OverlapsCommitment:
                continue
    restate_shift(shift=shift, actor=actor, at=at)
    return promoted


def _in_line(
    bids: list[Bid],
    shift: Shift,
    policy: Policy,
    judgements: Mapping[UUID, Judgement],
    officers: Mapping[UUID, Officer],
    at: datetime,
) -> list[Bid]:
    """The original list as it stands; only an order that says so compares the backups anew."""
    if policy.award_order.give_up_keeps_order:
        return bids
    found = considered(officers=officers.values(), shift=shift, policy=policy, judgements=judgements, at=at)
    order = chosen_order(policy=policy, starts_at=shift.starts_at, event_type=shift.job.event_type)
    ranking = rank_bidders(
        keys=keys_in_use(order.keys, found.values()),
        shift_id=str(shift.id),
        seed=shift.draw_seed,
        bidders=[Bidder(str(bid.officer_id), bid.placed_at, found[bid.officer_id].values) for bid in bids],
        positions_to_fill=0,
    )
    places = {entry.officer_id: entry.place for entry in ranking.entries}
    return sorted(bids, key=lambda bid: places[str(bid.officer_id)])


def _next_in_line(bid: Bid) -> str:
    place = f", in place {bid.place}" if bid.place else ""
    return f"A place became free, and you were next{place}."


def award_one(
    *,
    kind: str,
    explanation: str,
    shift: Shift,
    position: Position,
    officer: Officer,
    bid: Bid,
    policy: Policy,
    judgement: Judgement,
    actor: Actor,
    at: datetime,
    background: AwardBackground | None = None,
) -> Assignment:
    """One bid wins one place: the assignment, the bid's own words, the award's record. The caller holds the locks.

    Raises NotOnRoster, OverlapsCommitment.
    """
    if officer.left_at is not None:
        raise NotOnRoster()
    award_id = uuid7()
    assignment = assign(shift=shift, position=position, officer=officer, bid=bid, award_id=award_id, actor=actor, at=at)
    bid.state = Bid.State.WON
    bid.explanation = explanation
    bid.decided_at = at
    bid.save(update_fields=["state", "explanation", "decided_at"])
    store_award(
        award_id=award_id,
        kind=kind,
        shift=shift,
        position=position,
        policy=policy,
        ranking=None,
        judgements={officer.id: judgement},
        refused={},
        bids=[bid],
        actor=actor,
        at=at,
        background=background,
    )
    outbox.announce(
        name=events.BID_DECIDED, payload={"bid_id": str(bid.id)}, tenant_id=shift.governing_department_id, at=at
    )
    return assignment
