"""The invoice for paying late: one line, no tax, of the same series as the bill that was not paid."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from billing.documents.content import DocumentContent, Fact, Line, Total
from billing.documents.invoice import job_facts
from billing.documents.issuers import Issuer
from billing.documents.issuing import kind_of_invoice, readers_of_invoice, settlement_with_job, supplier_of
from billing.documents.recipients import client_party, language_of_client
from billing.documents.storing import issue_once, issued_before
from billing.documents.wording import Wording
from billing.models import Charge, IssuedDocument, Settlement
from kernel.subscriptions import Event


def on_late_charged(*, event: Event, at: datetime) -> None:
    """billing.late_charged"""
    issue_late_invoice(charge_id=UUID(event.payload["charge_id"]), at=at)


def issue_late_invoice(*, charge_id: UUID, at: datetime) -> IssuedDocument:
    """The same one when it was issued before."""
    late = Charge.objects.select_related("late_of").get(id=charge_id)
    assert late.late_of is not None
    assert late.late_of.settlement_id is not None
    settlement = settlement_with_job(late.late_of.settlement_id)
    kind, issuer = kind_of_invoice(settlement), supplier_of(settlement)
    return issue_once(
        business_key=f"invoice:late:{late.id}",
        kind=kind,
        issuer=issuer,
        # No settlement: a credit note of the shift's bill must not be taken for one of this.
        readers=readers_of_invoice(settlement),
        write=lambda number, issued_on: _content(late, settlement, kind, issuer, number, issued_on),
        at=at,
    )


def _content(
    late: Charge, settlement: Settlement, kind: str, issuer: Issuer, number: str, issued_on: date
) -> DocumentContent:
    words = Wording(language_of_client(settlement.job.client_id))
    bill = issued_before(f"invoice:{settlement.id}")
    days = late.request_body["days_until_due"]
    due = words.say("terms_net_days", days=days, date=words.day(issued_on + timedelta(days=days)))
    return DocumentContent(
        kind=kind,
        number=number,
        language=words.language,
        issued_on=issued_on.isoformat(),
        currency=late.currency,
        issuer=issuer.party,
        recipient=client_party(settlement.job.client),
        recipient_term="bill_to",
        facts=(*job_facts(settlement, words), Fact("terms", due)),
        lines=(
            Line(
                words.say("line_late", number=bill.number if bill else settlement.job.reference),
                late.amount_cents,
                details=(words.say("line_late_detail", days=late.late_after_days),),
                net_cents=late.amount_cents,
            ),
        ),
        net_cents=late.amount_cents,
        totals=(
            Total("total", late.amount_cents, is_strong=True),
            Total("still_to_pay", late.amount_cents, is_strong=True),
        ),
        total_cents=late.amount_cents,
        notes=(words.say("note_late"), words.say("note_no_tax")),
        logo_sha256=issuer.logo_sha256,
    )
