"""The department's word on a paper: accepted, rejected with a reason, or not needed after all."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kernel import audit
from kernel.actors import Actor
from kernel.errors import NotFound
from marketplace import events, opening
from marketplace.documents.demands import announce, fault_of, record
from marketplace.models import DocumentDemand, Job, JobDocument
from marketplace.refusals import ReasonMissing
from marketplace.refusals_documents import DocumentAlreadyDecided, DocumentWillNotDo
from marketplace.terms import check_text


def accept_document(*, document_id: UUID, department_id: UUID, actor: Actor, at: datetime) -> JobDocument:
    """Raises NotFound, DocumentAlreadyDecided, DocumentWillNotDo."""
    with transaction.atomic():
        job, document = _locked(document_id, department_id)
        fault = fault_of(demand=document.demand, document=document)
        if fault:
            raise DocumentWillNotDo(f"{fault} Reject it, and the client is told.")
        _decide(job, document, JobDocument.State.ACCEPTED, "", actor=actor, at=at)
        opening.open_when_documents_are_there(job_id=job.id, actor=actor, at=at)
    return document


def reject_document(*, document_id: UUID, department_id: UUID, reason: str, actor: Actor, at: datetime) -> JobDocument:
    """The client reads the reason. Raises NotFound, ReasonMissing, DocumentAlreadyDecided."""
    _check_reason(reason, "Say what is wrong with it: the client will read it.")
    with transaction.atomic():
        job, document = _locked(document_id, department_id)
        _decide(job, document, JobDocument.State.REJECTED, reason.strip(), actor=actor, at=at)
        announce(job=job, document=document, name=events.DOCUMENT_REJECTED, at=at)
    return document


def waive_document(
    *, job_id: UUID, department_id: UUID, code: str, reason: str, actor: Actor, at: datetime
) -> DocumentDemand:
    """Do without a paper this time; the reason stays on the request. Waiving it again changes nothing.

    Raises NotFound, ReasonMissing.
    """
    _check_reason(reason, "Give a reason: it stays on the request.")
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(id=job_id, governing_department_id=department_id).first()
        demand = DocumentDemand.objects.select_for_update().filter(job=job, code=code, is_needed=True).first()
        if job is None or demand is None:
            raise NotFound("This request needs no such document.")
        if demand.waived_at is None:
            demand.waived_at = at
            demand.waived_by_person_id = actor.person_id
            demand.waiver_reason = reason.strip()
            demand.next_reminder_at = None
            demand.save()
            audit.record(
                actor=actor,
                action="document.waived",
                subject_kind="job",
                subject_id=job.id,
                tenant_id=department_id,
                at=at,
                after={"code": demand.code},
                reason=demand.waiver_reason,
            )
            opening.open_when_documents_are_there(job_id=job.id, actor=actor, at=at)
    return demand


def _locked(document_id: UUID, department_id: UUID) -> tuple[Job, JobDocument]:
    found = JobDocument.objects.filter(id=document_id, governing_department_id=department_id).first()
    if found is None:
        raise NotFound("There is no such document.")
    job = Job.objects.select_for_update().get(id=found.job_id)
    document = JobDocument.objects.select_for_update(of=("self",)).select_related("demand").get(id=document_id)
    if document.state != JobDocument.State.UPLOADED:
        raise DocumentAlreadyDecided(document.state)
    return job, document


def _decide(job: Job, document: JobDocument, state: str, reason: str, *, actor: Actor, at: datetime) -> None:
    document.state = state
    document.decided_at = at
    document.decided_by_person_id = actor.person_id
    document.decision_reason = reason
    document.save(update_fields=["state", "decided_at", "decided_by_person_id", "decision_reason"])
    record(job=job, document=document, action=f"document.{state}", before="uploaded", actor=actor, at=at, reason=reason)


def _check_reason(reason: str, sentence: str) -> None:
    if not reason.strip():
        raise ReasonMissing(sentence)
    check_text(field="reason", what="the reason", text=reason, maximum=2000)
