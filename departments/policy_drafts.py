"""Drafts of a department's rules: every edit is kept as typed, mistakes included; nothing counts before publication."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from departments.access import inside
from departments.models import PolicyDraft, PolicyDraftEdit
from departments.policies import read_versions
from departments.policy import document_paths
from departments.policy.canonical import canonical_json, plain
from departments.policy.document_paths import Move, Path
from departments.policy.refusals import Mistake
from departments.policy.schema_reading import part_at
from departments.policy.validation import find_mistakes
from departments.policy_refusals import (
    DraftChangedMeanwhile,
    DraftNameTaken,
    DraftNotFound,
    DraftNotOpen,
    NotStorable,
    PlaceUnknown,
)
from departments.refusals import UnknownPolicyVersion
from kernel import audit
from kernel.actors import Actor

MAXIMUM_CHARACTERS = 1_000_000
MAXIMUM_CASES = 500
CASES_PATH = "cases"


@dataclass(frozen=True, slots=True)
class Draft:
    """`cases` are `{key, text}`, one YAML text each. `base_version` 0: it was started from nothing."""

    draft_id: UUID
    department_id: UUID
    name: str
    state: str
    document: Mapping[str, Any]
    cases: tuple[Mapping[str, str], ...]
    base_version: int
    effective_from_date: date | None
    note: str
    lock_version: int
    created_by_person_id: UUID | None
    created_at: datetime
    updated_by_person_id: UUID | None
    updated_at: datetime
    published_version: int | None

    @property
    def is_open(self) -> bool:
        return self.state == PolicyDraft.State.OPEN

    def mistakes(self) -> list[Mistake]:
        """Everything that stands in the way of publishing it, with its path. The first day is set by publishing."""
        first_day = (self.effective_from_date or date(2000, 1, 1)).isoformat()
        return find_mistakes({**self.document, "effective_from_date": first_day})


@dataclass(frozen=True, slots=True)
class DraftEdit:
    number: int
    path: str
    before: Any
    after: Any
    person_id: UUID | None
    made_at: datetime


def start_draft(
    *,
    department_id: UUID,
    name: str,
    base_version: int | None = None,
    document: Mapping[str, Any] | None = None,
    cases: Sequence[Mapping[str, str]] | None = None,
    actor: Actor,
    at: datetime,
) -> Draft:
    """From the newest version, or the one named; with a document of its own (an import) only based on it.

    Raises UnknownPolicyVersion, DraftNameTaken, NotStorable.
    """
    with transaction.atomic(), inside(department_id=department_id):
        versions = read_versions(department_id=department_id)
        newest = versions[0] if versions else None
        base = newest if base_version is None else next((one for one in versions if one.version == base_version), None)
        if base_version is not None and base is None:
            raise UnknownPolicyVersion(base_version)
        started = document if document is not None else (base.document if base else {})
        kept = cases if cases is not None else (base.cases if base else ())
        try:
            with transaction.atomic():
                row = PolicyDraft.objects.create(
                    name=name.strip(),
                    document=storable(started),
                    cases=storable([dict(case) for case in kept]),
                    # An older version is a place to start writing from; what the draft follows is the newest one.
                    base_version=newest.version if newest else 0,
                    created_by_person_id=actor.person_id,
                    created_at=at,
                    updated_by_person_id=actor.person_id,
                    updated_at=at,
                )
        except IntegrityError as error:
            raise DraftNameTaken(name.strip()) from error
        _record(row, department_id, "started", actor, at, after={"name": row.name, "base_version": row.base_version})
        return _draft(department_id, row)


def list_drafts(*, department_id: UUID, only_open: bool = True) -> list[Draft]:
    """The one that was touched last comes first."""
    with inside(department_id=department_id):
        rows = PolicyDraft.objects.filter(state="open") if only_open else PolicyDraft.objects.all()
        return [_draft(department_id, row) for row in rows[:200]]


def draft(*, department_id: UUID, draft_id: UUID) -> Draft:
    """Raises DraftNotFound."""
    with inside(department_id=department_id):
        row = PolicyDraft.objects.filter(id=draft_id).first()
        if row is None:
            raise DraftNotFound()
        return _draft(department_id, row)


def edits_of(*, department_id: UUID, draft_id: UUID, limit: int = 50) -> list[DraftEdit]:
    """The newest first."""
    with inside(department_id=department_id):
        return [_edit(row) for row in PolicyDraftEdit.objects.filter(draft_id=draft_id)[:limit]]


def change_draft(
    *, department_id: UUID, draft_id: UUID, path: str, value: Any, seen: int, actor: Actor, at: datetime
) -> Draft:
    """Put a value, right or wrong, at a place.

    `seen` is the lock version that the writer read. Others' edits elsewhere do not disturb; an edit of theirs at,
    around or inside of this place is refused as DraftChangedMeanwhile. Raises PlaceUnknown, NotStorable, DraftNotFound,
    DraftNotOpen.
    """
    place = _place(path)
    kept = storable(value)
    return _edited(
        department_id,
        draft_id,
        place,
        seen,
        actor,
        at,
        lambda document: document_paths.with_value(document, place, kept),
    )


def add_to_draft(*, department_id: UUID, draft_id: UUID, path: str, value: Any, actor: Actor, at: datetime) -> Draft:
    """Append a rule to the list at `path`. Two who add at once both do. Raises like `change_draft` otherwise."""
    place = _place(path)
    if not is_list(path):
        raise PlaceUnknown(path)
    kept = storable(value)
    with transaction.atomic(), inside(department_id=department_id):
        row = _locked(draft_id)
        there = document_paths.value_at(row.document, place, [])
        end = (*place, len(there) if isinstance(there, list) else 0)
        row.document = storable(document_paths.with_value(row.document, end, kept))
        _saved(row, document_paths.text_of(end), None, kept, actor, at)
        return _draft(department_id, row)


def is_list(path: str) -> bool:
    """Is this the place of a list of rules?"""
    place = document_paths.parse(path)
    part = None if place is None else part_at(place)
    return part is not None and part.kind == "rows"


def arrange_draft(
    *, department_id: UUID, draft_id: UUID, path: str, move: Move, seen: int, actor: Actor, at: datetime
) -> Draft:
    """Move one rule up or down, double it, or take it out: the whole list is edited. Raises like `change_draft`."""
    place = _place(path)
    if not place or not isinstance(place[-1], int):
        raise PlaceUnknown(path)
    return _edited(
        department_id,
        draft_id,
        place[:-1],
        seen,
        actor,
        at,
        lambda document: document_paths.arranged(document, place, move),
    )


def replace_document(
    *,
    department_id: UUID,
    draft_id: UUID,
    document: Mapping[str, Any],
    cases: Sequence[Mapping[str, str]] | None,
    seen: int,
    actor: Actor,
    at: datetime,
) -> Draft:
    """An import: the whole document, and the cases when there are some. Raises like `change_draft`."""
    kept = storable(document)
    made = _edited(department_id, draft_id, (), seen, actor, at, lambda _: kept)
    if cases is None:
        return made
    return save_cases(
        department_id=department_id, draft_id=draft_id, cases=cases, seen=made.lock_version, actor=actor, at=at
    )


def save_cases(
    *,
    department_id: UUID,
    draft_id: UUID,
    cases: Sequence[Mapping[str, str]],
    seen: int,
    actor: Actor,
    at: datetime,
) -> Draft:
    """All cases of the draft, `{key, text}` each. Raises like `change_draft`."""
    kept = storable([{"key": str(case["key"]), "text": str(case["text"])} for case in cases])
    if len(kept) > MAXIMUM_CASES:
        raise NotStorable(f"there are {len(kept)} cases, and a policy keeps {MAXIMUM_CASES} at most")
    with transaction.atomic(), inside(department_id=department_id):
        row = _locked(draft_id)
        _refuse_unseen(row, (CASES_PATH,), seen)
        before, row.cases = row.cases, kept
        _saved(row, CASES_PATH, before, kept, actor, at)
        return _draft(department_id, row)


def note_publication(
    *, department_id: UUID, draft_id: UUID, effective_from_date: date | None, note: str, at: datetime
) -> Draft:
    """Keep what was filled in on the way to publishing. It is no edit of the rules."""
    with transaction.atomic(), inside(department_id=department_id):
        row = _locked(draft_id)
        row.effective_from_date, row.note = effective_from_date, str(storable(note))
        row.save(update_fields=["effective_from_date", "note"])
        return _draft(department_id, row)


def follow_newest(*, department_id: UUID, draft_id: UUID, version: int, actor: Actor, at: datetime) -> Draft:
    """The writer has read what `version`, the newest, changed, and keeps the draft as it stands on top of it.

    Raises UnknownPolicyVersion when it is not the newest (any more), DraftNotFound, DraftNotOpen.
    """
    with transaction.atomic(), inside(department_id=department_id):
        row = _locked(draft_id)
        versions = read_versions(department_id=department_id)
        if not versions or versions[0].version != version:
            raise UnknownPolicyVersion(version)
        before, row.base_version = row.base_version, version
        row.save(update_fields=["base_version"])
        _record(
            row, department_id, "followed", actor, at, before={"base_version": before}, after={"base_version": version}
        )
        return _draft(department_id, row)


def discard_draft(*, department_id: UUID, draft_id: UUID, actor: Actor, at: datetime) -> Draft:
    """It stays readable; its name is free again. Raises DraftNotFound, DraftNotOpen."""
    with transaction.atomic(), inside(department_id=department_id):
        row = _locked(draft_id)
        row.state, row.updated_at, row.updated_by_person_id = PolicyDraft.State.DISCARDED, at, actor.person_id
        row.save(update_fields=["state", "updated_at", "updated_by_person_id"])
        _record(row, department_id, "discarded", actor, at, after={"state": row.state})
        return _draft(department_id, row)


def storable(value: Any) -> Any:
    """Plain JSON that PostgreSQL keeps. Raises NotStorable."""
    try:
        text = canonical_json(value)
        text.encode()
    except (ValueError, TypeError, RecursionError) as error:
        raise NotStorable("it holds something that is neither text, number, list nor mapping") from error
    if "\\u0000" in text.replace("\\\\", ""):
        raise NotStorable("it holds a character that is none (code 0)")
    if len(text) > MAXIMUM_CHARACTERS:
        raise NotStorable(f"it is longer than {MAXIMUM_CHARACTERS:,} characters")
    return copy.deepcopy(plain(value))


def locked_draft(draft_id: UUID) -> PolicyDraft:
    """The open row, for callers that are inside the department's schema, in a transaction."""
    return _locked(draft_id)


