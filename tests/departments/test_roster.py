"""The roster: what it keeps, what it refuses, and what leaves it."""

from datetime import date, timedelta

import pytest

from departments.duty import duty_of, record_duty
from departments.invitations import invite_member
from departments.refusals import AlreadyLeft, BadgeTaken, RosterEntryNotFound, WorkEmailTaken
from departments.roster import add_member, change_member, change_status, list_members, member, remove_member
from kernel.errors import InvalidInput
from kernel.models import AuditEvent, OutboxEvent
from tenants.models import Tenant
from tests.factories.departments import LONG_AGO, SETTING_UP, join, make_member, publish_example

pytestmark = pytest.mark.django_db


def test_members_are_found_by_name_badge_and_address(department: Tenant) -> None:
    dale = make_member(department, family_name="Dale")
    make_member(department, family_name="Elm")
    assert [one.entry_id for one in list_members(department_id=department.id, text="dal")] == [dale.entry_id]
    assert [one.entry_id for one in list_members(department_id=department.id, text=dale.badge_number)] == [
        dale.entry_id
    ]
    assert len(list_members(department_id=department.id)) == 2


def test_another_departments_roster_is_not_touched_or_seen(department: Tenant, other_department: Tenant) -> None:
    theirs = make_member(other_department, family_name="Dale")
    ours = make_member(department, family_name="Dale")
    remove_member(department_id=department.id, entry_id=ours.entry_id, actor=SETTING_UP, at=LONG_AGO)
    with pytest.raises(RosterEntryNotFound):
        member(department_id=department.id, entry_id=theirs.entry_id)
    with pytest.raises(RosterEntryNotFound):
        remove_member(department_id=department.id, entry_id=theirs.entry_id, actor=SETTING_UP, at=LONG_AGO)
    assert member(department_id=other_department.id, entry_id=theirs.entry_id) == theirs


def test_a_serving_members_badge_and_address_are_their_own(department: Tenant) -> None:
    dale = make_member(department, family_name="Dale")
    again = {
        "department_id": department.id,
        "given_name": "Kim",
        "family_name": "Elm",
        "rank_code": "constable",
        "seniority_date": date(2020, 1, 1),
        "actor": SETTING_UP,
        "at": LONG_AGO,
    }
    with pytest.raises(BadgeTaken):
        add_member(badge_number=dale.badge_number, work_email="kim@police.example.org", **again)
    with pytest.raises(WorkEmailTaken):
        add_member(badge_number="77", work_email=dale.work_email.upper(), **again)
    remove_member(department_id=department.id, entry_id=dale.entry_id, actor=SETTING_UP, at=LONG_AGO)
    assert add_member(badge_number=dale.badge_number, work_email=dale.work_email, **again).badge_number


def test_an_unknown_status_is_refused_and_leaving_is_not_a_status(department: Tenant) -> None:
    dale = make_member(department)
    for status in ("asleep", "left"):
        with pytest.raises(InvalidInput):
            change_status(
                department_id=department.id, entry_id=dale.entry_id, status=status, actor=SETTING_UP, at=LONG_AGO
            )


def test_whoever_left_cannot_be_changed_removed_or_invited(department: Tenant) -> None:
    dale = make_member(department)
    door = {"department_id": department.id, "entry_id": dale.entry_id, "actor": SETTING_UP, "at": LONG_AGO}
    assert remove_member(**door).left_at == LONG_AGO
    for action in (remove_member, invite_member, lambda **kwargs: change_member(rank_code="sergeant", **kwargs)):
        with pytest.raises(AlreadyLeft):
            action(**door)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("badge_number", ""),
        ("badge_number", "1" * 21),
        ("given_name", " "),
        ("family_name", "x" * 81),
        ("family_name", "Da\x00le"),
        ("work_email", "not an address"),
        ("work_email", f"{'a' * 250}@police.example.org"),
    ],
)
def test_text_that_does_not_fit_is_refused_by_field(department: Tenant, field: str, value: str) -> None:
    member = {
        "badge_number": "77",
        "given_name": "Kim",
        "family_name": "Elm",
        "work_email": "kim@police.example.org",
        field: value,
    }
    with pytest.raises(InvalidInput) as refusal:
        add_member(
            department_id=department.id,
            rank_code="constable",
            seniority_date=date(2020, 1, 1),
            actor=SETTING_UP,
            at=LONG_AGO,
            **member,
        )
    assert refusal.value.field == field
    assert list_members(department_id=department.id) == []


def test_text_is_kept_as_it_was_typed(department: Tenant) -> None:
    name = '<b>=cmd|"/c"!A1</b>'
    assert make_member(department, family_name=name).family_name == name


def test_changes_are_counted_audited_and_announced_without_reasons(department: Tenant) -> None:
    publish_example(department)
    dale = make_member(department)
    officer = join(dale)
    changed = change_status(
        department_id=department.id,
        entry_id=dale.entry_id,
        status="suspended",
        reason="Under investigation",
        actor=SETTING_UP,
        at=LONG_AGO,
    )
    event = OutboxEvent.objects.filter(name="departments.roster_changed").latest("id")
    assert event.tenant_id == department.id
    assert event.payload["officer_id"] == str(officer.id)
    assert event.payload["version"] == changed.version > dale.version
    assert event.payload["may_work_until_date"] == LONG_AGO.date().isoformat()
    assert "suspended" not in str(event.payload)
    assert "investigation" not in str(event.payload)
    audited = AuditEvent.objects.get(action="roster.member_changed", subject_id=dale.entry_id)
    assert (audited.before, audited.after) == ({"status": "active"}, {"status": "suspended"})


def test_duty_is_announced_as_busy_time_without_its_kind(department: Tenant) -> None:
    publish_example(department)
    dale = make_member(department)
    join(dale)
    starts_at = LONG_AGO + timedelta(days=1)
    record_duty(
        department_id=department.id,
        entry_id=dale.entry_id,
        kind="court",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=8),
        actor=SETTING_UP,
        at=LONG_AGO,
    )
    event = OutboxEvent.objects.filter(name="departments.roster_changed").latest("id")
    assert event.payload["busy_ranges"] == [[starts_at.isoformat(), (starts_at + timedelta(hours=8)).isoformat()]]
    assert "court" not in str(event.payload)
    found = duty_of(
        department_id=department.id, entry_id=dale.entry_id, starts_at=LONG_AGO, ends_at=LONG_AGO + timedelta(days=9)
    )
    assert [stretch.kind for stretch in found] == ["court"]
