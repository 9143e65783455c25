"""Awards: the department's order, a sentence for everybody, and the same decision whenever it is replayed."""

import copy
from datetime import UTC, date, datetime, timedelta

import pytest

from departments.policy.ordering import draw_value
from departments.roster import change_status, member_of_officer
from kernel.models import AuditEvent, OutboxEvent
from marketplace.awarding import award_shift, replay_award, scan_closings
from marketplace.bidding import place_bid, withdraw_bid
from marketplace.models import Assignment, Award, Bid, Officer, Shift, Timesheet
from marketplace.refusals_bidding import AlreadyAwarded, BiddingStillOpen, ShiftNotFound, ShiftNotOpen
from tenants.models import Tenant
from tests.factories.departments import SETTING_UP, make_officer, publish_example
from tests.factories.jobs import SEED, make_job, make_shift
from tests.factories.people import actor_for

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
STARTS_AT = datetime(2026, 3, 20, 15, tzinfo=UTC)
CLOSING = STARTS_AT - timedelta(hours=24)


@pytest.fixture(autouse=True)
def _rules(department: Tenant) -> None:
    publish_example(department)


def bid(officer: Officer, shift: Shift, *, at: datetime = NOW) -> Bid:
    return place_bid(officer=officer, shift_id=shift.id, actor=actor_for(officer.person), at=at)


def award(shift: Shift, *, at: datetime = CLOSING) -> list[Award]:
    return award_shift(shift_id=shift.id, actor=SETTING_UP, at=at)


def give_hours(department: Tenant, officer: Officer, *, starts_at: datetime, hours: int) -> Assignment:
    """An assignment of the officer's from another, already awarded shift."""
    shift = make_shift(make_job(department, at=NOW), starts_at=starts_at, hours=hours, at=NOW)
    bid(officer, shift)
    award(shift, at=starts_at - timedelta(hours=24))
    return Assignment.objects.get(shift=shift)


def test_the_fewest_hours_this_month_go_first_and_every_bidder_is_told_why(department: Tenant) -> None:
    senior = make_officer(department, seniority_date=date(1999, 1, 1), family_name="Dale")
    junior = make_officer(department, seniority_date=date(2020, 1, 1), family_name="Elm")
    give_hours(department, senior, starts_at=datetime(2026, 3, 6, 15, tzinfo=UTC), hours=8)
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    bid(senior, shift)
    bid(junior, shift)
    [decision] = award(shift)
    assert Assignment.objects.get(shift=shift).officer_id == junior.id
    won, backup = Bid.objects.get(shift=shift, officer=junior), Bid.objects.get(shift=shift, officer=senior)
    assert (won.state, won.place, backup.state, backup.place) == ("won", 1, "backup", 2)
    assert "8 h 00" in backup.explanation
    assert backup.explanation.startswith("2nd of 2")
    assert won.explanation.startswith("1st of 2")
    assert replay_award(award=decision)
    decided = OutboxEvent.objects.filter(name="marketplace.bid_decided").values_list("payload__bid_id", flat=True)
    assert {str(won.id), str(backup.id)} <= set(decided)
    assert AuditEvent.objects.filter(action="shift.awarded", subject_id=shift.id).exists()


def test_last_months_hours_do_not_count_and_the_month_is_the_departments(department: Tenant) -> None:
    """1 March 03:00 UTC is still February in Toronto."""
    senior = make_officer(department, seniority_date=date(1999, 1, 1))
    junior = make_officer(department, seniority_date=date(2020, 1, 1))
    at = datetime(2026, 2, 10, 12, tzinfo=UTC)
    old = make_shift(make_job(department, at=at), starts_at=datetime(2026, 3, 1, 3, tzinfo=UTC), hours=10, at=at)
    bid(senior, old, at=at)
    award(old, at=datetime(2026, 2, 28, 3, tzinfo=UTC))
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    bid(senior, shift)
    bid(junior, shift)
    award(shift)
    assert Assignment.objects.get(shift=shift).officer_id == senior.id


