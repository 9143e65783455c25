"""Calling off shifts that have not begun: the officers are released and told, bids end, nothing of it is billed here.

What a cancellation costs is `billing.giving_back.cancelling`, which calls this in its own transaction. Lock order:
job, shifts by id, officers by id, assignments.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from kernel import audit, outbox
from kernel.actors import Actor
from marketplace import events, shifts
from marketplace.assigning import locked_officers
from marketplace.models import Assignment, Bid, Job, JobRevision, Shift
from marketplace.refusals_cancelling import NothingToCancel, ShiftHasBegun, ShiftIsOver
from marketplace.releasing import CAN_BE_RELEASED, release_locked
from marketplace.terms import JobTerms

CANCELLABLE_STATES: Final = (Shift.State.PLANNED, Shift.State.OPEN, Shift.State.PART_STAFFED, Shift.State.STAFFED)
_BEGUN_STATES: Final = (Assignment.State.CHECKED_IN, Assignment.State.CHECKED_OUT)
_WORDS: Final = {
    "client": "The client cancelled this shift.",
    "department": "The department cancelled this shift.",
    "weather": "This shift was cancelled because of the weather.",
    "police_necessity": "This shift was cancelled: the police need their officers elsewhere.",
}


def cancellable_shifts(*, job: Job) -> list[Shift]:
    """Those of the job that have not begun, the first first."""
    return list(Shift.objects.filter(job=job, state__in=CANCELLABLE_STATES).order_by("starts_at", "number"))


def wanted_shifts(*, job: Job, shift_ids: Collection[UUID] | None, at: datetime, lock: bool) -> list[Shift]:
    """The shifts with their positions; None: every one that has not begun. Locked in the order of their ids, for
    callers that hold the job's lock.

    Raises NothingToCancel, ShiftHasBegun, ShiftIsOver.
    """
    all_shifts = Shift.objects.filter(job=job).prefetch_related("positions").order_by("id")
    if lock:
        all_shifts = all_shifts.select_for_update()
    if shift_ids is None:
        found = [shift for shift in all_shifts if shift.state in CANCELLABLE_STATES]
    else:
        found = list(all_shifts.filter(id__in=list(shift_ids)))
    if not found or (shift_ids is not None and len(found) != len(set(shift_ids))):
        raise NothingToCancel(job.reference)
    for shift in found:
        if shift.state == Shift.State.IN_PROGRESS:
            raise ShiftHasBegun(shift.starts_at, shift.time_zone)
        if shift.state not in CANCELLABLE_STATES or shift.ends_at <= at:
            raise ShiftIsOver(shift.get_state_display().lower(), shift.starts_at, shift.time_zone)
    return found


def live_officers(*, shift_ids: Collection[UUID], lock: bool) -> dict[UUID, list[Assignment]]:
    """By shift: whoever has a place on it, those who came first in front; locked in order when asked for.

    Raises ShiftHasBegun when somebody has clocked in.
    """
    live = Assignment.objects.select_related("position", "shift")
    if lock:
        officer_ids = Assignment.objects.filter(shift_id__in=shift_ids, state__in=Assignment.LIVE_STATES)
        locked_officers(list(officer_ids.values_list("officer_id", flat=True)))
        live = live.select_for_update(of=("self",))
    by_shift: dict[UUID, list[Assignment]] = {shift_id: [] for shift_id in shift_ids}
    for assignment in live.filter(shift_id__in=shift_ids, state__in=Assignment.LIVE_STATES).order_by("id"):
        if assignment.state in _BEGUN_STATES:
            raise ShiftHasBegun(assignment.shift.starts_at, assignment.shift.time_zone)
        by_shift[assignment.shift_id].append(assignment)
    for assignments in by_shift.values():
        assignments.sort(key=lambda one: (one.created_at, one.id))
    return by_shift


def cancel_locked(
    *, job: Job, cancelled: Sequence[Shift], cancelled_by: str, reason: str, actor: Actor, at: datetime
) -> None:
    """Move the locked shifts to cancelled. Nobody follows those who are released; a change on offer falls away.

    Announces marketplace.shift_cancelled, and marketplace.assignment_released for every officer.
    """
    told = _WORDS[cancelled_by] + (f" {reason}" if reason else "")
    live = live_officers(shift_ids=[shift.id for shift in cancelled], lock=True)
    for shift in cancelled:
        before = shift.state
        # First the shift: so nobody who is released below is followed by a backup.
        shift.state = Shift.State.CANCELLED
        shift.next_tier_opens_at = shift.offers_due_at = shift.closes_at = None
        shift.save(update_fields=["state", "next_tier_opens_at", "offers_due_at", "closes_at"])
        bids = _end_bids(shift, told, at)
        for assignment in live[shift.id]:
            if assignment.state in CAN_BE_RELEASED:
                release_locked(
                    assignment=assignment,
                    shift=shift,
                    state=Assignment.State.CALLED_OFF,
                    reason=told,
                    actor=actor,
                    at=at,
                )
        audit.record(
            actor=actor,
            action="shift.cancelled",
            subject_kind="shift",
            subject_id=shift.id,
            tenant_id=shift.governing_department_id,
            at=at,
            before={"state": str(before)},
            after={
                "state": str(shift.state),
                "cancelled_by": cancelled_by,
                "bids_ended": len(bids),
                "officers_released": len(live[shift.id]),
            },
            reason=reason,
        )
        outbox.announce(
            name=events.SHIFT_CANCELLED,
            payload={"shift_id": str(shift.id), "bid_ids": [str(bid.id) for bid in bids]},
            tenant_id=shift.governing_department_id,
            at=at,
        )
    job.revisions.filter(state=JobRevision.State.PROPOSED).update(state=JobRevision.State.WITHDRAWN)
    shifts.finish_cancelled(job=job, cancelled=cancelled, reason=told, actor=actor, at=at)


def without_cancelled(*, job: Job, terms: JobTerms) -> JobTerms:
    """What is still wanted of agreed terms: a date that was cancelled does not come back with the next change."""
    kept = set(Shift.objects.filter(job=job).exclude(state=Shift.State.CANCELLED).values_list("starts_at", "ends_at"))
    gone = set(Shift.objects.filter(job=job, state=Shift.State.CANCELLED).values_list("starts_at", "ends_at")) - kept
    wanted = tuple(shift for shift in terms.shifts if (shift.starts_at, shift.ends_at) not in gone)
    return replace(terms, shifts=wanted) if wanted else terms


def _end_bids(shift: Shift, told: str, at: datetime) -> list[Bid]:
    waiting = Bid.objects.select_for_update().filter(shift=shift, state__in=(Bid.State.PLACED, Bid.State.BACKUP))
    bids = list(waiting.order_by("id"))
    for bid in bids:
        bid.state = Bid.State.WITHDRAWN
        bid.decided_at = at
        bid.explanation = told
        bid.save(update_fields=["state", "decided_at", "explanation"])
    return bids
