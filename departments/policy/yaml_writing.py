"""A policy as YAML: always the same bytes for the same document, in the schema's order, read back as it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from departments.policy.canonical import plain
from departments.policy.schema_reading import Part, policy_part
from departments.policy.validation import schema


class _Dumper(yaml.SafeDumper):
    """No aliases: our own reader refuses them."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)


def policy_yaml(document: Mapping[str, Any]) -> str:
    """Ends with a line break. Comments of an imported text are not kept: a version stores what it means."""
    return dump(in_order(document))


def dump(data: Any) -> str:
    return yaml.dump(
        plain(data), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None
    )


def in_order(document: Mapping[str, Any]) -> dict[str, Any]:
    """The same document with its keys as the schema lists them: the database keeps no order."""
    order = list(schema()["properties"])
    top = sorted(document, key=lambda key: (order.index(key) if key in order else len(order), key))
    return {key: _ordered(policy_part().child(key), document[key]) for key in top}


def _ordered(part: Part | None, value: Any) -> Any:
    if isinstance(value, Mapping):
        names = list((part.schema or {}).get("properties", {})) if part else []
        keys = sorted(value, key=lambda key: (names.index(key) if key in names else len(names), str(key)))
        inner = part.item if part is not None and part.kind == "mapping" else None
        return {key: _ordered(inner or (part.child(key) if part else None), value[key]) for key in keys}
    if isinstance(value, list):
        return [_ordered(part.item if part else None, item) for item in value]
    return value
