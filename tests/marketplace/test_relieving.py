"""One place handed from officer to officer: never billed twice, no gap unseen, and hours for each."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from kernel.errors import InvalidInput, NotFound
from kernel.models import OutboxEvent
from marketplace import refusals
from marketplace.attendance import enter_hours
from marketplace.boards import read_board
from marketplace.due import hold_for_missing_clock_out, scan_no_shows
from marketplace.irregularities import irregularities_of
from marketplace.job_totals import totals_of_jobs, totals_of_read
from marketplace.models import Alert, Assignment, Job, Officer, Relief, Shift, Timesheet
from marketplace.overruns import authorise_overrun
from marketplace.queries import with_shifts
from marketplace.refusals_bidding import AwardToOneself, OverlapsCommitment
from marketplace.refusals_field import (
    HandedOverAlready,
    NobodySentYet,
    NobodyToRelieve,
    NotToBeSent,
    ReliefArrangedAlready,
)
from marketplace.releasing import call_off
from marketplace.relieving import arrange_relief, hand_over
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.outbox import drain
from tests.factories.people import actor_for
from tests.factories.venues import STARTS_AT
from tests.factories.work import ENDS_AT, Work, clock, staff

pytestmark = pytest.mark.django_db
AN_HOUR_IN = STARTS_AT + timedelta(hours=1)


def minute(count: int) -> datetime:
    return STARTS_AT + timedelta(minutes=count)


@pytest.fixture
def work(department: Tenant) -> Work:
    govern(department)
    work = staff(department)
    clock(work, "in", at=STARTS_AT)
    return work


def relieve(work: Work, officer: Officer, *, at: datetime = AN_HOUR_IN, **more: Any) -> Work:
    relief = arrange_relief(
        **{
            "assignment_id": work.assignment.id, "department_id": work.shift.governing_department_id,
            "officer_id": officer.id, "reason": "Called to court.", "actor": SETTING_UP, "at": at, **more,
        }
    )  # fmt: skip
    return Work(work.requester, officer, work.shift, relief.incoming)


def hand(work: Work, *, at: datetime, reason: str = "Post is quiet.") -> Relief:
    return hand_over(
        assignment_id=work.assignment.id, department_id=work.shift.governing_department_id, reason=reason,
        actor=SETTING_UP, at=at,
    )  # fmt: skip


def enter(work: Work, starts_at: datetime, ends_at: datetime) -> Timesheet:
    return enter_hours(
        assignment_id=work.assignment.id, department_id=work.shift.governing_department_id, starts_at=starts_at,
        ends_at=ends_at, reason="Their phone was dead.", actor=SETTING_UP, at=ENDS_AT,
    )  # fmt: skip


def sheet(work: Work) -> Timesheet:
    return Timesheet.objects.get(assignment_id=work.assignment.id)


def span(work: Work) -> tuple[datetime, datetime]:
    return sheet(work).worked_starts_at, sheet(work).worked_ends_at


def state(work: Work) -> str:
    return Assignment.objects.get(id=work.assignment.id).state


def test_the_outgoing_officer_is_out_when_the_incoming_one_is_in(department: Tenant, work: Work) -> None:
    second = relieve(work, make_officer(department))
    assert state(work) == "checked_in"
    clock(second, "in", at=minute(90))
    assert (state(work), state(second)) == ("checked_out", "checked_in")
    assert span(work) == (STARTS_AT, minute(90))
    assert sheet(work).approves_at is not None
    clock(second, "out", at=ENDS_AT)
    assert span(second) == (minute(90), ENDS_AT)
    assert Relief.objects.get().handed_over_by == "incoming"
    assert OutboxEvent.objects.filter(name="marketplace.place_handed_over").count() == 1


def test_one_place_has_one_minimum(department: Tenant, work: Work) -> None:
    """A minimum of three hours and whole hours: two officers for 70 and 60 minutes are one place for three hours."""
    second = relieve(work, make_officer(department))
    clock(second, "in", at=minute(70))
    clock(second, "out", at=minute(130))
    sheets = sheet(work), sheet(second)
    assert [one.worked_minutes for one in sheets] == [70, 60]
    assert [one.billable_minutes for one in sheets] == [70, 110]
    assert [one.payable_minutes for one in sheets] == [70, 110]


def test_a_supervisors_word_ends_the_first_ones_time_and_the_gap_is_seen(department: Tenant, work: Work) -> None:
    second = relieve(work, make_officer(department))
    with pytest.raises(refusals.ReasonMissing):
        hand(work, at=minute(70), reason=" ")
    hand(work, at=minute(70))
    assert (state(work), span(work)) == ("checked_out", (STARTS_AT, minute(70)))
    clock(second, "in", at=minute(95))
    clock(second, "out", at=ENDS_AT)
    assert span(second) == (minute(95), ENDS_AT)
    with pytest.raises(HandedOverAlready):
        hand(work, at=minute(100))
    found = irregularities_of(department_id=department.id, assignment_id=second.assignment.id)
    assert [(one.kind, one.minutes) for one in found] == [("gap", 25)]
    first = irregularities_of(department_id=department.id, assignment_id=work.assignment.id)
    assert [one.kind for one in first] == ["relieved"]


def test_an_early_in_that_waited_offline_never_overlaps(department: Tenant, work: Work) -> None:
    """The relief was there at minute 80 without a connection; the supervisor had ended the first one's time at 90."""
    second = relieve(work, make_officer(department))
    hand(work, at=minute(90))
    clock(second, "in", at=minute(120), client_at=minute(80), sent_late=True)
    clock(second, "out", at=ENDS_AT)
    assert span(work)[1] == span(second)[0] == minute(90)


