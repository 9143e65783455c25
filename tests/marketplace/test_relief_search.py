"""Relief from the backups: one after the other, until one accepts, the late officer comes, or nobody is left."""

from datetime import timedelta
from typing import Any

import pytest

from kernel.errors import NotFound
from marketplace import alerts, answering, watching
from marketplace.answering import answer_offer
from marketplace.assigning import vacancies_of
from marketplace.award_records import replay_award
from marketplace.boards import read_board
from marketplace.giving_up import give_up
from marketplace.models import Alert, Assignment, Award, Bid, Offer, ReliefSearch, Shift
from marketplace.refusals_bidding import OfferAlreadyAnswered
from marketplace.refusals_service_levels import ReliefAlreadySought, ReliefNotNeeded, TooLateForRelief
from marketplace.releasing import call_off
from marketplace.relief_search import begin_search
from marketplace.relieving import arrange_relief
from tenants.models import Tenant
from tests.factories.departments import SETTING_UP, make_officer, publish_example
from tests.factories.outbox import drain
from tests.factories.people import actor_for
from tests.factories.work import Work, clock
from tests.marketplace.awarded import STARTS_AT, Awarded, awarded_shift

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]


def minute(number: float) -> Any:
    return STARTS_AT + timedelta(minutes=number)


def scan(number: float) -> None:
    at = minute(number)
    answering.scan_offers(at=at)
    watching.scan_service_levels(at=at)
    drain(at=at)


@pytest.fixture
def awarded(department: Tenant) -> Awarded:
    publish_example(department)
    return awarded_shift(department)


def late(awarded: Awarded) -> Assignment:
    return Assignment.objects.get(officer=awarded.winner)


def work_of(awarded: Awarded) -> Work:
    return Work(None, awarded.winner, awarded.shift, late(awarded))  # type: ignore[arg-type]


def asked(awarded: Awarded) -> list[tuple[str, str]]:
    rows = Offer.objects.order_by("offered_at", "id").select_related("officer")
    return [(one.officer.display_name.split()[-1], one.state) for one in rows]


def on_board(awarded: Awarded, number: float) -> tuple[int, int, list[str]]:
    """Places held and missing, and the standing of each."""
    [row] = read_board(Shift.objects.filter(id=awarded.shift.id), at=minute(number))
    return row.held, row.missing, [one.status for one in row.places]


def answer(offer: Offer, number: float, *, accept: bool) -> Offer:
    officer = offer.officer
    return answer_offer(
        officer=officer, offer_id=offer.id, accept=accept, actor=actor_for(officer.person), at=minute(number)
    )


def test_the_backups_are_asked_in_their_order_until_one_accepts(awarded: Awarded) -> None:
    scan(14)
    assert asked(awarded) == []
    scan(15)
    assert asked(awarded) == [("Birch", "open")]
    first = Offer.objects.get()
    assert first.answer_by == minute(25)
    assert late(awarded).state == "confirmed"
    scan(25)
    assert asked(awarded) == [("Birch", "unreachable"), ("Cedar", "open")]
    answer(Offer.objects.get(state="open"), 28, accept=True)
    drain(at=minute(28))
    relief = Assignment.objects.get(officer=awarded.last)
    search = ReliefSearch.objects.get()
    assert (relief.state, search.state, search.filled_by_id) == ("confirmed", "filled", relief.id)
    # Before the no-show minutes the late officer is relieved, not marked.
    assert late(awarded).state == "relieved"
    assert Bid.objects.get(officer=awarded.last).state == "won"
    assert not Alert.objects.filter(assignment=late(awarded), resolved_at=None).exists()
    assert all(replay_award(award=one) for one in Award.objects.filter(snapshot__kind="relief"))
    # Who took over travels: late only after that.
    scan(70)
    assert not Alert.objects.filter(assignment=relief, kind="late").exists()
    scan(79)
    assert Alert.objects.filter(assignment=relief, kind="late").exists()


def test_from_the_no_show_minutes_on_the_late_officer_is_a_no_show(awarded: Awarded) -> None:
    scan(29)
    assert on_board(awarded, 29) == (1, 0, ["late"])
    answer(Offer.objects.get(state="open"), 30, accept=True)
    assert late(awarded).state == "no_show"
    # One place, that the backup has now; the other's line says only what became of them.
    assert on_board(awarded, 31) == (1, 0, ["expected"])
    board = read_board(Shift.objects.all(), at=minute(31))[0]
    assert sorted(one.status for one in board.people) == ["expected", "no_show"]


