"""The one condition language of the document: tests of facts, joined by `all`, `any` and `none`.

A test may be true, false, or undecided when its fact is not known. `all` is false as soon as one part is false, `any`
true as soon as one is true; `none` is the opposite of `any`. What stays undecided is the rule's question, not ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from departments.policy.codes import same_code

OPERATORS = (
    "is",
    "is_not",
    "in",
    "not_in",
    "above",
    "at_least",
    "below",
    "at_most",
    "includes",
    "includes_any",
    "includes_all",
    "touches",
    "multiple_of",
    "known",
)
GROUPS = ("all", "any", "none")


class Facts(Protocol):
    """Whoever can say what is known. None is "not known"."""

    def fact(self, name: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class Condition:
    """Either a group of parts or one test of one fact. `if_unknown`: what the test counts as without its fact."""

    group: str = ""
    parts: tuple[Condition, ...] = ()
    fact: str = ""
    operator: str = ""
    operand: Any = None
    if_unknown: bool | None = None


def condition_from(data: Mapping[str, Any]) -> Condition:
    """From validated JSON."""
    for group in GROUPS:
        if group in data:
            return Condition(group=group, parts=tuple(condition_from(part) for part in data[group]))
    operator = next(name for name in OPERATORS if name in data)
    return Condition(fact=data["fact"], operator=operator, operand=data[operator], if_unknown=data.get("if_unknown"))


def facts_named(condition: Condition) -> frozenset[str]:
    """Every fact that the condition asks for."""
    if condition.group:
        return frozenset().union(*(facts_named(part) for part in condition.parts))
    return frozenset({condition.fact})


def decide(condition: Condition, facts: Facts) -> bool | None:
    """True, False, or None when it depends on a fact that nobody has told."""
    if condition.group == "all":
        return _all(condition, facts)
    if condition.group:
        met = _any(condition, facts)
        if condition.group == "none":
            return None if met is None else not met
        return met
    value = facts.fact(condition.fact)
    if condition.operator == "known":
        return bool((value is not None) == condition.operand)
    result = None if value is None else _OPERATIONS[condition.operator](value, condition.operand)
    return condition.if_unknown if result is None else result


def applies(condition: Condition | None, facts: Facts) -> bool:
    """Does a rule with this `applies_when` apply? No condition always does; an undecided one does not."""
    return condition is None or decide(condition, facts) is True


def unknown_facts(condition: Condition, facts: Facts) -> list[str]:
    """The facts that are asked for and not known, in alphabetical order."""
    return sorted(name for name in facts_named(condition) if facts.fact(name) is None)


def _all(condition: Condition, facts: Facts) -> bool | None:
    undecided = False
    for part in condition.parts:
        met = decide(part, facts)
        if met is False:
            return False
        undecided = undecided or met is None
    return None if undecided else True


def _any(condition: Condition, facts: Facts) -> bool | None:
    undecided = False
    for part in condition.parts:
        met = decide(part, facts)
        if met:
            return True
        undecided = undecided or met is None
    return None if undecided else False


def _plain(value: Any) -> Any:
    return same_code(value) if isinstance(value, str) else value


def _same(value: Any, operand: Any) -> bool:
    # In Python True equals 1; in a document “yes” is not a number.
    return isinstance(value, bool) == isinstance(operand, bool) and bool(_plain(value) == _plain(operand))


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool | None]:
    def test(value: Any, operand: Any) -> bool | None:
        numbers = all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in (value, operand))
        # Dates (2026-01-31) and times of day (18:00) are text that sorts as they do.
        texts = isinstance(value, str) and isinstance(operand, str)
        return bool(compare(value, operand)) if numbers or texts else None

    return test


def _members(value: Any) -> set[Any] | None:
    return {_plain(one) for one in value} if isinstance(value, (list, tuple, set, frozenset)) else None


def _includes(value: Any, operand: Any) -> bool | None:
    members = _members(value)
    return None if members is None else _plain(operand) in members


def _includes_any(value: Any, operand: Any) -> bool | None:
    members = _members(value)
    return None if members is None else any(_plain(one) in members for one in operand)


def _includes_all(value: Any, operand: Any) -> bool | None:
    members = _members(value)
    return None if members is None else all(_plain(one) in members for one in operand)


def _multiple(value: Any, operand: Any) -> bool | None:
    return value % operand == 0 if isinstance(value, int) and not isinstance(value, bool) else None


def _touches(value: Any, operand: Mapping[str, str]) -> bool | None:
    """Do two half-open spans of the clock meet? `value` is (from, minutes); a span may pass midnight."""
    if not (isinstance(value, tuple) and len(value) == 2):
        return None
    start, minutes = value
    first, last = clock_minutes(operand["from"]), clock_minutes(operand["until"])
    if last <= first:
        last += 1440
    begin = clock_minutes(start)
    return any(begin < last + shift and begin + minutes > first + shift for shift in (-1440, 0, 1440, 2880))


def clock_minutes(text: str) -> int:
    """Minutes since midnight of “18:30”."""
    return int(text[:2]) * 60 + int(text[3:5])


_OPERATIONS: dict[str, Callable[[Any, Any], bool | None]] = {
    "is": _same,
    "is_not": lambda value, operand: not _same(value, operand),
    "in": lambda value, operand: any(_same(value, one) for one in operand),
    "not_in": lambda value, operand: not any(_same(value, one) for one in operand),
    "above": _ordered(lambda value, operand: value > operand),
    "at_least": _ordered(lambda value, operand: value >= operand),
    "below": _ordered(lambda value, operand: value < operand),
    "at_most": _ordered(lambda value, operand: value <= operand),
    "includes": _includes,
    "includes_any": _includes_any,
    "includes_all": _includes_all,
    "touches": _touches,
    "multiple_of": _multiple,
}
