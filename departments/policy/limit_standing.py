"""Where an officer stands against each hour limit at an instant, with no shift in question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from departments.policy.documents import HourLimit, Policy
from departments.policy.evaluation import evaluate
from departments.policy.facts import Commitment, OfficerFacts, ShiftFacts

# Limits are judged with a shift; the shortest one that counts whole is a minute, which is taken off again.
_PROBE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class LimitStanding:
    """`used_minutes` in the fullest window that holds the instant. `is_hard`: beyond it nobody works without more."""

    rule_id: str
    words: str
    used_minutes: int
    limit_minutes: int
    window_starts_at: datetime
    window_ends_at: datetime
    outcome: str

    @property
    def remaining_minutes(self) -> int:
        return max(0, self.limit_minutes - self.used_minutes)

    @property
    def is_hard(self) -> bool:
        return self.outcome in ("deny", "needs_approval")


def limit_standings(
    *, policy: Policy, officer: OfficerFacts, commitments: Sequence[Commitment], at: datetime
) -> tuple[LimitStanding, ...]:
    """In the document's order; limits that do not speak at that time, or for every kind of event, are left out."""
    probe = ShiftFacts(shift_id="", starts_at=at, ends_at=at + _PROBE)
    verdict = evaluate(policy=policy, officer=officer, shift=probe, commitments=commitments)
    limits = {limit.id: limit for limit in policy.hour_limits}
    return tuple(
        LimitStanding(
            rule_id=measure.rule_id,
            words=words_of_limit(limits[measure.rule_id]),
            used_minutes=measure.total_minutes - _added(limits[measure.rule_id], commitments, at),
            limit_minutes=measure.limit_minutes,
            window_starts_at=measure.window_starts_at,
            window_ends_at=measure.window_ends_at,
            outcome=limits[measure.rule_id].outcome,
        )
        for measure in verdict.measures
        if measure.rule_id in limits
    )


def words_of_limit(limit: HourLimit) -> str:
    return limit.text or limit.id.replace("-", " ").replace("_", " ").capitalize()


def _added(limit: HourLimit, commitments: Sequence[Commitment], at: datetime) -> int:
    """The probe's own minute, unless the limit does not count it or other work holds it already."""
    if "extra_duty" not in limit.buckets:
        return 0
    held = any(
        one.bucket in limit.buckets and one.starts_at <= at and one.ends_at >= at + _PROBE for one in commitments
    )
    return 0 if held else 1
