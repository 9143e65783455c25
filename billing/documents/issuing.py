"""Documents are issued once per fact, numbered without gaps, stored whole with their hash, and never changed."""

from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from billing.documents.invoice import invoice_content, render_invoice
from billing.documents.numbering import next_number
from billing.documents.statement import render_statement, statement_content
from billing.models import IssuedDocument, Settlement
from departments.policy.prices import ShiftPrice
from kernel import audit, outbox
from kernel.actors import system
from kernel.subscriptions import Event
from marketplace.models import Assignment
from tenants.models import Tenant
from tenants.queries import get_tenant

DOCUMENT_ISSUED = "billing.document_issued"


def on_shift_settled(*, event: Event, at: datetime) -> None:
    """billing.shift_settled: the client's invoice, and a statement for every officer who earned something."""
    settlement_id = UUID(event.payload["settlement_id"])
    issue_invoice(settlement_id=settlement_id, at=at)
    for assignment_id in _pay_by_assignment(_settlement(settlement_id)):
        issue_statement(settlement_id=settlement_id, assignment_id=UUID(assignment_id), at=at)


def issue_invoice(*, settlement_id: UUID, at: datetime) -> IssuedDocument | None:
    """The invoice of a settled shift; the same one when it was issued before; None when nothing was billed."""
    settlement = _settlement(settlement_id)
    if settlement.billed_cents == 0:
        return None
    department = get_tenant(tenant_id=settlement.job.governing_department_id)
    issued_on = _local_date(at, department)
    with transaction.atomic():
        earlier = _issued_before(f"invoice:{settlement.id}")
        if earlier is not None:
            return earlier
        number = _number(department, IssuedDocument.Kind.INVOICE, issued_on)
        content = invoice_content(settlement=settlement, department=department, number=number, issued_on=issued_on)
        return _store(
            settlement=settlement,
            department=department,
            kind=IssuedDocument.Kind.INVOICE,
            number=number,
            business_key=f"invoice:{settlement.id}",
            content=content,
            pdf=render_invoice(content),
            client_id=settlement.job.client_id,
            at=at,
        )


def issue_statement(*, settlement_id: UUID, assignment_id: UUID, at: datetime) -> IssuedDocument:
    """One officer's statement for a settled shift; the same one when it was issued before."""
    settlement = _settlement(settlement_id)
    department = get_tenant(tenant_id=settlement.job.governing_department_id)
    assignment = Assignment.objects.select_related("officer", "position", "shift", "timesheet").get(id=assignment_id)
    payable_minutes, pay_cents = _pay_by_assignment(settlement)[str(assignment_id)]
    issued_on = _local_date(at, department)
    with transaction.atomic():
        earlier = _issued_before(f"statement:{assignment.id}")
        if earlier is not None:
            return earlier
        number = _number(department, IssuedDocument.Kind.STATEMENT, issued_on)
        content = statement_content(
            settlement=settlement,
            assignment=assignment,
            department=department,
            number=number,
            issued_on=issued_on,
            payable_minutes=payable_minutes,
            pay_cents=pay_cents,
        )
        return _store(
            settlement=settlement,
            department=department,
            kind=IssuedDocument.Kind.STATEMENT,
            number=number,
            business_key=f"statement:{assignment.id}",
            content=content,
            pdf=render_statement(content),
            officer_id=assignment.officer_id,
            at=at,
        )


def _settlement(settlement_id: UUID) -> Settlement:
    return Settlement.objects.select_related("shift", "job__client", "job__venue", "contract").get(id=settlement_id)


def _pay_by_assignment(settlement: Settlement) -> dict[str, tuple[int, int]]:
    """Assignment → payable minutes and the officer's share in cents, over all lines of the price."""
    pay: dict[str, tuple[int, int]] = {}
    for line in ShiftPrice.from_json(settlement.price).supplier_lines:
        if line.assignment_id and (line.pay_cents or line.payable_minutes):
            minutes, cents = pay.get(line.assignment_id, (0, 0))
            minutes += line.payable_minutes if line.kind == "labour" else 0
            pay[line.assignment_id] = (minutes, cents + line.pay_cents)
    return pay


def _local_date(at: datetime, department: Tenant) -> str:
    return f"{at.astimezone(ZoneInfo(department.time_zone)):%Y-%m-%d}"


def _number(department: Tenant, kind: str, issued_on: str) -> str:
    code = "".join(character for character in department.short_name.upper() if character.isalnum())[:12] or "DEPT"
    return next_number(issuer_id=department.id, issuer_code=code, kind=kind, year=int(issued_on[:4]))


def _issued_before(business_key: str) -> IssuedDocument | None:
    return IssuedDocument.objects.filter(business_key=business_key).first()


def _store(
    *,
    settlement: Settlement,
    department: Tenant,
    kind: str,
    number: str,
    business_key: str,
    content: dict[str, Any],
    pdf: bytes,
    at: datetime,
    client_id: UUID | None = None,
    officer_id: UUID | None = None,
) -> IssuedDocument:
    document = IssuedDocument.objects.create(
        business_key=business_key,
        kind=kind,
        number=number,
        issuer_id=department.id,
        issuer_name=department.name,
        department_id=department.id,
        client_id=client_id,
        officer_id=officer_id,
        job_id=settlement.job_id,
        settlement=settlement,
        currency=settlement.currency,
        total_cents=content["total_cents"],
        content=content,
        pdf=pdf,
        sha256=sha256(pdf).hexdigest(),
        issued_at=at,
    )
    audit.record(
        actor=system("documents"),
        action=f"{kind}.issued",
        subject_kind="document",
        subject_id=document.id,
        tenant_id=department.id,
        after={"number": number, "total_cents": content["total_cents"], "sha256": document.sha256},
        at=at,
    )
    outbox.announce(name=DOCUMENT_ISSUED, payload={"document_id": str(document.id)}, tenant_id=department.id, at=at)
    return document
