"""A shift's life between the contract and the settlement: opened when paid for, expired when nobody came, finished.

Lock order everywhere: job, shifts by id, officers by id, assignments.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from departments.policy.ordering import closing_time, commitment_of, is_first_come, new_seed
from kernel import audit, outbox
from kernel.actors import Actor
from kernel.errors import IllegalTransition, NotFound
from marketplace import events, opening
from marketplace.job_policies import policy_of_job
from marketplace.models import Assignment, Bid, Job, Shift, Timesheet
from marketplace.numbering import CANCELLED_NUMBERS_FROM
from marketplace.openings import set_openings
from marketplace.posting import cancel_job

_OPENED_FIELDS = [
    *("state", "opened_at", "closes_at", "first_come", "draw_seed", "draw_commitment"),
    *("next_tier_opens_at", "open_to_others_at"),
]
OVER_STATES = (Shift.State.WORKED, Shift.State.CANCELLED, Shift.State.EXPIRED)
_BEFORE_START = (Shift.State.OPEN, Shift.State.PART_STAFFED, Shift.State.STAFFED)


class JobNotApproved(IllegalTransition):
    code = "job_not_approved"


class ShiftNotPlanned(IllegalTransition):
    code = "shift_not_planned"


def mark_contracted(*, job_id: UUID, actor: Actor, at: datetime) -> Job:
    """The client accepted a contract. Again for a later version changes nothing. Raises JobNotApproved, NotFound."""
    with transaction.atomic():
        job = _locked_job(job_id)
        if job.state == Job.State.CONTRACTED:
            return job
        if job.state != Job.State.APPROVED:
            raise JobNotApproved(f"This request is {job.state}: there is nothing to agree on.", state=job.state)
        job.state = Job.State.CONTRACTED
        job.contracted_at = at
        job.save(update_fields=["state", "contracted_at"])
        _record_job(job, "job.contracted", actor, at, before="approved")
    return job


def mark_funded(*, job_id: UUID, at: datetime, actor: Actor) -> Job:
    """The accepted contract is paid, or vouched for: open every planned shift. Safe to repeat, also after a change.

    Shifts stay planned while a document is missing; the paper that comes last opens them.

    Money that comes after a shift's start opens nothing: the shift is finished at once, so that it is refunded.
    """
    with transaction.atomic():
        job = _locked_job(job_id)
        if job.state in (Job.State.SUBMITTED, Job.State.APPROVED, Job.State.REJECTED):
            raise JobNotApproved(f"This request is {job.state}: nothing is agreed yet.", state=job.state)
        if job.funded_at is None:
            job.funded_at = at
            job.save(update_fields=["funded_at"])
            _record_job(job, "job.funded", actor, at, before=job.state)
            _announce_job(job, events.JOB_FUNDED, at)
        is_held = job.state == Job.State.CONTRACTED and opening.hold_for_documents(job=job, actor=actor, at=at)
        for shift in Shift.objects.select_for_update().filter(job=job).order_by("id"):
            if shift.state == Shift.State.PLANNED:
                if not is_held:
                    _open(shift, job, at=at, actor=actor)
            elif shift.state == Shift.State.EXPIRED or (
                job.state == Job.State.CANCELLED and shift.number < CANCELLED_NUMBERS_FROM
            ):
                _finish_once(shift, state=shift.state, actor=actor, at=at)
        _close_when_over(job, actor=actor, at=at)
    return job


def open_unpaid(*, job_id: UUID, at: datetime, actor: Actor) -> Job:
    """The agreed terms are paid after the award: invite officers now. Whoever agreed on that keeps the deadline.

    Safe to repeat; a job that is not contracted, any more, stays as it is. Raises NotFound.
    """
    with transaction.atomic():
        job = _locked_job(job_id)
        if job.state == Job.State.CONTRACTED and not opening.hold_for_documents(job=job, actor=actor, at=at):
            for shift in Shift.objects.select_for_update().filter(job=job, state=Shift.State.PLANNED).order_by("id"):
                _open(shift, job, at=at, actor=actor)
    return job


def open_shift(*, shift_id: UUID, at: datetime, actor: Actor) -> Shift:
    """Take bids until the closing time. An open shift stays as it is. Raises ShiftNotPlanned, NotFound."""
    with transaction.atomic():
        job, shift = _locked_shift(shift_id)
        if shift.state == Shift.State.OPEN:
            return shift
        if shift.state != Shift.State.PLANNED or job.state != Job.State.CONTRACTED:
            raise ShiftNotPlanned("Only a planned shift of a contracted job can be opened.", state=shift.state)
        _open(shift, job, at=at, actor=actor)
    return shift


def finish_shift(*, shift_id: UUID, at: datetime, actor: Actor) -> bool:
    """Finish a shift of which every hour is final. False when something is still open; True also when it was done."""
    with transaction.atomic():
        job, shift = _locked_shift(shift_id)
        if shift.finished_at is not None:
            return True
        if shift.ends_at > at and not _all_checked_out(shift):
            return False
        if not _every_hour_is_final(shift):
            return False
        if shift.state not in (*_BEFORE_START, Shift.State.IN_PROGRESS, Shift.State.WORKED, Shift.State.EXPIRED):
            return False
        anybody = Assignment.objects.filter(shift=shift).exists()
        state = Shift.State.WORKED if anybody else Shift.State.EXPIRED
        _finish_once(shift, state=state, actor=actor, at=at)
        _close_when_over(job, actor=actor, at=at)
    return True


def expire_shift(*, shift_id: UUID, at: datetime, actor: Actor) -> bool:
    """End a shift that nobody came to. A job whose every date passed before it was paid ends with it.

    One that was paid for and opened waits until its end: the desk may still send somebody.
    """
    with transaction.atomic():
        job, shift = _locked_shift(shift_id)
        expirable = (Shift.State.PLANNED, Shift.State.OPEN, Shift.State.PART_STAFFED)
        if shift.state not in expirable or shift.starts_at > at or _live(shift).exists():
            return False
        if shift.ends_at > at and shift.state != Shift.State.PLANNED and job.funded_at is not None:
            return False
        before = shift.state
        shift.state = Shift.State.EXPIRED
        shift.save(update_fields=["state"])
        Bid.objects.filter(shift=shift, state=Bid.State.PLACED).update(
            state=Bid.State.LOST, decided_at=at, explanation="The shift began before it was awarded."
        )
        _record_shift(shift, "shift.expired", actor, at, before=before)
        _announce_shift(shift, events.SHIFT_EXPIRED, at)
        if job.funded_at is not None:
            _finish_once(shift, state=Shift.State.EXPIRED, actor=actor, at=at)
            _close_when_over(job, actor=actor, at=at)
        elif not Shift.objects.filter(job=job).exclude(state__in=OVER_STATES).exists():
            cancel_job(
                job=job, action="job.lapsed", reason="Its dates passed before it was paid for.", actor=actor, at=at
            )
            _announce_job(job, events.JOB_LAPSED, at)
    return True


def finish_cancelled(*, job: Job, cancelled: Sequence[Shift], reason: str, actor: Actor, at: datetime) -> None:
    """Shifts that were cancelled with money on them are finished at once, so that it is settled; a job without any
    other shift ends with them. The caller holds the locks of the job and of the shifts."""
    if job.contracted_at is not None:
        for shift in cancelled:
            _finish_once(shift, state=Shift.State.CANCELLED, actor=actor, at=at)
    remaining = Shift.objects.filter(job=job).exclude(state__in=(Shift.State.CANCELLED, Shift.State.EXPIRED))
    if not remaining.exists():
        cancel_job(job=job, action="job.cancelled", reason=reason, actor=actor, at=at)
    else:
        _close_when_over(job, actor=actor, at=at)


def begin_shift(*, shift: Shift, actor: Actor, at: datetime) -> None:
    """The first officer clocked in. The caller holds the shift's lock."""
    if shift.state not in _BEFORE_START:
        return
    before = shift.state
    shift.state = Shift.State.IN_PROGRESS
    shift.save(update_fields=["state"])
    _record_shift(shift, "shift.began", actor, at, before=before)


