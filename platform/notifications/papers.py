"""What is said of documents that a department wants: missing soon, not accepted, no longer good; and that one came."""

from datetime import datetime

from kernel.subscriptions import Event
from marketplace.documents.checklists import checklist
from marketplace.models import JobDocument
from notifications.client_letters import facts_of_job, job_of, tell_client, wanted_by
from notifications.department import tell_coordinators
from notifications.letters import Letter
from notifications.links import marketplace_link, tenant_link
from tenants.queries import get_tenant


def remind_of_documents(*, event: Event, at: datetime) -> None:
    """marketplace.documents_due_soon; what came in the meantime is not asked for again."""
    job = job_of(event.payload["job_id"])
    codes = set(event.payload["codes"])
    missing = [row for row in checklist(job_id=job.id) if row.awaits_client and row.demand.code in codes]
    if not missing:
        return
    department = get_tenant(tenant_id=job.governing_department_id)
    letter = Letter(
        subject=f"{job.reference}: {missing[0].demand.name if len(missing) == 1 else 'documents'} still missing",
        heading="A document is still missing" if len(missing) == 1 else "Documents are still missing",
        paragraphs=(
            f"{department.name} needs this for your job. A PDF or a photo from your telephone will do.",
            *(row.demand.text for row in missing if row.demand.text),
        ),
        facts=(*((row.demand.name, wanted_by(job, row.demand)) for row in missing), *facts_of_job(job)),
        action=("Bring it now", marketplace_link("client:paper", demand_id=missing[0].demand.id)),
        sender=department.name,
    )
    tell_client(letter, job=job, event=event, at=at)


def tell_document_rejection(*, event: Event, at: datetime) -> None:
    """marketplace.document_rejected"""
    _tell_fault(event, at, "was not accepted", "gives this reason:")


def tell_document_expiry(*, event: Event, at: datetime) -> None:
    """marketplace.document_expired: the job changed, and the document no longer fits it."""
    _tell_fault(event, at, "will not do any more", "needs another, since the job was changed.")


def announce_document(*, event: Event, at: datetime) -> None:
    """marketplace.document_uploaded"""
    document = JobDocument.objects.select_related("job__client", "demand").get(id=event.payload["document_id"])
    if document.state != JobDocument.State.UPLOADED:
        return
    letter = Letter(
        subject=f"{document.job.reference}: {document.demand.name} has come",
        heading=f"{document.demand.name} has come",
        paragraphs=(f"{document.job.client.name} brought it for “{document.job.title}”. Accept or reject it.",),
        action=(
            "Look at it",
            tenant_link(document.governing_department_id, "department:request", job_id=document.job_id),
        ),
    )
    tell_coordinators(letter, department_id=document.governing_department_id, event=event, at=at)


def _tell_fault(event: Event, at: datetime, what: str, why: str) -> None:
    document = JobDocument.objects.select_related("demand").get(id=event.payload["document_id"])
    job = job_of(str(document.job_id))
    department = get_tenant(tenant_id=job.governing_department_id)
    letter = Letter(
        subject=f"{job.reference}: {document.demand.name} {what}",
        heading=f"{document.demand.name} {what}",
        paragraphs=(f"{department.name} {why} {document.decision_reason}", "Please bring another one."),
        facts=((document.demand.name, wanted_by(job, document.demand)), *facts_of_job(job)),
        action=("Bring another", marketplace_link("client:paper", demand_id=document.demand_id)),
        sender=department.name,
    )
    tell_client(letter, job=job, event=event, at=at)
