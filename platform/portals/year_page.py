"""A year's payments by payee, for a department or the operator: shown, downloaded, filed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from billing.years.filing import COUNTRIES, FIRST_YEAR, Year, read_year
from portals.wording import local_time
from reports.year_files import NOTE, print_year, thresholds_of, write_year_csv


@dataclass(frozen=True)
class Asked:
    """What the query names; what it does not name, or names wrongly, is the year before this one's end or its own."""

    year: int
    country: str


def asked(request: HttpRequest, *, country: str, zone: str, at: datetime) -> Asked:
    this_year = local_time(at, zone).year
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else this_year
    wanted = request.GET.get("country", "")
    return Asked(min(max(year, FIRST_YEAR), this_year), wanted if wanted in COUNTRIES else country)


def context(*, found: Year, zone: str, at: datetime) -> dict[str, Any]:
    return {
        "year": found,
        "years": range(local_time(at, zone).year, FIRST_YEAR - 1, -1),
        "thresholds": thresholds_of(found),
        "note": NOTE,
        "zone": zone,
    }


def file_of(
    *, asked: Asked, kind: str, department_id: UUID | None, issuer: str, zone: str, at: datetime
) -> HttpResponse:
    """`kind` csv or pdf. Names of payees are in it: it is not kept by anything between."""
    found = read_year(year=asked.year, country=asked.country, department_id=department_id)
    if kind == "csv":
        response = HttpResponse(write_year_csv(found), content_type="text/csv; charset=utf-8")
    else:
        printed_on = local_time(at, zone).date()
        response = HttpResponse(print_year(found, issuer=issuer, printed_on=printed_on), content_type="application/pdf")
    name = f"payees-{asked.year}-{asked.country.lower()}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
