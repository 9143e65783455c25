"""A job's status line, derived from its shifts: nothing stores it, so nothing can contradict it."""

from dataclasses import dataclass

from marketplace.models import Assignment, Job, Shift
from marketplace.places import places_held, shares_place

_DECIDED = {
    Job.State.SUBMITTED: "Waiting for the department",
    Job.State.APPROVED: "Approved: the contract waits for the client",
    Job.State.REJECTED: "Rejected",
    Job.State.CLOSED: "Closed",
    Job.State.CANCELLED: "Cancelled",
}


@dataclass(frozen=True)
class JobStatus:
    """`code` is for badges, `sentence` for people."""

    code: str
    sentence: str


def status_of(job: Job) -> JobStatus:
    """Reads `job.shifts`, their positions and live assignments: prefetch them with `queries.with_shifts` for lists."""
    if job.state != Job.State.CONTRACTED:
        return JobStatus(job.state, _DECIDED[Job.State(job.state)])
    opened = any(shift.state not in (Shift.State.PLANNED, Shift.State.CANCELLED) for shift in job.shifts.all())
    if job.funded_at is None and not opened:
        return JobStatus("awaiting_payment", "Contract accepted: waiting for payment")
    shifts = [shift for shift in job.shifts.all() if shift.state != Shift.State.CANCELLED]
    working = sum(shift.state == Shift.State.IN_PROGRESS for shift in shifts)
    over = sum(shift.state in (Shift.State.WORKED, Shift.State.EXPIRED) for shift in shifts)
    wanted = sum(position.headcount for shift in shifts for position in shift.positions.all())
    found = sum(places_held(_live_assignments(shift)) for shift in shifts)
    if working:
        return JobStatus("in_progress", f"In progress: {_of(working, len(shifts))}")
    if over and over == len(shifts):
        return JobStatus("worked", "Worked: hours are being approved")
    if over:
        return JobStatus("part_worked", f"{over} of {len(shifts)} shifts are over; {found} of {wanted} officers found")
    if found >= wanted:
        return JobStatus("staffed", f"Staffed: {wanted} of {wanted} officers")
    if found:
        return JobStatus("part_staffed", f"Part staffed: {found} of {wanted} officers")
    return JobStatus("open", f"Looking for officers: 0 of {wanted} so far")


def job_status_line(job: Job) -> str:
    return status_of(job).sentence


def _live_assignments(shift: Shift) -> list[Assignment]:
    prefetched = getattr(shift, "live_assignments", None)
    if prefetched is not None:
        return list(prefetched)
    return list(shift.assignments.filter(state__in=Assignment.LIVE_STATES).annotate(shares_place=shares_place()))


def _of(count: int, total: int) -> str:
    return f"{count} of {total} shifts" if total > 1 else "officers are on site"
