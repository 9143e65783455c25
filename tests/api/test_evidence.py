"""An assignment's evidence at the desk over the API: hours that nobody punched, holds, what was told, and why."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from kernel.identifiers import uuid7
from marketplace.breaks import start_break
from marketplace.models import AttendanceReason, Disposition, EvidenceHold, Timesheet
from marketplace.refusals_field import PunchKept
from tenants.models import Tenant
from tests.api.caller import Caller
from tests.api.people import at_the_desk, finds_nothing, token_of
from tests.factories.clients import govern
from tests.factories.venues import STARTS_AT
from tests.factories.work import ENDS_AT, Work, clock, item, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]
AFTER = ENDS_AT + timedelta(minutes=30)
GRIEVANCE = {"reason": "Grievance 12."}


@pytest.fixture(autouse=True)
def _after_the_shift(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: AFTER)


@pytest.fixture
def work(department: Tenant, other_department: Tenant) -> Work:
    govern(department)
    govern(other_department, name="us")
    return staff(department)


@pytest.fixture
def desk(department: Tenant) -> Caller:
    return at_the_desk(department)


def times(starts_at: datetime = STARTS_AT, ends_at: datetime = ENDS_AT, **more: Any) -> dict[str, Any]:
    entered = {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
    return {**entered, "reason": "Phone out of battery.", **more}


def test_hours_of_somebody_who_did_not_punch(work: Work, desk: Caller) -> None:
    path = f"desk/assignments/{work.assignment.id}/entered-hours"
    for wrong, code in (
        (times(reason=" "), "reason_missing"), (times(starts_at=STARTS_AT - timedelta(minutes=1)), "invalid_input"),
        (times(starts_at=STARTS_AT.replace(tzinfo=None)), "invalid"),
    ):  # fmt: skip
        refused = desk.post(path, wrong)
        assert (refused.status, refused["code"]) == (400, code)
    assert not Timesheet.objects.exists()
    sheet = desk.ok("POST", path, times())
    assert (sheet["state"], sheet["worked_minutes"], sheet["punches"]) == ("submitted", 240, [])
    assert desk.post(path, times())["code"] == "hours_known_already"
    # The client disputes it as any other.
    client = token_of(work.requester.person)
    assert client.ok("POST", f"timesheets/{sheet['id']}/dispute", {"reason": "Nobody came."})["state"] == "disputed"


def test_positions_are_held_once_and_let_go(work: Work, desk: Caller) -> None:
    path = f"desk/assignments/{work.assignment.id}/hold"
    assert desk.get(path).status == desk.get(f"desk/assignments/{uuid7()}/hold").status == 404
    assert desk.post(path, {"reason": " "})["code"] == "reason_missing"
    placed = desk.ok("POST", path, GRIEVANCE)
    assert desk.ok("GET", path) == placed
    again = desk.post(path, GRIEVANCE)
    assert (again.status, again["code"]) == (409, "evidence_held_already")
    assert desk.ok("DELETE", path)["released_at"] is not None
    assert desk.call("DELETE", path)["code"] == "evidence_not_held"


def test_what_was_told_and_what_came_too_late(work: Work, desk: Caller) -> None:
    clock(work, "in", at=STARTS_AT)
    start_break(item=item(work, at=STARTS_AT + timedelta(hours=1)))
    with pytest.raises(PunchKept):
        clock(work, "out", at=ENDS_AT + timedelta(days=60), client_at=ENDS_AT, sent_late=True)
    path = f"desk/assignments/{work.assignment.id}"
    (kept,) = desk.ok("GET", f"{path}/uncounted-punches")
    assert (kept["kind"], kept["why"]) == ("out", "too_late")
    assert [one["kind"] for one in desk.ok("GET", f"{path}/tellings")] == ["break_started"]


def test_the_desks_reason_stands_beside_the_officers(work: Work, department: Tenant) -> None:
    clock(work, "in", at=STARTS_AT + timedelta(minutes=20))
    own = {"kind": "late", "code": "traffic"}
    token_of(work.officer.person).ok("POST", f"officer/assignments/{work.assignment.id}/attendance-reason", own)
    path, commander = f"desk/assignments/{work.assignment.id}/attendance-reasons", at_the_desk(department, "commander")
    for wrong in ({"kind": "relieved"}, {"code": "weather"}):
        assert commander.post(path, {**own, **wrong}).status == 400
    given = commander.ok("POST", path, {"kind": "late", "code": "court"})
    assert (given["side"], given["given_by"]) == ("desk", "Dana Quill")
    listed = at_the_desk(department, "auditor").ok("GET", path)
    assert [(one["side"], one["code"]) for one in listed] == [("officer", "traffic"), ("desk", "court")]


def test_what_was_out_of_the_ordinary_and_what_was_found(
    work: Work, department: Tenant, django_assert_max_num_queries: Any
) -> None:
    clock(work, "in", at=STARTS_AT + timedelta(minutes=20))
    clock(work, "out", at=ENDS_AT)
    commander = at_the_desk(department, "commander")
    (late,) = commander.ok("GET", "desk/irregularities")
    assert (late["kind"], late["minutes"], late["dispositions"]) == ("late", 20, [])
    path = f"desk/assignments/{work.assignment.id}"
    assert commander.ok("GET", f"{path}/irregularities") == [late]
    found = {"kind": "late", "text": "Talked to."}
    assert commander.post(f"{path}/dispositions", {**found, "text": " "}).status == 400
    assert commander.post(f"{path}/dispositions", {**found, "kind": "no_show"}).status == 404
    written = commander.ok("POST", f"{path}/dispositions", found)
    with django_assert_max_num_queries(12):
        (late,) = commander.ok("GET", "desk/irregularities")
    assert late["dispositions"] == [written]
    for others in ("only_open=true", "kind=no_show", "offset=1", f"until_date={STARTS_AT:%Y-%m-%d}"):
        assert commander.ok("GET", f"desk/irregularities?{others}") == []
    assert commander.get("desk/irregularities?from_date=2020-01-01").status == 400


READS = ("hold", "uncounted-punches", "tellings", "attendance-reasons", "irregularities")
CHANGES: list[tuple[str, str, Any]] = [
    ("POST", "entered-hours", times()),
    ("POST", "hold", GRIEVANCE),
    ("DELETE", "hold", None),
    ("POST", "attendance-reasons", {"kind": "late", "code": "court"}),
    ("POST", "dispositions", {"kind": "late", "text": "Talked to."}),
]


def test_only_this_department_and_its_roles(department: Tenant, other_department: Tenant, work: Work) -> None:
    known, path = work.assignment.id, "desk/assignments/{}/"
    bystander, payroll = at_the_desk(other_department), at_the_desk(department, "payroll")
    for method, name, body in (*(("GET", one, None) for one in READS), *CHANGES):
        assert finds_nothing(bystander, method, path + name, known, body), name
    for method, name, body in CHANGES:
        assert payroll.call(method, path.format(known) + name, body).status == 403, name
    # Why somebody was late is personnel data.
    for kept in ("attendance-reasons", "irregularities"):
        assert payroll.get(path.format(known) + kept).status == 403
    assert payroll.get("desk/irregularities").status == 403
    assert bystander.ok("GET", "desk/irregularities") == []
    assert payroll.ok("GET", path.format(known) + "tellings") == []
    # On the day a supervisor acts, but hours and holds are the coordinator's.
    supervisor = at_the_desk(department, "supervisor")
    assert {supervisor.call(method, path.format(known) + name, body).status for method, name, body in CHANGES[:3]} == {
        403
    }
    for rows in (Timesheet, EvidenceHold, AttendanceReason, Disposition):
        assert not rows.objects.exists()
