"""Breaks, calls to duty and incidents: told once, counted in all three kinds of hours, evidence for ever."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from departments.policy.examples import example
from kernel.identifiers import uuid7
from kernel.models import AuditEvent, OutboxEvent
from marketplace import refusals
from marketplace.attendance import enter_hours
from marketplace.breaks import end_break, start_break
from marketplace.going_on_duty import come_back_from_duty, go_on_duty
from marketplace.incidents import flag_incident
from marketplace.irregularities import irregularities_of
from marketplace.models import Assignment, DutyEvent, Timesheet
from marketplace.refusals_field import (
    CategoryUnknown,
    NotOnBreak,
    NotOnDuty,
    OnBreakAlready,
    OnDutyAlready,
    ReportNumberUnreadable,
)
from marketplace.timesheets import approve_timesheet, resolve_timesheet
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.venues import STARTS_AT
from tests.factories.work import ENDS_AT, Work, clock, item, staff, take

pytestmark = pytest.mark.django_db

MEAL = {"rate_card": {**example("ontario")["rate_card"], "meal": {"minutes": 30, "if_longer_than_minutes": 120}}}


@pytest.fixture
def work(department: Tenant) -> Work:
    govern(department)
    return staff(department)


def tell(act: Callable[..., DutyEvent], work: Work, *, minute: float, late_by: float = 0, **more: Any) -> DutyEvent:
    happened_at = STARTS_AT + timedelta(minutes=minute)
    sent = item(
        work,
        punch_id=more.pop("punch_id", None),
        client_at=happened_at,
        sent_late=late_by > 0,
        at=happened_at + timedelta(minutes=late_by),
    )
    return act(item=sent, **more)


def sheet_of(work: Work) -> Timesheet:
    return Timesheet.objects.get(assignment=work.assignment)


def hours(work: Work) -> tuple[int, int, int]:
    sheet = sheet_of(work)
    return sheet.worked_minutes, sheet.billable_minutes, sheet.payable_minutes


def test_a_break_is_off_all_three_kinds_of_hours(work: Work) -> None:
    clock(work, "in", at=STARTS_AT)
    tell(start_break, work, minute=60)
    tell(end_break, work, minute=130)
    clock(work, "out", at=ENDS_AT)
    assert hours(work) == (170, 180, 180)  # four hours less 70 minutes; the minimum of three is billed and paid
    assert (sheet_of(work).break_minutes, sheet_of(work).unpaid_break_minutes) == (70, 70)


def test_the_cards_meal_pays_its_part_of_a_break(department: Tenant) -> None:
    govern(department, **MEAL)
    work = staff(department)
    clock(work, "in", at=STARTS_AT)
    tell(start_break, work, minute=60)
    tell(end_break, work, minute=100)
    clock(work, "out", at=ENDS_AT)
    assert (sheet_of(work).worked_minutes, sheet_of(work).break_minutes, sheet_of(work).unpaid_break_minutes) == (
        230, 40, 10,
    )  # fmt: skip


def test_a_call_to_duty_stops_the_clock_until_the_officer_is_back(work: Work) -> None:
    clock(work, "in", at=STARTS_AT)
    tell(go_on_duty, work, minute=60, category="other_duty")
    tell(come_back_from_duty, work, minute=105)
    clock(work, "out", at=ENDS_AT)
    assert hours(work) == (195, 240, 240)
    assert sheet_of(work).duty_minutes == 45
    assert OutboxEvent.objects.filter(name="marketplace.went_on_duty").count() == 1


def test_who_does_not_come_back_worked_until_the_call(work: Work) -> None:
    clock(work, "in", at=STARTS_AT)
    tell(go_on_duty, work, minute=200, category="job_related_arrest")
    clock(work, "out", at=ENDS_AT + timedelta(hours=1))
    sheet = sheet_of(work)
    assert (sheet.worked_minutes, sheet.worked_ends_at) == (200, STARTS_AT + timedelta(minutes=200))
    assert sheet.approves_at is not None


def test_a_policy_bills_the_jobs_own_arrests_and_no_others(department: Tenant) -> None:
    govern(department, on_duty={"job_related_arrest": "billed"})
    arrest = staff(department)
    other = Work(arrest.requester, make_officer(department), arrest.shift, arrest.assignment)
    clock(arrest, "in", at=STARTS_AT)
    tell(go_on_duty, arrest, minute=120, category="job_related_arrest")
    clock(arrest, "out", at=ENDS_AT)
    assert hours(arrest) == (240, 240, 240)
    assert other.officer != arrest.officer
    plain = staff(department)
    clock(plain, "in", at=STARTS_AT)
    tell(go_on_duty, plain, minute=120, category="other_duty")
    clock(plain, "out", at=ENDS_AT)
    assert hours(plain)[0] == 120


def test_an_overnight_shift_over_the_clock_change_counts_hours_that_passed(department: Tenant) -> None:
    """From 22:00 EDT to 04:00 EST are seven hours; a break from 01:30 to the second 01:30 is an hour long."""
    govern(department)
    work = staff(department)
    starts_at, ends_at = datetime(2026, 11, 1, 2, tzinfo=UTC), datetime(2026, 11, 1, 9, tzinfo=UTC)
    shift = work.shift
    shift.starts_at, shift.ends_at = starts_at, ends_at
    shift.save(update_fields=["starts_at", "ends_at"])
    Assignment.objects.filter(id=work.assignment.id).update(period=(starts_at, ends_at), authorised_ends_at=ends_at)
    clock(work, "in", at=starts_at)
    first_half_past_one = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    minute = (first_half_past_one - STARTS_AT).total_seconds() / 60
    tell(start_break, work, minute=minute)
    tell(end_break, work, minute=minute + 60)
    clock(work, "out", at=ends_at)
    assert (sheet_of(work).break_minutes, sheet_of(work).worked_minutes) == (60, 360)


@pytest.mark.parametrize(
    ("before", "act", "more", "refusal"),
    [
        ([], end_break, {}, NotOnBreak),
        ([], come_back_from_duty, {}, NotOnDuty),
        ([start_break], start_break, {}, OnBreakAlready),
        ([go_on_duty], start_break, {}, OnDutyAlready),
        ([go_on_duty], go_on_duty, {"category": "other_duty"}, OnDutyAlready),
        ([start_break, go_on_duty], end_break, {}, NotOnBreak),
        ([], go_on_duty, {"category": "lunch"}, CategoryUnknown),
        ([], flag_incident, {"category": "a long story"}, CategoryUnknown),
        ([], flag_incident, {"category": "arrest", "report_number": "he said that"}, ReportNumberUnreadable),
        ([], flag_incident, {"category": "arrest", "report_number": "NODIGITS"}, ReportNumberUnreadable),
        ([], flag_incident, {"category": "arrest", "report_number": "2" * 31}, ReportNumberUnreadable),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(
    work: Work, before: list[Any], act: Any, more: dict[str, Any], refusal: type[Exception]
) -> None:
    clock(work, "in", at=STARTS_AT)
    for minute, earlier in enumerate(before):
        tell(earlier, work, minute=minute, **({"category": "other_duty"} if earlier is go_on_duty else {}))
    with pytest.raises(refusal):
        tell(act, work, minute=30, **more)
    assert DutyEvent.objects.count() == len(before)


def test_only_who_is_on_site_has_a_break_but_anybody_assigned_may_flag(work: Work) -> None:
    with pytest.raises(refusals.NotClockedIn):
        tell(start_break, work, minute=5)
    flagged = tell(flag_incident, work, minute=5, category="injury", report_number="26-104.2/A")
    clock(work, "in", at=STARTS_AT + timedelta(minutes=10))
    clock(work, "out", at=STARTS_AT + timedelta(minutes=60))
    with pytest.raises(refusals.AlreadyClockedOut):
        tell(start_break, work, minute=61)
    assert list(DutyEvent.objects.all()) == [flagged]
    stranger = Work(work.requester, take_officer(work), work.shift, work.assignment)
    with pytest.raises(refusals.NotYourShift):
        tell(flag_incident, stranger, minute=5, category="injury")


def take_officer(work: Work) -> Any:
    return make_officer(Tenant.objects.get(id=work.shift.governing_department_id))


def test_the_same_event_again_is_the_same_event(work: Work) -> None:
    clock(work, "in", at=STARTS_AT)
    punch_id = uuid7()
    first = tell(start_break, work, minute=60, punch_id=punch_id)
    assert tell(start_break, work, minute=60, late_by=20, punch_id=punch_id) == first
    with pytest.raises(refusals.PunchConflict):
        tell(end_break, work, minute=70, punch_id=punch_id)
    assert DutyEvent.objects.count() == OutboxEvent.objects.filter(name="marketplace.break_started").count() == 1


def test_a_break_that_waited_in_the_phone_restates_undecided_hours(work: Work) -> None:
    clock(work, "in", at=STARTS_AT)
    clock(work, "out", at=ENDS_AT)
    assert hours(work)[0] == 240
    tell(start_break, work, minute=60, late_by=300)
    event = tell(end_break, work, minute=90, late_by=300)
    assert event.counts
    assert hours(work)[0] == 210
    assert sheet_of(work).approves_at == STARTS_AT + timedelta(minutes=390, hours=48)
    assert AuditEvent.objects.filter(action="timesheet.restated").count() == 2


def test_what_comes_a_day_late_or_after_the_decision_waits_for_a_supervisor(department: Tenant, work: Work) -> None:
    clock(work, "in", at=STARTS_AT)
    clock(work, "out", at=ENDS_AT)
    tell(start_break, work, minute=60, late_by=25 * 60)
    assert not DutyEvent.objects.get().counts
    assert (hours(work)[0], sheet_of(work).approves_at) == (240, None)
    found = irregularities_of(department_id=department.id, assignment_id=work.assignment.id)
    assert [one.kind for one in found] == ["came_late"]
    resolve_timesheet(
        timesheet_id=sheet_of(work).id, department_id=department.id, worked_minutes=225, reason="Break of a quarter.",
        actor=SETTING_UP, at=ENDS_AT + timedelta(days=2),
    )  # fmt: skip
    tell(go_on_duty, work, minute=200, late_by=30, category="other_duty")
    assert DutyEvent.objects.filter(counts=False).count() == 2
    assert hours(work)[0] == 225


def test_no_phone_changes_hours_that_a_coordinator_entered(department: Tenant, work: Work) -> None:
    enter_hours(
        assignment_id=work.assignment.id, department_id=department.id, starts_at=STARTS_AT, ends_at=ENDS_AT,
        reason="Phone broken.", actor=SETTING_UP, at=ENDS_AT,
    )  # fmt: skip
    tell(start_break, work, minute=60, late_by=300)
    assert (hours(work)[0], sheet_of(work).approves_at) == (240, None)


def test_an_incident_is_a_time_a_kind_and_a_number_and_changes_no_hours(department: Tenant, work: Work) -> None:
    clock(work, "in", at=STARTS_AT)
    tell(flag_incident, work, minute=30, category="property_damage")
    clock(work, "out", at=ENDS_AT)
    approve_timesheet(timesheet_id=sheet_of(work).id, by="client", actor=work.requester.actor, at=ENDS_AT)
    tell(flag_incident, work, minute=30, late_by=600, category="property_damage", report_number="26-104")
    assert hours(work) == (240, 240, 240)
    found = irregularities_of(department_id=department.id, assignment_id=work.assignment.id)
    assert [one.sentence for one in found] == [
        "Property damage, no report number yet.",
        "Property damage, report 26-104.",
    ]


def test_the_database_itself_keeps_categories_short_and_evidence_whole(work: Work) -> None:
    clock(work, "in", at=STARTS_AT)
    event = tell(flag_incident, work, minute=30, category="arrest")
    row = {"assignment": work.assignment, "received_at": STARTS_AT, "happened_at": STARTS_AT}
    wrong: list[dict[str, Any]] = [
        {"kind": "incident", "category": ""},
        {"kind": "break_started", "category": "arrest"},
        {"kind": "went_on_duty", "category": "arrest"},
        {"kind": "incident", "category": "arrest", "report_number": "what he told me"},
        {"kind": "went_on_duty", "category": "other_duty", "report_number": "26-1"},
        {"kind": "break_started", "happened_at": STARTS_AT + timedelta(minutes=1)},
    ]
    for one in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            DutyEvent.objects.create(punch_id=uuid7(), **{**row, **one})
    for statement in ("UPDATE marketplace_dutyevent SET category = 'injury'", "DELETE FROM marketplace_dutyevent"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert DutyEvent.objects.get() == event


def test_a_second_assignment_of_the_shift_is_untouched(department: Tenant) -> None:
    govern(department)
    work = staff(department, headcount=2)
    other = make_officer(department)
    beside = Work(work.requester, other, work.shift, take(other, work.shift))
    for one in (work, beside):
        clock(one, "in", at=STARTS_AT)
    tell(start_break, work, minute=60)
    for one in (work, beside):
        clock(one, "out", at=ENDS_AT)
    assert (hours(work)[0], hours(beside)[0]) == (60, 240)
