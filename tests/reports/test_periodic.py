"""The periodic report: what is counted in which day and period, and in how few queries."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from kernel.errors import InvalidInput
from kernel.identifiers import uuid7
from marketplace.models import Assignment, ClockEvent, Officer, Position, Relief, Shift, Timesheet
from reports.periodic import Period, Report, period_of, read
from tenants.models import Tenant
from tests.factories.departments import make_officer, publish_example
from tests.factories.hours import finished, on_payroll
from tests.factories.jobs import make_job, make_shift

TORONTO = ZoneInfo("America/Toronto")
MONDAY = date(2026, 3, 9)
SUNDAY = date(2026, 3, 8)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=TORONTO).astimezone(UTC)


def week(department: Tenant, **more: int) -> Report:
    return read(department_id=department.id, from_date=MONDAY, until_date=MONDAY + timedelta(days=7), **more)


def clock_in(sheet: Timesheet, minutes_late: float) -> None:
    at = sheet.assignment.shift.starts_at + timedelta(minutes=minutes_late)
    ClockEvent.objects.create(punch_id=uuid7(), assignment=sheet.assignment, kind="in", received_at=at, happened_at=at,
                              verdict="VERIFIED")  # fmt: skip


def test_periods_hold_their_day_and_follow_one_another() -> None:
    assert period_of(kind="week", on_date=SUNDAY) == Period("week", date(2026, 3, 2), MONDAY)
    assert period_of(kind="week", on_date=SUNDAY, week_starts_on=6).from_date == SUNDAY
    month = period_of(kind="month", on_date=date(2026, 3, 31))
    assert (month.from_date, month.until_date, month.before().days) == (date(2026, 3, 1), date(2026, 4, 1), 28)
    with pytest.raises(InvalidInput, match="at most 400 days"):
        period_of(kind="range", on_date=MONDAY, until_date=date(2027, 4, 20))
    with pytest.raises(InvalidInput):
        period_of(kind="range", on_date=MONDAY, until_date=MONDAY)
    start, end = Period("day", SUNDAY, MONDAY).moments("America/Toronto")
    assert end - start == timedelta(hours=23), "clocks go forward that night"


@given(kind=st.sampled_from(["day", "week", "month"]), on_date=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
       starts_on=st.integers(0, 6))  # fmt: skip
@settings(max_examples=80)
def test_periods_leave_no_day_out_and_count_none_twice(kind: str, on_date: date, starts_on: int) -> None:
    one = period_of(kind=kind, on_date=on_date, week_starts_on=starts_on)
    assert one.from_date <= on_date < one.until_date
    assert one.before().until_date == one.from_date
    assert one.after().from_date == one.until_date
    assert one.after().before() == one


@pytest.fixture
def officer(department: Tenant) -> Officer:
    publish_example(department)
    return make_officer(department, home=None, family_name="Ashdown")


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]


def test_hours_of_three_kinds_punctuality_and_efficiency(department: Tenant, officer: Officer) -> None:
    for day, minutes, late in ((9, 240, 0), (10, 180, 5), (11, 300, 5.1), (12, 60, 40)):
        clock_in(finished(department, officer, starts_at=local(day, 11), minutes=minutes), late)
    open_hours = finished(department, officer, starts_at=local(13, 11), state=Timesheet.State.DISPUTED)
    Timesheet.objects.exclude(id=open_hours.id).update(billable_minutes=241, payable_minutes=242)
    report = week(department)
    figures = report.figures
    assert (figures.shifts, figures.assignments, figures.officers) == (5, 5, 1)
    assert (figures.scheduled_minutes, figures.worked_minutes) == (960, 780), "open hours are in neither"
    assert (figures.billable_minutes, figures.payable_minutes) == (964, 968)
    assert figures.efficiency == 780 / 960
    assert (figures.on_time, figures.clocked_in, figures.punctuality) == (2, 4, 0.5)
    assert [count for _, count in report.punctuality] == [1, 2, 0, 1]
    assert (figures.hours_final, figures.hours_open, figures.overruns, figures.overrun_minutes) == (4, 1, 1, 60)
    assert week(department, grace_minutes=4).figures.on_time == 1
    [row] = report.officers
    assert (row.worked_minutes, row.efficiency, row.on_time, row.is_own) == (780, 780 / 960, 2, True)


def test_days_are_the_departments_own_and_the_period_before_is_kept_apart(
    department: Tenant, other_department: Tenant, officer: Officer
) -> None:
    publish_example(other_department)
    finished(other_department, officer, starts_at=local(10, 11))
    finished(department, officer, starts_at=local(8, 23, 59), minutes=30)
    finished(department, officer, starts_at=local(9, 5), minutes=60)
    finished(department, officer, starts_at=local(15, 23, 30), minutes=90)
    finished(department, officer, starts_at=local(16, 10), minutes=120)
    report = week(department)
    assert [day.worked_minutes for day in report.days] == [60, 0, 0, 0, 0, 0, 90]
    assert (report.figures.worked_minutes, report.before.figures.worked_minutes) == (150, 30)
    assert sum(row.worked_minutes for row in report.jobs) == 150
    assert week(other_department).figures.worked_minutes == 240


@pytest.mark.parametrize("handed_over", [False, True])
def test_a_relief_and_who_they_relieve_fill_one_position(
    department: Tenant, officer: Officer, handed_over: bool
) -> None:
    first = finished(department, officer, starts_at=local(10, 10)).assignment
    second = Assignment.objects.create(
        shift=first.shift, position=first.position, officer=make_officer(department), award=first.award,
        state=Assignment.State.CONFIRMED, period=first.period, pay_rate_cents_per_hour=5000,
        authorised_ends_at=first.authorised_ends_at, created_at=local(10, 11),
    )  # fmt: skip
    Relief.objects.create(
        outgoing=first, incoming=second, reason="Called to court.", arranged_at=local(10, 11),
        handed_over_at=local(10, 12) if handed_over else None, handed_over_by="incoming" if handed_over else "",
    )  # fmt: skip
    Position.objects.update(headcount=2)
    figures = week(department).figures
    assert (figures.positions_asked, figures.positions_filled, figures.positions_unfilled) == (2, 1, 1)
    assert week(department).jobs[0].filled == 1


def test_positions_that_nobody_filled_call_offs_and_no_shows(department: Tenant, officer: Officer) -> None:
    job = make_job(department, at=local(1, 9), title="Night market")
    make_shift(job, starts_at=local(9, 10), ranks={"constable": 3}, at=local(1, 9))
    make_shift(job, starts_at=local(9, 20), at=local(1, 9), state=Shift.State.CANCELLED)
    for day, state in ((10, Assignment.State.CALLED_OFF), (11, Assignment.State.NO_SHOW)):
        sheet = finished(department, officer, starts_at=local(day, 10), job=job)
        Assignment.objects.filter(id=sheet.assignment_id).update(state=state)
        sheet.delete()
    figures = week(department).figures
    assert (figures.shifts, figures.shifts_cancelled) == (3, 1)
    assert (figures.positions_asked, figures.positions_filled, figures.positions_unfilled) == (5, 0, 5)
    assert (figures.call_offs, figures.no_shows, figures.efficiency) == (1, 1, None)
    [row] = week(department).jobs
    assert (row.title, row.shifts, row.asked, row.filled) == ("Night market", 3, 5, 0)


def test_money_is_of_the_settlements_of_these_shifts(department: Tenant, officer: Officer) -> None:
    sheet = finished(department, officer, starts_at=local(9, 11))
    line = on_payroll(sheet, pay_cents=29_000, billed_cents=61_000)
    line.settlement.split = {"officer_cents": {str(sheet.assignment_id): 1_500}, "department_cents": 60_000}
    line.settlement.save()
    on_payroll(finished(department, officer, starts_at=local(2, 11)), pay_cents=1_000, billed_cents=2_000)
    report = week(department)
    assert (report.money.billed_cents, report.money.department_cents, report.money.pay_cents) == (
        61_000,
        60_000,
        30_500,
    )
    assert (report.days[0].billed_cents, report.before.money.billed_cents) == (61_000, 2_000)
    assert report.officers[0].pay_cents == 30_500
    assert (report.venues[0].billed_cents, report.event_types[0].event_type) == (61_000, "festival")


def test_officers_come_in_pages_and_the_queries_do_not_grow(
    department: Tenant, officer: Officer, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        finished(department, make_officer(department, home=None), starts_at=local(10, 11), minutes=60 * (number + 1))
    with django_assert_max_num_queries(12):
        first = week(department, officer_limit=2)
    rest = week(department, officer_limit=2, officer_offset=2)
    assert [row.worked_minutes for row in (*first.officers, *rest.officers)] == [180, 120, 60]
    assert first.officer_count == 3
    assert replace(first, officers=()) == replace(rest, officers=())


def test_a_department_without_work_has_an_empty_report(department: Tenant) -> None:
    report = week(department)
    assert (report.figures.shifts, report.figures.punctuality, report.officers, len(report.days)) == (0, None, [], 7)
