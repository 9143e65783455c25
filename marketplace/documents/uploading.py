"""A client brings a paper, takes it back, or uses one again that the department accepted for an earlier job."""

from datetime import date, datetime
from typing import Any, BinaryIO
from uuid import UUID

from django.db import transaction

from departments.policy.codes import same_code
from geo.timezones import zone_named
from kernel.actors import Actor
from kernel.errors import NotFound
from marketplace import events, opening
from marketplace.documents.checklists import OPEN_JOB_STATES
from marketplace.documents.demands import announce, fault_of, record
from marketplace.documents.files import read_file
from marketplace.documents.storing import stored
from marketplace.models import DocumentDemand, Job, JobDocument
from marketplace.refusals_documents import (
    DocumentAlreadyAccepted,
    DocumentAlreadyDecided,
    DocumentsClosed,
    DocumentWillNotDo,
)

MAXIMUM_COVER_CENTS = 100_000_000_000
_ABOUT_THE_FILE = (
    "storage_key",
    "original_name",
    "content_type",
    "sha256",
    "size_bytes",
    "expires_date",
    "cover_cents",
)


def upload_document(
    *,
    job: Job,
    code: str,
    file: BinaryIO,
    name: str,
    expires_date: date | None = None,
    cover_cents: int | None = None,
    actor: Actor,
    at: datetime,
) -> JobDocument:
    """Bring a file for what the job needs. The same file again is the same document; another replaces an unread one.

    `expires_date` is the last day on which the paper holds. Reach the job through an access function.
    Raises FileRefused, DocumentWillNotDo, DocumentAlreadyAccepted, DocumentsClosed, NotFound; nothing is kept then.
    """
    checked = read_file(file=file, name=name)
    with stored(checked.content) as kept:
        with transaction.atomic():
            document = _take(
                job_id=job.id,
                code=code,
                about={
                    "storage_key": kept.key,
                    "original_name": checked.original_name,
                    "content_type": checked.content_type,
                    "sha256": checked.sha256,
                    "size_bytes": len(checked.content),
                    "expires_date": expires_date,
                    "cover_cents": cover_cents,
                },
                actor=actor,
                at=at,
            )
        if document.storage_key == kept.key:
            kept.keep()
    return document


def reusable_documents(*, demand: DocumentDemand, client_id: UUID) -> list[JobDocument]:
    """Papers of the client that this department accepted for other jobs and that will do for this one, newest first."""
    accepted = (
        JobDocument.objects.select_related("job")
        .filter(
            client_id=client_id,
            governing_department_id=demand.governing_department_id,
            code=demand.code,
            state=JobDocument.State.ACCEPTED,
        )
        .exclude(job_id=demand.job_id)
        .order_by("-uploaded_at")
    )
    found: dict[str, JobDocument] = {}
    for document in accepted[:20]:
        if not fault_of(demand=demand, document=document):
            found.setdefault(document.sha256, document)
    return list(found.values())


def reuse_document(*, job: Job, code: str, document_id: UUID, actor: Actor, at: datetime) -> JobDocument:
    """Use an accepted paper of an earlier job; it counts at once. Raises what `upload_document` raises."""
    with transaction.atomic():
        demand = _demand(job.id, code)
        earlier = next(
            (one for one in reusable_documents(demand=demand, client_id=job.client_id) if one.id == document_id), None
        )
        if earlier is None:
            raise NotFound("There is no such document of yours that would do for this request.")
        about = {name: getattr(earlier, name) for name in _ABOUT_THE_FILE}
        document = _take(job_id=job.id, code=code, about=about, reused_from=earlier, actor=actor, at=at)
        opening.open_when_documents_are_there(job_id=job.id, actor=actor, at=at)
    return document


def withdraw_document(*, document: JobDocument, actor: Actor, at: datetime) -> JobDocument:
    """Take back what nobody has decided on. Raises DocumentAlreadyDecided."""
    with transaction.atomic():
        job = Job.objects.select_for_update().get(id=document.job_id)
        document = JobDocument.objects.select_for_update().get(id=document.id)
        if document.state != JobDocument.State.UPLOADED:
            raise DocumentAlreadyDecided(document.state)
        _withdraw(job=job, document=document, actor=actor, at=at)
    return document


def _take(
    *,
    job_id: UUID,
    code: str,
    about: dict[str, Any],
    reused_from: JobDocument | None = None,
    actor: Actor,
    at: datetime,
) -> JobDocument:
    job = Job.objects.select_for_update().get(id=job_id)
    demand = _demand(job_id, code)
    if job.state not in OPEN_JOB_STATES:
        raise DocumentsClosed(job.state)
    document = JobDocument(
        demand=demand,
        job=job,
        client_id=job.client_id,
        governing_department_id=job.governing_department_id,
        code=demand.code,
        state=JobDocument.State.ACCEPTED if reused_from else JobDocument.State.UPLOADED,
        reused_from=reused_from,
        uploaded_at=at,
        uploaded_by_person_id=actor.person_id,
        decided_at=at if reused_from else None,
        **about,
    )
    _refuse_unfit(document, demand, job, at)
    live = JobDocument.objects.select_for_update().filter(demand=demand, state__in=JobDocument.LIVE_STATES).first()
    if live is not None:
        if _is_same(live, document):
            return live
        if live.state == JobDocument.State.ACCEPTED:
            raise DocumentAlreadyAccepted(demand.name)
        _withdraw(job=job, document=live, actor=actor, at=at)
    document.save(force_insert=True)
    action = "document.reused" if reused_from else "document.uploaded"
    record(job=job, document=document, action=action, before="", actor=actor, at=at)
    if reused_from is None:
        announce(job=job, document=document, name=events.DOCUMENT_UPLOADED, at=at)
    return document


def _demand(job_id: UUID, code: str) -> DocumentDemand:
    demands = DocumentDemand.objects.select_for_update().filter(job_id=job_id, is_needed=True)
    demand = next((one for one in demands if same_code(one.code) == same_code(code)), None)
    if demand is None:
        raise NotFound("This request needs no such document.")
    return demand


def _refuse_unfit(document: JobDocument, demand: DocumentDemand, job: Job, at: datetime) -> None:
    today = at.astimezone(zone_named(job.time_zone)).date()
    expires_date, cover_cents = document.expires_date, document.cover_cents
    if expires_date is not None and expires_date < today:
        raise DocumentWillNotDo(
            f"It ended on {expires_date.isoformat()}. Bring one that is valid, or correct the date.",
            field="expires_date",
        )
    if cover_cents is not None and not 0 <= cover_cents <= MAXIMUM_COVER_CENTS:
        raise DocumentWillNotDo(f"Enter an amount between 0 and {MAXIMUM_COVER_CENTS // 100:,}.", field="cover_cents")
    fault = fault_of(demand=demand, document=document)
    if fault:
        ends_too_soon = demand.valid_through_date is not None and (
            expires_date is None or expires_date < demand.valid_through_date
        )
        raise DocumentWillNotDo(fault, field="expires_date" if ends_too_soon else "cover_cents")


def _is_same(live: JobDocument, document: JobDocument) -> bool:
    facts = ("sha256", "expires_date", "cover_cents")
    return all(getattr(live, name) == getattr(document, name) for name in facts)


def _withdraw(*, job: Job, document: JobDocument, actor: Actor, at: datetime) -> None:
    document.state = JobDocument.State.WITHDRAWN
    document.decided_at = at
    document.save(update_fields=["state", "decided_at"])
    record(job=job, document=document, action="document.withdrawn", before="uploaded", actor=actor, at=at)
