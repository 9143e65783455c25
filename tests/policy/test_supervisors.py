"""A ratio has three meanings: beside them, one of them, the one who crosses the line."""

from __future__ import annotations

import pytest

from departments.policy.pricing import PositionRequest
from departments.policy.supervisors import supervisors_required
from tests.policy.building import policy, rank

RANKS = [rank("officer"), rank("sergeant", level=2), rank("inspector", level=3)]


def staffed(ladder, *asked, **facts):
    rules = policy(card={"ranks": RANKS}, supervisor_ladder=ladder)
    positions = tuple(PositionRequest(code, count) for code, count in asked)
    required = supervisors_required(policy=rules, positions=positions, **facts)
    again = supervisors_required(policy=rules, positions=required, **facts)
    assert {one.rank_code: one.headcount for one in again} == {one.rank_code: one.headcount for one in required}
    return {one.rank_code: one.headcount for one in required}


@pytest.mark.parametrize(
    ("meaning", "at", "officers", "expected"),
    [
        ("additional", 5, 4, {"officer": 4}),
        ("additional", 5, 5, {"officer": 5, "sergeant": 1}),
        ("inside", 4, 3, {"officer": 3}),
        ("inside", 4, 4, {"officer": 3, "sergeant": 1}),
        ("inside", 4, 5, {"officer": 4, "sergeant": 1}),
        ("promoted", 5, 4, {"officer": 4}),
        ("promoted", 5, 5, {"officer": 4, "sergeant": 1}),
    ],
)
def test_the_meaning_of_a_threshold(meaning, at, officers, expected):
    assert (
        staffed([{"rank_code": "sergeant", "at_officers": at, "meaning": meaning}], ("officer", officers)) == expected
    )


def test_one_per_four_and_a_second_rung():
    ladder = [
        {"rank_code": "sergeant", "at_officers": 4, "per_officers": 4},
        {"rank_code": "inspector", "at_officers": 10},
    ]
    assert staffed(ladder, ("officer", 8)) == {"officer": 8, "sergeant": 2}
    assert staffed(ladder, ("officer", 10)) == {"officer": 10, "sergeant": 2, "inspector": 1}


def test_supervisors_already_asked_for_count():
    ladder = [{"rank_code": "sergeant", "at_officers": 4}]
    assert staffed(ladder, ("officer", 4), ("sergeant", 1)) == {"officer": 4, "sergeant": 1}


def test_alcohol_and_crowds_demand_one_whatever_the_number():
    ladder = [{"rank_code": "sergeant", "at_officers": 99, "when_alcohol": True, "at_crowd": 500}]
    assert staffed(ladder, ("officer", 2)) == {"officer": 2}
    assert staffed(ladder, ("officer", 2), alcohol=True) == {"officer": 2, "sergeant": 1}
    assert staffed(ladder, ("officer", 2), crowd=499) == {"officer": 2}
    assert staffed(ladder, ("officer", 2), crowd=500) == {"officer": 2, "sergeant": 1}
