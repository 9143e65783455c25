"""An officer's earnings of a period: a statement, or an invoice that the payer issues in the officer's name.

Who calls computes the period; here it is checked, numbered and written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from billing.documents.content import DocumentContent, Fact, Line, Party, Tax, Total
from billing.documents.issuers import Issuer, issuer_of
from billing.documents.recipients import language_of_officer
from billing.documents.storing import Readers, issue_once
from billing.documents.wording import Wording
from billing.models import IssuedDocument
from billing.refusals_documents import PeriodDoesNotAddUp
from marketplace.models import Officer
from tenants.queries import get_tenant

Kind = IssuedDocument.Kind
PERIOD_KINDS: Final = (Kind.PERIOD_STATEMENT, Kind.SELF_BILLED_INVOICE)


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One assignment. `detail` says rank and when, in the officer's language or in none; `pay_cents` is before tax."""

    reference: str
    title: str
    detail: str
    pay_code: str
    worked_minutes: int
    paid_minutes: int
    rate_cents_per_hour: int
    pay_cents: int


@dataclass(frozen=True, slots=True)
class Netted:
    """What was taken off, as a sentence with its reason; `cents` above zero."""

    reason: str
    cents: int


@dataclass(frozen=True, slots=True)
class EarningsPeriod:
    """What an officer earned from one payer in one currency; both days belong to the period.

    `payer_tenant_id` is the department or agency that issues it. `total_cents` is what is to be paid: work and taxes
    less what is netted off.
    """

    officer_id: UUID
    payer_tenant_id: UUID
    currency: str
    first_date: date
    last_date: date
    lines: tuple[WorkLine, ...]
    total_cents: int
    taxes: tuple[Tax, ...] = ()
    netted: tuple[Netted, ...] = ()
    officer_address: str = ""
    officer_tax_numbers: tuple[str, ...] = ()
    paid_how: str = ""


def issue_period_document(*, period: EarningsPeriod, kind: str, business_key: str, at: datetime) -> IssuedDocument:
    """A statement or a self-billed invoice, by `kind`; the same again for the same key. Raises PeriodDoesNotAddUp."""
    if kind not in PERIOD_KINDS:
        raise ValueError(f"{kind} is no document of an officer's period.")
    _refuse_contradiction(period)
    officer = Officer.objects.select_related("person").get(id=period.officer_id)
    issuer = issuer_of(tenant_id=period.payer_tenant_id)
    words = Wording(language_of_officer(officer))
    reader = "department_id" if get_tenant(tenant_id=period.payer_tenant_id).is_department else "agency_id"
    return issue_once(
        business_key=business_key,
        kind=kind,
        issuer=issuer,
        readers=Readers(officer_id=officer.id, **{reader: issuer.id}),
        write=lambda number, issued_on: _content(
            period=period, kind=kind, officer=officer, issuer=issuer, words=words, number=number, issued_on=issued_on
        ),
        at=at,
    )


def _refuse_contradiction(period: EarningsPeriod) -> None:
    if not period.lines:
        raise PeriodDoesNotAddUp("A period in which nothing was earned has no document.", field="lines")
    if period.last_date < period.first_date:
        raise PeriodDoesNotAddUp("The period ends before it begins.", field="last_date")
    if any(one.cents <= 0 for one in period.netted):
        raise PeriodDoesNotAddUp("What is netted off is above zero, with its reason.", field="netted")
    computed = (
        sum(line.pay_cents for line in period.lines)
        + sum(tax.cents for tax in period.taxes)
        - sum(one.cents for one in period.netted)
    )
    if computed != period.total_cents or computed < 0:
        raise PeriodDoesNotAddUp(
            f"Lines, taxes and netted amounts make {computed} cents; the period says {period.total_cents}.",
            field="total_cents",
            computed_cents=computed,
            said_cents=period.total_cents,
        )


def _content(
    *,
    period: EarningsPeriod,
    kind: str,
    officer: Officer,
    issuer: Issuer,
    words: Wording,
    number: str,
    issued_on: date,
) -> DocumentContent:
    is_invoice = kind == Kind.SELF_BILLED_INVOICE
    earned_cents = sum(line.pay_cents for line in period.lines)
    tax_cents = sum(tax.cents for tax in period.taxes)
    netted = tuple(Total("netted", -one.cents, text=f"{words.say('netted')}: {one.reason}") for one in period.netted)
    to_be_paid = (Total("total_to_officer", period.total_cents, is_strong=True),) if netted else ()
    notes = (
        [words.say("note_self_billed", issuer=issuer.party.name, officer=officer.display_name)] if is_invoice else []
    )
    if is_invoice and not tax_cents:
        notes.append(words.say("note_no_tax"))
    return DocumentContent(
        kind=kind,
        number=number,
        language=words.language,
        issued_on=issued_on.isoformat(),
        currency=period.currency,
        issuer=issuer.party,
        recipient=Party(officer.display_name, period.officer_address, tax_numbers=period.officer_tax_numbers),
        recipient_term="on_behalf_of" if is_invoice else "officer",
        facts=(Fact("period", words.period(period.first_date, period.last_date)), Fact("paid_how", period.paid_how)),
        lines=tuple(
            Line(
                description=f"{line.reference} · {line.title}",
                details=(line.detail,),
                code=line.pay_code,
                worked_minutes=line.worked_minutes,
                charged_minutes=line.paid_minutes,
                rate_cents_per_hour=line.rate_cents_per_hour,
                net_cents=line.pay_cents,
                gross_cents=line.pay_cents,
            )
            for line in period.lines
        ),
        net_cents=earned_cents if period.taxes else None,
        taxes=period.taxes,
        totals=(Total("total", earned_cents + tax_cents, is_strong=True), *netted, *to_be_paid),
        total_cents=earned_cents + tax_cents if is_invoice else period.total_cents,
        notes=(*notes, words.say("note_statement")),
        logo_sha256=issuer.logo_sha256,
    )
