"""Duty that arrives after an award, and pay at the department's own time."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from departments.dispositions import decide
from departments.importing.duty_rows import DutyRow
from departments.refusals import ScheduleRefused
from departments.roster import member_of_officer
from kernel.errors import NotFound
from kernel.identifiers import uuid7
from kernel.models import OutboxEvent
from kernel.subscriptions import Event
from marketplace import duty_conflicts
from marketplace.double_dipping import find_double_dips
from marketplace.duty_importing import DutyTaken, import_duty
from marketplace.models import Assignment, DutyConflict, Timesheet
from marketplace.refusals_bidding import PolicyDenied
from messaging.models import OutboundMessage
from notifications.duty_conflicts import announce_conflict
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import SETTING_UP
from tests.factories.venues import STARTS_AT
from tests.factories.work import ENDS_AT, Work, clock, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]
AT = STARTS_AT - timedelta(hours=4)
HOUR = timedelta(hours=1)


def push(
    work: Work, *spans: tuple[datetime, datetime], kind: str = "court", source: str = "rota", at: datetime = AT
) -> DutyTaken:
    home = work.officer.home_department_id
    badge = member_of_officer(department_id=home, officer_id=work.officer.id).badge_number
    return import_duty(
        department_id=home,
        source=source,
        rows=[
            DutyRow(index, badge, kind, start, end, f"x{start}") for index, (start, end) in enumerate(spans, start=1)
        ],
        window=(STARTS_AT - timedelta(days=1), ENDS_AT + timedelta(days=1)),
        named=[badge],
        actor=SETTING_UP,
        at=at,
    )


@pytest.fixture
def work(department: Tenant) -> Work:
    govern(department)
    return staff(department)


def test_a_conflict_opens_once_is_told_and_resolves_when_the_duty_goes(work: Work) -> None:
    taken = push(work, (STARTS_AT + HOUR, ENDS_AT))
    assert (taken.added, taken.conflicts) == (1, 1)
    again = push(work, (STARTS_AT + HOUR, ENDS_AT))
    assert (again.added, again.removed, again.unchanged, again.conflicts) == (0, 0, 1, 0)
    conflict = DutyConflict.objects.get()
    assert (conflict.kind, conflict.state, conflict.release_at) == ("court", "open", None)
    stored = OutboxEvent.objects.get(name="marketplace.duty_conflict_opened")
    announce_conflict(event=Event(uuid7(), stored.name, stored.tenant_id, stored.payload, AT), at=AT)
    assert OutboundMessage.objects.filter(recipient=work.officer.person.email, text__contains="collide").exists()
    push(work)
    conflict.refresh_from_db()
    assert conflict.state == "resolved"


def test_duty_that_touches_but_does_not_overlap_opens_nothing(work: Work) -> None:
    assert push(work, (STARTS_AT - HOUR, STARTS_AT), (ENDS_AT, ENDS_AT + HOUR)).conflicts == 0
    minute = timedelta(minutes=1)
    assert push(work, (STARTS_AT - HOUR, STARTS_AT + minute)).conflicts == 1


def test_keeping_needs_a_reason_and_holds_for_the_same_duty(work: Work) -> None:
    push(work, (STARTS_AT, ENDS_AT))
    conflict = DutyConflict.objects.get()
    door: dict[str, Any] = {"conflict_id": conflict.id, "actor": SETTING_UP, "at": AT}
    with pytest.raises(NotFound):
        duty_conflicts.keep(department_id=uuid7(), reason="x", **door)
    duty_conflicts.keep(department_id=work.officer.home_department_id, reason="Court is by video.", **door)
    push(work, (STARTS_AT, ENDS_AT), (ENDS_AT, ENDS_AT + HOUR))
    assert list(DutyConflict.objects.values_list("state", flat=True)) == ["kept"]
    push(work, (STARTS_AT, ENDS_AT + HOUR))
    assert sorted(DutyConflict.objects.values_list("state", flat=True)) == ["kept", "open"]


@pytest.mark.parametrize(("hours", "released"), [(None, True), (3, False), (4, True)])
def test_policy_releases_at_its_hour_and_the_reason_is_no_personnel_matter(
    department: Tenant, hours: int | None, released: bool
) -> None:
    rule = {"action": "release"} | ({"release_hours_before_start": hours} if hours is not None else {})
    govern(department, duty_conflicts=rule)
    work = staff(department)
    push(work, (STARTS_AT, ENDS_AT))
    duty_conflicts.scan_releases(at=AT)
    work.assignment.refresh_from_db()
    assert (work.assignment.state == Assignment.State.RELIEVED) is released
    assert "court" not in work.assignment.ended_reason
    assert OutboxEvent.objects.filter(name="marketplace.shift_vacated").exists() is released
    assert (DutyConflict.objects.get().state == "released") is released


def test_a_schedule_that_overlaps_itself_or_names_a_stranger_is_refused_whole(work: Work) -> None:
    push(work, (STARTS_AT - HOUR, STARTS_AT))
    with pytest.raises(ScheduleRefused) as refusal:
        push(work, (STARTS_AT, ENDS_AT), (STARTS_AT + HOUR, ENDS_AT + HOUR))
    assert [one["row"] for one in refusal.value.mistakes] == [1, 2]
    assert DutyConflict.objects.count() == 0
    assert push(work, (STARTS_AT - HOUR, STARTS_AT)).unchanged == 1
    row = DutyRow(7, "nobody", "duty", STARTS_AT, ENDS_AT)
    with pytest.raises(ScheduleRefused) as refusal:
        import_duty(department_id=work.officer.home_department_id, source="rota", rows=[row], actor=SETTING_UP, at=AT)
    assert refusal.value.mistakes[0]["row"] == 7


def test_sources_do_not_replace_each_other_and_clock_in_is_refused(work: Work) -> None:
    push(work, (STARTS_AT, ENDS_AT), kind="duty")
    push(work, source="payroll", at=AT)
    assert DutyConflict.objects.get().state == "open"
    with pytest.raises(PolicyDenied):
        clock(work, "in", at=STARTS_AT)


def test_past_hours_at_duty_time_are_found_with_minutes_and_money(work: Work, other_department: Tenant) -> None:
    clock(work, "in", at=STARTS_AT)
    clock(work, "out", at=ENDS_AT)
    sheet = Timesheet.objects.get()
    # Overtime for the last 90 minutes, imported a week late.
    push(work, (ENDS_AT - timedelta(minutes=90), ENDS_AT + HOUR), kind="overtime", at=ENDS_AT + timedelta(days=7))
    home = work.officer.home_department_id
    asked: dict[str, Any] = {"from_at": STARTS_AT - HOUR, "until_at": ENDS_AT + HOUR}
    [found] = find_double_dips(department_id=home, **asked)
    assert (found.overlap_minutes, found.duty_kind) == (90, "overtime")
    assert found.cents == work.assignment.pay_rate_cents_per_hour * 90 // 60
    assert find_double_dips(department_id=home, tolerance_minutes=90, **asked) == []
    assert len(find_double_dips(department_id=home, tolerance_minutes=89, **asked)) == 1
    assert find_double_dips(department_id=other_department.id, **asked) == []
    decide(
        department_id=home,
        assignment_id=sheet.assignment_id,
        outcome="recovered",
        reason="Paid back in April.",
        overlap_minutes=90,
        actor=SETTING_UP,
        at=ENDS_AT,
    )
    [found] = find_double_dips(department_id=home, **asked)
    assert found.disposition is not None
    assert found.disposition.outcome == "recovered"
