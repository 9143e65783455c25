"""The officer's start page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kernel import clock
from marketplace.models import Officer
from marketplace.offer_reading import open_offers_of
from portals.officer import today as reading
from portals.officer.pages import officer_page
from portals.officer.phone_cache import kept_on_phone
from portals.officer.questions import question_of
from tenants.queries import get_tenant


@kept_on_phone
@officer_page
@require_GET
def today(request: HttpRequest, officer: Officer) -> HttpResponse:
    at = clock.now()
    context = {
        **question_of(officer),
        "work": reading.own_work(officer=officer, at=at),
        "offers": open_offers_of(officer, at=at),
        "bids": reading.waiting_bids(officer),
        "standings": reading.tightest_limits(officer=officer, at=at),
        "zone": get_tenant(tenant_id=officer.home_department_id).time_zone,
        "at": at,
    }
    return render(request, "officer/today.html", context)
