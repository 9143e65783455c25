"""Drafts, their publication and the dates of versions: what is refused, why, and that nothing else moved."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from departments import policy_drafts, policy_publication
from departments.access import inside
from departments.models import PolicyDraft, PolicyVersion
from departments.policies import list_policies, policy_in_force, publish_policy
from departments.policy.canonical import sha256_of
from departments.policy.examples import example
from departments.policy.refusals import PolicyInvalid
from departments.policy_calendar import Span, stretches
from departments.policy_drafts import Draft
from departments.policy_refusals import (
    BaseVersionOld,
    DraftChangedMeanwhile,
    DraftNameTaken,
    DraftNotFound,
    DraftNotOpen,
    EffectiveDatesOverlap,
    NoRulesAfterwards,
    NotStorable,
    PlaceUnknown,
)
from departments.refusals import NoPolicyInForce
from tenants.models import Tenant
from tests.factories.departments import LONG_AGO, SETTING_UP, publish_example

pytestmark = pytest.mark.django_db
MAY, JULY = date(2026, 5, 1), date(2026, 7, 1)


@pytest.fixture
def draft(department: Tenant) -> Draft:
    publish_example(department)
    return start(department)


def start(tenant: Tenant, name: str = "Spring", **more: Any) -> Draft:
    return policy_drafts.start_draft(department_id=tenant.id, name=name, actor=SETTING_UP, at=LONG_AGO, **more)


def change(draft: Draft, path: str, value: Any, seen: int | None = None) -> Draft:
    return policy_drafts.change_draft(
        department_id=draft.department_id,
        draft_id=draft.draft_id,
        path=path,
        value=value,
        seen=draft.lock_version if seen is None else seen,
        actor=SETTING_UP,
        at=LONG_AGO,
    )


def publish(draft: Draft, starts: date = MAY, **more: Any) -> Any:
    return policy_publication.publish_draft(
        department_id=draft.department_id,
        draft_id=draft.draft_id,
        effective_from_date=starts,
        note="Because.",
        seen=more.pop("seen", draft.lock_version),
        actor=SETTING_UP,
        at=LONG_AGO,
        **more,
    )


def test_a_draft_begins_as_a_copy_and_becomes_the_next_version(draft: Draft, department: Tenant) -> None:
    changed = change(draft, "posting.closing_hours_before_start", 12)
    assert change(changed, "posting.closing_hours_before_start", 12).lock_version == changed.lock_version
    made = publish(changed)
    assert (made.version, made.policy.posting.closing_hours_before_start) == (2, 12)
    assert policy_in_force(department_id=department.id, on_date=MAY - timedelta(days=1)).version == 1
    closed = policy_drafts.draft(department_id=department.id, draft_id=draft.draft_id)
    assert (closed.state, closed.published_version) == ("published", 2)
    with pytest.raises(DraftNotOpen):
        change(closed, "posting.closing_hours_before_start", 6)
    assert policy_drafts.list_drafts(department_id=department.id) == []


def test_a_published_version_is_never_changed_not_even_by_sql(department: Tenant) -> None:
    published = publish_example(department)
    for attempt in (
        lambda rows: rows.update(note="other"),
        lambda rows: rows.update(document={}),
        lambda rows: rows.delete(),
    ):
        refused = pytest.raises(IntegrityError, match="never changed")
        with inside(department_id=department.id), refused, transaction.atomic():
            attempt(PolicyVersion.objects.all())
    [kept] = list_policies(department_id=department.id)
    assert sha256_of(kept.document) == published.sha256


def test_what_cannot_be_stored_or_placed_is_refused_and_nothing_changes(draft: Draft) -> None:
    for value in ("\x00", float("nan"), "\ud800", {"a": {1}}, "x" * 1_000_001):
        with pytest.raises(NotStorable):
            change(draft, "name", value)
    for path in ("nonsense", "hour_limits[", "a" * 300, "rate_card.ranks[0].nonsense"):
        with pytest.raises(PlaceUnknown):
            change(draft, path, 1)
    assert change(draft, "name", "A backslash: \\u0000").document["name"] == "A backslash: \\u0000"


def test_an_edit_of_the_same_place_is_refused_with_what_the_other_did(draft: Draft) -> None:
    change(draft, "hour_limits[0].limit_minutes", 900)
    with pytest.raises(DraftChangedMeanwhile) as refused:
        change(draft, "hour_limits[0]", {"id": "mine"}, seen=draft.lock_version)
    [theirs] = refused.value.edits
    assert (theirs.path, theirs.before, theirs.after) == ("hour_limits[0].limit_minutes", 960, 900)
    kept = change(draft, "rests[0].minutes", 600, seen=draft.lock_version)
    assert kept.document["hour_limits"][0]["limit_minutes"] == 900
    assert kept.document["rests"][0]["minutes"] == 600
    moved = policy_drafts.arrange_draft(
        department_id=draft.department_id, draft_id=draft.draft_id, path="hour_limits[0]", move="down",
        seen=kept.lock_version, actor=SETTING_UP, at=LONG_AGO,
    )  # fmt: skip
    with pytest.raises(DraftChangedMeanwhile):
        change(draft, "hour_limits[1].limit_minutes", 1, seen=kept.lock_version)
    with pytest.raises(DraftChangedMeanwhile):
        publish(moved, seen=kept.lock_version)


def test_two_who_add_a_rule_at_once_both_do(draft: Draft) -> None:
    for name in ("one", "two"):
        policy_drafts.add_to_draft(
            department_id=draft.department_id, draft_id=draft.draft_id, path="rests",
            value={"id": name, "side": "before", "minutes": 60, "buckets": ["duty"]}, actor=SETTING_UP, at=LONG_AGO,
        )  # fmt: skip
    kept = policy_drafts.draft(department_id=draft.department_id, draft_id=draft.draft_id)
    assert [rule["id"] for rule in kept.document["rests"]] == ["rest-before-duty", "one", "two"]


def test_mistakes_are_kept_and_stop_publication(draft: Draft, department: Tenant) -> None:
    wrong = change(draft, "hour_limits[0].limit_minutes", "sixteen")
    assert [mistake.path for mistake in wrong.mistakes()] == ["hour_limits[0].limit_minutes"]
    with pytest.raises(PolicyInvalid):
        publish(wrong)
    assert len(list_policies(department_id=department.id)) == 1
    assert policy_drafts.draft(department_id=department.id, draft_id=draft.draft_id).is_open


def test_a_draft_behind_the_newest_version_must_be_brought_up_first(draft: Draft, department: Tenant) -> None:
    other = change(start(department, "Other"), "payment.due", "after_award")
    publish(other, MAY)
    with pytest.raises(BaseVersionOld):
        publish(draft, JULY)
    followed = policy_drafts.follow_newest(
        department_id=department.id, draft_id=draft.draft_id, version=2, actor=SETTING_UP, at=LONG_AGO
    )
    assert publish(followed, JULY).version == 3


@pytest.mark.parametrize("starts", [JULY, JULY - timedelta(days=1), MAY])
def test_dates_that_overlap_are_refused_unless_the_later_version_is_replaced(
    starts: date, draft: Draft, department: Tenant
) -> None:
    publish_policy(
        department_id=department.id, document=example("ontario"), effective_from_date=JULY, note="", actor=SETTING_UP,
        at=LONG_AGO,
    )  # fmt: skip
    followed = policy_drafts.follow_newest(
        department_id=department.id, draft_id=draft.draft_id, version=2, actor=SETTING_UP, at=LONG_AGO
    )
    with pytest.raises(EffectiveDatesOverlap) as refused:
        publish(followed, starts)
    assert refused.value.numbers["version"] == 2
    assert len(list_policies(department_id=department.id)) == 2
    assert publish(followed, starts, replaces_later=True).version == 3
    assert policy_in_force(department_id=department.id, on_date=JULY).version == 3


def test_rules_that_end_by_themselves_give_way_to_those_before(draft: Draft, department: Tenant) -> None:
    summer = publish(change(draft, "effective_until_date", JULY.isoformat()), MAY)
    numbers = [
        policy_in_force(department_id=department.id, on_date=day).version
        for day in (MAY - timedelta(days=1), MAY, JULY - timedelta(days=1), JULY)
    ]
    assert numbers == [1, summer.version, summer.version, 1]


def test_rules_after_which_none_would_count_are_refused(department: Tenant) -> None:
    first = start(department, document={**example("ontario"), "effective_until_date": "2026-07-01"})
    with pytest.raises(NoRulesAfterwards):
        publish(first, MAY)
    with pytest.raises(NoPolicyInForce):
        policy_in_force(department_id=department.id, on_date=MAY)


def test_the_calendar_shows_when_each_version_really_counts() -> None:
    spans = [
        Span(1, date(2026, 1, 1)), Span(2, JULY), Span(3, date(2026, 6, 1), date(2026, 6, 15)), Span(4, JULY),
    ]  # fmt: skip
    assert [(one.version, one.starts, one.until) for one in stretches(spans)] == [
        (1, date(2026, 1, 1), date(2026, 6, 1)),
        (3, date(2026, 6, 1), date(2026, 6, 15)),
        (1, date(2026, 6, 15), JULY),
        (4, JULY, None),
    ]
    assert stretches([]) == []


def test_names_of_open_drafts_are_told_apart_and_drafts_are_their_own_departments(
    draft: Draft, department: Tenant, other_department: Tenant
) -> None:
    with pytest.raises(DraftNameTaken):
        start(department)
    theirs = start(other_department)
    policy_drafts.discard_draft(department_id=department.id, draft_id=draft.draft_id, actor=SETTING_UP, at=LONG_AGO)
    assert start(department).is_open
    with pytest.raises(DraftNotFound):
        policy_drafts.draft(department_id=department.id, draft_id=theirs.draft_id)
    with inside(department_id=other_department.id):
        assert PolicyDraft.objects.get().document == {}
