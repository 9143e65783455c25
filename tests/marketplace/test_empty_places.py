"""A shift that begins with an empty place: the desk hears of it, and may send somebody by hand until the end."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from marketplace import alerts, empty_places, watching
from marketplace.answering import scan_offers
from marketplace.boards import read_board
from marketplace.cancelling import cancel_locked
from marketplace.due import mark_no_show, scan_expiries
from marketplace.irregularities import irregularities_of
from marketplace.manual_awards import award_by_hand, may_be_given
from marketplace.models import Alert, Assignment, Award, Job, Officer, ReliefSearch, Shift, Timesheet
from marketplace.refusals_bidding import OverlapsCommitment
from marketplace.refusals_by_hand import NotPaidFor, PlaceHeld
from marketplace.refusals_service_levels import TooLateForRelief
from messaging.models import OutboundMessage
from tenants.models import Tenant
from tests.factories.clients import fund, govern, make_requester, submit
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.outbox import drain
from tests.factories.venues import STARTS_AT, job_terms, shift_terms
from tests.factories.work import ENDS_AT, Work, clock, staff, take
from tests.marketplace.test_alerts import employ

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]


def minute(number: float) -> datetime:
    return STARTS_AT + timedelta(minutes=number)


@pytest.fixture(autouse=True)
def _governed(department: Tenant) -> None:
    govern(department)


@pytest.fixture
def untaken(department: Tenant) -> Shift:
    """Paid for, and nobody bid."""
    terms = job_terms(shifts=(shift_terms(ranks={"constable": 1}),))
    return fund(submit(make_requester(), terms=terms), at=minute(-300)).shifts.get()


def scan(number: float) -> None:
    at = minute(number)
    scan_offers(at=at)
    watching.scan_service_levels(at=at)
    empty_places.scan_empty_places(at=at)
    scan_expiries(at=at)
    drain(at=at)


def send(shift: Shift, officer: Officer, number: float, **more: Any) -> Award:
    return award_by_hand(
        **{
            "department_id": shift.governing_department_id, "shift_id": shift.id, "officer_id": officer.id,
            "rank_code": "constable", "reason": "Was nearby.", "roles": {"coordinator"}, "actor": SETTING_UP,
            "at": minute(number), **more,
        }
    )  # fmt: skip


def alert_of(shift: Shift) -> Alert | None:
    return Alert.objects.filter(kind="empty_place", shift=shift).first()


def hours_of(officer: Officer) -> tuple[datetime, datetime, int]:
    sheet = Timesheet.objects.get(assignment__officer=officer)
    return sheet.worked_starts_at, sheet.worked_ends_at, sheet.worked_minutes


def test_the_desk_hears_at_the_start_and_once(department: Tenant, other_department: Tenant) -> None:
    coordinator = employ(department, "coordinator")
    bystander = employ(other_department, "coordinator")
    work = staff(department, headcount=2)
    scan(-1)
    assert alert_of(work.shift) is None
    clock(work, "in", at=minute(-1))
    for number in (0, 1, 30):
        scan(number)
    alert = Alert.objects.get(kind="empty_place")
    assert (alert.opened_at, alert.assignment_id, alert.resolved_at) == (minute(0), None, None)
    assert alerts.open_alerts(department_id=other_department.id) == []
    letters = OutboundMessage.objects.filter(text__contains="A place is empty")
    assert {coordinator.email} <= set(letters.values_list("recipient", flat=True))
    assert not letters.filter(recipient=bystander.email).exists()
    alerts.acknowledge(alert_id=alert.id, department_id=department.id, actor=SETTING_UP, at=minute(31))
    scan(240)
    assert Alert.objects.get(id=alert.id).resolved_at == ENDS_AT


def test_a_full_shift_and_an_unpaid_one_are_no_alert(department: Tenant) -> None:
    staff(department)
    unpaid = staff(department, headcount=2).shift
    Job.objects.filter(id=unpaid.job_id).update(funded_at=None)
    scan(0)
    assert not Alert.objects.filter(kind="empty_place").exists()


def test_somebody_is_sent_to_a_shift_that_nobody_took(department: Tenant, untaken: Shift) -> None:
    scan(0)
    assert (Shift.objects.get().state, alert_of(untaken).resolved_at) == ("open", None)
    officer = make_officer(department)
    assert may_be_given(shift=Shift.objects.get(), at=minute(20))
    award = send(untaken, officer, 20)
    assert award.snapshot["kind"] == "manual"
    assert alert_of(untaken).resolved_at == minute(20)
    assignment = Assignment.objects.get()
    assert (assignment.state, assignment.period.lower) == ("confirmed", minute(20))
    # Who is sent travels: late only after that.
    [row] = read_board(Shift.objects.all(), at=minute(60))
    assert [one.status for one in row.people] == ["expected"]
    work = Work(None, officer, untaken, assignment)  # type: ignore[arg-type]
    clock(work, "in", at=minute(50))
    clock(work, "out", at=ENDS_AT)
    assert hours_of(officer) == (minute(50), ENDS_AT, 190)
    scan(241)
    assert Shift.objects.get().state == "worked"
    kinds = [one.kind for one in irregularities_of(department_id=department.id, assignment_id=assignment.id)]
    assert "late" not in kinds


def test_nobody_is_sent_and_it_ends_so_that_it_is_refunded(untaken: Shift) -> None:
    scan(239)
    assert Shift.objects.get().state == "open"
    scan(240)
    assert (Shift.objects.get().state, Shift.objects.get().finished_at) == ("expired", ENDS_AT)
    assert alert_of(untaken).resolved_at == ENDS_AT


def test_rules_and_overlaps_count_what_is_left_of_the_shift(department: Tenant) -> None:
    """An hour's shift before ends half an hour after this one began: in the way at first, and not later."""
    govern(department)
    early = job_terms(shifts=(shift_terms(starts_at=minute(-60), ends_at=minute(30)),))
    shift_before = fund(submit(make_requester(), terms=early, at=minute(-300)), at=minute(-300)).shifts.get()
    officer = make_officer(department)
    take(officer, shift_before)
    shift = staff(department, headcount=2).shift
    with pytest.raises(OverlapsCommitment):
        send(shift, officer, 20)
    send(shift, officer, 60)
    assignment = Assignment.objects.get(officer=officer, shift=shift)
    work = Work(None, officer, shift, assignment)  # type: ignore[arg-type]
    assert clock(work, "in", at=minute(70)).eligibility_snapshot["verdict"]["outcome"] == "allow"


