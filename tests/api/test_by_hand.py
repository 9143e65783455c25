"""A place given past the order over the API: whom the desk may choose, before and after the start, and who may not."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from kernel import clock
from marketplace.availability import set_availability
from marketplace.awarding import scan_closings
from marketplace.models import Assignment, Award, Shift
from tenants.models import Tenant
from tests.api.caller import Caller
from tests.api.people import at_the_desk, finds_nothing
from tests.factories.clients import fund, govern, make_requester, submit
from tests.factories.departments import make_officer, publish_example
from tests.factories.people import actor_for
from tests.factories.venues import STARTS_AT, job_terms, shift_terms
from tests.factories.work import ENDS_AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Any:
    def is_minute(number: float) -> datetime:
        at = STARTS_AT + timedelta(minutes=number)
        monkeypatch.setattr("kernel.clock.now", lambda: at)
        return at

    is_minute(-240)
    return is_minute


@pytest.fixture
def shift(department: Tenant, other_department: Tenant, now: Any) -> Shift:
    """Paid for, and nobody bid."""
    govern(department)
    govern(other_department, name="us")
    terms = job_terms(shifts=(shift_terms(ranks={"constable": 1}),))
    at = STARTS_AT - timedelta(minutes=300)
    return fund(submit(make_requester(), terms=terms, at=at), at=at).shifts.get()


def asked(officer: Any, **more: Any) -> dict[str, Any]:
    return {"officer_id": str(officer.id), "rank_code": "constable", "reason": "Knows the venue.", **more}


@pytest.fixture
def desk(department: Tenant, shift: Shift) -> Caller:
    return at_the_desk(department)


def test_a_place_is_given_to_one_of_those_whom_the_page_lists(
    department: Tenant, other_department: Tenant, shift: Shift, desk: Caller
) -> None:
    path = f"desk/shifts/{shift.id}/award-by-hand"
    officer, stranger = make_officer(department), make_officer(other_department, family_name="Stranger")
    listed = desk.ok("GET", f"{path}/officers")["results"]
    assert listed == [{"officer_id": str(officer.id), "officer_name": officer.display_name}]
    foreign, missing = desk.post(path, asked(stranger)), desk.post(path, asked(shift))
    assert (foreign.status, foreign.body) == (404, missing.body)
    for wrong, code in (
        ({"reason": " "}, "reason_missing"),
        ({"rank_code": "admiral"}, "rank_not_wanted"),
        ({"rank_code": ""}, "invalid"),
    ):
        refused = desk.post(path, asked(officer, **wrong))
        assert (refused.status, refused["code"]) == (400, code)
    assert not Award.objects.exists()
    award = desk.ok("POST", path, asked(officer))
    assert desk.ok("GET", f"desk/awards/{award['id']}")["snapshot"]["manual"]["reason"] == "Knows the venue."
    again = desk.post(path, asked(officer))
    assert (again.status, again["code"]) == (409, "shift_already_filled")


def test_once_the_shift_has_begun_until_it_ends(department: Tenant, shift: Shift, desk: Caller, now: Any) -> None:
    path, officer = f"desk/shifts/{shift.id}/award-by-hand", make_officer(department)
    begun = now(20)
    desk.ok("POST", path, asked(officer))
    assert Assignment.objects.get().period.lower == begun
    second = make_officer(department, family_name="Birch")
    assert desk.post(path, asked(second))["code"] == "place_held"
    now((ENDS_AT - STARTS_AT).total_seconds() / 60)
    assert desk.post(path, asked(second))["code"] == "too_late_for_relief"


def test_only_this_department_and_the_roles_of_its_policy(
    department: Tenant, other_department: Tenant, shift: Shift
) -> None:
    officer, path = make_officer(department), "desk/shifts/{}/award-by-hand"
    bystander = at_the_desk(other_department)
    assert finds_nothing(bystander, "POST", path, shift.id, asked(officer))
    assert finds_nothing(bystander, "GET", f"{path}/officers", shift.id)
    for role, reads in (("auditor", 403), ("supervisor", 200)):
        caller = at_the_desk(department, role)
        assert caller.get(f"{path.format(shift.id)}/officers").status == reads
        assert caller.post(path.format(shift.id), asked(officer)).status == 403
    assert not Award.objects.exists()


def test_what_somebody_said_on_the_telephone_is_written_down(
    department: Tenant, other_department: Tenant, shift: Shift, desk: Caller, now: Any
) -> None:
    publish_example(department, award_order={"method": "automatic", "keys": ["seniority_date", "draw"]})
    for officer in (make_officer(department), make_officer(department)):
        set_availability(
            officer=officer, wants_offers=True, weekly=[], blocked_dates=[], actor=actor_for(officer.person),
            at=clock.now(),
        )  # fmt: skip
    Shift.objects.filter(id=shift.id).update(closes_at=clock.now(), first_come=False)
    scan_closings(at=clock.now())
    path, answers, refused = f"desk/shifts/{shift.id}/offers", "desk/offers/{}/answer", {"answer": "refused"}
    (asked_first,) = desk.ok("GET", path)
    offer_id = UUID(asked_first["id"])
    bystander, supervisor = at_the_desk(other_department), at_the_desk(department, "supervisor")
    assert finds_nothing(bystander, "GET", "desk/shifts/{}/offers", shift.id)
    assert finds_nothing(bystander, "POST", answers, offer_id, refused)
    assert supervisor.post(answers.format(offer_id), refused).status == 403
    assert desk.post(answers.format(offer_id), {"answer": "perhaps"}).status == 400
    assert desk.ok("GET", path) == [asked_first]
    said = desk.ok("POST", answers.format(offer_id), refused)
    assert (said["state"], said["by_telephone"]) == ("refused", True)
    assert sorted(one["state"] for one in desk.ok("GET", path)) == ["open", "refused"]
    assert desk.post(answers.format(offer_id), refused).status == 409
