"""Local wall time to instants over both clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.points import Point
from geo.timezones import (
    TimeDoesNotExist,
    TimeIsAmbiguous,
    UnknownTimeZone,
    resolve_local,
    to_utc,
    zone_at,
)


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (43.45, -79.68, "America/Toronto"),
        (32.35, -97.39, "America/Chicago"),
        (33.45, -112.07, "America/Phoenix"),
        (47.56, -52.71, "America/St_Johns"),
        (0, -150, "Etc/GMT+10"),
    ],
)
def test_zone_at(latitude, longitude, zone):
    assert zone_at(Point(latitude, longitude)) == zone


@pytest.mark.parametrize("minute", [0, 30, 59])
def test_the_missing_hour_is_refused_with_the_next_time_that_exists(minute):
    with pytest.raises(TimeDoesNotExist) as refused:
        to_utc(local=datetime(2026, 3, 8, 2, minute), zone="America/Toronto")
    assert refused.value.numbers["resumes_at"] == "2026-03-08T03:00:00"


def test_the_minutes_around_the_gap_exist():
    before = to_utc(local=datetime(2026, 3, 8, 1, 59), zone="America/Toronto")
    after = to_utc(local=datetime(2026, 3, 8, 3, 0), zone="America/Toronto")
    assert after - before == timedelta(minutes=1)


def test_the_repeated_hour_is_the_earlier_one_unless_asked():
    local = datetime(2026, 11, 1, 1, 30)
    earlier = resolve_local(local=local, zone="America/Toronto")
    later = resolve_local(local=local, zone="America/Toronto", ambiguous="later")
    assert earlier.was_ambiguous
    assert (earlier.at, later.at) == (
        datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
        datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
    )
    with pytest.raises(TimeIsAmbiguous):
        to_utc(local=local, zone="America/Toronto", ambiguous="refuse")


def test_a_night_shift_over_each_change_has_its_elapsed_hours():
    def hours(day: int, month: int) -> float:
        start = datetime(2026, month, day, 22)
        end = start + timedelta(hours=8)
        zone = "America/Toronto"
        return (to_utc(local=end, zone=zone) - to_utc(local=start, zone=zone)).total_seconds() / 3600

    assert (hours(7, 3), hours(31, 10), hours(7, 6)) == (7, 9, 8)


def test_unknown_zones_and_aware_times():
    with pytest.raises(UnknownTimeZone):
        to_utc(local=datetime(2026, 1, 1), zone="Nowhere/Town")
    with pytest.raises(ValueError, match="naive"):
        to_utc(local=datetime(2026, 1, 1, tzinfo=UTC), zone="America/Toronto")


@given(
    minutes=st.integers(0, 366 * 1440),
    zone=st.sampled_from(["America/Toronto", "America/St_Johns", "America/Phoenix", "Australia/Lord_Howe"]),
)
def test_every_wall_time_is_shown_by_its_instant_or_refused(minutes, zone):
    local = datetime(2026, 1, 1) + timedelta(minutes=minutes)
    try:
        resolved = resolve_local(local=local, zone=zone)
    except TimeDoesNotExist:
        return
    assert resolved.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) == local


@given(minutes=st.integers(0, 366 * 1440), zone=st.sampled_from(["America/Toronto", "Australia/Lord_Howe"]))
def test_every_instant_has_a_wall_time_that_leads_back(minutes, zone):
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    local = at.astimezone(ZoneInfo(zone))
    which = "later" if local.fold else "earlier"
    assert to_utc(local=local.replace(tzinfo=None, fold=0), zone=zone, ambiguous=which) == at
