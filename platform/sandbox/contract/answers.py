"""Checks an answer of the stand-in against the SDK's response types: what the SDK promises to be there, is there."""

import functools
import importlib
import types
import typing
from collections.abc import Iterator
from typing import Any

import typing_extensions
from stripe import StripeObject
from stripe._object_classes import get_object_class
from stripe.events._event_classes import get_v2_event_class

_OPEN = ("metadata", "data", "previous_attributes", "changes")


def check_answer(body: dict[str, Any]) -> list[str]:
    """Fields that the SDK's type of `body["object"]` requires and that are missing, null or of another type, and fields
    that it does not know.

    Nested typed objects are followed; expanded objects and the items of lists too.
    """
    return list(_check_named(body, str(body.get("object", ""))))


def _check_named(body: dict[str, Any], path: str) -> Iterator[str]:
    name = str(body.get("object", ""))
    if name == "list":
        for index, item in enumerate(body["data"]):
            yield from _check_named(item, f"{path}.data[{index}]")
        return
    declared = get_object_class("V2" if name.startswith("v2.") else "V1", name)
    if name == "v2.core.event":
        # What an event of the second version carries depends on its type.
        declared = get_v2_event_class(str(body.get("type")))
    if declared is StripeObject:
        yield f"{path}: the SDK knows no object named {name!r}"
        return
    yield from _check_object(declared, body, path)


def _check_object(declared: type, value: dict[str, Any], path: str) -> Iterator[str]:
    for name in value:
        if name not in _fields(declared):
            yield f"{path}.{name} is unknown to the SDK"
    for name, hint in _fields(declared).items():
        if name in _OPEN or name == "object":
            continue
        place = f"{path}.{name}"
        if value.get(name) is None:
            if not _allows_none(hint):
                yield f"{place} is {'null' if name in value else 'missing'}"
            continue
        yield from _check_value(hint, value[name], place)


def _check_value(hint: Any, value: Any, path: str) -> Iterator[str]:
    problems = []
    for option in _alternatives(hint):
        found = list(_check_option(option, value, path))
        if not found:
            return
        problems.append(found)
    yield from max(problems, key=len)


def _check_option(option: Any, value: Any, path: str) -> Iterator[str]:
    origin = typing_extensions.get_origin(option)
    if origin is list:
        if not isinstance(value, list):
            yield f"{path} is not a list"
            return
        for index, item in enumerate(value):
            yield from _check_value(typing_extensions.get_args(option)[0], item, f"{path}[{index}]")
    elif origin is typing_extensions.Literal:
        if value not in typing_extensions.get_args(option):
            yield f"{path} is {value!r}, not one of {', '.join(map(str, typing_extensions.get_args(option)))}"
    elif isinstance(option, type) and issubclass(option, StripeObject):
        if not isinstance(value, dict):
            yield f"{path} is not an object"
        elif "object" in value and getattr(option, "OBJECT_NAME", None):
            yield from _check_named(value, path)
        else:
            yield from _check_object(option, value, path)
    elif option in (str, int, bool, float):
        fits = isinstance(value, option) and (option is bool or not isinstance(value, bool))
        if not fits:
            yield f"{path} is {type(value).__name__}, not {option.__name__}"
    elif isinstance(option, (str, typing.ForwardRef)) and not isinstance(value, (dict, str)):
        # Another resource, named but not imported by the SDK: an identifier or the expanded object.
        yield f"{path} is neither an identifier nor an object"


def _alternatives(hint: Any) -> list[Any]:
    origin = typing_extensions.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return [inner for argument in typing_extensions.get_args(hint) for inner in _alternatives(argument)]
    return [hint]


def _allows_none(hint: Any) -> bool:
    return any(option is type(None) for option in _alternatives(hint))


@functools.cache
def _fields(declared: type) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for ancestor in reversed(declared.__mro__):
        if ancestor is StripeObject or not issubclass(ancestor, StripeObject):
            continue
        for name, hint in vars(ancestor).get("__annotations__", {}).items():
            if name.startswith("_") or name.isupper() or typing_extensions.get_origin(hint) is typing.ClassVar:
                continue
            fields[name] = _resolved(hint, ancestor)
    return fields


def _resolved(hint: Any, owner: type) -> Any:
    if not isinstance(hint, str):
        return hint
    names = {**vars(importlib.import_module(owner.__module__)), **vars(owner)}
    try:
        return eval(hint, names)
    except NameError:
        return Any


__all__ = ["check_answer"]
