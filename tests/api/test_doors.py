"""Other people's rows are answered like rows that never were; what is refused changes nothing."""

from typing import Any
from uuid import uuid4

import pytest

from kernel import clock
from marketplace.models import Client, Job
from marketplace.timesheets import submit_timesheet
from tenants.models import Tenant
from tests.api.caller import Caller
from tests.api.people import at_the_desk, both_answers, token_of
from tests.factories.clients import govern, make_requester, submit
from tests.factories.departments import make_officer
from tests.factories.people import make_person
from tests.factories.work import STARTS_AT, Work, staff
from tests.factories.work import clock as clock_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(as_worker: None, department: Tenant, other_department: Tenant) -> Work:
    """An officer clocked out of a shift; a second department stands by."""
    govern(department)
    govern(other_department, name="us")
    work = staff(department)
    clock_at(work, "in", at=STARTS_AT)
    clock_at(work, "out", at=work.shift.ends_at)
    work.assignment.refresh_from_db()
    submit_timesheet(assignment=work.assignment, at=work.shift.ends_at)
    return work


def test_another_client_finds_nothing(work: Work) -> None:
    stranger = token_of(make_requester(name="Somebody Else").person)
    job, assignment = work.shift.job, work.assignment
    sheet = assignment.timesheet
    marks = {"punctuality": 1, "appearance": 1, "conduct": 1}
    terms = job.revisions.get().terms
    for method, path, real, body in [
        ("GET", "jobs/{}", job.id, None),
        ("GET", "jobs/{}/contracts", job.id, None),
        ("GET", "jobs/{}/money", job.id, None),
        ("POST", "jobs/{}/withdraw", job.id, {}),
        ("POST", "jobs/{}/changes", job.id, {"terms": terms}),
        ("GET", "timesheets/{}", sheet.id, None),
        ("POST", "timesheets/{}/approve", sheet.id, {}),
        ("POST", "timesheets/{}/dispute", sheet.id, {"reason": "No."}),
        ("POST", "assignments/{}/rating", assignment.id, marks),
        ("GET", "contracts/{}", job.id, None),
        ("POST", "contracts/{}/accept", job.id, {}),
        ("POST", "contracts/{}/checkout", job.id, {}),
        ("GET", "documents/{}", job.id, None),
    ]:
        foreign, missing = both_answers(stranger, method, path, real, body)
        assert foreign == missing, path
        assert foreign[0] == 404, path
    sheet.refresh_from_db()
    assert sheet.state == "submitted"
    assert stranger.ok("GET", "jobs")["results"] == []
    assert stranger.ok("GET", "timesheets")["results"] == []
    refused = stranger.post("jobs", {"terms": terms, "client_id": str(work.requester.client.id)})
    assert refused.status == 404


def test_another_department_finds_nothing(work: Work, other_department: Tenant) -> None:
    desk = at_the_desk(other_department)
    job, assignment = work.shift.job, work.assignment
    reason = {"reason": "Because."}
    for method, path, real, body in [
        ("GET", "desk/jobs/{}", job.id, None),
        ("POST", "desk/jobs/{}/approve", job.id, {}),
        ("POST", "desk/jobs/{}/reject", job.id, reason),
        ("GET", "desk/jobs/{}/money", job.id, None),
        ("GET", "desk/jobs/{}/contracts", job.id, None),
        ("GET", "desk/shifts/{}", work.shift.id, None),
        ("GET", "desk/shifts/{}/awards", work.shift.id, None),
        ("GET", "desk/awards/{}", assignment.award_id, None),
        ("GET", "desk/timesheets/{}", assignment.timesheet.id, None),
        ("POST", "desk/timesheets/{}/approve", assignment.timesheet.id, {}),
        ("POST", "desk/timesheets/{}/resolve", assignment.timesheet.id, {"worked_minutes": 1, **reason}),
        ("POST", "desk/reviews/{}/resolve", assignment.clock_events.first().id, {"accept": True, **reason}),
        ("POST", "desk/assignments/{}/overrun", assignment.id, {"until": work.shift.ends_at.isoformat()}),
        ("POST", "desk/assignments/{}/rating", assignment.id, {"punctuality": 1, "appearance": 1, "conduct": 1}),
        ("POST", "desk/clients/{}/block", work.requester.client.id, reason),
        ("GET", "desk/roster/{}", assignment.officer_id, None),
    ]:
        foreign, missing = both_answers(desk, method, path, real, body)
        assert foreign == missing, path
        assert foreign[0] == 404, path
    assignment.timesheet.refresh_from_db()
    assert assignment.timesheet.state == "submitted"
    for path in ("desk/jobs", "desk/shifts", "desk/timesheets"):
        assert desk.ok("GET", path)["results"] == []
    assert desk.ok("GET", "desk/roster") == []


