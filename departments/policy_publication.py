"""From a draft, or a finished document, to the next version: what a department's own records have to say about it.

What the marketplace knows (shifts that were judged already) is asked by `marketplace.policy_publishing` before.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from departments.access import inside
from departments.policies import PolicySnapshot, add_version, read_versions
from departments.policy.case_runs import run_beside
from departments.policy.loading import load_policy
from departments.policy_calendar import refuse_wrong_dates, spans_of
from departments.policy_drafts import locked_draft
from departments.policy_refusals import BaseVersionOld, CasesFail, DraftChangedMeanwhile
from kernel.actors import Actor


def publish_document(
    *,
    department_id: UUID,
    document: Mapping[str, Any],
    effective_from_date: date,
    note: str,
    cases: Sequence[Mapping[str, str]] | None = None,
    replaces_later: bool = False,
    actor: Actor,
    at: datetime,
) -> PolicySnapshot:
    """A document that was written elsewhere. Without cases those of the newest version stay, and must pass.

    Raises PolicyInvalid, EffectiveDatesOverlap, NoRulesAfterwards, CasesFail, PolicyPublishedMeanwhile.
    """
    with transaction.atomic(), inside(department_id=department_id):
        versions = read_versions(department_id=department_id)
        kept = cases if cases is not None else (versions[0].cases if versions else ())
        return _checked(versions, department_id, document, effective_from_date, note, kept, replaces_later, actor, at)


def publish_draft(
    *,
    department_id: UUID,
    draft_id: UUID,
    effective_from_date: date,
    note: str,
    seen: int,
    replaces_later: bool = False,
    actor: Actor,
    at: datetime,
) -> PolicySnapshot:
    """The draft as it was read at lock version `seen`, on top of the newest version. It is closed with it.

    Raises DraftNotFound, DraftNotOpen, DraftChangedMeanwhile, BaseVersionOld, and like `publish_document`.
    """
    with transaction.atomic(), inside(department_id=department_id):
        row = locked_draft(draft_id)
        if row.lock_version != seen:
            raise DraftChangedMeanwhile(lock_version=row.lock_version, edits=())
        versions = read_versions(department_id=department_id)
        newest = versions[0].version if versions else 0
        if row.base_version != newest:
            raise BaseVersionOld(base_version=row.base_version, newest_version=newest)
        made = _checked(
            versions, department_id, row.document, effective_from_date, note, row.cases, replaces_later, actor, at
        )
        row.state, row.published_version = row.State.PUBLISHED, made.version
        row.effective_from_date, row.note = effective_from_date, note
        row.updated_at, row.updated_by_person_id = at, actor.person_id
        row.save()
        return made


def _checked(
    versions: Sequence[PolicySnapshot],
    department_id: UUID,
    document: Mapping[str, Any],
    effective_from_date: date,
    note: str,
    cases: Sequence[Mapping[str, str]],
    replaces_later: bool,
    actor: Actor,
    at: datetime,
) -> PolicySnapshot:
    policy = load_policy({**document, "effective_from_date": effective_from_date.isoformat()})
    refuse_wrong_dates(
        published=spans_of(versions),
        starts=effective_from_date,
        until=policy.effective_until_date,
        replaces_later=replaces_later,
    )
    failing = [one.name for one in run_beside(policy.data, cases) if not one.passed]
    if failing:
        raise CasesFail(failing)
    return add_version(
        department_id=department_id,
        document=document,
        effective_from_date=effective_from_date,
        note=note,
        cases=cases,
        actor=actor,
        at=at,
    )
