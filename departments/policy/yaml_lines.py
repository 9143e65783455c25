"""Where each path of a YAML text stands, so that a mistake can be shown on its line."""

from __future__ import annotations

import yaml


def line_of_paths(text: str) -> dict[str, int]:
    """`{"rate_card.ranks[0].code": 12, …}`, lines counted from 1; the document itself is the empty path."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    lines: dict[str, int] = {}
    if root is not None:
        _collect(root, "", lines, set())
    return lines


def _collect(node: yaml.Node, path: str, lines: dict[str, int], open_nodes: set[int]) -> None:
    if id(node) in open_nodes:
        return
    lines.setdefault(path, node.start_mark.line + 1)
    inside = open_nodes | {id(node)}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            child = f"{path}.{key.value}" if path else str(key.value)
            lines[child] = key.start_mark.line + 1
            _collect(value, child, lines, inside)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _collect(value, f"{path}[{index}]", lines, inside)
