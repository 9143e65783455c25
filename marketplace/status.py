"""A job's status line, derived from its shifts: nothing stores it, so nothing can contradict it."""

from dataclasses import dataclass

from marketplace.job_totals import JobTotals, totals_of_read
from marketplace.models import Job

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


def status_of(job: Job, totals: JobTotals | None = None) -> JobStatus:
    """Lists hand in `totals_of_jobs`; without, reads the shifts, positions and live assignments of the one job."""
    if job.state != Job.State.CONTRACTED:
        return JobStatus(job.state, _DECIDED[Job.State(job.state)])
    total = totals or totals_of_read(job)
    if job.funded_at is None and not total.opened:
        return JobStatus("awaiting_payment", "Contract accepted: waiting for payment")
    if total.working:
        return JobStatus("in_progress", f"In progress: {_of(total.working, total.dates)}")
    if total.over and total.over == total.dates:
        return JobStatus("worked", "Worked: hours are being approved")
    people = f"{total.found} of {total.wanted} officers"
    if total.over:
        return JobStatus("part_worked", f"{total.over} of {total.dates} shifts are over; {people} found")
    if total.found >= total.wanted:
        return JobStatus("staffed", f"Staffed: {total.wanted} of {total.wanted} officers")
    if total.found:
        return JobStatus("part_staffed", f"Part staffed: {people}")
    return JobStatus("open", f"Looking for officers: 0 of {total.wanted} so far")


def job_status_line(job: Job, totals: JobTotals | None = None) -> str:
    return status_of(job, totals).sentence


def _of(count: int, total: int) -> str:
    return f"{count} of {total} shifts" if total > 1 else "officers are on site"
