"""The windows in which hours are counted: fixed ones by the department's calendar, rolling ones by elapsed time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from departments.policy.documents import HourLimit, Policy
from departments.policy.timeline import Stretch, Timeline
from departments.policy.wording import duration

ROLLING = {"rolling_24_hours": timedelta(hours=24), "rolling_7_days": timedelta(days=7)}
# Named windows of so many days from an anchor date.
PERIODS = {"two_weeks": 14, "roster_28_days": 28}
_IN_WORDS = {
    "calendar_day": "on {day}",
    "rolling_24_hours": "in 24 h",
    "week": "in the week from {day}",
    "rolling_7_days": "in 7 days",
    "two_weeks": "in the two weeks from {day}",
    "month": "in the month from {day}",
    "quarter": "in the quarter from {day}",
    "year": "in the year from {day}",
    "roster_28_days": "in the 28 days from {day}",
    "continuous": "without a break",
    "shift": "in one shift",
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


def is_rolling(limit: HourLimit) -> bool:
    return limit.window == "rolling" or limit.window in ROLLING


def rolling_length(limit: HourLimit) -> timedelta:
    if limit.window in ROLLING:
        return ROLLING[limit.window]
    if limit.window_minutes is None:
        raise ValueError("A rolling window needs its length.")
    return timedelta(minutes=limit.window_minutes)


def window_in_words(limit: HourLimit, first_day: datetime) -> str:
    """“in 24 h”, “in the week from 2026-06-01”."""
    if limit.window == "rolling":
        return f"in any {duration(limit.window_minutes or 0)}"
    if limit.window == "period":
        return f"in the {limit.period_days} days from {first_day:%Y-%m-%d}"
    return _IN_WORDS[limit.window].format(day=f"{first_day:%Y-%m-%d}")


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
    if limit.window == "quarter":
        first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        return first, _next_month(_next_month(_next_month(first)))
    if limit.window == "year":
        return day.replace(month=1, day=1), date(day.year + 1, 1, 1)
    length = PERIODS.get(limit.window) or limit.period_days
    if limit.anchor_date is None or length is None:
        raise ValueError("A period needs its length and an anchor date.")
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
