"""Nothing in a policy is silent: every value that is not the default is said, whatever the schema grows to."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from departments.policy.document_paths import value_at, without
from departments.policy.examples import example
from departments.policy.plain_conditions import condition_words
from departments.policy.plain_language import describe, describe_rule
from departments.policy.plain_values import is_default, value_words
from departments.policy.published_schema import named_parts, published_schema, unused_words, wordless_parts
from departments.policy.schema_reading import part_at, policy_part
from departments.policy.validation import schema
from tests.policy.documents_from_schema import documents, leaves

# Parts whose words are still owed by whoever added them; every other new property must bring title and description.
MAY_BE_WORDLESS = {"condition.touches.from", "condition.touches.until"}


def said(document: dict[str, Any]) -> str:
    return "\n".join(
        f"{sentence.path} {sentence}"
        for section in describe(document)
        for group in section.groups
        for sentence in group.sentences
    )


# Without shrinking: a document has hundreds of parts, and the failing path is named anyway.
@settings(
    max_examples=12,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(document=documents(), chooser=st.randoms(use_true_random=False))
def test_every_value_that_is_not_the_default_is_said(document: dict[str, Any], chooser: random.Random) -> None:
    text = said(document)
    found = [leaf for leaf in leaves(policy_part(), document) if not is_default(leaf[1], leaf[2])]
    for path, part, value in chooser.sample(found, min(len(found), 25)):
        if part.kind in ("minutes", "cents", "basis_points", "date", "time", "text", "long_text"):
            assert value_words(part, value).strip("“”") in text, path
        if part.kind != "condition" and not is_default(part_at(path[:-1]), value_at(document, path[:-1])):
            assert said(without(document, path)) != text, f"{path} = {value!r} is silent"


@pytest.mark.parametrize("name", ["ontario", "us"])
def test_a_changed_number_changes_its_sentence(name: str) -> None:
    document = example(name)
    for path, part, value in leaves(policy_part(), document):
        if isinstance(value, int) and not isinstance(value, bool) and part.kind not in ("choice", "free"):
            changed = copy.deepcopy(document)
            value_at(changed, path[:-1])[path[-1]] = value + 1
            assert said(changed) != said(document), path


def test_a_rule_reads_as_a_sentence_with_its_numbers() -> None:
    limits = example("ontario")["hour_limits"]
    daily = describe_rule(("hour_limits", 0), {**limits[0], "source": {"clause": "Order 12.4", "date": "2025-03-01"}})
    assert daily.text == ("No more than 16 h of duty, overtime, court and extra duty in any 24 hours. More is denied.")
    assert daily.quoted == "All police work together may not pass 16 hours in any 24."
    assert (daily.name, daily.source) == ("daily-cap", "Order 12.4 of 1 March 2025")
    weekly = describe_rule(("hour_limits", 1), limits[1])
    assert weekly.text == (
        "No more than 36 h of extra duty in one week from Sunday. More needs approval by the commander."
    )


def test_a_half_written_rule_is_shown_as_it_is_typed() -> None:
    for rule in ({}, {"limit_minutes": "much"}, {"buckets": "duty", "window": 7}, "text", None, [1]):
        assert str(describe_rule(("hour_limits", 0), rule)).strip()
    assert "much" in str(describe_rule(("hour_limits", 0), {"limit_minutes": "much"}))
    assert "nonsense: 5." in said({"nonsense": 5, "rate_card": "none", "hour_limits": {"a": 1}, "posting": {"b": 2}})


def test_conditions_read_with_their_joins() -> None:
    crowd = {"fact": "job.crowd", "at_least": 500}
    bar = {"fact": "venue.kind", "in": ["bar", "club"]}
    assert condition_words({"all": [crowd, {"any": [bar, {"fact": "job.alcohol", "is": True}]}]}) == (
        "job crowd is at least 500 and (venue kind is one of bar or club or job alcohol is yes)"
    )
    assert condition_words({"none": [crowd]}) == "none of this holds: (job crowd is at least 500)"
    assert condition_words({"fact": "job.notice_minutes", "below": 1440}) == "job notice is less than 24 h"


def test_words_are_there_for_every_property_and_for_none_that_is_gone() -> None:
    assert unused_words() == []
    owed = set(wordless_parts()) - MAY_BE_WORDLESS
    assert not owed, f"give these a title and a description, in schema.json or schema_words.yaml: {sorted(owed)}"


def test_the_published_schema_is_the_engines_with_words_and_nothing_else() -> None:
    def bare(node: Any) -> Any:
        if isinstance(node, dict):
            kept = {key: bare(item) for key, item in node.items() if not key.startswith("x-")}
            return {
                key: item for key, item in kept.items() if key not in ("title", "description") or isinstance(item, dict)
            }
        return [bare(item) for item in node] if isinstance(node, list) else node

    assert bare(published_schema()) == bare(schema())


def test_every_rule_that_people_read_can_carry_its_source() -> None:
    without_source = [
        name
        for name, node in named_parts(schema())
        if "." not in name and "text" in node.get("properties", {}) and "source" not in node["properties"]
    ]
    assert without_source == []
