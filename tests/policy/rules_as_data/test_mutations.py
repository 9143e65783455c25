"""A limit moved by one minute, one cent, one of anything must fail a case of its table; what may not is named there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from departments.policy.refusals import PolicyInvalid
from tests.policy.rules_as_data.tables import differences, fragments, policies, shapes


def numbers_in(value: Any, path: str = "") -> Iterator[tuple[str, list[Any]]]:
    """Each whole number with its path, and the steps that lead to it."""
    yield from ((path_text, steps) for path_text, steps, _ in _walk(value, path, []))


def _walk(value: Any, path: str, steps: list[Any]) -> Iterator[tuple[str, list[Any], int]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _walk(item, f"{path}.{key}" if path else str(key), [*steps, key])
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(item, f"{path}[{index}]", [*steps, index])
    elif isinstance(value, int) and not isinstance(value, bool):
        yield path, steps, value


def moved(parts: list[dict[str, Any]], steps: list[Any], by: int) -> list[dict[str, Any]]:
    place: Any = parts
    for step in steps[:-1]:
        place = place[step]
    place[steps[-1]] += by
    return parts


def is_seen(shape: dict[str, Any], parts: list[dict[str, Any]]) -> bool:
    """A case says otherwise, or the document is refused; the second is asked only when it matters, for it is slow."""
    try:
        if differences(shape, policies(parts, checked=False)):
            return True
    except (ArithmeticError, ValueError):
        pass
    try:
        policies(parts)
    except PolicyInvalid:
        return True
    return False


@pytest.mark.parametrize("shape", shapes(), ids=lambda shape: shape["shape"])
def test_no_number_can_move_unseen(shape):
    inert = shape.get("inert") or {}
    unseen = []
    for path, steps in numbers_in(fragments(shape)):
        said = path.removeprefix("[0].")
        for by in (1, -1):
            if not is_seen(shape, moved(fragments(shape), steps, by)):
                unseen.append(f"{said} {by:+d}")
    excused = [one for one in unseen if one.rsplit(" ", 1)[0] in inert or one in inert]
    assert [one for one in unseen if one not in excused] == []
    assert all(any(one == name or one.startswith(f"{name} ") for one in excused) for name in inert), "an idle excuse"
