"""Rules that ask facts: a department's own conditions, credentials with time left, where its officers may work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from departments.policy.codes import names_code
from departments.policy.conditions import Facts, applies, decide, unknown_facts
from departments.policy.documents import ConditionRule, CredentialRule, Policy
from departments.policy.facts import OfficerFacts, ShiftFacts
from departments.policy.plain_conditions import condition_words
from departments.policy.verdicts import Reason
from departments.policy.wording import opening

OUTSIDE_RULE = "outside-jurisdiction"


def judge_dated_rules(
    *, policy: Policy, officer: OfficerFacts, shift: ShiftFacts, scene: Facts
) -> Iterator[tuple[Reason, bool]]:
    """Each reason, and whether its rule only runs dry."""
    for credential in policy.eligibility.credential_rules:
        if applies(credential.applies_when, scene):
            reason = _credential(policy, credential, officer, shift)
            if reason is not None:
                yield reason, credential.dry_run
    for rule in policy.conditions:
        judged = judge_condition(policy=policy, rule=rule, scene=scene)
        if judged is not None:
            yield judged, rule.dry_run


def judge_condition(*, policy: Policy, rule: ConditionRule, scene: Facts) -> Reason | None:
    """None when the rule has nothing to say: its condition is not met, or may be left open."""
    met = decide(rule.when, scene)
    if met is False:
        return None
    outcome = rule.outcome if met else rule.when_unknown
    if outcome == "allow":
        return None
    missing = [] if met else unknown_facts(rule.when, scene)
    said = rule.text or _in_words(policy, rule, decided=met is not None)
    if missing:
        said += f" Not known: {', '.join(missing)}."
    role = rule.approval_role if outcome == "needs_approval" else ""
    sentence = f"{opening(outcome, role)}: {said.rstrip('.')} (policy v{policy.version}, rule {rule.id})"
    return Reason(rule.id, outcome, sentence, {"unknown_facts": missing} if missing else {}, role, None, rule.text)


def _in_words(policy: Policy, rule: ConditionRule, *, decided: bool) -> str:
    """What a rule without a text of its own says."""
    written = next((one["when"] for one in policy.data.get("conditions", []) if one["id"] == rule.id), None)
    if written is None:
        return f"the rule {rule.id} names this case."
    if not decided:
        return f"the rule {rule.id} asks whether {condition_words(written)}."
    return f"the rule {rule.id} names this case ({condition_words(written)})."


def judge_place(*, policy: Policy, shift: ShiftFacts, scene: Facts) -> Iterator[Reason]:
    """What the policy says to its officers' work outside of its area. A place that is not known is not judged."""
    area = policy.jurisdiction
    if area.officers_outside == "allow" or scene.fact("shift.inside_jurisdiction") is not False:
        return
    said = area.text or "The place is outside of the department's area."
    sentence = (
        f"{opening(area.officers_outside, area.approval_role)}: {said} (policy v{policy.version}, rule {OUTSIDE_RULE})"
    )
    numbers = {"postal_code": shift.postal_code, "place_name": shift.place_name}
    yield Reason(OUTSIDE_RULE, area.officers_outside, sentence, numbers, area.approval_role, None, area.text)


def _credential(policy: Policy, rule: CredentialRule, officer: OfficerFacts, shift: ShiftFacts) -> Reason | None:
    zone = ZoneInfo(policy.time_zone)
    last_day = (shift.ends_at - timedelta(microseconds=1)).astimezone(zone).date()
    needed_until = last_day + timedelta(days=rule.remaining_days)
    held = [one for one in officer.credentials if names_code(rule.any_of, one.code)]
    if any(one.expires_date is None or one.expires_date >= needed_until for one in held):
        return None
    latest = max((one.expires_date for one in held if one.expires_date is not None), default=None)
    wanted = " or ".join(f"“{code}”" for code in rule.any_of)
    if latest is None:
        said = f"{wanted} is needed and not on the roster."
    else:
        said = f"{wanted} must be valid until {needed_until.isoformat()} and expires on {latest.isoformat()}."
    role = rule.approval_role
    sentence = f"{opening(rule.outcome, role)}: {said.rstrip('.')} (policy v{policy.version}, rule {rule.id})"
    numbers = {
        "needed_until_date": needed_until.isoformat(),
        "expires_date": latest.isoformat() if latest else None,
        "remaining_days": rule.remaining_days,
    }
    return Reason(rule.id, rule.outcome, sentence, numbers, role, None, rule.text)
