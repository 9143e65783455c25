"""The governing department's word on a request. Whoever decides second is told who decided first."""

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Person
from departments.policy.documents import Policy
from kernel import audit, outbox
from kernel.actors import Actor
from kernel.errors import NotFound, NotPermitted
from marketplace import events, refusals
from marketplace.documents.checklists import missing_at
from marketplace.job_policies import policy_of_job
from marketplace.models import DocumentDemand, Job, JobRevision, Shift
from marketplace.refusals_documents import ApproverNeeded, DocumentsMissing
from marketplace.request_findings import RequestFinding, approving_roles, request_findings
from marketplace.terms import JobTerms, check_text


def approve_job(
    *,
    job_id: UUID,
    department_id: UUID,
    actor: Actor,
    at: datetime,
    note: str = "",
    roles: Collection[str] | None = None,
) -> Job:
    """`roles`: those that the actor holds at this department; None for the platform itself.

    Raises NotFound, JobAlreadyDecided, JobIsPast, ApproverNeeded, NotPermitted, DocumentsMissing.
    """
    check_text(field="note", what="the note", text=note, maximum=2000, required=False)
    return _decide(
        job_id=job_id,
        department_id=department_id,
        state=Job.State.APPROVED,
        reason=note.strip(),
        event=events.JOB_APPROVED,
        actor=actor,
        at=at,
        may_decide=lambda job: _refuse_role(job, roles),
        may_go_on=_refuse_without_documents,
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


def findings_of(*, job: Job, policy: Policy | None = None) -> list[RequestFinding]:
    """What the rules say to the job as it is asked for now, without refusing it."""
    revision = job.revisions.filter(state=JobRevision.State.APPLIED).order_by("-number").first()
    if revision is None:
        return []
    return request_findings(
        policy=policy or policy_of_job(job),
        terms=JobTerms.from_json(revision.terms),
        at=revision.proposed_at,
        client=job.client,
    )


def _refuse_role(job: Job, roles: Collection[str] | None) -> None:
    """Before anything is said of the request's state: who may not approve learns nothing by trying."""
    if roles is None:
        return
    findings = findings_of(job=job)
    allowed = approving_roles(findings)
    if set(allowed) & set(roles):
        return
    named = [one.sentence for one in findings if one.outcome == "needs_approval" and one.approval_role]
    if named:
        raise ApproverNeeded(allowed, named[0])
    raise NotPermitted(f"Only a {' or '.join(allowed)} can do this. Ask one of them, or ask for the role.")


def _refuse_without_documents(job: Job) -> None:
    missing = missing_at(job_id=job.id, gates=(DocumentDemand.Gate.APPROVAL,))
    if missing:
        raise DocumentsMissing(
            [
                {"code": row.demand.code, "name": row.demand.name, "state": row.state, "sentence": row.sentence}
                for row in missing
            ]
        )


def _decide(
    *,
    job_id: UUID,
    department_id: UUID,
    state: Job.State,
    reason: str,
    event: str,
    actor: Actor,
    at: datetime,
    may_decide: Callable[[Job], None] | None = None,
    may_go_on: Callable[[Job], None] | None = None,
) -> Job:
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(id=job_id, governing_department_id=department_id).first()
        if job is None:
            raise NotFound("There is no such request.")
        if may_decide is not None:
            may_decide(job)
        if job.state != Job.State.SUBMITTED:
            raise refusals.JobAlreadyDecided(job.state, _name_of(job.decided_by_person_id), job.decided_at)
        planned = Shift.objects.filter(job=job, state=Shift.State.PLANNED)
        if state == Job.State.APPROVED and not planned.filter(starts_at__gt=at).exists():
            raise refusals.JobIsPast()
        if may_go_on is not None:
            may_go_on(job)
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
