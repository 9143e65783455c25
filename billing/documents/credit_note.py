"""A credit note takes back part of an invoice, tax included, and refers to it. The invoice itself never changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from billing.documents.content import DocumentContent, Fact, Line, Tax, Total
from billing.documents.issuers import Issuer, issuer_of
from billing.documents.storing import Readers, issue_once
from billing.documents.wording import Wording
from billing.models import IssuedDocument, Settlement
from billing.refusals.documents import CreditExceedsInvoice, NotAnInvoice
from kernel.money import split_largest_remainder

Kind = IssuedDocument.Kind
INVOICE_KINDS: Final = (Kind.INVOICE, Kind.AGENCY_INVOICE)


def issue_credit_note(
    *, invoice: IssuedDocument, amount_cents: int, reason: str, business_key: str, at: datetime
) -> IssuedDocument:
    """Credit so many cents of an invoice, tax in proportion; the same note again for the same key.

    Notes never sum to more than their invoice, and a last one that takes all that is left takes every part exactly.
    `reason` is shown. Raises CreditExceedsInvoice, NotAnInvoice.
    """
    settlement_id = _settlement_of(invoice)
    issuer = issuer_of(tenant_id=invoice.issuer_id)

    def write(number: str, issued_on: date) -> DocumentContent:
        # Two notes for one invoice: the second counts the first.
        Settlement.objects.select_for_update().get(id=settlement_id)
        return _content(
            invoice=invoice,
            amount_cents=amount_cents,
            reason=reason,
            issuer=issuer,
            number=number,
            issued_on=issued_on,
        )

    return issue_once(
        business_key=business_key,
        kind=Kind.CREDIT_NOTE,
        issuer=issuer,
        readers=Readers(
            department_id=invoice.department_id,
            agency_id=invoice.agency_id,
            client_id=invoice.client_id,
            job_id=invoice.job_id,
            settlement_id=settlement_id,
        ),
        write=write,
        at=at,
    )


def credited_cents(invoice: IssuedDocument) -> int:
    """What earlier credit notes have taken from it."""
    return -sum(note.total_cents for note in credit_notes_of(invoice))


def credit_notes_of(invoice: IssuedDocument) -> list[IssuedDocument]:
    """The oldest first, without the bytes. Raises NotAnInvoice."""
    notes = IssuedDocument.objects.filter(kind=Kind.CREDIT_NOTE, settlement_id=_settlement_of(invoice))
    return list(notes.defer("pdf").order_by("issued_at", "id"))


def _settlement_of(invoice: IssuedDocument) -> UUID:
    if invoice.kind not in INVOICE_KINDS or invoice.settlement_id is None:
        raise NotAnInvoice(f"{invoice.number} is no invoice: only invoices are credited.")
    return invoice.settlement_id


def _content(
    *, invoice: IssuedDocument, amount_cents: int, reason: str, issuer: Issuer, number: str, issued_on: date
) -> DocumentContent:
    said = DocumentContent.from_json(invoice.content)
    words = Wording(said.language)
    before = [DocumentContent.from_json(note.content) for note in credit_notes_of(invoice)]
    parts = _parts(invoice.number, said, before, amount_cents)
    net_cents, tax_cents = parts[0], sum(parts[1:])
    credited = words.say("credited_invoice", number=said.number, date=words.iso_date(said.issued_on))
    return DocumentContent(
        kind=Kind.CREDIT_NOTE,
        number=number,
        language=said.language,
        issued_on=issued_on.isoformat(),
        currency=said.currency,
        issuer=issuer.party,
        recipient=said.recipient,
        recipient_term="bill_to",
        facts=(
            Fact("credits", credited),
            Fact("reason", reason),
            *(fact for fact in said.facts if fact.term in ("job", "venue", "shift")),
        ),
        lines=(
            Line(
                description=words.say("line_credit", number=said.number),
                net_cents=net_cents,
                tax_cents=tax_cents,
                gross_cents=amount_cents,
            ),
        ),
        net_cents=net_cents,
        taxes=tuple(replace(tax, cents=cents) for tax, cents in zip(said.taxes, parts[1:], strict=True) if cents),
        totals=(Total("total_credit", amount_cents, is_strong=True),),
        total_cents=-amount_cents,
        notes=(words.say("note_credit"),),
        logo_sha256=issuer.logo_sha256,
    )


def _parts(number: str, said: DocumentContent, before: Sequence[DocumentContent], amount_cents: int) -> list[int]:
    """The net and each tax of the invoice that this note takes, in proportion to what is left of them."""
    left = [(said.net_cents or 0) - sum(note.net_cents or 0 for note in before)]
    left += [tax.cents - sum(_cents_of(tax, note) for note in before) for tax in said.taxes]
    if not 0 < amount_cents <= sum(left):
        raise CreditExceedsInvoice(number=number, left_cents=sum(left), asked_cents=amount_cents)
    return split_largest_remainder(amount_cents, left)


def _cents_of(tax: Tax, note: DocumentContent) -> int:
    return sum(one.cents for one in note.taxes if replace(one, cents=tax.cents) == tax)
