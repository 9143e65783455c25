"""See what waits, look at what a batch would hold, make it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction

from departments.exports import batches
from departments.exports.batches import BatchDescription, OpenBook, RowToSend
from departments.exports.formats import FormatDescription, export_format
from departments.exports.layouts import Layout
from departments.exports.refusals import NothingToExport, PreviewChanged, RequestOfAnotherBatch, UnmappedPayCodes
from departments.exports.sources import EXAMPLE
from kernel.actors import Actor
from reports.time_exports.changes import compare, rows_to_send, totals
from reports.time_exports.files import write_file
from reports.time_exports.sources import ForeignLines, count_final, foreign_lines, members_of, read_rows
from tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Waiting:
    """Final rows of each kind that no batch holds, and pay owed to officers of other departments."""

    timesheets: int
    payroll_lines: int
    foreign: ForeignLines


@dataclass(frozen=True, slots=True)
class Preview:
    """What a batch would hold now. `rows` all of them; `unmapped` rank and pay code pairs without a code."""

    format: FormatDescription
    until_date: date
    rows: Sequence[RowToSend]
    worked_minutes: int
    payable_minutes: int
    pay_cents: int
    unmapped: Sequence[tuple[str, str]]

    @property
    def row_count(self) -> int:
        return len(self.rows)

    @property
    def reversals(self) -> int:
        return sum(row.entry == "reversal" for row in self.rows)

    @property
    def may_be_made(self) -> bool:
        return bool(self.rows) and not (self.unmapped and self.format.layout.refuses_unmapped)


def waiting(*, department: Tenant) -> Waiting:
    """Counts only: whether something sent has changed since shows in the preview."""
    members = members_of(department.id)
    final = count_final(department_id=department.id, members=members)
    sent = batches.count_sent(department_id=department.id)
    left = {kind: max(count - sent.get(kind, 0), 0) for kind, count in final.items()}
    return Waiting(**left, foreign=foreign_lines(department_id=department.id, members=members))


def preview(*, department: Tenant, format: FormatDescription, until_date: date) -> Preview:
    """Nothing is stored."""
    book = batches.read_book(department_id=department.id, rows_kind=format.rows)
    return _preview(department, format, until_date, book)


def make_batch(
    *,
    department: Tenant,
    format_id: UUID,
    until_date: date,
    request_id: UUID,
    expected_rows: int | None = None,
    actor: Actor,
    at: datetime,
) -> BatchDescription:
    """Send what is final, was worked before `until_date` (local, half-open) and was not sent, and correct what was.

    Asked twice with one `request_id` it is one batch. Raises FormatNotFound, NothingToExport, UnmappedPayCodes,
    PreviewChanged when there are not as many rows as the caller saw, RequestOfAnotherBatch.
    """
    format = export_format(department_id=department.id, format_id=format_id)
    with transaction.atomic():
        book = batches.open_book(department_id=department.id, rows_kind=format.rows)
        earlier = batches.batch_of_request(department_id=department.id, request_id=request_id)
        if earlier is not None:
            if (earlier.format_id, earlier.until_date) != (format_id, until_date):
                raise RequestOfAnotherBatch(earlier.number, request_id)
            return earlier
        # Only now are the sources read: whoever held the book before has committed.
        found = _preview(department, format, until_date, book)
        if not found.rows:
            raise NothingToExport()
        if found.unmapped and format.layout.refuses_unmapped:
            raise UnmappedPayCodes(found.unmapped, _rows_of(found, found.unmapped))
        if expected_rows is not None and expected_rows != found.row_count:
            raise PreviewChanged(expected_rows, found.row_count)
        return batches.record_batch(
            department_id=department.id,
            book=book,
            request_id=request_id,
            format=format,
            until_date=until_date,
            rows=found.rows,
            file=write_file(layout=format.layout, rows=(row.values for row in found.rows)),
            file_name=f"hours-{department.slug}-{book.next_number:05d}.{format.layout.file_kind}",
            actor=actor,
            at=at,
        )


def _preview(department: Tenant, format: FormatDescription, until_date: date, book: OpenBook) -> Preview:
    members = members_of(department.id)
    rows = read_rows(department=department, rows_kind=format.rows, members=members)
    changes = compare(rows=rows, sent=book.sent, until=until_date.isoformat())
    left = {row.source_id: book.sent[row.source_id].version for row in changes.changed}
    left |= {source_id: book.sent[source_id].version for source_id in changes.gone}
    frozen = batches.values_sent(department_id=department.id, rows_kind=format.rows, sources=left) if left else {}
    to_send = rows_to_send(
        changes=changes, sent=book.sent, frozen=frozen, number=book.next_number, sequence=book.next_sequence
    )
    return Preview(format, until_date, to_send, **totals(to_send), unmapped=_unmapped(format.layout, to_send))


def _unmapped(layout: Layout, rows: Sequence[RowToSend]) -> list[tuple[str, str]]:
    """Without any mapping the policy's own codes are meant, and nothing is missing."""
    if not layout.pay_codes:
        return []
    pairs = Counter(_pay_code(row.values) for row in rows)
    return sorted(pair for pair in pairs if layout.department_code(rank_code=pair[0], pay_code=pair[1]) is None)


def _rows_of(found: Preview, pairs: Sequence[tuple[str, str]]) -> int:
    return sum(_pay_code(row.values) in pairs for row in found.rows)


def _pay_code(values: Any) -> tuple[str, str]:
    return str(values.get("rank_code") or ""), str(values.get("pay_code") or "")


def sample(*, department: Tenant, rows_kind: str, count: int = 5) -> tuple[list[Mapping[str, Any]], bool]:
    """The first rows that hold, to see a layout with; an invented one, and False, while there are none."""
    members = members_of(department.id)
    rows = islice(read_rows(department=department, rows_kind=rows_kind, members=members), count)
    found: list[Mapping[str, Any]] = [
        {**row.values, "entry": "original", "batch_number": 1, "row_number": place, "sequence": place}
        for place, row in enumerate(rows, start=1)
    ]
    return (found, True) if found else ([EXAMPLE], False)
