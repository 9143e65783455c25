"""A whole policy as sentences, section by section, so that nothing in it is silent.

Used wherever people read rules: the desk, the editor, differences between versions, the officers' own page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from departments.policy.canonical import canonical_json
from departments.policy.document_paths import Path, text_of, value_at
from departments.policy.plain_numbers import day
from departments.policy.plain_rules import rule_words
from departments.policy.plain_values import value_words
from departments.policy.schema_reading import UNSAID, Part, part_at, policy_part

BASICS = "basics"


@dataclass(frozen=True, slots=True)
class Sentence:
    """`path` is where it stands; `quoted` the department's own text and `quoted_as` for whom; `is_default`: unsaid."""

    path: str
    name: str
    text: str
    quoted: str = ""
    quoted_as: str = ""
    source: str = ""
    source_url: str = ""
    is_default: bool = False

    def __str__(self) -> str:
        named = f"{self.name}: " if self.name and not self.text.startswith(self.name) else ""
        more = f" {self.quoted_as}: “{self.quoted}”" if self.quoted else ""
        where = (
            f" Source: {self.source}{f' ({self.source_url})' if self.source_url else ''}."
            if self.source or self.source_url
            else ""
        )
        return f"{named}{self.text}{more}{where}"


@dataclass(frozen=True, slots=True)
class Group:
    """The sentences of one form: single properties of a section, or a list with one form for each rule."""

    path: str
    title: str
    help: str
    sentences: tuple[Sentence, ...]
    is_list: bool = False
    is_table: bool = False
    noun: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    help: str
    groups: tuple[Group, ...]

    @property
    def has_words(self) -> bool:
        return any(group.sentences for group in self.groups)


def describe(document: Mapping[str, Any]) -> list[Section]:
    """Every section of the schema in its order. A draft may be half written: what does not fit is shown as written."""
    whole = policy_part()
    single = [child for child in whole.children if not _is_section(child) and child.name != "schema_version"]
    unknown = [key for key in document if whole.child(key) is None]
    basics = Group(
        "", "The document", "", tuple(_single(document, (child.name,), child) for child in single)
        + tuple(Sentence(key, key, f"{key}: {value_words(None, document[key])}.") for key in unknown)
    )  # fmt: skip
    sections = [
        Section(child.name, child.title, child.help, tuple(_groups(document, (child.name,), child)))
        for child in whole.children
        if _is_section(child)
    ]
    return [Section(BASICS, "The document", "Whose rules these are, and from when.", (basics,)), *sections]


def describe_rule(path: Path, rule: Any) -> Sentence:
    """One rule of a list, wherever it stands."""
    part = part_at(path)
    if part is None:
        return Sentence(text_of(path), "", f"{value_words(None, rule)}.")
    fields = rule if isinstance(rule, Mapping) else {}
    quoting = part.child("text")
    quoted = fields.get("text", "")
    clause, url = source_words(fields.get("source"))
    return Sentence(
        path=text_of(path),
        name=rule_name(rule),
        text=rule_words(part, rule),
        quoted=quoted if isinstance(quoted, str) else value_words(quoting, quoted),
        quoted_as=quoting.title if quoting else "",
        source=clause,
        source_url=url,
    )


def rule_name(rule: Any) -> str:
    """What people call this rule: its name, else its code."""
    if not isinstance(rule, Mapping):
        return ""
    for key in ("id", "name", "code", "status"):
        if isinstance(rule.get(key), str) and rule[key]:
            return str(rule[key])
    return ""


def source_words(source: Any) -> tuple[str, str]:
    if not isinstance(source, Mapping):
        return (value_words(None, source), "") if source else ("", "")
    clause, issued, url = source.get("clause") or "", source.get("date"), source.get("url") or ""
    dated = f"of {day(issued)}" if isinstance(issued, str) and issued else ""
    return " ".join(str(one) for one in (clause, dated) if one), str(url)


def is_rule_list(part: Part) -> bool:
    return part.kind == "rows"


def _is_section(part: Part) -> bool:
    return part.kind in ("object", "rows")


def _groups(document: Mapping[str, Any], path: Path, part: Part) -> list[Group]:
    if is_rule_list(part):
        return [_list(document, path, part)]
    own = [child for child in part.children if not is_rule_list(child)]
    lists = [child for child in part.children if is_rule_list(child)]
    found = [_list(document, (*path, child.name), child) for child in lists]
    sentences = [one for child in own for one in _singles(document, (*path, child.name), child)]
    written = value_at(document, path)
    if isinstance(written, Mapping):
        sentences += [
            Sentence(text_of((*path, key)), key, f"{key}: {value_words(None, item)}.")
            for key, item in written.items()
            if part.child(key) is None
        ]
    elif written is not None:
        sentences.append(Sentence(text_of(path), part.name, f"{part.title}: {value_words(None, written)}."))
    if sentences or not found:
        found.append(
            Group(text_of(path), part.title if not found else f"{part.title}: settings", part.help, tuple(sentences))
        )
    return found


def _list(document: Mapping[str, Any], path: Path, part: Part) -> Group:
    written = value_at(document, path, [])
    if not isinstance(written, list):
        sentences: Sequence[Sentence] = [
            Sentence(text_of(path), part.name, f"{part.title}: {value_words(None, written)}.")
        ]
    else:
        sentences = [describe_rule((*path, index), rule) for index, rule in enumerate(written)]
    noun = part.noun or (part.item.title if part.item else part.title).lower()
    return Group(text_of(path), part.title, part.help, tuple(sentences), True, part.is_table, noun)


def _singles(document: Mapping[str, Any], path: Path, part: Part) -> list[Sentence]:
    """A small object inside of a section speaks through its own properties."""
    if part.kind != "object":
        return [_single(document, path, part)]
    return [one for child in part.children for one in _singles(document, (*path, child.name), child)]


def _single(document: Mapping[str, Any], path: Path, part: Part) -> Sentence:
    written = value_at(document, path, UNSAID)
    is_unsaid = written is UNSAID
    value = part.default if is_unsaid and part.default is not UNSAID else written
    text = f"{part.title}: {shape_words(part, value)}."
    return Sentence(text_of(path), part.title, text, is_default=is_unsaid)


def shape_words(part: Part, value: Any) -> str:
    """Areas have too many corners to read out: they are told by size and by a mark that changes with any corner."""
    if value is UNSAID or value is None or value == "":
        return "not set"
    if (
        part.kind == "free"
        and isinstance(value, list)
        and all(isinstance(one, Mapping) and "coordinates" in one for one in value)
    ):
        mark = hashlib.sha256(canonical_json(value).encode()).hexdigest()[:8]
        return f"{len(value)} area{'' if len(value) == 1 else 's'} (outline {mark})" if value else "none"
    return value_words(part, value)
