"""Many offers to one officer come as one message, made when it is due of what can still be had then."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from kernel import outbox
from marketplace import events
from marketplace.assigning import TAKING_STATES
from marketplace.inviting import takes_bids_until
from marketplace.models import Assignment, Bid, Invitation, Officer, Shift
from marketplace.scanning import move_each

_BATCH = 500


def scan_summaries(*, at: datetime) -> int:
    """Make the summaries that are due, each officer's in a transaction of its own."""
    due = Invitation.objects.filter(telling=Invitation.Telling.SUMMARY, told_at=None, due_at__lte=at)
    officer_ids = due.order_by("officer_id").values_list("officer_id", flat=True).distinct()[:_BATCH]
    return move_each(officer_ids, lambda officer_id: _summarise(officer_id, at))


def _summarise(officer_id: UUID, at: datetime) -> bool:
    with transaction.atomic():
        waiting = list(
            Invitation.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(officer_id=officer_id, telling=Invitation.Telling.SUMMARY, told_at=None, due_at__lte=at)
            .select_related("shift__job")
            .order_by("shift__starts_at", "id")
        )
        if not waiting:
            return False
        Invitation.objects.filter(id__in=[one.id for one in waiting]).update(told_at=at)
        officer = Officer.objects.get(id=officer_id)
        shifts = _still_to_be_had(officer, [one.shift for one in waiting], at=at)
        if shifts:
            outbox.announce(
                name=events.SUMMARY_DUE,
                payload={"officer_id": str(officer_id), "shift_ids": [str(shift.id) for shift in shifts]},
                tenant_id=officer.home_department_id,
                at=at,
            )
        return True


def _still_to_be_had(officer: Officer, shifts: Sequence[Shift], *, at: datetime) -> list[Shift]:
    """Each once: it takes bids, the officer has not bid, and has not promised that time to another since."""
    if officer.left_at is not None:
        return []
    own = {shift.id: shift for shift in shifts if shift.state in TAKING_STATES and takes_bids_until(shift) > at}
    bid = set(
        Bid.objects.filter(officer=officer, shift__in=own)
        .exclude(state=Bid.State.WITHDRAWN)
        .values_list("shift_id", flat=True)
    )
    taken = list(
        Assignment.objects.filter(officer=officer, state__in=Assignment.LIVE_STATES).values_list(
            "shift__starts_at", "shift__ends_at"
        )
    )
    return [
        shift
        for shift in own.values()
        if shift.id not in bid and not any(starts < shift.ends_at and ends > shift.starts_at for starts, ends in taken)
    ]
