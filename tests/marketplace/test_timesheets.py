"""Hours: three kinds of time, approved by a person or by silence, disputed, resolved; shifts finish by them."""

from datetime import datetime, timedelta

import pytest

from kernel.errors import InvalidInput, NotFound
from kernel.identifiers import uuid7
from kernel.models import AuditEvent, OutboxEvent
from marketplace import access, refusals
from marketplace.attendance import enter_hours
from marketplace.due import scan_expiries, scan_finished, scan_no_shows, scan_silent_approvals
from marketplace.models import Assignment, ClockReview, Job, Shift, Timesheet
from marketplace.queries import coordinator_dashboard, job_status_line, open_reviews, timesheets_for_client
from marketplace.refusals_evidence import HoursKnownAlready
from marketplace.reviews import resolve_review
from marketplace.timesheets import approve_timesheet, dispute_timesheet, resolve_timesheet
from tenants.models import Tenant
from tests.factories.clients import govern, make_requester
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.venues import STARTS_AT
from tests.factories.work import ENDS_AT, FIVE_KILOMETRES_OFF, Work, clock, fix, staff, take

pytestmark = pytest.mark.django_db

EARLY = STARTS_AT - timedelta(minutes=10)
TIMER = timedelta(hours=48)


@pytest.fixture(autouse=True)
def _rules(department: Tenant) -> None:
    govern(department)


@pytest.fixture
def work(department: Tenant) -> Work:
    return staff(department)


def worked(work: Work, *, from_at: datetime = EARLY, until: datetime = ENDS_AT, offsite: bool = False) -> Timesheet:
    place = {"place": FIVE_KILOMETRES_OFF} if offsite else {}
    clock(work, "in", at=from_at, fixes=[fix(at=from_at, **place)])
    clock(work, "out", at=until)
    return Timesheet.objects.get(assignment=work.assignment)


def announced(name: str) -> int:
    return OutboxEvent.objects.filter(name=f"marketplace.{name}").count()


@pytest.mark.parametrize(
    ("from_minutes", "until_minutes", "worked_minutes", "billable_minutes"),
    [
        (-10, 240, 240, 240),  # early in, on time out: nothing before the start counts
        (0, 300, 240, 240),  # nothing after the authorised end either
        (30, 240, 210, 240),  # late in; part hours bill as whole hours
        (0, 61, 61, 180),  # released early; the minimum is three hours
        (0, 181, 181, 240),
        (-30, -20, 0, 0),  # out again before it began
    ],
)
def test_worked_billable_and_payable_are_three_numbers(
    work: Work, from_minutes: int, until_minutes: int, worked_minutes: int, billable_minutes: int
) -> None:
    sheet = worked(
        work,
        from_at=STARTS_AT + timedelta(minutes=from_minutes),
        until=STARTS_AT + timedelta(minutes=until_minutes),
    )
    assert (sheet.worked_minutes, sheet.billable_minutes, sheet.payable_minutes) == (
        worked_minutes,
        billable_minutes,
        billable_minutes,
    )


def test_silence_approves_after_forty_eight_hours_and_not_before(work: Work) -> None:
    sheet = worked(work)
    assert sheet.approves_at == ENDS_AT + TIMER
    assert scan_silent_approvals(at=ENDS_AT + TIMER - timedelta(seconds=1)) == 0
    assert scan_silent_approvals(at=ENDS_AT + TIMER) == 1
    assert scan_silent_approvals(at=ENDS_AT + TIMER) == 0
    sheet.refresh_from_db()
    assert (sheet.state, sheet.decided_by, sheet.decided_by_person_id) == ("approved", "silence", None)
    assert (announced("timesheet_approved"), announced("shift_finished")) == (1, 1)
    assert AuditEvent.objects.get(action="timesheet.approved").actor_kind == "system"


def test_the_client_approves_and_the_job_closes(work: Work) -> None:
    sheet = worked(work)
    assert list(timesheets_for_client(work.requester.person)) == [sheet]
    approve_timesheet(timesheet_id=sheet.id, by="client", actor=work.requester.actor, at=ENDS_AT)
    job = Job.objects.get()
    assert (job.state, job.shifts.get().state) == ("closed", Shift.State.WORKED)
    assert (announced("shift_finished"), announced("job_closed")) == (1, 1)
    with pytest.raises(refusals.TimesheetAlreadyDecided):
        approve_timesheet(timesheet_id=sheet.id, by="client", actor=work.requester.actor, at=ENDS_AT)
    with pytest.raises(refusals.TimesheetAlreadyDecided):
        dispute_timesheet(timesheet_id=sheet.id, reason="Too late.", actor=work.requester.actor, at=ENDS_AT)
    assert announced("shift_finished") == 1


