"""From plain JSON or YAML to a `Policy`, or to the list of what is wrong with it."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time
from functools import cache
from typing import Any

from departments.policy.canonical import plain, sha256_of
from departments.policy.conditions import Condition, condition_from
from departments.policy.documents import Policy
from departments.policy.refusals import Mistake, PolicyInvalid
from departments.policy.validation import find_mistakes
from departments.policy.yaml_reading import line_of_paths, nearest_line, read_yaml


def load_policy(data: Mapping[str, Any], *, version: int = 0) -> Policy:
    """Build a policy from plain data. Raises PolicyInvalid with every mistake found."""
    document = plain(data)
    mistakes = find_mistakes(document)
    if mistakes:
        raise PolicyInvalid(mistakes)
    return policy_of_checked(document, version)


def load_policy_yaml(text: str, *, version: int = 0) -> Policy:
    """Like `load_policy`; each mistake also carries its line."""
    document, mistakes = read_yaml(text)
    if not mistakes:
        mistakes = find_mistakes(document)
        lines = line_of_paths(text)
        mistakes = [Mistake(mistake.path, mistake.message, nearest_line(lines, mistake.path)) for mistake in mistakes]
    if mistakes:
        raise PolicyInvalid(mistakes)
    return policy_of_checked(document, version)


def policy_of_checked(document: Mapping[str, Any], version: int) -> Policy:
    """Of plain data in which `find_mistakes` has found none."""
    values = {key: value for key, value in document.items() if key != "schema_version"}
    hints = _hints(Policy)
    return Policy(
        data=document,
        version=version,
        sha256=sha256_of(document),
        **{key: _value(hints[key], value) for key, value in values.items()},
    )


@cache
def _hints(dataclass_type: type) -> dict[str, Any]:
    return typing.get_type_hints(dataclass_type)


def _value(hint: Any, value: Any) -> Any:
    """Convert validated JSON to the type that a dataclass field declares."""
    origin = typing.get_origin(hint)
    if value is None:
        return None
    if origin in (types.UnionType, typing.Union):
        inner = next(part for part in typing.get_args(hint) if part is not types.NoneType)
        return _value(inner, value)
    if origin is tuple:
        return tuple(_value(typing.get_args(hint)[0], item) for item in value)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        inner = typing.get_args(hint)[1]
        return {key: _value(inner, item) for key, item in value.items()}
    if hint is Condition:
        return condition_from(value)
    if hint is date:
        return date.fromisoformat(value)
    if hint is time:
        return time.fromisoformat(value)
    if is_dataclass(hint) and isinstance(hint, type):
        known = _hints(hint)
        names = {one.name for one in fields(hint)}
        return hint(**{key: _value(known[key], item) for key, item in value.items() if key in names})
    return value
