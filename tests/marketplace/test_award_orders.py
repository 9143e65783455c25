"""Orders beyond bids at closing: offers, tiers, windows, bumping, by hand, and giving up, on real rows."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import QuerySet

from departments import fairness_ledger
from departments.importing.duty_rows import DutyRow
from departments.refusals_oversight import DeciderMissing
from departments.roster import change_status, member_of_officer
from kernel.errors import NotFound, NotPermitted
from kernel.models import OutboxEvent
from marketplace.answering import answer_offer, record_answer, scan_offers
from marketplace.availability import set_availability
from marketplace.awarding import award_shift, replay_award, scan_closings
from marketplace.bidding import place_bid
from marketplace.duty_importing import import_duty
from marketplace.giving_up import consequence_of, give_up
from marketplace.irregularities import irregularities
from marketplace.manual_awards import award_by_hand
from marketplace.models import Assignment, Award, Bid, Offer, Officer, Shift
from marketplace.openings import scan_tiers, set_openings
from marketplace.refusals import ReasonMissing
from marketplace.refusals_bidding import (
    BiddingNotOpenForYouYet,
    BidsNotTaken,
    CallOffTooLate,
    MayNotAwardByHand,
    NotAllowedAtHome,
    OfferAlreadyAnswered,
    OfferExpired,
    PolicyDenied,
    ShiftAlreadyFilled,
)
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.departments import SETTING_UP, example, make_officer, publish_example
from tests.factories.jobs import make_job, make_shift
from tests.factories.outbox import drain
from tests.factories.people import actor_for

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
STARTS_AT = datetime(2026, 3, 20, 15, tzinfo=UTC)
CLOSING = STARTS_AT - timedelta(hours=24)
AUTOMATIC = {
    "method": "automatic",
    "keys": ["counted_minutes", "seniority_date", "draw"],
    "counters": {"debits": ["worked", "awarded", "refused"]},
    "automatic": {"answer_hours": 6, "retry_daily_until_hours_before_start": 24},
}


def shift_under(department: Tenant, order: dict, **more) -> Shift:
    publish_example(department, award_order=order)
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW, **more)
    if order.get("method") in ("automatic", "wheel"):
        Shift.objects.filter(id=shift.id).update(closes_at=NOW)
    return Shift.objects.get(id=shift.id)


def make_three(department: Tenant) -> list[Officer]:
    return [make_officer(department, seniority_date=date(year, 1, 1)) for year in (2001, 2005, 2009)]


def available(officer: Officer, *, weekly=(), blocked=()) -> None:
    set_availability(
        officer=officer,
        wants_offers=True,
        weekly=weekly,
        blocked_dates=blocked,
        actor=actor_for(officer.person),
        at=NOW,
    )


def bid(officer: Officer, shift: Shift, *, at: datetime = NOW) -> Bid:
    return place_bid(officer=officer, shift_id=shift.id, actor=actor_for(officer.person), at=at)


def answer(officer: Officer, accept: bool, *, at: datetime) -> Offer:
    offer = Offer.objects.filter(officer=officer).latest("offered_at")
    return answer_offer(officer=officer, offer_id=offer.id, accept=accept, actor=actor_for(officer.person), at=at)


def open_offers() -> "QuerySet[Offer]":
    return Offer.objects.filter(state=Offer.State.OPEN)


def deliver(*, at: datetime) -> None:
    with acting_as(purpose="worker"):
        drain(at=at)


def out_of_the_ordinary(department: Tenant) -> list[str]:
    found = irregularities(department_id=department.id, starts_at=STARTS_AT, ends_at=STARTS_AT + timedelta(days=1))
    return [one.kind for one in found]


def ledger(department: Tenant) -> list[tuple[str, str]]:
    deliver(at=STARTS_AT)
    return [(line.kind, str(line.officer_id)) for line in fairness_ledger.entries(department_id=department.id)]


def test_places_are_offered_down_the_order_and_the_next_is_asked_when_one_declines(department: Tenant) -> None:
    shift = shift_under(department, AUTOMATIC)
    first, second, third = make_three(department)
    for officer in (first, third):
        available(officer)
    available(second, blocked=[STARTS_AT.date()])
    assert scan_closings(at=NOW) == 1
    offer = open_offers().get()
    assert (offer.officer, offer.place, offer.answer_by) == (first, 1, NOW + timedelta(hours=6))
    assert Assignment.objects.get().state == Assignment.State.OFFERED
    assert Shift.objects.get().state == Shift.State.OPEN
    with pytest.raises(BidsNotTaken):
        bid(second, shift)
    answer(first, False, at=NOW + timedelta(hours=1))
    assert open_offers().get().officer == third
    answer(third, True, at=NOW + timedelta(hours=2))
    assert Assignment.objects.get().officer == third
    assert Shift.objects.get().state == Shift.State.STAFFED
    award = Award.objects.get()
    assert award.snapshot["kind"] == "offer"
    assert replay_award(award=award)
    kinds = ledger(department)
    assert ("refused", str(first.id)) in kinds
    assert {("offered", str(third.id)), ("accepted", str(third.id)), ("awarded", str(third.id))} <= set(kinds)
    assert ledger(department) == kinds
    assert shift.id == award.shift_id
    assert not out_of_the_ordinary(department)


def test_silence_goes_to_the_next_and_an_exhausted_list_is_gone_through_again_a_day_later(department: Tenant) -> None:
    shift = shift_under(department, AUTOMATIC)
    officer = make_officer(department)
    available(officer)
    scan_closings(at=NOW)
    too_late = NOW + timedelta(hours=6)
    with pytest.raises(OfferExpired):
        answer(officer, True, at=too_late)
    assert scan_offers(at=too_late - timedelta(seconds=1)) == 0
    assert scan_offers(at=too_late) == 1
    with pytest.raises(OfferAlreadyAnswered):
        answer(officer, True, at=too_late)
    assert not Assignment.objects.exists()
    assert Shift.objects.get(id=shift.id).offers_due_at == too_late + timedelta(days=1)
    scan_offers(at=too_late + timedelta(days=1))
    assert open_offers().get().officer == officer
    assert Award.objects.count() == 2
    # Too near the start for another round: first come, for everybody.
    near = STARTS_AT - timedelta(hours=24)
    Offer.objects.update(answer_by=near)
    scan_offers(at=near)
    left = Shift.objects.get(id=shift.id)
    assert (left.offers_due_at, left.first_come) == (None, True)
    assert OutboxEvent.objects.filter(name="marketplace.shift_short_staffed").count() == 1
    assert bid(officer, shift, at=near).state == Bid.State.WON


def test_nobody_available_is_short_staffed_and_no_crash(department: Tenant) -> None:
    shift = shift_under(department, {**AUTOMATIC, "automatic": {"retry_daily_until_hours_before_start": 8000}})
    make_officer(department)
    scan_closings(at=NOW)
    assert Award.objects.get().snapshot["ranking"]["entries"] == []
    assert Shift.objects.get(id=shift.id).first_come


def test_a_decline_is_heard_though_the_schedule_has_claimed_the_time_since(department: Tenant) -> None:
    shift_under(department, AUTOMATIC)
    officer = make_officer(department)
    available(officer)
    scan_closings(at=NOW)
    badge = member_of_officer(department_id=department.id, officer_id=officer.id).badge_number
    row = DutyRow(1, badge, "court", STARTS_AT, STARTS_AT + timedelta(hours=1), "a court day")
    taken = import_duty(department_id=department.id, source="rota", rows=[row], actor=SETTING_UP, at=NOW)
    assert (taken.added, taken.conflicts) == (1, 0)
    with pytest.raises(PolicyDenied):
        answer(officer, True, at=NOW)
    assert answer(officer, False, at=NOW).state == Offer.State.REFUSED
    assert not Assignment.objects.exists()


def test_a_refusal_counts_on_the_list_of_the_shift_that_was_refused(department: Tenant) -> None:
    festivals = {"id": "festivals", "when": {"event_types": ["festival"]}}
    shift_under(department, {**AUTOMATIC, "lists": [festivals]})
    senior, junior, _ = make_three(department)
    available(senior)
    scan_closings(at=NOW)
    answer(senior, False, at=NOW)
    deliver(at=NOW)
    available(junior)
    following = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT + timedelta(days=2), at=NOW)
    Shift.objects.filter(id=following.id).update(closes_at=NOW)
    scan_closings(at=NOW)
    assert open_offers().get(shift=following).officer == junior


def test_while_the_next_is_asked_nobody_is_told_that_officers_are_missing(department: Tenant) -> None:
    shift_under(department, AUTOMATIC)
    first, second, _ = make_three(department)
    for officer in (first, second):
        available(officer)
    scan_closings(at=NOW)
    answer(first, True, at=NOW)
    held = Assignment.objects.get()
    give_up(officer=first, assignment_id=held.id, reason="Ill", actor=actor_for(first.person), at=NOW)
    deliver(at=NOW)
    assert open_offers().get().officer == second
    assert not OutboxEvent.objects.filter(name="marketplace.shift_short_staffed").exists()


def test_the_wheel_calls_from_the_top_and_the_unreachable_keep_their_place(department: Tenant) -> None:
    order = {"method": "wheel", "wheel": {"anchor_date": "2026-03-02"}, "automatic": {"answer_hours": 6}}
    shift_under(department, order)
    first, second, third = make_three(department)
    scan_closings(at=NOW)
    coordinator = SETTING_UP
    for officer, said in ((first, "unreachable"), (second, "refused"), (third, "accepted")):
        offer = open_offers().get()
        assert offer.officer == officer
        record_answer(
            department_id=department.id,
            offer_id=offer.id,
            answer=said,
            actor=coordinator,
            at=NOW + timedelta(minutes=Offer.objects.count()),
        )
    deliver(at=STARTS_AT)
    at = NOW + timedelta(days=1)
    following = make_shift(
        make_job(department, at=NOW), starts_at=STARTS_AT + timedelta(days=2), at=at, seed="other" * 10
    )
    Shift.objects.filter(id=following.id).update(closes_at=at)
    scan_closings(at=at)
    award = Award.objects.get(shift=following)
    order = [entry["officer_id"] for entry in award.snapshot["ranking"]["entries"]]
    assert order == [str(one.id) for one in (first, second, third)]
    places = [entry["key_values"]["wheel_position"] for entry in award.snapshot["ranking"]["entries"]]
    assert places == [1, 2, 3]
    with pytest.raises(NotFound):
        record_answer(
            department_id=shift_department_of(award), offer_id=award.id, answer="refused", actor=coordinator, at=at
        )


def shift_department_of(award: Award):
    return award.shift.governing_department_id


def test_a_tier_for_others_opens_on_its_timer_and_is_announced(department: Tenant, other_department: Tenant) -> None:
    publish_example(other_department, name="us")
    order = {
        "keys": ["tier", "seniority_date", "draw"],
        "tiers": [
            {"id": "own", "who": {"home": "own"}},
            {"id": "neighbours", "name": "Neighbours", "who": {"home": "others"}, "opens_hours_before_start": 48},
        ],
    }
    shift = shift_under(department, order)
    set_openings(shift=shift, policy=_policy(department))
    shift.save()
    opens_at = STARTS_AT - timedelta(hours=48)
    assert shift.next_tier_opens_at == shift.open_to_others_at == opens_at
    neighbour = make_officer(other_department, rank_code="officer", seniority_date=date(1980, 1, 1))
    own = make_officer(department, seniority_date=date(2020, 1, 1))
    with pytest.raises(NotFound):
        bid(neighbour, shift, at=opens_at - timedelta(seconds=1))
    assert scan_tiers(at=opens_at - timedelta(seconds=1)) == 0
    assert scan_tiers(at=opens_at) == 1
    assert scan_tiers(at=opens_at) == 0
    assert OutboxEvent.objects.get(name="marketplace.tier_opened").payload["tier_id"] == "neighbours"
    bid(neighbour, shift, at=opens_at)
    bid(own, shift, at=opens_at)
    [decision] = award_shift(shift_id=shift.id, actor=SETTING_UP, at=CLOSING)
    assert Assignment.objects.get().officer == own
    assert decision.snapshot["considered"][str(neighbour.id)]["tier_name"] == "Neighbours"
    assert replay_award(award=decision)


def _policy(department: Tenant):
    from departments.policies import policy_at

    return policy_at(department_id=department.id, at=STARTS_AT)


def test_bidding_opens_by_seniority_and_says_when(department: Tenant) -> None:
    order = {
        "windows": {
            "sets": [{"id": "senior", "share_percent": 50}, {"id": "rest", "opens_after_minutes": 60}],
        }
    }
    shift = shift_under(department, order)
    senior, junior = (make_officer(department, seniority_date=date(year, 1, 1)) for year in (2001, 2015))
    bid(senior, shift)
    with pytest.raises(BiddingNotOpenForYouYet) as refusal:
        bid(junior, shift, at=NOW + timedelta(minutes=59))
    assert refusal.value.numbers["opens_at"] == (NOW + timedelta(minutes=60)).isoformat()
    bid(junior, shift, at=NOW + timedelta(minutes=60))


def test_a_hidden_opening_is_not_told(department: Tenant) -> None:
    shift = shift_under(department, {"windows": {"hidden_unlock_minutes": 10_000}})
    with pytest.raises(BiddingNotOpenForYouYet) as refusal:
        bid(make_officer(department), shift)
    assert refusal.value.numbers["opens_at"] is None


def test_a_better_placed_officer_bumps_until_the_deadline_and_the_bumped_is_first_in_line(department: Tenant) -> None:
    order = {"keys": ["rank_level", "seniority_date", "draw"], "bumping": {"until_hours_before_start": 12}}
    shift = shift_under(department, order)
    junior, backup = (make_officer(department, seniority_date=date(year, 1, 1)) for year in (2018, 2020))
    senior, newest = (make_officer(department, seniority_date=date(year, 1, 1)) for year in (2001, 2024))
    bid(junior, shift)
    bid(backup, shift)
    award_shift(shift_id=shift.id, actor=SETTING_UP, at=CLOSING)
    with pytest.raises(ShiftAlreadyFilled):
        bid(newest, shift, at=CLOSING)
    assert bid(senior, shift, at=CLOSING).state == Bid.State.WON
    waiting = Bid.objects.get(officer=junior)
    assert (waiting.state, waiting.place) == (Bid.State.BACKUP, 0)
    assert Shift.objects.get().state == Shift.State.STAFFED
    decision = Award.objects.get(snapshot__kind="bump")
    assert decision.snapshot["bumped"]["officer_id"] == str(junior.id)
    assert replay_award(award=decision)
    live = Assignment.objects.get(state=Assignment.State.CONFIRMED)
    give_up(officer=senior, assignment_id=live.id, reason="Ill", actor=actor_for(senior.person), at=CLOSING)
    deliver(at=CLOSING)
    kinds = ledger(department)
    assert {("released", str(junior.id)), ("called_off", str(senior.id))} <= set(kinds)
    assert Assignment.objects.get(state=Assignment.State.CONFIRMED).officer == junior


def test_bumping_ends(department: Tenant) -> None:
    shift = shift_under(department, {"bumping": {"until_hours_before_start": 12}})
    bid(make_officer(department, seniority_date=date(2018, 1, 1)), shift)
    award_shift(shift_id=shift.id, actor=SETTING_UP, at=CLOSING)
    senior = make_officer(department, seniority_date=date(2001, 1, 1))
    with pytest.raises(ShiftAlreadyFilled):
        bid(senior, shift, at=STARTS_AT - timedelta(hours=12))
    assert Bid.objects.count() == 1


def by_hand(department: Tenant, shift: Shift, officer: Officer, *, reason: str = "Speaks Portuguese", roles=None):
    return award_by_hand(
        department_id=department.id,
        shift_id=shift.id,
        officer_id=officer.id,
        rank_code="constable",
        reason=reason,
        roles=roles or {"coordinator"},
        actor=SETTING_UP,
        at=CLOSING,
    )


def test_by_hand_needs_a_role_and_a_reason_and_lifts_no_rule(department: Tenant) -> None:
    shift = shift_under(department, {"method": "manual", "keys": ["seniority_date", "draw"]})
    first, second, third = make_three(department)
    for officer in (first, second, third):
        bid(officer, shift)
    assert award_shift(shift_id=shift.id, actor=SETTING_UP, at=CLOSING) == []
    with pytest.raises(ReasonMissing):
        by_hand(department, shift, second, reason=" ")
    with pytest.raises(MayNotAwardByHand):
        by_hand(department, shift, second, roles={"auditor"})
    entry_id = member_of_officer(department_id=department.id, officer_id=third.id).entry_id
    change_status(department_id=department.id, entry_id=entry_id, status="suspended", actor=SETTING_UP, at=NOW)
    with pytest.raises(PolicyDenied):
        by_hand(department, shift, third)
    assert not Assignment.objects.exists()
    decision = by_hand(department, shift, second)
    assert decision.snapshot["manual"]["passed_over"] == [str(first.id), str(third.id)]
    assert replay_award(award=decision)
    assert out_of_the_ordinary(department) == ["manual_award"]
    outcomes = {row.officer_id: (row.state, row.place) for row in Bid.objects.all()}
    assert outcomes == {second.id: ("won", None), first.id: ("backup", 1), third.id: ("lost", None)}
    assert "Portuguese" in Bid.objects.get(officer=first).explanation
    with pytest.raises(ShiftAlreadyFilled):
        by_hand(department, shift, first)


def test_by_hand_answers_only_a_rule_that_names_the_deciders_role(department: Tenant, other_department: Tenant) -> None:
    asks = [{"status": "light_duty", "outcome": "needs_approval", "approval_role": "commander"}]
    rules = {"eligibility": {**example("ontario")["eligibility"], "status_rules": asks}}
    publish_example(department, award_order={"method": "manual", "keys": ["draw"]}, **rules)
    publish_example(other_department, **rules)
    officers = make_officer(department), make_officer(other_department)
    for home, officer in zip((department, other_department), officers, strict=True):
        entry_id = member_of_officer(department_id=home.id, officer_id=officer.id).entry_id
        change_status(department_id=home.id, entry_id=entry_id, status="light_duty", actor=SETTING_UP, at=NOW)
    shift = make_shift(make_job(department, at=NOW, route="marketplace"), starts_at=STARTS_AT, at=NOW)
    both = {"coordinator", "commander"}
    with pytest.raises(DeciderMissing):
        by_hand(department, shift, officers[0], roles={"coordinator"})
    with pytest.raises(NotAllowedAtHome):
        by_hand(department, shift, officers[1], roles=both)
    assert not Assignment.objects.exists()
    decision = by_hand(department, shift, officers[0], roles=both)
    assert replay_award(award=decision)


def test_another_departments_shift_is_not_there_to_be_awarded(department: Tenant, other_department: Tenant) -> None:
    shift = shift_under(department, {})
    with pytest.raises(NotFound):
        by_hand(other_department, shift, make_officer(department))
    assert issubclass(MayNotAwardByHand, NotPermitted)


def test_giving_up_has_a_last_moment_and_goes_to_the_next_of_the_original_list(department: Tenant) -> None:
    order = {
        "keys": ["counted_minutes", "seniority_date", "draw"],
        "counters": {"debits": ["worked", "awarded", "given_up"], "percent": {"given_up": 50}},
        "call_off": {"until_hours_before_start": 12, "text": "Half the shift counts against you."},
    }
    shift = shift_under(department, order)
    first, second, _ = make_three(department)
    bid(first, shift)
    bid(second, shift)
    [original] = award_shift(shift_id=shift.id, actor=SETTING_UP, at=CLOSING)
    held = Assignment.objects.select_related("shift").get()
    last = STARTS_AT - timedelta(hours=12)
    told = consequence_of(assignment=held, at=last - timedelta(seconds=1))
    assert (told.allowed, told.counts_minutes, told.until) == (True, 120, last)
    with pytest.raises(CallOffTooLate):
        give_up(officer=first, assignment_id=held.id, reason="Ill", actor=actor_for(first.person), at=last)
    at = last - timedelta(seconds=1)
    give_up(officer=first, assignment_id=held.id, reason="Ill", actor=actor_for(first.person), at=at)
    deliver(at=at)
    assert Assignment.objects.get(state=Assignment.State.CONFIRMED).officer == second
    follow_up = Award.objects.get(snapshot__kind="backup")
    assert follow_up.snapshot["original_award_id"] == str(original.id)


def test_an_award_takes_the_same_number_of_queries_for_many_bidders(
    department: Tenant, django_assert_max_num_queries
) -> None:
    shift = shift_under(department, {"keys": ["distance_band_kilometres", "counted_minutes", "draw"]})
    officers = make_three(department)
    for officer in officers[:1]:
        bid(officer, shift)
    counts = []
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        award_shift(shift_id=shift.id, actor=SETTING_UP, at=CLOSING)
    counts.append(len(few))
    more = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT + timedelta(days=1), at=NOW)
    for officer in officers:
        bid(officer, more)
    with CaptureQueriesContext(connection) as many:
        award_shift(shift_id=more.id, actor=SETTING_UP, at=STARTS_AT)
    assert len(many) <= counts[0]