def test_a_dispute_stops_the_timer_until_the_coordinator_decides(department: Tenant, work: Work) -> None:
    sheet = worked(work)
    with pytest.raises(refusals.ReasonMissing):
        dispute_timesheet(timesheet_id=sheet.id, reason=" ", actor=work.requester.actor, at=ENDS_AT)
    dispute_timesheet(timesheet_id=sheet.id, reason="Left at six.", actor=work.requester.actor, at=ENDS_AT)
    assert scan_silent_approvals(at=ENDS_AT + 10 * TIMER) == 0
    assert scan_finished(at=ENDS_AT + 10 * TIMER) == 0
    resolve = {"timesheet_id": sheet.id, "actor": SETTING_UP, "at": ENDS_AT + TIMER}
    with pytest.raises(refusals.MinutesOutOfRange):
        resolve_timesheet(**resolve, department_id=department.id, worked_minutes=-1, reason="x")
    with pytest.raises(NotFound):
        resolve_timesheet(**resolve, department_id=uuid7(), worked_minutes=120, reason="x")
    resolve_timesheet(**resolve, department_id=department.id, worked_minutes=200, reason="The log says 18:20.")
    sheet.refresh_from_db()
    assert (sheet.state, sheet.worked_minutes, sheet.billable_minutes) == ("resolved", 200, 240)
    assert sheet.worked_ends_at == STARTS_AT + timedelta(minutes=200)
    assert announced("shift_finished") == 1
    audit = AuditEvent.objects.get(action="timesheet.resolved")
    assert (audit.before["worked_minutes"], audit.after["worked_minutes"]) == (240, 200)


def test_an_open_review_stops_the_timer_and_accepting_it_starts_it(department: Tenant, work: Work) -> None:
    sheet = worked(work, offsite=True)
    assert sheet.approves_at is None
    assert scan_silent_approvals(at=ENDS_AT + 10 * TIMER) == 0
    review = open_reviews(department.id).get()
    judge = {"clock_event_id": review.clock_event_id, "department_id": department.id, "actor": SETTING_UP}
    with pytest.raises(refusals.ReasonMissing):
        resolve_review(**judge, accept=True, reason="", at=ENDS_AT)
    later = ENDS_AT + timedelta(hours=5)
    resolve_review(**judge, accept=True, reason="Seen on site by the sergeant.", at=later)
    sheet.refresh_from_db()
    assert sheet.approves_at == later + TIMER
    assert scan_silent_approvals(at=later + TIMER) == 1
    with pytest.raises(refusals.ReviewAlreadyResolved):
        resolve_review(**judge, accept=False, reason="Changed my mind.", at=later)


def test_a_rejected_punch_holds_the_hours_until_they_are_set(department: Tenant, work: Work) -> None:
    sheet = worked(work, offsite=True)
    review = ClockReview.objects.get()
    resolve_review(
        clock_event_id=review.clock_event_id,
        department_id=department.id,
        accept=False,
        reason="Was at home.",
        actor=SETTING_UP,
        at=ENDS_AT,
    )
    assert scan_silent_approvals(at=ENDS_AT + 10 * TIMER) == 0
    resolve_timesheet(
        timesheet_id=sheet.id,
        department_id=department.id,
        worked_minutes=0,
        reason="Was at home.",
        actor=SETTING_UP,
        at=ENDS_AT,
    )
    sheet.refresh_from_db()
    assert (sheet.billable_minutes, sheet.payable_minutes) == (0, 0)
    assert announced("shift_finished") == 1


def test_another_departments_coordinator_finds_no_review(other_department: Tenant, work: Work) -> None:
    worked(work, offsite=True)
    review = ClockReview.objects.get()
    with pytest.raises(NotFound):
        resolve_review(
            clock_event_id=review.clock_event_id,
            department_id=other_department.id,
            accept=True,
            reason="x",
            actor=SETTING_UP,
            at=ENDS_AT,
        )
    assert ClockReview.objects.get().state == "open"


def test_a_missing_clock_out_is_held_for_the_coordinator(department: Tenant, work: Work) -> None:
    clock(work, "in", at=EARLY)
    assert scan_no_shows(at=ENDS_AT + timedelta(hours=2) - timedelta(seconds=1)) == 0
    found_at = ENDS_AT + timedelta(hours=2)
    assert scan_no_shows(at=found_at) == 1
    sheet = Timesheet.objects.get()
    assert (sheet.worked_minutes, sheet.approves_at) == (240, None)
    assert coordinator_dashboard(department.id, found_at).timesheets_held == 1
    with pytest.raises(refusals.TimesheetHeld):
        approve_timesheet(timesheet_id=sheet.id, by="client", actor=work.requester.actor, at=found_at)
    late = clock(work, "out", at=found_at + timedelta(minutes=5))
    assert late.kind == "out"
    sheet.refresh_from_db()
    assert (sheet.worked_minutes, sheet.approves_at, Timesheet.objects.count()) == (240, None, 1)
    resolve_timesheet(
        timesheet_id=sheet.id,
        department_id=department.id,
        worked_minutes=220,
        reason="By the sergeant's log.",
        actor=SETTING_UP,
        at=found_at,
    )
    assert announced("shift_finished") == 1


