"""Work after the scheduled end counts only as far as somebody authorised it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from psycopg2.extras import DateTimeTZRange

from kernel import audit, outbox
from kernel.actors import Actor
from kernel.errors import NotFound
from marketplace import events, refusals
from marketplace.models import Assignment, Officer, Shift
from marketplace.own_hours import refuse_own

MAXIMUM_OVERRUN = timedelta(hours=12)


def authorise_overrun(
    *, assignment_id: UUID, until: datetime, actor: Actor, at: datetime, department_id: UUID | None = None
) -> Assignment:
    """Let one officer's work count until `until`. The longer time also counts against double booking.

    Raises NotFound (also when `department_id` is given and does not govern), AssignmentEnded, OverrunInvalid,
    DecidesOwnHours.
    """
    shifts = Shift.objects.filter(assignments=assignment_id)
    if department_id is not None:
        shifts = shifts.filter(governing_department_id=department_id)
    shift_id = shifts.values_list("id", flat=True).first()
    if shift_id is None:
        raise NotFound("There is no such assignment.")
    try:
        with transaction.atomic():
            shift = Shift.objects.select_for_update().get(id=shift_id)
            officer_id = Assignment.objects.values_list("officer_id", flat=True).get(id=assignment_id)
            Officer.objects.select_for_update().get(id=officer_id)
            refuse_own(officer_id=officer_id, actor=actor)
            assignment = Assignment.objects.select_for_update().get(id=assignment_id)
            if assignment.state not in (Assignment.State.CONFIRMED, Assignment.State.CHECKED_IN):
                raise refusals.AssignmentEnded(assignment.state)
            if not shift.ends_at <= until <= shift.ends_at + MAXIMUM_OVERRUN:
                hours = int(MAXIMUM_OVERRUN.total_seconds() // 3600)
                raise refusals.OverrunInvalid(f"Choose a time within {hours} hours after the scheduled end.")
            before = assignment.authorised_ends_at
            assignment.authorised_ends_at = until
            assignment.period = DateTimeTZRange(assignment.period.lower, until)
            assignment.save(update_fields=["authorised_ends_at", "period"])
            audit.record(
                actor=actor,
                action="assignment.overrun_authorised",
                subject_kind="assignment",
                subject_id=assignment.id,
                tenant_id=shift.governing_department_id,
                at=at,
                before={"authorised_ends_at": before.isoformat()},
                after={"authorised_ends_at": until.isoformat()},
            )
            outbox.announce(
                name=events.OVERRUN_AUTHORISED,
                payload={"assignment_id": str(assignment.id), "authorised_ends_at": until.isoformat()},
                tenant_id=shift.governing_department_id,
                at=at,
            )
    except IntegrityError as error:
        if "no_double_booking" not in str(error):
            raise
        raise refusals.OverrunInvalid(
            "This officer is assigned elsewhere right after. Choose an earlier time, or find somebody else to stay."
        ) from error
    return assignment
