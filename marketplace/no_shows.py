"""The desk says that an officer did not come, from the policy's minutes on and not before."""

from datetime import datetime, timedelta
from uuid import UUID

from kernel.actors import Actor
from marketplace import refusals
from marketplace.access import assignment_for_department
from marketplace.due import mark_no_show
from marketplace.models import Assignment
from marketplace.refusals_service_levels import TooEarlyForNoShow
from marketplace.service_levels import levels_at
from marketplace.site_status import facts_of, with_site_facts
from marketplace.terms import check_text


def no_show_from(*, assignment: Assignment) -> tuple[datetime, int]:
    """From when the desk may say so, and the policy's minutes. A relief's count begins when they could be there."""
    shift = assignment.shift
    levels = levels_at(department_id=shift.governing_department_id, at=shift.starts_at)
    read = with_site_facts(Assignment.objects.select_related("shift")).get(id=assignment.id)
    return facts_of(read).due_at + timedelta(minutes=levels.no_show_minutes), levels.no_show_minutes


def declare_no_show(*, department_id: UUID, assignment_id: UUID, reason: str, actor: Actor, at: datetime) -> Assignment:
    """The place is neither billed nor paid; relief may still be looked for. The timer says the same by itself two hours
    after the end. Raises NotFound, TooEarlyForNoShow, AssignmentEnded, ReasonMissing, TextTooLong, TextUnreadable."""
    if not reason.strip():
        raise refusals.ReasonMissing("Give a reason: the officer will read it.")
    check_text(field="reason", what="the reason", text=reason, maximum=2000)
    found = assignment_for_department(department_id=department_id, assignment_id=assignment_id)
    from_at, minutes = no_show_from(assignment=found)
    if at < from_at:
        raise TooEarlyForNoShow(from_at, minutes, found.shift.time_zone)
    if not mark_no_show(assignment_id=assignment_id, at=at, actor=actor, reason=reason.strip()):
        found.refresh_from_db(fields=["state"])
        raise refusals.AssignmentEnded(found.state)
    found.refresh_from_db()
    return found
