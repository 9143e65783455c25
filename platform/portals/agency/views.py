"""An agency's front page: what needs doing today."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from agencies.roster import roster
from billing.agencies import offers as agency_offers
from kernel import clock
from marketplace import agency_requests
from marketplace.agency_admissions import departments_of_agency
from marketplace.agency_jobs import places_to_fill
from portals.agency.desk import agency_page, show_page
from portals.doors import tenant_of
from portals.wording import local_time
from tenants.queries import active_tenants

_AHEAD = timedelta(days=14)
_SHOWN = 8


@require_safe
@login_required
def front(request: HttpRequest) -> HttpResponse:
    return redirect("agency:dashboard")


@require_safe
@agency_page()
def dashboard(request: HttpRequest) -> HttpResponse:
    """Requests without an offer, places to fill within two weeks, credentials that run out, departments that admit."""
    agency, at = tenant_of(request), clock.now()
    offers = agency_offers.offers_of_agency(agency_id=agency.id)
    asked = [one for one in agency_requests.open_requests(agency_id=agency.id, at=at) if one.job_id not in offers]
    rows = roster(agency_id=agency.id, today=local_time(at, agency.time_zone).date())
    admissions = departments_of_agency(agency_id=agency.id)
    context = {
        "asked": asked[:_SHOWN],
        "asked_count": len(asked),
        "to_fill": places_to_fill(agency_id=agency.id, from_at=at, until_at=at + _AHEAD),
        "waiting": sum(1 for one in offers.values() if one.state == "open"),
        "engaged_count": sum(1 for row in rows if row.engaged.state == "active"),
        "expiring": [row for row in rows if row.expiring][:_SHOWN],
        "departments": [
            {"department": one, "said": admissions.get(one.id)} for one in active_tenants(kind="department")
        ],
    }
    return show_page(request, "dashboard", context)
