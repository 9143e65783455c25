"""An officer gives a shift up: until when, what it costs, and who follows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from departments.policies import policy_at
from departments.policy.documents import Policy
from kernel.actors import Actor
from marketplace.access import assignment_for_officer
from marketplace.assigning import locked_officers, locked_shift
from marketplace.models import Assignment, Officer, Shift
from marketplace.refusals import ReasonMissing
from marketplace.refusals_bidding import AssignmentHasBegun, CallOffTooLate
from marketplace.releasing import release_locked
from marketplace.terms import check_text


@dataclass(frozen=True, slots=True)
class Consequence:
    """What giving up comes to. `until` is the last moment; `counts_minutes` is what the order counts for it."""

    allowed: bool
    until: datetime
    hours_before_start: int
    text: str
    counts_minutes: int


def consequence_of(*, assignment: Assignment, at: datetime) -> Consequence:
    """By the governing department's order for the shift's date. Raises NoPolicyInForce."""
    shift = assignment.shift
    policy = policy_at(department_id=shift.governing_department_id, at=shift.starts_at)
    call_off = policy.award_order.call_off
    until = shift.starts_at - timedelta(hours=call_off.until_hours_before_start)
    return Consequence(
        allowed=assignment.state == Assignment.State.CONFIRMED and at < until,
        until=until,
        hours_before_start=call_off.until_hours_before_start,
        text=call_off.text,
        counts_minutes=_counted(policy, shift),
    )


def give_up(*, officer: Officer, assignment_id: UUID, reason: str, actor: Actor, at: datetime) -> Assignment:
    """The place goes to the next of the original list. Written into the fairness ledger as called off.

    Raises NotYourShift, ReasonMissing, TextTooLong, TextUnreadable, AssignmentHasBegun, CallOffTooLate.
    """
    if not reason.strip():
        raise ReasonMissing("Give a reason: your coordinator will read it.")
    check_text(field="reason", what="the reason", text=reason, maximum=2000)
    found = assignment_for_officer(officer=officer, assignment_id=assignment_id)
    with transaction.atomic():
        shift = locked_shift(found.shift_id)
        locked_officers([officer.id])
        assignment = Assignment.objects.select_for_update().get(id=assignment_id)
        assignment.shift = shift
        if assignment.state != Assignment.State.CONFIRMED:
            raise AssignmentHasBegun(str(assignment.state))
        told = consequence_of(assignment=assignment, at=at)
        if not told.allowed:
            raise CallOffTooLate(told.until, told.hours_before_start, shift.time_zone)
        release_locked(
            assignment=assignment,
            shift=shift,
            state=Assignment.State.CALLED_OFF,
            reason=reason.strip(),
            actor=actor,
            at=at,
            by_officer=True,
        )
        return assignment


def _counted(policy: Policy, shift: Shift) -> int:
    counters = policy.award_order.counters
    if "given_up" not in counters.debits:
        return 0
    minutes = int((shift.ends_at - shift.starts_at).total_seconds()) // 60
    return counters.flat_minutes.get("given_up", minutes * counters.percent.get("given_up", 100) // 100)
