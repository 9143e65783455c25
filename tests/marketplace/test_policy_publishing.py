"""A version never starts before a shift that was judged by the rules before it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from departments import policy_drafts
from departments.policies import list_policies
from departments.policy.examples import example
from kernel.models import OutboxEvent
from marketplace.awarding import award_shift
from marketplace.bidding import place_bid
from marketplace.models import Shift
from marketplace.policy_publishing import StartsBeforeJudgedShift, judged_shifts, publish_document, publish_draft
from tenants.models import Tenant
from tests.factories.departments import SETTING_UP, make_officer, publish_example
from tests.factories.jobs import make_job, make_shift
from tests.factories.people import actor_for

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
# 21:00 of the 19th in Toronto: the department's own calendar decides.
STARTS_AT = datetime(2026, 3, 20, 1, tzinfo=UTC)
SHIFT_DATE = date(2026, 3, 19)


@pytest.fixture
def shift(department: Tenant) -> Shift:
    publish_example(department)
    return make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)


def bid(department: Tenant, shift: Shift) -> None:
    officer = make_officer(department)
    place_bid(officer=officer, shift_id=shift.id, actor=actor_for(officer.person), at=NOW)


def publish(department: Tenant, starts: date, *, at: datetime = NOW) -> Any:
    return publish_document(
        department_id=department.id, document=example("ontario"), effective_from_date=starts, note="New.",
        replaces_later=True, actor=SETTING_UP, at=at,
    )  # fmt: skip


def test_a_version_may_not_start_on_or_before_an_awarded_shift(department: Tenant, shift: Shift) -> None:
    bid(department, shift)
    award_shift(shift_id=shift.id, actor=SETTING_UP, at=STARTS_AT - timedelta(hours=24))
    announced = OutboxEvent.objects.filter(name="departments.policy_published").count()
    for starts in (SHIFT_DATE, SHIFT_DATE - timedelta(days=5), date(2026, 1, 1)):
        with pytest.raises(StartsBeforeJudgedShift) as refused:
            publish(department, starts)
        assert refused.value.field == "effective_from_date"
        assert refused.value.numbers["shifts"] == 1
        assert refused.value.numbers["latest_shift_date"] == "2026-03-19"
        assert refused.value.numbers["earliest_possible_date"] == "2026-03-20"
    assert len(list_policies(department_id=department.id)) == 1
    assert OutboxEvent.objects.filter(name="departments.policy_published").count() == announced
    assert publish(department, date(2026, 3, 20)).version == 2


def test_an_open_bid_stops_only_a_version_that_reaches_back(department: Tenant, shift: Shift) -> None:
    bid(department, shift)
    with pytest.raises(StartsBeforeJudgedShift) as refused:
        publish(department, date(2026, 3, 1))
    assert refused.value.numbers["earliest_possible_date"] == "2026-03-02"
    assert publish(department, date(2026, 3, 2)).version == 2
    # Once the shift has begun, its bid was the last word on it.
    with pytest.raises(StartsBeforeJudgedShift):
        publish(department, SHIFT_DATE, at=STARTS_AT + timedelta(minutes=1))


def test_a_draft_is_refused_whole_and_stays_open(department: Tenant, shift: Shift) -> None:
    bid(department, shift)
    award_shift(shift_id=shift.id, actor=SETTING_UP, at=STARTS_AT - timedelta(hours=24))
    draft = policy_drafts.start_draft(department_id=department.id, name="Spring", actor=SETTING_UP, at=NOW)
    with pytest.raises(StartsBeforeJudgedShift):
        publish_draft(
            department_id=department.id, draft_id=draft.draft_id, effective_from_date=SHIFT_DATE, note="x",
            seen=draft.lock_version, actor=SETTING_UP, at=NOW,
        )  # fmt: skip
    assert policy_drafts.draft(department_id=department.id, draft_id=draft.draft_id) == draft


def test_another_departments_shifts_stop_nobody(department: Tenant, other_department: Tenant, shift: Shift) -> None:
    publish_example(other_department, name="us")
    bid(department, shift)
    award_shift(shift_id=shift.id, actor=SETTING_UP, at=STARTS_AT - timedelta(hours=24))
    assert judged_shifts(department_id=other_department.id, from_date=date(2026, 1, 1), at=NOW).latest is None
    assert publish(other_department, date(2026, 2, 1)).version == 2
