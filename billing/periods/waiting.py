"""Whose lines are on no statement yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from uuid import UUID

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from billing.books.chart import RECEIVABLE_BY_OWNER, Kind
from billing.models import LedgerEntry, OfficerPeriod, PayrollLine, StatementSchedule
from billing.periods.calendars import Length, start_of_period
from marketplace.models import Officer

_VERSIONS = {Kind.PAYABLE_OFFICER: "payable_version", RECEIVABLE_BY_OWNER["officer"]: "receivable_version"}
# Midnight in Hawaii: nowhere does a day begin later.
_LAST_MIDNIGHT = time(10, tzinfo=UTC)


def waiting_officers(*, ended_at: datetime, limit: int) -> list[tuple[UUID, str]]:
    """Officers and currencies with lines of a period that had ended by then and that no statement has counted.

    Lines of periods that still run are left out: their officers would fill every round, and others would wait for ever.
    """
    found: set[tuple[UUID, str]] = set()
    for officers, length in _by_length():
        first_day = start_of_period(ended_at.astimezone(UTC).date(), length)
        found |= set(_with_lines(officers, before=datetime.combine(first_day, _LAST_MIDNIGHT), limit=limit))
    return sorted(found)[:limit]


def first_moment(*, officer_id: UUID, currency: str, since: OfficerPeriod | None) -> datetime | None:
    """Of the officer's lines that no statement has counted, the moment of the earliest."""
    lines = PayrollLine.objects.filter(officer_id=officer_id, currency=currency, officer_period=None)
    moments = [lines.aggregate(first=Min("created_at"))["first"]]
    for kind, version in _VERSIONS.items():
        entries = LedgerEntry.objects.filter(
            account__kind=kind,
            account__owner_id=officer_id,
            account__currency=currency,
            account_version__gt=getattr(since, version) if since is not None else 0,
        )
        moments.append(entries.aggregate(first=Min("transaction__happened_at"))["first"])
    return min((moment for moment in moments if moment is not None), default=None)


def _by_length() -> Iterator[tuple[QuerySet[Officer], Length]]:
    weekly = StatementSchedule.objects.filter(length=StatementSchedule.Length.WEEK).values("tenant_id")
    in_weekly_house = Q(home_department_id__in=weekly)
    yield Officer.objects.filter(in_weekly_house), "week"
    yield Officer.objects.filter(~in_weekly_house), "month"


def _with_lines(officers: QuerySet[Officer], *, before: datetime, limit: int) -> Iterator[tuple[UUID, str]]:
    ids = officers.values("id")
    for kind, version in _VERSIONS.items():
        counted = OfficerPeriod.objects.filter(
            officer_id=OuterRef("account__owner_id"), currency=OuterRef("currency")
        ).filter(**{f"{version}__gte": OuterRef("account_version")})
        entries = LedgerEntry.objects.filter(
            account__kind=kind, account__owner_id__in=ids, transaction__happened_at__lt=before
        ).filter(~Exists(counted))
        for owner_id, currency in entries.order_by().values_list("account__owner_id", "currency").distinct()[:limit]:
            if owner_id is not None:
                yield owner_id, currency
    lines = PayrollLine.objects.filter(officer_period=None, officer_id__in=ids, created_at__lt=before)
    yield from lines.order_by().values_list("officer_id", "currency").distinct()[:limit]
