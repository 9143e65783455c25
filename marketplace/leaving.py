"""Leaving the roster: what an officer would still have done here ends in one transaction."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kernel import audit, outbox
from kernel.actors import Actor
from kernel.errors import IllegalTransition
from marketplace import events
from marketplace.assigning import locked_officers
from marketplace.bidding import withdraw_locked
from marketplace.models import Assignment, Bid, Officer, Shift
from marketplace.refusals_bidding import OfficerNotFound
from marketplace.releasing import CAN_BE_RELEASED, on_shift_vacated, release_locked

__all__ = ["end_service", "on_shift_vacated"]

_EXPLANATION = "Your department no longer lists you for off-duty work."
_UNDECIDED = (Bid.State.PLACED, Bid.State.BACKUP)
_ATTEMPTS = 5


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
        for assignment in Assignment.objects.filter(officer=officer, state__in=CAN_BE_RELEASED):
            release_locked(
                assignment=assignment,
                shift=shifts[assignment.shift_id],
                state=Assignment.State.RELIEVED,
                reason=_EXPLANATION,
                actor=actor,
                at=at,
            )
        return officer


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
    work = Assignment.objects.filter(officer_id=officer_id, state__in=CAN_BE_RELEASED).values_list(
        "shift_id", flat=True
    )
    return {*bids, *work}
