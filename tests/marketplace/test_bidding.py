"""Bids: who may place one, what each keeps, and what is refused."""

from datetime import UTC, date, datetime, timedelta

import pytest

from departments.duty import record_duty
from departments.policy.snapshots import replay
from departments.roster import change_status, member_of_officer
from kernel.models import OutboxEvent
from marketplace.awarding import award_shift, replay_award
from marketplace.bidding import place_bid, withdraw_bid
from marketplace.models import Assignment, Award, Bid, Officer, Shift
from marketplace.refusals_bidding import (
    AlreadyBid,
    BidAlreadyDecided,
    BiddingClosed,
    BidNotFound,
    OverlapsCommitment,
    PolicyDenied,
    RankNotWanted,
    ShiftAlreadyFilled,
    ShiftNotFound,
    ShiftNotOpen,
)
from tenants.models import Tenant
from tests.factories.departments import SETTING_UP, make_officer, publish_example
from tests.factories.jobs import make_job, make_shift
from tests.factories.people import actor_for

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
STARTS_AT = datetime(2026, 3, 10, 15, tzinfo=UTC)
CLOSING = STARTS_AT - timedelta(hours=24)


@pytest.fixture(autouse=True)
def _rules(department: Tenant, other_department: Tenant) -> None:
    publish_example(department)
    publish_example(other_department, name="us")


def bid(officer: Officer, shift: Shift, *, at: datetime = NOW, rank_code: str | None = None) -> Bid:
    return place_bid(officer=officer, shift_id=shift.id, rank_code=rank_code, actor=actor_for(officer.person), at=at)


def test_a_bid_keeps_the_verdict_that_allowed_it(department: Tenant) -> None:
    officer = make_officer(department)
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    placed = bid(officer, shift)
    assert placed.state == Bid.State.PLACED
    assert replay(Bid.objects.get().eligibility_snapshot).allowed
    assert OutboxEvent.objects.get(name="marketplace.bid_placed").payload["bid_id"] == str(placed.id)


def test_bidding_twice_is_refused_and_changes_nothing(department: Tenant) -> None:
    officer = make_officer(department)
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    placed = bid(officer, shift)
    with pytest.raises(AlreadyBid):
        bid(officer, shift, at=NOW + timedelta(hours=1))
    assert Bid.objects.get() == placed


def test_a_withdrawn_bid_makes_room_for_another(department: Tenant) -> None:
    officer = make_officer(department)
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    bid(officer, shift)
    withdraw_bid(officer=officer, shift_id=shift.id, actor=actor_for(officer.person), at=NOW)
    with pytest.raises(BidNotFound):
        withdraw_bid(officer=officer, shift_id=shift.id, actor=actor_for(officer.person), at=NOW)
    bid(officer, shift)
    assert sorted(Bid.objects.values_list("state", flat=True)) == ["placed", "withdrawn"]


def test_a_won_bid_cannot_be_withdrawn(department: Tenant) -> None:
    officer = make_officer(department)
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    bid(officer, shift)
    award_shift(shift_id=shift.id, actor=SETTING_UP, at=CLOSING)
    with pytest.raises(BidAlreadyDecided):
        withdraw_bid(officer=officer, shift_id=shift.id, actor=actor_for(officer.person), at=CLOSING)
    assert Assignment.objects.get().state == Assignment.State.CONFIRMED


def test_bidding_on_a_filled_shift_is_refused(department: Tenant) -> None:
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    bid(make_officer(department), shift)
    award_shift(shift_id=shift.id, actor=SETTING_UP, at=CLOSING)
    with pytest.raises(ShiftAlreadyFilled):
        bid(make_officer(department), shift, at=CLOSING)
    assert Bid.objects.count() == 1


def test_the_closing_time_itself_is_too_late(department: Tenant) -> None:
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    with pytest.raises(BiddingClosed):
        bid(make_officer(department), shift, at=CLOSING)
    bid(make_officer(department), shift, at=CLOSING - timedelta(microseconds=1))


@pytest.mark.parametrize("state", ["cancelled", "expired", "in_progress", "worked"])
def test_a_shift_that_is_over_takes_no_bids(department: Tenant, state: str) -> None:
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW, state=state)
    with pytest.raises(ShiftNotOpen):
        bid(make_officer(department), shift)


def test_a_planned_shift_does_not_exist_for_officers(department: Tenant) -> None:
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW, state="planned")
    with pytest.raises(ShiftNotFound):
        bid(make_officer(department), shift)


