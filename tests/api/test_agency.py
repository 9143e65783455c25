"""What an agency's staff reads and does over the API about the jobs that it supplies, and of nobody else's."""

from datetime import timedelta
from uuid import uuid4

import pytest

from marketplace.agency_staffing import assign_officers
from marketplace.models import Alert, Assignment, JobMessage
from tenants.models import Tenant
from tests.agencies.world import AgencyWorld
from tests.api.people import at_the_desk, finds_nothing
from tests.factories.clients import govern
from tests.factories.departments import make_officer
from tests.factories.venues import NOW, STARTS_AT
from tests.factories.work import staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]
LATE_AT = STARTS_AT + timedelta(minutes=6)


@pytest.fixture(autouse=True)
def _just_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: LATE_AT)


@pytest.fixture
def supplied(department: Tenant, other_department: Tenant, agency: Tenant) -> Assignment:
    """The agency's officer is late on a job that it supplies."""
    govern(department)
    govern(other_department, name="us")
    world = AgencyWorld(department, agency)
    world.admit()
    shift, officer = world.supplied(), world.engaged()
    (assignment,) = assign_officers(
        agency_id=agency.id, shift_id=shift.id, rank_code="constable", officer_ids=[officer.id], actor=world.actor,
        at=NOW,
    )  # fmt: skip
    return assignment


def late(assignment: Assignment, agency_id: object) -> Alert:
    shift = assignment.shift
    return Alert.objects.create(
        kind="late", department_id=shift.governing_department_id, agency_id=agency_id, shift=shift,
        assignment=assignment, opened_at=LATE_AT,
    )  # fmt: skip


def test_its_scheduler_looks_after_an_alert_and_each_desk_knows_its_own_people(
    department: Tenant, agency: Tenant, supplied: Assignment
) -> None:
    alert, scheduler = late(supplied, agency.id), at_the_desk(agency, "scheduler")
    (found,) = scheduler.ok("GET", "agency/alerts")
    assert (found["id"], found["officer_name"]) == (str(alert.id), supplied.officer.display_name)
    assert at_the_desk(agency, "bookkeeper").post(f"agency/alerts/{alert.id}/acknowledge").status == 403
    taken = scheduler.ok("POST", f"agency/alerts/{alert.id}/acknowledge")
    assert taken["looked_after_by"] == "Dana Quill"
    (seen,) = at_the_desk(department).ok("GET", "desk/alerts")
    assert seen["looked_after_by"] == agency.short_name


def test_its_staff_writes_in_the_thread_of_its_job(agency: Tenant, supplied: Assignment) -> None:
    path = f"agency/jobs/{supplied.shift.job_id}/messages"
    written = {"message_id": str(uuid4()), "text": "Two of ours come."}
    scheduler = at_the_desk(agency, "scheduler")
    assert scheduler.ok("POST", path, written)["side"] == "agency"
    assert [one["text"] for one in scheduler.ok("GET", path)["results"]] == ["Two of ours come."]
    assert at_the_desk(agency, "bookkeeper").post(path, written).status == 403


def test_the_department_is_told_who_gives_its_places(department: Tenant, supplied: Assignment) -> None:
    sent = {"officer_id": str(make_officer(department).id), "reason": "Called to court."}
    refused = at_the_desk(department).post(f"desk/assignments/{supplied.id}/relief", sent)
    assert (refused.status, refused["code"]) == (409, "staffed_by_agency")


def test_another_agencys_and_elsewhere(department: Tenant, agency: Tenant, supplied: Assignment) -> None:
    alert, scheduler = late(supplied, uuid4()), at_the_desk(agency, "scheduler")
    assert scheduler.ok("GET", "agency/alerts") == []
    for method, path in (("GET", "agency/alerts/{}"), ("POST", "agency/alerts/{}/acknowledge")):
        assert finds_nothing(scheduler, method, path, alert.id, {} if method == "POST" else None)
    # A job of the same department, which no agency supplies.
    plain = staff(department).shift
    message = {"message_id": str(uuid4()), "text": "Hello."}
    for method, body in (("GET", None), ("POST", message)):
        assert finds_nothing(scheduler, method, "agency/jobs/{}/messages", plain.job_id, body)
    for host in ("localhost", f"{department.slug}.localhost"):
        assert scheduler.get("agency/alerts", host=host).status == 404
    assert scheduler.get("desk/alerts").status == 404
    assert at_the_desk(department).get("agency/alerts", host=f"{agency.slug}.localhost").status == 403
    assert not Alert.objects.filter(acknowledged_at__isnull=False).exists()
    assert not JobMessage.objects.exists()
