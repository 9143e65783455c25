"""One value of a policy as people say it: “16 h 30”, “$109.75”, “13 %”, “1 July 2026”, “yes”, “duty and court”."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from departments.policy.plain_conditions import condition_words
from departments.policy.plain_numbers import day, joined, money, percent
from departments.policy.schema_reading import UNSAID, Part
from departments.policy.wording import duration


def value_words(part: Part | None, value: Any) -> str:
    """Never fails and never is empty: what does not fit its part is shown as it is written."""
    if value is None:
        return "none"
    if part is None:
        return _as_written(value)
    if part.kind == "condition":
        return condition_words(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) or (isinstance(value, float) and part.kind == "basis_points"):
        return _number(part, value)
    if isinstance(value, str):
        return _text(part, value)
    if isinstance(value, Mapping) and part.kind == "object":
        return object_words(part, value) or "nothing"
    if isinstance(value, Mapping) and part.kind == "mapping":
        return "; ".join(f"{key}: {value_words(part.item, item)}" for key, item in value.items()) or "none"
    if isinstance(value, list):
        return _list(part, value)
    return _as_written(value)


def object_words(part: Part, value: Mapping[str, Any], *, without: Sequence[str] = ()) -> str:
    """“Limit: 16 h; Outcome: denied”, every property that is written and is not the default."""
    said = []
    for name, item in value.items():
        child = part.child(name)
        if name not in without and not is_default(child, item):
            said.append(f"{child.title if child else name}: {value_words(child, item)}")
    return "; ".join(said)


def is_default(part: Part | None, value: Any) -> bool:
    """Does writing this mean the same as not writing it?"""
    if part is None:
        return False
    if part.kind == "object" and isinstance(value, Mapping) and not part.required:
        return all(is_default(part.child(name), item) for name, item in value.items())
    return part.default is not UNSAID and type(part.default) is type(value) and bool(part.default == value)


def _number(part: Part, value: float) -> str:
    if part.kind == "basis_points":
        return percent(value)
    value = int(value)
    match part.kind:
        case "minutes":
            return duration(value)
        case "cents":
            return money(value)
        case "choice":
            return part.label_of(value)
    if not part.unit:
        return f"{value:,}"
    noun = part.unit.removesuffix("s") if value == 1 and " " not in part.unit else part.unit
    return f"{value:,} {noun}"


def _text(part: Part, value: str) -> str:
    if part.kind == "choice":
        return part.label_of(value)
    if part.kind == "date":
        return day(value)
    return f"“{value}”" if part.kind == "long_text" or not value else value


def _list(part: Part, value: Sequence[Any]) -> str:
    if not value:
        return "none"
    if part.kind == "rows":
        return "; ".join(
            f"({object_words(part.item, one)})" if isinstance(one, Mapping) and part.item else _as_written(one)
            for one in value
        )
    if part.kind == "ordered":
        return ", then ".join(part.label_of(one) for one in value)
    if part.kind == "choices":
        return joined([part.label_of(one) for one in value])
    if part.kind == "values":
        return joined([value_words(part.item, one) for one in value])
    return _as_written(value)


def _as_written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
