"""May an officer give a shift back at that time? Notice rules that say `asked_by: officer`."""

from __future__ import annotations

from datetime import datetime

from departments.policy.commitments import Commitments
from departments.policy.documents import Policy
from departments.policy.facts import OfficerFacts, ShiftFacts
from departments.policy.notice import judge_notice
from departments.policy.requests import RequestVerdict
from departments.policy.scenes import verdict_scene
from departments.policy.verdicts import worst


def judge_call_off(*, policy: Policy, officer: OfficerFacts, shift: ShiftFacts, at: datetime) -> RequestVerdict:
    """Allowed when no rule is broken. Their conditions may ask about the officer as well."""
    scene = verdict_scene(policy=policy, officer=officer, shift=shift, timeline_of=Commitments([]).of)
    found = judge_notice(
        policy=policy,
        starts_at=shift.starts_at,
        at=at,
        event_type=shift.event_type,
        scene=scene,
        asked_by="officer",
    )
    reasons = tuple(reason for reason in found if reason.outcome != "allow")
    return RequestVerdict(worst(reasons), reasons)
