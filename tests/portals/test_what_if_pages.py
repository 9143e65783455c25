"""What-ifs from the page through the worker to the result; another department's are not there."""

from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile

from departments.policy.examples import example
from marketplace import what_if_runs
from marketplace.models import WhatIfRun
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import make_officer, publish_example
from tests.marketplace.test_what_if import held
from tests.portals.test_department_requests import address, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]
APRIL = datetime(2026, 4, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_april(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: APRIL)


def worker() -> acting_as:
    """A page's end takes the test's own right to read with it."""
    return acting_as(purpose="worker")


def asked(**changes: Any) -> dict[str, Any]:
    return {"from_date": "2026-03-01", "until_date": "2026-03-31", **changes}


def test_a_draft_is_asked_for_worked_once_and_read(
    department: Tenant, other_department: Tenant, django_assert_max_num_queries: Any
) -> None:
    govern(department)
    publish_example(other_department, name="us")
    officers = [make_officer(department, family_name=name) for name in ("Alder", "Birch")]
    for day in (5, 12, 19):
        held(department, day, officers)
    desk, _ = staff(department)
    draft = yaml.safe_dump({**example("ontario"), "award_order": {"keys": ["bid_at"]}})
    answer = desk.post(address("what_ifs"), asked(file=SimpleUploadedFile("draft.yaml", draft.encode())))
    with worker():
        run = WhatIfRun.objects.get()
    page = address("what_if", run_id=run.id)
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
    waiting = desk.get(page).content.decode()
    assert "waits for a free worker" in waiting
    assert desk.get(page, headers={"HX-Request": "true"}).status_code == 200
    with worker():
        assert what_if_runs.scan_runs(at=APRIL) == [run.id]
        assert what_if_runs.work_run(run_id=run.id, at=APRIL)
        assert not what_if_runs.work_run(run_id=run.id, at=APRIL)
        assert what_if_runs.scan_runs(at=APRIL) == []
        run.refresh_from_db()
    finished = desk.get(page, headers={"HX-Request": "true"})
    assert (finished.status_code, finished.headers["HX-Refresh"]) == (286, "true")
    with django_assert_max_num_queries(12):
        text = desk.get(page).content.decode()
    # By the time of their bids the first has all three; by hours the second had one.
    assert "3 of 3 come out as they really were" in text
    for officer in officers:
        assert officer.display_name in text
    assert "12\u00a0h" in text
    assert officers[0].display_name not in str(run.result)
    stranger, _ = staff(other_department)
    assert stranger.get(page).status_code == 404
    assert str(run.id) not in stranger.get(address("what_ifs")).content.decode()


def test_the_same_version_makes_no_difference_and_mistakes_are_told_with_their_path(department: Tenant) -> None:
    govern(department)
    held(department, 5, [make_officer(department)])
    desk, _ = staff(department)
    desk.post(address("what_ifs"), asked(version="1"))
    with worker():
        run = WhatIfRun.objects.get()
        what_if_runs.work_run(run_id=run.id, at=APRIL)
    assert "No difference" in desk.get(address("what_if", run_id=run.id)).content.decode()
    for wrong, said in (
        (asked(), "Choose a draft or a version"),
        (asked(document="currency: [shells"), "line 1"),
        (asked(document=yaml.safe_dump({**example("ontario"), "currency": "shells"})), "currency"),
        (asked(version="1", until_date="2026-02-01"), "Swap them"),
        (asked(version="99"), "99"),
    ):
        answer = desk.post(address("what_ifs"), wrong)
        assert answer.status_code == 422, wrong
        assert said in answer.content.decode()
    with worker():
        assert WhatIfRun.objects.count() == 1
    auditor, _ = staff(department, "auditor", "Ada")
    assert auditor.post(address("what_ifs"), asked(version="1")).status_code == 403


def test_a_run_that_was_interrupted_is_given_up(department: Tenant) -> None:
    govern(department)
    desk, _ = staff(department)
    desk.post(address("what_ifs"), asked(version="1"))
    with worker():
        WhatIfRun.objects.update(state="running", started_at=datetime(2026, 4, 2, 11, 39, tzinfo=UTC))
        what_if_runs.scan_runs(at=APRIL)
        run = WhatIfRun.objects.get()
    assert run.state == "failed"
    assert "It was interrupted" in desk.get(address("what_if", run_id=run.id)).content.decode()