def test_a_late_officers_place_is_given_when_nobody_is_left(department: Tenant) -> None:
    late = staff(department)
    other = make_officer(department)
    with pytest.raises(PlaceHeld):
        send(late.shift, other, 10)
    assert not may_be_given(shift=late.shift, at=minute(10))
    scan(15)
    assert Alert.objects.filter(kind="no_relief", resolved_at=None).exists()
    assert may_be_given(shift=late.shift, at=minute(16))
    send(late.shift, other, 20)
    states = dict(Assignment.objects.values_list("officer_id", "state"))
    assert states == {late.officer.id: "relieved", other.id: "confirmed"}
    search = ReliefSearch.objects.get()
    assert (search.state, search.filled_by.officer_id) == ("filled", other.id)
    assert not Alert.objects.filter(resolved_at=None).exists()
    [row] = read_board(Shift.objects.all(), at=minute(21))
    assert (row.held, row.missing) == (1, 0)


def test_the_late_officer_who_comes_first_keeps_the_place(department: Tenant) -> None:
    late = staff(department)
    scan(15)
    clock(late, "in", at=minute(18))
    drain(at=minute(18))
    with pytest.raises(PlaceHeld):
        send(late.shift, make_officer(department), 20)
    assert Assignment.objects.get().state == "checked_in"


def test_a_declared_no_shows_place_is_empty_and_can_be_given(department: Tenant) -> None:
    absent = staff(department)
    mark_no_show(assignment_id=absent.assignment.id, at=minute(40))
    scan(41)
    assert alert_of(absent.shift).opened_at == minute(41)
    send(absent.shift, make_officer(department), 45)
    assert alert_of(absent.shift).resolved_at == minute(45)


def test_what_is_refused_and_changes_nothing(department: Tenant, untaken: Shift) -> None:
    officer = make_officer(department)
    with pytest.raises(TooLateForRelief):
        send(untaken, officer, 240)
    Job.objects.update(funded_at=None)
    with pytest.raises(NotPaidFor):
        send(untaken, officer, 20)
    Job.objects.update(funded_at=minute(-300))
    cancel_locked(
        job=Job.objects.get(), cancelled=[Shift.objects.get()], cancelled_by="client", reason="", actor=SETTING_UP,
        at=minute(25),
    )  # fmt: skip
    with pytest.raises(TooLateForRelief):
        send(untaken, officer, 30)
    assert not Assignment.objects.exists()
