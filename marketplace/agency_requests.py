"""Requests on which agencies may offer a price: asked by the client, admitted by the governing department.

Before a client has accepted its offer, an agency knows the area, the times and what is needed; not who asks, not the
address, not the contact, and no word that the client wrote.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Min, OuterRef, Q, QuerySet, Subquery

from accounts.models import Person
from kernel import audit, outbox
from kernel.actors import Actor
from kernel.errors import IllegalTransition, NotFound
from marketplace import events
from marketplace.access import job_for_client
from marketplace.agency_admissions import admits_anybody
from marketplace.models import AgencyAdmission, EventType, Job, JobRevision, Shift

OPEN_STATES = (Job.State.SUBMITTED, Job.State.APPROVED)
_MOST_SHOWN = 300


class AgenciesNotAdmitted(IllegalTransition):
    """The governing department admits no agency, so there is nobody to ask."""

    code = "agencies_not_admitted"


class RequestDecided(IllegalTransition):
    """A supplier was chosen, or the request is over."""

    code = "request_decided"


@dataclass(frozen=True, slots=True)
class WantedShift:
    """`wanted` is (rank code, rank name, headcount), supervisors of the department's ladder included."""

    starts_at: datetime
    ends_at: datetime
    wanted: tuple[tuple[str, str, int], ...]
    vehicle_code: str
    vehicle_count: int


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """All that an agency may know of a client's request before its offer is accepted."""

    job_id: UUID
    department_id: UUID
    area: str
    event_type: str
    currency: str
    time_zone: str
    is_approved: bool
    submitted_at: datetime
    shifts: tuple[WantedShift, ...]
    expected_attendance: int | None
    alcohol_served: bool

    @property
    def starts_at(self) -> datetime:
        return min(shift.starts_at for shift in self.shifts)

    @property
    def ranks(self) -> dict[str, str]:
        """Name by code of every rank that is needed."""
        return {code: name for shift in self.shifts for code, name, _ in shift.wanted}

    @property
    def officer_minutes(self) -> int:
        return sum(
            count * int((shift.ends_at - shift.starts_at).total_seconds() // 60)
            for shift in self.shifts
            for _, _, count in shift.wanted
        )


def ask_agencies(*, person: Person, job_id: UUID, wanted: bool, actor: Actor, at: datetime) -> Job:
    """The client opens the request to the department's agencies, or closes it to further offers.

    Raises NotFound, RequestDecided, AgenciesNotAdmitted.
    """
    found = job_for_client(person=person, job_id=job_id)
    with transaction.atomic():
        job = Job.objects.select_for_update().get(id=found.id)
        if job.state not in OPEN_STATES:
            raise RequestDecided("A supplier is chosen already, or the request is over.", state=str(job.state))
        if wanted == (job.agencies_asked_at is not None):
            return job
        if wanted and not admits_anybody(department_id=job.governing_department_id):
            raise AgenciesNotAdmitted("The department here admits no agency. Its own officers can do this job.")
        job.agencies_asked_at = at if wanted else None
        job.save(update_fields=["agencies_asked_at"])
        audit.record(
            actor=actor,
            action="job.agencies_asked" if wanted else "job.agencies_no_longer_asked",
            subject_kind="job",
            subject_id=job.id,
            tenant_id=job.governing_department_id,
            at=at,
        )
        if wanted:
            outbox.announce(
                name=events.AGENCIES_ASKED,
                payload={"job_id": str(job.id)},
                tenant_id=job.governing_department_id,
                at=at,
            )
    return job


def open_requests(*, agency_id: UUID, at: datetime) -> list[OpenRequest]:
    """Those that start soonest first. Three queries, whatever there is."""
    jobs = _open(agency_id=agency_id, at=at).prefetch_related("shifts__positions")
    return [_describe(job) for job in jobs[:_MOST_SHOWN]]


def open_request(*, agency_id: UUID, job_id: UUID, at: datetime) -> OpenRequest:
    """Raises NotFound, for one that is not open to this agency and for one that never was."""
    job = _open(agency_id=agency_id, at=at).filter(id=job_id).prefetch_related("shifts__positions").first()
    if job is None:
        raise NotFound("There is no such request.")
    return _describe(job)


def known_request(*, agency_id: UUID, job_id: UUID, offered_on: Collection[UUID]) -> OpenRequest:
    """The same of a request on which the agency has made an offer, whatever became of it since. Raises NotFound."""
    job = Job.objects.select_related("venue").filter(id=job_id).prefetch_related("shifts__positions").first()
    if job is None or job.id not in offered_on:
        raise NotFound("There is no such request.")
    return _describe(job)


def newest_revision(job_id: UUID) -> JobRevision:
    """What the client asks for now, agreed on or only proposed. Raises NotFound."""
    revision = (
        JobRevision.objects.filter(job_id=job_id).exclude(state=JobRevision.State.WITHDRAWN).order_by("-number").first()
    )
    if revision is None:
        raise NotFound("There is no such request.")
    return revision


def _open(*, agency_id: UUID, at: datetime) -> QuerySet[Job]:
    newest = AgencyAdmission.objects.filter(
        agency_id=agency_id, department_id=OuterRef("governing_department_id")
    ).order_by("-id")
    live = ~Q(shifts__state=Shift.State.CANCELLED)
    return (
        Job.objects.filter(agencies_asked_at__isnull=False, state__in=OPEN_STATES)
        .annotate(admission=Subquery(newest.values("decision")[:1]))
        .filter(admission=AgencyAdmission.Decision.ADMITTED)
        .annotate(first_starts_at=Min("shifts__starts_at", filter=live))
        .filter(first_starts_at__gt=at)
        .select_related("venue")
        .order_by("first_starts_at", "id")
    )


def _describe(job: Job) -> OpenRequest:
    shifts = sorted(
        (one for one in job.shifts.all() if one.state != Shift.State.CANCELLED), key=lambda one: one.starts_at
    )
    return OpenRequest(
        job_id=job.id,
        department_id=job.governing_department_id,
        area=", ".join(part for part in (job.venue.place_name, job.venue.region) if part) or job.venue.country,
        event_type=str(EventType(job.event_type).label),
        currency=job.currency,
        time_zone=job.time_zone,
        is_approved=job.state == Job.State.APPROVED,
        submitted_at=job.submitted_at,
        shifts=tuple(
            WantedShift(
                starts_at=shift.starts_at,
                ends_at=shift.ends_at,
                wanted=tuple(
                    (position.rank_code, position.rank_name, position.headcount) for position in shift.positions.all()
                ),
                vehicle_code=shift.vehicle_code,
                vehicle_count=shift.vehicle_count,
            )
            for shift in shifts
        ),
        expected_attendance=job.expected_attendance,
        alcohol_served=job.alcohol_served,
    )
