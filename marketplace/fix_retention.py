"""Exact positions are kept for as long as somebody may need them, and made rough afterwards. Verdicts stay.

A hundredth of a degree is about a kilometre: it still says which site, and no longer which doorway.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from kernel import audit
from kernel.actors import Actor
from kernel.errors import NotFound
from marketplace import refusals
from marketplace.access import assignment_for_department
from marketplace.models import (
    Assignment,
    AwardContest,
    ClockEvent,
    ClockReview,
    EvidenceHold,
    PresenceAnswer,
    Timesheet,
    UncountedPunch,
)
from marketplace.refusals_evidence import EvidenceHeldAlready, EvidenceNotHeld
from marketplace.scanning import move_each
from marketplace.terms import check_text

KEPT_EXACT_FOR = timedelta(days=90)
ROUGH_DECIMALS = 2
_BATCH = 500


def scan_old_fixes(*, at: datetime, but_of_jobs: "QuerySet[Any] | Collection[UUID]" = ()) -> int:
    """Make the positions of old punches and presence answers rough, but of those that something open still needs.

    Answers with how many. `but_of_jobs`: job ids whose evidence somebody above this layer still needs.
    """
    return sum(
        move_each(
            kind.roundable(at)
            .exclude(**{f"{kind.path}__shift__job_id__in": but_of_jobs})
            .order_by("received_at")
            .values_list("id", flat=True)[:_BATCH],
            partial(_round, kind, at),
        )
        for kind in _KINDS
    )


@dataclass(frozen=True, slots=True)
class _Kind:
    """Rows with positions: `path` leads to their assignment, `place` names their own copies of the best one."""

    model: type[Model]
    path: str
    place: tuple[str, ...] = ()

    def roundable(self, at: datetime) -> "QuerySet[Any]":
        """Old, exact, and needed by no hold, no open review, no hours that are not final, no open contest."""
        assignment, shift = OuterRef(f"{self.path}_id"), OuterRef(f"{self.path}__shift_id")
        needed = (
            Q(Exists(EvidenceHold.objects.filter(assignment_id=assignment, released_at=None)))
            | Q(Exists(ClockReview.objects.filter(clock_event__assignment_id=assignment, state=ClockReview.State.OPEN)))
            | Q(Exists(Timesheet.objects.filter(assignment_id=assignment).exclude(state__in=Timesheet.FINAL_STATES)))
            | Q(Exists(AwardContest.objects.filter(award__shift=shift, state=AwardContest.State.FILED)))
        )
        rows = self.model._default_manager.filter(fixes_rounded_at=None, received_at__lte=at - KEPT_EXACT_FOR)
        return rows.exclude(needed)


_KINDS = (
    _Kind(ClockEvent, "assignment", ("latitude", "longitude")),
    _Kind(UncountedPunch, "assignment"),
    _Kind(PresenceAnswer, "prompt__assignment", ("latitude", "longitude")),
)


def _round(kind: _Kind, at: datetime, row_id: UUID) -> bool:
    """False when a hold, a review or a dispute of hours was opened meanwhile, or it was done before."""
    with transaction.atomic():
        assignment_id = kind.model._default_manager.values_list(f"{kind.path}_id", flat=True).get(id=row_id)
        # Holds, reviews and disputes of hours are opened under the assignment's lock: looked at again under it.
        Assignment.objects.select_for_update(of=("self",)).get(id=assignment_id)
        row = kind.roundable(at).filter(id=row_id).first()
        if row is None:
            return False
        row.fixes = [_rough(fix) for fix in row.fixes]
        for name in kind.place:
            exact = getattr(row, name)
            setattr(row, name, None if exact is None else round(exact, ROUGH_DECIMALS))
        row.fixes_rounded_at = at
        row.save(update_fields=["fixes", *kind.place, "fixes_rounded_at"])
    return True


def place_hold(*, assignment_id: UUID, department_id: UUID, reason: str, actor: Actor, at: datetime) -> EvidenceHold:
    """Keep an assignment's positions exact until the hold is released.

    Raises NotFound, ReasonMissing, TextTooLong, TextUnreadable, EvidenceHeldAlready.
    """
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
        raise EvidenceHeldAlready() from error
    return hold


def release_hold(*, assignment_id: UUID, department_id: UUID, actor: Actor, at: datetime) -> EvidenceHold:
    """Raises NotFound, EvidenceNotHeld when somebody released it before."""
    with transaction.atomic():
        _locked(assignment_id, department_id)
        hold = EvidenceHold.objects.select_for_update().filter(assignment_id=assignment_id, released_at=None).first()
        if hold is None:
            raise EvidenceNotHeld()
        hold.released_at, hold.released_by_person_id = at, actor.person_id
        hold.save(update_fields=["released_at", "released_by_person_id"])
        _record(hold, "evidence_hold.released", actor=actor, at=at)
    return hold


def open_hold_of(*, department_id: UUID, assignment_id: UUID) -> EvidenceHold | None:
    """The hold that stands now. Raises NotFound for an assignment that is missing or another department's."""
    assignment = assignment_for_department(department_id=department_id, assignment_id=assignment_id)
    return EvidenceHold.objects.filter(assignment=assignment, released_at=None).first()


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
