"""A punch that cannot count is not thrown away: the row stays as evidence, and the phone is told that it arrived."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from geo.fences import Fix
from kernel import audit
from kernel.actors import Actor
from marketplace.clocking_rules import clock_in_was_missing, completes_pair
from marketplace.fixes import fixes_to_json
from marketplace.lateness import NEVER_COUNTS_AFTER, Moment
from marketplace.models import Assignment, ClockEvent, Timesheet, UncountedPunch
from marketplace.refusals_field import PunchKept
from marketplace.timesheets import hold_timesheet


@dataclass(frozen=True, slots=True)
class Punched:
    """A punch as it came, before anything is decided about it."""

    punch_id: UUID
    kind: str
    moment: Moment
    client_at: datetime | None
    fixes: Sequence[Fix]
    reason_given: str
    device_id: str
    actor: Actor
    at: datetime


def why_kept(*, assignment: Assignment, punched: Punched) -> UncountedPunch.Why | None:
    """None: it may count, or it is refused as any other. Only what waited in a phone is kept."""
    if not punched.moment.late_by:
        return None
    if punched.moment.never_counts:
        return UncountedPunch.Why.TOO_LATE
    kinds = set(assignment.clock_events.values_list("kind", flat=True))
    if punched.kind in kinds:
        return None
    if punched.kind == ClockEvent.Kind.IN and assignment.state == Assignment.State.CHECKED_OUT:
        completes = clock_in_was_missing(assignment) and completes_pair(assignment, punched.moment.happened_at)
        return None if completes else UncountedPunch.Why.ENDED
    live = (Assignment.State.CONFIRMED, Assignment.State.CHECKED_IN)
    if assignment.state in live or (assignment.state == Assignment.State.CHECKED_OUT and kinds):
        return None
    return UncountedPunch.Why.ENDED


def keep_punch(*, assignment: Assignment, punched: Punched, why: UncountedPunch.Why) -> PunchKept:
    """Store it, and stop the timer of undecided hours. Answers with what the phone is told. Call it with the lock."""
    sentence = {
        UncountedPunch.Why.TOO_LATE: f"It reached us {punched.moment.late_by.days} days after it happened; "
        f"what comes more than {NEVER_COUNTS_AFTER.days} days late counts no hours by itself.",
        UncountedPunch.Why.ENDED: "It reached us when this assignment was over already.",
        UncountedPunch.Why.OUT_AGAIN: "A clock-out was stored for this shift already.",
    }[why]
    with transaction.atomic():
        row = UncountedPunch.objects.create(
            punch_id=punched.punch_id,
            assignment=assignment,
            kind=punched.kind,
            why=why,
            explanation=f"Clock-{punched.kind}: {sentence}",
            received_at=punched.at,
            client_at=punched.client_at,
            happened_at=punched.moment.happened_at,
            fixes=fixes_to_json(punched.fixes),
            reason_given=punched.reason_given.strip(),
            device_id=punched.device_id,
            address=punched.actor.address[:64],
            user_agent=punched.actor.user_agent[:300],
        )
        audit.record(
            actor=punched.actor,
            action="assignment.punch_kept",
            subject_kind="assignment",
            subject_id=assignment.id,
            tenant_id=assignment.shift.governing_department_id,
            at=punched.at,
            after={"kind": punched.kind, "why": why, "happened_at": punched.moment.happened_at.isoformat()},
        )
        sheet = Timesheet.objects.select_for_update().filter(assignment=assignment, state="submitted").first()
        if sheet is not None:
            sheet.assignment = assignment
            hold_timesheet(timesheet=sheet, actor=punched.actor, at=punched.at)
    return kept(row)


def kept(row: UncountedPunch) -> PunchKept:
    return PunchKept(row.explanation)
