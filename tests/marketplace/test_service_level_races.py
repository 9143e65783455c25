"""Scanners meet; an officer clocks in while a backup accepts: without the locks both have the place, with them one."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from kernel.models import OutboxEvent
from marketplace import answering, manual_awards, relief_search, timekeeping, watching
from marketplace.answering import answer_offer
from marketplace.models import Alert, Assignment, Offer, Officer, ReliefSearch, Shift
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.departments import SETTING_UP, make_officer, publish_example
from tests.factories.people import actor_for
from tests.factories.threads import run_together
from tests.factories.work import Work, clock
from tests.marketplace.awarded import STARTS_AT, Awarded, awarded_shift

pytestmark = pytest.mark.usefixtures("committed_database")


def minute(number: float) -> Any:
    return STARTS_AT + timedelta(minutes=number)


@pytest.fixture
def awarded(department: Tenant) -> Awarded:
    publish_example(department)
    return awarded_shift(department)


def scan_as_worker(number: float) -> int:
    with acting_as(purpose="worker"):
        return watching.scan_service_levels(at=minute(number))


def both(awarded: Awarded) -> list[Any]:
    late = Assignment.objects.get(officer=awarded.winner)
    offer = Offer.objects.select_related("officer__person").get()

    def accept() -> Offer:
        actor = actor_for(offer.officer.person)
        return answer_offer(officer=offer.officer, offer_id=offer.id, accept=True, actor=actor, at=minute(16))

    def come() -> Any:
        return clock(Work(None, awarded.winner, awarded.shift, late), "in", at=minute(16))  # type: ignore[arg-type]

    return run_together(accept, come)


def standing(awarded: Awarded) -> set[str]:
    rows = Assignment.objects.filter(shift=awarded.shift, state__in=("confirmed", "checked_in"))
    return {one.officer.display_name.split()[-1] for one in rows.select_related("officer")}


def test_three_scanners_open_one_alert_and_one_search(awarded: Awarded) -> None:
    results = run_together(*[lambda: scan_as_worker(15)] * 3)
    assert not [one for one in results if isinstance(one, Exception)], results
    assert list(Alert.objects.values_list("kind", flat=True)) == ["late"]
    assert ReliefSearch.objects.count() == Offer.objects.count() == 1
    assert OutboxEvent.objects.filter(name="marketplace.alert_opened").count() == 1


def test_without_the_locks_both_have_the_place(awarded: Awarded, monkeypatch: pytest.MonkeyPatch) -> None:
    scan_as_worker(15)
    meeting = threading.Barrier(2)

    def unlocked_place(offer: Offer) -> tuple[ReliefSearch, Assignment]:
        search = ReliefSearch.objects.select_related("assignment").get(offers=offer)
        meeting.wait(timeout=20)
        return search, search.assignment

    def unlocked_assignment(officer: Officer, assignment_id: Any) -> Assignment:
        found = Assignment.objects.select_related("shift__job__venue", "officer", "position").get(id=assignment_id)
        meeting.wait(timeout=20)
        return found

    monkeypatch.setattr(answering, "locked_shift", lambda one: Shift.objects.select_related("job").get(id=one))
    monkeypatch.setattr(
        answering, "locked_officers", lambda ids: {one.id: one for one in Officer.objects.filter(id__in=ids)}
    )
    monkeypatch.setattr(relief_search, "_locked_place", unlocked_place)
    monkeypatch.setattr(timekeeping, "locked_own_assignment", unlocked_assignment)
    results = both(awarded)
    assert not [one for one in results if isinstance(one, Exception)], results


def test_with_the_locks_exactly_one_wins(awarded: Awarded) -> None:
    scan_as_worker(15)
    results = both(awarded)
    refused = [one for one in results if isinstance(one, Exception)]
    assert len(refused) == 1, results
    assert len(standing(awarded)) == 1


def exhausted(awarded: Awarded) -> None:
    """Nobody of the original list is left: from now on the desk may give the late officer's place."""
    for number in (15, 25, 35):
        with acting_as(purpose="worker"):
            answering.scan_offers(at=minute(number))
            watching.scan_service_levels(at=minute(number))
    assert ReliefSearch.objects.get().state == "exhausted"


def sent_or_come(awarded: Awarded, sent: Officer) -> list[Any]:
    late = Assignment.objects.get(officer=awarded.winner)

    def send() -> Any:
        return manual_awards.award_by_hand(
            department_id=awarded.shift.governing_department_id, shift_id=awarded.shift.id, officer_id=sent.id,
            rank_code="constable", reason="Was nearby.", roles={"coordinator"}, actor=SETTING_UP, at=minute(40),
        )  # fmt: skip

    def come() -> Any:
        return clock(Work(None, awarded.winner, awarded.shift, late), "in", at=minute(40))  # type: ignore[arg-type]

    return run_together(send, come)


def test_without_the_locks_one_is_sent_for_somebody_who_came(
    department: Tenant, awarded: Awarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    exhausted(awarded)
    meeting = threading.Barrier(2)
    whose = manual_awards._search_to_end

    def unlocked_search(position: Any) -> ReliefSearch | None:
        found = whose(position)
        meeting.wait(timeout=20)
        return found

    def unlocked_assignment(officer: Officer, assignment_id: Any) -> Assignment:
        found = Assignment.objects.select_related("shift__job__venue", "officer", "position").get(id=assignment_id)
        meeting.wait(timeout=20)
        return found

    monkeypatch.setattr(manual_awards, "locked_shift", lambda one: Shift.objects.select_related("job").get(id=one))
    monkeypatch.setattr(
        manual_awards, "locked_officers", lambda ids: {one.id: one for one in Officer.objects.filter(id__in=ids)}
    )
    monkeypatch.setattr(manual_awards, "_search_to_end", unlocked_search)
    monkeypatch.setattr(timekeeping, "locked_own_assignment", unlocked_assignment)
    results = sent_or_come(awarded, make_officer(department))
    assert not [one for one in results if isinstance(one, Exception)], results


def test_with_the_locks_nobody_is_sent_for_somebody_who_came(department: Tenant, awarded: Awarded) -> None:
    exhausted(awarded)
    results = sent_or_come(awarded, make_officer(department))
    refused = [one for one in results if isinstance(one, Exception)]
    assert len(refused) == 1, results
    assert len(standing(awarded)) == 1
