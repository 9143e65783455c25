"""Jobs come in, change, and are taken back. What the governing department says to them is in `approving`."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from departments.policy.documents import Policy
from kernel import audit, outbox
from kernel.actors import Actor
from kernel.errors import NotPermitted
from marketplace import events, jurisdictions, refusals
from marketplace.acting import person_id_of
from marketplace.building import JOB_TEXTS, build_shift, build_venue, free_reference
from marketplace.clients import is_blocked
from marketplace.documents.demands import demand_documents
from marketplace.job_facts import attributes_to_keep, refuse_unanswered
from marketplace.job_policies import policy_for_request
from marketplace.models import Assignment, Client, ClientMember, Job, JobDraft, JobRevision, Shift
from marketplace.notice import refuse_short_notice
from marketplace.request_rules import refuse_by_rules
from marketplace.staffing import staffed_positions
from marketplace.terms import JobTerms, check, check_text

CHANGEABLE_STATES = (Job.State.SUBMITTED, Job.State.APPROVED, Job.State.CONTRACTED)


class NotForThisClient(NotPermitted):
    code = "not_for_this_client"


def submit_job(
    *,
    client: Client,
    terms: JobTerms,
    actor: Actor,
    at: datetime,
    department_id: UUID | None = None,
    entered_by_coordinator: bool = False,
    draft_id: UUID | None = None,
) -> Job:
    """Ask the governing department for officers. The same draft sent twice is one job.

    `department_id`: the portal that the request came through; it must govern the venue.
    Raises the refusals of `terms.check`, NoCoveringDepartment (and records the demand), OtherDepartmentGoverns,
    EventTypeBarred, RequestDenied, NoticeTooShort, UnknownRank, UnknownVehicle, ClientBlocked, NotForThisClient.
    """
    check(terms=terms, at=at)
    governing_id = _governing_department(terms, at)
    if department_id is not None and department_id != governing_id:
        raise refusals.OtherDepartmentGoverns(department_id, governing_id)
    policy = _policy_that_takes(terms=terms, department_id=governing_id, client=client, at=at)
    with transaction.atomic():
        draft = _locked_draft(draft_id)
        if draft is not None and draft.submitted_job_id is not None:
            return Job.objects.select_related("client", "venue").get(id=draft.submitted_job_id)
        client = Client.objects.select_for_update().get(id=client.id)
        _refuse_stranger(client, actor, entered_by_coordinator)
        if is_blocked(client_id=client.id, department_id=governing_id):
            raise refusals.ClientBlocked()
        job = _create(client, terms, policy, governing_id, actor, at, entered_by_coordinator)
        if draft is not None:
            draft.submitted_job_id = job.id
            draft.save(update_fields=["submitted_job_id"])
        _record(job, "job.submitted", actor, at, after={"state": job.state, "reference": job.reference})
        _announce(job, events.JOB_SUBMITTED, at)
    return job


def propose_change(*, job: Job, terms: JobTerms, reason: str = "", actor: Actor, at: datetime) -> JobRevision:
    """Change a job. Before approval at once; afterwards by a new contract version that the client must accept.

    Raises JobCannotChange, ShiftAlreadyStaffed, NothingChanged and the refusals of `submit_job`.
    """
    check_text(field="reason", what="the reason", text=reason, maximum=2000, required=False)
    agreed_starts = set(Shift.objects.filter(job_id=job.id).values_list("starts_at", flat=True))
    check(terms=terms, at=at, agreed_starts=agreed_starts)
    governing_id = _governing_department(terms, at)
    if governing_id != job.governing_department_id:
        raise refusals.OtherDepartmentGoverns(job.governing_department_id, governing_id)
    policy = _policy_that_takes(terms=terms, department_id=governing_id, client=job.client, at=at, notice_counts=False)
    with transaction.atomic():
        job = Job.objects.select_for_update().get(id=job.id)
        if job.state not in CHANGEABLE_STATES:
            raise refusals.JobCannotChange(job.state)
        refuse_when_staffed(job=job)
        if terms == _latest_terms(job):
            raise refusals.NothingChanged()
        job.revisions.filter(state=JobRevision.State.PROPOSED).update(state=JobRevision.State.WITHDRAWN)
        revision = _add_revision(job, terms, policy, JobRevision.State.PROPOSED, actor, at, reason)
        _record(job, "job.change_proposed", actor, at, after={"revision": revision.number}, reason=reason)
        if job.state == Job.State.SUBMITTED:
            # Imported late: applying a revision closes shifts, which is built on this module's states.
            from marketplace import revising

            revising.apply_revision(job=job, revision_number=revision.number, actor=actor, at=at)
            _announce(job, events.JOB_CHANGED, at, revision_number=revision.number)
            revision.refresh_from_db()
        else:
            _announce(job, events.JOB_CHANGE_PROPOSED, at, revision_number=revision.number)
    return revision


def apply_revision(
    *, job: Job, revision_number: int, at: datetime, actor: Actor, policy_version: int | None = None
) -> Job:
    """See `marketplace.revising.apply_revision`."""
    from marketplace import revising

    return revising.apply_revision(
        job=job, revision_number=revision_number, at=at, actor=actor, policy_version=policy_version
    )


def withdraw_job(*, job: Job, reason: str = "", actor: Actor, at: datetime) -> Job:
    """The client takes a request back that nobody has paid for.

    Raises JobAlreadyPaid, JobCannotChange, ShiftAlreadyStaffed where officers were found before the payment.
    """
    check_text(field="reason", what="the reason", text=reason, maximum=2000, required=False)
    with transaction.atomic():
        job = Job.objects.select_for_update().get(id=job.id)
        if job.state not in CHANGEABLE_STATES:
            raise refusals.JobCannotChange(job.state)
        if job.funded_at is not None:
            raise refusals.JobAlreadyPaid()
        refuse_when_staffed(job=job)
        if Shift.objects.filter(job=job, state=Shift.State.OPEN).exists():
            # Imported late: it closes shifts, which is built on this module.
            from marketplace import unpaid

            unpaid.close_bidding(job=job, reason="The client took the request back.", actor=actor, at=at)
        cancel_job(job=job, action="job.withdrawn", reason=reason, actor=actor, at=at)
        _announce(job, events.JOB_WITHDRAWN, at)
    return job


def cancel_job(*, job: Job, action: str, reason: str, actor: Actor, at: datetime) -> None:
    """Move a locked, unpaid job and its shifts to cancelled."""
    before = job.state
    job.state = Job.State.CANCELLED
    job.closed_at = at
    job.save(update_fields=["state", "closed_at"])
    for shift in Shift.objects.select_for_update().filter(job=job, state=Shift.State.PLANNED).order_by("id"):
        shift.state = Shift.State.CANCELLED
        shift.save(update_fields=["state"])
    job.revisions.filter(state=JobRevision.State.PROPOSED).update(state=JobRevision.State.WITHDRAWN)
    _record(job, action, actor, at, before={"state": before}, after={"state": job.state}, reason=reason)


def refuse_when_staffed(*, job: Job) -> None:
    officers = Assignment.objects.filter(shift__job=job, state__in=Assignment.LIVE_STATES).count()
    if officers:
        raise refusals.ShiftAlreadyStaffed(officers)


def _governing_department(terms: JobTerms, at: datetime) -> UUID:
    try:
        return jurisdictions.governing_department_of(terms=terms)
    except refusals.NoCoveringDepartment:
        venue = terms.venue
        jurisdictions.record_unserved_demand(
            point=venue.point,
            place_name=venue.place_name,
            region=venue.region,
            country=venue.country,
            event_type=terms.event_type,
            officers_wanted=max(shift.headcount for shift in terms.shifts),
            at=at,
        )
        raise


def _policy_that_takes(
    *, terms: JobTerms, department_id: UUID, client: Client, at: datetime, notice_counts: bool = True
) -> Policy:
    policy = policy_for_request(department_id=department_id, at=at)
    refuse_unanswered(policy=policy, terms=terms)
    refuse_by_rules(policy=policy, terms=terms, client=client)
    if notice_counts:
        refuse_short_notice(policy=policy, terms=terms, at=at)
    for shift in terms.shifts:
        staffed_positions(policy=policy, terms=terms, shift=shift)
        if shift.vehicle_code:
            policy.rate_card.vehicle(shift.vehicle_code)
    return policy


def _locked_draft(draft_id: UUID | None) -> JobDraft | None:
    return None if draft_id is None else JobDraft.objects.select_for_update().filter(id=draft_id).first()


def _refuse_stranger(client: Client, actor: Actor, entered_by_coordinator: bool) -> None:
    if entered_by_coordinator:
        return
    if not ClientMember.objects.filter(client=client, person_id=person_id_of(actor), ended_at=None).exists():
        raise NotForThisClient("You do not act for this client. Choose one of your own.")


def _create(
    client: Client,
    terms: JobTerms,
    policy: Policy,
    department_id: UUID,
    actor: Actor,
    at: datetime,
    entered_by_coordinator: bool,
) -> Job:
    job = Job.objects.create(
        reference=free_reference(),
        client=client,
        venue=build_venue(client=client, terms=terms.venue, at=at),
        governing_department_id=department_id,
        currency=policy.currency,
        time_zone=terms.venue.time_zone,
        policy_version=policy.version,
        policy_sha256=policy.sha256,
        entered_by_coordinator=entered_by_coordinator,
        submitted_by_person_id=person_id_of(actor),
        submitted_at=at,
        expected_attendance=terms.expected_attendance,
        alcohol_served=terms.alcohol_served,
        attributes=attributes_to_keep(policy=policy, terms=terms),
        **{name: getattr(terms, name) for name in JOB_TEXTS},
    )
    for index, shift in enumerate(terms.shifts):
        build_shift(job=job, number=index + 1, wanted=shift, terms=terms, policy=policy)
    _add_revision(job, terms, policy, JobRevision.State.APPLIED, actor, at, "")
    demand_documents(job=job, client=client, terms=terms, policy=policy, actor=actor, at=at)
    return job


def _add_revision(
    job: Job, terms: JobTerms, policy: Policy, state: str, actor: Actor, at: datetime, reason: str
) -> JobRevision:
    latest = job.revisions.order_by("-number").first()
    return JobRevision.objects.create(
        job=job,
        number=1 if latest is None else latest.number + 1,
        terms=terms.to_json(),
        policy_version=policy.version,
        state=state,
        proposed_by_person_id=actor.person_id,
        proposed_at=at,
        reason=reason,
    )


def _latest_terms(job: Job) -> JobTerms | None:
    revision = (
        job.revisions.filter(state__in=(JobRevision.State.PROPOSED, JobRevision.State.APPLIED))
        .order_by("-number")
        .first()
    )
    return None if revision is None else JobTerms.from_json(revision.terms)


def _record(
    job: Job,
    action: str,
    actor: Actor,
    at: datetime,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
    reason: str = "",
) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_kind="job",
        subject_id=job.id,
        tenant_id=job.governing_department_id,
        at=at,
        before=before,
        after=after,
        reason=reason,
    )


def _announce(job: Job, name: str, at: datetime, **payload: object) -> None:
    outbox.announce(name=name, payload={"job_id": str(job.id), **payload}, tenant_id=job.governing_department_id, at=at)
