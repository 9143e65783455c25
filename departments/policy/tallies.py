"""Commitments in order of their start: counted as shifts, as paid minutes, or as local days with work."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from departments.policy.facts import Commitment
from departments.policy.timeline import Stretch

ONE_DAY = timedelta(days=1)


class Tally:
    """What starts in a window belongs to it whole."""

    __slots__ = ("_days", "_paid", "entries", "starts")

    def __init__(self, commitments: Iterable[Commitment]) -> None:
        self.entries = sorted(
            (one.starts_at.astimezone(UTC), one.ends_at.astimezone(UTC), _paid(one))
            for one in commitments
            if one.ends_at > one.starts_at
        )
        self.starts = [start for start, _, _ in self.entries]
        self._paid = [0]
        for _, _, paid in self.entries:
            self._paid.append(self._paid[-1] + paid)
        self._days: dict[tuple[str, bool], frozenset[date]] = {}

    def shifts_within(self, window: Stretch) -> int:
        return bisect_left(self.starts, window[1]) - bisect_left(self.starts, window[0])

    def paid_within(self, window: Stretch) -> int:
        return self._paid[bisect_left(self.starts, window[1])] - self._paid[bisect_left(self.starts, window[0])]

    def days(self, zone: ZoneInfo, *, by_start: bool) -> frozenset[date]:
        """Local days on which there is work, or on which work starts."""
        key = (zone.key, by_start)
        if key not in self._days:
            self._days[key] = frozenset(
                day for start, end, _ in self.entries for day in local_days((start, end), zone, by_start=by_start)
            )
        return self._days[key]

    def peaks(self, length: timedelta, shift: Stretch) -> list[Stretch]:
        """The rolling windows of `length` with the shift's start in them that can hold the most starts."""
        low = bisect_left(self.starts, shift[0] - length + timedelta(microseconds=1))
        high = bisect_left(self.starts, shift[0])
        return [(start, start + length) for start in (*self.starts[low:high], shift[0])]


def local_days(span: Stretch, zone: ZoneInfo, *, by_start: bool) -> list[date]:
    first = span[0].astimezone(zone).date()
    if by_start:
        return [first]
    last = (span[1] - timedelta(microseconds=1)).astimezone(zone).date()
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def longest_run(days: frozenset[date], around: Iterable[date]) -> tuple[date, int]:
    """First day and length of the unbroken run of days that holds `around`."""
    joined = set(around)
    first, last = min(joined), max(joined)
    while first - ONE_DAY in days:
        first -= ONE_DAY
    while last + ONE_DAY in days:
        last += ONE_DAY
    return first, (last - first).days + 1


def fullest_days(days: frozenset[date], around: Iterable[date], length: int) -> tuple[date, int]:
    """First day and count of the fullest `length` days in a row that touch `around`."""
    wanted = set(around)
    earliest = min(wanted) - (length - 1) * ONE_DAY
    count = sum(earliest + number * ONE_DAY in days for number in range(length))
    best = (earliest, count)
    # One day in at the end, one out at the start.
    for number in range((max(wanted) - earliest).days):
        leaves = earliest + number * ONE_DAY
        count += (leaves + length * ONE_DAY in days) - (leaves in days)
        if count > best[1]:
            best = (leaves + ONE_DAY, count)
    return best


def _paid(commitment: Commitment) -> int:
    if commitment.paid_minutes is not None:
        return commitment.paid_minutes
    return int((commitment.ends_at - commitment.starts_at).total_seconds() // 60)


def instant_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
