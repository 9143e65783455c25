"""The places of a policy that have a form: the document's own properties, a section's, a table of rates, one rule."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from departments.policy.document_paths import Path, parse, text_of, value_at
from departments.policy.plain_language import Sentence, describe, describe_rule
from departments.policy.refusals import Mistake
from departments.policy.schema_reading import Part, humanised, part_at, policy_part
from kernel.errors import NotFound

_SENTENCES = (
    (re.compile(r"^(.*) is not of type 'integer'$"), "{} is not a whole number of the kind that is expected here"),
    (re.compile(r"^(.*) is not of type '(?:string|array|object|boolean)'$"), "{} does not fit here"),
    (re.compile(r"^(.*) is not one of \[(.*)\]$"), "{} is not one of the choices: {}"),
    (re.compile(r"^(.*) is less than the minimum of (.*)$"), "{} is less than the smallest that is possible, {}"),
    (re.compile(r"^(.*) is greater than the maximum of (.*)$"), "{} is more than the largest that is possible, {}"),
    (re.compile(r"^(.*) does not match '.*'$"), "{} is not written in the way that is needed here"),
    (re.compile(r"^(.*) is not a '(?:date|time)'$"), "{} is not a date or time that exists"),
    (re.compile(r"^(.*) is not valid under any of the given schemas$"), "{} does not fit here"),
    (re.compile(r"^(.*) (?:is too short|should be non-empty)$"), "this is empty, and must not be"),
    (re.compile(r"^(.*) has non-unique elements$"), "something stands here twice"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """`at` is its path; `only` the properties that its form shows of an object; `value` what stands there."""

    at: str
    path: Path
    part: Part
    title: str
    value: Any
    only: frozenset[str] | None = None

    @property
    def is_rule(self) -> bool:
        return bool(self.path) and isinstance(self.path[-1], int)


def place_at(document: Mapping[str, Any], at: str) -> Place:
    """Raises NotFound for what has no form or is not there."""
    path = parse(at)
    part = None if path is None else part_at(path)
    if path is None or part is None:
        raise NotFound("A policy has no such place.")
    value = value_at(document, path)
    if path and isinstance(path[-1], int):
        if value is None:
            raise NotFound("There is no such rule in this draft.")
        return Place(at, path, part, part.title, value)
    if part.kind == "rows":
        if not part.is_table:
            raise NotFound("A list of rules has no form; each rule has one.")
        return Place(at, path, part, part.title, value)
    if part.kind != "object":
        raise NotFound("A policy has no such place.")
    lists = ("rows", "object") if not path else ("rows",)
    only = frozenset(child.name for child in part.children if child.kind not in lists)
    return Place(at, path, part, part.title if path else "The document", value, only)


def new_rule_in(document: Mapping[str, Any], to: str) -> Place:
    """The form of a rule that is not there yet. Raises NotFound."""
    path = parse(to)
    part = None if path is None else part_at(path)
    if path is None or part is None or part.kind != "rows" or part.is_table or part.item is None:
        raise NotFound("A policy has no such list of rules.")
    return Place(to, path, part.item, part.item.title, {})


def form_place(path: str) -> str:
    """Where the mistake at `path` can be corrected: the nearest place around it that has a form."""
    steps: Path = parse(path) or ()
    part = policy_part()
    place: Path = ()
    for index, step in enumerate(steps):
        inner = part.item if isinstance(step, int) else part.child(step)
        if inner is None or (inner.kind != "object" and inner.kind != "rows"):
            break
        if inner.kind == "rows" and not inner.is_table and (len(steps) == index + 1 or index > 2):
            break
        part, place = inner, steps[: index + 1]
        if isinstance(step, int) or inner.is_table:
            break
    return text_of(place)


def sentences_at(document: Mapping[str, Any], at: str) -> list[Sentence]:
    """What stands at a place in words."""
    path = parse(at) or ()
    if path and isinstance(path[-1], int):
        return [describe_rule(path, value_at(document, path))]
    return [
        sentence
        for section in describe(document)
        for group in section.groups
        if group.path == at
        for sentence in group.sentences
    ]


def in_words(mistake: Mistake) -> Mistake:
    """The same for people: a whole sentence that names the field, and the validator's English made plain."""
    for pattern, sentence in _SENTENCES:
        if found := pattern.match(mistake.message):
            parts = [one[:120] for one in found.groups()]
            return replace(mistake, message=sentence.format(*parts).replace("'", "“", 1).replace("'", "”", 1) + ".")
    message = mistake.message.rstrip(".")
    if message[:1].islower():
        # Its subject is the path, which only who writes YAML reads.
        message = f"“{_titles(mistake.path)[-1]}” {message}"
    return replace(mistake, message=f"{message}.")


def place_in_words(path: str) -> str:
    """`hour_limits[0].limit_minutes` → “Hour limits 1 · At most”."""
    return " · ".join(_titles(path))


def _titles(path: str) -> list[str]:
    part: Part | None = policy_part()
    titles: list[str] = []
    for step in parse(path) or ():
        if isinstance(step, int) and titles:
            titles[-1] += f" {step + 1}"
        if part is not None:
            part = part.item if isinstance(step, int) or part.kind == "mapping" else part.child(step)
        if isinstance(step, str):
            titles.append(part.title if part else humanised(step))
    return titles or ["The document"]
