"""Verdicts on both sides of every boundary, and the risk points."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
from geopy.distance import geodesic

from geo.fences import Fence, FenceInvalid, Fix, best_fix, judge
from geo.points import CoordinatesInvalid, Point
from geo.risk import PreviousPunch, PunchFacts, assess
from tests.policy.building import utc

PIN = Point(43.45, -79.68)
NOW = utc("2026-06-03T14:00")


def fix(metres: float = 0, accuracy: float = 10, age: float = 0, altitude: float | None = 80.0) -> Fix:
    away = geodesic(meters=metres).destination((PIN.latitude, PIN.longitude), 90)
    return Fix(away.latitude, away.longitude, accuracy, NOW - timedelta(seconds=age), altitude)


@pytest.mark.parametrize(
    ("metres", "accuracy", "age", "radius", "verdict"),
    [
        (149, 10, 0, 150, "VERIFIED"),
        (149, 150, 30, 150, "VERIFIED"),
        (149, 151, 30, 150, "NEAR"),
        (74, 100, 0, 75, "VERIFIED"),
        (74, 101, 0, 75, "NEAR"),
        (149, 10, 31, 150, "NEAR"),
        (149, 10, 120, 150, "NEAR"),
        (149, 10, 121, 150, "WEAK"),
        (151, 10, 0, 150, "NEAR"),
        (159, 10, 0, 150, "NEAR"),
        (161, 10, 0, 150, "OFFSITE"),
        (249, 100, 0, 150, "NEAR"),
        (249, 200, 0, 150, "NEAR"),
        (251, 200, 0, 150, "OFFSITE"),
        (10, 200, 0, 150, "NEAR"),
        (10, 201, 0, 150, "WEAK"),
        (5000, 201, 0, 150, "WEAK"),
        (5000, 10, 0, 150, "OFFSITE"),
        (999, 900, 0, 1000, "VERIFIED"),
        (10, 10, 6 * 3600, 150, "WEAK"),
    ],
)
def test_verdicts(metres, accuracy, age, radius, verdict):
    judged = judge(fence=Fence((PIN,), radius), fixes=[fix(metres, accuracy, age)], received_at=NOW)
    assert judged.verdict == verdict
    assert judged.distance_metres == pytest.approx(metres, abs=0.01)
    assert judged.needs_review is (verdict in ("WEAK", "OFFSITE"))


def test_an_unarmed_fence_and_no_fix_prove_nothing():
    assert judge(fence=Fence((PIN,), armed=False), fixes=[fix()], received_at=NOW).verdict == "WEAK"
    assert judge(fence=Fence((PIN,)), fixes=[], received_at=NOW).verdict == "WEAK"
    broken = [fix(accuracy=0), fix(accuracy=-1), fix(accuracy=math.nan), fix(accuracy=math.inf)]
    assert judge(fence=Fence((PIN,)), fixes=broken, received_at=NOW).verdict == "WEAK"


def test_a_moving_job_has_a_start_and_an_end_pin():
    end = Point(43.60, -79.70)
    at_end = Fix(end.latitude, end.longitude, 10, NOW)
    assert judge(fence=Fence((PIN, end)), fixes=[at_end], received_at=NOW).verdict == "VERIFIED"
    assert judge(fence=Fence((PIN,)), fixes=[at_end], received_at=NOW).verdict == "OFFSITE"


def test_the_best_fix_is_the_most_accurate_then_the_newest():
    newest = fix(1, 20, 1)
    assert best_fix([fix(0, 30), fix(2, 20, 9), newest]) is newest
    assert best_fix([fix(accuracy=0)]) is None


def test_a_clock_that_runs_ahead_is_no_reason_for_weakness():
    assert judge(fence=Fence((PIN,)), fixes=[fix(age=-50)], received_at=NOW).fix_age_seconds == 0


def test_wrong_fences_and_fixes():
    for radius in (74, 1001):
        with pytest.raises(FenceInvalid):
            Fence((PIN,), radius)
    with pytest.raises(FenceInvalid):
        Fence(())
    with pytest.raises(CoordinatesInvalid):
        judge(fence=Fence((PIN,)), fixes=[Fix(math.nan, 0, 10, NOW)], received_at=NOW)


def facts(*fixes: Fix, **more) -> PunchFacts:
    return PunchFacts(fixes=fixes, best_fix=best_fix(fixes), received_at=NOW, **{"pins": (), **more})


def points_of(punch: PunchFacts) -> dict[str, int]:
    return {signal.code: signal.points for signal in assess(punch).signals}


def test_a_plain_punch_is_clear():
    assessment = assess(
        facts(fix(30), fix(32), client_sent_at=NOW, pins=(PIN,), address_country="CA", venue_country="ca")
    )
    assert (assessment.points, assessment.level, assessment.signals) == (0, "clear", ())


@pytest.mark.parametrize(
    ("punch", "expected"),
    [
        (facts(fix(accuracy=0)), {"impossible-accuracy": 50}),
        (facts(fix(9, accuracy=math.nan), fix(9)), {"impossible-accuracy": 50}),
        (facts(fix(), device_used_by_another_officer_within_12_hours=True), {"shared-device": 50}),
        (facts(fix(), same_fix_as_another_officer_or_day=True), {"repeated-fix": 30}),
        (facts(fix(0), pins=(PIN,)), {"fix-is-the-pin": 25}),
        (facts(fix(3), pins=(PIN,)), {}),
        (facts(fix(), client_sent_at=NOW - timedelta(seconds=120)), {"fix-time": 10}),
        (facts(fix(age=121), client_sent_at=NOW - timedelta(seconds=121)), {"clock-skew": 20}),
        (facts(fix(age=121), client_sent_at=NOW - timedelta(seconds=121), online=False), {}),
        (facts(fix(), address_country="US", venue_country="CA"), {"foreign-address": 20}),
        (facts(fix(5, altitude=None), fix(5, altitude=None)), {"frozen-fixes": 15}),
        (facts(fix(5), fix(5)), {}),
        (facts(fix(5, altitude=None)), {}),
        (facts(fix(), is_desktop_browser=True), {"desktop": 15}),
        (facts(fix(age=30)), {}),
        (facts(fix(age=31)), {"fix-time": 10}),
        (facts(fix(), is_new_device=True), {"new-device": 10}),
    ],
)
def test_each_signal(punch, expected):
    assert points_of(punch) == expected


@pytest.mark.parametrize(
    ("metres", "seconds", "expected"),
    [(1999, 1, {}), (2300, 42, {}), (2300, 41, {"impossible-speed": 50}), (2001, 0, {"impossible-speed": 50})],
)
def test_impossible_speed_needs_distance_too(metres, seconds, expected):
    previous = PreviousPunch(fix(metres).point, NOW - timedelta(seconds=seconds))
    assert points_of(facts(fix(), previous=previous)) == expected


def test_levels():
    assert assess(facts(fix(), is_desktop_browser=True)).level == "clear"
    assert assess(facts(fix(), address_country="US", venue_country="CA")).level == "note"
    note = facts(fix(), address_country="US", venue_country="CA", is_desktop_browser=True, is_new_device=True)
    assert (assess(note).points, assess(note).level) == (45, "note")
    review = facts(fix(), same_fix_as_another_officer_or_day=True, address_country="US", venue_country="CA")
    assert (assess(review).points, assess(review).level) == (50, "review")
