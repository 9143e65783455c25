"""Gapless numbers per issuer, kind and year: the counter's row is locked until the document's transaction ends."""

from uuid import UUID

from django.db import transaction

from billing.documents.kinds import KINDS
from billing.models import DocumentSeries


def next_number(*, issuer_id: UUID, issuer_code: str, kind: str, year: int) -> str:
    """Like `LRPS-INV-2026-00042`. Call it in the transaction that inserts the document: a rollback gives it back."""
    series = lock_series(issuer_id=issuer_id, kind=kind, year=year)
    return take_number(series, issuer_code=issuer_code)


def lock_series(*, issuer_id: UUID, kind: str, year: int) -> DocumentSeries:
    """The counter, held until the transaction ends: nobody else issues a document of this series meanwhile."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A document number taken outside of the document's transaction would leave a gap.")
    DocumentSeries.objects.bulk_create(
        [DocumentSeries(issuer_id=issuer_id, kind=kind, year=year)], ignore_conflicts=True
    )
    return DocumentSeries.objects.select_for_update().get(issuer_id=issuer_id, kind=kind, year=year)


def take_number(series: DocumentSeries, *, issuer_code: str) -> str:
    """The next of a locked series."""
    series.last_number += 1
    series.save(update_fields=["last_number"])
    return f"{issuer_code}-{KINDS[series.kind].prefix}-{series.year}-{series.last_number:05d}"
