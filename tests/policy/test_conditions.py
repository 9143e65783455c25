"""The condition language: what is true, what is false, and what nobody can say yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from departments.policy.conditions import Condition, applies, condition_from, decide, unknown_facts

TRUE = {"fact": "yes", "is": True}
FALSE = {"fact": "yes", "is": False}
OPEN = {"fact": "nothing", "is": True}


@dataclass
class Told:
    values: dict[str, Any] = field(default_factory=lambda: {"yes": True})

    def fact(self, name: str) -> Any:
        return self.values.get(name)


def decided(data: dict[str, Any], **values: Any) -> bool | None:
    return decide(condition_from(data), Told({"yes": True, **values}))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"all": [TRUE, TRUE]}, True),
        ({"all": [TRUE, FALSE, OPEN]}, False),
        ({"all": [TRUE, OPEN]}, None),
        ({"any": [FALSE, TRUE, OPEN]}, True),
        ({"any": [FALSE, OPEN]}, None),
        ({"any": [FALSE, FALSE]}, False),
        ({"none": [FALSE, FALSE]}, True),
        ({"none": [FALSE, TRUE]}, False),
        ({"none": [FALSE, OPEN]}, None),
        ({"all": [TRUE, {**OPEN, "if_unknown": True}]}, True),
        ({"all": [TRUE, {**OPEN, "if_unknown": False}]}, False),
        ({"fact": "nothing", "known": False}, True),
        ({"fact": "yes", "known": True}, True),
    ],
)
def test_groups_decide_as_soon_as_they_can(data, expected):
    assert decided(data) is expected


@pytest.mark.parametrize(
    ("test", "value", "expected"),
    [
        ({"is": "traffic_control"}, "Traffic-Control", True),
        ({"is": 1}, True, False),
        ({"is_not": "bar"}, "club", True),
        ({"in": ["bar", "club"]}, "CLUB", True),
        ({"not_in": ["bar"]}, "bar", False),
        ({"above": 20}, 20, False),
        ({"above": 20}, 20.5, True),
        ({"at_least": 20}, 20, True),
        ({"below": 20}, 20, False),
        ({"at_most": 20}, 20, True),
        ({"above": "18:00"}, "18:01", True),
        ({"at_most": "2026-06-03"}, "2026-06-03", True),
        ({"above": 3}, "many", None),
        ({"above": 3}, True, None),
        ({"includes": "first_aid"}, ["first-aid"], True),
        ({"includes_any": ["a", "b"]}, ["b", "c"], True),
        ({"includes_all": ["a", "b"]}, ["b", "c"], False),
        ({"includes": "a"}, "a", None),
        ({"multiple_of": 30}, 90, True),
        ({"multiple_of": 30}, 91, False),
    ],
)
def test_operators(test, value, expected):
    assert decided({"fact": "x", **test}, x=value) is expected


@pytest.mark.parametrize(
    ("start", "minutes", "band", "expected"),
    [
        ("20:00", 360, ("02:00", "06:00"), False),
        ("20:00", 361, ("02:00", "06:00"), True),
        ("06:00", 60, ("02:00", "06:00"), False),
        ("05:59", 1, ("02:00", "06:00"), True),
        ("01:00", 60, ("22:00", "02:00"), True),
        ("02:00", 60, ("22:00", "02:00"), False),
        ("21:00", 60, ("22:00", "02:00"), False),
        ("08:00", 1440, ("03:00", "04:00"), True),
    ],
)
def test_hours_touch_a_band_of_the_clock(start, minutes, band, expected):
    test = {"fact": "x", "touches": {"from": band[0], "until": band[1]}}
    assert decided(test, x=(start, minutes)) is expected


def test_an_undecided_condition_does_not_apply():
    assert not applies(condition_from(OPEN), Told())
    assert applies(None, Told())
    assert unknown_facts(condition_from({"any": [OPEN, TRUE]}), Told()) == ["nothing"]


leaves = st.sampled_from([TRUE, FALSE, OPEN]).map(condition_from)
trees = st.recursive(
    leaves,
    lambda inner: st.builds(
        lambda group, parts: Condition(group=group, parts=tuple(parts)),
        st.sampled_from(["all", "any", "none"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
)


@settings(max_examples=60)
@given(trees)
def test_learning_a_fact_never_overturns_what_was_decided(tree):
    before = decide(tree, Told())
    if before is not None:
        assert {decide(tree, Told({"yes": True, "nothing": value})) for value in (True, False)} == {before}