def end_work(*, shift: Shift, actor: Actor, at: datetime) -> None:
    """The last officer left: only the hours are still to be decided. The caller holds the shift's lock."""
    still_to_come = ("offered", "confirmed", "checked_in")
    if shift.state != Shift.State.IN_PROGRESS or _live(shift).filter(state__in=still_to_come).exists():
        return
    shift.state = Shift.State.WORKED
    shift.save(update_fields=["state"])
    _record_shift(shift, "shift.worked", actor, at, before=Shift.State.IN_PROGRESS)


def _open(shift: Shift, job: Job, *, at: datetime, actor: Actor) -> None:
    if shift.starts_at <= at:
        _record_shift(shift, "shift.expired", actor, at, before=shift.state, after=Shift.State.EXPIRED)
        _announce_shift(shift, events.SHIFT_EXPIRED, at)
        _finish_once(shift, state=Shift.State.EXPIRED, actor=actor, at=at)
        return
    if job.route == Job.Route.AGENCY:
        _open_for_agency(shift, at=at, actor=actor)
        return
    policy = policy_of_job(job)
    shift.state = Shift.State.OPEN
    shift.opened_at = at
    shift.closes_at = closing_time(policy=policy, starts_at=shift.starts_at, opened_at=at)
    shift.first_come = is_first_come(policy=policy, starts_at=shift.starts_at, at=at)
    # The hash is published now, the seed with the award: nobody can choose a draw that suits them.
    shift.draw_seed = new_seed()
    shift.draw_commitment = commitment_of(shift.draw_seed)
    set_openings(shift=shift, policy=policy)
    shift.save(update_fields=_OPENED_FIELDS)
    _record_shift(shift, "shift.opened", actor, at, before=Shift.State.PLANNED)
    _announce_shift(shift, events.SHIFT_OPENED, at)


