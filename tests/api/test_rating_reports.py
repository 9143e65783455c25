"""Unfair comments over the API: answered and reported by whom they are about, decided at the desk by somebody else."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Person
from marketplace.models import Assignment, ClientMember
from ratings.models import Rating, RatingReport
from tenants.context import acting_as
from tenants.models import Tenant
from tests.api.caller import Caller
from tests.api.people import at_the_desk, finds_nothing, token_of
from tests.factories.clients import govern, make_requester
from tests.factories.departments import make_officer
from tests.factories.people import make_person
from tests.ratings.stage import RELEASED_AT, by_client, by_officer, worked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]
UNFAIR = {"reason": "It punishes enforcement."}
STRUCK = {"decision": "struck", "reason": "About enforcement."}
THANKS = {"text": "The lamps are repaired. Thank you."}


@pytest.fixture(autouse=True)
def _a_week_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: RELEASED_AT)


@pytest.fixture
def assignment(department: Tenant, other_department: Tenant) -> Assignment:
    govern(department)
    govern(other_department, name="us")
    return worked(department, make_officer(department))


@pytest.fixture
def rating(assignment: Assignment) -> Rating:
    return by_client(assignment, 1, comment="He gave my brother a ticket.")


@pytest.fixture
def site_rating(assignment: Assignment) -> Rating:
    return by_officer(assignment, 2, comment="No lamps at the gate.")


def client_of(assignment: Assignment) -> tuple[Caller, str]:
    person, client_id = make_person(given_name="Kim"), assignment.shift.job.client_id
    ClientMember.objects.create(client_id=client_id, person=person, started_at=RELEASED_AT - timedelta(days=90))
    return token_of(person), f"clients/{client_id}/ratings"


def reported(rating: Rating) -> RatingReport:
    token_of(rating.officer.person).ok("POST", f"officer/ratings/{rating.id}/report", UNFAIR)
    with acting_as(purpose="worker"):
        return RatingReport.objects.get()


def test_the_client_answers_once_and_never_learns_whose_it_is(
    assignment: Assignment, rating: Rating, site_rating: Rating, django_assert_max_num_queries: Any
) -> None:
    client, path = client_of(assignment)
    with django_assert_max_num_queries(12):
        found = client.ok("GET", path)
    (comment,) = found["comments"]
    assert (comment["comment"], comment["month"]) == ("No lamps at the gate.", "2026-03")
    assert found["sites"] == {"count": 0, "average": None, "briefing": None, "safety": None, "conduct": None}
    assert [one["comment"] for one in found["given"]] == ["He gave my brother a ticket."]
    officer = assignment.officer
    assert officer.display_name not in str(comment)
    assert str(assignment.id) not in str(comment)
    assert client.ok("POST", f"ratings/{site_rating.id}/reply", THANKS)["reply"] == THANKS["text"]
    assert client.post(f"ratings/{site_rating.id}/reply", THANKS)["code"] == "already_replied"
    assert client.ok("POST", f"ratings/{site_rating.id}/report", UNFAIR)["report_state"] == "open"
    assert client.post(f"ratings/{site_rating.id}/report", UNFAIR)["code"] == "already_reported"
    # What officers say of a client, no department judges.
    with acting_as(purpose="worker"):
        assert RatingReport.objects.get().desk == "operator"


def test_somebody_else_at_the_desk_decides_once(department: Tenant, rating: Rating) -> None:
    report, desk = reported(rating), at_the_desk(department, "commander")
    (found,) = desk.ok("GET", "desk/rating-reports?state=open")["results"]
    assert (found["comment"], found["reason"]) == (rating.comment, UNFAIR["reason"])
    assert found["marks"] == {"punctuality": 1, "appearance": 1, "conduct": 1}
    path = f"desk/rating-reports/{report.id}/decide"
    assert desk.post(path, {**STRUCK, "decision": "open"}).status == 400
    assert desk.post(path, {**STRUCK, "reason": " "}).status == 400
    assert desk.ok("POST", path, STRUCK)["state"] == "struck"
    assert desk.post(path, STRUCK)["code"] == "report_already_decided"
    assert desk.ok("GET", "desk/rating-reports?state=open")["results"] == []
    (read,) = token_of(rating.officer.person).ok("GET", "officer/ratings")["comments"]
    assert (read["comment"], read["report_state"]) == ("", "struck")


def test_the_desk_reads_no_marks_before_its_time(
    department: Tenant, rating: Rating, site_rating: Rating, monkeypatch: pytest.MonkeyPatch
) -> None:
    early = rating.rated_at + timedelta(hours=1)
    monkeypatch.setattr("kernel.clock.now", lambda: early)
    reported(rating)
    (found,) = at_the_desk(department).ok("GET", "desk/rating-reports")["results"]
    assert (found["comment"], found["marks"]) == (rating.comment, None)


def test_nobody_decides_on_what_they_gave(department: Tenant, assignment: Assignment) -> None:
    desk = at_the_desk(department)

    person = Person.objects.get(email=f"coordinator@{department.slug}.example.org")
    ClientMember.objects.create(client_id=assignment.shift.job.client_id, person=person, started_at=RELEASED_AT)
    report = reported(by_client(assignment, 1, comment="Slow."))
    refused = desk.post(f"desk/rating-reports/{report.id}/decide", STRUCK)
    assert (refused.status, refused["code"]) == (403, "not_impartial")


def test_another_department_client_officer_and_role(
    department: Tenant, other_department: Tenant, rating: Rating, site_rating: Rating
) -> None:
    report = reported(rating)
    bystander = at_the_desk(other_department)
    assert bystander.ok("GET", "desk/rating-reports")["results"] == []
    assert finds_nothing(bystander, "POST", "desk/rating-reports/{}/decide", report.id, STRUCK)
    assert at_the_desk(department, "payroll").get("desk/rating-reports").status == 403
    auditor = at_the_desk(department, "auditor")
    assert len(auditor.ok("GET", "desk/rating-reports")["results"]) == 1
    assert auditor.post(f"desk/rating-reports/{report.id}/decide", STRUCK).status == 403
    stranger = token_of(make_requester(name="Somebody Else").person)
    assert finds_nothing(stranger, "GET", "clients/{}/ratings", rating.assignment.shift.job.client_id)
    # An officer is no client: neither their own comment nor the one about them is answered there.
    officer = token_of(rating.officer.person)
    for path, body in (("ratings/{}/reply", THANKS), ("ratings/{}/report", UNFAIR)):
        assert finds_nothing(stranger, "POST", path, site_rating.id, body)
        assert finds_nothing(officer, "POST", path, site_rating.id, body)
    with acting_as(purpose="worker"):
        assert RatingReport.objects.get().state == "open"
        assert not Rating.objects.exclude(reply="").exists()
