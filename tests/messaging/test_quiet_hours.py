"""Offers reach people by day where they live; the law, the department and they themselves may narrow the day."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.quiet_hours import Hours, next_moment

TORONTO = Hours(zone="America/Toronto", place="CA-ON", opens=time(8), closes=time(20))


def local(text: str, zone: str = "America/Toronto") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-12-01T08:00", "2026-12-01T08:00"),
        ("2026-12-01T19:59", "2026-12-01T19:59"),
        ("2026-12-01T20:00", "2026-12-02T08:00"),
        ("2026-12-01T03:10", "2026-12-01T08:00"),
        # The night in which clocks go forward, and the one in which they go back.
        ("2026-03-07T23:00", "2026-03-08T08:00"),
        ("2026-10-31T23:00", "2026-11-01T08:00"),
    ],
)
def test_nights_wait_for_the_morning(at: str, told: str) -> None:
    assert next_moment(TORONTO, at=local(at)) == local(told)


def test_the_same_moment_is_day_for_one_and_night_for_another() -> None:
    at = local("2026-12-01T08:30")
    assert next_moment(TORONTO, at=at) == at
    vancouver = replace(TORONTO, zone="America/Vancouver", place="CA-BC")
    assert next_moment(vancouver, at=at) == local("2026-12-01T08:00", "America/Vancouver")


@pytest.mark.parametrize(
    ("place", "at", "told"),
    [
        ("US-NY", "2026-12-01T08:30", "2026-12-01T08:30"),
        ("US-CT", "2026-12-01T08:30", "2026-12-01T09:00"),
        ("US-TX", "2026-12-06T09:30", "2026-12-06T12:00"),
        ("US-RI", "2026-12-05T17:30", "2026-12-07T09:00"),
    ],
)
def test_a_state_may_be_narrower(place: str, at: str, told: str) -> None:
    hours = replace(TORONTO, zone="America/New_York", place=place)
    assert next_moment(hours, at=local(at)) == local(told)


def test_whoever_sleeps_by_day_is_told_in_the_evening() -> None:
    hours = replace(TORONTO, quiet_from=time(7), quiet_until=time(17, 30))
    assert next_moment(hours, at=local("2026-12-01T10:00")) == local("2026-12-01T17:30")


def test_quiet_hours_past_midnight() -> None:
    hours = replace(TORONTO, quiet_from=time(18), quiet_until=time(10))
    assert next_moment(hours, at=local("2026-12-01T18:30")) == local("2026-12-02T10:00")
    assert next_moment(hours, at=local("2026-12-01T09:00")) == local("2026-12-01T10:00")


def test_an_imminent_job_ignores_the_night_but_not_the_persons_own_wish() -> None:
    at = local("2026-12-01T23:00")
    assert next_moment(replace(TORONTO, at_any_hour=True), at=at) == at
    sleeper = replace(TORONTO, at_any_hour=True, quiet_from=time(22), quiet_until=time(6))
    assert next_moment(sleeper, at=at) == local("2026-12-02T06:00")


def test_nobody_who_is_quiet_all_day_is_told() -> None:
    hours = replace(TORONTO, quiet_from=time(7), quiet_until=time(21))
    assert next_moment(hours, at=local("2026-12-01T10:00")) is None


@given(
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    zone=st.sampled_from(
        ["America/Toronto", "America/Vancouver", "America/Phoenix", "America/St_Johns", "Pacific/Honolulu"]
    ),
    place=st.sampled_from(["CA-ON", "US-TX", "US-CT", "US-RI"]),
    quiet=st.none() | st.tuples(st.times(), st.times()).filter(lambda two: two[0] != two[1]),
)
def test_whatever_the_hour_what_comes_out_is_allowed_and_not_early(at, zone, place, quiet) -> None:
    hours = Hours(zone=zone, place=place, opens=time(8), closes=time(20))
    if quiet:
        hours = replace(hours, quiet_from=quiet[0], quiet_until=quiet[1])
    told = next_moment(hours, at=at)
    if told is None:
        assert quiet
        return
    assert at <= told <= at + timedelta(days=8, hours=1)
    clock = told.astimezone(ZoneInfo(zone)).time()
    assert time(8) <= clock < time(20)
    if quiet:
        begins, ends = quiet
        inside = begins <= clock < ends if begins < ends else clock >= begins or clock < ends
        assert not inside
    # Told once it may be: asked again at that moment, it is that moment.
    assert next_moment(hours, at=told) == told
    assert date.min < told.date()
