"""Ratings of finished work, one a side, and the summary that shows from three on."""

from datetime import timedelta
from decimal import Decimal

import pytest

from kernel.errors import NotFound
from kernel.identifiers import uuid7
from kernel.models import OutboxEvent
from marketplace.refusals import TextTooLong
from ratings.models import Rating, RatingSummary
from ratings.rating import NO_RATINGS, rate_officer, ratings_of_assignment, summary_of
from ratings.refusals import AlreadyRated, MarkOutOfRange, NotYetWorked
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import SETTING_UP
from tests.factories.venues import STARTS_AT
from tests.factories.work import ENDS_AT, Work, clock, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(department: Tenant) -> Work:
    govern(department)
    work = staff(department)
    clock(work, "in", at=STARTS_AT)
    clock(work, "out", at=ENDS_AT)
    return work


def rate(work: Work, **changes: object) -> Rating:
    given = {
        "assignment_id": work.assignment.id,
        "rater_kind": "client",
        "client_id": work.requester.client.id,
        "punctuality": 5,
        "appearance": 4,
        "conduct": 3,
        "comment": "Calm.",
        "actor": work.requester.actor,
        "at": ENDS_AT + timedelta(hours=1),
    }
    return rate_officer(**{**given, **changes})  # type: ignore[arg-type]


def by_department(department: Tenant) -> dict[str, object]:
    return {"rater_kind": "department", "client_id": None, "department_id": department.id, "actor": SETTING_UP_PERSON}


SETTING_UP_PERSON = type(SETTING_UP)(kind="person", person_id=uuid7(), label="Casey")


def test_each_side_rates_once(department: Tenant, work: Work) -> None:
    rate(work)
    rate(work, **by_department(department), punctuality=1)
    with pytest.raises(AlreadyRated):
        rate(work, punctuality=1)
    assert set(ratings_of_assignment(assignment_id=work.assignment.id)) == {"client", "department"}
    row = RatingSummary.objects.get()
    assert (row.count, row.punctuality_sum, row.appearance_sum, row.conduct_sum) == (2, 6, 8, 6)
    assert OutboxEvent.objects.filter(name="ratings.officer_rated").count() == 2


@pytest.mark.parametrize("mark", [0, 6, -1, 10_000, True, "5", 4.5, None])
def test_marks_are_one_to_five(work: Work, mark: object) -> None:
    with pytest.raises(MarkOutOfRange) as caught:
        rate(work, conduct=mark)
    assert caught.value.field == "conduct"
    assert not RatingSummary.objects.exists()


def test_comments_are_verbatim_and_short(work: Work) -> None:
    with pytest.raises(TextTooLong):
        rate(work, comment="x" * 1001)
    assert rate(work, comment="=1+1 <b>x</b>").comment == "=1+1 <b>x</b>"


def test_only_those_whom_it_concerned_rate(other_department: Tenant, work: Work) -> None:
    with pytest.raises(NotFound):
        rate(work, client_id=uuid7())
    with pytest.raises(NotFound):
        rate(work, **by_department(other_department))
    assert not Rating.objects.exists()


def test_work_that_is_not_done_is_not_rated(department: Tenant) -> None:
    govern(department)
    with pytest.raises(NotYetWorked):
        rate(staff(department))


def test_the_summary_shows_averages_from_three_ratings_on(work: Work) -> None:
    officer_id, unknown = work.officer.id, uuid7()
    rate(work)
    found = summary_of([officer_id, unknown])
    assert (found[officer_id].count, found[officer_id].average, found[unknown]) == (1, None, NO_RATINGS)
    RatingSummary.objects.update(count=3, punctuality_sum=14, appearance_sum=13, conduct_sum=10)
    summary = summary_of([officer_id])[officer_id]
    assert (summary.average, summary.punctuality) == (Decimal("4.1"), Decimal("4.7"))
    assert (summary.appearance, summary.conduct) == (Decimal("4.3"), Decimal("3.3"))
