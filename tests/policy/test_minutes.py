"""Minimums, steps, rounding and grace, on both sides of every boundary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from departments.policy.minutes import billable_minutes
from departments.policy.refusals import ShiftCannotBePriced
from tests.policy.building import policy

WHOLE_HOURS = {"unit_minutes": 60}


@pytest.mark.parametrize(
    ("card", "worked", "billable"),
    [
        pytest.param({}, 61, 61, id="by the minute"),
        pytest.param({}, 0, 0, id="a no-show bills nothing"),
        pytest.param({"minimum_steps_minutes": [180], "rounding": WHOLE_HOURS}, 0, 0, id="not even a minimum"),
        pytest.param({"minimum_steps_minutes": [180], "rounding": WHOLE_HOURS}, 1, 180, id="minimum"),
        pytest.param({"minimum_steps_minutes": [180], "rounding": WHOLE_HOURS}, 180, 180, id="minimum exactly"),
        pytest.param({"minimum_steps_minutes": [180], "rounding": WHOLE_HOURS}, 181, 240, id="part hour whole"),
        pytest.param({"minimum_steps_minutes": [180], "rounding": WHOLE_HOURS}, 240, 240, id="whole hour exactly"),
        pytest.param({"rounding": {"unit_minutes": 60, "grace_minutes": 14}}, 254, 240, id="14 min past is free"),
        pytest.param({"rounding": {"unit_minutes": 60, "grace_minutes": 14}}, 255, 300, id="15 min past is an hour"),
        pytest.param({"rounding": {"unit_minutes": 30, "mode": "nearest"}}, 254, 240, id="nearest, below half"),
        pytest.param({"rounding": {"unit_minutes": 30, "mode": "nearest"}}, 255, 270, id="nearest, half goes up"),
        pytest.param({"rounding": {"unit_minutes": 60, "mode": "more_than_half"}}, 210, 180, id="half is not more"),
        pytest.param({"rounding": {"unit_minutes": 60, "mode": "more_than_half"}}, 211, 240, id="more than half"),
        pytest.param({"rounding": {"unit_minutes": 60, "mode": "down"}}, 239, 180, id="down"),
        pytest.param({"minimum_steps_minutes": [240, 480], "rounding": {"unit_minutes": 240}}, 240, 240, id="blocks"),
        pytest.param({"minimum_steps_minutes": [240, 480], "rounding": {"unit_minutes": 240}}, 241, 480, id="block 2"),
        pytest.param({"minimum_steps_minutes": [240, 480], "rounding": {"unit_minutes": 240}}, 481, 720, id="block 3"),
        pytest.param({"minimum_steps_minutes": [240, 480], "rounding": WHOLE_HOURS}, 241, 480, id="over 4 pays 8"),
        pytest.param({"minimum_steps_minutes": [240, 480], "rounding": WHOLE_HOURS}, 481, 540, id="then by the hour"),
    ],
)
def test_billable_minutes(card, worked, billable):
    assert billable_minutes(policy=policy(card=card), worked_minutes=worked) == billable


def test_negative_time_is_refused():
    with pytest.raises(ShiftCannotBePriced):
        billable_minutes(policy=policy(), worked_minutes=-1)


@given(
    worked=st.integers(1, 3000),
    minimum=st.integers(1, 480),
    unit=st.sampled_from([1, 5, 6, 15, 30, 60, 240]),
    grace=st.integers(0, 59),
)
def test_rounding_up_never_bills_less_than_worked_less_grace(worked, minimum, unit, grace):
    grace = min(grace, unit - 1)
    rules = policy(
        card={"minimum_steps_minutes": [minimum], "rounding": {"unit_minutes": unit, "grace_minutes": grace}}
    )
    billable = billable_minutes(policy=rules, worked_minutes=worked)
    assert billable >= minimum
    assert billable >= worked - grace
    assert billable < max(minimum, worked + unit) + 1
    assert billable == minimum or billable % unit == 0
    assert billable_minutes(policy=rules, worked_minutes=worked + 1) >= billable
