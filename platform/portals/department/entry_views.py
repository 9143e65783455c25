"""The coordinator enters a request for a caller, or changes one: the same page."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.actors import actor_of
from accounts.desk_roles import COORDINATORS
from billing.agreeing.pricing_requests import price_terms, prices_to_json
from billing.agreeing.quoting import service_fee_of
from departments.policy.documents import Policy
from geo.distances import metres_between
from geo.geocoding import AddressNotFound, geocode
from geo.points import Point
from geo.timezones import zone_at
from kernel import clock
from kernel.errors import NotFound, Refusal
from marketplace import access, drafts
from marketplace.cancelling import without_cancelled
from marketplace.clients import client_for_caller
from marketplace.models import Job, JobRevision
from marketplace.posting import propose_change, submit_job
from marketplace.terms import JobTerms
from portals.client.prices import PriceTable, price_table
from portals.client.request_views import FARTHEST_PIN_METRES
from portals.client.when_form import one_more
from portals.department.desk import desk_page, show_page
from portals.department.entry_forms import RequestEntry, answers_of_terms, as_typed
from portals.department.roster_views import policy_now
from portals.doors import tenant_of

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
@desk_page(may_read=COORDINATORS)
def new_request(request: HttpRequest) -> HttpResponse:
    """Who calls, and what they ask. Sent, it waits for a decision as any other request."""
    return _entry(request, job=None, answers={})


@require_http_methods(METHODS)
@desk_page(may_read=COORDINATORS)
def change(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Before approval at once, afterwards as a new contract version that the client must accept."""
    job = access.job_for_department(department_id=tenant_of(request).id, job_id=job_id)
    latest = job.revisions.exclude(state=JobRevision.State.WITHDRAWN).order_by("-number").first()
    if latest is None:
        raise NotFound("There is nothing to change.")
    return _entry(
        request, job=job, answers=answers_of_terms(without_cancelled(job=job, terms=JobTerms.from_json(latest.terms)))
    )


def _entry(request: HttpRequest, *, job: Job | None, answers: dict[str, Any]) -> HttpResponse:
    department = tenant_of(request)
    policy = policy_now(department)
    if policy is None:
        messages.error(request, "Publish a policy first: without rates nothing can be asked for.")
        return redirect("department:policy")
    is_change = job is not None
    if request.method != "POST":
        return _show(request, RequestEntry(policy=policy, answers=answers, is_change=is_change), job)
    entry = RequestEntry(policy=policy, answers=answers, data=request.POST, is_change=is_change)
    if (again := _without_judging(request, entry)) is not None:
        return _show(request, RequestEntry(policy=policy, answers=again, is_change=is_change), job)
    price = None
    if entry.is_valid():
        kept_venue = answers.get("venue") or {}
        try:
            terms = _terms(entry, policy, kept_venue)
            if "price" in request.POST:
                price = _price(request, terms, policy)
            elif terms is not None:
                return redirect("department:request", job_id=_send(request, entry, terms, job))
        except Refusal as refusal:
            if isinstance(refusal, NotFound):
                raise
            entry.refuse(path=refusal.field or "", message=refusal.message)
    return _show(request, entry, job, status=422 if entry.mistakes else 200, price=price)


def _without_judging(request: HttpRequest, entry: RequestEntry) -> dict[str, Any] | None:
    """A date more or less, or the pin for an address: the page again with what was typed, no errors yet."""
    rows = entry.when.as_typed()
    if "add" in request.POST:
        return as_typed(request.POST.dict(), shifts=one_more(rows))
    taken_away = request.POST.get("remove", "")
    if taken_away.isdecimal():
        left = [row for index, row in enumerate(rows) if index != int(taken_away)]
        return as_typed(request.POST.dict(), shifts=left or [{}])
    if "locate" in request.POST:
        address = request.POST.get("address", "")[:300]
        try:
            point = geocode(address).point
        except Refusal as refusal:
            messages.error(request, refusal.message)
            return as_typed(request.POST.dict(), shifts=rows)
        return as_typed(
            request.POST.dict(),
            shifts=rows,
            latitude=f"{point.latitude:.6f}",
            longitude=f"{point.longitude:.6f}",
            located_address=address,
            pin_confirmed=False,
        )
    return None