def test_who_never_came_is_a_no_show_and_the_shift_finishes(work: Work) -> None:
    assert scan_no_shows(at=ENDS_AT + timedelta(hours=2)) == 1
    work.assignment.refresh_from_db()
    assert work.assignment.state == Assignment.State.NO_SHOW
    assert not Timesheet.objects.exists()
    assert (announced("assignment_no_show"), announced("shift_finished")) == (1, 1)
    assert Job.objects.get().state == "closed"


def test_a_coordinator_enters_the_hours_of_a_forgotten_phone(department: Tenant, work: Work) -> None:
    entered = {
        "assignment_id": work.assignment.id,
        "department_id": department.id,
        "starts_at": STARTS_AT,
        "ends_at": ENDS_AT - timedelta(hours=1),
        "actor": SETTING_UP,
        "at": ENDS_AT,
    }
    with pytest.raises(refusals.ReasonMissing):
        enter_hours(**entered, reason="")
    for wrong in ({"ends_at": ENDS_AT + timedelta(1)}, {"starts_at": ENDS_AT}, {"at": STARTS_AT}):
        with pytest.raises(InvalidInput):
            enter_hours(**{**entered, **wrong}, reason="Phone forgotten.")
    sheet = enter_hours(**entered, reason="Phone forgotten; the sergeant saw them.")
    assert (sheet.worked_minutes, sheet.approves_at) == (180, ENDS_AT + TIMER)
    with pytest.raises(HoursKnownAlready):
        enter_hours(**entered, reason="Again.")
    assert scan_no_shows(at=ENDS_AT + timedelta(hours=2)) == 0
    approve_timesheet(timesheet_id=sheet.id, by="client", actor=work.requester.actor, at=ENDS_AT)
    assert announced("shift_finished") == 1


def test_a_shift_waits_for_every_officers_hours(department: Tenant) -> None:
    work = staff(department, headcount=3)
    second = make_officer(department, family_name="Birch")
    other = Work(work.requester, second, work.shift, take(second, work.shift))
    sheet = worked(work)
    approve_timesheet(timesheet_id=sheet.id, by="client", actor=work.requester.actor, at=ENDS_AT)
    assert announced("shift_finished") == 0
    assert scan_finished(at=ENDS_AT + timedelta(hours=1)) == 0
    clock(other, "in", at=EARLY + timedelta(hours=1))
    clock(other, "out", at=ENDS_AT + timedelta(minutes=1))
    assert scan_silent_approvals(at=ENDS_AT + TIMER + timedelta(minutes=1)) == 1
    # The third position was never filled: the shift is worked, and what nobody worked goes back to the client.
    shift = Shift.objects.get()
    assert (shift.state, announced("shift_finished")) == ("worked", 1)
    assert scan_expiries(at=ENDS_AT + TIMER) == 0


def test_a_part_staffed_shift_does_not_expire(department: Tenant) -> None:
    staff(department, headcount=2)
    assert scan_expiries(at=STARTS_AT) == 0


def test_the_status_line_goes_with_the_work(work: Work) -> None:
    assert job_status_line(Job.objects.get()) == "Staffed: 1 of 1 officers"
    clock(work, "in", at=EARLY)
    assert job_status_line(Job.objects.get()) == "In progress: officers are on site"
    clock(work, "out", at=ENDS_AT)
    assert Shift.objects.get().state == Shift.State.WORKED
    assert job_status_line(Job.objects.get()) == "Worked: hours are being approved"


def test_hours_open_only_for_those_whom_they_concern(department: Tenant, other_department: Tenant, work: Work) -> None:
    sheet = worked(work)
    assert access.timesheet_for_client(person=work.requester.person, timesheet_id=sheet.id) == sheet
    assert access.timesheet_for_department(department_id=department.id, timesheet_id=sheet.id) == sheet
    assert access.timesheet_for_officer(officer=work.officer, timesheet_id=sheet.id) == sheet
    stranger = make_requester(name="Other")
    for refused in (
        lambda: access.timesheet_for_client(person=stranger.person, timesheet_id=sheet.id),
        lambda: access.timesheet_for_department(department_id=other_department.id, timesheet_id=sheet.id),
        lambda: access.timesheet_for_officer(officer=make_officer(department), timesheet_id=sheet.id),
        lambda: access.job_for_client(person=stranger.person, job_id=work.shift.job_id),
        lambda: access.job_for_department(department_id=other_department.id, job_id=work.shift.job_id),
        lambda: access.assignment_for_client(person=stranger.person, assignment_id=work.assignment.id),
        lambda: access.officer_of(person=stranger.person),
    ):
        with pytest.raises(NotFound):
            refused()