def _open_for_agency(shift: Shift, *, at: datetime, actor: Actor) -> None:
    """The agency's desk gives the places: no bids, so no closing, no draw, and nobody is invited to bid."""
    shift.state = Shift.State.OPEN
    shift.opened_at = at
    shift.save(update_fields=_OPENED_FIELDS)
    _record_shift(shift, "shift.opened", actor, at, before=Shift.State.PLANNED)


def _finish_once(shift: Shift, *, state: str, actor: Actor, at: datetime) -> None:
    if shift.finished_at is not None:
        return
    before = shift.state
    shift.state = state
    shift.finished_at = at
    shift.save(update_fields=["state", "finished_at"])
    _record_shift(shift, "shift.finished", actor, at, before=before)
    _announce_shift(shift, events.SHIFT_FINISHED, at)


def _close_when_over(job: Job, *, actor: Actor, at: datetime) -> None:
    if job.state != Job.State.CONTRACTED or job.funded_at is None:
        return
    open_shifts = Shift.objects.filter(job=job, finished_at=None).exclude(state=Shift.State.CANCELLED)
    if open_shifts.exists():
        return
    job.state = Job.State.CLOSED
    job.closed_at = at
    job.save(update_fields=["state", "closed_at"])
    _record_job(job, "job.closed", actor, at, before="contracted")
    _announce_job(job, events.JOB_CLOSED, at)


def _every_hour_is_final(shift: Shift) -> bool:
    return (
        not _live(shift).exclude(timesheet__state__in=Timesheet.FINAL_STATES).exists()
        and not Timesheet.objects.filter(assignment__shift=shift).exclude(state__in=Timesheet.FINAL_STATES).exists()
    )


def _all_checked_out(shift: Shift) -> bool:
    live = _live(shift)
    return live.exists() and not live.exclude(state=Assignment.State.CHECKED_OUT).exists()


def _live(shift: Shift):  # type: ignore[no-untyped-def]
    return Assignment.objects.filter(shift=shift, state__in=Assignment.LIVE_STATES)


def _locked_job(job_id: UUID) -> Job:
    job = Job.objects.select_for_update().filter(id=job_id).first()
    if job is None:
        raise NotFound("There is no such request.")
    return job


def _locked_shift(shift_id: UUID) -> tuple[Job, Shift]:
    """The job first, then the shift, whichever is asked for."""
    job_id = Shift.objects.filter(id=shift_id).values_list("job_id", flat=True).first()
    if job_id is None:
        raise NotFound("There is no such shift.")
    job = _locked_job(job_id)
    return job, Shift.objects.select_for_update().get(id=shift_id)


def _record_shift(
    shift: Shift, action: str, actor: Actor, at: datetime, *, before: str, after: str | None = None
) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_kind="shift",
        subject_id=shift.id,
        tenant_id=shift.governing_department_id,
        at=at,
        before={"state": str(before)},
        after={"state": str(after or shift.state)},
    )


def _record_job(job: Job, action: str, actor: Actor, at: datetime, *, before: str) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_kind="job",
        subject_id=job.id,
        tenant_id=job.governing_department_id,
        at=at,
        before={"state": str(before)},
        after={"state": str(job.state)},
    )


def _announce_shift(shift: Shift, name: str, at: datetime) -> None:
    outbox.announce(name=name, payload={"shift_id": str(shift.id)}, tenant_id=shift.governing_department_id, at=at)


def _announce_job(job: Job, name: str, at: datetime) -> None:
    outbox.announce(name=name, payload={"job_id": str(job.id)}, tenant_id=job.governing_department_id, at=at)
