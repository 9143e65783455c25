"""Who may rate which work, once a side, from its end for thirty days."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from kernel.errors import NotFound
from kernel.identifiers import uuid7
from kernel.models import AuditEvent, OutboxEvent
from marketplace.models import Assignment, ClockEvent, ClockReview, Timesheet
from marketplace.refusals import TextTooLong
from ratings.models import Rating
from ratings.rating import rate_officer, rate_site
from ratings.refusals import (
    AlreadyRated,
    MarkOutOfRange,
    NotYetWorked,
    OtherSideReadable,
    OwnWork,
    RatingClosed,
)
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import make_officer
from tests.factories.people import actor_for
from tests.factories.venues import STARTS_AT
from tests.factories.work import ENDS_AT, FIVE_KILOMETRES_OFF, Work, clock, fix, staff
from tests.ratings.stage import ENDED_AT, RELEASED_AT, SOON, by_client, by_department, by_officer, somebody, worked

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(department: Tenant) -> Assignment:
    govern(department)
    return worked(department, make_officer(department))


@pytest.fixture
def punched(department: Tenant) -> Work:
    """Clocked in and out on site; the hours wait for the client."""
    govern(department)
    work = staff(department)
    clock(work, "in", at=STARTS_AT)
    clock(work, "out", at=ENDS_AT)
    return work


def test_each_side_rates_once(assignment: Assignment) -> None:
    by_client(assignment)
    by_department(assignment, 1)
    by_officer(assignment, 5)
    for again, whom in ((by_client, "this officer"), (by_department, "this officer"), (by_officer, "this site")):
        with pytest.raises(AlreadyRated, match=whom):
            again(assignment, 1)
    assert sorted(Rating.objects.values_list("rater_kind", "conduct")) == [
        ("client", 4),
        ("department", 1),
        ("officer", 5),
    ]
    told = OutboxEvent.objects.filter(name__startswith="ratings.").values_list("name", flat=True).order_by("id")
    assert list(told) == ["ratings.officer_rated", "ratings.officer_rated", "ratings.site_rated"]
    assert set(AuditEvent.objects.filter(action__endswith=".rated").values_list("action", "subject_kind")) == {
        ("officer.rated", "officer"),
        ("site.rated", "client"),
    }


@pytest.mark.parametrize("mark", [0, 6, -1, 10_000, True, "5", 4.5, None])
def test_marks_are_one_to_five(assignment: Assignment, mark: object) -> None:
    for rate in (by_client, by_officer):
        with pytest.raises(MarkOutOfRange) as caught:
            rate(assignment, conduct=mark)
        assert caught.value.field == "conduct"
    assert not Rating.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [{"safety": 3}, {"punctuality": None}, {"punctuality": 6}, {"rater_kind": "officer"}, {"struck_at": SOON}],
)
def test_postgresql_refuses_marks_that_are_not_the_sides_own(
    assignment: Assignment, changed: dict[str, object]
) -> None:
    rating = by_client(assignment)
    Rating.objects.update(counted_at=SOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.filter(id=rating.id).update(**changed)


def test_comments_are_verbatim_and_short(assignment: Assignment) -> None:
    with pytest.raises(TextTooLong):
        by_client(assignment, comment="x" * 1001)
    assert by_client(assignment, comment=" =1+1 <b>x</b> ").comment == "=1+1 <b>x</b>"


def test_only_those_whom_it_concerned_rate(
    assignment: Assignment, other_department: Tenant, department: Tenant, agency: Tenant
) -> None:
    with pytest.raises(NotFound):
        by_client(assignment, client_id=uuid7())
    with pytest.raises(NotFound):
        by_department(assignment, department_id=other_department.id)
    with pytest.raises(NotFound):
        by_client(assignment, rater_kind="agency", agency_id=agency.id)
    with pytest.raises(NotFound):
        by_officer(assignment, officer=make_officer(department))
    with pytest.raises(ValueError, match="without its identifier"):
        by_client(assignment, client_id=None)
    assert not Rating.objects.exists()


def test_the_agency_that_supplied_the_shift_rates_its_officer(assignment: Assignment, agency: Tenant) -> None:
    job = assignment.shift.job
    job.route, job.agency_id = "agency", agency.id
    job.save()
    rating = by_client(assignment, rater_kind="agency", client_id=None, agency_id=agency.id)
    assert (rating.agency_id, rating.client_id, rating.department_id) == (agency.id, None, None)


def test_nobody_rates_their_own_work(assignment: Assignment) -> None:
    with pytest.raises(OwnWork):
        by_department(assignment, actor=actor_for(assignment.officer.person))


def test_work_that_is_not_done_is_not_rated(department: Tenant) -> None:
    govern(department)
    work = staff(department)
    with pytest.raises(NotYetWorked):
        by_client(work.assignment)
    clock(work, "in", at=STARTS_AT)
    with pytest.raises(NotYetWorked):
        by_client(work.assignment)


def test_clocked_out_on_site_is_enough(punched: Work) -> None:
    assert Timesheet.objects.get().state == "submitted"
    by_client(punched.assignment)


@pytest.mark.parametrize("outcome", ["open", "accepted", "rejected"])
def test_off_site_counts_only_once_a_coordinator_has_accepted_it(department: Tenant, outcome: str) -> None:
    govern(department)
    work = staff(department)
    clock(work, "in", at=STARTS_AT, fixes=[fix(at=STARTS_AT, place=FIVE_KILOMETRES_OFF)])
    clock(work, "out", at=ENDS_AT)
    assert ClockEvent.objects.get(kind="in").verdict == "OFFSITE"
    ClockReview.objects.filter(clock_event__kind="in").update(state=outcome)
    if outcome == "accepted":
        by_client(work.assignment)
    else:
        with pytest.raises(NotYetWorked):
            by_client(work.assignment)


def test_a_rejected_punch_spoils_the_verified_one(punched: Work) -> None:
    out = ClockEvent.objects.get(kind="out")
    ClockReview.objects.create(
        clock_event=out, department_id=punched.shift.governing_department_id, state="rejected", opened_at=ENDS_AT
    )
    with pytest.raises(NotYetWorked):
        by_client(punched.assignment)
    # What the coordinator then sets is the truth.
    Timesheet.objects.update(state="resolved", worked_minutes=60)
    by_client(punched.assignment)


def test_hours_that_came_to_nothing_are_no_work(assignment: Assignment) -> None:
    Timesheet.objects.update(worked_minutes=0)
    with pytest.raises(NotYetWorked):
        by_client(assignment)


def test_ratings_close_thirty_days_after_the_end(assignment: Assignment) -> None:
    closes_at = ENDED_AT + timedelta(days=30)
    with pytest.raises(RatingClosed, match="30 days") as caught:
        by_client(assignment, at=closes_at)
    assert caught.value.numbers["closed_at"] == closes_at.isoformat()
    by_client(assignment, at=closes_at - timedelta(microseconds=1))


def test_who_could_already_read_the_other_side_replies_instead(assignment: Assignment) -> None:
    by_client(assignment, 1, comment="Late.")
    with pytest.raises(OtherSideReadable):
        by_officer(assignment, 1, at=RELEASED_AT)
    by_officer(assignment, 1, at=RELEASED_AT - timedelta(microseconds=1))


def test_the_department_may_rate_late_since_nobody_rates_it(assignment: Assignment) -> None:
    by_officer(assignment)
    with pytest.raises(OtherSideReadable):
        by_client(assignment, at=RELEASED_AT)
    by_department(assignment, at=RELEASED_AT)


def test_a_person_is_needed(assignment: Assignment) -> None:
    nobody = somebody().__class__(kind="system", label="timer")
    marks = {"briefing": 4, "safety": 4, "conduct": 4}
    with pytest.raises(Exception, match="person"):
        rate_site(assignment_id=assignment.id, officer=assignment.officer, actor=nobody, at=SOON, **marks)
    with pytest.raises(Exception, match="person"):
        rate_officer(
            assignment_id=assignment.id, rater_kind="client", client_id=assignment.shift.job.client_id,
            punctuality=4, appearance=4, conduct=4, actor=nobody, at=SOON,
        )  # fmt: skip
