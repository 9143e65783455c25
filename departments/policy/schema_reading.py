"""The published schema as a tree of parts: the kind of each, its name, its bounds, and its value if unsaid.

Forms, sentences and differences are made from this tree, so a field that is new in the schema appears in all of them.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, time
from functools import cache
from typing import Any, Literal

from departments.policy.canonical import plain
from departments.policy.documents import Policy
from departments.policy.published_schema import published_schema

Kind = Literal[
    "text", "long_text", "date", "time", "integer", "minutes", "cents", "basis_points", "boolean", "choice",
    "choices", "ordered", "values", "rows", "object", "mapping", "condition", "free",
]  # fmt: skip
LEAVES = frozenset(
    {"text", "long_text", "date", "time", "integer", "minutes", "cents", "basis_points", "boolean", "choice"}
)
_UNIT_WORDS = ("hours", "days", "months", "years", "weeks", "metres", "kilometres", "officers", "percent")


class _Unsaid:
    """There is no default: the part is either written or absent."""

    def __repr__(self) -> str:
        return "UNSAID"


UNSAID: Any = _Unsaid()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Part:
    """One property (or item) of the schema. `choices` are value and label; `unit` a plural noun for plain numbers."""

    name: str
    kind: Kind
    title: str
    help: str = ""
    required: bool = False
    nullable: bool = False
    default: Any = UNSAID
    definition: str = ""
    unit: str = ""
    minimum: int | None = None
    maximum: int | None = None
    longest: int | None = None
    pattern: str = ""
    choices: tuple[tuple[Any, str], ...] = ()
    is_table: bool = False
    noun: str = ""
    children: tuple[Part, ...] = ()
    item: Part | None = None
    schema: Mapping[str, Any] | None = None

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"

    def child(self, name: str) -> Part | None:
        return next((child for child in self.children if child.name == name), None)

    def label_of(self, value: Any) -> str:
        return next((label for code, label in self.choices if code == value), str(value).replace("_", " "))


@cache
def policy_part() -> Part:
    """The whole document."""
    return _part("policy", published_schema(), hint=Policy, required=True)


def part_at(path: Sequence[str | int]) -> Part | None:
    """The part that a place in a document belongs to; None where the schema knows none."""
    part: Part | None = policy_part()
    for step in path:
        if part is None:
            return None
        part = part.item if isinstance(step, int) or part.kind == "mapping" else part.child(step)
    return part


def humanised(name: str) -> str:
    """`limit_minutes` → “Limit”: a name for what nobody has named yet."""
    for ending in ("_cents_per_hour", "_cents", "_basis_points", "_minutes", "_date", "_at"):
        name = name.removesuffix(ending)
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def _part(
    name: str,
    node: Mapping[str, Any],
    *,
    hint: Any,
    required: bool = False,
    default: Any = UNSAID,
    around: frozenset[str] = frozenset(),
) -> Part:
    resolved, definition, nullable = _resolve(node)
    hint = _inner(hint)
    # A definition that holds itself (conditions in conditions) has no end as a form; it is written as YAML.
    kind: Kind = "free" if definition in around else _kind(name, resolved, definition)
    around = around | {definition} if definition else around
    item = None
    children: tuple[Part, ...] = ()
    if kind == "object":
        children = _children(resolved, hint, around)
        default = UNSAID
    elif kind in ("values", "rows", "choices", "ordered"):
        item = _part(name, resolved.get("items", {}), hint=_argument(hint, 0), around=around)
    elif kind == "mapping":
        item = _part(name, resolved["additionalProperties"], hint=_argument(hint, 1), around=around)
    chosen = _choices(resolved) or (item.choices if item is not None and kind in ("choices", "ordered") else ())
    return Part(
        name=name,
        kind=kind,
        title=str(resolved.get("title") or humanised(name)),
        help=str(resolved.get("description", "")),
        required=required,
        nullable=nullable,
        default=default,
        definition=definition,
        unit=str(resolved.get("x-unit") or _unit(name)) if kind == "integer" else "",
        minimum=resolved.get("minimum"),
        maximum=resolved.get("maximum"),
        longest=resolved.get("maxLength"),
        pattern=str(resolved.get("pattern", "")),
        choices=_suggested(resolved) or chosen,
        is_table=bool(resolved.get("x-table", False)),
        noun=str(resolved.get("x-noun", "")),
        children=children,
        item=item,
        schema=resolved,
    )


def _resolve(node: Mapping[str, Any]) -> tuple[Mapping[str, Any], str, bool]:
    """The node with its `$ref` and its one alternative to null followed; words nearer to the property win."""
    nullable, definition = False, ""
    found = dict(node)
    for _ in range(5):
        options = found.get("anyOf") or found.get("oneOf")
        if options:
            others = [option for option in options if option.get("type") != "null"]
            nullable = nullable or len(others) < len(options)
            if len(others) != 1:
                break
            words = {key: value for key, value in found.items() if key not in ("anyOf", "oneOf")}
            found = {**others[0], **words}
        elif "$ref" in found:
            definition = found["$ref"].rpartition("/")[2]
            words = {key: value for key, value in found.items() if key != "$ref"}
            found = {**published_schema()["$defs"][definition], **words}
        else:
            break
    listed = found.get("type")
    if isinstance(listed, list):
        nullable = nullable or "null" in listed
        kept = [one for one in listed if one != "null"]
        found["type"] = kept[0] if len(kept) == 1 else kept
    return found, definition, nullable


def _kind(name: str, node: Mapping[str, Any], definition: str) -> Kind:
    unit = node.get("x-unit", "")
    if "enum" in node:
        return "choice"
    if "const" in node:
        return "free"
    if definition == "condition":
        return "condition"
    match node.get("type"):
        case "boolean":
            return "boolean"
        case "number" if definition == "fine_basis_points":
            return "basis_points"
        case "integer":
            if unit == "minutes" or definition == "minutes" or (not unit and name.endswith("_minutes")):
                return "minutes"
            if unit == "cents" or definition == "cents" or (not unit and "_cents" in name):
                return "cents"
            if unit == "basis_points" or definition == "basis_points" or (not unit and "basis_points" in name):
                return "basis_points"
            return "choice" if "x-labels" in node else "integer"
        case "string":
            if node.get("format") == "date" or definition == "date":
                return "date"
            if node.get("format") == "time" or definition == "clock_time":
                return "time"
            return "long_text" if definition == "text" and name == "text" else "text"
        case "array":
            return _kind_of_list(name, node)
        case "object" if "properties" in node and node.get("additionalProperties") is False:
            return "object"
        case "object" if isinstance(node.get("additionalProperties"), dict):
            return "mapping"
    return "free"


def _kind_of_list(name: str, node: Mapping[str, Any]) -> Kind:
    if node.get("x-ordered"):
        return "ordered"
    items, definition, _ = _resolve(node.get("items", {}))
    kind = _kind(name, {**items, **({"x-labels": node["x-labels"]} if "x-labels" in node else {})}, definition)
    if kind == "choice":
        return "choices"
    if kind in LEAVES:
        return "values"
    return "rows" if kind == "object" else "free"


def _children(node: Mapping[str, Any], hint: Any, around: frozenset[str]) -> tuple[Part, ...]:
    hints = typing.get_type_hints(hint) if is_dataclass(hint) else {}
    defaults = _defaults(hint) if is_dataclass(hint) else {}
    needed = node.get("required", [])
    made = []
    for place, (name, child) in enumerate(node["properties"].items()):
        part = _part(
            name,
            child,
            hint=hints.get(name),
            required=name in needed,
            default=child.get("default", defaults.get(name, UNSAID)),
            around=around,
        )
        order = (part.schema or {}).get("x-order", 50)
        # The place where a rule is written down comes last in every form.
        made.append((90 if name == "source" else order, place, part))
    return tuple(part for _, _, part in sorted(made, key=lambda one: one[:2]))


def _defaults(hint: Any) -> dict[str, Any]:
    found = {}
    for one in fields(hint):
        value = one.default_factory() if one.default_factory is not MISSING else one.default
        if value is not MISSING and not is_dataclass(value):
            found[one.name] = _as_written(value)
    return found


def _as_written(value: Any) -> Any:
    return plain(value) if isinstance(value, (tuple, list, Mapping, date, time)) else value


def _choices(node: Mapping[str, Any]) -> tuple[tuple[Any, str], ...]:
    labels = node.get("x-labels", {})
    values = node.get("enum")
    if values is None and node.get("type") == "integer":
        values = [int(code) for code in labels]
    if values is None and node.get("type") == "array" and labels:
        items, _, _ = _resolve(node.get("items", {}))
        values = items.get("enum") or (
            [int(code) for code in labels] if items.get("type") == "integer" else list(labels)
        )
    return tuple((value, str(labels.get(str(value), str(value).replace("_", " ")))) for value in values or ())


def _suggested(node: Mapping[str, Any]) -> tuple[tuple[Any, str], ...]:
    return tuple((code, label) for code, label in node.get("x-suggestions", ()))


def _unit(name: str) -> str:
    for word in reversed(name.split("_")):
        if word in _UNIT_WORDS:
            return word
    return ""


def _inner(hint: Any) -> Any:
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        return next((one for one in typing.get_args(hint) if one is not types.NoneType), None)
    return hint


def _argument(hint: Any, index: int) -> Any:
    arguments = typing.get_args(hint)
    return arguments[index] if len(arguments) > index else None
