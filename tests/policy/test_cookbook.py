"""What docs/policy.md shows can be used as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from departments.policy.ordering_keys import KEYS
from departments.policy.validation import find_mistakes
from tests.policy.building import document, rank

TEXT = (Path(__file__).parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")


def test_every_recipe_is_valid():
    cookbook = TEXT[TEXT.index("## Cookbook") :]
    recipes = re.search(r"```yaml\n(.*?)```", cookbook, re.DOTALL).group(1)
    card, sections = {"ranks": [rank(), rank("sergeant", level=2)]}, {"name": "Cookbook"}
    for recipe in recipes.split("\n\n"):
        parsed = yaml.safe_load(recipe)
        if isinstance(parsed, dict):
            for key, value in parsed.items():
                (card if key in ("minimum_steps_minutes", "rounding") else sections)[key] = value
            continue
        for item in parsed:
            home, section = _section_of(item, card, sections)
            home.setdefault(section, []).append(item)
    assert len(sections["hour_limits"]) == 3
    assert len(card["premiums"]) == 3
    assert find_mistakes({**document(card=card), **sections, "rate_card": card}) == []


def _section_of(item, card, sections):
    if "window" in item:
        return sections, "hour_limits"
    if "side" in item:
        return sections, "rests"
    if "status" in item:
        return sections.setdefault("eligibility", {}), "status_rules"
    if "meaning" in item:
        return sections, "supervisor_ladder"
    if "cancelled_by" in item:
        return sections, "cancellation"
    return card, "premiums" if "effect" in item else "fees"


def test_the_ordering_keys_listed_are_those_that_exist():
    listed = TEXT[TEXT.index("`keys` are compared") : TEXT.index("The draw:")]
    assert set(re.findall(r"`([a-z0-9_]+)`", listed)) - {"keys"} == set(KEYS)