def _terms(entry: RequestEntry, policy: Policy, kept_venue: dict[str, Any]) -> JobTerms:
    """Raises the refusals of geocoding, of points and of `drafts.terms_from_answers`."""
    place = entry.place.cleaned_data
    address = place["address"].strip()
    if place["latitude"] is None or place["longitude"] is None or place["located_address"].strip() != address:
        raise _PinMissing("Press “Show on the map”, move the pin to the right spot, then confirm it.")
    point = Point(place["latitude"], place["longitude"])
    _refuse_far_pin(point, address)
    if kept_venue.get("address") == address:
        venue = {**kept_venue}
    else:
        found = geocode(address)
        venue = {
            "postal_code": found.postal_code,
            "place_name": found.place_name,
            "region": found.region,
            "country": found.country,
            "radius_metres": policy.geofence.radius_metres,
        }
    venue |= {
        "address": address,
        "name": place["name"].strip() or address.split(",")[0][:160],
        "latitude": point.latitude,
        "longitude": point.longitude,
        "time_zone": zone_at(point),
        "pin_confirmed": place["pin_confirmed"],
    }
    venue.pop("located_address", None)
    staffing = entry.officers.answers()
    return drafts.terms_from_answers(
        {
            **entry.event.cleaned_data,
            **entry.details.answers(),
            "venue": venue,
            "shifts": [{**row, **staffing} for row in entry.when.cleaned_rows()],
        }
    )


def _refuse_far_pin(point: Point, address: str) -> None:
    try:
        distance = metres_between(point, geocode(address).point)
    except AddressNotFound:
        return
    if distance > FARTHEST_PIN_METRES:
        raise _PinMissing(
            f"The pin is {distance / 1000:,.0f} km from the address. Move it back, or correct the address."
        )


def _send(request: HttpRequest, entry: RequestEntry, terms: JobTerms, job: Job | None) -> UUID:
    department, actor, at = tenant_of(request), actor_of(request), clock.now()
    said = entry.first.cleaned_data
    if job is not None:
        revision = propose_change(job=job, terms=terms, reason=said["change_reason"], actor=actor, at=at)
        waits = revision.state == JobRevision.State.PROPOSED
        messages.success(
            request,
            f"Version {revision.number} goes to {job.client.name} to accept." if waits else "The request is changed.",
        )
        return job.id
    with transaction.atomic():
        client = client_for_caller(
            department_id=department.id,
            name=said["caller_name"],
            email=said["caller_email"],
            phone=said["caller_phone"],
            kind=said["caller_kind"],
            actor=actor,
            at=at,
        )
        made = submit_job(
            client=client,
            terms=terms,
            department_id=department.id,
            entered_by_coordinator=True,
            actor=actor,
            at=at,
        )
    messages.success(request, f"{made.reference} is entered. Approve it, and the contract goes to {client.name}.")
    return made.id


def _price(request: HttpRequest, terms: JobTerms, policy: Policy) -> PriceTable:
    prices = price_terms(
        terms=terms,
        policy=policy,
        service_fee=service_fee_of(tenant_of(request).id),
        requested_at=clock.now(),
        non_profit=request.POST.get("caller_kind") == "non_profit",
    )
    return price_table(prices=prices_to_json(prices), terms=terms, policy=policy)


class _PinMissing(Refusal):
    def __init__(self, message: str) -> None:
        super().__init__(message, field="venue.address")


def _show(
    request: HttpRequest,
    entry: RequestEntry,
    job: Job | None,
    *,
    status: int = 200,
    price: PriceTable | None = None,
) -> HttpResponse:
    pin = {name: entry.place[name].value() for name in ("latitude", "longitude")}
    return show_page(
        request,
        "entry",
        {
            "entry": entry,
            "mistakes": entry.mistakes,
            "page_has_errors": bool(entry.mistakes),
            "job": job,
            "pin": pin,
            "has_pin": all(value not in (None, "") for value in pin.values()),
            "price": price,
            "cancel_url": reverse("department:request", kwargs={"job_id": job.id})
            if job
            else reverse("department:requests"),
        },
        status=status,
    )
