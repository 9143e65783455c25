"""The book of what was sent: batches without gaps, rows that are sent once, and a cursor that never skips one.

Making a batch takes three steps in one transaction: `open_book` locks the department's counter and tells what was sent;
the caller reads the sources and writes the file; `record_batch` stores both. The lock is held until the commit, so two
people at the button come one after the other, and rows become visible in the order of their sequence.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Q

from departments.access import inside
from departments.exports.formats import FormatDescription
from departments.exports.layouts import Layout, read_layout
from departments.exports.refusals import BatchNotFound, SentMeanwhile
from departments.models import ExportBatch, ExportBook, ExportRow
from kernel import audit, outbox
from kernel.actors import Actor

BATCH_MADE = "departments.export_batch_made"


@dataclass(frozen=True, slots=True)
class Sent:
    """How a source stands in the book: its last version, and whether that was taken back."""

    source_id: UUID
    version: int
    is_taken_back: bool
    fingerprint: str


@dataclass(frozen=True, slots=True)
class OpenBook:
    """The next numbers, and the standing of every source of one kind by its id."""

    next_number: int
    next_sequence: int
    sent: Mapping[UUID, Sent]


@dataclass(frozen=True, slots=True)
class RowToSend:
    """One row of the next batch. `values` are final: what is shown of them is the layout's business."""

    source_id: UUID
    version: int
    entry: str
    values: Mapping[str, Any]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class BatchDescription:
    batch_id: UUID
    number: int
    request_id: UUID
    format_id: UUID
    format_name: str
    rows_kind: str
    layout: Layout
    until_date: date
    row_count: int
    worked_minutes: int
    payable_minutes: int
    pay_cents: int
    file_name: str
    sha256: str
    created_at: datetime
    created_by_person_id: UUID | None


@dataclass(frozen=True, slots=True)
class SentRow:
    """One row as it left."""

    sequence: int
    batch_number: int
    source_kind: str
    source_id: UUID
    version: int
    entry: str
    values: Mapping[str, Any]


def open_book(*, department_id: UUID, rows_kind: str) -> OpenBook:
    """Lock the book until the end of the caller's transaction, and say what of this kind was sent."""
    with inside(department_id=department_id):
        ExportBook.objects.bulk_create([ExportBook()], ignore_conflicts=True)
        book = ExportBook.objects.select_for_update().get()
        return OpenBook(book.last_number + 1, book.last_sequence + 1, _standing(rows_kind))


def read_book(*, department_id: UUID, rows_kind: str) -> OpenBook:
    """The same without a lock, for previews."""
    with inside(department_id=department_id):
        book = ExportBook.objects.first() or ExportBook()
        return OpenBook(book.last_number + 1, book.last_sequence + 1, _standing(rows_kind))


def values_sent(*, department_id: UUID, rows_kind: str, sources: Mapping[UUID, int]) -> dict[UUID, Mapping[str, Any]]:
    """What was sent of these sources, by id; `sources` names the version of each."""
    with inside(department_id=department_id):
        rows = ExportRow.objects.filter(source_kind=rows_kind, source_id__in=sources, takes_back=False)
        return {row.source_id: row.values for row in rows if row.version == sources[row.source_id]}


