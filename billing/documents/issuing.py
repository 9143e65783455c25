"""A settled shift on paper: the client's invoice, and a statement for every officer who earned something."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from billing.documents.invoice import invoice_content
from billing.documents.issuers import Issuer, issuer_of
from billing.documents.recipients import language_of_client, language_of_officer
from billing.documents.statement import pay_by_assignment, statement_content
from billing.documents.storing import Readers, issue_once
from billing.models import IssuedDocument, Settlement
from kernel.subscriptions import Event
from marketplace.models import Assignment

Kind = IssuedDocument.Kind


def on_shift_settled(*, event: Event, at: datetime) -> None:
    """billing.shift_settled"""
    settlement_id = UUID(event.payload["settlement_id"])
    issue_invoice(settlement_id=settlement_id, at=at)
    for assignment_id in pay_by_assignment(settlement_with_job(settlement_id)):
        issue_statement(settlement_id=settlement_id, assignment_id=UUID(assignment_id), at=at)


def issue_invoice(*, settlement_id: UUID, at: datetime) -> IssuedDocument | None:
    """The invoice of a settled shift; the same one when it was issued before; None when nothing was billed.

    Where an agency is the supplier it is the agency's invoice, of the agency's own series, and the department's
    pages do not show it.
    """
    settlement = settlement_with_job(settlement_id)
    if settlement.billed_cents == 0:
        return None
    kind, issuer = kind_of_invoice(settlement), supplier_of(settlement)
    language = language_of_client(settlement.job.client_id)
    return issue_once(
        business_key=f"invoice:{settlement.id}",
        kind=kind,
        issuer=issuer,
        readers=replace(readers_of_invoice(settlement), settlement_id=settlement.id),
        write=lambda number, issued_on: invoice_content(
            settlement=settlement, kind=kind, issuer=issuer, language=language, number=number, issued_on=issued_on
        ),
        at=at,
    )


def issue_statement(*, settlement_id: UUID, assignment_id: UUID, at: datetime) -> IssuedDocument:
    """One officer's statement for a settled shift; the same one when it was issued before."""
    settlement = settlement_with_job(settlement_id)
    assignment = Assignment.objects.select_related("officer__person", "position", "shift", "timesheet").get(
        id=assignment_id
    )
    issuer = issuer_of(tenant_id=settlement.job.governing_department_id)
    language = language_of_officer(assignment.officer)
    return issue_once(
        business_key=f"statement:{assignment.id}",
        kind=Kind.STATEMENT,
        issuer=issuer,
        readers=Readers(
            department_id=settlement.job.governing_department_id,
            officer_id=assignment.officer_id,
            job_id=settlement.job_id,
            settlement_id=settlement.id,
        ),
        write=lambda number, issued_on: statement_content(
            settlement=settlement,
            assignment=assignment,
            kind=Kind.STATEMENT,
            issuer=issuer,
            language=language,
            number=number,
            issued_on=issued_on,
        ),
        at=at,
    )


def supplier_of(settlement: Settlement) -> Issuer:
    """Supplier of record: the agency on its route, else the governing department."""
    return issuer_of(tenant_id=settlement.contract.agency_id or settlement.job.governing_department_id)


def kind_of_invoice(settlement: Settlement) -> str:
    return Kind.AGENCY_INVOICE if settlement.contract.agency_id else Kind.INVOICE


def readers_of_invoice(settlement: Settlement) -> Readers:
    """The client, and whoever supplied: what an agency charges is no business of the department."""
    agency_id = settlement.contract.agency_id
    return Readers(
        department_id=None if agency_id else settlement.job.governing_department_id,
        agency_id=agency_id,
        client_id=settlement.job.client_id,
        job_id=settlement.job_id,
    )


def settlement_with_job(settlement_id: UUID) -> Settlement:
    return Settlement.objects.select_related("shift", "job__client", "job__venue", "contract").get(id=settlement_id)
