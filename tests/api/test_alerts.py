"""What wants a person now, and whether officers are still there, over the API."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from marketplace import empty_places
from marketplace.models import Alert, Assignment, AttendanceReason, PresenceAnswer, PresencePrompt
from tenants.context import acting_as
from tenants.models import Tenant
from tests.api.caller import Caller
from tests.api.people import at_the_desk, finds_nothing, token_of
from tests.factories.clients import fund, govern, make_requester, submit
from tests.factories.day_of_work import LEVELS, passing
from tests.factories.departments import make_officer
from tests.factories.venues import STARTS_AT, job_terms
from tests.factories.work import Work, clock, fix, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]
CALLED = {"reason": "Called twice, no answer."}


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    return passing(monkeypatch)


@pytest.fixture
def work(department: Tenant, other_department: Tenant) -> Work:
    govern(department, service_levels=LEVELS)
    govern(other_department, name="us")
    return staff(department)


@pytest.fixture
def desk(department: Tenant) -> Caller:
    return at_the_desk(department, "commander")


def late_alert() -> Alert:
    return Alert.objects.get(kind="late")


def test_an_open_alert_is_listed_and_looked_after_once(
    department: Tenant, work: Work, desk: Caller, at: Any, django_assert_max_num_queries: Any
) -> None:
    at(6)
    (found,) = desk.ok("GET", "desk/alerts")
    assert (found["kind"], found["officer_name"]) == ("late", work.officer.display_name)
    assert (found["looked_after_by"], found["acknowledged_at"]) == ("", None)
    taken = desk.ok("POST", f"desk/alerts/{found['id']}/acknowledge")
    assert taken["looked_after_by"] == "Dana Quill"
    again = at_the_desk(department, "supervisor").ok("POST", f"desk/alerts/{found['id']}/acknowledge")
    assert again["acknowledged_at"] == taken["acknowledged_at"]
    with django_assert_max_num_queries(12):
        desk.ok("GET", "desk/alerts")
    clock(work, "in", at=at(7))
    at(8)
    assert desk.ok("GET", "desk/alerts") == []
    assert desk.ok("GET", f"desk/alerts/{found['id']}")["resolved_at"] is not None


def test_a_no_show_is_said_from_the_policys_minutes_on(department: Tenant, work: Work, desk: Caller, at: Any) -> None:
    at(6)
    path, supervisor = f"desk/alerts/{late_alert().id}/no-show", at_the_desk(department, "supervisor")
    assert supervisor.post(path, CALLED)["code"] == "too_early_for_no_show"
    at(31)
    assert desk.post(path, CALLED).status == 403
    assert supervisor.post(path, {"reason": " "}).status == 400
    assert supervisor.ok("POST", path, CALLED)["assignment_state"] == "no_show"
    assert Assignment.objects.get(id=work.assignment.id).state == "no_show"


def test_an_empty_place_is_listed_without_an_officer(desk: Caller, work: Work, department: Tenant, at: Any) -> None:
    shift = fund(submit(make_requester(), terms=job_terms()), at=STARTS_AT - timedelta(hours=5)).shifts.get()
    with acting_as(purpose="worker"):
        empty_places.scan_empty_places(at=at(1))
    [found] = desk.ok("GET", "desk/alerts")
    assert (found["kind"], found["shift_id"]) == ("empty_place", str(shift.id))
    assert {found["assignment_id"], found["officer_name"], found["assignment_state"]} == {None}
    assert desk.ok("POST", f"desk/alerts/{found['id']}/acknowledge")["looked_after_by"] == "Dana Quill"
    path = f"desk/alerts/{found['id']}/no-show"
    assert at_the_desk(department, "supervisor").post(path, CALLED).status == 404


def test_an_officer_answers_that_they_are_still_there(department: Tenant, work: Work, at: Any) -> None:
    clock(work, "in", at=at(0))
    officer = token_of(work.officer.person)
    assert officer.ok("GET", "officer/presence-questions") == []
    now = at(61)
    (question,) = officer.ok("GET", "officer/presence-questions")
    path = f"officer/presence-questions/{question['id']}/answer"
    answer = {"punch_id": str(uuid4()), "fixes": [fix(at=now)]}
    colleague = token_of(make_officer(department, family_name="Birch").person)
    assert finds_nothing(colleague, "POST", "officer/presence-questions/{}/answer", question["id"], answer)
    assert colleague.ok("GET", "officer/presence-questions") == []
    first = officer.call("POST", path, answer)
    assert (first.status, first["verdict"]) == (201, "VERIFIED")
    again = officer.call("POST", path, answer)
    assert (again.status, again.body) == (200, first.body)
    assert officer.ok("GET", "officer/presence-questions") == []
    assert PresenceAnswer.objects.count() == 1


def test_nobody_is_asked_who_has_clocked_out(work: Work, at: Any) -> None:
    clock(work, "in", at=at(0))
    clock(work, "out", at=at(70))
    prompt = PresencePrompt.objects.get()
    answer = {"punch_id": str(uuid4())}
    refused = token_of(work.officer.person).post(f"officer/presence-questions/{prompt.id}/answer", answer)
    assert (refused.status, refused["code"]) == (409, "not_asked_any_more")


def test_an_officer_says_why_they_came_late(department: Tenant, work: Work, at: Any) -> None:
    path, why = "officer/assignments/{}/attendance-reason", {"kind": "late", "code": "traffic"}
    officer, own = token_of(work.officer.person), path.format(work.assignment.id)
    at(-10)
    assert officer.post(own, why)["code"] == "nothing_to_explain"
    at(20)
    assert officer.post(own, {**why, "code": "slept"}).status == 400
    said = officer.ok("POST", own, why)
    assert said["code"] == "traffic"
    # Sent again because the answer got lost, it is one word.
    assert officer.ok("POST", own, why) == said
    colleague = token_of(make_officer(department, family_name="Birch").person)
    assert finds_nothing(colleague, "POST", path, work.assignment.id, why)
    assert AttendanceReason.objects.count() == 1


def test_another_department_and_other_roles(department: Tenant, other_department: Tenant, work: Work, at: Any) -> None:
    at(31)
    bystander, auditor = at_the_desk(other_department), at_the_desk(department, "auditor")
    assert bystander.ok("GET", "desk/alerts") == []
    for method, path, body in [
        ("GET", "desk/alerts/{}", None),
        ("POST", "desk/alerts/{}/acknowledge", {}),
        ("POST", "desk/alerts/{}/no-show", CALLED),
    ]:
        alert = Alert.objects.filter(department_id=department.id).latest("opened_at")
        assert finds_nothing(bystander, method, path, alert.id, body), path
        assert auditor.call(method, path.format(alert.id), body).status == (200 if method == "GET" else 403), path
    assert not Alert.objects.filter(acknowledged_at__isnull=False).exists()
    assert Assignment.objects.get(id=work.assignment.id).state == "confirmed"
