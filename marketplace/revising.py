"""An accepted change becomes what the job is: shifts that stay the same keep their bids, the others start again."""

from datetime import datetime

from django.db import transaction

from departments import policies
from departments.policy.documents import Policy
from kernel import audit, outbox
from kernel.actors import Actor
from marketplace import events, refusals
from marketplace.building import JOB_TEXTS, build_shift, build_venue, is_as_agreed, price_again
from marketplace.documents.demands import demand_documents
from marketplace.job_facts import attributes_to_keep
from marketplace.models import Bid, Job, JobRevision, Shift
from marketplace.numbering import CANCELLED_NUMBERS_FROM, PARKED_NUMBERS_FROM
from marketplace.posting import refuse_when_staffed
from marketplace.terms import JobTerms, ShiftTerms


def apply_revision(
    *, job: Job, revision_number: int, at: datetime, actor: Actor, policy_version: int | None = None
) -> Job:
    """Make a proposed revision real. Applying it again changes nothing.

    New and changed shifts are planned; they open when the job is funded for them. `policy_version`: the one that the
    accepted contract was priced by, when it is not the revision's own.
    Raises RevisionNotOpen, JobCannotChange, ShiftAlreadyStaffed.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update().get(id=job.id)
        shifts = list(Shift.objects.select_for_update().filter(job=job).order_by("id"))
        revision = JobRevision.objects.select_for_update().filter(job=job, number=revision_number).first()
        if revision is None or revision.state == JobRevision.State.WITHDRAWN:
            raise refusals.RevisionNotOpen(revision_number)
        if revision.state == JobRevision.State.APPLIED:
            return job
        if job.state not in (Job.State.SUBMITTED, Job.State.APPROVED, Job.State.CONTRACTED):
            raise refusals.JobCannotChange(job.state)
        refuse_when_staffed(job=job)
        terms = JobTerms.from_json(revision.terms)
        policy = policies.policy_version(
            department_id=job.governing_department_id, version=policy_version or revision.policy_version
        )
        before = {"revision": job.revision, "policy_version": job.policy_version}
        moved = _apply_to_job(job, terms, policy, revision_number, at)
        _apply_to_shifts(job, shifts, terms, policy, moved=moved, actor=actor, at=at)
        demand_documents(job=job, client=job.client, terms=terms, policy=policy, actor=actor, at=at)
        revision.state = JobRevision.State.APPLIED
        revision.save(update_fields=["state"])
        audit.record(
            actor=actor,
            action="job.revision_applied",
            subject_kind="job",
            subject_id=job.id,
            tenant_id=job.governing_department_id,
            at=at,
            before=before,
            after={"revision": job.revision, "policy_version": job.policy_version},
            reason=revision.reason,
        )
        outbox.announce(
            name=events.JOB_REVISION_APPLIED,
            payload={"job_id": str(job.id), "revision_number": revision_number},
            tenant_id=job.governing_department_id,
            at=at,
        )
    return job


def _apply_to_job(job: Job, terms: JobTerms, policy: Policy, revision_number: int, at: datetime) -> bool:
    """True when officers would have to go somewhere else."""
    last = job.revisions.filter(state=JobRevision.State.APPLIED).order_by("-number").first()
    moved = last is None or JobTerms.from_json(last.terms).venue != terms.venue
    if moved:
        # A new row: clock-ins of shifts that are over keep the pin that they were judged by.
        job.venue = build_venue(client=job.client, terms=terms.venue, at=at)
    for name in (*JOB_TEXTS, "expected_attendance", "alcohol_served"):
        setattr(job, name, getattr(terms, name))
    job.attributes = attributes_to_keep(policy=policy, terms=terms)
    job.time_zone = terms.venue.time_zone
    job.policy_version = policy.version
    job.policy_sha256 = policy.sha256
    job.revision = revision_number
    # Until the change is paid for, no paper that arrives may open its shifts.
    job.opening_held_at = None
    job.save()
    return moved


def _apply_to_shifts(
    job: Job, shifts: list[Shift], terms: JobTerms, policy: Policy, *, moved: bool, actor: Actor, at: datetime
) -> None:
    live = [shift for shift in shifts if shift.state != Shift.State.CANCELLED]
    kept: dict[int, Shift] = {}
    for index, wanted in enumerate(terms.shifts):
        match = None if moved else _same(live, kept, wanted, terms, policy)
        if match is not None:
            kept[index] = match
    kept_ids = {shift.id for shift in kept.values()}
    # Those that somebody cancelled keep their place in the contract until a new one leaves it to others.
    # Those that have made room before stay where they are, the finished ones among them, unless they are wanted again.
    last_number = max([CANCELLED_NUMBERS_FROM, *(shift.number for shift in shifts)])
    in_place = [shift for shift in shifts if shift.number < CANCELLED_NUMBERS_FROM]
    for shift in in_place:
        if shift.state == Shift.State.CANCELLED:
            last_number += 1
            Shift.objects.filter(id=shift.id).update(number=last_number)
        elif shift.id not in kept_ids:
            last_number += 1
            _cancel(shift, number=last_number, actor=actor, at=at)
    # In two steps, because two shifts may change places and the number is unique at every moment.
    for index, shift in kept.items():
        Shift.objects.filter(id=shift.id).update(number=PARKED_NUMBERS_FROM + index)
    for index, wanted in enumerate(terms.shifts):
        if index in kept:
            Shift.objects.filter(id=kept[index].id).update(number=index + 1)
            price_again(job=job, shift=kept[index], policy=policy)
        else:
            build_shift(job=job, number=index + 1, wanted=wanted, terms=terms, policy=policy)


def _same(
    live: list[Shift], kept: dict[int, Shift], wanted: ShiftTerms, terms: JobTerms, policy: Policy
) -> Shift | None:
    taken = {shift.id for shift in kept.values()}
    for shift in live:
        if shift.id not in taken and is_as_agreed(shift=shift, wanted=wanted, terms=terms, policy=policy):
            return shift
    return None


def _cancel(shift: Shift, *, number: int, actor: Actor, at: datetime) -> None:
    before = shift.state
    shift.number = number
    if shift.finished_at is not None:
        shift.save(update_fields=["number"])
        return
    shift.state = Shift.State.CANCELLED
    shift.save(update_fields=["state", "number"])
    bids = list(Bid.objects.select_for_update().filter(shift=shift, state=Bid.State.PLACED).order_by("id"))
    for bid in bids:
        bid.state = Bid.State.WITHDRAWN
        bid.decided_at = at
        bid.explanation = "The client changed this shift, so all bids on it were withdrawn. Look for the new one."
        bid.save(update_fields=["state", "decided_at", "explanation"])
    audit.record(
        actor=actor,
        action="shift.cancelled",
        subject_kind="shift",
        subject_id=shift.id,
        tenant_id=shift.governing_department_id,
        at=at,
        before={"state": before},
        after={"state": shift.state, "bids_withdrawn": len(bids)},
        reason="The client changed the job.",
    )
    outbox.announce(
        name=events.SHIFT_CANCELLED,
        payload={"shift_id": str(shift.id), "bid_ids": [str(bid.id) for bid in bids]},
        tenant_id=shift.governing_department_id,
        at=at,
    )
