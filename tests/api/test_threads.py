"""A job's thread over the API: read page by page and written by its three sides, and by nobody else."""

from base64 import b64encode
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from marketplace.job_seats import OPEN_FOR
from marketplace.models import JobMessage, JobReader
from marketplace.releasing import call_off
from tenants.context import acting_as
from tenants.models import Tenant
from tests.api.caller import Caller
from tests.api.people import at_the_desk, finds_nothing, token_of
from tests.factories.clients import govern, make_requester
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.venues import STARTS_AT
from tests.factories.work import ENDS_AT, Work, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]
BEFORE = STARTS_AT - timedelta(hours=4)


@pytest.fixture(autouse=True)
def _before_the_shift(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: BEFORE)


@pytest.fixture
def work(department: Tenant, other_department: Tenant) -> Work:
    govern(department)
    govern(other_department, name="us")
    return staff(department)


def written(text: str = "Which gate?") -> dict[str, str]:
    return {"message_id": str(uuid4()), "text": text}


def sides(work: Work, department: Tenant) -> list[tuple[Caller, str]]:
    job, assignment = work.shift.job_id, work.assignment.id
    return [
        (token_of(work.requester.person), f"jobs/{job}/messages"),
        (token_of(work.officer.person), f"officer/assignments/{assignment}/messages"),
        (at_the_desk(department, "supervisor"), f"desk/jobs/{job}/messages"),
    ]


def test_three_sides_write_and_read_each_other(department: Tenant, work: Work) -> None:
    everybody = sides(work, department)
    for number, (caller, path) in enumerate(everybody):
        assert caller.ok("POST", path, written(f"Message {number}"))["is_own"]
    client_name, shown = work.requester.client.name, {}
    for (caller, path), side in zip(everybody, ("client", "officer", "department"), strict=True):
        found = caller.ok("GET", path)["results"]
        assert {one["text"] for one in found} == {"Message 0", "Message 1", "Message 2"}
        assert [one["side"] for one in found if one["is_own"]] == [side]
        shown[side] = {one["side"]: one["author_name"] for one in found}
        assert "@" not in str(found)
        assert "+1905" not in str(found)
    # Each side reads the names that it may.
    assert client_name in shown["department"]["client"]
    assert shown["officer"]["client"] == ""
    assert shown["officer"]["department"] == shown["client"]["department"] == department.short_name
    assert "Dana Quill" in shown["department"]["department"]
    assert work.officer.display_name in shown["client"]["officer"]


def test_the_same_message_again_is_one_and_a_taken_identifier_is_refused(department: Tenant, work: Work) -> None:
    (client, path), (officer, officers), _ = sides(work, department)
    message = written()
    first, again = client.call("POST", path, message), client.call("POST", path, message)
    assert (first.status, again.status) == (201, 200)
    assert first.body == again.body
    taken = officer.call("POST", officers, message)
    assert (taken.status, taken["code"]) == (400, "message_id_taken")
    assert JobMessage.objects.count() == 1
    for text, code in (("Call 905 555 0134", "contacts_not_here"), ("x" * 1001, "text_too_long")):
        assert client.post(path, written(text))["code"] == code
    assert client.post(path, written(" ")).status == 400


def test_page_by_page_in_the_order_of_writing(department: Tenant, work: Work, monkeypatch: Any) -> None:
    client, path = sides(work, department)[0]
    for number in range(5):
        now = BEFORE + timedelta(minutes=11 * number)
        monkeypatch.setattr("kernel.clock.now", lambda now=now: now)
        client.ok("POST", path, written(f"Message {number}"))
    found, url = [], f"{path}?page_size=2"
    while url:
        page = client.ok("GET", url)
        found += [one["text"] for one in page["results"]]
        url = f"{path}?{page['next'].split('?')[1]}" if page["next"] else ""
    assert found == [f"Message {number}" for number in (4, 3, 2, 1, 0)]
    # A cursor is somebody's own word: "p=nonsense", and two that no database could take.
    far_ahead = b64encode(b"p=2026-01-01T00:00:00%2B23:00").decode()
    for cursor in ("nonsense", "cD1ub25zZW5zZQ==", "cD0yMDI2LTk5LTk5VDAw", far_ahead):
        assert client.get(f"{path}?cursor={cursor}").status == 404


def test_reading_the_newest_counts_as_read(department: Tenant, work: Work, django_assert_max_num_queries: Any) -> None:
    (client, path), (officer, officers), _ = sides(work, department)
    client.ok("POST", path, written())
    officer.ok("GET", officers)
    with django_assert_max_num_queries(12):
        officer.ok("GET", officers)
    with acting_as(purpose="worker"):
        assert JobReader.objects.get(side="officer").read_until == BEFORE


def test_nobody_else_finds_a_thread(department: Tenant, other_department: Tenant, work: Work) -> None:
    job, assignment = work.shift.job_id, work.assignment.id
    stranger = token_of(make_requester(name="Somebody Else").person)
    colleague = token_of(make_officer(department, family_name="Birch").person)
    bystander = at_the_desk(other_department)
    for caller, path, real in [
        (stranger, "jobs/{}/messages", job),
        (colleague, "officer/assignments/{}/messages", assignment),
        (bystander, "desk/jobs/{}/messages", job),
    ]:
        assert finds_nothing(caller, "GET", path, real)
        assert finds_nothing(caller, "POST", path, real, written())
    auditor = at_the_desk(department, "auditor")
    assert auditor.get(f"desk/jobs/{job}/messages").status == 200
    assert auditor.post(f"desk/jobs/{job}/messages", written()).status == 403
    assert not JobMessage.objects.exists()


def test_whoever_lost_the_seat_reads_no_more(department: Tenant, work: Work, monkeypatch: Any) -> None:
    (client, path), (officer, officers), (desk, desks) = sides(work, department)
    client.ok("POST", path, written())
    with acting_as(purpose="worker"):
        call_off(
            assignment_id=work.assignment.id, department_id=department.id, reason="Ill.", actor=SETTING_UP, at=BEFORE
        )
    assert officer.get(officers).status == officer.post(officers, written()).status == 404
    over = ENDS_AT + OPEN_FOR
    monkeypatch.setattr("kernel.clock.now", lambda: over)
    assert client.get(path).status == 404
    assert len(desk.ok("GET", desks)["results"]) == 1
    assert desk.post(desks, written())["code"] == "thread_closed"
