"""May the client have this at all? A request judged before anything is priced: what is barred, where, how soon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from departments.policy.barred import barred_rule
from departments.policy.conditions import facts_named
from departments.policy.documents import Outcome, Policy
from departments.policy.fact_names import is_about_an_officer
from departments.policy.notice import judge_notice
from departments.policy.prices import ShiftRequest
from departments.policy.rules_over_facts import OUTSIDE_RULE, judge_condition
from departments.policy.scenes import request_scene
from departments.policy.verdicts import Reason, reason_to_json, worst
from departments.policy.wording import opening

BARRED_RULE = "barred"


@dataclass(frozen=True, slots=True)
class RequestVerdict:
    """`dry_run_reasons` are recorded and decide nothing."""

    outcome: Outcome
    reasons: tuple[Reason, ...]
    dry_run_reasons: tuple[Reason, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome,
            "reasons": [reason_to_json(reason) for reason in self.reasons],
            "dry_run_reasons": [reason_to_json(reason) for reason in self.dry_run_reasons],
        }


def judge_request(*, policy: Policy, shift: ShiftRequest) -> RequestVerdict:
    """Barred kinds, the department's own conditions, its area, its notice. Rules about officers wait for one."""
    scene = request_scene(policy=policy, shift=shift)
    reasons: list[Reason] = []
    dry_run: list[Reason] = []
    barred = barred_rule(policy=policy, event_type=shift.event_type, duties=shift.duties, scene=scene)
    if barred is not None:
        said = barred.text.rstrip(".") or f"{policy.name} does not assign officers to this kind of event"
        sentence = f"Denied: {said} (policy v{policy.version}, rule {BARRED_RULE})"
        reasons.append(Reason(BARRED_RULE, "deny", sentence, text=f"{said}."))
    reasons += _outside(policy, scene.fact("shift.inside_jurisdiction"))
    for rule in policy.conditions:
        if not any(is_about_an_officer(name) for name in facts_named(rule.when)):
            reason = judge_condition(policy=policy, rule=rule, scene=scene)
            if reason is not None:
                (dry_run if rule.dry_run else reasons).append(reason)
    if shift.requested_at is not None:
        reasons += judge_notice(
            policy=policy, starts_at=shift.starts_at, at=shift.requested_at, event_type=shift.event_type, scene=scene
        )
    kept = tuple(reason for reason in reasons if reason.outcome != "allow")
    return RequestVerdict(worst(kept), kept, tuple(dry_run))


def _outside(policy: Policy, inside: bool | None) -> Iterator[Reason]:
    area = policy.jurisdiction
    if inside is not False or area.outside == "allow":
        return
    said = area.text.rstrip(".") or "The place is outside of the department's area"
    role = area.approval_role if area.outside == "needs_approval" else ""
    sentence = f"{opening(area.outside, role)}: {said} (policy v{policy.version}, rule {OUTSIDE_RULE})"
    yield Reason(OUTSIDE_RULE, area.outside, sentence, {}, role, None, area.text)
