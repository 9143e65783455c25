"""A document is issued once per fact, numbered without gaps, stored whole with its hashes, and never changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from billing.documents.content import DocumentContent, content_hash
from billing.documents.issuers import Issuer
from billing.documents.layout import render
from billing.documents.numbering import lock_series, take_number
from billing.events import DOCUMENT_ISSUED
from billing.models import IssuedDocument
from kernel import audit, outbox
from kernel.actors import system

ContentWriter = Callable[[str, date], DocumentContent]


@dataclass(frozen=True, slots=True)
class Readers:
    """Whose the document is, besides the issuer's; each that is given can open it."""

    department_id: UUID | None = None
    agency_id: UUID | None = None
    client_id: UUID | None = None
    officer_id: UUID | None = None
    job_id: UUID | None = None
    settlement_id: UUID | None = None


def issue_once(
    *, business_key: str, kind: str, issuer: Issuer, readers: Readers, write: ContentWriter, at: datetime
) -> IssuedDocument:
    """The document of that fact: the one that was issued before, or a new one.

    `write(number, issued_on)` says what stands in it. Whatever it or the drawing raises takes the number back with it.
    """
    earlier = issued_before(business_key)
    if earlier is not None:
        return earlier
    issued_on = issuer.local_date(at)
    with transaction.atomic():
        series = lock_series(issuer_id=issuer.id, kind=kind, year=issued_on.year)
        # Somebody else may have issued it while we waited for the counter.
        earlier = issued_before(business_key)
        if earlier is not None:
            return earlier
        content = write(take_number(series, issuer_code=issuer.code), issued_on)
        return _store(business_key=business_key, issuer=issuer, readers=readers, content=content, at=at)


def issued_before(business_key: str) -> IssuedDocument | None:
    return IssuedDocument.objects.filter(business_key=business_key).first()


def _store(
    *, business_key: str, issuer: Issuer, readers: Readers, content: DocumentContent, at: datetime
) -> IssuedDocument:
    pdf, written = render(content), content.to_json()
    document = IssuedDocument.objects.create(
        business_key=business_key,
        kind=content.kind,
        number=content.number,
        issuer_id=issuer.id,
        issuer_name=content.issuer.name,
        department_id=readers.department_id,
        agency_id=readers.agency_id,
        client_id=readers.client_id,
        officer_id=readers.officer_id,
        job_id=readers.job_id,
        settlement_id=readers.settlement_id,
        currency=content.currency,
        total_cents=content.total_cents,
        content=written,
        pdf=pdf,
        sha256=sha256(pdf).hexdigest(),
        content_sha256=content_hash(written),
        issued_at=at,
    )
    tenant_id = readers.department_id or readers.agency_id
    audit.record(
        actor=system("documents"),
        action=f"{content.kind}.issued",
        subject_kind="document",
        subject_id=document.id,
        tenant_id=tenant_id,
        after={"number": content.number, "total_cents": content.total_cents, "sha256": document.sha256},
        at=at,
    )
    outbox.announce(
        name=DOCUMENT_ISSUED,
        payload={"document_id": str(document.id), "kind": document.kind},
        tenant_id=tenant_id,
        at=at,
    )
    return document
