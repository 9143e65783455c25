"""Which papers a job needs, kept with the job and brought up to date by every change of it."""

from datetime import datetime, timedelta

from departments.policy.documents import Policy
from departments.policy.required_documents import DocumentDemand as Wanted
from departments.policy.required_documents import JobFacts, document_fault, documents_required
from kernel import audit, outbox
from kernel.actors import Actor
from marketplace import events
from marketplace.models import Client, DocumentDemand, Job, JobDocument
from marketplace.terms import JobTerms

REMIND_BEFORE = (timedelta(days=7), timedelta(days=2))


def documents_for_terms(*, policy: Policy, terms: JobTerms, client_kind: str) -> list[Wanted]:
    """What will be asked of a client of this kind; for pages that show it before anything is sent."""
    if not policy.required_documents:
        return []
    facts = JobFacts(
        event_type=terms.event_type,
        client_kind=client_kind,
        starts_at=min(shift.starts_at for shift in terms.shifts),
        ends_at=max(shift.ends_at for shift in terms.shifts),
        officers=max(shift.headcount for shift in terms.shifts),
        alcohol=terms.alcohol_served,
        crowd=terms.expected_attendance,
    )
    return documents_required(policy=policy, job=facts)


def demand_documents(*, job: Job, client: Client, terms: JobTerms, policy: Policy, actor: Actor, at: datetime) -> None:
    """Write down what the job needs now. The caller holds the job's lock.

    Waivers and papers stay with their demand. What no longer holds long enough, or covers too little, is expired and
    its client told; a demand that a change made needless keeps its history.
    """
    wanted = documents_for_terms(policy=policy, terms=terms, client_kind=client.kind)
    kept = {demand.code: demand for demand in DocumentDemand.objects.select_for_update().filter(job=job)}
    if not wanted and not kept:
        return
    for place, one in enumerate(wanted):
        demand = kept.pop(one.code, None) or DocumentDemand(job=job, code=one.code)
        demand.governing_department_id = job.governing_department_id
        demand.place = place
        demand.is_needed = True
        demand.next_reminder_at = next_reminder(due_at=one.due_at, after=at)
        for name in ("name", "text", "example", "gates", "due_at", "valid_through_date", "minimum_cover_cents"):
            setattr(demand, name, getattr(one, name))
        demand.save()
        _expire_what_will_not_do(job=job, demand=demand, actor=actor, at=at)
    needless = [demand.id for demand in kept.values()]
    DocumentDemand.objects.filter(id__in=needless).update(is_needed=False, next_reminder_at=None)


def next_reminder(*, due_at: datetime, after: datetime) -> datetime | None:
    """The next moment to remind at, strictly later than `after`, so that each comes once."""
    moments = sorted(due_at - before for before in REMIND_BEFORE)
    return next((moment for moment in moments if moment > after), None)


def fault_of(*, demand: DocumentDemand, document: JobDocument) -> str:
    """Why the paper will not do for what is asked now; empty when it will."""
    return document_fault(
        name=demand.name,
        valid_through_date=demand.valid_through_date,
        minimum_cover_cents=demand.minimum_cover_cents,
        expires_date=document.expires_date,
        cover_cents=document.cover_cents,
    )


def _expire_what_will_not_do(*, job: Job, demand: DocumentDemand, actor: Actor, at: datetime) -> None:
    for document in demand.documents.select_for_update().filter(state__in=JobDocument.LIVE_STATES):
        fault = fault_of(demand=demand, document=document)
        if not fault:
            continue
        before = document.state
        document.state = JobDocument.State.EXPIRED
        document.decision_reason = fault
        document.decided_at = at
        document.decided_by_person_id = None
        document.save(update_fields=["state", "decision_reason", "decided_at", "decided_by_person_id"])
        record(job=job, document=document, action="document.expired", before=before, actor=actor, at=at, reason=fault)
        announce(job=job, document=document, name=events.DOCUMENT_EXPIRED, at=at)


def record(
    *, job: Job, document: JobDocument, action: str, before: str, actor: Actor, at: datetime, reason: str = ""
) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_kind="job",
        subject_id=job.id,
        tenant_id=job.governing_department_id,
        at=at,
        before={"document": before} if before else {},
        after={"code": document.code, "document": document.state},
        reason=reason,
    )


def announce(*, job: Job, document: JobDocument, name: str, at: datetime) -> None:
    outbox.announce(
        name=name,
        payload={"document_id": str(document.id), "job_id": str(job.id)},
        tenant_id=job.governing_department_id,
        at=at,
    )