def test_worked_time_counts_where_there_is_a_timesheet_and_a_no_show_counts_for_nothing(department: Tenant) -> None:
    worked_little = make_officer(department, seniority_date=date(2012, 1, 1))
    awarded_more = make_officer(department, seniority_date=date(2011, 1, 1))
    never_came = make_officer(department, seniority_date=date(2010, 1, 1))
    first, _second, third = (
        give_hours(department, officer, starts_at=datetime(2026, 3, day, 15, tzinfo=UTC), hours=hours)
        for officer, day, hours in ((worked_little, 4, 8), (awarded_more, 5, 4), (never_came, 6, 8))
    )
    Timesheet.objects.create(
        assignment=first,
        worked_starts_at=first.period.lower,
        worked_ends_at=first.period.lower + timedelta(hours=3),
        worked_minutes=180,
        billable_minutes=180,
        payable_minutes=180,
        submitted_at=NOW,
    )
    Assignment.objects.filter(id=third.id).update(state=Assignment.State.NO_SHOW)
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, ranks={"constable": 1}, at=NOW)
    for officer in (worked_little, awarded_more, never_came):
        bid(officer, shift)
    [decision] = award(shift)
    minutes = {
        entry["officer_id"]: entry["key_values"]["extra_duty_minutes_this_month"]
        for entry in decision.snapshot["ranking"]["entries"]
    }
    assert minutes == {str(worked_little.id): 180, str(awarded_more.id): 240, str(never_came.id): 0}
    order = [entry["officer_id"] for entry in decision.snapshot["ranking"]["entries"]]
    assert order == [str(never_came.id), str(worked_little.id), str(awarded_more.id)]


def test_equal_hours_go_to_the_senior_and_equal_seniority_to_the_committed_draw(department: Tenant) -> None:
    officers = [make_officer(department, seniority_date=date(2010, 5, 5)) for _ in range(3)]
    senior = make_officer(department, seniority_date=date(2009, 5, 5))
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, ranks={"constable": 2}, at=NOW)
    for officer in (*officers, senior):
        bid(officer, shift)
    [decision] = award(shift)
    drawn = sorted(officers, key=lambda one: draw_value(seed=SEED, shift_id=str(shift.id), officer_id=str(one.id)))
    ranked = [str(one.id) for one in (senior, *drawn)]
    assert [entry["officer_id"] for entry in decision.snapshot["ranking"]["entries"]] == ranked
    assert {str(one) for one in Assignment.objects.values_list("officer_id", flat=True)} == set(ranked[:2])
    assert decision.snapshot["draw"] == {"seed": SEED, "commitment": shift.draw_commitment}


def test_whoever_may_no_longer_work_is_left_out_with_the_reason(department: Tenant) -> None:
    barred, next_in_line = (
        make_officer(department, seniority_date=date(year, 1, 1), family_name="Dale") for year in (1999, 2015)
    )
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    bid(barred, shift)
    bid(next_in_line, shift)
    entry_id = member_of_officer(department_id=department.id, officer_id=barred.id).entry_id
    change_status(department_id=department.id, entry_id=entry_id, status="suspended", actor=SETTING_UP, at=NOW)
    [decision] = award(shift)
    assert Assignment.objects.get(shift=shift).officer_id == next_in_line.id
    lost = Bid.objects.get(shift=shift, officer=barred)
    assert lost.state == Bid.State.LOST
    assert "suspen" in lost.explanation.lower()
    assert replay_award(award=decision)


def test_an_award_that_was_tampered_with_does_not_replay(department: Tenant) -> None:
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    for year in (2001, 2011):
        bid(make_officer(department, seniority_date=date(year, 1, 1)), shift)
    [decision] = award(shift)
    assert replay_award(award=Award.objects.get(id=decision.id))
    honest = decision.snapshot

    def swap_winner(snapshot: dict) -> None:  # type: ignore[type-arg]
        for one in snapshot["bids"]:
            one["outcome"] = "backup" if one["outcome"] == "won" else "won"

    def change_seed(snapshot: dict) -> None:  # type: ignore[type-arg]
        snapshot["ranking"]["seed"] = "another"

    def change_hours(snapshot: dict) -> None:  # type: ignore[type-arg]
        snapshot["ranking"]["entries"][0]["key_values"]["extra_duty_minutes_this_month"] = 6000

    def hide_a_bidder(snapshot: dict) -> None:  # type: ignore[type-arg]
        snapshot["ranking"]["entries"].pop()

    def deny_without_cause(snapshot: dict) -> None:  # type: ignore[type-arg]
        next(iter(snapshot["judgements"].values()))["verdict"]["outcome"] = "deny"

    for tamper in (swap_winner, change_seed, change_hours, hide_a_bidder, deny_without_cause):
        decision.snapshot = copy.deepcopy(honest)
        tamper(decision.snapshot)
        assert not replay_award(award=decision), tamper.__name__


