"""Finished shifts and what their sides say of them, at chosen moments."""

from datetime import datetime, timedelta
from typing import Any

from kernel.actors import Actor
from kernel.identifiers import uuid7
from marketplace.models import Assignment, Client, Officer
from ratings.models import Rating
from ratings.rating import rate_officer, rate_site
from tenants.models import Tenant
from tests.factories.hours import finished
from tests.factories.jobs import make_job
from tests.factories.people import actor_for
from tests.factories.venues import STARTS_AT

ENDED_AT = STARTS_AT + timedelta(hours=4)
SOON = ENDED_AT + timedelta(hours=1)
WEEK = timedelta(days=7)
RELEASED_AT = ENDED_AT + WEEK


def somebody(label: str = "Casey") -> Actor:
    return Actor(kind="person", person_id=uuid7(), label=label)


def make_client(name: str = "Harbour Fair") -> Client:
    return Client.objects.create(name=name, billing_email="pay@example.org", created_at=STARTS_AT)


def worked(
    department: Tenant, officer: Officer, *, client: Client | None = None, starts_at: datetime = STARTS_AT, **more: Any
) -> Assignment:
    """Approved hours of a shift of this client's, or of a new one's."""
    job = make_job(department, at=starts_at - timedelta(days=9), client=client or make_client())
    return finished(department, officer, starts_at=starts_at, job=job, **more).assignment


def by_client(assignment: Assignment, mark: int = 4, *, at: datetime = SOON, **more: Any) -> Rating:
    side = {"rater_kind": "client", "client_id": assignment.shift.job.client_id, "actor": somebody()}
    return _officer_rated(assignment, mark, at=at, **{**side, **more})


def by_department(assignment: Assignment, mark: int = 4, *, at: datetime = SOON, **more: Any) -> Rating:
    side = {"rater_kind": "department", "department_id": assignment.shift.governing_department_id, "actor": somebody()}
    return _officer_rated(assignment, mark, at=at, **{**side, **more})


def by_officer(assignment: Assignment, mark: int = 4, *, at: datetime = SOON, **more: Any) -> Rating:
    marks = {"briefing": mark, "safety": mark, "conduct": mark}
    own = {"officer": assignment.officer, "actor": actor_for(assignment.officer.person)}
    return rate_site(assignment_id=assignment.id, at=at, **{**own, **marks, **more})


def _officer_rated(assignment: Assignment, mark: int, *, at: datetime, **more: Any) -> Rating:
    marks = {"punctuality": mark, "appearance": mark, "conduct": mark}
    return rate_officer(assignment_id=assignment.id, at=at, **{**marks, **more})
