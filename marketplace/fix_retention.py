"""Exact positions are kept for as long as somebody may need them, and made rough afterwards. Verdicts stay.

A hundredth of a degree is about a kilometre: it still says which site, and no longer which doorway.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from kernel import audit
from kernel.actors import Actor
from kernel.errors import InvalidInput, NotFound
from marketplace import refusals
from marketplace.models import Assignment, AwardContest, ClockEvent, ClockReview, EvidenceHold, Timesheet
from marketplace.scanning import move_each
from marketplace.terms import check_text

KEPT_EXACT_FOR = timedelta(days=90)
ROUGH_DECIMALS = 2
_BATCH = 500


def scan_old_fixes(*, at: datetime, but_of_jobs: "QuerySet[Any] | Collection[UUID]" = ()) -> int:
    """Make the positions of old punches rough, but of those that something open still needs. Answers with how many.

    `but_of_jobs`: job ids whose evidence somebody above this layer still needs.
    """
    due = _roundable(at).exclude(assignment__shift__job_id__in=but_of_jobs).order_by("received_at")
    return move_each(
        due.values_list("id", flat=True)[:_BATCH], lambda row_id: round_fixes(clock_event_id=row_id, at=at)
    )


def round_fixes(*, clock_event_id: UUID, at: datetime) -> bool:
    """False when a hold, a review or a dispute of hours was opened meanwhile, or it was done before."""
    with transaction.atomic():
        assignment_id = ClockEvent.objects.values_list("assignment_id", flat=True).get(id=clock_event_id)
        # Holds, reviews and disputes of hours are opened under the assignment's lock: looked at again under it.
        Assignment.objects.select_for_update(of=("self",)).get(id=assignment_id)
        event = _roundable(at).filter(id=clock_event_id).first()
        if event is None:
            return False
        event.fixes = [_rough(fix) for fix in event.fixes]
        event.latitude = None if event.latitude is None else round(event.latitude, ROUGH_DECIMALS)
        event.longitude = None if event.longitude is None else round(event.longitude, ROUGH_DECIMALS)
        event.fixes_rounded_at = at
        event.save(update_fields=["fixes", "latitude", "longitude", "fixes_rounded_at"])
    return True


def place_hold(*, assignment_id: UUID, department_id: UUID, reason: str, actor: Actor, at: datetime) -> EvidenceHold:
    """Keep an assignment's positions exact until the hold is released. Raises NotFound, ReasonMissing, InvalidInput."""
    if not reason.strip():
        raise refusals.ReasonMissing("Give a reason: it stays on file with the hold.")
    check_text(field="reason", what="the reason", text=reason, maximum=2000)
    try:
        with transaction.atomic():
            _locked(assignment_id, department_id)
            hold = EvidenceHold.objects.create(
                assignment_id=assignment_id,
                department_id=department_id,
                reason=reason.strip(),
                placed_at=at,
                placed_by_person_id=actor.person_id,
            )
            _record(hold, "evidence_hold.placed", actor=actor, at=at, reason=reason.strip())
    except IntegrityError as error:
        if "one_open_hold" not in str(error):
            raise
        raise InvalidInput("A hold is on this assignment already. Reload the page.") from error
    return hold


def release_hold(*, assignment_id: UUID, department_id: UUID, actor: Actor, at: datetime) -> EvidenceHold:
    """Raises NotFound, InvalidInput when somebody released it before."""
    with transaction.atomic():
        _locked(assignment_id, department_id)
        hold = EvidenceHold.objects.select_for_update().filter(assignment_id=assignment_id, released_at=None).first()
        if hold is None:
            raise InvalidInput("There is no hold on this assignment any more. Reload the page.")
        hold.released_at, hold.released_by_person_id = at, actor.person_id
        hold.save(update_fields=["released_at", "released_by_person_id"])
        _record(hold, "evidence_hold.released", actor=actor, at=at)
    return hold


def _roundable(at: datetime) -> "QuerySet[ClockEvent]":
    """Old, exact, and needed by no hold, no open review, no hours that are not final, no open contest."""
    assignment, shift = OuterRef("assignment_id"), OuterRef("assignment__shift_id")
    needed = (
        Q(Exists(EvidenceHold.objects.filter(assignment_id=assignment, released_at=None)))
        | Q(Exists(ClockReview.objects.filter(clock_event__assignment_id=assignment, state=ClockReview.State.OPEN)))
        | Q(Exists(Timesheet.objects.filter(assignment_id=assignment).exclude(state__in=Timesheet.FINAL_STATES)))
        | Q(Exists(AwardContest.objects.filter(award__shift=shift, state=AwardContest.State.FILED)))
    )
    return ClockEvent.objects.filter(fixes_rounded_at=None, received_at__lte=at - KEPT_EXACT_FOR).exclude(needed)


def _rough(fix: dict[str, object]) -> dict[str, object]:
    rounded = {name: round(float(str(fix[name])), ROUGH_DECIMALS) for name in ("latitude", "longitude")}
    return {**fix, **rounded, "altitude_metres": None}


def _locked(assignment_id: UUID, department_id: UUID) -> Assignment:
    found = Assignment.objects.filter(id=assignment_id, shift__governing_department_id=department_id)
    assignment = found.select_for_update(of=("self",)).first()
    if assignment is None:
        raise NotFound("There is no such assignment.")
    return assignment


def _record(hold: EvidenceHold, action: str, *, actor: Actor, at: datetime, reason: str = "") -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_kind="assignment",
        subject_id=hold.assignment_id,
        tenant_id=hold.department_id,
        at=at,
        after={"hold_id": str(hold.id)},
        reason=reason,
    )
