"""The list of requests as a spreadsheet, one row per request."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from marketplace.job_totals import JobTotals, totals_of_jobs
from marketplace.models import Job
from marketplace.status import job_status_line
from reports.workbooks import Column, local_moment, write_workbook

_COLUMNS = (
    Column("Reference", width=13),
    Column("Title", width=32),
    Column("Type", width=22),
    Column("State", width=13),
    Column("Status", width=34),
    Column("Client", width=28),
    Column("Client e-mail", width=28),
    Column("Client phone", width=16),
    Column("Venue", width=26),
    Column("Address", width=34),
    Column("Postal code", width=12),
    Column("Place", width=16),
    Column("Submitted", "moment", 17),
    Column("First start", "moment", 17),
    Column("Last end", "moment", 17),
    Column("Time zone", width=18),
    Column("Shifts", "number", 8),
    Column("Officers", "number", 9),
    Column("Officer hours", "hours", 13),
    Column("On-site contact", width=22),
    Column("Contact phone", width=16),
    Column("Version", "number", 9),
    Column("Decided", "moment", 17),
    Column("Reason or note", width=40),
)


_AT_ONCE = 500


def write_request_list(*, jobs: QuerySet[Job], event_label: Callable[[str], str]) -> bytes:
    """An .xlsx of `marketplace.queries.jobs_for_department`. Times are the venue's own."""
    return write_workbook(sheet_name="Requests", columns=_COLUMNS, rows=_rows(jobs, event_label))


def _rows(jobs: QuerySet[Job], event_label: Callable[[str], str]) -> Iterator[list[Any]]:
    for job, totals in _with_totals(jobs):
        zone = job.time_zone
        yield [
            job.reference,
            job.title,
            event_label(job.event_type),
            job.get_state_display(),
            job_status_line(job, totals),
            job.client.name,
            job.client.billing_email,
            job.client.phone,
            job.venue.name,
            job.venue.address,
            job.venue.postal_code,
            job.venue.place_name,
            local_moment(job.submitted_at, zone),
            local_moment(totals.first_starts_at, zone),
            local_moment(totals.last_ends_at, zone),
            zone,
            totals.dates,
            totals.wanted,
            totals.officer_minutes,
            job.contact_name,
            job.contact_phone,
            job.revision,
            local_moment(job.decided_at, zone),
            job.decision_reason,
        ]


def _with_totals(jobs: QuerySet[Job]) -> Iterator[tuple[Job, JobTotals]]:
    every = jobs.iterator(chunk_size=_AT_ONCE)
    while some := list(islice(every, _AT_ONCE)):
        totals = totals_of_jobs([job.id for job in some])
        yield from ((job, totals[job.id]) for job in some)
