"""Who hears of credit notes, refund receipts, officers' periods and remittances.

A receipt of a payment is not mailed: the payment is confirmed already, and says where the receipt is.
"""

from datetime import datetime

from django.utils.translation import gettext

from accounts.models import Role
from billing.models import IssuedDocument
from kernel.languages import speaking
from kernel.subscriptions import Event
from marketplace.models import Officer
from notifications import wording
from notifications.client_letters import job_of, tell_client
from notifications.department import tell_staff
from notifications.letters import Letter
from notifications.links import marketplace_link, tenant_link
from notifications.officer import tell_officer

Kind = IssuedDocument.Kind


def announce(*, event: Event, at: datetime) -> None:
    """billing.document_issued"""
    document = IssuedDocument.objects.defer("pdf", "content").get(id=event.payload["document_id"])
    match document.kind:
        case Kind.CREDIT_NOTE | Kind.RECEIPT if document.total_cents < 0:
            _tell_client(document, event, at)
        case Kind.PERIOD_STATEMENT | Kind.SELF_BILLED_INVOICE:
            _tell_officer(document, event, at)
        case Kind.REMITTANCE:
            _tell_payee(document, event, at)


def _tell_client(document: IssuedDocument, event: Event, at: datetime) -> None:
    job = job_of(str(document.job_id))
    is_credit_note = document.kind == Kind.CREDIT_NOTE
    what = "Credit note" if is_credit_note else "Refund receipt"
    letter = Letter(
        subject=f"{job.reference}: {what.lower()} {document.number}",
        heading=f"{what} {document.number}",
        paragraphs=(
            "An earlier invoice is reduced. Keep the credit note with it."
            if is_credit_note
            else "What you had paid in advance and was not billed has gone back to you.",
        ),
        facts=(("Job", job.title), ("Amount", wording.money(-document.total_cents, document.currency))),
        action=(f"Open the {what.lower()} (PDF)", marketplace_link("document", document_id=document.id)),
        sender=document.issuer_name,
    )
    tell_client(letter, job=job, event=event, at=at)


def _tell_officer(document: IssuedDocument, event: Event, at: datetime) -> None:
    if document.officer_id is None:
        return
    officer = Officer.objects.select_related("person").get(id=document.officer_id)
    amount = wording.money(document.total_cents, document.currency)
    is_invoice = document.kind == Kind.SELF_BILLED_INVOICE
    with speaking(officer.person.language):
        what = gettext("Statement")
        if is_invoice:
            what = gettext("Self-billed credit note") if document.total_cents < 0 else gettext("Self-billed invoice")
        letter = Letter(
            subject=f"{what} {document.number}: {amount}",
            heading=f"{what} {document.number}",
            paragraphs=(
                gettext("It was issued in your name: you write no invoice for this work.")
                if is_invoice
                else gettext("What you earned in the period, from the hours that were approved."),
            ),
            facts=((gettext("Amount"), amount),),
            action=(gettext("Open it (PDF)"), marketplace_link("document", document_id=document.id)),
            sender=document.issuer_name,
        )
        tell_officer(officer, letter=letter, sms="", business_key=f"{event.id}:{officer.id}", at=at)


def _tell_payee(document: IssuedDocument, event: Event, at: datetime) -> None:
    """Whoever keeps the department's or the agency's books."""
    tenant_id = document.department_id or document.agency_id
    if tenant_id is None:
        return
    letter = Letter(
        subject=f"Remittance advice {document.number}",
        heading=f"Remittance advice {document.number}",
        paragraphs=("What was transferred to your account in the month that has ended, job by job.",),
        facts=(("Transferred", wording.money(document.total_cents, document.currency)),),
        action=("Open it (PDF)", tenant_link(tenant_id, "document", document_id=document.id)),
    )
    role = Role.PAYROLL if document.department_id else Role.BOOKKEEPER
    tell_staff(letter, role=role, department_id=tenant_id, event=event, at=at)
