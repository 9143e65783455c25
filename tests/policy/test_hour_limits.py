"""Every window on both sides of its limit, and the rolling ones against counting minute by minute."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from departments.policy.evaluation import Commitment, OfficerFacts, ShiftFacts, evaluate, evaluate_many
from tests.policy.building import policy, utc

OFFICER = OfficerFacts("o", "officer")
CHICAGO = ZoneInfo("America/Chicago")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHICAGO)


def shift(start: datetime, minutes: int, **more) -> ShiftFacts:
    return ShiftFacts("s", start, start + timedelta(minutes=minutes), **more)


def work(bucket: str, start: datetime, minutes: int) -> Commitment:
    return Commitment(bucket, start, start + timedelta(minutes=minutes))


def outcome(limit: dict, asked: ShiftFacts, *commitments: Commitment) -> str:
    rules = policy(hour_limits=[{"id": "rule", **limit}])
    return evaluate(policy=rules, officer=OFFICER, shift=asked, commitments=commitments).outcome


ALL_WORK = ["duty", "overtime", "court", "extra_duty"]


@pytest.mark.parametrize("window", ["calendar_day", "rolling_24_hours"])
@pytest.mark.parametrize(("minutes", "expected"), [(480, "allow"), (481, "deny")])
def test_16_h_35_in_a_day_read_both_ways(window, minutes, expected):
    limit = {"window": window, "buckets": ALL_WORK, "limit_minutes": 995}
    duty = work("duty", local("2026-06-03T00:30"), 515)
    assert outcome(limit, shift(local("2026-06-03T12:00"), minutes), duty) == expected


def test_calendar_day_and_rolling_differ_over_midnight():
    duty = work("duty", local("2026-06-02T14:00"), 600)
    asked = shift(local("2026-06-03T02:00"), 420)
    limit = {"buckets": ALL_WORK, "limit_minutes": 960}
    assert outcome({**limit, "window": "calendar_day"}, asked, duty) == "allow"
    assert outcome({**limit, "window": "rolling_24_hours"}, asked, duty) == "deny"


@pytest.mark.parametrize(("hours", "expected"), [(4, "allow"), (5, "deny")])
def test_36_h_in_a_week_from_sunday(hours, expected):
    limit = {
        "window": "week",
        "week_starts_on": "sunday",
        "buckets": ["extra_duty"],
        "limit_minutes": 36 * 60,
    }
    # Sunday 31 May to Saturday 6 June 2026.
    done = [work("extra_duty", local(f"2026-06-0{day}T08:00"), 480) for day in (1, 2, 3, 4)]
    assert outcome(limit, shift(local("2026-06-06T10:00"), hours * 60), *done) == expected
    # Across Saturday midnight the hours belong to two weeks.
    assert outcome(limit, shift(local("2026-06-06T20:00"), 8 * 60), *done) == "allow"
    assert outcome(limit, shift(local("2026-06-06T19:59"), 8 * 60), *done) == "deny"
    assert outcome(limit, shift(local("2026-06-07T00:00"), 8 * 60), *done) == "allow"


@pytest.mark.parametrize(
    ("window", "more", "first", "inside", "outside"),
    [
        ("month", {}, "2026-06-01T00:00", "2026-06-30T22:00", "2026-07-01T00:00"),
        ("two_weeks", {"anchor_date": "2026-05-31"}, "2026-06-01T00:00", "2026-06-13T22:00", "2026-06-14T00:00"),
        ("roster_28_days", {"anchor_date": "2026-06-01"}, "2026-06-01T00:00", "2026-06-28T22:00", "2026-06-29T00:00"),
        ("roster_28_days", {"anchor_date": "2027-06-28"}, "2026-06-01T00:00", "2026-06-28T22:00", "2026-06-29T00:00"),
        ("calendar_day", {}, "2026-06-01T00:00", "2026-06-01T22:00", "2026-06-02T00:00"),
    ],
)
def test_fixed_windows_reset_at_local_midnight(window, more, first, inside, outside):
    limit = {"window": window, "buckets": ["extra_duty"], "limit_minutes": 600, **more}
    done = work("extra_duty", local(first), 540)
    assert outcome(limit, shift(local(inside), 60), done) == "allow"
    assert outcome(limit, shift(local(inside), 61), done) == "deny"
    assert outcome(limit, shift(local(outside), 600), done) == "allow"


def test_rolling_seven_days_slides():
    limit = {"window": "rolling_7_days", "buckets": ["extra_duty", "other_employer"], "limit_minutes": 1440}
    done = [work("other_employer", utc(f"2026-06-0{day}T10:00"), 480) for day in (1, 2, 3)]
    # Seven days ending at 11:00 on the 8th hold all but the first hour of the first job.
    assert outcome(limit, shift(utc("2026-06-08T10:00"), 60), *done) == "allow"
    assert outcome(limit, shift(utc("2026-06-08T09:59"), 60), *done) == "deny"


def test_a_long_enough_break_starts_the_count_again():
    limit = {"window": "rolling_24_hours", "buckets": ALL_WORK, "limit_minutes": 960, "unless_break_minutes": 240}
    duty = work("duty", utc("2026-06-03T00:00"), 600)
    assert outcome(limit, shift(utc("2026-06-03T13:59"), 480), duty) == "deny"
    assert outcome(limit, shift(utc("2026-06-03T14:00"), 480), duty) == "allow"


def test_continuous_hours_join_what_touches():
    limit = {"window": "continuous", "buckets": ["extra_duty"], "limit_minutes": 600}
    assert outcome(limit, shift(utc("2026-06-03T14:00"), 600)) == "allow"
    assert outcome(limit, shift(utc("2026-06-03T14:00"), 601)) == "deny"
    joined = work("extra_duty", utc("2026-06-03T09:00"), 300)
    assert outcome(limit, shift(utc("2026-06-03T14:00"), 301), joined) == "deny"
    assert outcome(limit, shift(utc("2026-06-03T14:01"), 600), joined) == "allow"


def test_four_hours_on_a_scheduled_work_day():
    limit = {
        "window": "calendar_day",
        "buckets": ["extra_duty"],
        "limit_minutes": 240,
        "only_when_on_duty_that_day": True,
    }
    asked = shift(local("2026-06-03T17:00"), 300)
    assert outcome(limit, asked) == "allow"
    assert outcome(limit, asked, work("duty", local("2026-06-03T07:00"), 480)) == "deny"
    assert outcome(limit, asked, work("duty", local("2026-06-04T07:00"), 480)) == "allow"


def test_a_limit_waived_while_on_leave():
    limit = {"window": "month", "buckets": ["extra_duty"], "limit_minutes": 60, "waived_while_on_leave": True}
    asked = shift(local("2026-06-03T17:00"), 300)
    assert outcome(limit, asked) == "deny"
    assert outcome(limit, asked, work("leave", local("2026-06-01T00:00"), 14 * 1440)) == "allow"
    assert outcome(limit, asked, work("leave", local("2026-06-01T00:00"), 3 * 1440 - 420)) == "deny"


def test_the_day_of_the_clock_change_has_its_real_hours():
    # 8 March 2026 has 23 hours in Chicago; working midnight to midnight is 23 h, not 24.
    limit = {"window": "calendar_day", "buckets": ["extra_duty"], "limit_minutes": 23 * 60}
    whole = ShiftFacts("s", local("2026-03-08T00:00"), local("2026-03-09T00:00"))
    assert outcome(limit, whole) == "allow"
    assert outcome({**limit, "limit_minutes": 23 * 60 - 1}, whole) == "deny"


def test_outcomes_roles_dry_run_and_the_sentence():
    limit = {"id": "daily-cap", "window": "rolling_24_hours", "buckets": ALL_WORK, "limit_minutes": 960}
    duty = work("duty", utc("2026-06-03T00:00"), 870)
    asked = shift(utc("2026-06-03T14:30"), 240)

    def judged(**more):
        rules = policy(hour_limits=[{**limit, **more}])
        return evaluate(policy=rules, officer=OFFICER, shift=asked, commitments=[duty])

    denied = judged()
    assert denied.sentence == ("Denied: 14 h 30 worked + 4 h = 18 h 30 in 24 h; limit 16 h (policy v7, rule daily-cap)")
    assert denied.reasons[0].numbers["total_minutes"] == 1110
    approval = judged(outcome="needs_approval", approval_role="commander")
    assert (approval.outcome, approval.approval_roles) == ("needs_approval", ("commander",))
    assert approval.sentence.startswith("Needs approval by commander: ")
    warned = judged(outcome="warn")
    assert warned.outcome == "warn"
    assert warned.allowed
    rehearsed = judged(dry_run=True)
    assert rehearsed.outcome == "allow"
    assert rehearsed.dry_run_reasons[0].outcome == "deny"


def test_measures_say_how_near_the_limit_is():
    limit = {"window": "week", "buckets": ["extra_duty"], "limit_minutes": 600}
    verdict = evaluate(
        policy=policy(hour_limits=[{"id": "week", **limit}]),
        officer=OFFICER,
        shift=shift(utc("2026-06-03T14:30"), 240),
        commitments=[],
    )
    (measure,) = verdict.measures
    assert (measure.total_minutes, measure.remaining_minutes) == (240, 360)


def test_the_shift_itself_among_the_commitments_is_not_counted_twice():
    limit = {"window": "calendar_day", "buckets": ["extra_duty"], "limit_minutes": 240}
    asked = shift(utc("2026-06-03T14:30"), 240)
    own = Commitment("extra_duty", asked.starts_at, asked.ends_at, reference="s")
    assert outcome(limit, asked, own) == "allow"


ZERO = utc("2026-06-01T00:00")
stretches = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 60)), max_size=12)


@given(worked=stretches, start=st.integers(0, 300), length=st.integers(1, 90), window=st.sampled_from([100, 144]))
def test_the_fullest_rolling_window_is_found(worked, start, length, window):
    """In ten-minute ticks: 144 of them are a day. The other length only makes the windows overlap differently."""
    commitments = [
        Commitment("duty", ZERO + timedelta(minutes=10 * at), ZERO + timedelta(minutes=10 * (at + ticks)))
        for at, ticks in worked
    ]
    asked = ShiftFacts("s", ZERO + timedelta(minutes=10 * start), ZERO + timedelta(minutes=10 * (start + length)))
    busy = {tick for at, ticks in worked for tick in range(at, at + ticks)} | set(range(start, start + length))
    fullest = max(len(busy.intersection(range(first, first + 144))) for first in range(start - 143, start + length))
    rules = policy(
        hour_limits=[
            {"id": "cap", "window": "rolling_24_hours", "buckets": ["duty", "extra_duty"], "limit_minutes": 1}
        ],
        eligibility={"overlap_buckets": ["court"]},
    )
    verdict = evaluate(policy=rules, officer=OFFICER, shift=asked, commitments=commitments)
    assert verdict.measures[0].total_minutes == fullest * 10


def test_many_shifts_at_once_get_the_same_verdicts_as_one_by_one():
    rules = policy(hour_limits=[{"id": "cap", "window": "rolling_24_hours", "buckets": ALL_WORK, "limit_minutes": 600}])
    commitments = [
        Commitment("extra_duty", ZERO + timedelta(hours=20 * n), ZERO + timedelta(hours=20 * n + 6), f"s{n}")
        for n in range(20)
    ]
    shifts = [ShiftFacts(f"s{n}", ZERO + timedelta(hours=7 * n), ZERO + timedelta(hours=7 * n + 4)) for n in range(40)]
    together = list(evaluate_many(policy=rules, officer=OFFICER, shifts=shifts, commitments=commitments))
    apart = [evaluate(policy=rules, officer=OFFICER, shift=one, commitments=commitments) for one in shifts]
    assert together == apart
    assert {verdict.outcome for verdict in together} == {"allow", "deny"}
