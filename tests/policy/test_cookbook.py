"""What docs/policy.md shows can be used as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from departments.policy.conditions import OPERATORS
from departments.policy.fact_names import FACTS
from departments.policy.ordering_keys import KEYS
from departments.policy.validation import find_mistakes, schema
from departments.policy.yaml_reading import read_yaml
from tests.policy.building import document, rank

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
COOKBOOK = TEXT[TEXT.index("Cookbook\n") : TEXT.index("## 14.")]
RECIPES = re.findall(r"```yaml\n(.*?)```", COOKBOOK, re.DOTALL)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.splitlines()[0][:50])
def test_every_recipe_is_valid(recipe):
    sections, mistakes = read_yaml(recipe)
    assert mistakes == []
    card = {"ranks": [rank("officer"), rank("sergeant", level=2)], **sections.pop("rate_card", {})}
    assert find_mistakes({**document(), **sections, "rate_card": card}) == []


def test_there_are_recipes():
    assert len(RECIPES) > 15


@pytest.mark.parametrize("name", ["ontario.cases.yaml", "ontario.jobs.yaml"])
def test_the_files_shown_are_the_files_kept(name):
    kept = (ROOT / "departments" / "policy" / "examples" / name).read_text(encoding="utf-8")
    assert f"```yaml\n{kept}```" in TEXT


def test_every_fact_and_operator_is_explained():
    assert {name for name in FACTS if f"| `{name}` |" not in TEXT} == set()
    assert {name for name in OPERATORS if f"`{name}`" not in TEXT} == set()


def test_every_field_of_the_document_is_explained():
    definitions = schema()["$defs"]
    nodes = [schema(), *definitions.values(), *schema()["properties"].values()]
    names = {name for node in nodes for name in node.get("properties", {})}
    assert {name for name in names if not re.search(rf"`[^`\n]*\b{name}\b[^`\n]*`|\b{name}:", TEXT)} <= {
        "schema_version"
    }


def test_the_ordering_keys_listed_are_those_that_exist():
    listed = TEXT[TEXT.index("`keys` are compared") : TEXT.index("The draw:")]
    assert set(re.findall(r"`([a-z0-9_]+)`", listed)) - {"keys"} == set(KEYS)
