"""YAML as people write it in a policy: no aliases, no key twice, and every path knows its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from departments.policy.canonical import plain
from departments.policy.refusals import Mistake

MAXIMUM_CHARACTERS = 1_000_000


class _PolicyLoader(yaml.SafeLoader):
    """A short text of nested aliases can expand without end, and a repeated key hides the first one: both refused."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.composer.ComposerError(None, None, "aliases are not read: write the value out", event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key “{key.value}” stands here twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def _without_sexagesimal() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """YAML 1.1 reads an unquoted 18:00 as the number 1080; people who write it mean a time of day."""
    number = {"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"}
    resolvers = {
        first: [(tag, pattern) for tag, pattern in known if tag not in number]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    for first in "-+0123456789.":
        resolvers.setdefault(first, [])
        resolvers[first].append(("tag:yaml.org,2002:int", re.compile(r"^[-+]?(0|[1-9][0-9_]*)$")))
        resolvers[first].append(
            ("tag:yaml.org,2002:float", re.compile(r"^[-+]?([0-9][0-9_]*\.[0-9_]*([eE][-+]?[0-9]+)?|\.[0-9][0-9_]*)$"))
        )
    return resolvers


def _day_or_text(loader: _PolicyLoader, node: yaml.ScalarNode) -> Any:
    """An impossible day stays the text that was written: whoever reads its place says so, with the line."""
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        return node.value


_PolicyLoader.add_constructor("tag:yaml.org,2002:timestamp", _day_or_text)
_PolicyLoader.yaml_implicit_resolvers = _without_sexagesimal()


def read_yaml(text: str) -> tuple[Any, list[Mistake]]:
    """Plain data, or the one mistake that stopped the reader."""
    if len(text) > MAXIMUM_CHARACTERS:
        return None, [Mistake("", f"is longer than {MAXIMUM_CHARACTERS:,} characters")]
    try:
        return plain(yaml.load(text, Loader=_PolicyLoader)), []
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        return None, [Mistake("", f"not readable as YAML: {_problem_in_words(error.problem or '')}", line)]
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return None, [Mistake("", f"not readable as YAML: {error}")]


def _problem_in_words(problem: str) -> str:
    if "mapping values are not allowed" in problem:
        return "a colon inside a text starts a new key; put the text in quotes"
    if "\\t" in problem or "\t" in problem:
        return "there is a tab; use spaces"
    return problem


def line_of_paths(text: str) -> dict[str, int]:
    """`{"rate_card.ranks[0].code": 12, …}`, lines counted from 1; the document itself is the empty path."""
    root = yaml.compose(text, Loader=_PolicyLoader)
    lines: dict[str, int] = {}
    if root is not None:
        _collect(root, "", lines)
    return lines


def nearest_line(lines: Mapping[str, int], path: str) -> int | None:
    """The line of the path, or of what holds it when the path itself is missing."""
    while path and path not in lines:
        cut = max(path.rfind("."), path.rfind("["))
        path = path[:cut] if cut > 0 else ""
    return lines.get(path, 1)


def _collect(node: yaml.Node, path: str, lines: dict[str, int]) -> None:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            child = f"{path}.{key.value}" if path else str(key.value)
            lines[child] = key.start_mark.line + 1
            _collect(value, child, lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _collect(value, f"{path}[{index}]", lines)
