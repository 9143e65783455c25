"""Gapless numbers per issuer, kind and year: the counter's row is locked until the document's transaction ends."""

from uuid import UUID

from django.db import transaction

from billing.models import DocumentSeries

PREFIXES = {"invoice": "INV", "statement": "ST", "period_statement": "PS", "self_billed_invoice": "SB"}


def next_number(*, issuer_id: UUID, issuer_code: str, kind: str, year: int) -> str:
    """Like `LRPS-INV-2026-00042`. Call it in the transaction that inserts the document: a rollback gives it back."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A document number taken outside of the document's transaction would leave a gap.")
    DocumentSeries.objects.bulk_create(
        [DocumentSeries(issuer_id=issuer_id, kind=kind, year=year)], ignore_conflicts=True
    )
    series = DocumentSeries.objects.select_for_update().get(issuer_id=issuer_id, kind=kind, year=year)
    series.last_number += 1
    series.save(update_fields=["last_number"])
    return f"{issuer_code}-{PREFIXES[kind]}-{year}-{series.last_number:05d}"
