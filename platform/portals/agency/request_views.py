"""Open requests, and the offers that the agency makes on them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import actor_of
from agencies.client_contracts import rates_for, running_contracts
from billing.agencies import offers as agency_offers
from billing.agencies.offers import Priced
from billing.agencies.pricing import OfferTerms
from billing.agreeing.pricing_requests import prices_to_json
from billing.agreeing.quoting import describe
from billing.models import AgencyOffer, AgencyOfferVersion
from departments.policy.documents import Policy
from geo.timezones import zone_named
from kernel import clock
from kernel.errors import NotFound, Refusal
from marketplace import agency_requests
from marketplace.agency_jobs import jobs_of_agency
from marketplace.agency_requests import OpenRequest
from portals.agency.desk import PAGE_SIZE, agency_page, show_page
from portals.agency.offer_forms import OfferForm, initial_of, rates
from portals.doors import tenant_of
from portals.refusals import add_to_form, show
from portals.wording import local_time
from tenants.queries import get_tenant, read_tenants


@require_safe
@agency_page()
def requests(request: HttpRequest) -> HttpResponse:
    """What may be offered on, the soonest first; then the agency's own offers, the newest first."""
    agency, at = tenant_of(request), clock.now()
    found = agency_requests.open_requests(agency_id=agency.id, at=at)
    offers = agency_offers.offers_of_agency(agency_id=agency.id)
    read_tenants(tenant_ids={one.department_id for one in found})
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    decided = [one for one in offers.values() if one.state in ("accepted", "not_chosen")][:10]
    supplied = jobs_of_agency(agency_id=agency.id).in_bulk([one.job_id for one in decided])
    context = {
        "page": page,
        "rows": [
            {"request": one, "offer": offers.get(one.job_id), "department": get_tenant(tenant_id=one.department_id)}
            for one in page
        ],
        "decided": [{"offer": one, "job": supplied.get(one.job_id)} for one in decided],
    }
    return show_page(request, "requests", context)


@require_http_methods(["GET", "HEAD", "POST"])
@agency_page()
def open_request(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The request, the agency's offer on it, and the form: first priced, then made."""
    agency, at = tenant_of(request), clock.now()
    newest = agency_offers.own_offer(agency_id=agency.id, job_id=job_id)
    offer = newest.offer if newest else None
    try:
        asked = agency_requests.open_request(agency_id=agency.id, job_id=job_id, at=at)
    except NotFound:
        if newest is None:
            raise
        return _show_closed(request, newest)
    policy, codes = agency_offers.card_for_offer(asked=asked)
    # What is typed is local to the venue, as every time on the page.
    with timezone.override(zone_named(asked.time_zone)):
        form = _form(request, asked=asked, policy=policy, codes=codes, newest=newest)
        priced = None
        if request.method == "POST" and form.is_valid():
            try:
                if "make" in request.POST:
                    _make(request, job_id, form)
                    return redirect("agency:request", job_id=job_id)
                priced = agency_offers.price_offer(agency_id=agency.id, job_id=job_id, offered=form.terms, at=at)
            except Refusal as refusal:
                add_to_form(form, refusal)
        context = _context(request, asked=asked, policy=policy, offer=offer, newest=newest, form=form, priced=priced)
        return show_page(request, "request", context, status=422 if form.errors else 200)


@require_POST
@agency_page()
def withdraw(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    try:
        offer = agency_offers.withdraw_offer(
            agency_id=tenant_of(request).id, offer_id=offer_id, actor=actor_of(request), at=clock.now()
        )
    except Refusal as refusal:
        show(request, refusal)
        return redirect("agency:requests")
    messages.success(request, "The offer is withdrawn. You can offer again while the request is open.")
    return redirect("agency:request", job_id=offer.job_id)


def _make(request: HttpRequest, job_id: UUID, form: OfferForm) -> None:
    version = agency_offers.make_offer(
        agency_id=tenant_of(request).id,
        job_id=job_id,
        offered=form.terms,
        valid_until=form.cleaned_data["valid_until"],
        message=form.cleaned_data["message"],
        actor=actor_of(request),
        at=clock.now(),
    )
    said = "The offer is made." if version.number == 1 else f"The offer is renewed, as version {version.number}."
    messages.success(request, f"{said} The client compares it with others until it expires.")


def _form(
    request: HttpRequest, *, asked: OpenRequest, policy: Policy, codes: list[str], newest: AgencyOfferVersion | None
) -> OfferForm:
    ranks = {code: policy.rate_card.rank(code).name for code in codes}
    if request.method == "POST":
        return OfferForm(request.POST, ranks=ranks, policy=policy)
    until = min(asked.starts_at, max(asked.starts_at - timedelta(days=1), clock.now() + timedelta(hours=6)))
    initial: dict[str, Any] = {"valid_until": until}
    if newest is not None:
        initial = initial_of(
            terms=OfferTerms.from_json(newest.terms),
            valid_until=newest.valid_until if newest.valid_until > clock.now() else until,
            message=newest.message,
        )
    return OfferForm(initial={**initial, **_from_contract(request, asked)}, ranks=ranks, policy=policy)


def _from_contract(request: HttpRequest, asked: OpenRequest) -> dict[str, Any]:
    """The rates of one of the agency's own contracts that count on the first date."""
    try:
        contract_id = UUID(request.GET.get("contract", ""))
    except ValueError:
        return {}
    on_date = local_time(asked.starts_at, asked.time_zone).date()
    found = rates_for(
        agency_id=tenant_of(request).id, contract_id=contract_id, on_date=on_date, currency=asked.currency
    )
    initial: dict[str, Any] = {}
    for code, rate in found.items():
        initial |= rates(code, rate.bill_rate_cents_per_hour, rate.pay_rate_cents_per_hour)
    minimum = max((rate.minimum_minutes for rate in found.values()), default=0)
    return initial | ({"minimum_hours": minimum / 60} if minimum else {})


def _context(
    request: HttpRequest,
    *,
    asked: OpenRequest,
    policy: Policy,
    offer: AgencyOffer | None,
    newest: AgencyOfferVersion | None,
    form: OfferForm,
    priced: Priced | None,
) -> dict[str, Any]:
    on_date = local_time(asked.starts_at, asked.time_zone).date()
    return {
        "asked": asked,
        "department": get_tenant(tenant_id=asked.department_id),
        "offer": offer,
        "newest": newest,
        "is_expired": newest is not None and newest.valid_until <= clock.now(),
        "form": form,
        "priced": priced,
        "price_rows": describe(prices_to_json(priced.prices)) if priced else [],
        "included": policy.rate_card.rates_include_tax,
        "contracts": running_contracts(agency_id=tenant_of(request).id, on_date=on_date, currency=asked.currency),
        "zone": asked.time_zone,
        "breadcrumbs": [{"label": "Requests", "url": reverse("agency:requests")}],
    }


def _show_closed(request: HttpRequest, newest: AgencyOfferVersion) -> HttpResponse:
    """A request that is decided or no longer open: what was offered, and what became of it."""
    offer = newest.offer
    asked = agency_requests.known_request(agency_id=offer.agency_id, job_id=offer.job_id, offered_on=[offer.job_id])
    context = {
        "asked": asked,
        "department": get_tenant(tenant_id=asked.department_id),
        "offer": offer,
        "newest": newest,
        "form": None,
        "price_rows": describe(newest.prices),
        "zone": asked.time_zone,
        "breadcrumbs": [{"label": "Requests", "url": reverse("agency:requests")}],
    }
    return show_page(request, "request", context)
