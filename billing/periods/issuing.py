"""A statement per officer, payer and ended period, and beside it the invoice that the officer need not write."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from billing.documents.earnings import EarningsPeriod
from billing.documents.self_billing import PERIOD_KINDS, issue_period_document
from billing.models import IssuedDocument, OfficerPeriod, PayrollLine
from billing.periods.calendars import end_of_period, start_of_period
from billing.periods.reading import Gathered, gather
from billing.periods.schedules import length_for
from billing.periods.waiting import first_moment, waiting_officers
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
        earnings = EarningsPeriod(
            officer_id=officer.id,
            payer_tenant_id=payer_id,
            currency=currency,
            first_date=first,
            last_date=until - timedelta(days=1),
            lines=lines,
            opening_cents=opening.get(str(payer_id), 0),
            closing_cents=period.positions.get(str(payer_id), 0),
        )
        for kind in PERIOD_KINDS if lines.is_invoiced else (IssuedDocument.Kind.PERIOD_STATEMENT,):
            key = f"{kind}:{officer.id}:{payer_id}:{currency}:{first}"
            issue_period_document(period=earnings, kind=kind, business_key=key, at=at)


def _positions(opening: dict[str, int], found: Gathered) -> dict[str, int]:
    closing = dict(opening)
    for payer_id, lines in found.by_payer.items():
        closing[str(payer_id)] = closing.get(str(payer_id), 0) + lines.position_cents
    return {payer_id: cents for payer_id, cents in closing.items() if cents}


def _last_period(officer_id: UUID, currency: str) -> OfficerPeriod | None:
    return OfficerPeriod.objects.filter(officer_id=officer_id, currency=currency).order_by("-first_date").first()


def _moment(day: date, home: Tenant) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(home.time_zone))
