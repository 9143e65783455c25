"""Neither side reads the other's word before giving its own, or seven days after the shift."""

from datetime import timedelta

import pytest

from kernel.errors import NotFound
from kernel.models import AuditEvent, OutboxEvent
from marketplace.models import Assignment
from ratings.models import Rating
from ratings.reading import (
    comment_about,
    comments_about_client,
    comments_about_officer,
    comments_by_client,
    ratings_read_by_department,
)
from ratings.telling import scan_releases
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import make_officer
from tests.ratings.stage import RELEASED_AT, SOON, by_client, by_department, by_officer, worked

pytestmark = pytest.mark.django_db
INSTANT = timedelta(microseconds=1)


@pytest.fixture
def assignment(department: Tenant) -> Assignment:
    govern(department)
    return worked(department, make_officer(department))


def officer_reads(assignment: Assignment, at: object = SOON) -> list[str]:
    return [one.comment for one in comments_about_officer(officer_id=assignment.officer_id, at=at)]  # type: ignore[arg-type]


def client_reads(assignment: Assignment, at: object = SOON) -> list[str]:
    return [one.comment for one in comments_about_client(client_id=assignment.shift.job.client_id, at=at)]  # type: ignore[arg-type]


def test_both_read_once_both_have_rated(assignment: Assignment) -> None:
    by_client(assignment, comment="Late.")
    assert officer_reads(assignment) == client_reads(assignment) == []
    by_officer(assignment, comment="No briefing.")
    assert (officer_reads(assignment), client_reads(assignment)) == (["Late."], ["No briefing."])


def test_silence_opens_it_after_seven_days_and_not_an_instant_before(assignment: Assignment) -> None:
    by_client(assignment, comment="Late.")
    assert officer_reads(assignment, RELEASED_AT - INSTANT) == []
    assert officer_reads(assignment, RELEASED_AT) == ["Late."]


def test_the_departments_word_waits_for_the_officer_too(assignment: Assignment) -> None:
    by_department(assignment, comment="Well done.")
    assert officer_reads(assignment) == []
    by_officer(assignment)
    assert officer_reads(assignment) == ["Well done."]
    # The client has said nothing yet: what the officer said stays closed to it.
    assert client_reads(assignment) == []


def test_the_department_reads_the_others_after_its_own(assignment: Assignment) -> None:
    by_client(assignment)
    by_officer(assignment)
    about = {"assignment_id": assignment.id}
    assert ratings_read_by_department(**about, at=RELEASED_AT - INSTANT) == {}
    assert set(ratings_read_by_department(**about, at=RELEASED_AT)) == {"client", "officer"}
    by_department(assignment)
    assert set(ratings_read_by_department(**about, at=SOON)) == {"client", "officer", "department"}


def test_the_history_tells_that_somebody_rated_and_not_what(assignment: Assignment) -> None:
    rating = by_client(assignment, comment="Late.")
    line = AuditEvent.objects.get(action="officer.rated")
    assert line.after == {"rating_id": str(rating.id), "rater_kind": "client"}


def test_everybody_reads_their_own_at_once(assignment: Assignment) -> None:
    by_client(assignment, comment="Late.")
    own = comments_by_client(client_id=assignment.shift.job.client_id)
    assert [one.comment for one in own] == ["Late."]


def test_a_comment_is_reached_only_by_the_one_whom_it_is_about(assignment: Assignment, department: Tenant) -> None:
    rating = by_client(assignment, comment="Late.")
    of_site = by_officer(assignment, comment="No briefing.")
    client_id = assignment.shift.job.client_id
    stranger = worked(department, make_officer(department), starts_at=assignment.shift.starts_at)
    found = comment_about(rating_id=rating.id, officer_id=assignment.officer_id, at=SOON)
    assert found.id == rating.id
    assert comment_about(rating_id=of_site.id, client_ids=[client_id], at=SOON).id == of_site.id
    for nobody in (
        {"officer_id": stranger.officer_id},
        {"client_ids": [client_id]},
        {"client_ids": [stranger.shift.job.client_id]},
        {},
    ):
        with pytest.raises(NotFound):
            comment_about(rating_id=rating.id, at=SOON, **nobody)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        comment_about(rating_id=of_site.id, officer_id=assignment.officer_id, at=SOON)


def test_each_release_is_told_once(assignment: Assignment) -> None:
    by_client(assignment, comment="Late.")
    by_department(assignment)
    assert scan_releases(at=RELEASED_AT - INSTANT) == 0
    # Without a comment there is nothing to read.
    assert scan_releases(at=RELEASED_AT) == 1
    assert scan_releases(at=RELEASED_AT) == 0
    told = OutboxEvent.objects.get(name="ratings.comment_released")
    assert told.payload == {"rating_id": str(Rating.objects.get(rater_kind="client").id)}
