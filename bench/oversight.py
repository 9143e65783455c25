"""The desk's pages over a large department, whole and over HTTP's own code, against one aggregate over its work.

Two figures a page: milliseconds, and queries against the budget of twelve.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection
from django.db.models import Count, Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from psycopg2.extras import DateTimeTZRange

from accounts.memberships import grant_role
from accounts.models import Person
from bench.figures import Figure, median_seconds
from bench.stage import NOW, department
from bench.world import make_crew, make_job, make_past_work, make_shifts
from kernel import clock
from kernel.actors import system
from kernel.identifiers import uuid7
from marketplace.models import Assignment, Award, Shift
from tenants.context import acting_as

_BUDGET = 12
_PAGES = {
    "console": "/desk/console/",
    "monthly report": "/desk/reports/?kind=month",
    "fairness report": "/desk/fairness/",
    "roster": "/desk/roster/",
    # All of the past work is one standing job, and forty more run today.
    "list of requests": "/desk/requests/",
    "today": "/desk/today/",
}


def measure() -> list[Figure]:
    figures = []
    for officers, assignments in ((200, 5_000), (2_000, 50_000)):
        tenant = department(f"watch{officers}")
        with acting_as(purpose="worker"):
            crew = make_crew(tenant, count=officers, at=NOW, duty_days=10, name=f"w{officers}")
            make_past_work(tenant, crew, count=assignments, at=NOW)
            _today(tenant, crew)
            person = Person.objects.create_user(f"coordinator@{tenant.slug}.example", given_name="Dana")
            grant_role(person=person, tenant_id=tenant.id, role="coordinator", actor=system("benchmark"), at=NOW)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        client = Client(headers={"host": f"{tenant.slug}.localhost"}, raise_request_exception=True)
        client.force_login(person)
        size = f"{officers:,} officers, {assignments:,} assignments"
        peer = median_seconds(lambda tenant=tenant: _aggregate(tenant))
        for name, path in _PAGES.items():
            with _standing_clock():
                taken = median_seconds(lambda client=client, path=path: _get(client, path))
                with CaptureQueriesContext(connection) as queries:
                    _get(client, path)
            figures.append(
                Figure(f"{name}: time", size, "ms", taken * 1000, peer * 1000, "one aggregate over all its work")
            )
            figures.append(Figure(f"{name}: queries", size, "queries", len(queries), _BUDGET, "the budget of a page"))
    return figures


@contextmanager
def _standing_clock() -> Iterator[None]:
    """The pages' today is the data's."""
    moving, clock.now = clock.now, lambda: NOW
    try:
        yield
    finally:
        clock.now = moving


def _today(tenant, crew) -> None:  # type: ignore[no-untyped-def]
    """Forty details around now, of two officers each, half of them on site."""
    job = make_job(tenant, at=NOW)
    starts = [NOW + timedelta(minutes=15 * (number - 20)) for number in range(40)]
    places = make_shifts(job, starts=starts, headcount=2, at=NOW, state=Shift.State.STAFFED, awarded_at=NOW)
    awards = [
        Award(
            id=uuid7(),
            shift=shift,
            position=position,
            decided_at=NOW,
            decided_by="benchmark",
            engine_version="2",
            policy_version=1,
            policy_sha256=job.policy_sha256,
            snapshot={},
        )
        for shift, position in places
    ]
    Award.objects.bulk_create(awards)
    Assignment.objects.bulk_create(
        Assignment(
            shift=shift,
            position=position,
            officer=crew.officers[2 * number + which],
            award=award,
            state=Assignment.State.CONFIRMED,
            period=DateTimeTZRange(shift.starts_at, shift.ends_at),
            pay_rate_cents_per_hour=position.pay_rate_cents_per_hour,
            authorised_ends_at=shift.ends_at,
            created_at=NOW,
        )
        for number, ((shift, position), award) in enumerate(zip(places, awards, strict=True))
        for which in range(2)
    )


def _get(client: Client, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}.")


def _aggregate(tenant) -> None:  # type: ignore[no-untyped-def]
    Assignment.objects.filter(shift__governing_department_id=tenant.id).aggregate(
        Count("id"), Sum("timesheet__worked_minutes")
    )
