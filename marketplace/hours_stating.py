"""From punches, breaks and calls to duty to the times and minutes of a timesheet."""

from datetime import timedelta

from django.db.models import QuerySet

from departments.policy.documents import Policy
from departments.policy.minutes import payable_minutes, unpaid_break_minutes
from departments.policy.pricing import billable_minutes
from marketplace.duty_pieces import cut
from marketplace.models import Assignment, ClockEvent, ClockReview, Timesheet
from marketplace.relief_reading import handover_of


def state_hours(timesheet: Timesheet, policy: Policy) -> bool:
    """Set times and minutes from the punches. True when a person must look before silence may approve."""
    assignment = timesheet.assignment
    punches = punches_that_count(assignment)
    clocked_in, clocked_out = punches.get(ClockEvent.Kind.IN), punches.get(ClockEvent.Kind.OUT)
    shift = assignment.shift
    handover = handover_of(assignment)
    starts_at = max(shift.starts_at, clocked_in.happened_at) if clocked_in else shift.starts_at
    ends_at = min(clocked_out.happened_at, assignment.authorised_ends_at) if clocked_out else shift.ends_at
    # Of one place no minute belongs to two officers, and nobody works before they were assigned.
    starts_at = max(starts_at, handover.took_over_at or starts_at, assignment.period.lower)
    ends_at = min(ends_at, handover.gave_over_at or ends_at)
    told = list(assignment.duty_events.all())
    found = cut(
        starts_at=starts_at,
        ends_at=ends_at,
        told=[event for event in told if event.counts],
        bills_arrests=policy.on_duty.bills_arrests,
    )
    unpaid = unpaid_break_minutes(
        policy.rate_card, found.present_minutes, whole_minutes(shift.ends_at - shift.starts_at), found.break_minutes
    )
    timesheet.worked_starts_at, timesheet.worked_ends_at = starts_at, found.ends_at
    timesheet.break_minutes, timesheet.unpaid_break_minutes = found.break_minutes, unpaid
    timesheet.duty_minutes = found.duty_minutes
    set_minutes(timesheet, found.present_minutes - unpaid, policy)
    return not is_complete(assignment) or unsettled_reviews(assignment).exists()


def is_complete(assignment: Assignment) -> bool:
    """Both ends are known, and nothing came too late to count by itself. Whoever was relieved ended with that."""
    kinds = set(punches_that_count(assignment))
    if handover_of(assignment).gave_over_at is not None:
        kinds.add(ClockEvent.Kind.OUT)
    return kinds == set(ClockEvent.Kind.values) and not assignment.duty_events.filter(counts=False).exists()


def punches_that_count(assignment: Assignment) -> dict[str, ClockEvent]:
    """By kind. An out from before the in was for nothing: it ends nothing."""
    punches = {event.kind: event for event in assignment.clock_events.all()}
    clocked_in, clocked_out = punches.get(ClockEvent.Kind.IN), punches.get(ClockEvent.Kind.OUT)
    if clocked_in is not None and clocked_out is not None and clocked_out.happened_at < clocked_in.happened_at:
        del punches[ClockEvent.Kind.OUT]
    return punches


def unsettled_reviews(assignment: Assignment) -> "QuerySet[ClockReview]":
    return ClockReview.objects.filter(clock_event__assignment=assignment).exclude(state=ClockReview.State.ACCEPTED)


def whole_minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


def set_minutes(timesheet: Timesheet, worked: int, policy: Policy) -> None:
    """Of a place that was handed over, minimum and rounding belong to the last officer, as on the bill."""
    handover = handover_of(timesheet.assignment)
    timesheet.worked_minutes = worked
    if handover.gave_over_at is not None:
        timesheet.billable_minutes = timesheet.payable_minutes = worked
        return
    before = handover.minutes_before
    billable = billable_minutes(policy=policy, worked_minutes=before + worked) if worked else before
    timesheet.billable_minutes = max(billable - before, 0)
    timesheet.payable_minutes = payable_minutes(
        card=policy.rate_card, worked_minutes=worked, billable=timesheet.billable_minutes
    )
