"""Conditions as people say them: “job crowd is at least 500 and venue kind is one of bar or club”."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from departments.policy.plain_numbers import joined, money
from departments.policy.wording import duration

TESTS = {
    "is": "is",
    "is_not": "is not",
    "in": "is one of",
    "not_in": "is none of",
    "above": "is more than",
    "at_least": "is at least",
    "below": "is less than",
    "at_most": "is at most",
    "includes": "includes",
    "includes_any": "includes any of",
    "includes_all": "includes all of",
    "touches": "touches",
    "multiple_of": "is a multiple of",
    "known": "is known",
}
_JOINS = {"all": "and", "any": "or"}


def condition_words(condition: Any, *, inner: bool = False) -> str:
    """Never fails: what is no condition is shown as it is written."""
    if not isinstance(condition, Mapping):
        return json.dumps(condition, ensure_ascii=False, default=str)
    for group in ("all", "any", "none"):
        parts = condition.get(group)
        if isinstance(parts, list):
            said = joined([condition_words(part, inner=True) for part in parts], _JOINS.get(group, "or")) or "nothing"
            if group == "none":
                return f"none of this holds: ({said})"
            return f"({said})" if inner and len(parts) > 1 else said
    test = next((name for name in TESTS if name in condition), None)
    if test is None or not isinstance(condition.get("fact"), str):
        return json.dumps(condition, ensure_ascii=False, default=str)
    words = f"{fact_words(condition['fact'])} {TESTS[test]} {_operand(condition['fact'], test, condition[test])}"
    unknown = condition.get("if_unknown")
    return words if unknown is None else f"{words} (counts as {_yes(unknown)} where that is not known)"


def fact_words(fact: str) -> str:
    """`venue.alcohol_permit` → “venue alcohol permit”."""
    words = fact.replace(".attributes.", " ").replace(".", " ").replace("_", " ")
    return words.removesuffix(" minutes").removesuffix(" cents")


def _operand(fact: str, test: str, value: Any) -> str:
    if test == "touches" and isinstance(value, Mapping):
        return f"{value.get('from')} to {value.get('until')}"
    if isinstance(value, list):
        return joined([_one(fact, one) for one in value], "or" if test in ("in", "includes_any") else "and")
    return _one(fact, value)


def _one(fact: str, value: Any) -> str:
    if isinstance(value, bool):
        return _yes(value)
    if isinstance(value, int) and fact.endswith("_minutes"):
        return duration(value)
    if isinstance(value, int) and fact.endswith("_cents"):
        return money(value)
    return str(value) if isinstance(value, (str, int, float)) else json.dumps(value, ensure_ascii=False, default=str)


def _yes(value: Any) -> str:
    return "yes" if value is True else "no" if value is False else str(value)
