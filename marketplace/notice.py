"""How much notice a department wants before a shift, in minutes or in business days."""

from datetime import date, datetime, timedelta

from departments.policy.documents import NoticeRule, Policy
from geo.timezones import zone_named
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
    starts_at = min(shift.starts_at for shift in terms.shifts)
    return [
        rule
        for rule in policy.notice.rules
        if (not rule.event_types or terms.event_type in rule.event_types) and _too_soon(rule, policy, starts_at, at)
    ]


def business_days_between(*, from_date: date, until_date: date, holiday_dates: tuple[date, ...]) -> int:
    """Whole business days after `from_date` and before `until_date`."""
    day, count = from_date + timedelta(days=1), 0
    while day < until_date:
        count += day.weekday() < 5 and day not in holiday_dates
        day += timedelta(days=1)
    return count


def _too_soon(rule: NoticeRule, policy: Policy, starts_at: datetime, at: datetime) -> bool:
    if rule.less_than_minutes is not None:
        return starts_at - at < timedelta(minutes=rule.less_than_minutes)
    if rule.less_than_business_days is not None:
        zone = zone_named(policy.time_zone)
        days = business_days_between(
            from_date=at.astimezone(zone).date(),
            until_date=starts_at.astimezone(zone).date(),
            holiday_dates=policy.notice.holiday_dates,
        )
        return days < rule.less_than_business_days
    return False


def _wanted(rule: NoticeRule) -> str:
    if rule.less_than_minutes is not None:
        hours, minutes = divmod(rule.less_than_minutes, 60)
        return f"{rule.less_than_minutes} minutes" if minutes else f"{hours} hours"
    return f"{rule.less_than_business_days} business days"
