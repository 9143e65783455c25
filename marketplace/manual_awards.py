"""A place awarded by hand: somebody decides past the order, says why, and every bidder can read it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from departments.deciding import deciding_role
from departments.policies import policy_at
from departments.policy.candidates import chosen_order, keys_in_use
from departments.policy.documents import Policy
from departments.policy.ordering import Bidder, rank_bidders
from departments.policy.verdicts import Verdict
from departments.policy.wording import ordinal
from departments.refusals_oversight import DeciderMissing
from kernel import audit, outbox
from kernel.actors import Actor
from kernel.identifiers import uuid7
from marketplace import events, relief_search
from marketplace.access import shift_for_department
from marketplace.assigning import (
    TAKING_STATES,
    assign,
    live_overlap,
    locked_officers,
    locked_shift,
    restate_shift,
    vacancies_of,
)
from marketplace.award_records import AwardBackground, store_award
from marketplace.eligibility import judge_many, may_be_seen_by, remaining_of, verdict_for
from marketplace.empty_places import may_be_sent_to, refuse_sending, resolve_when_filled
from marketplace.fairness import considered, order_background
from marketplace.models import Assignment, Award, Bid, Job, Officer, Position, ReliefSearch, Shift
from marketplace.refusals import ReasonMissing
from marketplace.refusals_agency_staffing import StaffedByAgency
from marketplace.refusals_bidding import (
    AlreadyBid,
    AwardToOneself,
    MayNotAwardByHand,
    NotAllowedAtHome,
    NotOnRoster,
    OfficerNotFound,
    OverlapsCommitment,
    PolicyDenied,
    RankNotWanted,
    ShiftAlreadyFilled,
    ShiftNotOpen,
)
from marketplace.refusals_by_hand import PlaceHeld
from marketplace.terms import check_text

MAXIMUM_REASON_LENGTH = 2000


def award_by_hand(
    *,
    department_id: UUID,
    shift_id: UUID,
    officer_id: UUID,
    rank_code: str,
    reason: str,
    roles: Collection[str],
    actor: Actor,
    at: datetime,
) -> Award:
    """Give a free place to an officer, whether or not they bid. A rule that says no is not lifted; one that asks for an
    approval is answered by this decision when the rule is this department's own and names a role of `roles`.

    Once the shift has begun the rules judge what is left of it, and the place of somebody late is free when their
    relief search has found nobody. Billed and paid from the clock-in on, like any relief.

    Raises NotFound, OfficerNotFound, MayNotAwardByHand, ReasonMissing, TextTooLong, TextUnreadable, ShiftNotOpen,
    RankNotWanted, ShiftAlreadyFilled, AlreadyBid (they hold a place already), NotOnRoster, OverlapsCommitment,
    NotAllowedAtHome, PolicyDenied, DeciderMissing, NoPolicyInForce, StaffedByAgency; after the start also
    TooLateForRelief, NotPaidFor, PlaceHeld.
    """
    shift_for_department(department_id=department_id, shift_id=shift_id)
    with transaction.atomic():
        shift = locked_shift(shift_id)
        if shift.job.route == Job.Route.AGENCY:
            raise StaffedByAgency()
        policy = policy_at(department_id=department_id, at=shift.starts_at)
        _refuse_hand(policy, roles, reason)
        has_begun = shift.starts_at <= at
        if has_begun:
            refuse_sending(shift, at=at)
        elif shift.state == Shift.State.STAFFED:
            raise ShiftAlreadyFilled(sum(shift.positions.values_list("headcount", flat=True)))
        elif shift.state not in TAKING_STATES:
            raise ShiftNotOpen(str(shift.state))
        position = _position(shift, rank_code)
        search = _search_to_end(position) if has_begun else None
        # Whoever is late loses the place with it: both are locked at once, in the order of everybody.
        officers = locked_officers([officer_id, *([search.assignment.officer_id] if search else [])])
        officer = officers.get(officer_id)
        if officer is None or not may_be_seen_by(officer=officer, shift=shift, at=at):
            raise OfficerNotFound()
        if not has_begun and not vacancies_of(position):
            raise ShiftAlreadyFilled(position.headcount)
        return _give(
            search=search,
            shift=shift,
            position=position,
            officer=officer,
            policy=policy,
            reason=reason.strip(),
            roles=roles,
            actor=actor,
            at=at,
        )


def require_role(*, department_id: UUID, shift: Shift, roles: Collection[str]) -> None:
    """Before anything else is looked at. Raises MayNotAwardByHand, NoPolicyInForce."""
    _refuse_role(policy_at(department_id=department_id, at=shift.starts_at), roles)


def _refuse_role(policy: Policy, roles: Collection[str]) -> None:
    override = policy.award_order.manual_override
    if not set(override.roles) & set(roles):
        raise MayNotAwardByHand(override.roles)


def _refuse_hand(policy: Policy, roles: Collection[str], reason: str) -> None:
    _refuse_role(policy, roles)
    override = policy.award_order.manual_override
    if override.reason_required and not reason.strip():
        raise ReasonMissing("Give a reason: it is kept with the award, and every bidder can read it.")
    check_text(
        field="reason",
        what="the reason",
        text=reason,
        maximum=MAXIMUM_REASON_LENGTH,
        required=override.reason_required,
    )


def _position(shift: Shift, rank_code: str) -> Position:
    positions = {position.rank_code: position for position in shift.positions.all()}
    if rank_code not in positions:
        raise RankNotWanted(rank_code, list(positions))
    return positions[rank_code]


def may_be_given(*, shift: Shift, at: datetime) -> bool:
    """Is there a place that the desk could give by hand now? For pages: what counts is decided under the lock."""
    if shift.job.route == Job.Route.AGENCY:
        return False
    if shift.starts_at > at:
        return shift.state in TAKING_STATES
    if not may_be_sent_to(shift, at=at):
        return False
    places = shift.positions.all()
    return any(vacancies_of(place) or relief_search.exhausted_of(position=place, is_late=True) for place in places)


def _search_to_end(position: Position) -> ReliefSearch | None:
    """Whose place it is that somebody gets, where relief was looked for. Raises PlaceHeld."""
    if vacancies_of(position):
        return relief_search.exhausted_of(position=position, is_late=False)
    late = relief_search.exhausted_of(position=position, is_late=True)
    if late is None:
        raise PlaceHeld()
    return late


def _give(
    *,
    search: ReliefSearch | None,
    shift: Shift,
    position: Position,
    officer: Officer,
    policy: Policy,
    reason: str,
    roles: Collection[str],
    actor: Actor,
    at: datetime,
) -> Award:
    if officer.left_at is not None:
        raise NotOnRoster()
    if actor.person_id is not None and actor.person_id == officer.person_id:
        raise AwardToOneself()
    held = Assignment.objects.filter(shift=shift, officer=officer, state__in=Assignment.LIVE_STATES).first()
    if held is not None:
        raise AlreadyBid(held.created_at, shift.time_zone, str(held.state))
    taken = live_overlap(officer_id=officer.id, shift=shift)
    if taken is not None and taken.period.upper > at:
        raise OverlapsCommitment(taken.period.lower, taken.period.upper, shift.time_zone)
    judgement = verdict_for(officer=officer, shift=remaining_of(shift, from_at=at), position=position, at=at)
    refuse_unapproved(officer, shift, judgement.verdict, roles)
    award_id = uuid7()
    bid = shift.bids.filter(officer=officer).exclude(state=Bid.State.WITHDRAWN).first()
    # A bid that won once before belongs to the assignment that ended.
    free_bid = None if bid is not None and hasattr(bid, "assignment") else bid
    if search is not None and search.assignment.state == Assignment.State.CONFIRMED:
        relief_search.end_late(late=search.assignment, shift=shift, actor=actor, at=at)
    assignment = assign(
        shift=shift, position=position, officer=officer, bid=free_bid, award_id=award_id, actor=actor, at=at,
        from_at=max(at, shift.starts_at),
    )  # fmt: skip
    if search is not None:
        relief_search.fill_by_hand(search=search, shift=shift, taken_by=assignment, at=at)
    if bid is not None:
        bid.state = Bid.State.WON
        bid.explanation = f"Awarded by hand: {reason}" if reason else "Awarded by hand."
        bid.decided_at = at
        bid.save(update_fields=["state", "explanation", "decided_at"])
        outbox.announce(
            name=events.BID_DECIDED, payload={"bid_id": str(bid.id)}, tenant_id=shift.governing_department_id, at=at
        )
    waiting = shift.bids.filter(position=position, state__in=(Bid.State.PLACED, Bid.State.BACKUP))
    passed_over = waiting.order_by("place", "placed_at").values_list("officer_id", flat=True)
    award = store_award(
        award_id=award_id,
        kind="manual",
        shift=shift,
        position=position,
        policy=policy,
        ranking=None,
        judgements={officer.id: judgement},
        refused={},
        bids=[bid] if bid is not None else [],
        actor=actor,
        at=at,
        background=AwardBackground(
            order=order_background(policy=policy, shift=shift),
            manual={
                "officer_id": str(officer.id),
                "reason": reason,
                "roles": sorted(roles),
                "passed_over": [str(one) for one in passed_over],
            },
        ),
    )
    audit.record(
        actor=actor,
        action="shift.awarded_by_hand",
        subject_kind="shift",
        subject_id=shift.id,
        tenant_id=shift.governing_department_id,
        at=at,
        after={"award": str(award.id), "officer_id": str(officer.id), "rank_code": position.rank_code},
        reason=reason,
    )
    restate_shift(shift=shift, actor=actor, at=at)
    resolve_when_filled(shift=shift, at=at)
    if not vacancies_of(position):
        _line_up_the_rest(shift=shift, position=position, policy=policy, reason=reason, at=at)
    return award


def refuse_unapproved(officer: Officer, shift: Shift, verdict: Verdict, roles: Collection[str]) -> None:
    """An approval is the officer's own department's to give, by the role that its rule names. Another department's desk
    gives none. Raises NotAllowedAtHome, PolicyDenied, DeciderMissing.
    """
    if verdict.allowed:
        return
    if officer.home_department_id != shift.governing_department_id:
        raise NotAllowedAtHome()
    if verdict.outcome != "needs_approval":
        raise PolicyDenied(verdict)
    wanted = {deciding_role(one.approval_role) for one in verdict.reasons if one.outcome == "needs_approval"}
    if missing := wanted - set(roles):
        raise DeciderMissing(sorted(missing))


def _line_up_the_rest(*, shift: Shift, position: Position, policy: Policy, reason: str, at: datetime) -> None:
    """Whoever still waits for the decision becomes a backup in the department's order, or is told why not."""
    bids = list(shift.bids.filter(position=position, state=Bid.State.PLACED).select_related("officer"))
    if not bids:
        return
    officers = [bid.officer for bid in bids]
    judgements = judge_many(officers=officers, shift=shift, position=position, at=at)
    found = considered(officers=officers, shift=shift, policy=policy, judgements=judgements, at=at)
    order = chosen_order(policy=policy, starts_at=shift.starts_at, event_type=shift.job.event_type)
    ranking = rank_bidders(
        keys=keys_in_use(order.keys, found.values()),
        shift_id=str(shift.id),
        seed=shift.draw_seed,
        bidders=[
            Bidder(str(bid.officer_id), bid.placed_at, found[bid.officer_id].values)
            for bid in bids
            if judgements[bid.officer_id].verdict.allowed and found[bid.officer_id].tier is not None
        ],
        positions_to_fill=0,
    )
    places = {entry.officer_id: entry.place for entry in ranking.entries}
    for bid in bids:
        bid.place = places.get(str(bid.officer_id))
        bid.state = Bid.State.BACKUP if bid.place and policy.award_order.keep_backups else Bid.State.LOST
        decided = f"Awarded by hand to somebody else: {reason or 'no reason was asked for'}."
        bid.explanation = f"{decided} You are {ordinal(bid.place)} in line." if bid.place else decided
        bid.decided_at = at
    Bid.objects.bulk_update(bids, ["state", "place", "explanation", "decided_at"])
    outbox.announce_many(
        name=events.BID_DECIDED,
        payloads=[{"bid_id": str(bid.id)} for bid in bids],
        tenant_id=shift.governing_department_id,
        at=at,
    )
