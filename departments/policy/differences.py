"""What changed between two policies, rule by rule, as sentences; and the same as lines of YAML."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from departments.policy.canonical import canonical_json
from departments.policy.document_paths import Path, text_of
from departments.policy.plain_language import describe_rule, is_rule_list, rule_name, shape_words
from departments.policy.plain_values import is_default, value_words
from departments.policy.schema_reading import UNSAID, Part, part_at, policy_part
from departments.policy.yaml_writing import policy_yaml

Change = Literal["added", "removed", "changed", "reordered"]
# The first day is set anew by every publication; it is shown as such, not as a change of rules.
_SET_BY_PUBLISHING = "effective_from_date"


@dataclass(frozen=True, slots=True)
class Difference:
    """`before` and `after` are sentences; `details` say property by property what a changed rule had and has."""

    change: Change
    section: str
    path: str
    name: str
    before: str = ""
    after: str = ""
    details: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "change": self.change,
            "section": self.section,
            "path": self.path,
            "name": self.name,
            "before": self.before,
            "after": self.after,
            "details": list(self.details),
        }


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """In the schema's order. Writing a default out changes nothing and is not listed."""
    found: list[Difference] = []
    whole = policy_part()
    for child in whole.children:
        if child.name != _SET_BY_PUBLISHING:
            found += _compare(
                child, (child.name,), child.title, before.get(child.name, UNSAID), after.get(child.name, UNSAID)
            )
    for key in sorted({*before, *after}):
        if whole.child(key) is None:
            found += _single(None, (key,), key, before.get(key, UNSAID), after.get(key, UNSAID))
    return found


def yaml_difference(before: Mapping[str, Any], after: Mapping[str, Any], *, names: tuple[str, str]) -> str:
    """A unified diff of both as YAML; empty when they are alike to the letter."""
    lines = difflib.unified_diff(
        policy_yaml(before).splitlines(), policy_yaml(after).splitlines(), *names, lineterm="", n=3
    )
    return "\n".join(lines)


def _compare(part: Part, path: Path, section: str, before: Any, after: Any) -> list[Difference]:
    if _same(part, before, after):
        return []
    if is_rule_list(part) and all(one is UNSAID or isinstance(one, list) for one in (before, after)):
        return _lists(path, section, [] if before is UNSAID else before, [] if after is UNSAID else after)
    if part.kind == "object" and all(one is UNSAID or isinstance(one, Mapping) for one in (before, after)):
        old: Mapping[str, Any] = {} if before is UNSAID else before
        new: Mapping[str, Any] = {} if after is UNSAID else after
        found = []
        for name in _names(part, old, new):
            child = part.child(name)
            nested = f"{section}: {child.title}" if child and is_rule_list(child) else section
            one, other = old.get(name, UNSAID), new.get(name, UNSAID)
            found += (
                _compare(child, (*path, name), nested, one, other)
                if child
                else _single(None, (*path, name), section, one, other)
            )
        return found
    return _single(part, path, section, before, after)


def _single(part: Part | None, path: Path, section: str, before: Any, after: Any) -> list[Difference]:
    if _same(part, before, after):
        return []
    title = part.title if part else str(path[-1])
    old, new = _words(part, before), _words(part, after)
    return [
        Difference(
            "changed",
            section,
            text_of(path),
            title,
            f"{title}: {old}.",
            f"{title}: {new}.",
            (f"{title}: {old} → {new}",),
        )
    ]


def _lists(path: Path, section: str, before: Sequence[Any], after: Sequence[Any]) -> list[Difference]:
    pairs, gone, new = _matched(before, after)
    found = [
        Difference(
            "removed",
            section,
            text_of((*path, index)),
            rule_name(before[index]),
            before=str(describe_rule((*path, index), before[index])),
        )
        for index in gone
    ]
    for one, other in pairs:
        if canonical_json(before[one]) != canonical_json(after[other]):
            found += _changed_rule((*path, other), section, before[one], after[other])
    found += [
        Difference(
            "added",
            section,
            text_of((*path, index)),
            rule_name(after[index]),
            after=str(describe_rule((*path, index), after[index])),
        )
        for index in new
    ]
    in_new_order = [one for one, _ in sorted(pairs, key=lambda pair: pair[1])]
    if in_new_order != sorted(in_new_order):
        old, now = _order(before, sorted(in_new_order)), _order(before, in_new_order)
        found.append(Difference("reordered", section, text_of(path), section, old, now, (f"Order: {old} → {now}",)))
    return found


def _order(rules: Sequence[Any], indices: Sequence[int]) -> str:
    return ", ".join(rule_name(rules[index]) or f"rule {index + 1}" for index in indices)


def _changed_rule(path: Path, section: str, before: Any, after: Any) -> list[Difference]:
    part = part_at(path)
    details: list[str] = []
    if part is not None and isinstance(before, Mapping) and isinstance(after, Mapping):
        details = _details(part, before, after)
        if not details:
            return []
    old, new = str(describe_rule(path, before)), str(describe_rule(path, after))
    return [
        Difference("changed", section, text_of(path), rule_name(after) or rule_name(before), old, new, tuple(details))
    ]


def _details(part: Part, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    found = []
    for name in _names(part, before, after):
        child, old, new = part.child(name), before.get(name, UNSAID), after.get(name, UNSAID)
        if _same(child, old, new):
            continue
        if (
            child is not None
            and child.kind == "object"
            and all(one is UNSAID or isinstance(one, Mapping) for one in (old, new))
        ):
            found += _details(child, {} if old is UNSAID else old, {} if new is UNSAID else new)
        else:
            found.append(f"{child.title if child else name}: {_words(child, old)} → {_words(child, new)}")
    return found


def _matched(before: Sequence[Any], after: Sequence[Any]) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Pairs of the same rule: by its name; what has none by its content, then by its place."""
    pairs: list[tuple[int, int]] = []
    for key in (_identity, canonical_json):
        right = set(range(len(after))) - {other for _, other in pairs}
        for one in sorted(set(range(len(before))) - {one for one, _ in pairs}):
            name = key(before[one])
            twin = next((other for other in sorted(right) if name and key(after[other]) == name), None)
            if twin is not None:
                pairs.append((one, twin))
                right.discard(twin)
    gone = sorted(set(range(len(before))) - {one for one, _ in pairs})
    new = sorted(set(range(len(after))) - {other for _, other in pairs})
    nameless = [index for index in gone if not _identity(before[index])]
    for one, other in zip(nameless, [index for index in new if not _identity(after[index])], strict=False):
        pairs.append((one, other))
        gone.remove(one)
        new.remove(other)
    return sorted(pairs), gone, new


def _identity(rule: Any) -> str:
    """What stays when a rule is changed: its id or code, or the status that it is about."""
    if isinstance(rule, Mapping):
        for key in ("id", "code", "status"):
            if isinstance(rule.get(key), str) and rule[key]:
                return f"{key} {rule[key]}"
    return ""


def _names(part: Part, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    known = [child.name for child in part.children if child.name in before or child.name in after]
    return [*known, *sorted({*before, *after} - {child.name for child in part.children})]


def _same(part: Part | None, before: Any, after: Any) -> bool:
    if before is UNSAID or after is UNSAID:
        written = after if before is UNSAID else before
        return written is UNSAID or is_default(part, written)
    return canonical_json(before) == canonical_json(after)


def _words(part: Part | None, value: Any) -> str:
    if value is UNSAID:
        value = part.default if part is not None else UNSAID
    if value is UNSAID:
        return "not set"
    return shape_words(part, value) if part is not None else value_words(None, value)
