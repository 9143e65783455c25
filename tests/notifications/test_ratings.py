"""Letters about ratings: to whom, with which page, and without the words that may be hidden tomorrow."""

from datetime import timedelta

import pytest

from accounts.memberships import grant_role
from marketplace.models import Assignment, ClientMember
from messaging.models import OutboundMessage
from ratings.models import Rating
from ratings.moderating import decide, report
from ratings.replying import reply
from ratings.telling import scan_releases
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.outbox import drain
from tests.factories.people import actor_for, make_person
from tests.factories.venues import STARTS_AT
from tests.ratings.stage import RELEASED_AT, by_client, by_officer, somebody, worked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]


@pytest.fixture
def assignment(department: Tenant) -> Assignment:
    govern(department)
    for role in ("coordinator", "supervisor"):
        person = make_person(email=f"{role}@police.example.org")
        grant_role(person=person, tenant_id=department.id, role=role, actor=SETTING_UP, at=STARTS_AT)
    make_operator()
    assignment = worked(department, make_officer(department))
    kim = make_person(email="kim@fair.example.org")
    ClientMember.objects.create(client=assignment.shift.job.client, person=kim, started_at=STARTS_AT)
    drain(at=STARTS_AT)
    OutboundMessage.objects.all().delete()
    return assignment


def make_operator() -> None:
    operator = make_person(email="operator@muster.example.org")
    operator.is_staff = True
    operator.save()


def letters() -> dict[str, str]:
    drain(at=RELEASED_AT)
    found = {one.recipient: f"{one.subject}\n{one.text}" for one in OutboundMessage.objects.filter(channel="email")}
    OutboundMessage.objects.all().delete()
    return found


def test_a_released_comment_is_told_to_the_one_whom_it_is_about(assignment: Assignment) -> None:
    by_client(assignment, comment="Secret words.")
    by_officer(assignment, comment="Hidden words.")
    scan_releases(at=RELEASED_AT)
    told = letters()
    assert set(told) == {assignment.officer.person.email, "kim@fair.example.org", "pay@example.org"}
    of_officer, of_client = told[assignment.officer.person.email], told["kim@fair.example.org"]
    assert "/officer/ratings/" in of_officer
    assert "Harbour fair" in of_officer
    assert "/client/ratings/" in of_client
    assert "2026-03" in of_client
    # Neither the words nor, to the client, who wrote them and on which day.
    assert not any("words" in one for one in told.values())
    assert assignment.officer.display_name not in of_client
    assert f"{assignment.shift.starts_at:%Y-%m-%d}" not in of_client
    scan_releases(at=RELEASED_AT + timedelta(days=1))
    assert letters() == {}


def test_a_reply_is_told_to_whoever_wrote(assignment: Assignment) -> None:
    rating = by_client(assignment, comment="Late.")
    reply(rating=rating, text="Road closed.", actor=actor_for(assignment.officer.person), at=RELEASED_AT)
    told = letters()
    assert set(told) == {"kim@fair.example.org", "pay@example.org"}
    assert "got a reply" in told["kim@fair.example.org"]


def test_a_report_reaches_its_desk_and_the_decision_both_sides(assignment: Assignment) -> None:
    officer = actor_for(assignment.officer.person)
    rating: Rating = by_client(assignment, comment="He gave me a ticket.")
    made = report(rating=rating, reason="Enforcement.", actor=officer, at=RELEASED_AT)
    assert set(letters()) == {"coordinator@police.example.org", "supervisor@police.example.org"}
    decide(
        report_id=made.id, department_id=made.department_id, decision="struck", reason="Not about the work.",
        actor=somebody(), at=RELEASED_AT,
    )  # fmt: skip
    told = letters()
    assert set(told) == {assignment.officer.person.email, "kim@fair.example.org", "pay@example.org"}
    assert all("Not about the work." in one and "struck" in one for one in told.values())


def test_what_an_officer_said_of_a_client_is_the_operators(assignment: Assignment) -> None:
    rating = by_officer(assignment, comment="No water.")
    report(rating=rating, reason="There was.", actor=somebody(), at=RELEASED_AT)
    assert set(letters()) == {"operator@muster.example.org"}