def _edited(
    department_id: UUID,
    draft_id: UUID,
    place: Path,
    seen: int,
    actor: Actor,
    at: datetime,
    change: Callable[[Any], Any],
) -> Draft:
    with transaction.atomic(), inside(department_id=department_id):
        row = _locked(draft_id)
        _refuse_unseen(row, place, seen)
        before = document_paths.value_at(row.document, place)
        changed = change(row.document)
        if canonical_json(changed) != canonical_json(row.document):
            row.document = storable(changed)
            _saved(row, document_paths.text_of(place), before, document_paths.value_at(changed, place), actor, at)
        return _draft(department_id, row)


def _saved(row: PolicyDraft, path: str, before: Any, after: Any, actor: Actor, at: datetime) -> None:
    row.lock_version += 1
    row.updated_by_person_id, row.updated_at = actor.person_id, at
    row.save(update_fields=["document", "cases", "lock_version", "updated_by_person_id", "updated_at"])
    PolicyDraftEdit.objects.create(
        draft=row, number=row.lock_version, path=path, before=before, after=after, person_id=actor.person_id, made_at=at
    )


def _refuse_unseen(row: PolicyDraft, place: Path, seen: int) -> None:
    since = [_edit(edit) for edit in PolicyDraftEdit.objects.filter(draft=row, number__gt=seen)]
    theirs = [edit for edit in since if document_paths.overlap(document_paths.parse(edit.path) or (), place)]
    if theirs:
        raise DraftChangedMeanwhile(lock_version=row.lock_version, edits=theirs)


