"""The windows in which hours are counted: fixed ones by the department's calendar, rolling ones by elapsed time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from departments.policy.documents import HourLimit, Policy
from departments.policy.timeline import Stretch, Timeline

ROLLING = {"rolling_24_hours": timedelta(hours=24), "rolling_7_days": timedelta(days=7)}
WINDOW_IN_WORDS = {
    "calendar_day": "on {day}",
    "rolling_24_hours": "in 24 h",
    "week": "in the week from {day}",
    "rolling_7_days": "in 7 days",
    "two_weeks": "in the two weeks from {day}",
    "month": "in the month from {day}",
    "roster_28_days": "in the 28 days from {day}",
    "continuous": "without a break",
}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a local day begins, as UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def month_window(*, policy: Policy, at: datetime) -> Stretch:
    """The local month that holds `at`: an hour of extra duty belongs to the month in which its shift starts."""
    zone = ZoneInfo(policy.time_zone)
    first = at.astimezone(zone).date().replace(day=1)
    return midnight(first, zone), midnight(_next_month(first), zone)


def fixed_windows(limit: HourLimit, shift: Stretch, zone: ZoneInfo) -> list[Stretch]:
    """Every calendar window that the shift touches."""
    windows = []
    day = shift[0].astimezone(zone).date()
    while True:
        first, after = _calendar(limit, day)
        window = midnight(first, zone), midnight(after, zone)
        windows.append(window)
        if window[1] >= shift[1]:
            return windows
        day = after


def _calendar(limit: HourLimit, day: date) -> tuple[date, date]:
    if limit.window == "calendar_day":
        return day, day + timedelta(days=1)
    if limit.window == "week":
        first = day - timedelta(days=(day.weekday() - _WEEKDAYS.index(limit.week_starts_on)) % 7)
        return first, first + timedelta(days=7)
    if limit.window == "month":
        first = day.replace(day=1)
        return first, _next_month(first)
    length = 14 if limit.window == "two_weeks" else 28
    if limit.anchor_date is None:
        raise ValueError("A pay period needs an anchor date.")
    first = day - timedelta(days=(day - limit.anchor_date).days % length)
    return first, first + timedelta(days=length)


def _next_month(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def rolling_windows(length: timedelta, shift: Stretch, timeline: Timeline) -> list[Stretch]:
    """The windows in which the most can be worked: each begins where work begins, or ends where work ends.

    The total over a sliding window only peaks at such places, so looking at these looks at all.
    """
    start, end = shift
    windows = [(start, start + length), (end - length, end)]
    for first, last in timeline.overlapping(start - length, end + length):
        if start - length < first < end:
            windows.append((first, first + length))
        if start < last < end + length:
            windows.append((last - length, last))
    return windows
