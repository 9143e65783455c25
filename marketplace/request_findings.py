"""Rules that speak of a request without refusing it, in words for the client and for the desk.

Who may approve such a request is said here too: a rule can name a role, and those above it may as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts import desk_roles
from departments.policy.documents import NoticeRule, Policy
from marketplace.models import Client
from marketplace.notice import rules_broken
from marketplace.request_rules import request_reasons, words_of
from marketplace.terms import JobTerms

_DAY_MINUTES = 1440
_SPEAKING = ("warn", "needs_approval")


@dataclass(frozen=True, slots=True)
class RequestFinding:
    """`outcome` is warn or needs_approval; then `approval_role` may name whose approval it takes."""

    rule_id: str
    outcome: str
    approval_role: str
    sentence: str


def request_findings(
    *, policy: Policy, terms: JobTerms, at: datetime, client: Client | None = None
) -> list[RequestFinding]:
    """`at` is when these terms were asked for."""
    minutes = int((min(shift.starts_at for shift in terms.shifts) - at).total_seconds() // 60)
    late = [
        RequestFinding(
            rule_id=rule.id,
            outcome=rule.outcome,
            approval_role=rule.approval_role,
            sentence=_sentence(rule, minutes),
        )
        for rule in rules_broken(policy=policy, terms=terms, at=at)
        if rule.outcome in _SPEAKING
    ]
    others = [
        RequestFinding(
            rule_id=reason.rule_id,
            outcome=reason.outcome,
            approval_role=reason.approval_role,
            sentence=words_of(reason),
        )
        for reason in request_reasons(policy=policy, terms=terms, client=client)
        if reason.outcome in _SPEAKING
    ]
    return [*late, *others]


def approving_roles(findings: Sequence[RequestFinding]) -> tuple[str, ...]:
    """Who may approve: coordinators, unless a rule names a role; then that one and those above it."""
    named = [one.approval_role for one in findings if one.outcome == "needs_approval" and one.approval_role]
    if not named:
        return desk_roles.COORDINATORS
    # A role that the desk does not have must not leave the request to nobody.
    rising = [str(role) for role in desk_roles.DECIDERS]
    lowest = max(rising.index(role) if role in rising else len(rising) - 1 for role in named)
    return tuple(rising[lowest:])


def _sentence(rule: NoticeRule, minutes: int) -> str:
    asked = f"Asked {_ahead(minutes)} ahead; this kind of event wants {_wanted(rule)}."
    if rule.outcome == "warn":
        follows = "The department may refuse it, or add conditions."
    else:
        who = f"a {rule.approval_role}" if rule.approval_role else "the department"
        follows = f"It needs the approval of {who}, who may refuse it."
    return " ".join(filter(None, (rule.text, asked, follows)))


def _ahead(minutes: int) -> str:
    if minutes >= 2 * _DAY_MINUTES:
        return f"{minutes // _DAY_MINUTES} days"
    hours, rest = divmod(max(minutes, 0), 60)
    return f"{hours} h {rest:02d}" if rest else _count(hours, "hour")


def _wanted(rule: NoticeRule) -> str:
    if rule.less_than_business_days is not None:
        return _count(rule.less_than_business_days, "business day")
    minutes = rule.less_than_minutes or 0
    if minutes and minutes % _DAY_MINUTES == 0:
        return _count(minutes // _DAY_MINUTES, "day")
    return _count(minutes // 60, "hour") if minutes % 60 == 0 else _count(minutes, "minute")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
