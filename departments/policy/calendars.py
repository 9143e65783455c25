"""The department's days: holidays, weekends, office hours, and the notice that they leave."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from departments.policy.documents import Policy

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Office hours are looked for this far ahead; a calendar without a business day in it is refused as a document.
_SEARCHED_DAYS = 366


def is_listed(day: date, dates: Collection[str]) -> bool:
    """Is the day in a list of `2026-05-18` (once) and `12-25` (every year)?"""
    return day.isoformat() in dates or day.isoformat()[5:] in dates


def is_holiday(policy: Policy, day: date) -> bool:
    return is_listed(day, policy.holiday_dates) or day in policy.notice.holiday_dates


def is_business_day(policy: Policy, day: date) -> bool:
    return WEEKDAYS[day.weekday()] not in policy.notice.weekend_days and not is_holiday(policy, day)


def business_days_before(policy: Policy, *, from_date: date, until_date: date) -> int:
    """Business days after `from_date` and before `until_date`; that day too where the document counts it."""
    last = until_date + timedelta(days=1 if policy.notice.counts_shift_day else 0)
    day, count = from_date + timedelta(days=1), 0
    while day < last:
        count += is_business_day(policy, day)
        day += timedelta(days=1)
    return count


def office_moment(policy: Policy, at: datetime) -> datetime:
    """`at` itself within office hours, else the moment at which the office next opens."""
    notice = policy.notice
    if notice.office_opens_time is None or notice.office_closes_time is None:
        return at
    zone = ZoneInfo(policy.time_zone)
    day = at.astimezone(zone).date()
    for number in range(_SEARCHED_DAYS):
        one = day + timedelta(days=number)
        if is_business_day(policy, one):
            opens = _local(one, notice.office_opens_time, zone)
            if at < _local(one, notice.office_closes_time, zone):
                return max(at, opens)
    return at


def whole_minutes(start: datetime, end: datetime) -> int:
    """Seconds dropped; negative when `end` is earlier."""
    seconds = (end - start).total_seconds()
    return int(seconds // 60)


def _local(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone)
