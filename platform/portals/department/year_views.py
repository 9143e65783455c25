"""What the department's jobs paid to officers and agencies in a year, for 1099 or T4A."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import actor_of
from accounts.desk_roles import MONEY_HANDLERS, MONEY_READERS
from billing.years.filing import file_year, read_year
from kernel import clock
from kernel.errors import Refusal
from portals import year_page
from portals.department.desk import desk_page, show_page
from portals.doors import tenant_of
from portals.refusals import show


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(may_read=MONEY_READERS, may_change=MONEY_HANDLERS)
def years(request: HttpRequest) -> HttpResponse:
    department, at = tenant_of(request), clock.now()
    asked = year_page.asked(request, country=department.country, zone=department.time_zone, at=at)
    if request.method == "POST":
        try:
            file_year(
                year=asked.year,
                country=asked.country,
                department_id=department.id,
                actor=actor_of(request),
                at=at,
            )
        except Refusal as refusal:
            show(request, refusal)
        else:
            messages.success(request, f"{asked.year} is kept as filed. What changes from now on shows as a correction.")
        return redirect(request.get_full_path())
    found = read_year(year=asked.year, country=asked.country, department_id=department.id)
    return show_page(request, "years", year_page.context(found=found, zone=department.time_zone, at=at))


@require_safe
@desk_page(may_read=MONEY_READERS)
def year_file(request: HttpRequest, kind: str) -> HttpResponse:
    department, at = tenant_of(request), clock.now()
    asked = year_page.asked(request, country=department.country, zone=department.time_zone, at=at)
    return year_page.file_of(
        asked=asked, kind=kind, department_id=department.id, issuer=department.name, zone=department.time_zone, at=at
    )
