"""The wire forms: Stripe's bracketed forms into nested values."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl

_SEGMENT = re.compile(r"\[([^\]]*)\]")


class MalformedBody(ValueError):
    """The body is neither the form nor the JSON that it claims to be."""


def parse_form(body: str) -> dict[str, Any]:
    """`a[b][0][c]=1&expand[]=x` as nested dicts and lists; every leaf is a string."""
    root: dict[str, Any] = {}
    for key, value in parse_qsl(body, keep_blank_values=True):
        head = key.split("[", 1)[0]
        segments = [head, *_SEGMENT.findall(key[len(head) :])]
        _place(root, segments, value, key)
    return _lists_from_numbered(root)


def parse_json(body: str) -> dict[str, Any]:
    """A JSON object; an empty body is an empty object."""
    if not body.strip():
        return {}
    try:
        value = json.loads(body)
    except json.JSONDecodeError as error:
        raise MalformedBody(f"The body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise MalformedBody("The body is not a JSON object.")
    return value


def _place(node: dict[str, Any], segments: list[str], value: str, key: str) -> None:
    for position, segment in enumerate(segments):
        if segment == "":
            segment = str(len(node))
        if position == len(segments) - 1:
            node[segment] = value
            return
        following = node.setdefault(segment, {})
        if not isinstance(following, dict):
            raise MalformedBody(f"{key} is given both as a value and as an object.")
        node = following


def _lists_from_numbered(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    converted = {key: _lists_from_numbered(item) for key, item in value.items()}
    if converted and all(key.isdigit() for key in converted):
        return [converted[key] for key in sorted(converted, key=int)]
    return converted
