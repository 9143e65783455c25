"""Places offered without bids: a round goes down a frozen list, and is repeated daily while places are free.

Lock order as everywhere: shift, officers by id, assignments. PostgreSQL refuses the second of two overlapping holds.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from departments.policy.candidates import Considered, keys_in_use
from departments.policy.documents import Policy
from departments.policy.offers import answer_by, next_round_at, next_to_ask
from departments.policy.ordering import Bidder, Ranking, rank_bidders
from kernel import audit, outbox
from kernel.actors import Actor
from kernel.identifiers import uuid7
from marketplace import events
from marketplace.assigning import announce_if_short, insert_assignment, locked_officers, vacancies_of
from marketplace.availability import available_officers
from marketplace.award_records import AwardBackground, store_award
from marketplace.eligibility import judge_many
from marketplace.fairness import considered, considered_background, order_background
from marketplace.models import Assignment, Award, Job, Offer, Officer, Position, ReliefSearch, Shift
from marketplace.refusals_bidding import OverlapsCommitment


def begin_round(*, shift: Shift, policy: Policy, actor: Actor, at: datetime) -> list[Award]:
    """Rank everybody who may be asked, position by position, and make the first offers. The shift is locked."""
    shift.offers_due_at = None
    shift.save(update_fields=["offers_due_at"])
    pool = _pool(shift=shift, policy=policy, at=at)
    locked = locked_officers([officer.id for officer in pool])
    awards = []
    for position in shift.positions.order_by("-pay_rate_cents_per_hour", "rank_code"):
        free = vacancies_of(position)
        if free:
            held = set(Assignment.objects.filter(shift=shift).values_list("officer_id", flat=True))
            officers = [locked[officer.id] for officer in pool if officer.id not in held]
            awards.append(
                _rank(shift=shift, position=position, officers=officers, free=free, policy=policy, actor=actor, at=at)
            )
            ask_next(shift=shift, position=position, officers=locked, policy=policy, actor=actor, at=at)
    end_round_if_over(shift=shift, policy=policy, at=at)
    return awards


def ask_next(
    *,
    shift: Shift,
    position: Position,
    officers: Mapping[UUID, Officer],
    policy: Policy,
    actor: Actor,
    at: datetime,
) -> None:
    """The next of the position's latest list, one for each free place. Whoever may no longer work is passed over.

    `officers` are those of the list, locked.
    """
    award = latest_list(position)
    if award is None or shift.starts_at <= at:
        return
    order = order_of(award)
    asked = {str(one.officer_id): str(one.state) for one in award.offers.all()}
    automatic = policy.award_order.automatic
    while True:
        # Holds count as taken, so the open offers of this list are added to what is free.
        open_offers = sum(state == Offer.State.OPEN for state in asked.values())
        following = next_to_ask(
            order=order,
            asked=asked,
            free=vacancies_of(position) + open_offers,
            offers_per_round=automatic.offers_per_round,
        )
        if not following:
            return
        chosen = [officers[UUID(one)] for one in following]
        judgements = judge_many(officers=chosen, shift=shift, position=position, at=at)
        for officer in chosen:
            allowed = officer.left_at is None and judgements[officer.id].verdict.allowed
            asked[str(officer.id)] = offer_place(
                shift=shift,
                position=position,
                officer=officer,
                award=award,
                place=order.index(str(officer.id)) + 1,
                allowed=allowed,
                until=answer_by(automatic, offered_at=at, starts_at=shift.starts_at),
                actor=actor,
                at=at,
            )


def end_round_if_over(*, shift: Shift, policy: Policy, at: datetime) -> None:
    """Places are left and nobody is being asked: again in a day, or, too near the start, first come for everybody."""
    if shift.offers.filter(state=Offer.State.OPEN).exists():
        return
    if not any(vacancies_of(position) for position in shift.positions.all()):
        return
    shift.offers_due_at = next_round_at(policy.award_order.automatic, ended_at=at, starts_at=shift.starts_at)
    if shift.offers_due_at is None and not shift.first_come:
        shift.first_come = True
        shift.closes_at = shift.starts_at
        announce_if_short(shift=shift, at=at)
    shift.save(update_fields=["offers_due_at", "first_come", "closes_at"])


def latest_list(position: Position) -> Award | None:
    return position.awards.filter(snapshot__kind="offer").order_by("-decided_at", "-id").first()


def order_of(award: Award) -> list[str]:
    """The officers of an offered list, as text, the first to be asked first."""
    return [entry["officer_id"] for entry in award.snapshot["ranking"]["entries"]]


def _rank(
    *,
    shift: Shift,
    position: Position,
    officers: list[Officer],
    free: int,
    policy: Policy,
    actor: Actor,
    at: datetime,
) -> Award:
    judgements = judge_many(officers=officers, shift=shift, position=position, at=at)
    found = considered(officers=officers, shift=shift, policy=policy, judgements=judgements, at=at)
    refused = {officer_id: reason for officer_id, one in found.items() if (reason := _not_now(one, at))}
    order = order_background(policy=policy, shift=shift)
    ranked = [officer for officer in officers if judgements[officer.id].verdict.allowed and officer.id not in refused]
    ranking = _ranking(shift, order["keys"], ranked, found, free, at)  # type: ignore[arg-type]
    return store_award(
        award_id=uuid7(),
        kind="offer",
        shift=shift,
        position=position,
        policy=policy,
        ranking=ranking,
        judgements=judgements,
        refused=refused,
        bids=[],
        actor=actor,
        at=at,
        background=AwardBackground(order=order, considered=considered_background(found)),
    )


def _ranking(
    shift: Shift, keys: list[str], officers: list[Officer], found: Mapping[UUID, Considered], free: int, at: datetime
) -> Ranking:
    return rank_bidders(
        keys=keys_in_use(keys, [found[officer.id] for officer in officers]),
        shift_id=str(shift.id),
        seed=shift.draw_seed,
        bidders=[Bidder(str(officer.id), at, found[officer.id].values) for officer in officers],
        positions_to_fill=free,
    )


def _not_now(one: Considered, at: datetime) -> str:
    if one.tier is None:
        return "Not considered: none of the order's tiers takes you."
    return f"Not asked before the tier “{one.tier.name}” opens." if one.tier.opens_at > at else ""


def _pool(*, shift: Shift, policy: Policy, at: datetime) -> list[Officer]:
    """The wheel asks its whole roster; otherwise those who said that they are available.

    Nobody who has a place here, is being asked for one, or has given one up or lost it.
    """
    officers = Officer.objects.filter(left_at=None).exclude(assignments__in=Assignment.objects.filter(shift=shift))
    opened_to_others = shift.open_to_others_at is not None and shift.open_to_others_at <= at
    if shift.job.route != Job.Route.MARKETPLACE and not opened_to_others:
        officers = officers.filter(home_department_id=shift.governing_department_id)
    if policy.award_order.method == "wheel":
        return list(officers.filter(home_department_id=shift.governing_department_id).order_by("id"))
    willing = officers.filter(Q(availability__wants_offers=True)).select_related("availability").order_by("id")
    return available_officers(officers=list(willing), shift=shift)


def offer_place(
    *,
    shift: Shift,
    position: Position,
    officer: Officer,
    award: Award,
    place: int,
    allowed: bool,
    until: datetime,
    actor: Actor,
    at: datetime,
    relief_search: ReliefSearch | None = None,
) -> str:
    """Hold the place and tell the officer; or note that they were passed over. Returns the offer's state.

    The caller holds the locks of the shift and the officer. `relief_search`: accepting takes somebody's place over.
    """
    assignment = None
    if allowed:
        try:
            assignment = insert_assignment(
                shift=shift,
                position=position,
                officer=officer,
                bid=None,
                award_id=award.id,
                state=Assignment.State.OFFERED,
                at=at,
            )
        except OverlapsCommitment:
            pass
    state = Offer.State.WITHDRAWN if assignment is None else Offer.State.OPEN
    offer = Offer.objects.create(
        award=award,
        shift=shift,
        position=position,
        officer=officer,
        assignment=assignment,
        relief_search=relief_search,
        place=place,
        state=state,
        offered_at=at,
        answer_by=until,
        answered_at=at if assignment is None else None,
    )
    if assignment is not None:
        audit.record(
            actor=actor,
            action="offer.made",
            subject_kind="offer",
            subject_id=offer.id,
            tenant_id=shift.governing_department_id,
            at=at,
            after={"officer_id": str(officer.id), "place": place, "answer_by": until.isoformat()},
        )
        outbox.announce(
            name=events.OFFER_MADE,
            payload={"offer_id": str(offer.id)},
            tenant_id=shift.governing_department_id,
            at=at,
        )
    return state.value
