"""Leaving the roster: what an officer would still have done here ends in one transaction."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kernel import audit, outbox
from kernel.actors import Actor, system
from kernel.errors import IllegalTransition
from kernel.subscriptions import Event
from marketplace import events
from marketplace.assigning import announce_if_short, locked_officers, locked_shift, restate_shift
from marketplace.bidding import withdraw_locked
from marketplace.models import Assignment, Bid, Officer, Position, Shift
from marketplace.refusals_bidding import OfficerNotFound
from marketplace.short_notice import promote_backups

_EXPLANATION = "Your department no longer lists you for off-duty work."
_RELEASED = (Assignment.State.OFFERED, Assignment.State.CONFIRMED)
_UNDECIDED = (Bid.State.PLACED, Bid.State.BACKUP)
_ATTEMPTS = 5
_VACANCY = system("vacancy")


def end_service(*, officer_id: UUID, actor: Actor, at: datetime) -> Officer:
    """Set `left_at`, withdraw open bids, release assignments that have not begun. A shift being worked is finished.

    From here on `marketplace.access.officer_of` answers NotFound, so the officer's pages are closed to the person.
    Announces marketplace.officer_left, and marketplace.shift_vacated for every place that became free.
    Safe to repeat. Raises OfficerNotFound.
    """
    with transaction.atomic():
        shifts, officer = _lock_all(officer_id)
        if officer.left_at is None:
            officer.left_at = at
            officer.save(update_fields=["left_at"])
            audit.record(
                actor=actor,
                action="officer.left",
                subject_kind="officer",
                subject_id=officer.id,
                tenant_id=officer.home_department_id,
                at=at,
                before={"left_at": None},
                after={"left_at": at.isoformat()},
            )
            outbox.announce(
                name=events.OFFICER_LEFT,
                payload={"officer_id": str(officer.id)},
                tenant_id=officer.home_department_id,
                at=at,
            )
        for bid in Bid.objects.filter(officer=officer, state__in=_UNDECIDED):
            withdraw_locked(bid=bid, shift=shifts[bid.shift_id], explanation=_EXPLANATION, actor=actor, at=at)
        for assignment in Assignment.objects.filter(officer=officer, state__in=_RELEASED):
            _release(assignment=assignment, shift=shifts[assignment.shift_id], actor=actor, at=at)
        return officer


def on_shift_vacated(*, event: Event, at: datetime) -> None:
    """Handler of marketplace.shift_vacated: the next backup is asked first; otherwise the place is first come."""
    with transaction.atomic():
        shift = locked_shift(UUID(event.payload["shift_id"]))
        position = Position.objects.get(id=event.payload["position_id"])
        promote_backups(shift=shift, position=position, actor=_VACANCY, at=at)
        if shift.starts_at > at:
            announce_if_short(shift=shift, at=at)


def _lock_all(officer_id: UUID) -> tuple[dict[UUID, Shift], Officer]:
    """Shifts by id, then the officer: the order of everybody. Taken again when a bid or award slipped in between."""
    for _ in range(_ATTEMPTS):
        wanted = _touched(officer_id)
        with transaction.atomic():
            shifts = {
                shift.id: shift
                for shift in Shift.objects.select_for_update(of=("self",), no_key=True)
                .select_related("job")
                .filter(id__in=wanted)
                .order_by("id")
            }
            officer = locked_officers([officer_id]).get(officer_id)
            if officer is None:
                raise OfficerNotFound()
            if _touched(officer_id) <= shifts.keys():
                return shifts, officer
            # Rolling back to here gives the locks up, so that the next attempt takes them in order again.
            transaction.set_rollback(True)
    raise IllegalTransition("This officer's shifts are changing right now. Try again in a moment.")


def _touched(officer_id: UUID) -> set[UUID]:
    bids = Bid.objects.filter(officer_id=officer_id, state__in=_UNDECIDED).values_list("shift_id", flat=True)
    work = Assignment.objects.filter(officer_id=officer_id, state__in=_RELEASED).values_list("shift_id", flat=True)
    return {*bids, *work}


def _release(*, assignment: Assignment, shift: Shift, actor: Actor, at: datetime) -> None:
    before, assignment.state = assignment.state, Assignment.State.RELIEVED
    assignment.ended_at = at
    assignment.ended_reason = _EXPLANATION
    assignment.save(update_fields=["state", "ended_at", "ended_reason"])
    audit.record(
        actor=actor,
        action="assignment.relieved",
        subject_kind="assignment",
        subject_id=assignment.id,
        tenant_id=shift.governing_department_id,
        at=at,
        before={"state": str(before)},
        after={"state": str(assignment.state)},
        reason="left the roster",
    )
    restate_shift(shift=shift, actor=actor, at=at)
    outbox.announce(
        name=events.SHIFT_VACATED,
        payload={
            "shift_id": str(shift.id),
            "position_id": str(assignment.position_id),
            "assignment_id": str(assignment.id),
        },
        tenant_id=shift.governing_department_id,
        at=at,
    )
