"""Places in a document: `hour_limits[0].limit_minutes`, and changes there that leave the rest as it was."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any, Literal

Path = tuple[str | int, ...]
Move = Literal["up", "down", "duplicate", "remove"]
_STEP = re.compile(r"(?:^|\.)([A-Za-z_][A-Za-z0-9_-]*)|\[(\d{1,5})\]")


def parse(text: str) -> Path | None:
    """None when the text is no path. The empty text is the document itself."""
    steps: list[str | int] = []
    at = 0
    if text.startswith("."):
        return None
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None:
            return None
        steps.append(found[1] if found[1] is not None else int(found[2]))
        at = found.end()
    return tuple(steps)


def text_of(path: Path) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else (f".{step}" if text else step)
    return text


def overlap(one: Path, other: Path) -> bool:
    """Is one of them the other, or around it?"""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def value_at(document: Any, path: Path, default: Any = None) -> Any:
    for step in path:
        if isinstance(step, int):
            if not isinstance(document, list) or step >= len(document):
                return default
        elif not isinstance(document, Mapping) or step not in document:
            return default
        document = document[step]
    return document


def with_value(document: Any, path: Path, value: Any) -> Any:
    """A copy with the value there. Behind the end of a list it is appended; what has the wrong shape gives way."""
    if not path:
        return copy.deepcopy(value)
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        items = list(document) if isinstance(document, list) else []
        if step < len(items):
            items[step] = with_value(items[step], rest, value)
        else:
            items.append(with_value(None, rest, value))
        return items
    fields = dict(document) if isinstance(document, Mapping) else {}
    fields[step] = with_value(fields.get(step), rest, value)
    return fields


def without(document: Any, path: Path) -> Any:
    """A copy without what stands there."""
    if not path or value_at(document, path, _NOTHING) is _NOTHING:
        return document
    around = value_at(document, path[:-1])
    step = path[-1]
    if isinstance(step, int):
        return with_value(document, path[:-1], [item for index, item in enumerate(around) if index != step])
    return with_value(document, path[:-1], {key: item for key, item in around.items() if key != step})


def arranged(document: Any, path: Path, move: Move) -> Any:
    """A copy with one item of a list moved by one place, doubled or taken out; unchanged where that cannot be."""
    index = path[-1] if path else None
    items = value_at(document, path[:-1])
    if not isinstance(index, int) or not isinstance(items, list) or index >= len(items):
        return document
    changed = copy.deepcopy(items)
    if move == "remove":
        changed.pop(index)
    elif move == "duplicate":
        changed.insert(index + 1, _renamed(copy.deepcopy(changed[index]), items))
    else:
        other = index - 1 if move == "up" else index + 1
        if not 0 <= other < len(changed):
            return document
        changed[index], changed[other] = changed[other], changed[index]
    return with_value(document, path[:-1], changed)


def _renamed(item: Any, items: list[Any]) -> Any:
    """A double needs a name of its own, where rules have names."""
    for key in ("id", "code"):
        if isinstance(item, dict) and isinstance(item.get(key), str):
            taken = {one.get(key) for one in items if isinstance(one, Mapping)}
            stem = re.sub(r"-\d+$", "", item[key])[:36]
            item[key] = next(name for number in range(2, 100_000) if (name := f"{stem}-{number}") not in taken)
    return item


_NOTHING = object()