def test_who_goes_by_themselves_hands_over_too(department: Tenant, work: Work) -> None:
    second = relieve(work, make_officer(department))
    clock(work, "out", at=minute(100))
    assert Relief.objects.get().handed_over_by == "outgoing"
    clock(second, "in", at=minute(101), client_at=minute(65), sent_late=True)
    clock(second, "out", at=ENDS_AT)
    assert (span(work)[1], span(second)[0]) == (minute(100), minute(100))
    # The relief was there before they left.
    first = irregularities_of(department_id=department.id, assignment_id=work.assignment.id)
    assert [one.kind for one in first] == ["relieved"]


@pytest.mark.usefixtures("as_worker")
def test_who_goes_before_their_relief_is_there_left_early(department: Tenant, work: Work) -> None:
    second = relieve(work, make_officer(department))
    clock(work, "out", at=minute(100))
    drain(at=minute(100))
    alert = Alert.objects.get(kind="left_early")
    assert (alert.assignment_id, alert.resolved_at) == (work.assignment.id, None)

    def stands(number: int) -> tuple[str, int, bool]:
        [row] = read_board(Shift.objects.all(), at=minute(number))
        [site] = [one.site for one in row.people if one.assignment.id == work.assignment.id]
        # The place is the relief's from then on.
        assert [one.assignment.id for one in row.places] == [second.assignment.id]
        return site.status, site.minutes, site.before_relief

    assert stands(101) == ("left_early", 0, True)
    clock(second, "in", at=minute(120))
    drain(at=minute(120))
    assert stands(121) == ("left_early", 20, True)
    assert Alert.objects.get(id=alert.id).resolved_at is None
    [left] = irregularities_of(department_id=department.id, assignment_id=work.assignment.id)
    assert (left.kind, left.minutes, left.sentence) == ("left_early", 20, "Left 20 minutes before the relief came.")


@pytest.mark.usefixtures("as_worker")
def test_a_relief_that_comes_within_the_policys_minutes_leaves_no_gap(department: Tenant, work: Work) -> None:
    second = relieve(work, make_officer(department))
    clock(work, "out", at=minute(100))
    drain(at=minute(100))
    clock(second, "in", at=minute(104))
    drain(at=minute(104))
    assert Alert.objects.get(kind="left_early").resolved_at == minute(104)
    [row] = read_board(Shift.objects.all(), at=minute(105))
    assert [one.status for one in row.people] == ["on_site", "relieved"]


def test_help_that_says_it_came_before_it_was_sent_takes_nothing(department: Tenant, work: Work) -> None:
    second = relieve(work, make_officer(department), at=minute(90))
    clock(second, "in", at=minute(100), client_at=minute(65), sent_late=True)
    clock(second, "out", at=ENDS_AT)
    assert (span(work)[1], span(second)[0]) == (minute(90), minute(90))


def test_hours_that_a_coordinator_enters_hand_over_and_overlap_nobody(department: Tenant, work: Work) -> None:
    second = relieve(work, make_officer(department))
    enter(second, minute(120), ENDS_AT)
    assert (state(work), span(work)[1], span(second)[0]) == ("checked_out", minute(120), minute(120))


def test_entered_hours_begin_no_earlier_than_the_place_was_free(department: Tenant, work: Work) -> None:
    second = relieve(work, make_officer(department))
    clock(work, "out", at=minute(100))
    with pytest.raises(InvalidInput, match="begin later"):
        enter(second, minute(80), ENDS_AT)
    assert state(second) == "confirmed"
    enter(second, minute(100), ENDS_AT)


def test_held_hours_end_where_the_relief_turns_out_to_have_come(department: Tenant, work: Work) -> None:
    second = relieve(work, make_officer(department))
    hold_for_missing_clock_out(assignment_id=work.assignment.id, at=ENDS_AT)
    assert span(work) == (STARTS_AT, ENDS_AT)
    clock(second, "in", at=ENDS_AT + timedelta(minutes=1), client_at=minute(120), sent_late=True)
    assert span(work) == (STARTS_AT, minute(120))


