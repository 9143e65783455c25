"""The ladder's changes said in words: how many, of which rank, and which line was crossed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from departments.policy.examples import example
from departments.policy.loading import load_policy
from departments.policy.prices import PositionRequest, ShiftRequest
from departments.policy.supervisor_reasons import ladder_changes

STARTS_AT = datetime(2026, 7, 4, 22, tzinfo=UTC)


def sentences(ladder: list[dict[str, Any]] | None, asked: dict[str, int], **facts: Any) -> list[str]:
    document = example("ontario") if ladder is None else {**example("ontario"), "supervisor_ladder": ladder}
    positions = tuple(PositionRequest(code, count) for code, count in asked.items())
    shift = ShiftRequest(STARTS_AT, STARTS_AT + timedelta(hours=4), positions, event_type="festival", **facts)
    return [one.sentence for one in ladder_changes(policy=load_policy(document), shift=shift)]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"constable": 3}, []),
        ({"constable": 4}, ["1 Sergeant added: four or more officers need one (policy rule)."]),
        ({"constable": 4, "sergeant": 1}, []),
        (
            {"constable": 10},
            [
                "1 Sergeant added: four or more officers need one (policy rule).",
                "1 Staff Sergeant added: ten or more officers need one (policy rule).",
            ],
        ),
    ],
)
def test_the_example_ladder_is_explained(asked: dict[str, int], said: list[str]) -> None:
    assert sentences(None, asked) == said


@pytest.mark.parametrize(
    ("rung", "facts", "said"),
    [
        (
            {"at_officers": 5, "meaning": "inside"},
            {},
            "1 Sergeant in the place of officers you asked for: five or more officers need one (policy rule).",
        ),
        (
            {"at_officers": 99, "when_alcohol": True},
            {"alcohol": True},
            "1 Sergeant added: alcohol is served, which needs one (policy rule).",
        ),
        (
            {"at_officers": 99, "at_crowd": 500, "count": 2},
            {"crowd": 500},
            "2 Sergeants added: 500 or more people are expected, which needs two (policy rule).",
        ),
        (
            {"at_officers": 4, "per_officers": 2, "billed": False},
            {},
            "3 Sergeants added, without charge: every two officers need one (policy rule).",
        ),
    ],
)
def test_every_kind_of_rung_has_its_words(rung: dict[str, Any], facts: dict[str, Any], said: str) -> None:
    assert sentences([{"rank_code": "sergeant", **rung}], {"constable": 6}, **facts) == [said]
