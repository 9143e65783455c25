"""The client's invoice for one settled shift: what was worked, what the contract bills, taxes by law, what was paid.

Issued by the supplier of record: the governing department, or the agency that staffed the job.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.db.models import Sum

from billing.documents import content as paper
from billing.documents.content import DocumentContent, Fact, Total
from billing.documents.issuers import PLATFORM_NAME, Issuer
from billing.documents.recipients import client_party
from billing.documents.wording import Wording
from billing.giving_back.refunding import REST
from billing.models import Charge, Refund, Settlement
from departments.policy.prices import Line, LineTax, ShiftPrice
from marketplace.models import Assignment

# Approved clients pay invoices within this time; Stripe is told the same.
NET_DAYS: Final = 30
_SERVICE_FEE: Final = "service_fee"


def invoice_content(
    *, settlement: Settlement, kind: str, issuer: Issuer, language: str, number: str, issued_on: date
) -> DocumentContent:
    """Everything that the invoice says. `settlement` comes with its shift, contract and the job's client and venue."""
    words = Wording(language)
    price = ShiftPrice.from_json(settlement.price)
    prepaid_cents = settlement.drawn_cents + _unused_cents(settlement)
    return DocumentContent(
        kind=kind,
        number=number,
        language=language,
        issued_on=issued_on.isoformat(),
        currency=settlement.currency,
        issuer=issuer.party,
        recipient=client_party(settlement.job.client),
        recipient_term="bill_to",
        facts=_facts(settlement, words, issued_on),
        lines=_lines(settlement, price, words),
        net_cents=price.net_cents,
        taxes=taxes_of(price.taxes()),
        totals=(
            Total("total", price.gross_cents, is_strong=True),
            Total("prepaid", prepaid_cents),
            _difference(settlement.billed_cents - prepaid_cents),
        ),
        total_cents=price.gross_cents,
        notes=_notes(price, words),
        logo_sha256=issuer.logo_sha256,
    )


def taxes_of(taxes: tuple[LineTax, ...]) -> tuple[paper.Tax, ...]:
    return tuple(paper.Tax(tax.name, tax.rate_basis_points, tax.registration_number, tax.cents) for tax in taxes)


def job_facts(settlement: Settlement, words: Wording) -> tuple[Fact, ...]:
    job, shift = settlement.job, settlement.shift
    return (
        Fact("job", f"{job.reference} · {job.title}"),
        Fact("venue", ", ".join(filter(None, [job.venue.name, job.venue.address]))),
        Fact("shift", words.slot(shift.starts_at, shift.ends_at, shift.time_zone)),
    )


def _facts(settlement: Settlement, words: Wording, issued_on: date) -> tuple[Fact, ...]:
    contract, zone = settlement.contract, settlement.shift.time_zone
    accepted = (
        words.say("contract_version", version=contract.version, moment=words.moment(contract.accepted_at, zone))
        if contract.accepted_at
        else words.say("contract_version_only", version=contract.version)
    )
    return (
        *job_facts(settlement, words),
        Fact("contract", accepted),
        Fact("terms", _terms(settlement, words, issued_on)),
    )


def _terms(settlement: Settlement, words: Wording, issued_on: date) -> str:
    if settlement.extra_cents == 0:
        return words.say("terms_prepaid")
    by_invoice = Charge.objects.filter(job_id=settlement.job_id, kind=Charge.Kind.INVOICE).exclude(
        state__in=[Charge.State.FAILED, Charge.State.EXPIRED, Charge.State.CANCELLED]
    )
    if by_invoice.exists():
        return words.say("terms_net_days", days=NET_DAYS, date=words.day(issued_on + timedelta(days=NET_DAYS)))
    return words.say("terms_saved_card")


def _unused_cents(settlement: Settlement) -> int:
    """What was prepaid for this shift and not billed: it was intended as a refund when the shift was settled."""
    refunds = Refund.objects.filter(business_key__startswith=f"refund:settlement:{settlement.id}:")
    refunds = refunds.exclude(business_key__contains=REST)
    return int(refunds.aggregate(total=Sum("amount_cents", default=0))["total"])


def _lines(settlement: Settlement, price: ShiftPrice, words: Wording) -> tuple[paper.Line, ...]:
    assignments = {
        str(assignment.id): assignment
        for assignment in Assignment.objects.select_related("officer", "timesheet").filter(shift=settlement.shift)
    }
    return tuple(_line(line, assignments.get(line.assignment_id), words) for line in price.lines)


def _line(line: Line, assignment: Assignment | None, words: Wording) -> paper.Line:
    timesheet = getattr(assignment, "timesheet", None) if assignment else None
    description = words.say("service_fee") if line.code == _SERVICE_FEE else line.description
    if line.supplier == "platform":
        description = words.say("by_supplier", description=description, supplier=PLATFORM_NAME)
    return paper.Line(
        description=description,
        details=(assignment.officer.display_name,) if assignment else (),
        worked_minutes=timesheet.worked_minutes if timesheet else None,
        charged_minutes=line.billable_minutes or None,
        rate_cents_per_hour=line.unit_rate_cents_per_hour,
        net_cents=line.net_cents,
        tax_cents=line.tax_cents,
        gross_cents=line.gross_cents,
    )


def _difference(cents: int) -> Total:
    if cents < 0:
        return Total("refunded", -cents, is_strong=True)
    return Total("still_to_pay" if cents else "balance", cents, is_strong=True)


def _notes(price: ShiftPrice, words: Wording) -> tuple[str, ...]:
    notes = [words.say("note_rates_include_tax")] if price.rates_include_tax else []
    notes.append(words.say("note_hours"))
    if price.platform_lines:
        notes.append(words.say("note_service_fee", platform=PLATFORM_NAME))
    if not price.tax_cents:
        notes.append(words.say("note_no_tax"))
    return tuple(notes)
