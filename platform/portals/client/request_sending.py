"""The last pages of a request: its price, who asks, the check, and sending it."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actors import actor_of
from accounts.hand_off import issue_hand_off
from kernel.errors import NotFound, Refusal
from marketplace import access, posting
from marketplace.clients import clients_of, create_client
from marketplace.documents.checklists import checklist
from marketplace.models import Job
from marketplace.refusals import ClientBlocked, EventTypeBarred, NoCoveringDepartment, OtherDepartmentGoverns
from notifications.links import tenant_link
from portals.client.posted import posted
from portals.client.question_fields import answers_in_words
from portals.client.request_forms import EVENT_LABELS, ClientForm, MailLinkForm
from portals.client.request_pages import question, request_page, to_missing_step
from portals.client.request_pricing import priced
from portals.client.request_state import SESSION_KEY, RequestInHand, step_of_field
from portals.refusals import add_to_form
from tenants.queries import get_active_tenant

_OBSTACLES = (NoCoveringDepartment, OtherDepartmentGoverns, EventTypeBarred, ClientBlocked)


@request_page
@require_GET
def resume(request: HttpRequest, in_hand: RequestInHand) -> HttpResponse:
    """Where a mailed link leads: to the first page that is not answered yet."""
    return redirect(f"request:{in_hand.missing_step() or 'check'}", key=in_hand.key)


@request_page
@require_GET
def price(request: HttpRequest, in_hand: RequestInHand) -> HttpResponse:
    """What it costs, item by item, before anybody has to say who they are."""
    if missing := to_missing_step(in_hand, until="price"):
        return missing
    try:
        quote = priced(in_hand)
    except Refusal as refusal:
        return _send_back(request, in_hand, refusal)
    if in_hand.changes_job_id is not None or in_hand.client is not None:
        next_url = reverse("request:check", kwargs={"key": in_hand.key})
    else:
        next_url = reverse("request:you", kwargs={"key": in_hand.key})
    initial = {"email": in_hand.person.email if in_hand.person else ""}
    return question(
        request, in_hand, "price", quote=quote, next_url=next_url, mail_form=MailLinkForm(initial=initial),
        department=in_hand.department,
    )  # fmt: skip


@request_page
@require_http_methods(["GET", "HEAD", "POST"])
def you(request: HttpRequest, in_hand: RequestInHand) -> HttpResponse:
    """An account to send it from, and the client in whose name the contract will be."""
    if missing := to_missing_step(in_hand, until="you"):
        return missing
    if in_hand.person is None:
        # The check asks for a client where there is none yet, and is the next page where there is one.
        onward = urlencode({"next": reverse("request:check", kwargs={"key": in_hand.key})})
        return question(
            request,
            in_hand,
            "you",
            template="client/request/account.html",
            sign_up_url=f"{reverse('account_signup')}?{onward}",
            sign_in_url=f"{reverse('account_login')}?{onward}",
        )
    person = in_hand.person
    known = clients_of(person)
    if request.method == "POST" and "client" in request.POST:
        chosen = next((client for client in known if str(client.id) == request.POST["client"]), None)
        if chosen is None:
            raise Http404
        in_hand.save(client_id=str(chosen.id))
        return redirect("request:check", key=in_hand.key)
    form = ClientForm(posted(request), initial={"billing_email": person.email, "name": person.full_name})
    if request.method == "POST" and form.is_valid():
        try:
            client = create_client(person=person, actor=actor_of(request), at=in_hand.at, **form.cleaned_data)
            in_hand.save(client_id=str(client.id))
            return redirect("request:check", key=in_hand.key)
        except Refusal as refusal:
            add_to_form(form, refusal)
    return question(request, in_hand, "you", form, known_clients=known)


@request_page
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, in_hand: RequestInHand) -> HttpResponse:
    """Every answer once more, each with its way back here; then it is sent."""
    if missing := to_missing_step(in_hand, until="check"):
        return missing
    if in_hand.changes_job_id is not None and in_hand.person is None:
        return redirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")
    reason = request.POST.get("reason", "")
    try:
        if request.method == "POST":
            if in_hand.changes_job_id is not None:
                return _propose(request, in_hand, reason)
            _submit(request, in_hand)
            return redirect("request:sent", key=in_hand.key)
        quote = priced(in_hand)
    except _OBSTACLES:
        return redirect("request:not_possible", key=in_hand.key)
    except NotFound as refusal:
        raise Http404 from refusal
    except Refusal as refusal:
        return _send_back(request, in_hand, refusal)
    return question(
        request,
        in_hand,
        "check",
        quote=quote,
        terms=in_hand.terms(),
        event_label=EVENT_LABELS.get(in_hand.answers["event_type"], ""),
        rank_names={rank.code: rank.name for rank in in_hand.policy.rate_card.ranks} if in_hand.policy else {},
        vehicle_names={one.code: one.name for one in in_hand.policy.rate_card.vehicles} if in_hand.policy else {},
        department=in_hand.department,
        client=in_hand.client,
        own_answers=answers_in_words(questions=in_hand.questions, answers=in_hand.terms().attributes),
        reason=reason,
    )


@request_page
@require_GET
def not_possible(request: HttpRequest, in_hand: RequestInHand) -> HttpResponse:
    """Why it cannot be, and what can be done instead."""
    obstacle = in_hand.obstacle
    if obstacle is None:
        return redirect("request:resume", key=in_hand.key)
    elsewhere_url = ""
    if obstacle.kind == "elsewhere" and obstacle.department is not None:
        elsewhere_url = tenant_link(obstacle.department.id, "request:resume", key=in_hand.key)
    return render(
        request,
        "client/request/not_possible.html",
        {"in_hand": in_hand, "obstacle": obstacle, "elsewhere_url": elsewhere_url},
    )


@request_page
@require_GET
def sent(request: HttpRequest, in_hand: RequestInHand) -> HttpResponse:
    """The confirmation, to the people who act for the client; to others no more than that it was sent."""
    job = _sent_job(in_hand)
    if job is None:
        if in_hand.draft.submitted_job_id is None:
            return redirect("request:resume", key=in_hand.key)
        return redirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")
    if request.session.get(SESSION_KEY) == in_hand.key:
        del request.session[SESSION_KEY]
    context = {
        "job": job,
        "in_hand": in_hand,
        "department": get_active_tenant(tenant_id=job.governing_department_id),
        "checklist": checklist(job_id=job.id),
    }
    return render(request, "client/request/sent.html", context)


@request_page
@require_GET
def follow(request: HttpRequest, in_hand: RequestInHand) -> HttpResponse:
    """From a department's portal to the job's own page on the marketplace, still signed in."""
    job = _sent_job(in_hand)
    if job is None or in_hand.person is None:
        return redirect("request:sent", key=in_hand.key)
    page = reverse("client:job", urlconf="config.urls_public", kwargs={"job_id": job.id})
    if request.tenant is None:  # type: ignore[attr-defined]
        return redirect(page)
    token = issue_hand_off(person=in_hand.person, target_host=settings.PUBLIC_HOST, at=in_hand.at)
    return redirect(f"{settings.PUBLIC_BASE_URL}/hand-off/?{urlencode({'token': token, 'next': page})}")


def _submit(request: HttpRequest, in_hand: RequestInHand) -> Job:
    assert in_hand.client is not None  # else the page before would be missing
    portal = request.tenant  # type: ignore[attr-defined]
    return posting.submit_job(
        client=in_hand.client,
        terms=in_hand.terms(),
        actor=actor_of(request),
        at=in_hand.at,
        department_id=portal.id if portal is not None else None,
        draft_id=in_hand.draft.id,
    )


def _propose(request: HttpRequest, in_hand: RequestInHand, reason: str) -> HttpResponse:
    job = access.job_for_client(person=in_hand.person, job_id=in_hand.changes_job_id)  # type: ignore[arg-type]
    revision = posting.propose_change(
        job=job, terms=in_hand.terms(), reason=reason, actor=actor_of(request), at=in_hand.at
    )
    request.session.pop(SESSION_KEY, None)
    if revision.state == "applied":
        messages.success(request, "Your request is changed. The department will decide on the new version.")
    else:
        messages.success(request, "Your change is sent. A new contract with its price will follow in a moment.")
    return redirect("client:job", job_id=job.id)


def _sent_job(in_hand: RequestInHand) -> Job | None:
    if in_hand.draft.submitted_job_id is None or in_hand.person is None:
        return None
    try:
        return access.job_for_client(person=in_hand.person, job_id=in_hand.draft.submitted_job_id)
    except NotFound as refusal:
        raise Http404 from refusal


def _send_back(request: HttpRequest, in_hand: RequestInHand, refusal: Refusal) -> HttpResponse:
    """To the page where the refused answer stands, with the reason on top of it."""
    messages.error(request, refusal.message)
    step = step_of_field(refusal.field)
    if refusal.field is None:
        if request.method == "POST":
            return redirect("request:check", key=in_hand.key)
        step = "when"
    return redirect(reverse(f"request:{step}", kwargs={"key": in_hand.key}) + "?back=check")