def test_another_officer_finds_nothing_and_who_left_is_no_officer(work: Work, department: Tenant) -> None:
    other = make_officer(department, family_name="Birch")
    caller = token_of(other.person)
    punch = {"punch_id": str(uuid4()), "kind": "in", "fixes": []}
    for method, path, body in [
        ("GET", "officer/assignments/{}", None),
        ("POST", "officer/assignments/{}/punches", punch),
    ]:
        foreign, missing = both_answers(caller, method, path, work.assignment.id, body)
        assert foreign == missing
        assert foreign[0] == 404
    civilian = token_of(make_person(given_name="Sam", family_name="Field"))
    for path in ("officer", "officer/shifts", "officer/bids", "officer/assignments", "officer/earnings"):
        assert civilian.get(path).status == 404
    other.left_at = clock.now()
    other.save()
    assert caller.get("officer/shifts").status == 404


def test_nobody_but_the_officer_reads_phone_home_or_distance(work: Work, department: Tenant) -> None:
    desk, client = at_the_desk(department), token_of(work.requester.person)
    job_id = work.shift.job_id
    for caller, path in [
        (desk, f"desk/jobs/{job_id}"), (desk, f"desk/shifts/{work.shift.id}"), (desk, "desk/timesheets"),
        (desk, "desk/roster"), (desk, "desk/alerts"), (desk, "desk/rating-reports"),
        (desk, "desk/on-site"), (desk, f"desk/jobs/{job_id}/on-site"),
        (desk, f"desk/shifts/{work.shift.id}/award-by-hand/officers"),
        (client, f"jobs/{job_id}"), (client, f"jobs/{job_id}/on-site"), (client, "timesheets"),
        (client, f"clients/{work.requester.client.id}/ratings"),
    ]:  # fmt: skip
        text = str(caller.ok("GET", path))
        for word in ("distance", "home_l", "birth", "travel_radius", "'phone'"):
            assert word not in text, (path, word)
    own = token_of(work.officer.person).ok("GET", "officer")
    assert own["home"]["latitude"] == pytest.approx(43.4675)


def test_lists_have_pages_and_few_queries(
    as_worker: None, department: Tenant, django_assert_max_num_queries: Any
) -> None:
    govern(department)
    requester = make_requester()
    jobs = [submit(requester) for _ in range(5)]
    caller = token_of(requester.person)
    first = caller.ok("GET", "jobs?page_size=2")
    second = caller.ok("GET", "jobs?" + first["next"].split("?")[1])
    third = caller.ok("GET", "jobs?" + second["next"].split("?")[1])
    found = [job["id"] for page in (first, second, third) for job in page["results"]]
    assert found == [str(job.id) for job in sorted(jobs, key=lambda job: job.id, reverse=True)]
    assert third["next"] is None
    with django_assert_max_num_queries(12):
        caller.ok("GET", "jobs")
    with django_assert_max_num_queries(12):
        caller.ok("GET", f"jobs/{jobs[0].id}")
    assert caller.ok("GET", "jobs?state=approved")["results"] == []
    for cursor in ("nonsense", "cD1ub25zZW5zZQ=="):
        assert caller.get(f"jobs?cursor={cursor}").status == 404
    assert caller.get("jobs?state=flying").status == 400


def test_what_no_database_and_no_answer_could_hold_is_refused(as_worker: None, department: Tenant) -> None:
    govern(department)
    desk = at_the_desk(department)
    for moment in ("2026-03-10T15:00:00", "2026-03-10T15:00:00%2B23:00x", "0001-01-01T00:00:00%2B14:00", "today"):
        assert desk.get(f"desk/shifts?starts_from={moment}").status == 400, moment
    # An offset that PostgreSQL does not know is a moment all the same.
    assert desk.ok("GET", "desk/shifts?starts_from=2026-03-10T15:00:00%2B23:00")["results"] == []
    # Half of a surrogate pair, which the refusal would repeat.
    decision = {"decision": "\ud800", "reason": "About enforcement."}
    refused = desk.post(f"desk/rating-reports/{uuid4()}/decide", decision)
    assert (refused.status, refused["field"]) == (400, "decision")


def test_there_is_nothing_at_other_addresses() -> None:
    for path in ("", "jobs/", "jobs/1", "nothing/at/all"):
        answer = Caller().get(path)
        assert (answer.status, answer["code"]) == (404, "not_found")
    assert Client.objects.count() == Job.objects.count() == 0
