"""What follows a ranking in a try-out: offers and their answers, a place given by hand, bumping, and giving up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from departments.policy.award_cases import AwardCase
from departments.policy.bumping import Holder, bumped_holder, bumping_ends_at, bumping_sentence
from departments.policy.documents import Policy
from departments.policy.offers import next_round_at, walk
from departments.policy.ordering import Ranking


def after_award(
    *, policy: Policy, case: AwardCase, ranking: Ranking, first_come: bool, late: Sequence[tuple[str, datetime]]
) -> dict[str, Any]:
    """`late` are officers whose bids came after the award, in time: they take what it left, first come.

    `winners` and `backups` are the award's own; `assigned` is who holds a place in the end.
    """
    order = policy.award_order
    offers = _offers(policy, case, ranking)
    if order.method in ("automatic", "wheel"):
        winners = [one["officer_id"] for one in offers if one["answer"] == "accepted"]
        backups = [one.officer_id for one in ranking.entries if one.officer_id not in {o["officer_id"] for o in offers}]
    elif order.method == "manual":
        winners, backups = [], [one.officer_id for one in ranking.entries]
    else:
        winners = [one.officer_id for one in ranking.winners]
        backups = [one.officer_id for one in ranking.backups]
    by_hand = [_by_hand(policy, case, ranking, winners, backups, one) for one in case.by_hand]
    if not order.keep_backups or first_come:
        backups = [one for one in backups if order.method == "manual" and one not in winners]
    backups = [one for one in backups if one not in winners]
    assigned, line = list(winners), list(backups)
    came_later = _come_later(case, assigned, late)
    bumps = [_bump(policy, case, ranking, assigned, line, move.officer_id, move.at) for move in case.bumps]
    give_ups = [_give_up(policy, case, assigned, line, move.officer_id, move.at) for move in case.give_ups]
    return {
        "winners": winners,
        "backups": backups,
        "offers": offers,
        "next_round_at": _next_round(policy, case, offers, winners),
        "by_hand": by_hand,
        "late": came_later,
        "bumps": bumps,
        "give_ups": give_ups,
        "assigned": assigned,
        "short_by": max(0, case.positions_to_fill - len(assigned)),
    }


def _offers(policy: Policy, case: AwardCase, ranking: Ranking) -> list[dict[str, Any]]:
    if policy.award_order.method not in ("automatic", "wheel"):
        return []
    made = walk(
        order=[one.officer_id for one in ranking.entries],
        answers=case.answers,
        free=case.positions_to_fill,
        offers_per_round=policy.award_order.automatic.offers_per_round,
    )
    return [{"officer_id": one.officer_id, "place": one.place, "answer": one.answer} for one in made]


def _next_round(
    policy: Policy, case: AwardCase, offers: Sequence[Mapping[str, Any]], winners: Sequence[str]
) -> str | None:
    """When the list is gone through again, as if every answer had come at its deadline."""
    if policy.award_order.method not in ("automatic", "wheel") or len(winners) >= case.positions_to_fill:
        return None
    if any(one["answer"] == "open" for one in offers):
        return None
    automatic = policy.award_order.automatic
    ended_at = (case.awarded_at or case.shift.opened_at) + timedelta(hours=automatic.answer_hours * bool(offers))
    retry_at = next_round_at(automatic, ended_at=ended_at, starts_at=case.shift.starts_at)
    return None if retry_at is None else retry_at.isoformat()


def _by_hand(
    policy: Policy,
    case: AwardCase,
    ranking: Ranking,
    winners: list[str],
    backups: list[str],
    wish: Mapping[str, str],
) -> dict[str, Any]:
    override = policy.award_order.manual_override
    officer_id, reason = wish["officer_id"], wish.get("reason", "").strip()
    role = wish.get("role", override.roles[0])
    refusal = ""
    if role not in override.roles:
        refusal = f"The role {role} may not award by hand; {', '.join(override.roles)} may."
    elif override.reason_required and not reason:
        refusal = "Give a reason: every bidder will read it."
    elif officer_id not in {one.officer_id for one in ranking.entries}:
        refusal = "The rules do not let this officer work the shift, and no award by hand lifts that."
    else:
        ahead = [one.officer_id for one in ranking.entries if one.officer_id not in (officer_id, *winners)]
        if officer_id not in winners:
            # The place comes from the last of the winners, when none is free.
            if len(winners) >= case.positions_to_fill and winners:
                backups.insert(0, winners.pop())
            winners.append(officer_id)
        place = next(one.place for one in ranking.entries if one.officer_id == officer_id)
        passed = [one.officer_id for one in ranking.entries if one.place < place and one.officer_id in ahead]
        return {"officer_id": officer_id, "reason": reason, "role": role, "passed_over": passed, "refusal": ""}
    return {"officer_id": officer_id, "reason": reason, "role": role, "passed_over": [], "refusal": refusal}


def _come_later(case: AwardCase, assigned: list[str], late: Sequence[tuple[str, datetime]]) -> list[dict[str, Any]]:
    found = []
    for officer_id, at in late:
        gets_it = len(assigned) < case.positions_to_fill
        if gets_it:
            assigned.append(officer_id)
        sentence = "A place was left after the award: first come." if gets_it else "Came after the places were taken."
        found.append({"officer_id": officer_id, "bid_at": at.isoformat(), "won": gets_it, "sentence": sentence})
    return found


def _bump(
    policy: Policy,
    case: AwardCase,
    ranking: Ranking,
    assigned: list[str],
    line: list[str],
    officer_id: str,
    at: datetime,
) -> dict[str, Any]:
    """The bumped officer stands first in line for the next free place."""
    made = {"officer_id": officer_id, "at": at.isoformat(), "bumped": "", "sentence": ""}
    bumping = policy.award_order.bumping
    if bumping is None:
        return {**made, "sentence": "This order lets nobody be bumped."}
    ends_at = bumping_ends_at(bumping, starts_at=case.shift.starts_at)
    if at >= ends_at:
        local = ends_at.astimezone(ZoneInfo(policy.time_zone))
        return {**made, "sentence": f"Every place is safe since {local:%Y-%m-%d %H:%M}."}
    values = {entry.officer_id: entry.key_values for entry in ranking.entries}
    if officer_id not in values:
        return {**made, "sentence": "This officer is not on the award's list."}
    holders = [Holder(one, values[one]) for one in assigned if one in values]
    holder = None
    if officer_id not in assigned:
        holder = bumped_holder(bumping, challenger=values[officer_id], holders=holders)
    if holder is None:
        return {**made, "sentence": "Nobody who holds a place stands behind this officer."}
    assigned[assigned.index(holder.officer_id)] = officer_id
    if officer_id in line:
        line.remove(officer_id)
    line.insert(0, holder.officer_id)
    sentence = bumping_sentence(bumping, challenger=values[officer_id], holder=holder.values)
    return {**made, "bumped": holder.officer_id, "sentence": sentence}


def _give_up(
    policy: Policy, case: AwardCase, assigned: list[str], line: list[str], officer_id: str, at: datetime
) -> dict[str, Any]:
    call_off = policy.award_order.call_off
    made = {"officer_id": officer_id, "at": at.isoformat(), "next": "", "refusal": ""}
    if officer_id not in assigned:
        return {**made, "refusal": "This officer holds no place."}
    if at >= case.shift.starts_at - timedelta(hours=call_off.until_hours_before_start):
        hours = call_off.until_hours_before_start
        return {**made, "refusal": f"Giving up ends {hours} h before the start. Ask the coordinator."}
    assigned.remove(officer_id)
    if line:
        following = line.pop(0)
        assigned.append(following)
        made["next"] = following
    return made
