"""An officer gives a shift up: until when, what it costs, and who follows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from departments.policies import policy_at
from departments.policy.call_off import judge_call_off
from departments.policy.documents import Policy
from departments.policy.facts import OfficerFacts
from kernel.actors import Actor
from marketplace.access import assignment_for_officer
from marketplace.assigning import locked_officers, locked_shift
from marketplace.eligibility import shift_facts
from marketplace.models import Assignment, Officer, Shift
from marketplace.refusals import ReasonMissing
from marketplace.refusals_bidding import AssignmentHasBegun, CallOffNeedsCoordinator, CallOffTooLate
from marketplace.releasing import release_locked
from marketplace.request_rules import words_of
from marketplace.terms import check_text


@dataclass(frozen=True, slots=True)
class Consequence:
    """What giving up comes to. `until` is the last moment; `counts_minutes` is what the order counts for it.

    `is_against_rule`: a notice rule for officers holds them; `text` says which, and the coordinator can still release.
    """

    allowed: bool
    until: datetime
    hours_before_start: int
    text: str
    counts_minutes: int
    is_against_rule: bool = False


def consequence_of(*, assignment: Assignment, at: datetime) -> Consequence:
    """By the governing department's order for the shift's date. Raises NoPolicyInForce."""
    shift = assignment.shift
    policy = policy_at(department_id=shift.governing_department_id, at=shift.starts_at)
    call_off = policy.award_order.call_off
    until = shift.starts_at - timedelta(hours=call_off.until_hours_before_start)
    against = _rule_against(policy, assignment, at)
    return Consequence(
        allowed=assignment.state == Assignment.State.CONFIRMED and at < until and not against,
        until=until,
        hours_before_start=call_off.until_hours_before_start,
        text=against or call_off.text,
        counts_minutes=_counted(policy, shift),
        is_against_rule=bool(against),
    )


def give_up(*, officer: Officer, assignment_id: UUID, reason: str, actor: Actor, at: datetime) -> Assignment:
    """The place goes to the next of the original list. Written into the fairness ledger as called off.

    Raises NotYourShift, ReasonMissing, TextTooLong, TextUnreadable, AssignmentHasBegun, CallOffTooLate,
    CallOffNeedsCoordinator.
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
        if told.is_against_rule:
            raise CallOffNeedsCoordinator(told.text)
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


def _rule_against(policy: Policy, assignment: Assignment, at: datetime) -> str:
    """The sentence of a notice rule for officers that denies it or wants somebody's approval; "" when none does."""
    position, shift = assignment.position, assignment.shift
    verdict = judge_call_off(
        policy=policy,
        officer=OfficerFacts(officer_id=str(assignment.officer_id), rank_code=position.rank_code),
        shift=shift_facts(shift=shift, position=position, home_department_id=shift.governing_department_id),
        at=at,
    )
    held = [one for one in verdict.reasons if one.outcome in ("deny", "needs_approval")]
    return words_of(held[0]) if held else ""


def _counted(policy: Policy, shift: Shift) -> int:
    counters = policy.award_order.counters
    if "given_up" not in counters.debits:
        return 0
    minutes = int((shift.ends_at - shift.starts_at).total_seconds()) // 60
    return counters.flat_minutes.get("given_up", minutes * counters.percent.get("given_up", 100) // 100)