def first_sent_at(*, department_id: UUID, source_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When the first batch with each of these sources was made; what never left is not in the answer."""
    with inside(department_id=department_id):
        rows = ExportRow.objects.filter(source_id__in=source_ids, entry=ExportRow.Entry.ORIGINAL)
        return dict(rows.values_list("source_id", "batch__created_at"))


def count_sent(*, department_id: UUID) -> dict[str, int]:
    """How many sources stand as sent, by kind of rows."""
    with inside(department_id=department_id):
        counted = ExportRow.objects.order_by().values("source_kind").annotate(
            given=Count("id", filter=Q(takes_back=False)), taken=Count("id", filter=Q(takes_back=True))
        )  # fmt: skip
        return {row["source_kind"]: row["given"] - row["taken"] for row in counted}


def record_batch(
    *,
    department_id: UUID,
    book: OpenBook,
    request_id: UUID,
    format: FormatDescription,
    until_date: date,
    rows: Sequence[RowToSend],
    file: bytes,
    file_name: str,
    actor: Actor,
    at: datetime,
) -> BatchDescription:
    """Store a batch with its rows and its file, in the transaction that opened the book.

    Announces departments.export_batch_made {number, row_count}. Raises SentMeanwhile when a row was sent already, which
    only a caller without the lock can meet: PostgreSQL refuses the second sending of a version whoever asks.
    """
    with transaction.atomic(), inside(department_id=department_id):
        batch = ExportBatch(
            number=book.next_number,
            request_id=request_id,
            format_id=format.format_id,
            format_name=format.name,
            rows_kind=format.rows,
            layout=format.layout.to_json(),
            until_date=until_date,
            row_count=len(rows),
            worked_minutes=_total(rows, "worked_minutes"),
            payable_minutes=_total(rows, "payable_minutes"),
            pay_cents=_total(rows, "pay_cents"),
            file_name=file_name,
            file=file,
            sha256=sha256(file).hexdigest(),
            created_at=at,
            created_by_person_id=actor.person_id,
        )
        try:
            with transaction.atomic():
                batch.save(force_insert=True)
                ExportRow.objects.bulk_create(_rows(batch, book, format.rows, rows), batch_size=1000)
        except IntegrityError as error:
            raise SentMeanwhile(book.next_number) from error
        ExportBook.objects.update(
            last_number=book.next_number, last_sequence=book.next_sequence + len(rows) - 1
        )  # fmt: skip
        audit.record(
            actor=actor,
            action="export_batch.made",
            subject_kind="export_batch",
            subject_id=batch.id,
            tenant_id=department_id,
            at=at,
            after={"number": batch.number, "row_count": batch.row_count, "sha256": batch.sha256},
        )
        outbox.announce(
            name=BATCH_MADE,
            payload={"batch_id": str(batch.id), "number": batch.number, "row_count": batch.row_count},
            tenant_id=department_id,
            at=at,
        )
        return _describe(batch)


def list_batches(*, department_id: UUID, offset: int = 0, limit: int = 25) -> tuple[list[BatchDescription], int]:
    """A page of batches, the newest first, and how many there are."""
    with inside(department_id=department_id):
        batches = ExportBatch.objects.defer("file")
        return [_describe(batch) for batch in batches[offset : offset + limit]], batches.count()


def batch(*, department_id: UUID, number: int) -> BatchDescription:
    """Raises BatchNotFound."""
    with inside(department_id=department_id):
        return _describe(_found(number))


def batch_of_request(*, department_id: UUID, request_id: UUID) -> BatchDescription | None:
    with inside(department_id=department_id):
        found = ExportBatch.objects.defer("file").filter(request_id=request_id).first()
        return None if found is None else _describe(found)


def batch_file(*, department_id: UUID, number: int) -> bytes:
    """The bytes that were written, whatever has changed since. Raises BatchNotFound."""
    with inside(department_id=department_id):
        return bytes(_found(number, "file").file)


def rows_of_batch(
    *, department_id: UUID, number: int, offset: int = 0, limit: int | None = None
) -> list[SentRow]:  # fmt: skip
    """In the order of the file. Raises BatchNotFound."""
    with inside(department_id=department_id):
        found = ExportRow.objects.filter(batch_id=_found(number, "id").pk)
        return _sent_rows(found[offset : None if limit is None else offset + limit])


def rows_after(*, department_id: UUID, sequence: int, limit: int) -> list[SentRow]:
    """Rows of all batches after a cursor, in the order in which they were committed."""
    with inside(department_id=department_id):
        return _sent_rows(ExportRow.objects.filter(sequence__gt=sequence)[:limit])


def _standing(rows_kind: str) -> dict[UUID, Sent]:
    # A reversal carries the version that it takes back, so of the highest version the reversal comes last.
    latest = (
        ExportRow.objects.filter(source_kind=rows_kind)
        .order_by("source_id", "-version", "-takes_back")
        .distinct("source_id")
        .values_list("source_id", "version", "takes_back", "fingerprint")
    )
    return {row[0]: Sent(*row) for row in latest.iterator(chunk_size=5000)}


def _rows(batch: ExportBatch, book: OpenBook, kind: str, rows: Sequence[RowToSend]) -> Iterable[ExportRow]:
    for place, row in enumerate(rows):
        yield ExportRow(
            batch=batch,
            sequence=book.next_sequence + place,
            source_kind=kind,
            source_id=row.source_id,
            version=row.version,
            entry=row.entry,
            takes_back=row.entry == ExportRow.Entry.REVERSAL,
            values=dict(row.values),
            fingerprint=row.fingerprint,
        )


def _total(rows: Sequence[RowToSend], name: str) -> int:
    return sum(int(row.values.get(name) or 0) for row in rows)


def _found(number: int, *only: str) -> ExportBatch:
    batches = ExportBatch.objects.only(*only) if only else ExportBatch.objects.defer("file")
    found = batches.filter(number=number).first()
    if found is None:
        raise BatchNotFound()
    return found


def _sent_rows(rows: Iterable[ExportRow]) -> list[SentRow]:
    return [
        SentRow(
            sequence=row.sequence,
            batch_number=row.values.get("batch_number", 0),
            source_kind=row.source_kind,
            source_id=row.source_id,
            version=row.version,
            entry=row.entry,
            values=row.values,
        )
        for row in rows
    ]


def _describe(row: ExportBatch) -> BatchDescription:
    return BatchDescription(
        batch_id=row.id,
        number=row.number,
        request_id=row.request_id,
        format_id=row.format_id,
        format_name=row.format_name,
        rows_kind=row.rows_kind,
        layout=read_layout(row.layout, rows=row.rows_kind),
        until_date=row.until_date,
        row_count=row.row_count,
        worked_minutes=row.worked_minutes,
        payable_minutes=row.payable_minutes,
        pay_cents=row.pay_cents,
        file_name=row.file_name,
        sha256=row.sha256,
        created_at=row.created_at,
        created_by_person_id=row.created_by_person_id,
    )
