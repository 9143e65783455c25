"""The JSON Schema as it is published: the machine's schema with the words that people read laid over it."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

from departments.policy.ordering_keys import KEYS, OrderingKey
from departments.policy.validation import schema


def _key_words(key: OrderingKey) -> str:
    """“fewest hours of extra-duty this month”, “earliest seniority date”, “highest rank level”."""
    if key.unit == "draw":
        return "the draw"
    first = {"minutes": "fewest hours of", "date": "earliest", "instant": "earliest"}.get(key.unit, "lowest")
    last = {"minutes": "most hours of", "date": "latest", "instant": "latest"}.get(key.unit, "highest")
    return f"{first if key.first == 'lowest' else last} {key.phrase}"


# Lists of values that live in code, named by `x-suggestions` in the words.
_SUGGESTIONS = {"ordering_keys": [[key.code, _key_words(key)] for key in KEYS.values()]}


@cache
def schema_words() -> dict[str, dict[str, Any]]:
    """`{"hour_limit.limit_minutes": {"title": …, "description": …, "x-…": …}}` as `schema_words.yaml` has it."""
    text = resources.files("departments.policy").joinpath("schema_words.yaml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return loaded


@cache
def published_schema() -> dict[str, Any]:
    """Words in schema.json win over words in the file beside it, so that a new field can carry its own."""
    merged = copy.deepcopy(schema())
    words = schema_words()
    for path, node in named_parts(merged):
        for keyword, value in words.get(path, {}).items():
            if keyword == "x-suggestions":
                value = _SUGGESTIONS[value]
            elif keyword == "x-labels":
                value = {str(code): label for code, label in value.items()}
            node.setdefault(keyword, value)
    return merged


def named_parts(whole: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every part that people may read of: `policy.payment.due`, `hour_limit`, `hour_limit.limit_minutes`."""
    yield from _properties_of(whole, "policy")
    for name, definition in whole.get("$defs", {}).items():
        yield name, definition
        yield from _properties_of(definition, name)


def wordless_parts() -> list[str]:
    """Properties without a title of their own, or without a description: what whoever adds one still owes."""
    whole = published_schema()
    return sorted(
        path
        for path, node in named_parts(whole)
        if "." in path and not (_has_words(node) or _has_words(_object_behind(node, whole)))
    )


def unused_words() -> list[str]:
    """Words for what the schema does not have (any more)."""
    known = {path for path, _ in named_parts(schema())}
    return sorted(set(schema_words()) - known)


def _has_words(node: Mapping[str, Any]) -> bool:
    return bool(node.get("title") and node.get("description"))


def _object_behind(node: Mapping[str, Any], whole: Mapping[str, Any]) -> Mapping[str, Any]:
    """An object that is defined once may be explained once; a number or a text means something else in each place."""
    definition: Mapping[str, Any] = whole["$defs"].get(str(node.get("$ref", "")).rpartition("/")[2], {})
    return definition if definition.get("type") == "object" else {}


def _properties_of(node: Mapping[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, child in node.get("properties", {}).items():
        yield f"{path}.{name}", child
        yield from _properties_of(child, f"{path}.{name}")
        items = child.get("items")
        if isinstance(items, dict):
            yield from _properties_of(items, f"{path}.{name}[]")
