"""Officers are invited when a job is paid for and its papers are there; whichever comes last opens it."""

from datetime import datetime
from uuid import UUID

from kernel import audit
from kernel.actors import Actor
from marketplace.documents.checklists import missing_at
from marketplace.models import DocumentDemand, Job

_EVERY_GATE = (DocumentDemand.Gate.APPROVAL, DocumentDemand.Gate.OPENING)


def hold_for_documents(*, job: Job, actor: Actor, at: datetime) -> bool:
    """True while papers keep a paid job from being opened. The caller holds the job's lock.

    Those that gate the approval count here too: a change after it can have made one of them useless.
    """
    missing = missing_at(job_id=job.id, gates=_EVERY_GATE)
    if missing and job.opening_held_at is None:
        job.opening_held_at = at
        job.save(update_fields=["opening_held_at"])
        audit.record(
            actor=actor,
            action="job.opening_held",
            subject_kind="job",
            subject_id=job.id,
            tenant_id=job.governing_department_id,
            at=at,
            after={"missing": ", ".join(row.demand.name for row in missing)},
        )
    elif not missing and job.opening_held_at is not None:
        job.opening_held_at = None
        job.save(update_fields=["opening_held_at"])
    return bool(missing)


def open_when_documents_are_there(*, job_id: UUID, actor: Actor, at: datetime) -> None:
    """After a paper was accepted or waived. Only a job that payment found held is opened by it."""
    held = Job.objects.filter(id=job_id, state=Job.State.CONTRACTED, opening_held_at__isnull=False)
    funded_at = held.values_list("funded_at", flat=True)
    if funded_at:
        # Imported late: opening shifts asks this module whether anything holds them.
        from marketplace import shifts

        open_now = shifts.mark_funded if funded_at[0] else shifts.open_unpaid
        open_now(job_id=job_id, actor=actor, at=at)
