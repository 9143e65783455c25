"""Whether a shift lies within what an officer said: local times, midnight, exceptions, clock changes."""

from datetime import UTC, date, datetime

import pytest

from agencies.availability import Week

WEEK = Week(weekly=((4, "18:00", "24:00"), (5, "00:00", "04:00"), (5, "04:00", "06:00"), (1, "08:00", "12:00")))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        # Friday 6 March 2026, 18:00 in Toronto is 23:00 UTC.
        ("2026-03-06T23:00", "2026-03-07T11:00", True),
        ("2026-03-06T22:59", "2026-03-07T03:00", False),
        ("2026-03-06T23:00", "2026-03-07T11:01", False),
        ("2026-03-10T12:00", "2026-03-10T16:00", True),
        ("2026-03-10T11:00", "2026-03-10T12:00", False),
    ],
)
def test_a_shift_past_midnight_is_asked_day_by_day(starts: str, ends: str, expected: bool) -> None:
    covers = WEEK.covers(starts_at=moment(starts), ends_at=moment(ends), time_zone="America/Toronto")
    assert covers is expected


def test_a_day_that_differs_counts_more_than_the_week() -> None:
    free = Week(weekly=(), free_dates=frozenset({date(2026, 3, 10)}))
    away = Week(weekly=((1, "00:00", "24:00"),), blocked_dates=frozenset({date(2026, 3, 10)}))
    stretch = {"starts_at": moment("2026-03-10T15:00"), "ends_at": moment("2026-03-10T19:00")}
    assert free.covers(**stretch, time_zone="America/Toronto")
    assert not away.covers(**stretch, time_zone="America/Toronto")
