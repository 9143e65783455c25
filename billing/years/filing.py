"""A year that was filed is kept as it was, so that a reversal that comes later shows as a correction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing.models import YearFiling
from billing.years.reading import year_totals
from billing.years.totals import Change, YearTotal, changes, total_from_json
from kernel import audit
from kernel.actors import Actor
from kernel.errors import InvalidInput

FIRST_YEAR = 2025
COUNTRIES = ("CA", "US")


@dataclass(frozen=True, slots=True)
class Year:
    """`corrections`: since it was filed last; none when it never was."""

    year: int
    country: str
    totals: list[YearTotal]
    filed_at: datetime | None
    corrections: list[Change]


def read_year(*, year: int, country: str, department_id: UUID | None) -> Year:
    """Of one department, or of the platform. Needs a session that may see the filings: the tenant's, or a worker's."""
    totals = year_totals(year=year, country=country, department_id=department_id)
    filed = (
        YearFiling.objects.filter(tenant_id=department_id, year=year, country=country)
        .order_by("-filed_at", "-id")
        .first()
    )
    if filed is None:
        return Year(year, country, totals, None, [])
    before = [total_from_json(row) for row in filed.rows]
    return Year(year, country, totals, filed.filed_at, changes(filed=before, now=totals))


def file_year(*, year: int, country: str, department_id: UUID | None, actor: Actor, at: datetime) -> YearFiling:
    """Keep the year as it is now. It can be filed again after a correction. Raises InvalidInput for a year to come."""
    if not FIRST_YEAR <= year <= at.year:
        raise InvalidInput(
            f"Choose a year from {FIRST_YEAR} to {at.year}.", field="year", first=FIRST_YEAR, last=at.year
        )
    if country not in COUNTRIES:
        raise InvalidInput("Choose Canada or the United States.", field="country")
    with transaction.atomic():
        totals = year_totals(year=year, country=country, department_id=department_id)
        filing = YearFiling.objects.create(
            tenant_id=department_id,
            year=year,
            country=country,
            rows=[total.to_json() for total in totals],
            filed_at=at,
            filed_by_person_id=actor.person_id,
        )
        audit.record(
            actor=actor,
            action="year.filed",
            subject_kind="year_filing",
            subject_id=filing.id,
            tenant_id=department_id,
            at=at,
            after={"year": year, "country": country, "payees": len(totals)},
        )
    return filing
