"""How much notice a department wants: in minutes, calendar days or business days, of clients and of its officers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from departments.policy.calendars import business_days_before, office_moment, whole_minutes
from departments.policy.codes import names_code
from departments.policy.conditions import Facts, applies
from departments.policy.documents import NoticeRule, Policy
from departments.policy.verdicts import Reason
from departments.policy.wording import duration, opening


@dataclass(frozen=True, slots=True)
class NoticeGiven:
    """From `at` (or the office's next opening) to the start."""

    minutes: int
    days: int
    business_days: int


def notice_given(*, policy: Policy, at: datetime, starts_at: datetime, in_office_hours: bool = False) -> NoticeGiven:
    moment = office_moment(policy, at) if in_office_hours else at
    zone = ZoneInfo(policy.time_zone)
    asked_on, starts_on = moment.astimezone(zone).date(), starts_at.astimezone(zone).date()
    return NoticeGiven(
        whole_minutes(moment, starts_at),
        (starts_on - asked_on).days,
        business_days_before(policy, from_date=asked_on, until_date=starts_on),
    )


def notice_rules_broken(
    *,
    policy: Policy,
    starts_at: datetime,
    at: datetime,
    event_type: str,
    scene: Facts,
    asked_by: Literal["client", "officer"] = "client",
) -> list[NoticeRule]:
    """Every rule, whatever its outcome, that the shift comes too soon for."""
    return [
        rule
        for rule in policy.notice.rules
        if rule.asked_by == asked_by
        and (not rule.event_types or names_code(rule.event_types, event_type))
        and applies(rule.applies_when, scene)
        and is_too_soon(policy=policy, rule=rule, starts_at=starts_at, at=at)
    ]


def judge_notice(
    *,
    policy: Policy,
    starts_at: datetime,
    at: datetime,
    event_type: str,
    scene: Facts,
    asked_by: Literal["client", "officer"] = "client",
) -> Iterator[Reason]:
    """A reason for each rule that is broken."""
    for rule in notice_rules_broken(
        policy=policy, starts_at=starts_at, at=at, event_type=event_type, scene=scene, asked_by=asked_by
    ):
        given = notice_given(policy=policy, at=at, starts_at=starts_at, in_office_hours=rule.in_office_hours)
        said = rule.text.rstrip(".") or f"{_given(rule, given)} of notice; {wanted(rule)} are needed"
        sentence = f"{opening(rule.outcome, rule.approval_role)}: {said} (policy v{policy.version}, rule {rule.id})"
        numbers = {
            "notice_minutes": given.minutes,
            "notice_days": given.days,
            "notice_business_days": given.business_days,
        }
        yield Reason(rule.id, rule.outcome, sentence, numbers, rule.approval_role, None, rule.text)


def is_too_soon(*, policy: Policy, rule: NoticeRule, starts_at: datetime, at: datetime) -> bool:
    """Exactly the notice named is enough, unless the rule includes its boundary. Minutes are held to the second."""
    moment = office_moment(policy, at) if rule.in_office_hours else at
    if rule.less_than_minutes is not None:
        return _below((starts_at - moment).total_seconds(), rule.less_than_minutes * 60, rule.boundary_included)
    given = notice_given(policy=policy, at=moment, starts_at=starts_at)
    if rule.less_than_business_days is not None:
        return _below(given.business_days, rule.less_than_business_days, rule.boundary_included)
    if rule.less_than_days is not None:
        return _below(given.days, rule.less_than_days, rule.boundary_included)
    return False


def wanted(rule: NoticeRule) -> str:
    """“48 h”, “3 business days”."""
    if rule.less_than_minutes is not None:
        return duration(rule.less_than_minutes)
    if rule.less_than_business_days is not None:
        return f"{rule.less_than_business_days} business days"
    return f"{rule.less_than_days} days"


def _given(rule: NoticeRule, given: NoticeGiven) -> str:
    if rule.less_than_minutes is not None:
        return duration(given.minutes)
    if rule.less_than_business_days is not None:
        return f"{given.business_days} business days"
    return f"{given.days} days"


def _below(given: float, limit: int, boundary_included: bool) -> bool:
    return given < limit or (boundary_included and given == limit)