def test_places_left_over_are_first_come(department: Tenant) -> None:
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, ranks={"constable": 2}, at=NOW)
    bid(make_officer(department), shift)
    award(shift)
    stored = Shift.objects.get(id=shift.id)
    assert (stored.state, stored.first_come, stored.awarded_at) == (Shift.State.PART_STAFFED, True, CLOSING)
    assert OutboxEvent.objects.get(name="marketplace.shift_short_staffed").payload == {"shift_id": str(shift.id)}
    late = bid(make_officer(department), shift, at=CLOSING + timedelta(hours=3))
    assert late.state == Bid.State.WON
    assert Shift.objects.get(id=shift.id).state == Shift.State.STAFFED


def test_each_rank_is_decided_among_its_own_bidders(department: Tenant) -> None:
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, ranks={"constable": 1, "sergeant": 1}, at=NOW)
    sergeant, constable = make_officer(department, rank_code="sergeant"), make_officer(department)
    bid(sergeant, shift)
    bid(constable, shift)
    awards = award(shift)
    assert len(awards) == 2
    assert all(replay_award(award=one) for one in awards)
    rates = dict(Assignment.objects.values_list("officer_id", "pay_rate_cents_per_hour"))
    assert rates == {sergeant.id: 8880, constable.id: 7850}


def test_nobody_bid(department: Tenant) -> None:
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    [decision] = award(shift)
    assert decision.snapshot["bids"] == []
    assert replay_award(award=decision)
    assert Shift.objects.get(id=shift.id).state == Shift.State.OPEN


def test_it_is_decided_once_and_not_before_its_time(department: Tenant) -> None:
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    bid(make_officer(department), shift)
    with pytest.raises(BiddingStillOpen):
        award(shift, at=CLOSING - timedelta(seconds=1))
    award(shift)
    with pytest.raises(AlreadyAwarded):
        award(shift)
    assert Award.objects.count() == Assignment.objects.count() == 1


def test_shifts_that_are_not_open_or_not_there_are_not_awarded(department: Tenant) -> None:
    cancelled = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW, state="cancelled")
    with pytest.raises(ShiftNotOpen):
        award(cancelled)
    cancelled.id = cancelled.job_id
    with pytest.raises(ShiftNotFound):
        award(cancelled)


def test_a_withdrawn_bid_is_not_considered(department: Tenant) -> None:
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    fickle, steady = (make_officer(department, seniority_date=date(year, 1, 1)) for year in (1990, 2010))
    bid(fickle, shift)
    bid(steady, shift)
    withdraw_bid(officer=fickle, shift_id=shift.id, actor=actor_for(fickle.person), at=NOW)
    [decision] = award(shift)
    assert Assignment.objects.get().officer_id == steady.id
    assert str(fickle.id) not in str(decision.snapshot["bids"])


def test_the_scan_awards_what_is_due_and_one_broken_department_does_not_stop_it(
    department: Tenant, other_department: Tenant
) -> None:
    publish_example(other_department, name="us")
    broken = make_shift(make_job(other_department, at=NOW), starts_at=STARTS_AT, ranks={"officer": 1}, at=NOW)
    # Its venue's department retired its rules: dated before any policy.
    Shift.objects.filter(id=broken.id).update(governing_department_id=broken.job_id)
    due = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    later = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT + timedelta(hours=1), at=NOW)
    assert scan_closings(at=CLOSING) == 1
    assert Shift.objects.get(id=due.id).awarded_at == CLOSING
    assert Shift.objects.get(id=later.id).awarded_at is None
    assert scan_closings(at=CLOSING) == 0


def test_two_overlapping_shifts_that_close_together_do_not_get_the_same_officer(department: Tenant) -> None:
    only, spare = (make_officer(department, seniority_date=date(year, 1, 1)) for year in (1990, 2010))
    job = make_job(department, at=NOW)
    shifts = [make_shift(job, starts_at=STARTS_AT + timedelta(hours=offset), at=NOW) for offset in (0, 2)]
    for shift in shifts:
        bid(only, shift)
        bid(spare, shift)
    for shift in shifts:
        award(shift, at=CLOSING + timedelta(hours=2))
    assert Assignment.objects.get(shift=shifts[0]).officer_id == only.id
    assert Assignment.objects.get(shift=shifts[1]).officer_id == spare.id
    lost = Bid.objects.get(shift=shifts[1], officer=only)
    assert lost.state == Bid.State.LOST
    assert "overlap" in lost.explanation
