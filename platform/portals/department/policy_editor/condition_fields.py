"""A condition as rows to fill in: a fact, a test, a value. Conditions inside of conditions are written as YAML."""

from collections.abc import Mapping
from typing import Any

from departments.policy.fact_names import FACTS, OPERATORS_OF, kind_of
from departments.policy.plain_conditions import TESTS, fact_words

JOINS = [("all", "All of these hold"), ("any", "At least one of these holds"), ("none", "None of these holds")]
LISTS = frozenset({"in", "not_in", "includes_any", "includes_all"})
_GROUPS = ("all", "any", "none")


def fact_choices(known: str = "") -> list[Any]:
    """By what they are about. A fact of the department's own stays choosable where it is used."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, fact in FACTS.items():
        about = name.partition(".")[0].capitalize()
        groups.setdefault(about, []).append((name, f"{fact_words(name)}: {fact.meaning}"))
    listed: list[Any] = [("", "—"), *groups.items()]
    if known and known not in FACTS:
        listed.append((known, known))
    return listed


def test_choices() -> list[tuple[str, str]]:
    return [("", "—"), *TESTS.items()]


def as_rows(condition: Any) -> tuple[str, list[tuple[str, str, str]]] | None:
    """How the parts are joined, and fact, test and value of each; None when rows cannot show all of it."""
    if not condition:
        return "all", []
    if not isinstance(condition, Mapping):
        return None
    join = next((group for group in _GROUPS if group in condition), "all")
    parts = condition.get(join, [condition])
    if not isinstance(parts, list) or (join in condition and len(condition) > 1):
        return None
    rows = []
    for part in parts:
        tests = [name for name in TESTS if isinstance(part, Mapping) and name in part]
        if not isinstance(part, Mapping) or len(tests) != 1 or set(part) != {"fact", tests[0]}:
            return None
        rows.append((str(part["fact"]), tests[0], _text(part[tests[0]])))
    return join, rows


def from_rows(join: str, rows: list[tuple[str, str, str]]) -> Any:
    """The condition that the rows say. A value that cannot be read stays text, and the document's check names it."""
    parts = [{"fact": fact, test: _value(fact, test, text)} for fact, test, text in rows if fact and test]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 and join == "all" else {join: parts}


def hint_for(fact: str, test: str) -> str:
    """What is wrong with testing this fact so; empty when it can be done."""
    kind = kind_of(fact)
    if not fact or not test or kind is None or kind == "any" or test in OPERATORS_OF[kind]:
        return ""
    possible = ", ".join(label for name, label in TESTS.items() if name in OPERATORS_OF[kind])
    return f"“{fact_words(fact)}” cannot be tested so. Choose one of: {possible}."


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_text(one) for one in value)
    if isinstance(value, Mapping):
        return f"{value.get('from')}-{value.get('until')}"
    return str(value)


def _value(fact: str, test: str, text: str) -> Any:
    text = text.strip()
    if test in LISTS:
        return [_single(fact, "is", one.strip()) for one in text.split(",") if one.strip()]
    if test == "touches":
        start, _, end = text.replace("–", "-").partition("-")
        return {"from": start.strip(), "until": end.strip()}
    return _single(fact, test, text)


def _single(fact: str, test: str, text: str) -> Any:
    if test == "known" or kind_of(fact) == "yes_no" or text.lower() in ("yes", "no"):
        return {"yes": True, "true": True, "no": False, "false": False}.get(text.lower(), text)
    if kind_of(fact) in ("number", "any") or test == "multiple_of":
        try:
            return int(text)
        except ValueError:
            try:
                return float(text)
            except ValueError:
                return text
    return text
