"""Documents that the schema allows, made from the schema itself: whatever is added to it is tried as well."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from hypothesis import strategies as st

from departments.policy.document_paths import Path
from departments.policy.fact_names import FACTS
from departments.policy.schema_reading import Part, policy_part

CODES = st.sampled_from(["alpha", "bravo", "charlie-1", "delta", "echo-2"])
# Texts that no wording uses by itself, so that finding one proves that it was said.
TEXTS = st.integers(1000, 9999).map(lambda number: f"Quillon {number}")


def documents() -> st.SearchStrategy[dict[str, Any]]:
    return _object(policy_part())


def _value(part: Part) -> st.SearchStrategy[Any]:
    match part.kind:
        case "choice":
            return st.sampled_from([code for code, _label in part.choices])
        case "choices":
            return st.lists(
                st.sampled_from([code for code, _label in part.choices]), min_size=1, max_size=3, unique=True
            )
        case "ordered":
            return st.lists(
                st.sampled_from([code for code, _label in part.choices]), min_size=1, max_size=4, unique=True
            )
        case "boolean":
            return st.booleans()
        case "integer" | "minutes" | "cents" | "basis_points":
            lowest = part.minimum if part.minimum is not None else 0
            return st.integers(lowest, min(part.maximum or 9_000, lowest + 9_000))
        case "date":
            return st.dates(date(2026, 1, 1), date(2030, 1, 1)).map(date.isoformat)
        case "time":
            return st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda one: f"{one[0]:02d}:{one[1]:02d}")
        case "text" | "long_text":
            return CODES if part.definition in ("code", "tax_code") or part.pattern.startswith("^[a-z0-9]") else TEXTS
        case "values":
            assert part.item is not None
            return st.lists(_value(part.item), min_size=1, max_size=3, unique=True)
        case "rows":
            assert part.item is not None
            return st.lists(_object(part.item), min_size=1, max_size=2)
        case "mapping":
            assert part.item is not None
            return st.dictionaries(CODES, _value(part.item), min_size=1, max_size=2)
        case "object":
            return _object(part)
        case "condition":
            return _conditions()
    return st.just([{"type": "Polygon", "coordinates": [[[-79.5, 43.1], [-79.4, 43.2], [-79.6, 43.3], [-79.5, 43.1]]]}])


def _conditions() -> st.SearchStrategy[dict[str, Any]]:
    test = st.builds(
        lambda fact, test, number: {"fact": fact, test: number},
        st.sampled_from(sorted(FACTS)),
        st.sampled_from(["is", "at_least", "below"]),
        st.integers(1000, 9999),
    )
    return test | st.builds(lambda parts: {"any": parts}, st.lists(test, min_size=1, max_size=2))


@st.composite
def _object(draw: st.DrawFn, part: Part) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in part.children:
        if "const" in (child.schema or {}):
            continue
        if child.required or draw(st.integers(0, 3)) == 0:
            found[child.name] = draw(_value(child))
    return found


def leaves(part: Part, value: Any, path: Path = ()) -> Iterator[tuple[Path, Part, Any]]:
    """Every single thing that the document says."""
    if part.kind == "object" and isinstance(value, dict):
        for name, item in value.items():
            child = part.child(name)
            assert child is not None, name
            yield from leaves(child, item, (*path, name))
    elif part.kind in ("rows", "values", "choices", "ordered") and isinstance(value, list):
        for index, item in enumerate(value):
            inner = part.item
            if part.kind == "rows" and inner is not None:
                yield from leaves(inner, item, (*path, index))
            else:
                yield (*path, index), part, item
    else:
        yield path, part, value