def test_the_late_officer_comes_first_and_the_backup_hears_it(awarded: Awarded) -> None:
    scan(15)
    clock(work_of(awarded), "in", at=minute(18))
    offer = Offer.objects.get()
    with pytest.raises(ReliefNotNeeded):
        answer(offer, 18, accept=True)
    drain(at=minute(18))
    offer.refresh_from_db()
    assert (offer.state, offer.assignment_id, ReliefSearch.objects.get().state) == ("withdrawn", None, "stopped")
    with pytest.raises(OfferAlreadyAnswered):
        answer(offer, 19, accept=True)
    assert list(Assignment.objects.values_list("state", flat=True)) == ["checked_in"]


def test_nobody_left_is_told_to_the_coordinator_and_the_place_stays_theirs(awarded: Awarded) -> None:
    for number in (15, 25, 35):
        scan(number)
    assert asked(awarded) == [("Birch", "unreachable"), ("Cedar", "unreachable")]
    assert ReliefSearch.objects.get().state == "exhausted"
    assert Alert.objects.filter(kind="no_relief", resolved_at=None).count() == 1
    assert late(awarded).state == "confirmed"
    clock(work_of(awarded), "in", at=minute(50))
    drain(at=minute(50))
    assert not Alert.objects.filter(resolved_at=None).exists()


def test_no_more_are_asked_than_the_policy_says(department: Tenant) -> None:
    publish_example(department, service_levels={"relief_attempts": 1, "relief_answer_minutes": 5})
    awarded = awarded_shift(department)
    for number in (15, 20):
        scan(number)
    assert asked(awarded) == [("Birch", "unreachable")]
    assert ReliefSearch.objects.get().state == "exhausted"


def test_given_up_at_the_last_minute_nobody_is_committed_unasked(awarded: Awarded) -> None:
    call_off(
        assignment_id=late(awarded).id,
        department_id=awarded.shift.governing_department_id,
        reason="Fell ill.",
        actor=SETTING_UP,
        at=minute(-119),
    )
    drain(at=minute(-119))
    assert asked(awarded) == [("Birch", "open")]
    answer(Offer.objects.get(), -118, accept=True)
    relief = Assignment.objects.get(officer=awarded.backup)
    assert (relief.state, late(awarded).state) == ("confirmed", "called_off")
    scan(5)
    assert Alert.objects.filter(assignment=relief, kind="late").exists()


def test_given_up_in_good_time_the_next_backup_has_it_at_once(awarded: Awarded) -> None:
    officer = awarded.winner
    give_up(
        officer=officer,
        assignment_id=late(awarded).id,
        reason="Ill.",
        actor=actor_for(officer.person),
        at=minute(-4000),
    )
    drain(at=minute(-4000))
    assert Assignment.objects.get(officer=awarded.backup).state == "confirmed"
    assert not ReliefSearch.objects.exists()


def test_the_desk_need_not_wait_and_asks_once(awarded: Awarded, other_department: Tenant) -> None:
    place = late(awarded)
    door: dict[str, Any] = {"assignment_id": place.id, "actor": SETTING_UP, "at": minute(2)}
    with pytest.raises(NotFound):
        begin_search(department_id=other_department.id, **door)
    begin_search(department_id=awarded.shift.governing_department_id, **door)
    assert asked(awarded) == [("Birch", "open")]
    with pytest.raises(ReliefAlreadySought):
        begin_search(department_id=awarded.shift.governing_department_id, **door)
    scan(15)
    assert ReliefSearch.objects.count() == 1


def test_a_refusal_goes_on_at_once_and_a_bystander_is_left_alone(awarded: Awarded, other_department: Tenant) -> None:
    publish_example(other_department, name="us")
    bystander = make_officer(other_department)
    scan(15)
    answer(Offer.objects.get(), 16, accept=False)
    assert asked(awarded) == [("Birch", "refused"), ("Cedar", "open")]
    assert not Offer.objects.filter(officer=bystander).exists()
    assert alerts.open_alerts(department_id=other_department.id) == []


def take_off(assignment: Assignment, number: float) -> None:
    call_off(
        assignment_id=assignment.id,
        department_id=assignment.shift.governing_department_id,
        reason="Fell ill.",
        actor=SETTING_UP,
        at=minute(number),
    )
    drain(at=minute(number))


