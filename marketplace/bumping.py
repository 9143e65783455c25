"""Bumping: a better-placed officer takes an assigned officer's place, where the department's order allows it."""

from collections.abc import Sequence
from datetime import datetime

from departments.eligibility import Judgement
from departments.policy.bumping import Holder, bumped_holder, bumping_ends_at, bumping_sentence
from departments.policy.documents import Policy
from kernel import audit, outbox
from kernel.actors import Actor
from marketplace import events
from marketplace.assigning import restate_shift
from marketplace.award_records import AwardBackground
from marketplace.eligibility import judge_many
from marketplace.fairness import considered, considered_background, order_background
from marketplace.models import Assignment, Bid, Officer, Position, Shift
from marketplace.short_notice import award_one


def may_bump(*, policy: Policy, shift: Shift, at: datetime) -> bool:
    """Is there any bumping on this shift, and is it still allowed?"""
    bumping = policy.award_order.bumping
    return bumping is not None and at < bumping_ends_at(bumping, starts_at=shift.starts_at)


def find_bumped(
    *, shift: Shift, position: Position, officer: Officer, judgement: Judgement, policy: Policy, at: datetime
) -> tuple[Assignment, str] | None:
    """The confirmed assignment that would go, with the sentence that says why; None when nobody stands behind.

    Whoever has clocked in cannot be bumped. The caller holds the locks of the shift and of all its officers.
    """
    bumping = policy.award_order.bumping
    holders = list(
        Assignment.objects.select_for_update(of=("self",))
        .select_related("officer")
        .filter(position=position, state=Assignment.State.CONFIRMED)
        .order_by("id")
    )
    if bumping is None or not holders:
        return None
    people = [one.officer for one in holders]
    judgements = {**judge_many(officers=people, shift=shift, position=position, at=at), officer.id: judgement}
    found = considered(officers=[*people, officer], shift=shift, policy=policy, judgements=judgements, at=at)
    bumped = bumped_holder(
        bumping,
        challenger=found[officer.id].values,
        holders=[Holder(str(one.officer_id), found[one.officer_id].values) for one in holders],
    )
    if bumped is None:
        return None
    assignment = next(one for one in holders if str(one.officer_id) == bumped.officer_id)
    return assignment, bumping_sentence(bumping, challenger=found[officer.id].values, holder=bumped.values)


def bump(
    *,
    shift: Shift,
    position: Position,
    officer: Officer,
    bid: Bid,
    judgement: Judgement,
    bumped: Assignment,
    sentence: str,
    policy: Policy,
    actor: Actor,
    at: datetime,
) -> Assignment:
    """The move itself: one leaves and is first in line, the other is confirmed. The caller holds the locks."""
    _stand_aside(bumped, shift=shift, sentence=sentence, actor=actor, at=at)
    found = considered(officers=[officer], shift=shift, policy=policy, judgements={officer.id: judgement}, at=at)
    assignment = award_one(
        kind="bump",
        explanation="You stand before an officer who held a place, and took it.",
        shift=shift,
        position=position,
        officer=officer,
        bid=bid,
        policy=policy,
        judgement=judgement,
        background=AwardBackground(
            order=order_background(policy=policy, shift=shift),
            considered=considered_background(found),
            bumped={
                "officer_id": str(bumped.officer_id),
                "assignment_id": str(bumped.id),
                "sentence": sentence,
            },
        ),
        actor=actor,
        at=at,
    )
    restate_shift(shift=shift, actor=actor, at=at)
    return assignment


def holders_of(shift: Shift) -> Sequence[Officer]:
    """Whose locks a bump needs beside the challenger's."""
    return list(Officer.objects.filter(assignments__shift=shift, assignments__state=Assignment.State.CONFIRMED))


def _stand_aside(bumped: Assignment, *, shift: Shift, sentence: str, actor: Actor, at: datetime) -> None:
    bid, bumped.bid = bumped.bid, None
    bumped.state = Assignment.State.RELIEVED
    bumped.ended_at = at
    bumped.ended_reason = sentence
    # The bid stays in line and may win again; an assignment and its bid are one to one.
    bumped.save(update_fields=["state", "ended_at", "ended_reason", "bid"])
    if bid is not None:
        bid.state = Bid.State.BACKUP
        bid.place = 0
        bid.explanation = f"{sentence} You are first in line for a place that becomes free."
        bid.decided_at = at
        bid.save(update_fields=["state", "place", "explanation", "decided_at"])
    audit.record(
        actor=actor,
        action="assignment.bumped",
        subject_kind="assignment",
        subject_id=bumped.id,
        tenant_id=shift.governing_department_id,
        at=at,
        before={"state": "confirmed", "bid_id": str(bid.id) if bid else None},
        after={"state": "relieved"},
        reason=sentence,
    )
    outbox.announce(
        name=events.ASSIGNMENT_BUMPED,
        payload={"assignment_id": str(bumped.id), "shift_id": str(shift.id), "sentence": sentence},
        tenant_id=shift.governing_department_id,
        at=at,
    )
