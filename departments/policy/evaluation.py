"""May this officer work this shift? One pure answer over facts, with a sentence for every reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC
from zoneinfo import ZoneInfo

from departments.policy.commitments import Commitments
from departments.policy.documents import ENGINE_VERSION, Policy
from departments.policy.eligibility import judge_eligibility
from departments.policy.facts import Commitment, Credential, OfficerFacts, ShiftFacts, StatusPeriod, Waiver
from departments.policy.hour_limits import judge_hour_limit
from departments.policy.journeys import judge_travel
from departments.policy.rests import judge_rest
from departments.policy.rules_over_facts import judge_dated_rules, judge_place
from departments.policy.scenes import verdict_scene
from departments.policy.verdicts import Measure, Reason, Tallied, Verdict, worst

__all__ = [
    "Commitment",
    "Credential",
    "Measure",
    "OfficerFacts",
    "Reason",
    "ShiftFacts",
    "StatusPeriod",
    "Tallied",
    "Verdict",
    "Waiver",
    "evaluate",
    "evaluate_many",
]

# Nobody can be in two places: this is physics rather than policy, so no waiver touches it.
OVERLAP_RULE = "overlap"


def evaluate(
    *,
    policy: Policy,
    officer: OfficerFacts,
    shift: ShiftFacts,
    commitments: Sequence[Commitment],
    waivers: Sequence[Waiver] = (),
) -> Verdict:
    """Judge one shift. A commitment whose reference is the shift's own id is left out, so re-checks are safe."""
    return next(evaluate_many(policy=policy, officer=officer, shifts=[shift], commitments=commitments, waivers=waivers))


def evaluate_many(
    *,
    policy: Policy,
    officer: OfficerFacts,
    shifts: Iterable[ShiftFacts],
    commitments: Sequence[Commitment],
    waivers: Sequence[Waiver] = (),
) -> Iterator[Verdict]:
    """Judge many shifts for one officer, each on its own; the commitments are sorted once."""
    shared = Commitments(commitments)
    references = {commitment.reference for commitment in commitments if commitment.reference}
    for shift in shifts:
        own = shared
        if shift.shift_id and shift.shift_id in references:
            own = Commitments([one for one in commitments if one.reference != shift.shift_id])
        yield _evaluate(policy, officer, shift, own, waivers)


def _evaluate(
    policy: Policy, officer: OfficerFacts, shift: ShiftFacts, commitments: Commitments, waivers: Sequence[Waiver]
) -> Verdict:
    if shift.ends_at <= shift.starts_at:
        raise ValueError("A shift ends after it starts.")
    scene = verdict_scene(policy=policy, officer=officer, shift=shift, timeline_of=commitments.of)
    enforced = [
        *_overlap(policy, shift, commitments),
        *judge_eligibility(policy=policy, officer=officer, shift=shift, commitments=commitments, scene=scene),
        *judge_place(policy=policy, shift=shift, scene=scene),
        *judge_travel(policy=policy, shift=shift, commitments=commitments.all),
    ]
    dry_run: list[Reason] = []
    measures: list[Measure] = []
    tallies: list[Tallied] = []
    for reason, is_dry_run in judge_dated_rules(policy=policy, officer=officer, shift=shift, scene=scene):
        (dry_run if is_dry_run else enforced).append(reason)
    for limit in policy.hour_limits:
        passed, standing = judge_hour_limit(
            policy=policy, limit=limit, shift=shift, commitments=commitments, scene=scene
        )
        if passed is not None:
            (dry_run if limit.dry_run else enforced).append(passed)
        if isinstance(standing, Measure):
            measures.append(standing)
        elif standing is not None:
            tallies.append(standing)
    for rest in policy.rests:
        found = judge_rest(policy=policy, rest=rest, shift=shift, timeline_of=commitments.of, scene=scene)
        (dry_run if rest.dry_run else enforced).extend(found)
    reasons = tuple(_waived(reason, shift, waivers) for reason in enforced if reason.outcome != "allow")
    return Verdict(
        worst(reasons),
        reasons,
        tuple(dry_run),
        tuple(measures),
        policy.version,
        policy.sha256,
        ENGINE_VERSION,
        tuple(tallies),
    )


def _overlap(policy: Policy, shift: ShiftFacts, commitments: Commitments) -> Iterator[Reason]:
    buckets = policy.eligibility.overlap_buckets
    start, end = shift.starts_at.astimezone(UTC), shift.ends_at.astimezone(UTC)
    if not commitments.of(buckets).overlapping(start, end):
        return
    clash = min(
        (
            one
            for one in commitments.all
            if one.bucket in buckets and one.starts_at < end and one.ends_at > start and one.ends_at > one.starts_at
        ),
        key=lambda one: (one.starts_at, one.ends_at, one.bucket),
    )
    zone = ZoneInfo(policy.time_zone)
    sentence = (
        f"Denied: the officer has {clash.bucket.replace('_', ' ')} "
        f"from {clash.starts_at.astimezone(zone):%Y-%m-%d %H:%M} "
        f"to {clash.ends_at.astimezone(zone):%Y-%m-%d %H:%M} (rule {OVERLAP_RULE})"
    )
    numbers = {
        "bucket": clash.bucket,
        "starts_at": clash.starts_at.astimezone(UTC).isoformat(),
        "ends_at": clash.ends_at.astimezone(UTC).isoformat(),
        "reference": clash.reference,
    }
    yield Reason(OVERLAP_RULE, "deny", sentence, numbers)


def _waived(reason: Reason, shift: ShiftFacts, waivers: Sequence[Waiver]) -> Reason:
    if reason.rule_id == OVERLAP_RULE or reason.outcome == "warn":
        return reason
    for waiver in waivers:
        if waiver.rule_id == reason.rule_id and shift.starts_at < waiver.expires_at:
            by = f" by {waiver.approved_by}" if waiver.approved_by else ""
            return replace(reason, outcome="warn", sentence=f"{reason.sentence}; excepted{by}")
    return reason
