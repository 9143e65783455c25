"""Differences by rule, as sentences; YAML that is written the same way every time."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from departments.policy.canonical import sha256_of
from departments.policy.differences import differences, yaml_difference
from departments.policy.document_paths import arranged, parse, text_of, value_at, with_value, without
from departments.policy.examples import example
from departments.policy.schema_reading import policy_part
from departments.policy.yaml_reading import read_yaml
from departments.policy.yaml_writing import policy_yaml
from tests.policy.documents_from_schema import documents, leaves


def test_a_changed_rule_says_from_what_to_what() -> None:
    before = example("ontario")
    after = copy.deepcopy(before)
    after["hour_limits"][0]["limit_minutes"] = 900
    [change] = differences(before, after)
    assert (change.change, change.section, change.path, change.name) == (
        "changed", "Hour limits", "hour_limits[0]", "daily-cap",
    )  # fmt: skip
    assert change.details == ("At most: 16 h → 15 h",)
    assert "No more than 16 h" in change.before
    assert "No more than 15 h" in change.after


def test_added_removed_and_reordered_rules_are_told_apart() -> None:
    before = example("ontario")
    after = copy.deepcopy(before)
    after["rests"] = []
    after["hour_limits"].insert(0, {"id": "new", "window": "month", "buckets": ["duty"], "limit_minutes": 60})
    after["cancellation"].reverse()
    told = [(change.change, change.path) for change in differences(before, after)]
    assert told == [("added", "hour_limits[0]"), ("removed", "rests[0]"), ("reordered", "cancellation")]
    [order] = [change for change in differences(before, after) if change.change == "reordered"]
    assert order.details == ("Order: rule 1, rule 2 → rule 2, rule 1",)


def test_a_default_that_is_written_out_changes_nothing_but_the_lines() -> None:
    before = example("us")
    after = {**before, "rate_card": {**before["rate_card"], "released_early": "worked"}, "rests": []}
    assert sha256_of(before) != sha256_of(after)
    assert differences(before, after) == []
    assert "+  released_early: worked" in yaml_difference(before, after, names=("1", "2"))


@settings(
    max_examples=6,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(document=documents())
def test_yaml_reads_back_as_the_same_document_and_bytes(document: dict[str, Any]) -> None:
    text = policy_yaml(document)
    back, mistakes = read_yaml(text)
    assert mistakes == []
    assert back == document
    assert policy_yaml(dict(reversed(list(back.items())))) == text
    assert differences(document, back) == []


@pytest.mark.parametrize("name", ["ontario", "us"])
def test_no_change_of_a_number_goes_unseen(name: str) -> None:
    before = example(name)
    for path, part, value in leaves(policy_part(), before):
        if isinstance(value, int) and not isinstance(value, bool) and part.kind not in ("choice", "free"):
            after = with_value(before, path, value + 1)
            assert [change.change for change in differences(before, after)] == ["changed"], path
            assert differences(after, before) != []


@pytest.mark.parametrize("text", ["", "a", "a.b", "a[0]", "a[0].b[12].c-d"])
def test_a_path_is_read_back_as_it_was_written(text: str) -> None:
    path = parse(text)
    assert path is not None
    assert text_of(path) == text


@pytest.mark.parametrize("text", ["a..b", "[", "a[-1]", "a b", ".a", "a[99999999]", "a\x00"])
def test_what_is_no_path_is_none(text: str) -> None:
    assert parse(text) is None


def test_changes_leave_the_rest_and_the_original_alone() -> None:
    before = example("ontario")
    kept = copy.deepcopy(before)
    moved = arranged(before, ("hour_limits", 0), "down")
    assert [one["id"] for one in moved["hour_limits"]] == ["weekly-extra-duty", "daily-cap"]
    assert [one["id"] for one in arranged(before, ("hour_limits", 0), "duplicate")["hour_limits"]] == [
        "daily-cap", "daily-cap-2", "weekly-extra-duty",
    ]  # fmt: skip
    assert arranged(before, ("hour_limits", 0), "up") == before
    assert arranged(before, ("hour_limits", 9), "remove") == before
    assert value_at(without(before, ("rests", 0)), ("rests",)) == []
    assert before == kept
