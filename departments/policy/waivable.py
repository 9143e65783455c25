"""Which rules an approved exception can lift, and whose word it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from departments.policy.documents import HourLimit, Outcome, Policy, Rest, StatusRule
from departments.policy.evaluation import OVERLAP_RULE
from departments.policy.journeys import TRAVEL_RULE
from departments.policy.travel import TravelRules

# Nobody can be in two places, and nobody works extra duty who has left or is suspended.
NEVER_WAIVED = frozenset({OVERLAP_RULE, "status-left", "status-suspended"})
DENIALS_ROLE = "commander"


@dataclass(frozen=True, slots=True)
class WaivableRule:
    """`approval_role` is the rule's own when it asks for an approval; a denial takes a commander's."""

    rule_id: str
    words: str
    outcome: Outcome
    approval_role: str


def may_be_waived(rule_id: str) -> bool:
    return rule_id not in NEVER_WAIVED


def waivable_rules(policy: Policy) -> tuple[WaivableRule, ...]:
    """Those of the document that can be excepted from, in its order."""
    return tuple(rule for rule in _rules(policy) if may_be_waived(rule.rule_id))


def _rules(policy: Policy) -> Iterator[WaivableRule]:
    limits_and_rests: list[HourLimit | Rest] = [*policy.hour_limits, *policy.rests]
    for rule in limits_and_rests:
        if rule.outcome in ("deny", "needs_approval"):
            yield WaivableRule(rule.id, rule.text or _words(rule.id), rule.outcome, _role(rule))
    for status in policy.eligibility.status_rules:
        if status.outcome in ("deny", "needs_approval"):
            yield WaivableRule(
                f"status-{status.status}",
                status.text or f"Roster status: {_words(status.status)}",
                status.outcome,
                _role(status),
            )
    if policy.eligibility.minimum_service_months:
        months = policy.eligibility.minimum_service_months
        yield WaivableRule("minimum-service", f"{months} months of service", "deny", DENIALS_ROLE)
    if policy.travel.outcome in ("deny", "needs_approval"):
        words = policy.travel.text or "Time for the way between two shifts"
        yield WaivableRule(TRAVEL_RULE, words, policy.travel.outcome, _role(policy.travel))
    for code in _credentials(policy):
        yield WaivableRule(f"credential-{code}", f"Credential: {_words(code)}", "deny", DENIALS_ROLE)


def _role(rule: HourLimit | Rest | StatusRule | TravelRules) -> str:
    return rule.approval_role or DENIALS_ROLE if rule.outcome == "needs_approval" else DENIALS_ROLE


def _credentials(policy: Policy) -> dict[str, None]:
    by_event = [code for codes in policy.eligibility.event_credentials.values() for code in codes]
    return dict.fromkeys((*policy.eligibility.required_credentials, *by_event))


def _words(code: str) -> str:
    return code.replace("-", " ").replace("_", " ").capitalize()
