"""How much notice a department wants before a job's first shift: its policy's rules, asked with the job's terms."""

from datetime import datetime

from departments.policy import notice
from departments.policy.documents import NoticeRule, Policy
from departments.policy.scenes import request_scene
from marketplace.asked import as_asked
from marketplace.refusals import NoticeTooShort
from marketplace.terms import JobTerms


def refuse_short_notice(*, policy: Policy, terms: JobTerms, at: datetime) -> None:
    """Raises NoticeTooShort by the first rule that denies. Those that warn or ask for approval are `rules_broken`."""
    starts_at = min(shift.starts_at for shift in terms.shifts)
    minutes = int((starts_at - at).total_seconds() // 60)
    for rule in rules_broken(policy=policy, terms=terms, at=at):
        if rule.outcome == "deny":
            raise NoticeTooShort(rule.text, rule.id, minutes, _wanted(rule))


def rules_broken(*, policy: Policy, terms: JobTerms, at: datetime) -> list[NoticeRule]:
    """Every notice rule, whatever its outcome, that the job's first shift comes too soon for."""
    first = min(terms.shifts, key=lambda shift: shift.starts_at)
    request = as_asked(terms=terms, shift=first, requested_at=at)
    return notice.notice_rules_broken(
        policy=policy,
        starts_at=first.starts_at,
        at=at,
        event_type=terms.event_type,
        scene=request_scene(policy=policy, shift=request),
    )


def _wanted(rule: NoticeRule) -> str:
    if rule.less_than_minutes is not None:
        hours, minutes = divmod(rule.less_than_minutes, 60)
        return f"{rule.less_than_minutes} minutes" if minutes else f"{hours} hours"
    return notice.wanted(rule)
