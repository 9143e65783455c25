"""Whose lines are on no statement yet."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, Min, OuterRef, QuerySet

from billing.chart import RECEIVABLE_BY_OWNER, Kind
from billing.models import LedgerEntry, OfficerPeriod, PayrollLine

_VERSIONS = {Kind.PAYABLE_OFFICER: "payable_version", RECEIVABLE_BY_OWNER["officer"]: "receivable_version"}


def waiting_officers(*, before: datetime, limit: int) -> list[tuple[UUID, str]]:
    """Officers and currencies with lines before that moment that no statement has counted."""
    found: set[tuple[UUID, str]] = set()
    for kind, version in _VERSIONS.items():
        entries = _uncounted(kind, version).filter(transaction__happened_at__lt=before)
        found |= set(entries.order_by().values_list("account__owner_id", "currency").distinct()[:limit])
    lines = PayrollLine.objects.filter(officer_period=None, created_at__lt=before)
    found |= set(lines.order_by().values_list("officer_id", "currency").distinct()[:limit])
    return sorted(found)[:limit]


def first_moment(*, officer_id: UUID, currency: str, since: OfficerPeriod | None) -> datetime | None:
    """Of the officer's lines that no statement has counted, the moment of the earliest."""
    moments = [
        PayrollLine.objects.filter(officer_id=officer_id, currency=currency, officer_period=None).aggregate(
            first=Min("created_at")
        )["first"]
    ]
    for kind, version in _VERSIONS.items():
        entries = LedgerEntry.objects.filter(
            account__kind=kind,
            account__owner_id=officer_id,
            account__currency=currency,
            account_version__gt=getattr(since, version) if since is not None else 0,
        )
        moments.append(entries.aggregate(first=Min("transaction__happened_at"))["first"])
    return min((moment for moment in moments if moment is not None), default=None)


def _uncounted(kind: str, version: str) -> QuerySet[LedgerEntry]:
    counted = OfficerPeriod.objects.filter(
        officer_id=OuterRef("account__owner_id"), currency=OuterRef("currency")
    ).filter(**{f"{version}__gte": OuterRef("account_version")})
    entries = LedgerEntry.objects.filter(account__kind=kind)
    return entries.annotate(owner=F("account__owner_id")).filter(~Exists(counted))
