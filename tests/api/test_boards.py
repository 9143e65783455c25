"""Who is on site over the API: to client, agency and department what the page of each shows, and no more."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from marketplace.breaks import start_break
from marketplace.models import Assignment, Shift
from tenants.models import Tenant
from tests.api.people import at_the_desk, finds_nothing, token_of
from tests.factories.clients import govern, make_requester
from tests.factories.day_of_work import LEVELS, minute, passing
from tests.factories.departments import make_officer
from tests.factories.work import FIVE_KILOMETRES_OFF, Work, clock, fix, item, staff, take

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], datetime]:
    return passing(monkeypatch)


@pytest.fixture
def work(department: Tenant, other_department: Tenant) -> Work:
    govern(department, service_levels=LEVELS)
    govern(other_department, name="us")
    return staff(department, headcount=2)


def supply(work: Work, agency: Tenant) -> None:
    """For boards alone: whose the job is, without the way there."""
    work.shift.job.agency_id = agency.id
    work.shift.job.route = "agency"
    work.shift.job.save(update_fields=["agency_id", "route"])


def test_silence_is_the_desks_and_the_agencys_matter_alone(
    department: Tenant, agency: Tenant, work: Work, now: Any, django_assert_max_num_queries: Any
) -> None:
    clock(work, "in", at=minute(0), fixes=[fix(at=minute(0), place=FIVE_KILOMETRES_OFF)])
    for number in (60, 75):
        now(number)
    supply(work, agency)
    job, client = work.shift.job_id, token_of(work.requester.person)
    (seen,) = client.ok("GET", f"jobs/{job}/on-site")
    assert (seen["wanted"], seen["missing"], seen["counts"]) == (2, 1, {"on_site": 1})
    assert seen["officers"] == [
        {
            "assignment_id": str(work.assignment.id), "officer_name": work.officer.display_name,
            "rank_name": "Constable", "status": "on_site", "minutes": 0, "before_relief": False,
            "last_confirmed_at": minute(0).isoformat().replace("+00:00", "Z"),
        }
    ]  # fmt: skip
    (supplied,) = at_the_desk(agency, "bookkeeper").ok("GET", f"agency/jobs/{job}/on-site")
    assert (supplied["counts"], supplied["officers"][0]["lapse"]) == ({"unconfirmed": 1}, "")
    for secret in ("OFFSITE", "verdict", "came_at", "latitude", str(work.officer.id)):
        assert secret not in str((seen, supplied))

    desk = at_the_desk(department, "auditor")
    (row,) = desk.ok("GET", f"desk/jobs/{job}/on-site")
    (officer,) = row["officers"]
    assert (row["worst"], officer["status"], officer["verdict"]) == ("not_staffed", "unconfirmed", "OFFSITE")
    day = desk.ok("GET", "desk/on-site")
    assert (day["missing"], day["counts"], day["shifts"][0]["officers"]) == (1, {"unconfirmed": 1}, [officer])
    assert day["shifts"][0]["job_reference"] == work.shift.job.reference
    for caller, path in ((client, f"jobs/{job}/on-site"), (desk, "desk/on-site"), (desk, f"desk/jobs/{job}/on-site")):
        with django_assert_max_num_queries(12):
            caller.ok("GET", path)


def test_a_client_reads_neither_who_was_only_asked_nor_why_a_question_lapsed(
    department: Tenant, agency: Tenant, work: Work, now: Any
) -> None:
    offered = take(make_officer(department, given_name="Vera", family_name="Asked"), work.shift)
    Assignment.objects.filter(id=offered.id).update(state="offered")
    clock(work, "in", at=minute(0))
    now(60)
    start_break(item=item(work, at=minute(62)))
    now(75)
    supply(work, agency)
    path, client = f"jobs/{work.shift.job_id}/on-site", token_of(work.requester.person)
    (seen,) = client.ok("GET", path)
    assert [one["officer_name"] for one in seen["officers"]] == [work.officer.display_name]
    # Its place is held all the same.
    assert (seen["missing"], seen["counts"]) == (0, {"on_site": 1, "offered": 1})
    assert "lapse" not in str(seen)
    (supplied,) = at_the_desk(agency, "scheduler").ok("GET", f"agency/{path}")
    lapses = {one["officer_name"]: one["lapse"] for one in supplied["officers"]}
    assert lapses == {work.officer.display_name: "break", offered.officer.display_name: ""}


def test_long_before_a_shift_nothing_runs(work: Work, now: Any) -> None:
    now(-180)
    assert token_of(work.requester.person).ok("GET", f"jobs/{work.shift.job_id}/on-site") == []


def test_nobody_elses_job(department: Tenant, other_department: Tenant, agency: Tenant, work: Work, now: Any) -> None:
    now(5)
    job = work.shift.job_id
    for stranger in (make_requester(name="Somebody Else").person, work.officer.person):
        assert finds_nothing(token_of(stranger), "GET", "jobs/{}/on-site", job)
    # No agency supplies it.
    assert finds_nothing(at_the_desk(agency, "scheduler"), "GET", "agency/jobs/{}/on-site", job)
    bystander = at_the_desk(other_department)
    assert finds_nothing(bystander, "GET", "desk/jobs/{}/on-site", job)
    assert bystander.ok("GET", "desk/on-site")["shifts"] == []
    client = token_of(work.requester.person, host=f"{department.slug}.localhost")
    assert {client.get(path).status for path in ("desk/on-site", f"desk/jobs/{job}/on-site")} == {403}


def test_who_comes_near_a_limit_and_nothing_of_another_departments_job(
    department: Tenant, other_department: Tenant, now: Any
) -> None:
    week = {"id": "short-week", "window": "week", "buckets": ["extra_duty"], "limit_minutes": 300, "outcome": "deny"}
    govern(department, hour_limits=[week])
    govern(other_department, name="us")
    work = staff(department)
    now(5)
    desk, bystander = at_the_desk(department, "payroll"), at_the_desk(other_department)
    (near,) = desk.ok("GET", "desk/near-limits")
    assert (near["officer_id"], near["rule_id"]) == (str(work.officer.id), "short-week")
    assert (near["total_minutes"], near["remaining_minutes"]) == (240, 60)
    assert near["job_title"] == work.shift.job.title
    assert bystander.ok("GET", "desk/near-limits") == []
    Shift.objects.filter(id=work.shift.id).update(governing_department_id=other_department.id)
    (elsewhere,) = desk.ok("GET", "desk/near-limits")
    assert (elsewhere["remaining_minutes"], elsewhere["job_id"], elsewhere["job_title"]) == (60, None, None)
