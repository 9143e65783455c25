"""Whatever JSON comes in, the answer is terms or a refusal, never a crash. No database."""

import copy
import json
from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Refusal
from marketplace.drafts import terms_from_answers
from marketplace.fixes import fixes_to_json, read_fixes
from marketplace.terms import JobTerms, check
from tests.factories.venues import NOW, job_terms

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["", "NaN", "1e999", "2026-03-10", "9999-12-31", "0001-01-01"])
    | st.sampled_from(["24:00", "23:59", "later", "²", "٣"])
)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner)
)


def paths_of(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    deeper = [found for key in keys for found in paths_of(value[key], (*path, key))]
    return [(*path, key) for key in keys] + deeper


def changed(document: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    copied = copy.deepcopy(document)
    part: Any = copied
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    return copied


TERMS = json.loads(json.dumps(job_terms().to_json()))
ANSWERS = {
    **TERMS,
    "shifts": [
        {
            "date": "2026-07-04",
            "start_time": "18:00",
            "end_time": "23:00",
            "end_date": "",
            "ends_next_day": True,
            "start_repeated": "earlier",
            "positions": TERMS["shifts"][0]["positions"],
        }
    ],
}


@given(path=st.sampled_from(paths_of(TERMS)), value=anything)
def test_terms_with_anything_anywhere(path: tuple[Any, ...], value: Any) -> None:
    try:
        terms = JobTerms.from_json(changed(TERMS, path, value))
        check(terms=terms, at=NOW)
    except Refusal:
        return
    assert JobTerms.from_json(terms.to_json()) == terms
    json.dumps(terms.to_json(), allow_nan=False)


@given(path=st.sampled_from(paths_of(ANSWERS)), value=anything)
def test_answers_with_anything_anywhere(path: tuple[Any, ...], value: Any) -> None:
    with suppress(Refusal):
        check(terms=terms_from_answers(changed(ANSWERS, path, value)), at=NOW)


@given(value=anything)
def test_documents_of_any_shape(value: Any) -> None:
    for read in (JobTerms.from_json, terms_from_answers):
        with suppress(Refusal):
            read(value if isinstance(value, dict) else {"shifts": value, "venue": value})


FIX = {"latitude": 43.4, "longitude": -79.6, "accuracy_metres": 5, "fixed_at": 1773154800000, "altitude_metres": None}


@given(key=st.sampled_from(sorted(FIX)), value=anything)
def test_fixes_with_anything_anywhere(key: str, value: Any) -> None:
    with suppress(Refusal):
        json.dumps(fixes_to_json(read_fixes([{**FIX, key: value}])), allow_nan=False)
