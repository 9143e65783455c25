"""The OpenAPI document: free of warnings, committed as it is, and no request drawn from it brings the server down."""

from collections import Counter
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.urls import set_urlconf
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.memberships import grant_role
from api import throttles
from kernel import clock
from marketplace.models import Alert, ClientMember, ClockReview, PresencePrompt, Timesheet
from marketplace.timesheets import approve_timesheet
from ratings.models import Rating, RatingReport
from ratings.moderating import report as report_comment
from tenants.context import acting_as
from tenants.models import Tenant
from tests.api.caller import PASSWORD, signed_in
from tests.factories.clients import govern
from tests.factories.departments import SETTING_UP, make_member
from tests.factories.people import actor_for
from tests.factories.work import Work, staff
from tests.factories.work import clock as clock_at
from tests.ratings.stage import by_client

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = ROOT / "docs" / "openapi.yaml"
# The first two would call the payment provider, which is not there in these tests.
LEFT_OUT = ("checkout", "payee", "/schema")


def generated() -> str:
    out, errors = StringIO(), StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out, stderr=errors)
    return out.getvalue()


def test_the_document_is_valid_and_committed() -> None:
    assert generated() == COMMITTED.read_text(), (
        "The API changed: write docs/openapi.yaml anew with "
        "`python manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml`."
    )


def test_every_operation_has_a_name_a_sentence_and_says_how_it_refuses() -> None:
    for path, method, operation in _operations(schemathesis.openapi.from_path(COMMITTED).raw_schema):
        assert operation["operationId"], path
        assert {"400", "404", "429"} <= set(operation["responses"]), (method, path)
        if method in ("post", "put", "patch", "delete"):
            assert any(status.startswith("2") for status in operation["responses"]), (method, path)


def _operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        if path != "/api/v1/schema"
        for method, operation in methods.items()
    ]


@dataclass(frozen=True)
class Everybody:
    """One person who is client, officer and coordinator at once, and real rows behind the doors that they open."""

    token: str
    rows: dict[str, str]


@pytest.fixture
def everybody(committed_database: None, department: Tenant) -> Everybody:
    with acting_as(purpose="worker"):
        govern(department)
        work = staff(department)
        clock_at(work, "in", at=work.shift.starts_at)
        clock_at(work, "out", at=work.shift.ends_at)
        person = work.officer.person
        person.set_password(PASSWORD)
        person.save()
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        ClientMember.objects.create(client=work.requester.client, person=person, started_at=clock.now())
        grant_role(person=person, tenant_id=department.id, role="coordinator", actor=SETTING_UP, at=clock.now())
        doubtful, alert, prompt, rating, report = _out_of_the_ordinary(work)
        rows = {
            "job_id": work.shift.job_id,
            "shift_id": work.shift.id,
            "assignment_id": work.assignment.id,
            "award_id": work.assignment.award_id,
            "timesheet_id": Timesheet.objects.get(assignment=work.assignment).id,
            "client_id": work.requester.client.id,
            "department_id": department.id,
            "entry_id": make_member(department).entry_id,
            "clock_event_id": doubtful.clock_event_id,
            "alert_id": alert.id,
            "prompt_id": prompt.id,
            "rating_id": rating.id,
            "report_id": report.id,
        }
    token = signed_in(person.email).token
    return Everybody(token, {name: str(row_id) for name, row_id in rows.items()})


def _out_of_the_ordinary(work: Work) -> tuple[ClockReview, Alert, PresencePrompt, Rating, RatingReport]:
    """A punch to look at, somebody who was late and was asked where they are, and a comment that is reported."""
    shift, assignment, at = work.shift, work.assignment, clock.now()
    doubtful = ClockReview.objects.create(
        clock_event=assignment.clock_events.get(kind="in"), department_id=shift.governing_department_id, opened_at=at
    )
    alert = Alert.objects.create(
        kind="late", department_id=shift.governing_department_id, shift=shift, assignment=assignment, opened_at=at
    )
    prompt = PresencePrompt.objects.create(assignment=assignment, asked_at=at, answer_by=at)
    approve_timesheet(timesheet_id=assignment.timesheet.id, by="client", actor=SETTING_UP, at=shift.ends_at)
    rating = by_client(assignment, comment="Slow.", at=shift.ends_at)
    return (
        doubtful,
        alert,
        prompt,
        rating,
        report_comment(rating=rating, reason="It was not.", actor=actor_for(work.officer.person), at=at),
    )


def test_no_request_brings_the_server_down(everybody: Everybody, monkeypatch: pytest.MonkeyPatch) -> None:
    for scope in throttles.RATES:
        monkeypatch.setitem(throttles.RATES, scope, "1000000/min")
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema?format=json", get_wsgi_application())
    statuses: Counter[int] = Counter()
    for result in schema.get_all_operations():
        operation = result.ok()
        if not any(word in operation.path for word in LEFT_OUT):
            _try(operation.as_strategy(), everybody, statuses)
    # Schemathesis asks past Django's own client, which would leave no tenant's routes behind for the next test.
    set_urlconf(None)
    # It was not shut out: some of what it asked for was there, and some of it was even done.
    assert statuses[200] > 20
    assert statuses[201] > 0


def _try(strategy: st.SearchStrategy[Any], everybody: Everybody, statuses: Counter[int]) -> None:
    headers = {"X-Session-Token": everybody.token, "Host": "alderbrook.localhost"}

    @settings(
        max_examples=4,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def call(case: schemathesis.Case) -> None:
        for name in set(case.path_parameters or ()) & set(everybody.rows):
            case.path_parameters[name] = everybody.rows[name]
        response = case.call(headers=headers)
        statuses[response.status_code] += 1
        assert response.status_code < 500, (case.as_curl_command(), response.content[:500])

    call()
