"""A comment answered once, reported once, and decided on by somebody who stands on neither side."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from kernel.errors import NotFound
from kernel.models import AuditEvent, OutboxEvent
from marketplace.models import Assignment, ClientMember
from marketplace.refusals import AnswerMissing, TextTooLong
from ratings.models import Rating, RatingReport, RatingSummary
from ratings.moderating import DECISIONS, decide, report, reports_of_department, reports_of_operator
from ratings.publishing import scan_batches
from ratings.reading import comments_about_officer
from ratings.refusals import (
    AlreadyReplied,
    AlreadyReported,
    NothingToReplyTo,
    NotImpartial,
    ReportAlreadyDecided,
)
from ratings.replying import reply
from ratings.verifying import differences
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import make_officer
from tests.factories.people import actor_for, make_person
from tests.factories.venues import STARTS_AT
from tests.ratings.stage import RELEASED_AT, by_client, by_department, by_officer, somebody, worked

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(department: Tenant) -> Assignment:
    govern(department)
    return worked(department, make_officer(department))


@pytest.fixture
def rating(assignment: Assignment) -> Rating:
    return by_client(assignment, 1, comment="He gave my brother a ticket.")


def reported(rating: Rating) -> RatingReport:
    officer = actor_for(rating.officer.person)
    return report(rating=rating, reason="It punishes enforcement.", actor=officer, at=RELEASED_AT)


def judged(made: RatingReport, decision: str = "struck", **more: object) -> RatingReport:
    given = {"department_id": made.department_id, "reason": "About enforcement.", "actor": somebody()}
    return decide(report_id=made.id, decision=decision, at=RELEASED_AT, **{**given, **more})  # type: ignore[arg-type]


def test_the_rated_one_replies_once(rating: Rating) -> None:
    officer = actor_for(rating.officer.person)
    with pytest.raises(AnswerMissing):
        reply(rating=rating, text="  ", actor=officer, at=RELEASED_AT)
    with pytest.raises(TextTooLong):
        reply(rating=rating, text="x" * 1001, actor=officer, at=RELEASED_AT)
    reply(rating=rating, text="I did my duty. <b>", actor=officer, at=RELEASED_AT)
    with pytest.raises(AlreadyReplied):
        reply(rating=rating, text="And more.", actor=officer, at=RELEASED_AT)
    read = comments_about_officer(officer_id=rating.officer_id, at=RELEASED_AT).get()
    assert (read.reply, read.replied_at) == ("I did my duty. <b>", RELEASED_AT)
    assert OutboxEvent.objects.get(name="ratings.comment_replied").payload == {"rating_id": str(rating.id)}


def test_there_must_be_a_comment_to_reply_to_or_to_report(assignment: Assignment) -> None:
    silent = by_department(assignment)
    officer = actor_for(silent.officer.person)
    with pytest.raises(NothingToReplyTo):
        reply(rating=silent, text="What?", actor=officer, at=RELEASED_AT)
    with pytest.raises(NothingToReplyTo):
        report(rating=silent, reason="Why?", actor=officer, at=RELEASED_AT)


def test_whose_desk_a_report_lies_on(assignment: Assignment, rating: Rating, other_department: Tenant) -> None:
    of_department = by_department(assignment, comment="Slow.")
    of_site = by_officer(assignment, comment="No water.")
    made = {one.rating_id: one for one in (reported(rating), reported(of_department), reported(of_site))}
    assert [one.rating_id for one in reports_of_department(department_id=made[rating.id].department_id)] == [rating.id]
    assert [one.rating_id for one in reports_of_operator()] == [of_department.id, of_site.id]
    assert not reports_of_department(department_id=other_department.id).exists()
    for wrong in (other_department.id, None):
        with pytest.raises(NotFound):
            judged(made[rating.id], department_id=wrong)
    with pytest.raises(NotFound):
        judged(made[of_site.id])
    judged(made[of_site.id], "hidden", department_id=None)


def test_a_rating_is_reported_once_whatever_was_decided(rating: Rating) -> None:
    made = reported(rating)
    for _ in range(2):
        with pytest.raises(AlreadyReported):
            reported(rating)
        RatingReport.objects.filter(id=made.id).exclude(state="kept").update(
            state="kept", decision="Fair.", decided_at=RELEASED_AT, decided_by_person_id=rating.id
        )


@pytest.mark.parametrize("decision", DECISIONS)
def test_each_decision_with_its_reason_trail_and_announcement(rating: Rating, decision: str) -> None:
    made = reported(rating)
    with pytest.raises(AnswerMissing):
        judged(made, decision, reason=" ")
    found = judged(made, decision)
    rating.refresh_from_db()
    assert found.state == decision
    assert (rating.struck_at, rating.comment_hidden_at) == {
        "kept": (None, None),
        "hidden": (None, RELEASED_AT),
        "struck": (RELEASED_AT, None),
    }[decision]
    trail = AuditEvent.objects.get(action="rating.moderated", subject_id=rating.id)
    assert (trail.before, trail.after["state"], trail.reason) == ({"state": "open"}, decision, "About enforcement.")
    assert OutboxEvent.objects.get(name="ratings.report_decided").payload == {"report_id": str(made.id)}
    with pytest.raises(ReportAlreadyDecided):
        judged(made, "kept")
    if decision != "kept":
        with pytest.raises(NothingToReplyTo):
            reply(rating=rating, text="Too late.", actor=somebody(), at=RELEASED_AT)


def test_nobody_decides_on_what_they_gave_or_what_is_about_them(assignment: Assignment, rating: Rating) -> None:
    made = reported(rating)
    colleague = make_person()
    ClientMember.objects.create(client_id=rating.client_id, person=colleague, started_at=STARTS_AT)
    rater = somebody().__class__(kind="person", person_id=rating.rated_by_person_id, label="Rater")
    for partial in (rater, actor_for(rating.officer.person), actor_for(colleague)):
        with pytest.raises(NotImpartial):
            judged(made, actor=partial)
    made.refresh_from_db()
    rating.refresh_from_db()
    assert (made.state, rating.struck_at) == ("open", None)


def test_a_struck_rating_leaves_the_figures_at_once(department: Tenant, assignment: Assignment, rating: Rating) -> None:
    for day in range(1, 4):
        starts_at = STARTS_AT + timedelta(days=day)
        by_client(worked(department, assignment.officer, starts_at=starts_at), 5, at=starts_at + timedelta(hours=5))
    scan_batches(at=RELEASED_AT + timedelta(days=9))
    row = RatingSummary.objects.get()
    assert (row.count, row.conduct_sum, row.average_tenths) == (4, 16, 40)
    judged(reported(rating))
    row.refresh_from_db()
    # (5 x 4.00 + 15) / 8
    assert (row.count, row.conduct_sum, row.average_tenths) == (3, 15, 44)
    last = Rating.objects.exclude(id=rating.id).latest("rated_at")
    Rating.objects.filter(id=last.id).update(comment="Unfair.")
    last.refresh_from_db()
    judged(reported(last))
    row.refresh_from_db()
    assert (row.count, row.average_tenths, row.conduct_tenths) == (2, None, None)
    assert list(differences()) == []
    assert scan_batches(at=RELEASED_AT + timedelta(days=30)) == 0


def test_postgresql_keeps_a_decision_with_its_reason(rating: Rating) -> None:
    made = reported(rating)
    with pytest.raises(IntegrityError), transaction.atomic():
        RatingReport.objects.filter(id=made.id).update(state="struck")
