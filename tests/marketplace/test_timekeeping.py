"""Punches: what clocks an officer in, what is taken with a reason and reviewed, what is refused."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from departments.duty import record_duty
from departments.roster import member_of_officer, remove_member
from geo.points import CoordinatesInvalid
from kernel.identifiers import uuid7
from kernel.models import AuditEvent, OutboxEvent
from marketplace import refusals
from marketplace.models import Assignment, ClockEvent, ClockReview, Shift, Timesheet
from marketplace.refusals_bidding import PolicyDenied
from marketplace.timekeeping import authorise_overrun
from tenants.models import Tenant
from tests.factories.clients import fund, govern, submit
from tests.factories.departments import SETTING_UP, deliver_roster_changes, make_officer
from tests.factories.venues import NOW, STARTS_AT, job_terms, shift_terms, venue_terms
from tests.factories.work import ENDS_AT, FIVE_KILOMETRES_OFF, Work, clock, fix, staff, take

pytestmark = pytest.mark.django_db

EARLY = STARTS_AT - timedelta(minutes=10)


@pytest.fixture(autouse=True)
def _rules(department: Tenant) -> None:
    govern(department)


@pytest.fixture
def work(department: Tenant) -> Work:
    return staff(department)


def states(work: Work) -> tuple[str, str]:
    return Assignment.objects.get(id=work.assignment.id).state, Shift.objects.get(id=work.shift.id).state


def test_a_punch_at_the_site_clocks_in_and_begins_the_shift(work: Work) -> None:
    event = clock(work, "in", at=EARLY)
    assert (event.verdict, event.happened_at, event.kind) == ("VERIFIED", EARLY, "in")
    assert 30 < (event.distance_metres or 0) < 60
    assert states(work) == ("checked_in", "in_progress")
    assert not ClockReview.objects.exists()
    assert event.eligibility_snapshot
    assert OutboxEvent.objects.get(name="marketplace.clocked_in").payload["clock_event_id"] == str(event.id)
    assert AuditEvent.objects.filter(subject_id=work.assignment.id, action="assignment.clocked_in").count() == 1


def test_the_same_punch_again_is_the_same_punch(work: Work) -> None:
    punch_id = uuid7()
    first = clock(work, "in", at=EARLY, punch_id=punch_id)
    again = clock(work, "in", at=EARLY + timedelta(minutes=3), punch_id=punch_id)
    assert again.id == first.id
    assert ClockEvent.objects.count() == 1
    with pytest.raises(refusals.PunchConflict):
        clock(work, "out", at=ENDS_AT, punch_id=punch_id)


def test_clocking_in_twice_is_refused_and_changes_nothing(work: Work) -> None:
    clock(work, "in", at=EARLY)
    with pytest.raises(refusals.AlreadyClockedIn):
        clock(work, "in", at=EARLY + timedelta(minutes=1))
    assert ClockEvent.objects.count() == 1


def test_somebody_elses_shift_is_not_there(department: Tenant, work: Work) -> None:
    other = Work(work.requester, make_officer(department), work.shift, work.assignment)
    with pytest.raises(refusals.NotYourShift):
        clock(other, "in", at=EARLY)
    with pytest.raises(refusals.NotYourShift):
        clock(Work(work.requester, work.officer, work.shift, Assignment(id=uuid7())), "in", at=EARLY)
    assert not ClockEvent.objects.exists()


def test_clock_in_opens_an_hour_before_and_closes_at_the_end(work: Work) -> None:
    with pytest.raises(refusals.TooEarly):
        clock(work, "in", at=STARTS_AT - timedelta(minutes=61))
    with pytest.raises(refusals.TooLate):
        clock(work, "in", at=ENDS_AT)
    clock(work, "in", at=STARTS_AT - timedelta(minutes=60))


def test_an_hours_old_fix_is_weak_and_wants_a_reason(work: Work) -> None:
    old = [fix(at=EARLY, age_seconds=3 * 3600)]
    with pytest.raises(refusals.ReasonNeeded) as caught:
        clock(work, "in", at=EARLY, fixes=old)
    assert "3 h old" in caught.value.message
    assert states(work)[0] == "confirmed"
    event = clock(work, "in", at=EARLY, fixes=old, reason_given="No reception under the stands.")
    assert event.verdict == "WEAK"
    assert event.review.state == "open"
    assert OutboxEvent.objects.filter(name="marketplace.clock_review_opened").count() == 1


def test_no_fix_at_all_is_weak(work: Work) -> None:
    event = clock(work, "in", at=EARLY, fixes=[], reason_given="Phone refuses.")
    assert (event.verdict, event.latitude, event.review.state) == ("WEAK", None, "open")


def test_offsite_is_flagged_by_default(work: Work) -> None:
    event = clock(work, "in", at=EARLY, fixes=[fix(at=EARLY, place=FIVE_KILOMETRES_OFF)])
    assert (event.verdict, event.review.state) == ("OFFSITE", "open")
    assert 4900 < (event.distance_metres or 0) < 5100


def test_offsite_is_blocked_where_the_department_says_so_but_never_on_the_way_out(department: Tenant) -> None:
    govern(department, geofence={"radius_metres": 150, "offsite": "block"})
    work = staff(department)
    with pytest.raises(refusals.OffsiteBlocked) as caught:
        clock(work, "in", at=EARLY, fixes=[fix(at=EARLY, place=FIVE_KILOMETRES_OFF)])
    assert caught.value.numbers["radius_metres"] == 150
    assert not ClockEvent.objects.exists()
    clock(work, "in", at=EARLY)
    out = clock(work, "out", at=ENDS_AT, fixes=[fix(at=ENDS_AT, place=FIVE_KILOMETRES_OFF)])
    assert (out.verdict, out.review.state) == ("OFFSITE", "open")


def test_a_moving_job_has_two_pins(department: Tenant) -> None:
    end = {"end_latitude": FIVE_KILOMETRES_OFF[0], "end_longitude": FIVE_KILOMETRES_OFF[1]}
    work = staff(department, event_type="wide-load-escort", venue=venue_terms(**end))
    clock(work, "in", at=EARLY)
    near_end = (FIVE_KILOMETRES_OFF[0] + 0.0004, FIVE_KILOMETRES_OFF[1])
    assert clock(work, "out", at=ENDS_AT, fixes=[fix(at=ENDS_AT, place=near_end)]).verdict == "VERIFIED"


@pytest.mark.parametrize("latitude", [float("nan"), 91, "north", None])
def test_coordinates_that_are_none(work: Work, latitude: object) -> None:
    with pytest.raises(CoordinatesInvalid):
        clock(work, "in", at=EARLY, fixes=[{**fix(at=EARLY), "latitude": latitude}])


@pytest.mark.parametrize(
    "fixes",
    [
        "here",
        [3],
        [{**fix(at=EARLY), "accuracy_metres": "good"}],
        [{**fix(at=EARLY), "fixed_at": "10:00"}],
        [fix(at=EARLY)] * 21,
    ],
)
def test_fixes_that_cannot_be_read(work: Work, fixes: object) -> None:
    with pytest.raises(refusals.FixesUnreadable):
        clock(work, "in", at=EARLY, fixes=fixes)  # type: ignore[arg-type]


def test_an_impossible_accuracy_is_kept_as_evidence_and_reviewed(work: Work) -> None:
    claimed = [fix(at=EARLY, accuracy_metres=float("nan")), fix(at=EARLY)]
    event = ClockEvent.objects.get(id=clock(work, "in", at=EARLY, fixes=claimed).id)
    assert event.fixes[0]["accuracy_metres"] == "nan"
    assert event.verdict == "VERIFIED"
    assert event.risk_points >= 50
    assert event.review.state == "open"


def test_one_phone_for_two_officers_is_reviewed(department: Tenant) -> None:
    work = staff(department, headcount=2)
    second = make_officer(department, family_name="Birch")
    other = Work(work.requester, second, work.shift, take(second, work.shift))
    clock(work, "in", at=EARLY, device_id="one-phone")
    event = clock(other, "in", at=EARLY + timedelta(minutes=1), device_id="one-phone")
    codes = {signal["code"] for signal in event.risk_signals}
    assert {"shared-device", "repeated-fix"} <= codes
    assert event.review.state == "open"


def test_a_punch_that_waited_offline_counts_from_its_own_time(work: Work) -> None:
    sent_at = EARLY + timedelta(minutes=40)
    event = clock(work, "in", at=sent_at, fixes=[fix(at=EARLY)], client_at=EARLY, sent_late=True)
    assert (event.verdict, event.happened_at, event.received_at) == ("VERIFIED", EARLY, sent_at)
    assert "Offline: it reached us 40 minutes later" in event.explanation
    assert not ClockReview.objects.exists()


def test_a_phone_cannot_backdate_a_punch_without_having_waited(work: Work) -> None:
    late = STARTS_AT + timedelta(hours=1)
    event = clock(work, "in", at=late, client_at=STARTS_AT)
    assert event.happened_at == late
    assert "clock-skew" in {signal["code"] for signal in event.risk_signals}


def test_who_left_the_roster_cannot_clock_in(department: Tenant, work: Work) -> None:
    officer_id = work.officer.id
    member = member_of_officer(department_id=department.id, officer_id=officer_id)
    remove_member(department_id=department.id, entry_id=member.entry_id, actor=SETTING_UP, at=EARLY)
    deliver_roster_changes(officer_id, at=EARLY)
    with pytest.raises((refusals.NoLongerOnRoster, refusals.AssignmentEnded)):
        clock(work, "in", at=EARLY)
    assert not ClockEvent.objects.exists()


def test_the_home_department_is_asked_again_at_the_door(department: Tenant, work: Work) -> None:
    member = member_of_officer(department_id=department.id, officer_id=work.officer.id)
    record_duty(
        department_id=department.id,
        entry_id=member.entry_id,
        kind="duty",
        starts_at=STARTS_AT,
        ends_at=STARTS_AT + timedelta(hours=10),
        actor=SETTING_UP,
        at=NOW,
    )
    with pytest.raises(PolicyDenied):
        clock(work, "in", at=EARLY)
    assert states(work) == ("confirmed", "staffed")


def test_clocking_out_needs_a_clock_in_and_happens_once(work: Work) -> None:
    with pytest.raises(refusals.NotClockedIn):
        clock(work, "out", at=ENDS_AT)
    clock(work, "in", at=EARLY)
    clock(work, "out", at=ENDS_AT)
    with pytest.raises(refusals.AlreadyClockedOut):
        clock(work, "out", at=ENDS_AT + timedelta(minutes=1))
    with pytest.raises(refusals.AlreadyClockedIn):
        clock(work, "in", at=ENDS_AT - timedelta(minutes=1))
    assert Timesheet.objects.count() == 1


def test_an_unarmed_fence_proves_nothing(department: Tenant, work: Work) -> None:
    venue = work.shift.job.venue
    venue.pin_confirmed_at = None
    venue.save(update_fields=["pin_confirmed_at"])
    assert clock(work, "in", at=EARLY, reason_given="At the gate.").verdict == "WEAK"


def test_an_authorised_overrun_is_worked_time_and_blocks_the_next_shift(department: Tenant, work: Work) -> None:
    until = ENDS_AT + timedelta(hours=2)
    with pytest.raises(refusals.OverrunInvalid):
        authorise_overrun(assignment_id=work.assignment.id, until=ENDS_AT - timedelta(1), actor=SETTING_UP, at=EARLY)
    authorise_overrun(
        assignment_id=work.assignment.id, until=until, actor=SETTING_UP, at=EARLY, department_id=department.id
    )
    clock(work, "in", at=EARLY)
    clock(work, "out", at=until + timedelta(minutes=30))
    sheet = Timesheet.objects.get()
    assert (sheet.worked_starts_at, sheet.worked_ends_at, sheet.worked_minutes) == (STARTS_AT, until, 360)


def test_an_overrun_into_another_shift_is_refused_by_the_database(department: Tenant, work: Work) -> None:
    at = STARTS_AT - timedelta(hours=5)
    following = (shift_terms(starts_at=ENDS_AT, ranks={"constable": 1}),)
    take(work.officer, fund(submit(work.requester, terms=job_terms(shifts=following), at=at), at=at).shifts.get())
    with pytest.raises(refusals.OverrunInvalid, match="assigned elsewhere"):
        authorise_overrun(
            assignment_id=work.assignment.id, until=ENDS_AT + timedelta(hours=1), actor=SETTING_UP, at=EARLY
        )
    work.assignment.refresh_from_db()
    assert work.assignment.authorised_ends_at == ENDS_AT


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE marketplace_clockevent SET verdict = 'VERIFIED'",
        "DELETE FROM marketplace_clockevent",
        "TRUNCATE marketplace_clockevent CASCADE",
    ],
)
def test_punches_are_for_ever(work: Work, statement: str) -> None:
    clock(work, "in", at=EARLY)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert ClockEvent.objects.count() == 1
