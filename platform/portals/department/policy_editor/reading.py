"""What the editor's pages show of a draft: its sentences with their mistakes and cases beside them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.urls import reverse

from accounts.models import Person
from departments.policies import PolicySnapshot
from departments.policy.case_runs import CaseRun
from departments.policy.differences import Difference, differences
from departments.policy.document_paths import parse, with_value
from departments.policy.plain_language import Group, Section, Sentence, describe
from departments.policy.refusals import Mistake
from departments.policy_drafts import Draft, DraftEdit
from portals.department.policy_editor.places import form_place, in_words, place_in_words


@dataclass
class Line:
    """One sentence; `at` is its form, `anchor` its place on the page."""

    sentence: Sentence
    at: str
    anchor: str
    mistakes: list[Mistake] = field(default_factory=list)
    cases: list[CaseRun] = field(default_factory=list)

    @property
    def failing(self) -> int:
        return sum(not case.passed for case in self.cases)


@dataclass
class Part:
    """The lines of one form, or of one list."""

    group: Group
    anchor: str
    lines: list[Line]

    @property
    def said(self) -> list[Line]:
        return [line for line in self.lines if not line.sentence.is_default]

    @property
    def unsaid(self) -> list[Line]:
        """What counts because the document does not say otherwise."""
        return [line for line in self.lines if line.sentence.is_default]


@dataclass
class Chapter:
    section: Section
    parts: list[Part]


def chapters(document: dict[str, Any], mistakes: Sequence[Mistake], runs: Sequence[CaseRun]) -> list[Chapter]:
    return [
        Chapter(
            section,
            [
                Part(
                    group, anchor(group.path), [_line(group, sentence, mistakes, runs) for sentence in group.sentences]
                )
                for group in section.groups
            ],
        )
        for section in describe(document)
    ]


def _line(group: Group, sentence: Sentence, mistakes: Sequence[Mistake], runs: Sequence[CaseRun]) -> Line:
    path = parse(sentence.path) or ()
    at = sentence.path if group.is_list and not group.is_table else group.path
    return Line(
        sentence,
        at,
        anchor(sentence.path),
        [one for one in mistakes if path and (parse(one.path) or ())[: len(path)] == path],
        [run for run in runs if group.is_list and sentence.name and sentence.name in run.rule_ids],
    )


@dataclass(frozen=True, slots=True)
class PlainMistake:
    """`at` is the place of the form that corrects it, `where` the same in words."""

    mistake: Mistake
    at: str
    where: str


def plain_mistakes(draft: Draft) -> list[PlainMistake]:
    return [
        PlainMistake(mistake, form_place(mistake.path), place_in_words(mistake.path))
        for mistake in map(in_words, draft.mistakes())
    ]


def anchor(path: str) -> str:
    """`hour_limits[0]` → `at-hour_limits-0`: something that an address can point to."""
    return f"at-{path.replace('[', '-').replace(']', '').replace('.', '-')}" if path else "at-document"


def names_of(people: Iterable[UUID | None]) -> dict[UUID, str]:
    wanted = {one for one in people if one is not None}
    return {person.id: person.full_name for person in Person.objects.filter(id__in=wanted)} if wanted else {}


def edits_in_words(edits: Sequence[DraftEdit], names: dict[UUID, str]) -> list[dict[str, Any]]:
    return [
        {
            "edit": edit,
            "who": names.get(edit.person_id, "") if edit.person_id else "",
            "what": _edit_words(edit),
        }
        for edit in edits
    ]


def _edit_words(edit: DraftEdit) -> str:
    if edit.path == "cases":
        before, after = len(edit.before or []), len(edit.after or [])
        return f"Cases: {before} → {after}" if before != after else "A case was changed"
    if not edit.path:
        return "The document"
    deed = "added" if edit.before is None else "taken out" if edit.after is None else "changed"
    return f"{place_in_words(edit.path)}: {deed}"


def conflicting_changes(edits: Sequence[DraftEdit]) -> list[Difference]:
    """What others changed at the place that somebody wanted to write to, as sentences."""
    found: list[Difference] = []
    for edit in edits:
        path = parse(edit.path) or ()
        before, after = ({} if value is None else with_value({}, path, value) for value in (edit.before, edit.after))
        found += differences(before, after)
    return found


def base_of(draft: Draft, versions: Sequence[PolicySnapshot]) -> PolicySnapshot | None:
    return next((one for one in versions if one.version == draft.base_version), None)


def change_count(draft: Draft, base: PolicySnapshot | None) -> int:
    return len(differences(base.document if base else {}, draft.document))


def replay_address(draft: Draft) -> str:
    """The page that makes past awards again under this draft."""
    return f"{reverse('department:what_ifs')}?draft={draft.draft_id}"