def test_relief_in_an_overrun_lasts_as_long_as_the_overrun(department: Tenant, work: Work) -> None:
    until = ENDS_AT + timedelta(hours=2)
    authorise_overrun(
        assignment_id=work.assignment.id, department_id=department.id, until=until,
        actor=SETTING_UP, at=minute(30),
    )  # fmt: skip
    second = relieve(work, make_officer(department), at=ENDS_AT + timedelta(minutes=30))
    clock(second, "in", at=ENDS_AT + timedelta(minutes=45))
    clock(second, "out", at=until)
    assert span(second) == (ENDS_AT + timedelta(minutes=45), until)


def test_an_own_clock_out_that_comes_later_may_end_the_time_earlier(department: Tenant, work: Work) -> None:
    second = relieve(work, make_officer(department))
    clock(second, "in", at=minute(120))
    clock(work, "out", at=minute(130), client_at=minute(110), sent_late=True)
    assert (span(work)[1], sheet(work).worked_minutes) == (minute(110), 110)
    clock(second, "out", at=ENDS_AT)
    found = irregularities_of(department_id=department.id, assignment_id=second.assignment.id)
    assert [(one.kind, one.minutes) for one in found] == [("gap", 10)]


def test_a_relief_that_never_comes_leaves_the_first_one_on_the_post(department: Tenant, work: Work) -> None:
    second = relieve(work, make_officer(department))
    assert state(work) == "checked_in"
    clock(work, "out", at=ENDS_AT)
    scan_no_shows(at=ENDS_AT + timedelta(hours=2))
    assert state(second) == "no_show"
    assert sheet(work).worked_minutes == 240


def test_lists_count_the_two_as_one_place(work: Work, department: Tenant) -> None:
    second = relieve(work, make_officer(department))
    job_id = work.shift.job_id
    for has_come in (False, True):
        if has_come:
            clock(second, "in", at=minute(70))
        counted = totals_of_jobs([job_id])[job_id]
        assert (counted.wanted, counted.found) == (1, 1)
        assert counted == totals_of_read(with_shifts(Job.objects.filter(id=job_id)).get())


def test_a_relief_can_be_relieved(department: Tenant, work: Work) -> None:
    second = relieve(work, make_officer(department))
    clock(second, "in", at=minute(70))
    third = relieve(second, make_officer(department), at=minute(80))
    clock(third, "in", at=minute(100))
    clock(third, "out", at=minute(110))
    sheets = [sheet(one) for one in (work, second, third)]
    assert [one.worked_minutes for one in sheets] == [70, 30, 10]
    assert sum(one.billable_minutes for one in sheets) == 180


def test_somebody_else_is_sent_once_the_first_calls_off(department: Tenant, work: Work) -> None:
    first = relieve(work, make_officer(department))
    call_off(
        assignment_id=first.assignment.id, department_id=department.id, reason="Ill.", actor=SETTING_UP, at=minute(65)
    )
    with pytest.raises(NobodySentYet):
        hand(work, at=minute(66))
    assert state(work) == "checked_in"
    second = relieve(work, make_officer(department), at=minute(70))
    clock(second, "in", at=minute(90))
    assert (sheet(work).worked_minutes, state(work)) == (90, "checked_out")
    assert Relief.objects.get().incoming_id == second.assignment.id


def test_a_place_is_handed_to_nobody_by_a_clock_out(department: Tenant, work: Work) -> None:
    first = relieve(work, make_officer(department))
    call_off(
        assignment_id=first.assignment.id, department_id=department.id, reason="Ill.", actor=SETTING_UP, at=minute(65)
    )
    clock(work, "out", at=ENDS_AT)
    assert sheet(work).worked_minutes == 240
    assert Relief.objects.get().handed_over_at is None


def test_nobody_is_sent_who_never_asked_for_work_here(department: Tenant, other_department: Tenant, work: Work) -> None:
    govern(other_department, name="us")
    Job.objects.filter(id=work.shift.job_id).update(route=Job.Route.MARKETPLACE)
    with pytest.raises(NotToBeSent):
        relieve(work, make_officer(other_department))
    assert not Relief.objects.exists()


def test_what_is_refused_and_changes_nothing(department: Tenant, other_department: Tenant, work: Work) -> None:
    officer = make_officer(department)
    with pytest.raises(NotFound):
        relieve(work, officer, department_id=other_department.id)
    with pytest.raises(refusals.ReasonMissing):
        relieve(work, officer, reason="")
    with pytest.raises(NotToBeSent):
        relieve(work, Officer())
    with pytest.raises(NotToBeSent):
        relieve(work, work.officer)
    with pytest.raises(AwardToOneself):
        relieve(work, officer, actor=actor_for(officer.person))
    with pytest.raises(NobodyToRelieve):
        relieve(work, officer, at=ENDS_AT)
    busy = staff(department)
    with pytest.raises(OverlapsCommitment):
        relieve(work, busy.officer)
    with pytest.raises(NobodyToRelieve):
        relieve(busy, officer)
    relieve(work, officer)
    with pytest.raises(ReliefArrangedAlready):
        relieve(work, make_officer(department))
    assert Relief.objects.count() == 1
