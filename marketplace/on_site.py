"""An officer's own assignment, locked for something that happens on site."""

from uuid import UUID

from marketplace.models import Assignment, Officer, Shift
from marketplace.refusals import NotYourShift


def locked_own_assignment(officer: Officer, assignment_id: UUID) -> Assignment:
    """Locks shift, officer and assignment, in that order. Raises NotYourShift."""
    shift_id = Assignment.objects.filter(id=assignment_id, officer=officer).values_list("shift_id", flat=True).first()
    if shift_id is None:
        raise NotYourShift()
    shift = Shift.objects.select_for_update(of=("self",)).select_related("job__venue", "job__client").get(id=shift_id)
    locked_officer = Officer.objects.select_for_update().get(id=officer.id)
    assignment = Assignment.objects.select_for_update(of=("self",)).select_related("position").get(id=assignment_id)
    assignment.shift, assignment.officer = shift, locked_officer
    return assignment
