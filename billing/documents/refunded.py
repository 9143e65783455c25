"""A refund on paper: a credit note for what had been invoiced, a receipt for what had only been paid in advance.

Which of the two follows from the books, not from who asked for the refund. What a client has paid net of refunds is
always what was invoiced, less credit notes, less what is still owed, plus what is prepaid. What is short of that must
be credited.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from billing.books import ledger
from billing.books.chart import Kind as AccountKind
from billing.documents.credit_note import INVOICE_KINDS, credited_cents, issue_credit_note
from billing.documents.issuing import issue_invoice
from billing.documents.receipt import issue_refund_receipt
from billing.models import Charge, Dispute, IssuedDocument, Refund, RefundCase, RefundShare, Settlement
from kernel.subscriptions import Event
from marketplace.models import Job

_OF_CASES: Final = "refund:case:"


def on_refund_done(*, event: Event, at: datetime) -> None:
    """billing.refund_done"""
    issue_for_refund(refund_id=UUID(event.payload["refund_id"]), at=at)


def issue_for_refund(*, refund_id: UUID, at: datetime) -> list[IssuedDocument]:
    """Credit notes and a receipt that together say what the refund was; the same ones when they were issued before."""
    refund = Refund.objects.select_related("charge__job__client", "charge__contract").get(id=refund_id)
    if refund.state != Refund.State.DONE:
        return []
    with transaction.atomic():
        # Two refunds of one job: the second counts the first's credit notes.
        Job.objects.select_for_update().get(id=refund.charge.job_id)
        earlier = list(
            IssuedDocument.objects.filter(business_key__startswith=f"credit_note:refund:{refund.id}:")
            | IssuedDocument.objects.filter(business_key=f"receipt:refund:{refund.id}")
        )
        if earlier:
            return earlier
        return _issue(refund, at)


def _issue(refund: Refund, at: datetime) -> list[IssuedDocument]:
    issued, left = [], refund.amount_cents
    for invoice, cents in _to_be_credited(refund, at):
        issued.append(
            issue_credit_note(
                invoice=invoice,
                amount_cents=cents,
                reason=refund.reason,
                business_key=f"credit_note:refund:{refund.id}:{invoice.id}",
                at=at,
            )
        )
        left -= cents
    if left:
        issued.append(issue_refund_receipt(refund=refund, amount_cents=left, at=at))
    return issued


def _to_be_credited(refund: Refund, at: datetime) -> list[tuple[IssuedDocument, int]]:
    """Invoices of the job with the cents that this refund takes from each, the one that it names first."""
    # What a shift had prepaid and did not use was never on an invoice.
    if refund.business_key.startswith("refund:settlement:"):
        return []
    job_id = refund.charge.job_id
    for settlement_id in Settlement.objects.filter(job_id=job_id, billed_cents__gt=0).values_list("id", flat=True):
        issue_invoice(settlement_id=settlement_id, at=at)
    invoices = list(
        IssuedDocument.objects.filter(job_id=job_id, kind__in=INVOICE_KINDS).defer("pdf").order_by("-issued_at", "-id")
    )
    invoices.sort(key=lambda invoice: str(invoice.settlement_id) not in refund.business_key)
    credited = {invoice.id: credited_cents(invoice) for invoice in invoices}
    standing = {invoice.id: invoice.total_cents - credited[invoice.id] for invoice in invoices}
    left = min(refund.amount_cents, _short_of_invoiced(job_id, refund.currency, sum(standing.values())))
    parts: dict[UUID, int] = dict.fromkeys(standing, 0)
    # First what refund cases have taken off each shift and no note says yet, then whatever else was refunded.
    decided = _decided_cents(job_id) if refund.business_key.startswith(_OF_CASES) else {}
    from_cases = {one.id: decided.get(one.settlement_id, 0) - credited[one.id] for one in invoices}
    for most in (from_cases, standing):
        for invoice_id in parts:
            cents = min(left, standing[invoice_id] - parts[invoice_id], most[invoice_id] - parts[invoice_id])
            if cents > 0:
                parts[invoice_id] += cents
                left -= cents
    return [(invoice, parts[invoice.id]) for invoice in invoices if parts[invoice.id]]


def _decided_cents(job_id: UUID) -> dict[UUID | None, int]:
    """What refund cases have shared out, by settled shift; a lost dispute is no refund of ours."""
    shares = RefundShare.objects.filter(case__job_id=job_id, case__cause=RefundCase.Cause.DECISION)
    sums = shares.order_by().values("settlement_id").annotate(cents=Sum("amount_cents"))
    return {one["settlement_id"]: one["cents"] for one in sums}


def _short_of_invoiced(job_id: UUID, currency: str, standing_cents: int) -> int:
    paid = sum(
        Charge.objects.filter(job_id=job_id, state=Charge.State.SUCCEEDED).values_list("amount_cents", flat=True)
    )
    refunded = sum(
        Refund.objects.filter(charge__job_id=job_id, state=Refund.State.DONE).values_list("amount_cents", flat=True)
    )
    prepaid = ledger.balance(kind=AccountKind.PREPAID_JOB, owner_id=job_id, currency=currency)
    owed = ledger.balance(kind=AccountKind.CLIENT_RECEIVABLE, owner_id=job_id, currency=currency)
    # What was prepaid, and what the bank gave back of it in a lost dispute, was on no invoice.
    by_the_bank = Dispute.objects.filter(job_id=job_id, decided_at__isnull=False)
    unbilled = prepaid + sum(by_the_bank.values_list("prepaid_cents", flat=True))
    return standing_cents - owed - (paid - refunded - unbilled)