def _locked(draft_id: UUID) -> PolicyDraft:
    row = PolicyDraft.objects.select_for_update().filter(id=draft_id).first()
    if row is None:
        raise DraftNotFound()
    if row.state != PolicyDraft.State.OPEN:
        raise DraftNotOpen(row.name, row.state, row.published_version)
    return row


def _place(path: str) -> Path:
    place = document_paths.parse(path)
    if place is None or len(path) > 200 or part_at(place) is None:
        raise PlaceUnknown(path[:200])
    return place


def _record(
    row: PolicyDraft,
    department_id: UUID,
    verb: str,
    actor: Actor,
    at: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    audit.record(
        actor=actor,
        action=f"policy_draft.{verb}",
        subject_kind="policy_draft",
        subject_id=row.id,
        tenant_id=department_id,
        at=at,
        before=before,
        after=after,
    )


def _draft(department_id: UUID, row: PolicyDraft) -> Draft:
    return Draft(
        draft_id=row.id,
        department_id=department_id,
        name=row.name,
        state=row.state,
        document=row.document,
        cases=tuple(row.cases),
        base_version=row.base_version,
        effective_from_date=row.effective_from_date,
        note=row.note,
        lock_version=row.lock_version,
        created_by_person_id=row.created_by_person_id,
        created_at=row.created_at,
        updated_by_person_id=row.updated_by_person_id,
        updated_at=row.updated_at,
        published_version=row.published_version,
    )


def _edit(row: PolicyDraftEdit) -> DraftEdit:
    return DraftEdit(row.number, row.path, row.before, row.after, row.person_id, row.made_at)