def test_who_is_asked_and_taken_off_is_followed_by_the_next(awarded: Awarded) -> None:
    scan(15)
    take_off(Assignment.objects.get(officer=awarded.backup), 16)
    assert asked(awarded) == [("Birch", "withdrawn"), ("Cedar", "open")]
    # Nobody looks for relief of an officer who never had the place.
    assert ReliefSearch.objects.get().assignment_id == late(awarded).id
    answer(Offer.objects.get(state="open"), 17, accept=True)
    assert ReliefSearch.objects.get().state == "filled"


def test_who_had_taken_the_place_over_and_is_taken_off_is_looked_for_anew(awarded: Awarded) -> None:
    scan(15)
    answer(Offer.objects.get(), 16, accept=True)
    drain(at=minute(16))
    relief = Assignment.objects.get(officer=awarded.backup)
    take_off(relief, 17)
    assert set(ReliefSearch.objects.values_list("assignment_id", "state")) == {
        (late(awarded).id, "filled"),
        (relief.id, "searching"),
    }


@pytest.mark.parametrize("is_handed_over", [True, False])
def test_a_relief_on_site_takes_no_second_place(department: Tenant, is_handed_over: bool) -> None:
    publish_example(department)
    awarded = awarded_shift(department, ranks={"constable": 2})
    clock(work_of(awarded), "in", at=minute(0))
    officer = make_officer(department)
    relief = arrange_relief(
        assignment_id=late(awarded).id,
        department_id=department.id,
        officer_id=officer.id,
        reason="Called to court.",
        actor=SETTING_UP,
        at=minute(2),
    )
    if is_handed_over:
        clock(Work(None, officer, awarded.shift, relief.incoming), "in", at=minute(10))  # type: ignore[arg-type]
    scan(15)
    assert asked(awarded) == [("Cedar", "open")]
    position = relief.incoming.position
    assert vacancies_of(position) == 0
    # The other place's officer does not come, and the backup has it.
    answer(Offer.objects.get(), 16, accept=True)
    assert Assignment.objects.get(officer=awarded.backup).state == "relieved"
    assert vacancies_of(position) == 0
    take_off(Assignment.objects.get(officer=awarded.last), 17)
    assert vacancies_of(position) == 1


OVER: Any = pytest.mark.parametrize(
    "change", [{"state": "cancelled"}, {"state": "expired"}, {"finished_at": minute(15.5)}], ids=str
)


@OVER
def test_nobody_is_looked_for_on_a_shift_that_is_cancelled_or_settled(awarded: Awarded, change: dict[str, Any]) -> None:
    Shift.objects.filter(id=awarded.shift.id).update(**change)
    with pytest.raises(TooLateForRelief):
        begin_search(
            department_id=awarded.shift.governing_department_id,
            assignment_id=late(awarded).id,
            actor=SETTING_UP,
            at=minute(16),
        )
    assert not ReliefSearch.objects.exists()


@OVER
def test_who_is_asked_cannot_take_the_place_of_such_a_shift_and_nobody_follows(
    awarded: Awarded, change: dict[str, Any]
) -> None:
    scan(15)
    Shift.objects.filter(id=awarded.shift.id).update(**change)
    with pytest.raises(ReliefNotNeeded):
        answer(Offer.objects.get(), 16, accept=True)
    answer(Offer.objects.get(), 17, accept=False)
    assert asked(awarded) == [("Birch", "refused")]
    assert ReliefSearch.objects.get().state == "stopped"


@pytest.mark.parametrize(("number", "becomes"), [(90, "relieved"), (91, "no_show")])
def test_a_backups_no_show_minutes_begin_when_they_could_be_there(awarded: Awarded, number: int, becomes: str) -> None:
    """Taken over at minute 16: due at 61, so nobody says no-show before 91."""
    scan(15)
    answer(Offer.objects.get(), 16, accept=True)
    drain(at=minute(16))
    relief = Assignment.objects.get(officer=awarded.backup)
    begin_search(
        department_id=awarded.shift.governing_department_id,
        assignment_id=relief.id,
        actor=SETTING_UP,
        at=minute(number - 1),
    )
    answer(Offer.objects.get(state="open"), number, accept=True)
    relief.refresh_from_db()
    assert relief.state == becomes
