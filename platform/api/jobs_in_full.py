"""A job with all that its answer shows, in a fixed number of queries."""

from collections.abc import Mapping
from uuid import UUID

from marketplace.models import Job
from marketplace.queries import with_shifts
from ratings.summaries import Summary, summary_of


def in_full(job: Job) -> Job:
    return with_shifts(Job.objects.filter(id=job.id)).get()


def ratings_of(job: Job) -> Mapping[UUID, Summary]:
    """Of the officers who are on the job's shifts: call it with a job `in_full`."""
    officers = {
        assignment.officer_id
        for shift in job.shifts.all()
        for assignment in shift.live_assignments  # type: ignore[attr-defined]
    }
    return summary_of(officers) if officers else {}
