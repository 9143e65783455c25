"""May this officer work this shift? One pure answer over facts, with a sentence for every reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC
from zoneinfo import ZoneInfo

from departments.policy.documents import ENGINE_VERSION, Bucket, Policy
from departments.policy.eligibility import judge_eligibility
from departments.policy.facts import Commitment, Credential, OfficerFacts, ShiftFacts, StatusPeriod, Waiver
from departments.policy.hour_limits import judge_hour_limit
from departments.policy.rests import judge_rest
from departments.policy.timeline import Timeline
from departments.policy.verdicts import Measure, Reason, Verdict, worst

__all__ = [
    "Commitment",
    "Credential",
    "Measure",
    "OfficerFacts",
    "Reason",
    "ShiftFacts",
    "StatusPeriod",
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
    shared = _Timelines(commitments)
    references = {commitment.reference for commitment in commitments if commitment.reference}
    for shift in shifts:
        own = shared
        if shift.shift_id and shift.shift_id in references:
            own = _Timelines([one for one in commitments if one.reference != shift.shift_id])
        yield _evaluate(policy, officer, shift, own, waivers)


class _Timelines:
    """One merged timeline per set of buckets, made when a rule first asks for it."""

    __slots__ = ("_made", "commitments")

    def __init__(self, commitments: Sequence[Commitment]) -> None:
        self.commitments = commitments
        self._made: dict[tuple[Bucket, ...], Timeline] = {}

    def of(self, buckets: tuple[Bucket, ...]) -> Timeline:
        if buckets not in self._made:
            wanted = set(buckets)
            self._made[buckets] = Timeline(
                (one.starts_at, one.ends_at) for one in self.commitments if one.bucket in wanted
            )
        return self._made[buckets]


def _evaluate(
    policy: Policy, officer: OfficerFacts, shift: ShiftFacts, timelines: _Timelines, waivers: Sequence[Waiver]
) -> Verdict:
    if shift.ends_at <= shift.starts_at:
        raise ValueError("A shift ends after it starts.")
    enforced = [
        *_overlap(policy, shift, timelines),
        *judge_eligibility(policy=policy, officer=officer, shift=shift),
    ]
    dry_run: list[Reason] = []
    measures: list[Measure] = []
    for limit in policy.hour_limits:
        reason, measure = judge_hour_limit(policy=policy, limit=limit, shift=shift, timeline_of=timelines.of)
        if reason is not None:
            (dry_run if limit.dry_run else enforced).append(reason)
        if measure is not None:
            measures.append(measure)
    for rest in policy.rests:
        found = judge_rest(policy=policy, rest=rest, shift=shift, timeline_of=timelines.of)
        (dry_run if rest.dry_run else enforced).extend(found)
    reasons = tuple(_waived(reason, shift, waivers) for reason in enforced if reason.outcome != "allow")
    return Verdict(
        worst(reasons), reasons, tuple(dry_run), tuple(measures), policy.version, policy.sha256, ENGINE_VERSION
    )


def _overlap(policy: Policy, shift: ShiftFacts, timelines: _Timelines) -> Iterator[Reason]:
    buckets = policy.eligibility.overlap_buckets
    start, end = shift.starts_at.astimezone(UTC), shift.ends_at.astimezone(UTC)
    if not timelines.of(buckets).overlapping(start, end):
        return
    clash = min(
        (
            one
            for one in timelines.commitments
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
