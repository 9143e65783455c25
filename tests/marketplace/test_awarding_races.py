"""Two decisions at the same moment, on real connections with real commits.

The first test takes both guards away and shows the double booking happen; the next ones put them back one by one.
"""

import threading
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connections
from django.db.models import F
from psycopg2.extras import DateTimeTZRange

from departments.invitations import invite_member, open_invitation
from departments.refusals import AlreadyJoined, InvitationCodeWrong
from kernel.errors import Refusal
from kernel.identifiers import uuid7
from marketplace import awarding
from marketplace.awarding import award_shift
from marketplace.bidding import place_bid
from marketplace.models import Assignment, Bid, Officer, Shift
from marketplace.officers import end_service, join_by_invitation
from marketplace.refusals_bidding import AlreadyAwarded, AlreadyBid, NotOnRoster, OverlapsCommitment, ShiftAlreadyFilled
from tenants.models import Tenant
from tests.factories.departments import SETTING_UP, make_member, make_officer, publish_example
from tests.factories.jobs import make_job, make_shift
from tests.factories.people import actor_for, make_person
from tests.factories.threads import run_together

pytestmark = pytest.mark.usefixtures("committed_database")

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
STARTS_AT = datetime(2026, 3, 20, 15, tzinfo=UTC)
CLOSING = STARTS_AT - timedelta(hours=24)


def bid(officer: Officer, shift: Shift, *, at: datetime = NOW) -> Bid:
    return place_bid(officer=officer, shift_id=shift.id, actor=actor_for(officer.person), at=at)


def double_bookings() -> int:
    live = Assignment.objects.filter(state__in=Assignment.LIVE_STATES)
    pairs = live.filter(
        officer__assignments__period__overlap=F("period"), officer__assignments__state__in=Assignment.LIVE_STATES
    )
    return (pairs.count() - live.count()) // 2


@pytest.fixture
def overlapping(department: Tenant) -> tuple[Officer, Officer, list[Shift]]:
    """The first choice for two overlapping shifts, the second choice, and the shifts with both their bids."""
    publish_example(department)
    first, second = (make_officer(department, seniority_date=date(year, 1, 1)) for year in (1990, 2010))
    job = make_job(department, at=NOW)
    shifts = [make_shift(job, starts_at=STARTS_AT + timedelta(hours=offset), at=NOW) for offset in (0, 2)]
    for shift in shifts:
        bid(first, shift)
        bid(second, shift)
    return first, second, shifts


