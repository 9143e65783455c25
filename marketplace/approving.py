"""The governing department's word on a request. Whoever decides second is told who decided first."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Person
from kernel import audit, outbox
from kernel.actors import Actor
from kernel.errors import NotFound
from marketplace import events, refusals
from marketplace.models import Job, Shift
from marketplace.terms import check_text


def approve_job(*, job_id: UUID, department_id: UUID, actor: Actor, at: datetime, note: str = "") -> Job:
    """Raises NotFound, JobAlreadyDecided, JobIsPast."""
    check_text(field="note", what="the note", text=note, maximum=2000, required=False)
    return _decide(
        job_id=job_id,
        department_id=department_id,
        state=Job.State.APPROVED,
        reason=note.strip(),
        event=events.JOB_APPROVED,
        actor=actor,
        at=at,
    )


def reject_job(*, job_id: UUID, department_id: UUID, reason: str, actor: Actor, at: datetime) -> Job:
    """The client reads the reason. Raises NotFound, ReasonMissing, JobAlreadyDecided."""
    if not reason.strip():
        raise refusals.ReasonMissing("Give a reason: the client will read it.")
    check_text(field="reason", what="the reason", text=reason, maximum=2000)
    return _decide(
        job_id=job_id,
        department_id=department_id,
        state=Job.State.REJECTED,
        reason=reason.strip(),
        event=events.JOB_REJECTED,
        actor=actor,
        at=at,
    )


def _decide(
    *, job_id: UUID, department_id: UUID, state: Job.State, reason: str, event: str, actor: Actor, at: datetime
) -> Job:
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(id=job_id, governing_department_id=department_id).first()
        if job is None:
            raise NotFound("There is no such request.")
        if job.state != Job.State.SUBMITTED:
            raise refusals.JobAlreadyDecided(job.state, _name_of(job.decided_by_person_id), job.decided_at)
        planned = Shift.objects.filter(job=job, state=Shift.State.PLANNED)
        if state == Job.State.APPROVED and not planned.filter(starts_at__gt=at).exists():
            raise refusals.JobIsPast()
        job.state = state
        job.decided_at = at
        job.decided_by_person_id = actor.person_id
        job.decision_reason = reason
        if state == Job.State.REJECTED:
            job.closed_at = at
            planned.update(state=Shift.State.CANCELLED)
        job.save(update_fields=["state", "decided_at", "decided_by_person_id", "decision_reason", "closed_at"])
        audit.record(
            actor=actor,
            action=event.removeprefix("marketplace.").replace("_", "."),
            subject_kind="job",
            subject_id=job.id,
            tenant_id=department_id,
            at=at,
            before={"state": Job.State.SUBMITTED.value},
            after={"state": state.value},
            reason=reason,
        )
        outbox.announce(name=event, payload={"job_id": str(job.id)}, tenant_id=department_id, at=at)
    return job


def _name_of(person_id: UUID | None) -> str:
    person = Person.objects.filter(id=person_id).first() if person_id else None
    return person.full_name if person else ""
