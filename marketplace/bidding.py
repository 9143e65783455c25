"""Officers ask for shifts. Each bid keeps the verdict that allowed it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from departments.eligibility import Judgement
from departments.policies import policy_at
from departments.policy.documents import Policy
from kernel import audit, outbox
from kernel.actors import Actor
from marketplace import events
from marketplace.assigning import TAKING_STATES, live_overlap, locked_officers, locked_shift, vacancies_of
from marketplace.bumping import bump, find_bumped, holders_of, may_bump
from marketplace.eligibility import may_be_seen_by, verdict_for
from marketplace.models import Bid, Officer, Position, Shift
from marketplace.openings import OFFERING_METHODS, refuse_not_open_yet
from marketplace.refusals_bidding import (
    AlreadyBid,
    BidAlreadyDecided,
    BiddingClosed,
    BidNotFound,
    BidsNotTaken,
    NotOnRoster,
    OfficerNotFound,
    OverlapsCommitment,
    PolicyDenied,
    RankNotWanted,
    ShiftAlreadyFilled,
    ShiftNotFound,
    ShiftNotOpen,
)
from marketplace.short_notice import award_to_first

_CAN_BE_WITHDRAWN = (Bid.State.PLACED, Bid.State.BACKUP)


def place_bid(*, officer: Officer, shift_id: UUID, rank_code: str | None = None, actor: Actor, at: datetime) -> Bid:
    """Bid on a shift; under short notice the bid is awarded in the same transaction, and `state` is then "won".

    Without a `rank_code` the best-paid place that the officer may fill is chosen. On a filled shift the bid may bump
    somebody, where the order allows it.
    Raises ShiftNotFound, NotOnRoster, ShiftNotOpen, ShiftAlreadyFilled, BidsNotTaken, BiddingClosed, AlreadyBid,
    RankNotWanted, OverlapsCommitment, PolicyDenied, NoTierTakesYou, BiddingNotOpenForYouYet, NoPolicyInForce.
    """
    with transaction.atomic():
        shift = locked_shift(shift_id)
        policy = policy_at(department_id=shift.governing_department_id, at=shift.starts_at)
        bumping = shift.state == Shift.State.STAFFED and may_bump(policy=policy, shift=shift, at=at)
        officer = _locked(officer, beside=[one.id for one in holders_of(shift)] if bumping else [])
        if not may_be_seen_by(officer=officer, shift=shift, at=at) or shift.state == Shift.State.PLANNED:
            raise ShiftNotFound()
        _refuse_second_bid(shift, officer)
        if not bumping:
            _refuse_closed(shift, policy, at)
        taken = live_overlap(officer_id=officer.id, shift=shift)
        if taken is not None:
            raise OverlapsCommitment(taken.period.lower, taken.period.upper, shift.time_zone)
        position, judgement = _choose_position(
            shift=shift, officer=officer, rank_code=rank_code, also_taken=bumping, at=at
        )
        refuse_not_open_yet(officer=officer, shift=shift, judgement=judgement, policy=policy, at=at)
        bumped = None
        if bumping:
            bumped = find_bumped(
                shift=shift, position=position, officer=officer, judgement=judgement, policy=policy, at=at
            )
            if bumped is None:
                raise ShiftAlreadyFilled(position.headcount)
        bid = Bid.objects.create(
            shift=shift,
            position=position,
            officer=officer,
            placed_at=at,
            eligibility_snapshot=judgement.snapshot,
        )
        audit.record(
            actor=actor,
            action="bid.placed",
            subject_kind="bid",
            subject_id=bid.id,
            tenant_id=shift.governing_department_id,
            at=at,
            after={"shift_id": str(shift.id), "officer_id": str(officer.id), "rank_code": position.rank_code},
        )
        outbox.announce(
            name=events.BID_PLACED,
            payload={"bid_id": str(bid.id), "shift_id": str(shift.id)},
            tenant_id=shift.governing_department_id,
            at=at,
        )
        if bumped is not None:
            bump(
                shift=shift,
                position=position,
                officer=officer,
                bid=bid,
                judgement=judgement,
                bumped=bumped[0],
                sentence=bumped[1],
                policy=policy,
                actor=actor,
                at=at,
            )
        elif shift.first_come:
            award_to_first(
                shift=shift,
                position=position,
                officer=officer,
                bid=bid,
                judgement=judgement,
                actor=actor,
                at=at,
            )
        return bid


def withdraw_bid(*, officer: Officer, shift_id: UUID, actor: Actor, at: datetime) -> Bid:
    """Take a bid back while nothing has been won by it. Raises BidNotFound, BidAlreadyDecided."""
    # Asked before the lock: another's shift is answered as one that never was, and nobody waits for it.
    if not Bid.objects.filter(shift_id=shift_id, officer=officer).exists():
        raise BidNotFound()
    with transaction.atomic():
        shift = locked_shift(shift_id)
        bid = (
            Bid.objects.select_for_update()
            .filter(shift=shift, officer=officer)
            .exclude(state=Bid.State.WITHDRAWN)
            .first()
        )
        if bid is None:
            raise BidNotFound()
        if bid.state not in _CAN_BE_WITHDRAWN:
            raise BidAlreadyDecided(str(bid.state))
        withdraw_locked(bid=bid, shift=shift, explanation="You withdrew this bid.", actor=actor, at=at)
        return bid


def withdraw_locked(*, bid: Bid, shift: Shift, explanation: str, actor: Actor, at: datetime) -> None:
    """The move itself, for callers that hold the shift's lock."""
    before, bid.state = bid.state, Bid.State.WITHDRAWN
    bid.explanation = explanation
    bid.decided_at = at
    bid.save(update_fields=["state", "explanation", "decided_at"])
    audit.record(
        actor=actor,
        action="bid.withdrawn",
        subject_kind="bid",
        subject_id=bid.id,
        tenant_id=shift.governing_department_id,
        at=at,
        before={"state": str(before)},
        after={"state": str(bid.state)},
    )
    outbox.announce(
        name=events.BID_WITHDRAWN, payload={"bid_id": str(bid.id)}, tenant_id=shift.governing_department_id, at=at
    )


