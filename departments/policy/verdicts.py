"""The answer, and everything needed to defend it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from departments.policy.documents import Outcome

SEVERITY: Mapping[Outcome, int] = {"allow": 0, "warn": 1, "needs_approval": 2, "deny": 3}


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that had something to say. `numbers` are minutes, dates and ids, JSON-ready."""

    rule_id: str
    outcome: Outcome
    sentence: str
    numbers: Mapping[str, Any] = field(default_factory=dict)
    approval_role: str = ""
    lifts_at: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """Where the officer would stand against one hour limit, also when it allows the shift."""

    rule_id: str
    total_minutes: int
    limit_minutes: int
    window_starts_at: datetime
    window_ends_at: datetime

    @property
    def remaining_minutes(self) -> int:
        return self.limit_minutes - self.total_minutes


@dataclass(frozen=True, slots=True)
class Tallied:
    """Where the officer would stand against a limit on how many shifts or days, also when it allows the shift."""

    rule_id: str
    counts: str
    total: int
    limit: int
    window_starts_at: datetime
    window_ends_at: datetime

    @property
    def remaining(self) -> int:
        return self.limit - self.total


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome: Outcome
    reasons: tuple[Reason, ...]
    dry_run_reasons: tuple[Reason, ...]
    measures: tuple[Measure, ...]
    policy_version: int
    policy_sha256: str
    engine_version: str
    tallies: tuple[Tallied, ...] = ()

    @property
    def allowed(self) -> bool:
        """True for allow and for warn."""
        return self.outcome in ("allow", "warn")

    @property
    def sentence(self) -> str:
        """The gravest reason in words."""
        if not self.reasons:
            return "Allowed."
        return max(self.reasons, key=lambda reason: SEVERITY[reason.outcome]).sentence

    @property
    def approval_roles(self) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(reason.approval_role for reason in self.reasons if reason.outcome == "needs_approval")
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome,
            "sentence": self.sentence,
            "reasons": [reason_to_json(reason) for reason in self.reasons],
            "dry_run_reasons": [reason_to_json(reason) for reason in self.dry_run_reasons],
            "measures": [
                {
                    "rule_id": measure.rule_id,
                    "total_minutes": measure.total_minutes,
                    "limit_minutes": measure.limit_minutes,
                    "window_starts_at": measure.window_starts_at.isoformat(),
                    "window_ends_at": measure.window_ends_at.isoformat(),
                }
                for measure in self.measures
            ],
            "tallies": [
                {
                    "rule_id": tallied.rule_id,
                    "counts": tallied.counts,
                    "total": tallied.total,
                    "limit": tallied.limit,
                    "window_starts_at": tallied.window_starts_at.isoformat(),
                    "window_ends_at": tallied.window_ends_at.isoformat(),
                }
                for tallied in self.tallies
            ],
            "policy_version": self.policy_version,
            "policy_sha256": self.policy_sha256,
            "engine_version": self.engine_version,
        }


def worst(reasons: tuple[Reason, ...]) -> Outcome:
    return max((reason.outcome for reason in reasons), key=lambda outcome: SEVERITY[outcome], default="allow")


def reason_to_json(reason: Reason) -> dict[str, Any]:
    """JSON-ready."""
    return {
        "rule_id": reason.rule_id,
        "outcome": reason.outcome,
        "sentence": reason.sentence,
        "numbers": dict(reason.numbers),
        "approval_role": reason.approval_role,
        "lifts_at": reason.lifts_at.isoformat() if reason.lifts_at else None,
        "text": reason.text,
    }
