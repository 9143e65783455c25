"""Who sits at a job's thread: its client, the governing department, the agency that supplies it, the officers assigned.

A seat is taken anew for every request: an officer who was released has none from that moment on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max

from accounts.models import Membership, Person, Role
from marketplace.access import assignment_for_officer, job_for_client, job_for_department
from marketplace.agency_jobs import job_of_agency
from marketplace.models import Assignment, ClientMember, Job, JobMessage, Officer
from marketplace.refusals_threads import ThreadOver
from tenants.queries import get_tenant

OPEN_FOR = timedelta(days=30)
Side = JobMessage.Side
_STAFF_WHO_HEAR = {Side.DEPARTMENT: (Role.COORDINATOR,), Side.AGENCY: (Role.COORDINATOR, Role.SCHEDULER)}


@dataclass(frozen=True, slots=True)
class Seat:
    """`closes_at` is 30 days after the job's last shift; nobody writes after it, and only the department reads."""

    job: Job
    side: JobMessage.Side
    person_id: UUID
    name: str
    closes_at: datetime
    officer: Officer | None = None

    def is_open(self, at: datetime) -> bool:
        return at < self.closes_at


def client_seat(*, person: Person, job_id: UUID, at: datetime) -> Seat:
    """Raises NotFound, ThreadOver."""
    job = job_for_client(person=person, job_id=job_id)
    name = f"{person.given_name} {person.family_name}".strip()
    return _while_open(job, Side.CLIENT, person, f"{name}, {job.client.name}" if name else job.client.name, at)


def department_seat(*, department_id: UUID, person: Person, job_id: UUID) -> Seat:
    """It is the department's own record: read for good. Raises NotFound."""
    job = job_for_department(department_id=department_id, job_id=job_id)
    return _seat(job, Side.DEPARTMENT, person, _staff_name(person, department_id))


def agency_seat(*, agency_id: UUID, person: Person, job_id: UUID, at: datetime) -> Seat:
    """Raises NotFound, ThreadOver."""
    job = job_of_agency(agency_id=agency_id, job_id=job_id)
    return _while_open(job, Side.AGENCY, person, _staff_name(person, agency_id), at)


def officer_seat(*, officer: Officer, assignment_id: UUID, at: datetime) -> Seat:
    """Raises NotYourShift, ThreadOver; the latter also once the assignment was called off, relieved or missed."""
    assignment = assignment_for_officer(officer=officer, assignment_id=assignment_id)
    if assignment.state not in Assignment.COMMITTED_STATES:
        raise ThreadOver()
    name = f"{officer.display_name}, {assignment.position.rank_name}"
    return _while_open(assignment.shift.job, Side.OFFICER, officer.person, name, at, officer=officer)


def seated_people(job: Job) -> set[tuple[UUID, str]]:
    """Everybody who is told of news in the thread: person and side."""
    clients = ClientMember.objects.filter(client_id=job.client_id, ended_at=None).values_list("person_id", flat=True)
    officers = Officer.objects.filter(
        left_at=None, assignments__shift__job=job, assignments__state__in=Assignment.COMMITTED_STATES
    ).values_list("person_id", flat=True)
    found = {(person_id, Side.CLIENT.value) for person_id in clients}
    found |= {(person_id, Side.OFFICER.value) for person_id in officers}
    for side, tenant_id in ((Side.DEPARTMENT, job.governing_department_id), (Side.AGENCY, job.agency_id)):
        if tenant_id is not None:
            staff = Membership.objects.filter(
                tenant_id=tenant_id, role__in=_STAFF_WHO_HEAR[side], ended_at=None
            ).values_list("person_id", flat=True)
            found |= {(person_id, side.value) for person_id in staff}
    return found


def closes_at(job: Job) -> datetime:
    last = job.shifts.aggregate(last=Max("ends_at"))["last"]
    ended: datetime = last or job.submitted_at
    return ended + OPEN_FOR


def _while_open(
    job: Job, side: JobMessage.Side, person: Person, name: str, at: datetime, *, officer: Officer | None = None
) -> Seat:
    seat = _seat(job, side, person, name, officer=officer)
    if not seat.is_open(at):
        raise ThreadOver()
    return seat


def _seat(job: Job, side: JobMessage.Side, person: Person, name: str, *, officer: Officer | None = None) -> Seat:
    return Seat(job, side, person.id, name[:200], closes_at(job), officer)


def _staff_name(person: Person, tenant_id: UUID) -> str:
    name = f"{person.given_name} {person.family_name}".strip()
    tenant = get_tenant(tenant_id=tenant_id).short_name
    return f"{name}, {tenant}" if name else tenant
