"""A place that changes hands over the API: sent for, taken over by a punch or a word, and looked for among backups."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from marketplace.models import Assignment, Relief, ReliefSearch
from marketplace.releasing import call_off
from tenants.context import acting_as
from tenants.models import Tenant
from tests.api.caller import Caller
from tests.api.people import at_the_desk, finds_nothing, token_of
from tests.factories.clients import govern
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.venues import STARTS_AT
from tests.factories.work import Work, clock, fix, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]
AN_HOUR_IN = STARTS_AT + timedelta(hours=1)
COURT = {"reason": "Called to court."}


@pytest.fixture(autouse=True)
def _an_hour_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: AN_HOUR_IN)


@pytest.fixture
def work(department: Tenant, other_department: Tenant) -> Work:
    govern(department)
    govern(other_department, name="us")
    return staff(department)


@pytest.fixture
def desk(department: Tenant) -> Caller:
    return at_the_desk(department, "supervisor")


def on_site(work: Work) -> Work:
    clock(work, "in", at=STARTS_AT)
    return work


def test_a_place_goes_from_one_officer_to_the_other(department: Tenant, work: Work, desk: Caller) -> None:
    second = make_officer(department, family_name="Birch")
    path = f"desk/assignments/{on_site(work).assignment.id}"
    named = desk.ok("GET", f"{path}/relief/officers")["results"]
    assert named == [{"officer_id": str(second.id), "officer_name": second.display_name}]
    sent = desk.ok("POST", f"{path}/relief", {"officer_id": str(second.id), **COURT})
    assert (sent["incoming_officer_name"], sent["handed_over_at"]) == (second.display_name, None)
    assert desk.post(f"{path}/relief", {"officer_id": str(second.id), **COURT})["code"] == "relief_arranged_already"

    incoming, outgoing = token_of(second.person), token_of(work.officer.person)
    theirs = f"officer/assignments/{sent['incoming_assignment_id']}"
    (told,) = incoming.ok("GET", f"{theirs}/relief")
    assert (told["takes_over"], told["other_officer_name"]) == (True, work.officer.display_name)
    (told,) = outgoing.ok("GET", f"officer/assignments/{work.assignment.id}/relief")
    assert (told["takes_over"], told["other_officer_name"]) == (False, second.display_name)
    fixes = [fix(at=AN_HOUR_IN)]
    incoming.ok("POST", f"{theirs}/punches", {"punch_id": str(uuid4()), "kind": "in", "fixes": fixes})
    (over,) = desk.ok("GET", f"{path}/relief")
    assert over["handed_over_by"] == "incoming"
    assert Assignment.objects.get(id=work.assignment.id).state == "checked_out"
    assert desk.post(f"{path}/hand-over", COURT)["code"] == "handed_over_already"


def test_nobody_waits_for_a_relief_that_called_off(department: Tenant, work: Work, desk: Caller) -> None:
    path, outgoing = f"desk/assignments/{on_site(work).assignment.id}", token_of(work.officer.person)
    sent = desk.ok("POST", f"{path}/relief", {"officer_id": str(make_officer(department).id), **COURT})
    assert len(outgoing.ok("GET", f"officer/assignments/{work.assignment.id}/relief")) == 1
    with acting_as(purpose="worker"):
        call_off(
            assignment_id=sent["incoming_assignment_id"], department_id=department.id, reason="Ill.", actor=SETTING_UP,
            at=AN_HOUR_IN,
        )  # fmt: skip
    assert outgoing.ok("GET", f"officer/assignments/{work.assignment.id}/relief") == []
    assert [one["is_coming"] for one in desk.ok("GET", f"{path}/relief")] == [False]
    assert desk.post(f"{path}/hand-over", COURT)["code"] == "nobody_sent_yet"


def test_a_supervisors_word_hands_the_place_over(department: Tenant, work: Work, desk: Caller) -> None:
    path = f"desk/assignments/{on_site(work).assignment.id}"
    assert desk.post(f"{path}/hand-over", COURT)["code"] == "nobody_sent_yet"
    desk.ok("POST", f"{path}/relief", {"officer_id": str(make_officer(department).id), **COURT})
    unreasoned = desk.post(f"{path}/hand-over", {"reason": " "})
    assert (unreasoned.status, unreasoned["code"]) == (400, "reason_missing")
    assert desk.ok("POST", f"{path}/hand-over", {"reason": "The post is quiet."})["handed_over_by"] == "supervisor"
    assert Assignment.objects.get(id=work.assignment.id).state == "checked_out"


def test_backups_are_asked_for_the_place_of_one_who_is_not_there(work: Work, desk: Caller) -> None:
    path = f"desk/assignments/{work.assignment.id}/relief-search"
    assert desk.get(path).status == 404
    sought = desk.ok("POST", path)
    # Nobody else had bid, so nobody can be asked.
    assert (sought["state"], sought["asked"]) == ("exhausted", [])
    assert desk.ok("GET", path) == sought
    assert desk.post(path)["code"] == "relief_already_sought"


def test_whoever_is_on_site_is_not_replaced_behind_their_back(work: Work, desk: Caller) -> None:
    on_site(work)
    assert desk.post(f"desk/assignments/{work.assignment.id}/relief-search")["code"] == "relief_not_needed"
    assert not ReliefSearch.objects.exists()


ACTS: list[tuple[str, str, Any]] = [
    ("GET", "desk/assignments/{}/relief", None),
    ("POST", "desk/assignments/{}/relief", {"officer_id": str(uuid4()), **COURT}),
    ("GET", "desk/assignments/{}/relief/officers", None),
    ("POST", "desk/assignments/{}/hand-over", COURT),
    ("GET", "desk/assignments/{}/relief-search", None),
    ("POST", "desk/assignments/{}/relief-search", {}),
]


def test_only_this_department_and_its_roles(department: Tenant, other_department: Tenant, work: Work) -> None:
    on_site(work)
    bystander, auditor = at_the_desk(other_department), at_the_desk(department, "auditor")
    for method, path, body in ACTS:
        assert finds_nothing(bystander, method, path, work.assignment.id, body), path
        answer = auditor.call(method, path.format(work.assignment.id), body)
        assert answer.status == (403 if method == "POST" else 404 if path.endswith("search") else 200), path
    colleague = token_of(make_officer(department, family_name="Birch").person)
    assert finds_nothing(colleague, "GET", "officer/assignments/{}/relief", work.assignment.id)
    assert not Relief.objects.exists()
    assert not ReliefSearch.objects.exists()
