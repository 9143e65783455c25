"""Agencies' offers on a client's own request: asked for, compared side by side, accepted."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import actor_of
from accounts.terms import accept_terms
from billing.agencies import acceptance as agency_acceptance
from billing.agencies import comparison as agency_comparison
from billing.agreeing import choosing
from billing.models import Contract
from kernel import clock
from kernel.errors import Refusal
from marketplace import agency_profiles, agency_requests
from marketplace.agency_admissions import admits_anybody
from marketplace.models import Job
from portals.client.contract_views import go_on
from portals.client.forms import WayForm
from portals.client.paying_words import in_words
from portals.refusals import show
from tenants.queries import get_tenant


@login_required
@require_safe
def offers(request: HttpRequest, job_id: UUID) -> HttpResponse:
    person, at = request.user, clock.now()
    try:
        job, columns = agency_comparison.offers_for_client(person=person, job_id=job_id, at=at)  # type: ignore[arg-type]
    except Refusal as refusal:
        show(request, refusal)
        return redirect("client:jobs")
    profiles = agency_profiles.profiles_of(agency_ids={one.agency_id for one in columns})
    ways = in_words(choosing.ways_for_job(job=job, currency=job.currency))
    own = Contract.objects.filter(job=job, state=Contract.State.OFFERED, agency_id=None).defer("policy").first()
    context = {
        "job": job,
        "department": get_tenant(tenant_id=job.governing_department_id),
        "columns": [
            {
                "offer": one,
                "profile": profiles.get(one.agency_id),
                "form": WayForm(ways=ways, initial=_chosen(request, ways), auto_id=f"{one.offer_id}-%s"),
            }
            for one in columns
        ],
        "own": own,
        "is_open": job.state in agency_requests.OPEN_STATES,
        "may_accept": job.state == Job.State.APPROVED,
        "may_ask": admits_anybody(department_id=job.governing_department_id),
        "today": at.date(),
        "zone": job.time_zone,
        "breadcrumbs": [
            {"label": "My jobs", "url": reverse("client:jobs")},
            {"label": job.title, "url": reverse("client:job", args=[job.id])},
        ],
    }
    return render(request, "client/agency_offers.html", context)


@login_required
@require_POST
def ask(request: HttpRequest, job_id: UUID) -> HttpResponse:
    wanted = request.POST.get("wanted") != "no"
    try:
        agency_requests.ask_agencies(
            person=request.user,  # type: ignore[arg-type]
            job_id=job_id,
            wanted=wanted,
            actor=actor_of(request),
            at=clock.now(),
        )
        messages.success(
            request,
            "Agencies can offer now. They see the area, the times and what is needed, not who you are."
            if wanted
            else "No further offers are taken. Those that are there stand until they expire.",
        )
    except Refusal as refusal:
        show(request, refusal)
    return redirect("client:agency_offers", job_id=job_id)


@login_required
@require_POST
def accept(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Takes the version that was on the page. Accepting one is accepting the terms of service, as the button says."""
    version = request.POST.get("version", "")
    actor, at = actor_of(request), clock.now()
    try:
        # A refused offer leaves no word about the terms either.
        with transaction.atomic():
            accept_terms(person=request.user, actor=actor, at=at)  # type: ignore[arg-type]
            contract = agency_acceptance.accept_offer(
                person=request.user,  # type: ignore[arg-type]
                offer_id=offer_id,
                version=int(version) if version.isdecimal() and len(version) < 7 else 0,
                actor=actor,
                at=at,
                way=request.POST.get("way") or None,
            )
    except Refusal as refusal:
        show(request, refusal)
        try:
            page = reverse("client:agency_offers", args=[UUID(request.POST.get("job", ""))])
        except ValueError:
            return redirect("client:jobs")
        return redirect(f"{page}?{urlencode({'way': request.POST.get('way', '')})}")
    return go_on(request, contract)


def _chosen(request: HttpRequest, ways: list[tuple[str, str]]) -> dict[str, str]:
    """What was chosen before something else was refused."""
    way = request.GET.get("way", "")
    return {"way": way} if way in dict(ways) else {}
