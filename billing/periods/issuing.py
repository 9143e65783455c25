"""A statement per officer, payer and ended period, and beside it the invoice that the officer need not write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from hashlib import sha256
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from billing import events
from billing.documents.numbering import next_number
from billing.models import IssuedDocument, OfficerPeriod, PayrollLine
from billing.periods.calendars import end_of_period, start_of_period
from billing.periods.contents import Heading, Payer, self_billed_content, statement_content
from billing.periods.lines import Lines
from billing.periods.reading import Gathered, gather
from billing.periods.rendering import render_self_billed_invoice, render_statement
from billing.periods.schedules import length_for
from billing.periods.waiting import first_moment, waiting_officers
from departments.policies import policy_at
from departments.refusals import NoPolicyInForce
from kernel import audit, outbox
from kernel.actors import system
from marketplace.models import Officer
from tenants.models import Tenant
from tenants.queries import get_tenant

# What was booked in the last minutes of a period has committed by then.
GRACE = timedelta(hours=6)
_MANY_PERIODS = 120


def issue_ended_periods(*, at: datetime, limit: int = 200) -> int:
    """The documents of every ended period that has lines; returns how many periods were issued."""
    return sum(
        issue_periods_of(officer_id=officer_id, currency=currency, at=at)
        for officer_id, currency in waiting_officers(ended_at=at - GRACE, limit=limit)
    )


def issue_periods_of(*, officer_id: UUID, currency: str, at: datetime) -> int:
    """One officer's ended periods, the oldest first, each in a transaction of its own. Once: a second call finds none.

    A period without lines has no documents. The officer's home department says how long a period is.
    """
    issued = 0
    for _ in range(_MANY_PERIODS):
        with transaction.atomic():
            # Two scans at once: the second waits here, and finds the period issued.
            officer = Officer.objects.select_for_update().get(id=officer_id)
            home = get_tenant(tenant_id=officer.home_department_id)
            found = _next_period(officer=officer, currency=currency, home=home)
            if found is None or _moment(found[1], home) + GRACE > at:
                return issued
            _issue(officer=officer, currency=currency, first=found[0], until=found[1], home=home, at=at)
            issued += 1
    return issued


def _next_period(*, officer: Officer, currency: str, home: Tenant) -> tuple[date, date] | None:
    """The period of the first line that is on no statement; None when all are."""
    last = _last_period(officer.id, currency)
    moment = first_moment(officer_id=officer.id, currency=currency, since=last)
    if moment is None:
        return None
    length = length_for(tenant_id=home.id)
    first = start_of_period(moment.astimezone(ZoneInfo(home.time_zone)).date(), length)
    if last is not None and first < last.until_date:
        # Booked late, or the length was changed within a period: it goes on where the last one ended.
        first = last.until_date
    return first, end_of_period(first, length)


def _issue(*, officer: Officer, currency: str, first: date, until: date, home: Tenant, at: datetime) -> None:
    last = _last_period(officer.id, currency)
    found = gather(officer_id=officer.id, currency=currency, since=last, until_at=_moment(until, home))
    opening = dict(last.positions) if last is not None else {}
    period = OfficerPeriod.objects.create(
        officer_id=officer.id,
        person_id=officer.person_id,
        currency=currency,
        first_date=first,
        until_date=until,
        payable_version=found.payable_version,
        receivable_version=found.receivable_version,
        positions=_positions(opening, found),
        issued_at=at,
    )
    PayrollLine.objects.filter(id__in=found.payroll_ids).update(officer_period=period)
    for payer_id, lines in found.by_payer.items():
        payer = _payer(payer_id, at)
        heading = Heading(
            payer=payer,
            officer=officer.display_name,
            currency=currency,
            first=first,
            until=until,
            number="",
            issued_on=at.astimezone(ZoneInfo(payer.time_zone)).date(),
        )
        _store(
            kind=IssuedDocument.Kind.PERIOD_STATEMENT,
            heading=heading,
            officer=officer,
            write=partial(statement_content, lines=lines, opening_cents=opening.get(str(payer_id), 0)),
            render=render_statement,
            at=at,
        )
        if _is_invoiced(lines):
            _store(
                kind=IssuedDocument.Kind.SELF_BILLED_INVOICE,
                heading=heading,
                officer=officer,
                write=partial(self_billed_content, lines=lines),
                render=render_self_billed_invoice,
                at=at,
            )


def _is_invoiced(lines: Lines) -> bool:
    """Pay through payroll is wages: nobody invoices it."""
    return bool(lines.work) or lines.invoiced_cents != 0


def _positions(opening: dict[str, int], found: Gathered) -> dict[str, int]:
    closing = dict(opening)
    for payer_id, lines in found.by_payer.items():
        closing[str(payer_id)] = closing.get(str(payer_id), 0) + lines.position_cents
    return {payer_id: cents for payer_id, cents in closing.items() if cents}


def _last_period(officer_id: UUID, currency: str) -> OfficerPeriod | None:
    return OfficerPeriod.objects.filter(officer_id=officer_id, currency=currency).order_by("-first_date").first()


def _moment(day: date, home: Tenant) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(home.time_zone))


def _payer(payer_id: UUID, at: datetime) -> Payer:
    tenant = get_tenant(tenant_id=payer_id)
    try:
        taxes = policy_at(department_id=payer_id, at=at).rate_card.taxes
    except NoPolicyInForce:
        taxes = ()
    numbers = dict.fromkeys(tax.registration_number for tax in taxes if tax.registration_number)
    return Payer(tenant.id, tenant.name, tenant.address, tenant.contact_email, tenant.time_zone, tuple(numbers))


def _store(
    *,
    kind: str,
    heading: Heading,
    officer: Officer,
    write: Callable[..., dict[str, Any]],
    render: Callable[[dict[str, Any]], bytes],
    at: datetime,
) -> None:
    payer = get_tenant(tenant_id=heading.payer.id)
    code = "".join(character for character in payer.short_name.upper() if character.isalnum())[:12] or "DEPT"
    number = next_number(issuer_id=payer.id, issuer_code=code, kind=kind, year=heading.issued_on.year)
    content = write(heading=replace(heading, number=number))
    pdf = render(content)
    document = IssuedDocument.objects.create(
        business_key=f"{kind}:{officer.id}:{payer.id}:{heading.currency}:{heading.first}",
        kind=kind,
        number=number,
        issuer_id=payer.id,
        issuer_name=payer.name,
        department_id=payer.id,
        officer_id=officer.id,
        currency=heading.currency,
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
        tenant_id=payer.id,
        at=at,
        after={"number": number, "total_cents": document.total_cents, "sha256": document.sha256},
    )
    outbox.announce(name=events.DOCUMENT_ISSUED, payload={"document_id": str(document.id)}, tenant_id=payer.id, at=at)
