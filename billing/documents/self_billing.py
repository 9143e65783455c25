"""An officer's earnings of a period: a statement, or an invoice that the payer issues in the officer's name.

Who calls computes the period; here it is checked, numbered and written, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from billing.documents.content import DocumentContent, Fact, Line, Party, Section, Total
from billing.documents.earnings import EarningsPeriod, Movement, WorkLine
from billing.documents.issuers import Issuer, issuer_of
from billing.documents.recipients import language_of_officer
from billing.documents.storing import Readers, issue_once
from billing.documents.wording import Wording
from billing.models import IssuedDocument
from billing.refusals.documents import PeriodDoesNotAddUp
from marketplace.models import Officer
from tenants.queries import get_tenant

Kind = IssuedDocument.Kind
PERIOD_KINDS: Final = (Kind.PERIOD_STATEMENT, Kind.SELF_BILLED_INVOICE)


def issue_period_document(*, period: EarningsPeriod, kind: str, business_key: str, at: datetime) -> IssuedDocument:
    """A statement or a self-billed invoice, by `kind`; the same again for the same key. Raises PeriodDoesNotAddUp."""
    if kind not in PERIOD_KINDS:
        raise ValueError(f"{kind} is no document of an officer's period.")
    _refuse_contradiction(period, kind)
    officer = Officer.objects.select_related("person").get(id=period.officer_id)
    issuer = issuer_of(tenant_id=period.payer_tenant_id)
    words = Wording(language_of_officer(officer))
    reader = "department_id" if get_tenant(tenant_id=period.payer_tenant_id).is_department else "agency_id"
    write = _self_billed if kind == Kind.SELF_BILLED_INVOICE else _statement
    return issue_once(
        business_key=business_key,
        kind=kind,
        issuer=issuer,
        readers=Readers(officer_id=officer.id, **{reader: issuer.id}),
        write=lambda number, issued_on: write(period, officer, issuer, words, number, issued_on),
        at=at,
    )


def _refuse_contradiction(period: EarningsPeriod, kind: str) -> None:
    lines = period.lines
    if not (lines.work or lines.payroll or lines.movements):
        raise PeriodDoesNotAddUp("A period in which nothing happened has no document.", field="lines")
    if kind == Kind.SELF_BILLED_INVOICE and not lines.is_invoiced:
        raise PeriodDoesNotAddUp("Nothing was earned or corrected that anybody invoices.", field="lines")
    if period.last_date < period.first_date:
        raise PeriodDoesNotAddUp("The period ends before it begins.", field="last_date")
    if any(move.cents <= 0 for move in lines.movements):
        raise PeriodDoesNotAddUp("What was moved is above zero; its kind says which way.", field="movements")
    computed = period.opening_cents + lines.position_cents
    if computed != period.closing_cents:
        raise PeriodDoesNotAddUp(
            f"The lines leave {computed} cents owed; the period says {period.closing_cents}.",
            field="closing_cents",
            computed_cents=computed,
            said_cents=period.closing_cents,
        )


def _statement(
    period: EarningsPeriod, officer: Officer, issuer: Issuer, words: Wording, number: str, issued_on: date
) -> DocumentContent:
    """What was owed, was earned, was paid and is owed now; apart, what payroll was told: it is paid elsewhere.

    `total_cents` is what was earned either way, corrections included.
    """
    lines = period.lines
    sections = []
    if lines.work:
        sections.append(Section("section_earned", "earnings", _work(lines.work, period.currency, words)))
    if lines.work or lines.movements or period.opening_cents:
        rows = (
            Total("owed_before", period.opening_cents),
            Total("earned_in_period", lines.invoiced_cents),
            Total("transferred_to_officer", -lines.sum_of("paid")),
            Total("came_back", lines.sum_of("returned")),
            Total("owed_at_end", period.closing_cents, is_strong=True),
        )
        totals = tuple(row for row in rows if row.cents or row.is_strong)
        sections.append(
            Section("section_account", "movements", _movements(lines.movements, issuer.zone, words), totals)
        )
    if lines.payroll:
        sent = (Total("sent_to_payroll", lines.payroll_cents, is_strong=True),)
        sections.append(Section("section_payroll", "earnings", _work(lines.payroll, period.currency, words), sent))
    return DocumentContent(
        kind=Kind.PERIOD_STATEMENT,
        number=number,
        language=words.language,
        issued_on=issued_on.isoformat(),
        currency=period.currency,
        issuer=issuer.party,
        recipient=Party(officer.display_name, period.officer_address),
        recipient_term="officer",
        facts=(_period_fact(period, words),),
        sections=tuple(sections),
        total_cents=lines.invoiced_cents + lines.payroll_cents,
        notes=(words.say("note_statement"),),
        logo_sha256=issuer.logo_sha256,
    )


def _self_billed(
    period: EarningsPeriod, officer: Officer, issuer: Issuer, words: Wording, number: str, issued_on: date
) -> DocumentContent:
    """One that takes back more than the period earned is negative, and titled as the credit note that it is."""
    lines = period.lines
    total_cents = lines.invoiced_cents + sum(tax.cents for tax in period.taxes)
    sections = []
    if lines.work:
        sections.append(Section("section_work", "earnings", _work(lines.work, period.currency, words)))
    if lines.corrections:
        sections.append(Section("section_corrections", "movements", _movements(lines.corrections, issuer.zone, words)))
    notes = [words.say("note_self_billed", issuer=issuer.party.name, officer=officer.display_name)]
    if not period.taxes:
        notes.append(words.say("note_no_tax"))
    return DocumentContent(
        kind=Kind.SELF_BILLED_INVOICE,
        title="title_self_billed_credit" if total_cents < 0 else "",
        number=number,
        language=words.language,
        issued_on=issued_on.isoformat(),
        currency=period.currency,
        issuer=issuer.party,
        recipient=Party(officer.display_name, period.officer_address, tax_numbers=period.officer_tax_numbers),
        recipient_term="on_behalf_of",
        facts=(_period_fact(period, words),),
        sections=tuple(sections),
        net_cents=lines.invoiced_cents if period.taxes else None,
        taxes=period.taxes,
        totals=(Total("total", total_cents, is_strong=True),),
        total_cents=total_cents,
        notes=(*notes, words.say("note_statement")),
        logo_sha256=issuer.logo_sha256,
    )


def _period_fact(period: EarningsPeriod, words: Wording) -> Fact:
    return Fact("period", words.period(period.first_date, period.last_date))


def _work(lines: Sequence[WorkLine], currency: str, words: Wording) -> tuple[Line, ...]:
    return tuple(
        Line(
            description=f"{line.reference} · {line.title}",
            details=(
                f"{line.rank_name}, {words.slot(line.starts_at, line.ends_at, line.time_zone)}",
                *_less_fees(line, currency, words),
            ),
            code=line.pay_code,
            worked_minutes=line.worked_minutes,
            charged_minutes=line.paid_minutes,
            rate_cents_per_hour=line.rate_cents_per_hour,
            net_cents=line.pay_cents,
            gross_cents=line.pay_cents,
        )
        for line in lines
    )


def _less_fees(line: WorkLine, currency: str, words: Wording) -> tuple[str, ...]:
    return (words.say("line_less_fees", fees=words.money(line.fee_cents, currency)),) if line.fee_cents else ()


def _movements(moves: Sequence[Movement], zone: str, words: Wording) -> tuple[Line, ...]:
    return tuple(
        Line(
            description=words.say(f"move_{move.kind}"),
            details=(words.day(move.happened_at.astimezone(ZoneInfo(zone)).date()),),
            code=move.reference,
            gross_cents=move.position_cents,
        )
        for move in moves
    )
