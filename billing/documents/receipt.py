"""A receipt for each payment that came, and for money that went back without any invoice changing."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from billing.documents.content import DocumentContent, Fact, Line, Total
from billing.documents.issuers import Issuer, issuer_of
from billing.documents.recipients import client_party, language_of_client
from billing.documents.storing import Readers, issue_once
from billing.documents.wording import Wording
from billing.models import Charge, IssuedDocument, Refund
from billing.refusals.documents import ChargeNotReceived
from kernel.subscriptions import Event

Kind = IssuedDocument.Kind
_MEANS: Final = {Charge.Kind.DEBIT: "means_debit", Charge.Kind.INVOICE: "means_invoice"}


def on_charge_succeeded(*, event: Event, at: datetime) -> None:
    """billing.charge_succeeded"""
    issue_receipt(charge_id=UUID(event.payload["charge_id"]), at=at)


def issue_receipt(*, charge_id: UUID, at: datetime) -> IssuedDocument:
    """The receipt of a payment, once. Raises ChargeNotReceived."""
    charge = Charge.objects.select_related("job__client", "contract").get(id=charge_id)
    if charge.state != Charge.State.SUCCEEDED or charge.succeeded_at is None:
        raise ChargeNotReceived(f"This payment is {charge.state}: a receipt is issued when the money has come.")
    received_at = charge.succeeded_at
    words = Wording(language_of_client(charge.job.client_id))
    return _issue(
        charge=charge,
        business_key=f"receipt:charge:{charge.id}",
        words=words,
        recipient_term="received_from",
        facts=(
            Fact("means", words.say(_MEANS.get(charge.kind, "means_card"))),  # type: ignore[call-overload]
            Fact("received_on", words.moment(received_at, charge.job.time_zone)),
            Fact("reference", charge.charge_reference),
        ),
        line="line_payment",
        total=Total("total_received", charge.amount_cents, is_strong=True),
        note="note_receipt",
        at=at,
    )


def issue_refund_receipt(*, refund: Refund, amount_cents: int, at: datetime) -> IssuedDocument:
    """For the part of a refund that no invoice stands for: it was paid in advance and never billed. Once per refund.

    `refund` comes with its charge, job, client and contract, and is done. `total_cents` of the document is negative.
    """
    words = Wording(language_of_client(refund.charge.job.client_id))
    return _issue(
        charge=refund.charge,
        business_key=f"receipt:refund:{refund.id}",
        words=words,
        recipient_term="refunded_to",
        facts=(
            Fact("reason", refund.reason),
            Fact("refunded_on", words.moment(refund.done_at or at, refund.charge.job.time_zone)),
            Fact("reference", refund.provider_reference),
        ),
        line="line_refund",
        total=Total("total_refunded", amount_cents, is_strong=True),
        note="note_refund",
        title="title_refund",
        sign=-1,
        at=at,
    )


def _issue(
    *,
    charge: Charge,
    business_key: str,
    words: Wording,
    recipient_term: str,
    facts: tuple[Fact, ...],
    line: str,
    total: Total,
    note: str,
    at: datetime,
    title: str = "",
    sign: int = 1,
) -> IssuedDocument:
    job, issuer = charge.job, _supplier(charge)
    agency_id = charge.contract.agency_id
    return issue_once(
        business_key=business_key,
        kind=Kind.RECEIPT,
        issuer=issuer,
        readers=Readers(
            department_id=None if agency_id else job.governing_department_id,
            agency_id=agency_id,
            client_id=job.client_id,
            job_id=job.id,
        ),
        write=lambda number, issued_on: DocumentContent(
            kind=Kind.RECEIPT,
            title=title,
            number=number,
            language=words.language,
            issued_on=issued_on.isoformat(),
            currency=charge.currency,
            issuer=issuer.party,
            recipient=client_party(job.client),
            recipient_term=recipient_term,
            facts=facts,
            lines=(Line(words.say(line, reference=job.reference, title=job.title), total.cents),),
            totals=(total,),
            total_cents=sign * total.cents,
            notes=(words.say(note),),
            logo_sha256=issuer.logo_sha256,
        ),
        at=at,
    )


def _supplier(charge: Charge) -> Issuer:
    return issuer_of(tenant_id=charge.contract.agency_id or charge.job.governing_department_id)
