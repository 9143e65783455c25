"""A job, or one of its dates, that is given up before anybody paid for it: officers are released, bids end."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from kernel import audit, outbox
from kernel.actors import Actor
from marketplace import events
from marketplace.assigning import locked_officers
from marketplace.models import Assignment, Bid, Job, Shift
from marketplace.numbering import CANCELLED_NUMBERS_FROM
from marketplace.posting import cancel_job
from marketplace.releasing import CAN_BE_RELEASED, release_locked

_NOT_BEGUN = (Shift.State.PLANNED, Shift.State.OPEN, Shift.State.PART_STAFFED, Shift.State.STAFFED)
_UNDECIDED = (Bid.State.PLACED, Bid.State.BACKUP)


def close_unpaid(
    *, job_id: UUID, shift_ids: Sequence[UUID] | None = None, reason: str, actor: Actor, at: datetime
) -> int:
    """Cancel the shifts that have not begun, all of them or those named, and release their officers.

    The job is cancelled with the last of its shifts. Answers with how many officers were released. Safe to repeat.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update(of=("self",)).select_related("client", "venue").get(id=job_id)
        chosen = Shift.objects.select_for_update(of=("self",)).filter(
            job=job, state__in=_NOT_BEGUN, number__lt=CANCELLED_NUMBERS_FROM
        )
        if shift_ids is not None:
            chosen = chosen.filter(id__in=shift_ids)
        closing = list(chosen.order_by("id"))
        officers = locked_officers(
            list(
                Assignment.objects.filter(shift__in=closing, state__in=CAN_BE_RELEASED).values_list(
                    "officer_id", flat=True
                )
            )
        )
        released = 0
        for shift in closing:
            shift.job = job
            released += _close(shift=shift, officer_ids=list(officers), reason=reason, actor=actor, at=at)
        left = Shift.objects.filter(job=job, number__lt=CANCELLED_NUMBERS_FROM).exclude(state=Shift.State.CANCELLED)
        if job.state == Job.State.CONTRACTED and not left.exists():
            cancel_job(job=job, action="job.closed_unpaid", reason=reason, actor=actor, at=at)
    return released


def close_bidding(*, job: Job, reason: str, actor: Actor, at: datetime) -> None:
    """End the bids on shifts that opened unpaid and have nobody yet. The caller holds the job's lock and ends it."""
    for shift in Shift.objects.select_for_update().filter(job=job, state=Shift.State.OPEN).order_by("id"):
        _close(shift=shift, officer_ids=[], reason=reason, actor=actor, at=at)


def _close(*, shift: Shift, officer_ids: list[UUID], reason: str, actor: Actor, at: datetime) -> int:
    # Bids first: a backup must not follow the officer who is released.
    undecided = Bid.objects.select_for_update().filter(shift=shift, state__in=_UNDECIDED).order_by("id")
    ended = list(undecided.values_list("id", flat=True))
    Bid.objects.filter(id__in=ended).update(state=Bid.State.LOST, decided_at=at, explanation=reason)
    going = list(
        Assignment.objects.select_for_update()
        .filter(shift=shift, officer_id__in=officer_ids, state__in=CAN_BE_RELEASED)
        .order_by("id")
    )
    for assignment in going:
        release_locked(
            assignment=assignment, shift=shift, state=Assignment.State.CALLED_OFF, reason=reason, actor=actor, at=at
        )
    before, shift.state = shift.state, Shift.State.CANCELLED
    shift.next_tier_opens_at = None
    shift.offers_due_at = None
    shift.save(update_fields=["state", "next_tier_opens_at", "offers_due_at"])
    audit.record(
        actor=actor,
        action="shift.closed_unpaid",
        subject_kind="shift",
        subject_id=shift.id,
        tenant_id=shift.governing_department_id,
        at=at,
        before={"state": str(before)},
        after={"state": shift.state, "officers_released": len(going)},
        reason=reason,
    )
    outbox.announce(
        name=events.SHIFT_CANCELLED,
        payload={"shift_id": str(shift.id), "bid_ids": [str(bid_id) for bid_id in ended]},
        tenant_id=shift.governing_department_id,
        at=at,
    )
    return len(going)
