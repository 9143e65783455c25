"""The one periodic wake-up: everything that is due moves, whatever fails beside it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from kernel import clock
from marketplace import awarding, due, tasks, timesheets
from marketplace.models import Assignment, Job, Shift, Timesheet
from tenants.models import Tenant
from tests.factories.clients import fund, govern, make_requester, submit
from tests.factories.departments import make_officer
from tests.factories.venues import NOW, STARTS_AT
from tests.factories.work import ENDS_AT, Work, staff, take
from tests.factories.work import clock as punch_clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules(department: Tenant) -> None:
    govern(department)


@pytest.fixture
def scan_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    def scan(at: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: at)
        tasks.scan_due()

    return scan


def test_a_job_goes_to_its_end_by_time_alone(department: Tenant, scan_at: Callable[[datetime], None]) -> None:
    work = staff(department)
    punch_clock(work, "in", at=STARTS_AT)
    punch_clock(work, "out", at=ENDS_AT)
    scan_at(ENDS_AT + timedelta(hours=47))
    assert Job.objects.get().state == Job.State.CONTRACTED
    scan_at(ENDS_AT + timedelta(hours=48))
    assert Timesheet.objects.get().state == Timesheet.State.APPROVED
    assert Job.objects.get().state == Job.State.CLOSED


def test_a_failing_scan_does_not_stop_the_others(
    department: Tenant, scan_at: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    staff(department)

    def fail(**_: object) -> None:
        raise RuntimeError("lost connection")

    monkeypatch.setattr(awarding, "scan_closings", fail)
    fail.__name__ = "scan_closings"
    scan_at(ENDS_AT + timedelta(hours=2))
    assert Assignment.objects.get().state == Assignment.State.NO_SHOW


def test_a_failing_row_does_not_stop_the_others(department: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    work = staff(department, headcount=2)
    second = make_officer(department, family_name="Birch")
    other = Work(work.requester, second, work.shift, take(second, work.shift))
    for one in (work, other):
        punch_clock(one, "in", at=STARTS_AT)
        punch_clock(one, "out", at=ENDS_AT)
    first = Timesheet.objects.order_by("approves_at", "id").first()
    approve = timesheets.approve_timesheet

    def fail_once(*, timesheet_id: object, **more: object) -> Timesheet:
        if first is not None and timesheet_id == first.id:
            raise RuntimeError("lost connection")
        return approve(timesheet_id=timesheet_id, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(timesheets, "approve_timesheet", fail_once)
    assert due.scan_silent_approvals(at=ENDS_AT + timedelta(hours=48)) == 1
    monkeypatch.undo()
    assert due.scan_silent_approvals(at=ENDS_AT + timedelta(hours=48)) == 1
    assert Shift.objects.get().finished_at is not None


def test_an_unfilled_shift_ends_by_time_alone(scan_at: Callable[[datetime], None]) -> None:
    fund(submit(make_requester()), at=NOW)
    scan_at(STARTS_AT - timedelta(hours=24))
    assert Shift.objects.get().state == Shift.State.OPEN
    scan_at(STARTS_AT)
    assert Shift.objects.get().state == Shift.State.OPEN, "the desk may still send somebody"
    scan_at(ENDS_AT)
    assert Shift.objects.get().state == Shift.State.EXPIRED
    assert Job.objects.get().state == Job.State.CLOSED
