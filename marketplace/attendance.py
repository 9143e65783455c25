"""Hours of an officer who worked without punching in: entered by the coordinator, with a reason, open to dispute."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kernel import audit
from kernel.actors import Actor
from kernel.errors import InvalidInput, NotFound
from marketplace import refusals
from marketplace.due import locked_assignment
from marketplace.models import Assignment, Timesheet
from marketplace.own_hours import refuse_own
from marketplace.refusals_evidence import HoursKnownAlready, OfficerNotAssigned
from marketplace.relieving import follow_entered_hours
from marketplace.shifts import begin_shift, end_work
from marketplace.terms import check_text
from marketplace.timesheets import submit_entered_hours


def enter_hours(
    *,
    assignment_id: UUID,
    department_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Timesheet:
    """Say when an officer without a clock-in worked. The client can dispute it as any hours; silence approves it.

    Only until two hours after the end: then the officer is a no-show and the shift may be settled.
    Raises NotFound, ReasonMissing, InvalidInput for times outside of the shift, HoursKnownAlready,
    OfficerNotAssigned, DecidesOwnHours.
    """
    if not reason.strip():
        raise refusals.ReasonMissing("Give a reason: the client and the officer will read it.")
    check_text(field="reason", what="the reason", text=reason, maximum=2000)
    with transaction.atomic():
        known = Assignment.objects.filter(id=assignment_id, shift__governing_department_id=department_id)
        if not known.exists():
            raise NotFound("There is no such assignment.")
        assignment = locked_assignment(assignment_id)
        refuse_own(officer_id=assignment.officer_id, actor=actor)
        if assignment.state in (Assignment.State.CHECKED_IN, Assignment.State.CHECKED_OUT):
            raise HoursKnownAlready()
        if assignment.state != Assignment.State.CONFIRMED:
            raise OfficerNotAssigned(str(assignment.state))
        if not assignment.shift.starts_at <= starts_at < ends_at <= min(assignment.authorised_ends_at, at):
            raise InvalidInput(
                "Enter times that lie within the shift and have passed.", field="ends_at", at=at.isoformat()
            )
        follow_entered_hours(
            assignment=assignment, shift=assignment.shift, starts_at=starts_at, ends_at=ends_at, actor=actor, at=at
        )
        assignment.state = Assignment.State.CHECKED_OUT
        assignment.ended_reason = f"Hours entered by the coordinator: {reason.strip()}"
        assignment.save(update_fields=["state", "ended_reason"])
        audit.record(
            actor=actor,
            action="assignment.hours_entered",
            subject_kind="assignment",
            subject_id=assignment.id,
            tenant_id=department_id,
            at=at,
            before={"state": "confirmed"},
            after={"state": "checked_out", "starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()},
            reason=reason.strip(),
        )
        timesheet = submit_entered_hours(
            assignment=assignment, starts_at=starts_at, ends_at=ends_at, actor=actor, at=at
        )
        begin_shift(shift=assignment.shift, actor=actor, at=at)
        end_work(shift=assignment.shift, actor=actor, at=at)
    return timesheet
