"""Punches that prove too little are judged by a coordinator; until then no hours of theirs are approved by silence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from kernel import audit
from kernel.actors import Actor
from kernel.errors import NotFound
from marketplace import refusals
from marketplace.hours_stating import is_complete, unsettled_reviews
from marketplace.job_policies import policy_of_job
from marketplace.models import ClockReview, Shift, Timesheet
from marketplace.own_hours import refuse_own
from marketplace.terms import check_text
from marketplace.timesheets import approval_timer, locked_job_and_shift


@dataclass(frozen=True, slots=True)
class Judged:
    """How many were decided now, how many were decided or gone already, how many are the decider's own."""

    decided: int
    gone: int
    own: int


def resolve_review(
    *, clock_event_id: UUID, department_id: UUID, accept: bool, reason: str, actor: Actor, at: datetime
) -> ClockReview:
    """Judge a punch. Accepting the last open one starts the approval timer; a rejected one holds the hours until the
    coordinator sets them. Raises NotFound, ReasonMissing, ReviewAlreadyResolved, DecidesOwnHours."""
    if not reason.strip():
        raise refusals.ReasonMissing("Give a reason: it stays on file with the punch.")
    check_text(field="reason", what="the reason", text=reason, maximum=2000)
    with transaction.atomic():
        found = ClockReview.objects.filter(clock_event_id=clock_event_id, department_id=department_id)
        known = found.values_list("clock_event__assignment_id", "clock_event__assignment__officer_id").first()
        if known is None:
            raise NotFound("There is no such punch to review.")
        assignment_id, officer_id = known
        refuse_own(officer_id=officer_id, actor=actor)
        _, shift = locked_job_and_shift(assignment_id)
        review = ClockReview.objects.select_for_update().get(clock_event_id=clock_event_id)
        if review.state != ClockReview.State.OPEN:
            raise refusals.ReviewAlreadyResolved(review.state)
        review.state = ClockReview.State.ACCEPTED if accept else ClockReview.State.REJECTED
        review.resolved_at = at
        review.resolved_by_person_id = actor.person_id
        review.reason = reason.strip()
        review.save(update_fields=["state", "resolved_at", "resolved_by_person_id", "reason"])
        audit.record(
            actor=actor,
            action="clock_review.resolved",
            subject_kind="clock_event",
            subject_id=clock_event_id,
            tenant_id=department_id,
            at=at,
            before={"state": "open"},
            after={"state": review.state},
            reason=reason.strip(),
        )
        if accept:
            _start_timer(assignment_id=assignment_id, shift=shift, at=at)
    return review


def resolve_reviews(
    *, clock_event_ids: Sequence[UUID], department_id: UUID, accept: bool, reason: str, actor: Actor, at: datetime
) -> Judged:
    """The same decision for several, each in a transaction of its own. Raises ReasonMissing."""
    decided = gone = own = 0
    # Named twice, it is one: its second turn would be counted as somebody else's decision.
    for clock_event_id in dict.fromkeys(clock_event_ids):
        try:
            resolve_review(
                clock_event_id=clock_event_id,
                department_id=department_id,
                accept=accept,
                reason=reason,
                actor=actor,
                at=at,
            )
            decided += 1
        except (NotFound, refusals.ReviewAlreadyResolved):
            gone += 1
        except refusals.DecidesOwnHours:
            own += 1
    return Judged(decided, gone, own)


def _start_timer(*, assignment_id: UUID, shift: Shift, at: datetime) -> None:
    timesheet = (
        Timesheet.objects.select_for_update(of=("self",))
        .select_related("assignment")
        .filter(assignment_id=assignment_id, state=Timesheet.State.SUBMITTED, approves_at=None)
        .first()
    )
    if timesheet is None or unsettled_reviews(timesheet.assignment).exists():
        return
    if is_complete(timesheet.assignment):
        timesheet.approves_at = at + approval_timer(policy_of_job(shift.job))
        timesheet.save(update_fields=["approves_at"])
