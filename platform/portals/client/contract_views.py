"""The contract: read, accepted, paid on the provider's page.

Browsers apply the policy's `form-action` to the redirect after a form. So accepting leads to a page of ours, and from
there an ordinary link leads to the payment.
"""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actors import actor_of
from accounts.terms import CURRENT_TERMS_VERSION, accept_terms
from billing.agreeing import contracts
from billing.bills import coverage
from billing.books.money import due_of_job
from billing.models import Charge, Contract
from billing.receiving import checkout
from billing.refusals import AlreadyPaid, PaymentServiceUnavailable
from departments.policy.documents import Policy
from departments.policy.loading import load_policy
from kernel import clock
from kernel.errors import NotFound, Refusal
from marketplace.models import Job
from marketplace.terms import JobTerms
from portals.client.forms import AcceptForm
from portals.client.paying_words import payment_words, said_when_accepted, way_choices
from portals.client.posted import posted
from portals.client.prices import price_table
from portals.client.request_forms import EVENT_LABELS
from portals.refusals import show
from portals.wording import date_text, local_time
from tenants.queries import get_tenant

_CANCELLERS = {
    "client": "you",
    "officer": "an officer",
    "department": "the department",
    "weather": "weather",
    "police_necessity": "police necessity",
}
# Tells htmx to stop asking.
STOP_POLLING = 286


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contract(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """All terms and all lines. Posting accepts; the page then shows the way to the payment."""
    found = _contract(request, contract_id)
    is_offered = found.state == Contract.State.OFFERED
    ways = way_choices(found) if is_offered else []
    form = AcceptForm(posted(request), label=_acceptance(found), ways=ways)
    if request.method == "POST" and form.is_valid():
        actor, at = actor_of(request), clock.now()
        try:
            accept_terms(person=request.user, actor=actor, at=at)  # type: ignore[arg-type]
            accepted = contracts.accept_contract(
                contract_id=found.id,
                person=request.user,  # type: ignore[arg-type]
                actor=actor,
                at=at,
                way=form.cleaned_data.get("way"),
            )
        except Refusal as refusal:
            # Sent twice, or superseded meanwhile: the page as it is now says what is to be done.
            show(request, refusal)
            return redirect("client:contract", contract_id=found.id)
        return go_on(request, accepted)
    is_payable = found.state == Contract.State.ACCEPTED and found.job.state == Job.State.CONTRACTED
    policy = load_policy(found.policy, version=found.policy_version)
    context = {
        "contract": found,
        "job": found.job,
        "terms": JobTerms.from_json(found.terms),
        "event_label": EVENT_LABELS.get(found.job.event_type, ""),
        "price": price_table(prices=found.prices, terms=JobTerms.from_json(found.terms), policy=policy),
        "policy": policy,
        "rank_names": {rank.code: rank.name for rank in policy.rate_card.ranks},
        "vehicle_names": {vehicle.code: vehicle.name for vehicle in policy.rate_card.vehicles},
        "cancellation": _cancellation(policy),
        "department": get_tenant(tenant_id=found.job.governing_department_id),
        "agency": get_tenant(tenant_id=found.agency_id) if found.agency_id else None,
        "form": form,
        "terms_version": CURRENT_TERMS_VERSION,
        "due_cents": max(coverage.asked_cents(contract=found), 0) if is_payable else 0,
        "payment": payment_words(found) if is_offered or is_payable else None,
        "breadcrumbs": [
            {"label": "My jobs", "url": reverse("client:jobs")},
            {"label": found.job.title, "url": reverse("client:job", kwargs={"job_id": found.job_id})},
        ],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "client/contract.html", context, status=status)


@login_required
@never_cache
@require_GET
def pay(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Off to the payment page. A page that is open already is opened again, so that a second click costs nothing."""
    found = _contract(request, contract_id)
    base = settings.PUBLIC_BASE_URL
    try:
        charge = checkout.start_checkout(
            contract_id=found.id,
            actor=actor_of(request),
            at=clock.now(),
            success_url=base + reverse("client:paid", kwargs={"contract_id": found.id}),
            cancel_url=base + reverse("client:cancelled", kwargs={"contract_id": found.id}),
        )
    except AlreadyPaid:
        return redirect("client:paid", contract_id=found.id)
    except Refusal as refusal:
        show(request, refusal)
        return redirect("client:contract", contract_id=found.id)
    return redirect(charge.pay_url)


@login_required
@never_cache
@require_GET
def paid(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Where the payment page leads back to. It asks the provider once, in case its message is late or lost."""
    found = _contract(request, contract_id)
    context = _payment_context(found)
    if not context["is_paid"] and _ask_provider(found):
        context = _payment_context(found)
    return render(request, "client/paid.html", context)


@login_required
@never_cache
@require_GET
def payment_status(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """The piece of that page which asks again until the payment has arrived."""
    context = _payment_context(_contract(request, contract_id))
    answer = render(request, "client/_payment_status.html", context)
    if context["is_paid"]:
        answer.status_code = STOP_POLLING
    return answer


@login_required
@require_GET
def cancelled(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    found = _contract(request, contract_id)
    messages.info(request, "Nothing was charged. You can pay any time before the job begins.")
    return redirect("client:contract", contract_id=found.id)


def _payment_context(found: Contract) -> dict[str, object]:
    return {"contract": found, "job": found.job, "is_paid": due_of_job(found.job_id) <= 0}


def _ask_provider(found: Contract) -> bool:
    """True when the provider says that the open page was paid meanwhile."""
    charge = (
        Charge.objects.filter(contract=found, kind=Charge.Kind.CHECKOUT, state=Charge.State.OPEN)
        .exclude(session_reference="")
        .order_by("-created_at")
        .first()
    )
    if charge is None:
        return False
    try:
        return checkout.refresh_session(charge_id=charge.id, at=clock.now()) == Charge.State.SUCCEEDED
    except PaymentServiceUnavailable:
        # The page says that it is waiting, and the provider's own message will come.
        return False


def _cancellation(policy: Policy) -> list[str]:
    """The rows of the department's cancellation table, in its order: by whom, and what is charged."""
    return [f"by {_either(row.cancelled_by)}: {row.text}" for row in policy.cancellation if row.text]


def _either(who: tuple[str, ...]) -> str:
    names = [_CANCELLERS.get(one, one) for one in who]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def go_on(request: HttpRequest, accepted: Contract) -> HttpResponse:
    """To what comes after a contract was accepted: its payment or its card, or the job when nothing is due now."""
    messages.success(request, said_when_accepted(accepted))
    if due_of_job(accepted.job_id) <= 0 and accepted.way != Contract.Way.CARD_ON_FILE:
        return redirect("client:job", job_id=accepted.job_id)
    return redirect("client:contract", contract_id=accepted.id)


def _acceptance(found: Contract) -> str:
    offered = date_text(local_time(found.offered_at, found.job.time_zone))
    return (
        f"I accept version {found.version} of this contract, offered on {offered}, and the terms of service of "
        f"{CURRENT_TERMS_VERSION}."
    )


def _contract(request: HttpRequest, contract_id: UUID) -> Contract:
    try:
        return contracts.contract_for_client(person=request.user, contract_id=contract_id)  # type: ignore[arg-type]
    except NotFound as refusal:
        raise Http404 from refusal
