"""What is wrong with the conditions of a document: unknown facts, operators that do not fit, nothing tested."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from departments.policy.conditions import GROUPS, OPERATORS
from departments.policy.fact_names import FACTS, OPERATORS_OF, FactKind, is_about_an_officer, kind_of
from departments.policy.refusals import Mistake
from departments.policy.sense_rules import is_a_day

_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_TIME = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$")
_DEEPEST = 12
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Prices and payment are made for a request: there is no officer yet whom these could ask about.
_WITHOUT_OFFICER = (
    "rate_card.",
    "supervisor_ladder[",
    "staffing_minimums[",
    "payment.",
    "cancellation[",
    "notice.",
)


def mistakes_in_conditions(document: Mapping[str, Any]) -> Iterator[Mistake]:
    """Everywhere that a condition stands: under `when` of the condition rules, under `applies_when` of all others."""
    for path, condition in _found(document, ""):
        yield from _mistakes(condition, path, 1)
        if path.startswith(_WITHOUT_OFFICER):
            for name in sorted(set(_names(condition))):
                if is_about_an_officer(name):
                    yield Mistake(path, f"asks for {name}, and there is no officer yet when this is decided")


def _found(value: Any, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            child = f"{path}.{key}" if path else key
            is_rule = key == "when" and path.startswith("conditions[")
            if (key == "applies_when" or is_rule) and isinstance(item, Mapping):
                yield child, item
            else:
                yield from _found(item, child)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _found(item, f"{path}[{index}]")


def _mistakes(condition: Mapping[str, Any], path: str, depth: int) -> Iterator[Mistake]:
    groups = [name for name in GROUPS if name in condition]
    operators = [name for name in OPERATORS if name in condition]
    if depth > _DEEPEST:
        yield Mistake(path, f"is nested deeper than {_DEEPEST}")
    elif len(groups) + ("fact" in condition) != 1:
        yield Mistake(path, "needs exactly one of all, any, none or fact")
    elif groups:
        if operators or "if_unknown" in condition:
            yield Mistake(path, f"a group ({groups[0]}) holds conditions and no operator")
        for index, part in enumerate(condition[groups[0]]):
            yield from _mistakes(part, f"{path}.{groups[0]}[{index}]", depth + 1)
    elif len(operators) != 1:
        yield Mistake(path, f"a test needs exactly one operator: {', '.join(OPERATORS)}")
    else:
        yield from _test(condition, path, operators[0])


def _test(condition: Mapping[str, Any], path: str, operator: str) -> Iterator[Mistake]:
    name, operand = condition["fact"], condition[operator]
    kind = kind_of(name)
    if kind is None:
        yield Mistake(
            f"{path}.fact",
            f"“{name}” is not a fact; choose from {', '.join(sorted(FACTS))}, "
            "or officer., shift., venue., client. or job.attributes.NAME",
        )
        return
    if kind == "any":
        return
    if operator not in OPERATORS_OF[kind]:
        yield Mistake(
            f"{path}.{operator}",
            f"does not fit {name}, which is {_IN_WORDS[kind]}; use {', '.join(sorted(OPERATORS_OF[kind]))}",
        )
        return
    if operator in ("known", "multiple_of", "touches"):
        return
    for one in operand if isinstance(operand, list) else [operand]:
        if not _fits(kind, one):
            yield Mistake(f"{path}.{operator}", f"{name} is {_IN_WORDS[kind]}, and {one!r} is not")
        elif name == "shift.weekday" and one not in _WEEKDAYS:
            yield Mistake(f"{path}.{operator}", f"{one!r} is not a day of the week; write monday … sunday")


def _fits(kind: FactKind, value: Any) -> bool:
    if kind == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == "yes_no":
        return isinstance(value, bool)
    if kind == "date":
        return isinstance(value, str) and bool(_DATE.match(value)) and is_a_day(value)
    if kind == "time":
        return isinstance(value, str) and bool(_TIME.match(value))
    if kind == "month_day":
        return isinstance(value, str) and len(value) == 5 and is_a_day(value)
    return isinstance(value, str)


def _names(condition: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(condition.get("fact"), str):
        yield condition["fact"]
    for group in GROUPS:
        for part in condition.get(group, ()):
            yield from _names(part)


_IN_WORDS: dict[FactKind, str] = {
    "number": "a number",
    "code": "a word",
    "codes": "a list of words",
    "yes_no": "yes or no (true, false)",
    "date": "a date like 2026-01-31",
    "time": "a time like “18:00”",
    "month_day": "a day of every year like “06-15”",
    "hours": "a stretch of the clock",
}
