"""What an award leaves behind: everything that decided it, as JSON, and the same decision computed again from it.

Keys of `Award.snapshot` (identifiers are text, instants ISO 8601, minutes whole):

- `kind`: how the place was given: "closing" (all bids ranked), "first_come", "backup" (next of the original list),
  "offer" (accepted without a bid), "bump" (a better-placed officer took it), "manual" (by hand, with a reason),
  "agency" (by the agency that supplies the job, from its own officers), "relief" (a backup asked to take a place over).
- `decided_at`, `shift`, `position`, `draw` {seed, commitment}, `bids` (all of them, with outcome and explanation),
  `refused` {officer: why left out other than by a verdict}, `judgements` and `policies` (replayed verdicts).
- `ranking`: null, or keys, positions, seed and every place: key_values, decided_by, sentence, and `change` (what would
  have changed the outcome).
- From engine "2" on, also:
  `order`: {method, list_id, keys, keep_backups, period_starts_at, period_ends_at} or null;
  `considered`: {officer: {tier, tier_name, counted_minutes, counted_shifts, counted_refusals, newcomer_minutes}}: what
  the counters held, and the credit that a newcomer started with (part of the key counted_minutes, not of this number);
  `answers`: [{officer_id, place, answer, offered_at, answered_at}] for offers, in the order in which they were asked;
  `manual`: {reason, by, passed_over: [officer…]} for kind "manual", else null;
  `bumped`: {officer_id, assignment_id, sentence} for kind "bump", else null;
  `original_award_id`: the award whose list a backup was taken from, else null.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from departments.eligibility import Judgement
from departments.policy.documents import ENGINE_VERSION, Policy
from departments.policy.ordering import Ranking, replays_as_stored
from departments.policy.refusals import SnapshotUnreadable
from departments.policy.snapshots import replays_alike
from kernel.actors import Actor
from marketplace.models import Award, Bid, Position, Shift

# Before the sentence of a verdict: what follows is between the officer and their own department.
DENIED = "Not considered. "


@dataclass(frozen=True, slots=True)
class AwardBackground:
    """The keys that engine "2" added, as the module's text describes them."""

    order: Mapping[str, Any] | None = None
    considered: Mapping[str, Any] = field(default_factory=dict)
    answers: tuple[Mapping[str, Any], ...] = ()
    manual: Mapping[str, Any] | None = None
    bumped: Mapping[str, Any] | None = None
    original_award_id: str | None = None


def store_award(
    *,
    award_id: UUID,
    kind: str,
    shift: Shift,
    position: Position,
    policy: Policy,
    ranking: Ranking | None,
    judgements: Mapping[UUID, Judgement],
    refused: Mapping[UUID, str],
    bids: Iterable[Bid],
    actor: Actor,
    at: datetime,
    background: AwardBackground | None = None,
) -> Award:
    """`refused` says, per officer, why a bidder was left out for other reasons than a verdict."""
    return Award.objects.create(
        id=award_id,
        shift=shift,
        position=position,
        decided_at=at,
        decided_by=actor.label[:80] or actor.kind,
        decided_by_person_id=actor.person_id,
        engine_version=ENGINE_VERSION,
        policy_version=policy.version,
        policy_sha256=policy.sha256,
        snapshot={
            "kind": kind,
            "decided_at": at.isoformat(),
            "shift": {
                "shift_id": str(shift.id),
                "job_id": str(shift.job_id),
                "governing_department_id": str(shift.governing_department_id),
                "starts_at": shift.starts_at.isoformat(),
                "ends_at": shift.ends_at.isoformat(),
                "time_zone": shift.time_zone,
            },
            "position": {
                "position_id": str(position.id),
                "rank_code": position.rank_code,
                "headcount": position.headcount,
            },
            "draw": {"seed": shift.draw_seed, "commitment": shift.draw_commitment},
            "ranking": None if ranking is None else ranking.to_json(),
            "refused": {str(officer_id): sentence for officer_id, sentence in refused.items()},
            "bids": [
                {
                    "bid_id": str(bid.id),
                    "officer_id": str(bid.officer_id),
                    "placed_at": bid.placed_at.isoformat(),
                    "outcome": str(bid.state),
                    "place": bid.place,
                    "explanation": bid.explanation,
                }
                for bid in bids
            ],
            **_background(background or AwardBackground()),
            **_pack(judgements, policy),
        },
    )


def replay_award(*, award: Award) -> bool:
    """True when today's engine, fed the stored facts, comes to the same verdicts, order and outcomes."""
    stored = award.snapshot
    try:
        allowed = set()
        for officer_id, judgement in _unpack(stored).items():
            if not replays_alike(judgement):
                return False
            if judgement["verdict"]["outcome"] in _ALLOWING[stored["kind"] == "manual"]:
                allowed.add(officer_id)
        outcomes = {bid["officer_id"]: bid["outcome"] for bid in stored["bids"]}
        candidates = {officer_id for officer_id in allowed if officer_id not in stored["refused"]}
        if stored["ranking"] is None:
            return {officer_id for officer_id, outcome in outcomes.items() if outcome == "won"} <= candidates
        ranking = replays_as_stored(stored["ranking"])
    except (SnapshotUnreadable, KeyError, ValueError):
        return False
    if ranking is None or {entry.officer_id for entry in ranking.entries} != candidates:
        return False
    if stored["draw"]["commitment"] != ranking.commitment:
        return False
    ranked: dict[str, str] = {entry.officer_id: entry.outcome for entry in ranking.entries}
    if not (stored.get("order") or {}).get("keep_backups", True):
        ranked = {officer_id: "lost" if outcome == "backup" else outcome for officer_id, outcome in ranked.items()}
    return all(outcome == ranked.get(officer_id, "lost") for officer_id, outcome in outcomes.items())


# Whoever awards by hand also gives the approval that a rule asks for.
_ALLOWING = {False: ("allow", "warn"), True: ("allow", "warn", "needs_approval")}


def _background(background: AwardBackground) -> dict[str, Any]:
    return {
        "order": None if background.order is None else dict(background.order),
        "considered": dict(background.considered),
        "answers": [dict(answer) for answer in background.answers],
        "manual": None if background.manual is None else dict(background.manual),
        "bumped": None if background.bumped is None else dict(background.bumped),
        "original_award_id": background.original_award_id,
    }


def _pack(judgements: Mapping[UUID, Judgement], policy: Policy) -> dict[str, Any]:
    """A policy is long and the same for many bidders: stored once by its hash."""
    policies: dict[str, Any] = {policy.sha256: dict(policy.data)}
    packed = {}
    for officer_id, judgement in judgements.items():
        rules = judgement.snapshot["policy"]
        policies[rules["sha256"]] = rules["data"]
        packed[str(officer_id)] = {
            **judgement.snapshot,
            "policy": {"version": rules["version"], "sha256": rules["sha256"]},
        }
    return {"judgements": packed, "policies": policies}


def _unpack(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {
        officer_id: {
            **judgement,
            "policy": {**judgement["policy"], "data": stored["policies"][judgement["policy"]["sha256"]]},
        }
        for officer_id, judgement in stored["judgements"].items()
    }
