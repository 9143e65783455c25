"""A month's documents as one ZIP file: the PDFs as they were issued, and a list of them with their hashes."""

from __future__ import annotations

import csv
from io import StringIO
from tempfile import SpooledTemporaryFile
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from billing.models import IssuedDocument

MAXIMUM_DOCUMENTS: Final = 2000
_AT_A_TIME: Final = 25
_IN_MEMORY_BYTES: Final = 4 * 1024 * 1024


def write_archive(documents: QuerySet[IssuedDocument], *, zone: str) -> IO[bytes]:
    """An open file at its beginning. A few documents are read at a time and a large file lies on disk."""
    file: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115  # the response closes it
    listing = StringIO()
    rows = csv.writer(listing)
    rows.writerow(["number", "kind", "issued on", "currency", "total", "file", "sha256"])
    taken: set[str] = set()
    # PDFs are compressed already.
    with ZipFile(file, "w", ZIP_STORED) as archive:
        for document in documents.defer(None).defer("content").iterator(chunk_size=_AT_A_TIME):
            name = _name(document, taken)
            local = document.issued_at.astimezone(ZoneInfo(zone))
            archive.writestr(ZipInfo(name, local.timetuple()[:6]), bytes(document.pdf))
            rows.writerow(
                [document.number, document.kind, f"{local:%Y-%m-%d}", document.currency,
                 _decimal(document.total_cents), name, document.sha256]
            )  # fmt: skip
        archive.writestr("documents.csv", listing.getvalue().encode("utf-8-sig"), compress_type=ZIP_DEFLATED)
    file.seek(0)
    return file


def _name(document: IssuedDocument, taken: set[str]) -> str:
    """Numbers are unique for each issuer only: two departments may share their letters."""
    name = f"{document.number}.pdf"
    if name in taken:
        name = f"{document.number}-{document.id.hex[-8:]}.pdf"
    taken.add(name)
    return name


def _decimal(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"