def test_another_departments_shift_does_not_exist_unless_it_is_on_the_marketplace(
    department: Tenant, other_department: Tenant
) -> None:
    stranger = make_officer(other_department, rank_code="officer")
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    with pytest.raises(ShiftNotFound):
        bid(stranger, shift)
    open_to_all = make_shift(make_job(department, at=NOW, route="marketplace"), starts_at=STARTS_AT, at=NOW)
    assert bid(stranger, open_to_all).state == Bid.State.PLACED


def test_the_home_department_says_no_in_its_own_words(department: Tenant) -> None:
    officer = make_officer(department)
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    entry_id = member_of_officer(department_id=department.id, officer_id=officer.id).entry_id
    record_duty(
        department_id=department.id,
        entry_id=entry_id,
        kind="duty",
        starts_at=STARTS_AT - timedelta(hours=14),
        ends_at=STARTS_AT - timedelta(hours=1),
        actor=SETTING_UP,
        at=NOW,
    )
    with pytest.raises(PolicyDenied) as refusal:
        bid(officer, shift)
    assert "daily-cap" in refusal.value.message
    assert "16 h" in refusal.value.message
    assert refusal.value.numbers["outcome"] == "deny"


@pytest.mark.parametrize("status", ["probation", "leave", "light_duty", "suspended"])
def test_only_active_members_bid(department: Tenant, status: str) -> None:
    officer = make_officer(department)
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    entry_id = member_of_officer(department_id=department.id, officer_id=officer.id).entry_id
    change_status(department_id=department.id, entry_id=entry_id, status=status, actor=SETTING_UP, at=NOW)
    with pytest.raises(PolicyDenied):
        bid(officer, shift)


def test_the_best_paid_place_that_the_rank_allows_is_chosen(department: Tenant) -> None:
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW, ranks={"constable": 1, "sergeant": 1})
    sergeant, constable = make_officer(department, rank_code="sergeant"), make_officer(department)
    assert bid(sergeant, shift).position.rank_code == "sergeant"
    assert bid(constable, shift).position.rank_code == "constable"
    with pytest.raises(PolicyDenied):
        bid(make_officer(department), shift, rank_code="sergeant")
    with pytest.raises(RankNotWanted):
        bid(make_officer(department), shift, rank_code="staff-sergeant")


def test_an_assignment_at_the_same_time_refuses_the_bid_and_one_right_after_does_not(department: Tenant) -> None:
    officer = make_officer(department)
    job = make_job(department, at=NOW)
    shift = make_shift(job, starts_at=STARTS_AT, at=NOW)
    bid(officer, shift)
    award_shift(shift_id=shift.id, actor=SETTING_UP, at=CLOSING)
    overlapping = make_shift(job, starts_at=STARTS_AT + timedelta(hours=3), at=NOW)
    touching = make_shift(job, starts_at=STARTS_AT + timedelta(hours=4), at=NOW)
    with pytest.raises(OverlapsCommitment):
        bid(officer, overlapping, at=CLOSING)
    assert bid(officer, touching, at=CLOSING).state == Bid.State.PLACED


def test_under_short_notice_the_first_eligible_bid_gets_the_place(department: Tenant) -> None:
    at = STARTS_AT - timedelta(hours=6)
    shift = make_shift(make_job(department, at=at), starts_at=STARTS_AT, at=at, first_come=True)
    first, second = make_officer(department), make_officer(department, seniority_date=date(1999, 1, 1))
    won = bid(first, shift, at=at + timedelta(minutes=5))
    assert won.state == Bid.State.WON
    assert won.explanation
    with pytest.raises(ShiftAlreadyFilled):
        bid(second, shift, at=at + timedelta(minutes=6))
    assert Assignment.objects.get().officer_id == first.id
    assert Shift.objects.get(id=shift.id).state == Shift.State.STAFFED
    award = Award.objects.get()
    assert award.snapshot["kind"] == "first_come"
    assert replay_award(award=award)


def test_first_come_ends_when_the_shift_begins(department: Tenant) -> None:
    at = STARTS_AT - timedelta(hours=6)
    shift = make_shift(make_job(department, at=at), starts_at=STARTS_AT, at=at, first_come=True)
    with pytest.raises(BiddingClosed):
        bid(make_officer(department), shift, at=STARTS_AT)
