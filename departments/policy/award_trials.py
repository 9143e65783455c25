"""What a department's order would do with the bidders of a case: the same functions as a live award, and its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from departments.policy.award_cases import AwardCase, Person
from departments.policy.bidding_windows import BiddingStart, bidding_start
from departments.policy.candidates import Considered, chosen_order, consider, keys_in_use, years_of_service
from departments.policy.counters import period_of
from departments.policy.documents import Policy
from departments.policy.draws import commitment_of
from departments.policy.evaluation import evaluate
from departments.policy.ordering import Bidder, Ranking, rank_bidders
from departments.policy.posting import closing_time, is_first_come
from departments.policy.tiers import openings
from departments.policy.trial_moves import after_award
from departments.policy.wheel import roster_period


@dataclass(slots=True)
class Trial:
    """What is known of a case while it is run. `left_out` says why, by officer."""

    policy: Policy
    case: AwardCase
    first_come: bool
    closes_at: datetime
    decided_at: datetime
    considered: Mapping[str, Considered]
    starts: Mapping[str, BiddingStart]
    left_out: dict[str, str] = field(default_factory=dict)

    def bid_at(self, person: Person) -> datetime:
        """Whoever is given no time bids as soon as they may."""
        return person.bid_at or self.may_bid_at(person.candidate.officer_id)

    def may_bid_at(self, officer_id: str) -> datetime:
        tier = self.considered[officer_id].tier
        opens_at = self.starts[officer_id].opens_at
        return max(opens_at, tier.opens_at) if tier is not None else opens_at


def try_award(*, policy: Policy, case: AwardCase) -> dict[str, Any]:
    """The whole of one award as JSON: order, draw, ranking with reasons, who was left out, and what followed."""
    trial = _begin(policy, case)
    judged = [one for one in case.bidders if _may_be_ranked(trial, one)]
    early = [one for one in judged if not _is_late(trial, one)]
    ranking = _rank(trial, early)
    order = chosen_order(policy=policy, starts_at=case.shift.starts_at, event_type=case.shift.event_type)
    zone = ZoneInfo(policy.time_zone)
    period = period_of(order.counters, zone=zone, moment=case.shift.starts_at)
    late = sorted((one for one in judged if one not in early), key=lambda one: (trial.bid_at(one), _id(one)))
    moves = after_award(
        policy=policy,
        case=case,
        ranking=ranking,
        first_come=trial.first_come,
        late=[(_id(one), trial.bid_at(one)) for one in late],
    )
    if trial.first_come and policy.award_order.method == "bids":
        # Nobody waits in line for a place that went to whoever came first.
        trial.left_out |= {one.officer_id: "Came after the places were taken." for one in ranking.backups}
    return {
        "id": case.id,
        "method": policy.award_order.method,
        "list_id": order.list_id,
        "keys": list(ranking.keys),
        "counted_from": period[0].isoformat(),
        "counted_until": period[1].isoformat(),
        "first_come": trial.first_come,
        "closes_at": trial.closes_at.isoformat(),
        "awarded_at": trial.decided_at.isoformat(),
        "draw": {"seed": case.seed, "commitment": commitment_of(case.seed), "shift_id": case.shift.shift_id},
        "tiers": {
            name: moment.isoformat()
            for name, moment in openings(
                policy.award_order.tiers, opened_at=case.shift.opened_at, starts_at=case.shift.starts_at
            ).items()
        },
        "wheel": _wheel(trial, zone),
        "ranking": _places(trial, ranking),
        "left_out": [{"officer_id": officer_id, "reason": reason} for officer_id, reason in trial.left_out.items()],
        **moves,
    }


def differences(case: AwardCase, result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Where the result is not what the case expects; empty when all that is expected came true."""
    found = {
        "ranking": [one["officer_id"] for one in result["ranking"]],
        "left_out": sorted(one["officer_id"] for one in result["left_out"]),
        "asked": [one["officer_id"] for one in result["offers"]],
        "wheel": [one["officer_id"] for one in result["wheel"]],
        **{key: result[key] for key in ("winners", "backups", "assigned", "list_id", "first_come", "short_by")},
    }
    wrong = []
    for key, expected in case.expect.items():
        if key == "values":
            wrong += _value_differences(case, expected, result)
        elif (sorted(expected) if key == "left_out" else expected) != found[key]:
            wrong.append({"award": case.id, "what": key, "expected": expected, "found": found[key]})
    return wrong


def _value_differences(
    case: AwardCase, expected: Mapping[str, Mapping[str, Any]], result: Mapping[str, Any]
) -> list[dict[str, Any]]:
    values = {one["officer_id"]: one["values"] for one in result["ranking"]}
    return [
        {"award": case.id, "what": f"values.{officer_id}.{key}", "expected": value, "found": found}
        for officer_id, wanted in expected.items()
        for key, value in wanted.items()
        if (found := values.get(officer_id, {}).get(key)) != value
    ]


def _begin(policy: Policy, case: AwardCase) -> Trial:
    shift = case.shift
    closes_at = closing_time(policy=policy, starts_at=shift.starts_at, opened_at=shift.opened_at)
    first_come = is_first_come(policy=policy, starts_at=shift.starts_at, at=shift.opened_at)
    decided_at = case.awarded_at or closes_at
    people = (*case.bidders, *case.roster)
    considered = consider(
        policy=policy,
        shift=shift,
        candidates=[one.candidate for one in people],
        at=decided_at,
    )
    stated = {
        _id(one): Considered(
            {**considered[_id(one)].values, **one.values},
            considered[_id(one)].tier,
            considered[_id(one)].counted,
            considered[_id(one)].newcomer_minutes,
        )
        for one in people
    }
    return Trial(policy, case, first_come, closes_at, decided_at, stated, _starts(policy, case))