def _locked(officer: Officer, *, beside: list[UUID]) -> Officer:
    locked = locked_officers([officer.id, *beside]).get(officer.id)
    if locked is None:
        raise OfficerNotFound()
    if locked.left_at is not None:
        raise NotOnRoster()
    return locked


def _refuse_second_bid(shift: Shift, officer: Officer) -> None:
    earlier = shift.bids.filter(officer=officer).exclude(state=Bid.State.WITHDRAWN).first()
    if earlier is not None:
        raise AlreadyBid(earlier.placed_at, shift.time_zone, str(earlier.state))


def _refuse_closed(shift: Shift, policy: Policy, at: datetime) -> None:
    if shift.state == Shift.State.STAFFED:
        raise ShiftAlreadyFilled(sum(shift.positions.values_list("headcount", flat=True)))
    if shift.state not in TAKING_STATES:
        raise ShiftNotOpen(str(shift.state))
    if policy.award_order.method in OFFERING_METHODS and not shift.first_come:
        raise BidsNotTaken()
    # First come has no closing: whoever comes before the start is in time.
    closes_at = shift.starts_at if shift.first_come else shift.closes_at
    if closes_at is None:
        raise ShiftNotOpen(str(shift.state))
    if at >= closes_at:
        raise BiddingClosed(closes_at, shift.time_zone)


def _choose_position(
    *, shift: Shift, officer: Officer, rank_code: str | None, also_taken: bool, at: datetime
) -> tuple[Position, Judgement]:
    positions = list(shift.positions.order_by("-pay_rate_cents_per_hour", "rank_code"))
    if rank_code is not None:
        wanted = [position.rank_code for position in positions]
        positions = [position for position in positions if position.rank_code == rank_code]
        if not positions:
            raise RankNotWanted(rank_code, wanted)
    free = [position for position in positions if also_taken or vacancies_of(position)]
    if not free:
        raise ShiftAlreadyFilled(sum(position.headcount for position in positions))
    denied: PolicyDenied | None = None
    for position in free:
        judgement = verdict_for(officer=officer, shift=shift, position=position, at=at)
        if judgement.verdict.allowed:
            return position, judgement
        # The last is the lowest rank asked for, so its sentence is about the officer rather than about the rank.
        denied = PolicyDenied(judgement.verdict)
    assert denied is not None
    raise denied
