"""The picture of a member's days and its totals: local days, clipped, also when the clocks change."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from departments.policy.facts import Commitment
from marketplace.officer_hours import bucket_totals
from portals.timeline_picture import DAY_WIDTH, draw

TORONTO = "America/Toronto"
FIRST = date(2026, 3, 7)
MIDNIGHT = datetime(2026, 3, 7, 5, tzinfo=UTC)


def drawn(*commitments: Commitment, days: int = 3) -> list[tuple[int, int]]:
    picture = draw(commitments=commitments, first_date=FIRST, days=days, zone=TORONTO, today=FIRST)
    return [(bar.y, bar.width) for bar in picture.bars]


def test_a_stretch_over_midnight_is_a_bar_on_each_day():
    """18:00 to 6:00 on the wall: eleven hours, since the clocks go forward in between."""
    one = Commitment("duty", MIDNIGHT + timedelta(hours=18), MIDNIGHT + timedelta(hours=29))
    (first, evening), (second, morning) = drawn(one)
    assert evening == morning == DAY_WIDTH // 4
    assert second > first


def test_what_lies_outside_is_not_drawn():
    one = Commitment("duty", MIDNIGHT - timedelta(hours=9), MIDNIGHT)
    assert drawn(one) == []


def test_a_bar_stands_at_the_hour_on_the_wall_on_the_day_of_23_hours():
    """8 March 2026: 6:00 comes five hours after midnight, and the bar still begins a quarter into the day."""
    midnight = datetime(2026, 3, 8, 5, tzinfo=UTC)
    one = Commitment("court", midnight + timedelta(hours=5), midnight + timedelta(hours=11))
    picture = draw(commitments=[one], first_date=FIRST, days=3, zone=TORONTO, today=FIRST)
    (bar,) = picture.bars
    assert bar.x - (picture.width - DAY_WIDTH) == DAY_WIDTH // 4


@settings(max_examples=30)
@given(
    stretches=st.lists(st.tuples(st.integers(-50, 90), st.integers(1, 40)), max_size=5), now_after=st.integers(-80, 200)
)
def test_worked_and_planned_minutes_are_all_minutes_shown(stretches, now_after):
    commitments = [
        Commitment("duty", MIDNIGHT + timedelta(hours=start), MIDNIGHT + timedelta(hours=start + length))
        for start, length in stretches
    ]
    now = MIDNIGHT + timedelta(hours=now_after)
    totals = bucket_totals(commitments=commitments, first_date=FIRST, days=2, zone=TORONTO, now=now)
    end = MIDNIGHT + timedelta(hours=47)  # the second day has 23 hours
    shown = sum(
        max(0, int((min(one.ends_at, end) - max(one.starts_at, MIDNIGHT)).total_seconds() // 60)) for one in commitments
    )
    assert sum(one.worked_minutes + one.planned_minutes for one in totals) == shown