@pytest.fixture
def without_officer_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Awards read officers without locking them, and meet just before their first insert: the worst moment."""
    meeting = threading.Barrier(2)
    met, over = threading.local(), threading.Event()
    insert = awarding.assign

    def assign_after_meeting(**arguments: Any) -> Assignment:
        if not over.is_set() and not getattr(met, "done", False):
            met.done = True
            meeting.wait(timeout=20)
            over.set()
        return insert(**arguments)

    def unlocked(officer_ids: list[Any]) -> dict[Any, Officer]:
        return {officer.id: officer for officer in Officer.objects.filter(id__in=officer_ids)}

    monkeypatch.setattr(awarding, "locked_officers", unlocked)
    monkeypatch.setattr(awarding, "assign", assign_after_meeting)


def was_deadlocked(result: Any) -> bool:
    return isinstance(result, OperationalError) and "deadlock" in str(result)


def award_both(shifts: list[Shift]) -> list[Any]:
    def award(shift: Shift) -> Callable[[], Any]:
        return lambda: award_shift(shift_id=shift.id, actor=SETTING_UP, at=CLOSING + timedelta(hours=2))

    return run_together(*(award(shift) for shift in shifts))


@pytest.mark.usefixtures("without_officer_locks")
def test_without_constraint_and_locks_the_race_double_books(
    overlapping: tuple[Officer, Officer, list[Shift]],
) -> None:
    first, _, shifts = overlapping
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE marketplace_assignment DROP CONSTRAINT no_double_booking")
    award_both(shifts)
    assert double_bookings() == 1
    assert Assignment.objects.filter(officer=first).count() == 2


@pytest.mark.usefixtures("without_officer_locks")
def test_the_constraint_alone_refuses_it_and_the_next_bidder_gets_the_place(
    overlapping: tuple[Officer, Officer, list[Shift]],
) -> None:
    first, second, shifts = overlapping
    results = award_both(shifts)
    # PostgreSQL may also refuse by ending one of two that wait for each other; the next scan repeats it.
    results = [
        award_shift(shift_id=shift.id, actor=SETTING_UP, at=CLOSING + timedelta(hours=2))
        if was_deadlocked(result)
        else result
        for shift, result in zip(shifts, results, strict=True)
    ]
    assert not [result for result in results if isinstance(result, Exception)], results
    assert double_bookings() == 0
    assert set(Assignment.objects.values_list("officer_id", flat=True)) == {first.id, second.id}
    lost = Bid.objects.get(officer=first, state=Bid.State.LOST)
    assert "same time" in lost.explanation or "overlap" in lost.explanation
    assert all(awarding.replay_award(award=one) for result in results for one in result)


def test_with_the_locks_the_second_award_sees_the_first(overlapping: tuple[Officer, Officer, list[Shift]]) -> None:
    first, second, shifts = overlapping
    results = award_both(shifts)
    assert not [result for result in results if isinstance(result, Exception)], results
    assert double_bookings() == 0
    assert set(Assignment.objects.values_list("officer_id", flat=True)) == {first.id, second.id}
    assert "overlap" in Bid.objects.get(officer=first, state=Bid.State.LOST).explanation


def test_one_shift_awarded_twice_at_once_is_awarded_once(overlapping: tuple[Officer, Officer, list[Shift]]) -> None:
    _, _, shifts = overlapping
    results = award_both([shifts[0], shifts[0]])
    assert sorted(type(result) for result in results if isinstance(result, Exception)) == [AlreadyAwarded]
    assert Assignment.objects.count() == 1


def test_crossing_awards_do_not_deadlock(department: Tenant) -> None:
    publish_example(department)
    officers = [make_officer(department, seniority_date=date(2000 + index, 1, 1)) for index in range(4)]
    job = make_job(department, at=NOW)
    shifts = [
        make_shift(job, starts_at=STARTS_AT + timedelta(hours=index), ranks={"constable": 4}, at=NOW)
        for index in range(3)
    ]
    for index, shift in enumerate(shifts):
        for officer in officers if index % 2 else reversed(officers):
            bid(officer, shift)
    results = award_both(shifts)
    assert not [result for result in results if isinstance(result, Exception)], results
    assert double_bookings() == 0
    assert Assignment.objects.count() == 4


def test_two_officers_take_the_last_place_at_once(department: Tenant) -> None:
    publish_example(department)
    at = STARTS_AT - timedelta(hours=5)
    shift = make_shift(make_job(department, at=at), starts_at=STARTS_AT, at=at, first_come=True)
    officers = [make_officer(department) for _ in range(2)]
    results = run_together(*(lambda officer=officer: bid(officer, shift, at=at) for officer in officers))
    assert sorted(type(result) for result in results if isinstance(result, Refusal)) == [ShiftAlreadyFilled]
    assert Assignment.objects.count() == Bid.objects.count() == 1


def test_one_officer_takes_two_overlapping_shifts_at_once(department: Tenant) -> None:
    publish_example(department)
    at = STARTS_AT - timedelta(hours=5)
    job = make_job(department, at=at)
    shifts = [
        make_shift(job, starts_at=STARTS_AT + timedelta(hours=offset), at=at, first_come=True) for offset in (0, 3)
    ]
    officer = make_officer(department)
    results = run_together(*(lambda shift=shift: bid(officer, shift, at=at) for shift in shifts))
    assert sorted(type(result) for result in results if isinstance(result, Refusal)) == [OverlapsCommitment]
    assert Assignment.objects.count() == Bid.objects.count() == 1


def test_one_bid_sent_twice_at_once_counts_once(department: Tenant) -> None:
    publish_example(department)
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    officer = make_officer(department)
    results = run_together(lambda: bid(officer, shift), lambda: bid(officer, shift))
    assert sorted(type(result) for result in results if isinstance(result, Refusal)) == [AlreadyBid]
    assert Bid.objects.count() == 1


@pytest.mark.parametrize(
    ("offset_hours", "state", "refused"),
    [(3, "confirmed", True), (3, "checked_out", True), (4, "confirmed", False), (3, "relieved", False)],
)
def test_postgresql_itself_refuses_overlapping_live_assignments(
    overlapping: tuple[Officer, Officer, list[Shift]], offset_hours: int, state: str, refused: bool
) -> None:
    _, _, shifts = overlapping
    award_shift(shift_id=shifts[0].id, actor=SETTING_UP, at=CLOSING)
    copy = Assignment.objects.get()
    starts_at = STARTS_AT + timedelta(hours=offset_hours)
    copy.id, copy.bid_id, copy.state = uuid7(), None, state
    copy.shift, copy.position = shifts[1], shifts[1].positions.get()
    copy.period = DateTimeTZRange(starts_at, starts_at + timedelta(hours=1))
    with pytest.raises(IntegrityError, match="no_double_booking") if refused else nullcontext():
        copy.save(force_insert=True)
    assert Assignment.objects.count() == (1 if refused else 2)


def test_a_wrong_code_costs_an_attempt_although_it_is_refused(department: Tenant) -> None:
    invited = invite_member(
        department_id=department.id, entry_id=make_member(department).entry_id, actor=SETTING_UP, at=NOW
    )
    person = make_person()
    with pytest.raises(InvitationCodeWrong):
        join_by_invitation(
            person=person,
            department_id=department.id,
            invitation_id=invited.invitation_id,
            code="WRONG",
            actor=actor_for(person),
            at=NOW,
        )
    opened = open_invitation(department_id=department.id, invitation_id=invited.invitation_id)
    assert opened.attempts_left == 4


def test_one_invitation_accepted_in_two_tabs_makes_one_officer(department: Tenant) -> None:
    publish_example(department)
    invited = invite_member(
        department_id=department.id, entry_id=make_member(department).entry_id, actor=SETTING_UP, at=NOW
    )
    people = [make_person(), make_person()]
    results = run_together(
        *(
            lambda person=person: join_by_invitation(
                person=person,
                department_id=department.id,
                invitation_id=invited.invitation_id,
                code=invited.code,
                actor=actor_for(person),
                at=NOW,
            )
            for person in people
        )
    )
    assert sorted(type(result) for result in results if isinstance(result, Exception)) == [AlreadyJoined]
    assert Officer.objects.count() == 1


def test_leaving_while_being_awarded_leaves_nothing_behind(
    overlapping: tuple[Officer, Officer, list[Shift]],
) -> None:
    first, _, shifts = overlapping
    results = run_together(
        lambda: award_shift(shift_id=shifts[0].id, actor=SETTING_UP, at=CLOSING),
        lambda: end_service(officer_id=first.id, actor=SETTING_UP, at=CLOSING),
        lambda: award_shift(shift_id=shifts[1].id, actor=SETTING_UP, at=CLOSING + timedelta(hours=2)),
    )
    assert not [one for one in results if isinstance(one, Exception) and not isinstance(one, NotOnRoster)], results
    assert not Assignment.objects.filter(officer=first, state__in=Assignment.LIVE_STATES).exists()
    assert not Bid.objects.filter(officer=first, state__in=("placed", "backup")).exists()
