"""An officer accepts in the moment in which the timer gives up: without the locks both happen, with them one."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from marketplace import answering
from marketplace.answering import OFFER_TIMER, answer_offer
from marketplace.availability import set_availability
from marketplace.awarding import scan_closings
from marketplace.models import Assignment, Offer, Officer, Shift
from marketplace.refusals_bidding import OfferAlreadyAnswered
from tenants.models import Tenant
from tests.factories.departments import make_officer, publish_example
from tests.factories.jobs import make_job, make_shift
from tests.factories.people import actor_for
from tests.factories.threads import run_together

pytestmark = pytest.mark.usefixtures("committed_database")

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)


@pytest.fixture
def offer(department: Tenant) -> Offer:
    publish_example(department, award_order={"method": "automatic", "keys": ["seniority_date", "draw"]})
    officer = make_officer(department)
    set_availability(
        officer=officer, wants_offers=True, weekly=[], blocked_dates=[], actor=actor_for(officer.person), at=NOW
    )
    shift = make_shift(make_job(department, at=NOW), starts_at=NOW + timedelta(days=5), at=NOW)
    Shift.objects.filter(id=shift.id).update(closes_at=NOW)
    scan_closings(at=NOW)
    return Offer.objects.select_related("officer__person").get()


def both(offer: Offer) -> list[Any]:
    """The answer a second before the deadline, the timer a second after it, at the same moment of real time."""
    second = timedelta(seconds=1)

    def accept() -> Offer:
        actor = actor_for(offer.officer.person)
        at = offer.answer_by - second
        return answer_offer(officer=offer.officer, offer_id=offer.id, accept=True, actor=actor, at=at)

    def give_up_waiting() -> Offer:
        return answering._answer(
            offer_id=offer.id, answer="unreachable", actor=OFFER_TIMER, at=offer.answer_by + second
        )

    return run_together(accept, give_up_waiting)


def test_without_locks_both_answers_count(offer: Offer, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = threading.Barrier(2)

    def unlocked(offer_id: Any) -> Offer:
        found = Offer.objects.select_related("position").get(id=offer_id)
        meeting.wait(timeout=20)
        return found

    monkeypatch.setattr(answering, "locked_shift", lambda one: Shift.objects.select_related("job").get(id=one))
    monkeypatch.setattr(
        answering, "locked_officers", lambda ids: {one.id: one for one in Officer.objects.filter(id__in=ids)}
    )
    monkeypatch.setattr(answering, "_locked_offer", unlocked)
    results = both(offer)
    assert not [one for one in results if isinstance(one, OfferAlreadyAnswered)], results


def test_with_the_locks_one_answer_counts_and_the_rows_agree(offer: Offer) -> None:
    results = both(offer)
    refused = [one for one in results if isinstance(one, Exception)]
    assert [type(one) for one in refused] == [OfferAlreadyAnswered]
    offer.refresh_from_db()
    live = Assignment.objects.filter(state=Assignment.State.CONFIRMED).count()
    assert live == (offer.state == Offer.State.ACCEPTED)
    assert not Assignment.objects.filter(state=Assignment.State.OFFERED).exists()
