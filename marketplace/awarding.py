"""Awarding at closing time, by the department's order. Places given later, one by one, are in `short_notice`."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from departments.eligibility import Judgement
from departments.policies import policy_at
from departments.policy.candidates import keys_in_use
from departments.policy.documents import Policy
from departments.policy.ordering import Bidder, Ranking, rank_bidders
from kernel import audit, outbox
from kernel.actors import Actor, system
from kernel.errors import Refusal
from kernel.identifiers import uuid7
from marketplace import events
from marketplace.assigning import (
    TAKING_STATES,
    announce_if_short,
    assign,
    locked_officers,
    locked_shift,
    restate_shift,
    vacancies_of,
)
from marketplace.award_records import DENIED, AwardBackground, replay_award, store_award
from marketplace.eligibility import judge_many
from marketplace.fairness import considered, considered_background, order_background
from marketplace.models import Award, Bid, Officer, Position, Shift
from marketplace.offering import begin_round
from marketplace.openings import OFFERING_METHODS
from marketplace.refusals_bidding import (
    AlreadyAwarded,
    BiddingStillOpen,
    OverlapsCommitment,
    ShiftNotOpen,
)

__all__ = ["award_shift", "replay_award", "scan_closings"]

logger = logging.getLogger(__name__)

AWARD_TIMER = system("award timer")
_LEFT = "Not considered: your department no longer lists you for off-duty work."
_NO_TIER = "Not considered: none of the order's tiers takes you."
_BOOKED = "Not considered: another shift at the same time was confirmed for you first."


def award_shift(*, shift_id: UUID, actor: Actor, at: datetime) -> list[Award]:
    """Decide all bids of a shift whose bidding has closed; one award per position. Every bidder gets a sentence.

    Eligibility is judged again, under the shift's and the officers' locks. Places left over are first come from now on.
    Raises ShiftNotFound, AlreadyAwarded, ShiftNotOpen, BiddingStillOpen, NoPolicyInForce.
    """
    with transaction.atomic():
        shift = locked_shift(shift_id)
        if shift.awarded_at is not None:
            raise AlreadyAwarded(shift.awarded_at, shift.time_zone)
        if shift.state not in TAKING_STATES or shift.closes_at is None:
            raise ShiftNotOpen(str(shift.state))
        if at < shift.closes_at:
            raise BiddingStillOpen(shift.closes_at, shift.time_zone)
        policy = policy_at(department_id=shift.governing_department_id, at=shift.starts_at)
        if policy.award_order.method != "bids":
            return _hand_over(shift=shift, policy=policy, actor=actor, at=at)
        placed = shift.bids.filter(state=Bid.State.PLACED).order_by("placed_at", "id")
        officers = locked_officers(list(placed.values_list("officer_id", flat=True)))
        # Read after the locks: whoever withdrew, left or was assigned elsewhere meanwhile has committed by now.
        bids = list(placed.all())
        awards = [
            _decide_position(
                shift=shift,
                position=position,
                bids=[bid for bid in bids if bid.position_id == position.id],
                officers=officers,
                policy=policy,
                actor=actor,
                at=at,
            )
            for position in shift.positions.order_by("-pay_rate_cents_per_hour", "rank_code")
        ]
        shift.awarded_at = at
        shift.first_come = True
        shift.closes_at = shift.starts_at
        shift.save(update_fields=["awarded_at", "first_come", "closes_at"])
        audit.record(
            actor=actor,
            action="shift.awarded",
            subject_kind="shift",
            subject_id=shift.id,
            tenant_id=shift.governing_department_id,
            at=at,
            after={"awards": [str(award.id) for award in awards], "bids": len(bids)},
        )
        restate_shift(shift=shift, actor=actor, at=at)
        announce_if_short(shift=shift, at=at)
        outbox.announce(
            name=events.SHIFT_AWARDED,
            payload={"shift_id": str(shift.id)},
            tenant_id=shift.governing_department_id,
            at=at,
        )
        return awards


def scan_closings(*, at: datetime, limit: int = 100) -> int:
    """Award every shift whose closing time has come, each in a transaction of its own. Returns how many were awarded.

    Two scans at once are safe: the second waits for the shift's lock and finds it awarded.
    """
    due = (
        Shift.objects.filter(
            state__in=TAKING_STATES, awarded_at=None, first_come=False, closes_at__lte=at, starts_at__gt=at - _TOO_LATE
        )
        .order_by("closes_at", "id")
        .values_list("id", flat=True)[:limit]
    )
    awarded = 0
    for shift_id in list(due):
        try:
            award_shift(shift_id=shift_id, actor=AWARD_TIMER, at=at)
            awarded += 1
        except (AlreadyAwarded, ShiftNotOpen):
            continue
        except Refusal as refusal:
            # One department without rules must not hold up the others; the shift stays due and is seen again.
            logger.error("Shift %s could not be awarded: %s", shift_id, refusal)
    return awarded


# A shift that began long ago is the expiry scan's business.
_TOO_LATE = timedelta(hours=1)


def _hand_over(*, shift: Shift, policy: Policy, actor: Actor, at: datetime) -> list[Award]:
    """Orders that do not decide on bids: offers begin, or a coordinator is waited for."""
    shift.awarded_at = at
    shift.save(update_fields=["awarded_at"])
    if policy.award_order.method in OFFERING_METHODS:
        return begin_round(shift=shift, policy=policy, actor=actor, at=at)
    outbox.announce(
        name=events.AWARD_AWAITED,
        payload={"shift_id": str(shift.id)},
        tenant_id=shift.governing_department_id,
        at=at,
    )
    return []


def _decide_position(
    *,
    shift: Shift,
    position: Position,
    bids: list[Bid],
    officers: Mapping[UUID, Officer],
    policy: Policy,
    actor: Actor,
    at: datetime,
) -> Award:
    award_id = uuid7()
    bidders = [officers[bid.officer_id] for bid in bids]
    judgements = judge_many(officers=bidders, shift=shift, position=position, at=at)
    refused = {officer.id: _LEFT for officer in bidders if officer.left_at is not None}
    found = considered(officers=bidders, shift=shift, policy=policy, judgements=judgements, at=at)
    refused = {one.id: _NO_TIER for one in bidders if found[one.id].tier is None} | refused
    order = order_background(policy=policy, shift=shift)
    keys = keys_in_use(order["keys"], [found[bid.officer_id] for bid in bids])  # type: ignore[arg-type]
    bid_by_officer = {str(bid.officer_id): bid for bid in bids}
    free = vacancies_of(position)
    assigned: set[str] = set()

    def rank() -> Ranking:
        return rank_bidders(
            keys=keys,
            shift_id=str(shift.id),
            seed=shift.draw_seed,
            bidders=[
                Bidder(officer_id=str(bid.officer_id), bid_at=bid.placed_at, values=found[bid.officer_id].values)
                for bid in bids
                if bid.officer_id not in refused and judgements[bid.officer_id].verdict.allowed
            ],
            positions_to_fill=free,
        )

    ranking = rank()
    while waiting := [entry for entry in ranking.winners if entry.officer_id not in assigned]:
        bid = bid_by_officer[waiting[0].officer_id]
        try:
            assign(
                shift=shift,
                position=position,
                officer=officers[bid.officer_id],
                bid=bid,
                award_id=award_id,
                actor=actor,
                at=at,
            )
            assigned.add(waiting[0].officer_id)
        except OverlapsCommitment:
            # PostgreSQL knew of an assignment that we could not see. The others keep their order.
            refused[bid.officer_id] = _BOOKED
            ranking = rank()
    _write_outcomes(
        shift=shift,
        bids=bids,
        ranking=ranking,
        judgements=judgements,
        refused=refused,
        keep_backups=policy.award_order.keep_backups,
        at=at,
    )
    return store_award(
        award_id=award_id,
        kind="closing",
        shift=shift,
        position=position,
        policy=policy,
        ranking=ranking,
        judgements=judgements,
        refused=refused,
        bids=bids,
        actor=actor,
        at=at,
        background=AwardBackground(order=order, considered=considered_background(found)),
    )


def _write_outcomes(
    *,
    shift: Shift,
    bids: list[Bid],
    ranking: Ranking,
    judgements: Mapping[UUID, Judgement],
    refused: Mapping[UUID, str],
    keep_backups: bool,
    at: datetime,
) -> None:
    """Two statements for any number of bids, and one announcement for each."""
    entries = {entry.officer_id: entry for entry in ranking.entries}
    for bid in bids:
        entry = entries.get(str(bid.officer_id))
        if entry is None:
            bid.state = Bid.State.LOST
            bid.explanation = refused.get(bid.officer_id) or _denied(judgements[bid.officer_id])
        else:
            bid.state = Bid.State.WON if entry.outcome == "won" else _waiting_state(keep_backups)
            bid.place = entry.place
            bid.explanation = entry.sentence
        bid.decided_at = at
    Bid.objects.bulk_update(bids, ["state", "place", "explanation", "decided_at"])
    outbox.announce_many(
        name=events.BID_DECIDED,
        payloads=[{"bid_id": str(bid.id)} for bid in bids],
        tenant_id=shift.governing_department_id,
        at=at,
    )


def _waiting_state(keep_backups: bool) -> Bid.State:
    return Bid.State.BACKUP if keep_backups else Bid.State.LOST


def _denied(judgement: Judgement) -> str:
    return f"{DENIED}{judgement.verdict.sentence}"
