"""What the platform paid to every payee in a year, for 1099 or T4A, by country."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import actor_of
from billing.documents.issuers import PLATFORM_NAME
from billing.years.filing import file_year, read_year
from kernel import clock
from kernel.errors import Refusal
from portals import year_page
from portals.operator.access import operator_page
from portals.refusals import show
from tenants.context import acting_as

ZONE = "America/Toronto"
_COUNTRY = "CA"


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
def years(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    asked = year_page.asked(request, country=_COUNTRY, zone=ZONE, at=at)
    if request.method == "POST":
        try:
            with acting_as(purpose="worker"):
                file_year(year=asked.year, country=asked.country, department_id=None, actor=actor_of(request), at=at)
        except Refusal as refusal:
            show(request, refusal)
        else:
            messages.success(request, f"{asked.year} is kept as filed. What changes from now on shows as a correction.")
        return redirect(request.get_full_path())
    # The platform's own filings belong to no tenant.
    with acting_as(purpose="worker"):
        found = read_year(year=asked.year, country=asked.country, department_id=None)
    return render(request, "operator/years.html", year_page.context(found=found, zone=ZONE, at=at))


@require_safe
@operator_page
def year_file(request: HttpRequest, kind: str) -> HttpResponse:
    at = clock.now()
    asked = year_page.asked(request, country=_COUNTRY, zone=ZONE, at=at)
    with acting_as(purpose="worker"):
        return year_page.file_of(asked=asked, kind=kind, department_id=None, issuer=PLATFORM_NAME, zone=ZONE, at=at)
