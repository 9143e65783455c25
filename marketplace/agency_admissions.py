"""Which agencies may work in a department's jurisdiction. The department's word, with a reason, dated, never erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from kernel import audit
from kernel.actors import Actor
from kernel.errors import InvalidInput, NotFound
from marketplace.models import AgencyAdmission, Job
from marketplace.refusals import ReasonMissing
from marketplace.terms import check_text
from tenants.context import acting_as
from tenants.models import Tenant
from tenants.queries import active_tenants

DECISIONS = tuple(AgencyAdmission.Decision.values)


@dataclass(frozen=True, slots=True)
class AgencyHere:
    """An agency as a department sees it; `decision` is "" while nobody has decided. Jobs: under contract and over."""

    agency_id: UUID
    name: str
    contact_email: str
    decision: str
    reason: str
    decided_at: datetime | None
    open_jobs: int
    closed_jobs: int


def decide_admission(
    *, department_id: UUID, agency_id: UUID, decision: str, reason: str, actor: Actor, at: datetime
) -> AgencyAdmission:
    """Admit or bar an agency, from now on. Contracts that were accepted before stand.

    Raises NotFound, InvalidInput, ReasonMissing, TextTooLong, TextUnreadable.
    """
    if decision not in DECISIONS:
        raise InvalidInput("Choose whether the agency is admitted or barred.", field="decision")
    if not reason.strip():
        raise ReasonMissing("Give a reason: it is kept, and the agency reads it.")
    check_text(field="reason", what="the reason", text=reason, maximum=2000)
    if not any(one.id == agency_id for one in active_tenants(kind=Tenant.Kind.AGENCY)):
        raise NotFound("There is no such agency.")
    row = AgencyAdmission.objects.create(
        department_id=department_id,
        agency_id=agency_id,
        decision=decision,
        reason=reason.strip(),
        decided_by_person_id=actor.person_id,
        decided_at=at,
    )
    audit.record(
        actor=actor,
        action=f"agency.{decision}",
        subject_kind="agency",
        subject_id=agency_id,
        tenant_id=department_id,
        at=at,
        after={"decision": decision},
        reason=reason.strip(),
    )
    return row


def agencies_here(*, department_id: UUID) -> list[AgencyHere]:
    """Every active agency of the platform with this department's newest word, those with work here first."""
    newest = {row.agency_id: row for row in _newest(AgencyAdmission.objects.filter(department_id=department_id))}
    work: dict[UUID | None, Any] = {
        row["agency_id"]: row
        for row in Job.objects.filter(governing_department_id=department_id)
        .exclude(agency_id=None)
        .values("agency_id")
        .annotate(
            live=Count("id", filter=Q(state=Job.State.CONTRACTED)), over=Count("id", filter=Q(state=Job.State.CLOSED))
        )
    }
    rows = []
    for agency in active_tenants(kind=Tenant.Kind.AGENCY):
        said, jobs = newest.get(agency.id), work.get(agency.id, {})
        rows.append(
            AgencyHere(
                agency_id=agency.id,
                name=agency.name,
                contact_email=agency.contact_email,
                decision=str(said.decision) if said else "",
                reason=said.reason if said else "",
                decided_at=said.decided_at if said else None,
                open_jobs=jobs.get("live", 0),
                closed_jobs=jobs.get("over", 0),
            )
        )
    return sorted(rows, key=lambda row: (-row.open_jobs, row.decision != "admitted", row.name))


def history_of(*, department_id: UUID, agency_id: UUID) -> list[AgencyAdmission]:
    """Every decision, the newest first."""
    return list(AgencyAdmission.objects.filter(department_id=department_id, agency_id=agency_id).order_by("-id"))


def departments_of_agency(*, agency_id: UUID) -> dict[UUID, AgencyAdmission]:
    """Each department's newest word on the agency, by department."""
    return {row.department_id: row for row in _newest(AgencyAdmission.objects.filter(agency_id=agency_id))}


def is_admitted(*, department_id: UUID, agency_id: UUID) -> bool:
    # Asked also when the client accepts, whose session sees no admissions.
    with acting_as(purpose="worker"):
        rows = AgencyAdmission.objects.filter(department_id=department_id, agency_id=agency_id)
        decision = rows.order_by("-id").values_list("decision", flat=True).first()
    return decision == AgencyAdmission.Decision.ADMITTED


def admits_anybody(*, department_id: UUID) -> bool:
    """Whether a client of the department may ask agencies at all."""
    with acting_as(purpose="worker"):
        rows = list(_newest(AgencyAdmission.objects.filter(department_id=department_id)))
    return any(row.decision == AgencyAdmission.Decision.ADMITTED for row in rows)


def agencies_admitted_by(*, department_id: UUID) -> list[UUID]:
    """Active agencies that the department admits now."""
    active = {one.id for one in active_tenants(kind=Tenant.Kind.AGENCY)}
    rows = _newest(AgencyAdmission.objects.filter(department_id=department_id))
    return [
        row.agency_id for row in rows if row.decision == AgencyAdmission.Decision.ADMITTED and row.agency_id in active
    ]


def _newest(rows):  # type: ignore[no-untyped-def]
    return rows.order_by("department_id", "agency_id", "-id").distinct("department_id", "agency_id")
