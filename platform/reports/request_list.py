"""The list of requests as a spreadsheet, one row per request."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet

from marketplace.models import Job
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


def write_request_list(
    *, jobs: QuerySet[Job], event_label: Callable[[str], str], status_line: Callable[[Job], str]
) -> bytes:
    """An .xlsx of `marketplace.queries.jobs_for_department`. Times are the venue's own."""
    return write_workbook(sheet_name="Requests", columns=_COLUMNS, rows=_rows(jobs, event_label, status_line))


def _rows(
    jobs: QuerySet[Job], event_label: Callable[[str], str], status_line: Callable[[Job], str]
) -> Iterator[list[Any]]:
    for job in jobs.iterator(chunk_size=500):
        shifts = [shift for shift in job.shifts.all() if shift.state != "cancelled"]
        wanted = {shift.id: sum(position.headcount for position in shift.positions.all()) for shift in shifts}
        minutes = sum(
            int((shift.ends_at - shift.starts_at).total_seconds() // 60) * wanted[shift.id] for shift in shifts
        )
        zone = job.time_zone
        yield [
            job.reference,
            job.title,
            event_label(job.event_type),
            job.get_state_display(),
            status_line(job),
            job.client.name,
            job.client.billing_email,
            job.client.phone,
            job.venue.name,
            job.venue.address,
            job.venue.postal_code,
            job.venue.place_name,
            local_moment(job.submitted_at, zone),
            local_moment(shifts[0].starts_at if shifts else None, zone),
            local_moment(max((shift.ends_at for shift in shifts), default=None), zone),
            zone,
            len(shifts),
            sum(wanted.values()),
            minutes,
            job.contact_name,
            job.contact_phone,
            job.revision,
            local_moment(job.decided_at, zone),
            job.decision_reason,
        ]