def _starts(policy: Policy, case: AwardCase) -> dict[str, BiddingStart]:
    own = [one.candidate for one in (*case.bidders, *case.roster) if one.candidate.is_own]
    senior_first = sorted(own, key=lambda one: (one.seniority_date or date.max, one.officer_id))
    places = {one.officer_id: index + 1 for index, one in enumerate(senior_first)}
    on_date = case.shift.starts_at.astimezone(ZoneInfo(policy.time_zone)).date()
    return {
        _id(one): bidding_start(
            policy.award_order.windows,
            opened_at=case.shift.opened_at,
            seed=case.seed,
            shift_id=case.shift.shift_id,
            officer_id=_id(one),
            rank_code=one.candidate.rank_code,
            years_of_service=years_of_service(one.candidate.seniority_date, on_date),
            seniority_place=places.get(_id(one)),
            roster_size=len(own),
        )
        for one in (*case.bidders, *case.roster)
    }


def _may_be_ranked(trial: Trial, person: Person) -> bool:
    reason = _why_not(trial, person)
    if reason:
        trial.left_out[_id(person)] = reason
    return not reason


def _why_not(trial: Trial, person: Person) -> str:
    method = trial.policy.award_order.method
    if person.denied:
        return person.denied
    tier = trial.considered[_id(person)].tier
    if tier is None:
        return "No tier of the order takes this officer."
    if method in ("automatic", "wheel"):
        if not person.available:
            return "Not available at that time."
        if tier.opens_at > trial.decided_at:
            return f"Asked only from {_local(tier.opens_at, trial.policy)}, when the tier “{tier.name}” opens."
    elif person.bid_at is not None and person.bid_at < trial.may_bid_at(_id(person)):
        return (
            f"Bid at {_local(person.bid_at, trial.policy)}; bidding opened for this officer at "
            f"{_local(trial.may_bid_at(_id(person)), trial.policy)}."
        )
    elif trial.bid_at(person) >= trial.case.shift.starts_at:
        return "Bid after the shift had begun."
    if not person.candidate.is_own:
        # Another department's rules decide on its own officers: the file says `denied` when they say no.
        return ""
    verdict = evaluate(
        policy=trial.policy, officer=person.facts, shift=trial.case.shift_facts, commitments=person.commitments
    )
    return "" if verdict.allowed else verdict.sentence


def _is_late(trial: Trial, person: Person) -> bool:
    if trial.first_come or trial.policy.award_order.method in ("automatic", "wheel"):
        return False
    return trial.bid_at(person) >= trial.decided_at


def _rank(trial: Trial, people: Sequence[Person]) -> Ranking:
    order = chosen_order(
        policy=trial.policy, starts_at=trial.case.shift.starts_at, event_type=trial.case.shift.event_type
    )
    keys = keys_in_use(order.keys, [trial.considered[_id(one)] for one in people])
    return rank_bidders(
        keys=("bid_at",) if trial.first_come and trial.policy.award_order.method == "bids" else keys,
        shift_id=trial.case.shift.shift_id,
        seed=trial.case.seed,
        bidders=[Bidder(_id(one), trial.bid_at(one), trial.considered[_id(one)].values) for one in people],
        positions_to_fill=trial.case.positions_to_fill,
    )


def _places(trial: Trial, ranking: Ranking) -> list[dict[str, Any]]:
    found = []
    for entry in ranking.entries:
        known = trial.considered[entry.officer_id]
        found.append(
            {
                "place": entry.place,
                "officer_id": entry.officer_id,
                "outcome": entry.outcome,
                "decided_by": entry.decided_by,
                "sentence": entry.sentence,
                "change": entry.change,
                "values": dict(entry.key_values),
                "tier": known.tier.id if known.tier else "",
                "newcomer_minutes": known.newcomer_minutes,
                "bidding_set": trial.starts[entry.officer_id].set_id,
                "may_bid_at": trial.may_bid_at(entry.officer_id).isoformat(),
            }
        )
    return found


def _wheel(trial: Trial, zone: ZoneInfo) -> list[dict[str, Any]]:
    """The whole wheel from its top, with who is passed over for this shift and why they keep their place."""
    wheel = trial.policy.award_order.wheel
    if wheel is None:
        return []
    roster_period(wheel, zone=zone, at=trial.decided_at)
    own = [one for one in (*trial.case.bidders, *trial.case.roster) if one.candidate.is_own]
    ordered = sorted(own, key=lambda one: trial.considered[_id(one)].values["wheel_position"])
    return [
        {
            "position": trial.considered[_id(one)].values["wheel_position"],
            "officer_id": _id(one),
            "passed_over": trial.left_out.get(
                _id(one), "" if one in trial.case.bidders else "Not asked for this shift."
            ),
        }
        for one in ordered
    ]


def _local(moment: datetime, policy: Policy) -> str:
    return f"{moment.astimezone(UTC).astimezone(ZoneInfo(policy.time_zone)):%Y-%m-%d %H:%M}"


def _id(person: Person) -> str:
    return person.candidate.officer_id
