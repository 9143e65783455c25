"""A client's jobs: the list, and one job with all that belongs to it."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import Person
from billing.models import Contract
from kernel.errors import NotFound
from marketplace import queries
from marketplace.drafts import drafts_of
from marketplace.models import Job, JobDraft
from portals.client.job_page import job_page

_VIEWS = {
    "underway": ("Underway", (Job.State.SUBMITTED, Job.State.APPROVED, Job.State.CONTRACTED)),
    "over": ("Over", (Job.State.CLOSED, Job.State.REJECTED, Job.State.CANCELLED)),
}
_PAGE_SIZE = 20


@login_required
@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    """Newest first; found by words of the title, the place or the reference."""
    person = request.user
    view, text = request.GET.get("view", ""), request.GET.get("q", "").strip()[:100]
    found = queries.jobs_for_client(person)  # type: ignore[arg-type]
    if view in _VIEWS:
        found = found.filter(state__in=_VIEWS[view][1])
    for word in text.split()[:6]:
        found = found.filter(
            Q(reference__istartswith=word)
            | Q(title__icontains=word)
            | Q(venue__name__icontains=word)
            | Q(venue__address__icontains=word)
        )
    offered = Contract.objects.filter(state=Contract.State.OFFERED).only("id", "job_id", "state", "version")
    page = Paginator(found.prefetch_related(Prefetch("contracts", offered, to_attr="offered")), _PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "rows": [{"job": job, "status": queries.status_of(job)} for job in page],
        "drafts": _unsent(person) if page.number == 1 and not text and view != "over" else [],  # type: ignore[arg-type]
        "hours_to_check": queries.jobs_needing_hours_approval(person).count(),  # type: ignore[arg-type]
        "text": text,
        "view": view,
        "tabs": [
            {"label": label, "url": f"?view={name}" if name else "?", "active": view == name}
            for name, label in (("", "All"), *((name, label) for name, (label, _) in _VIEWS.items()))
        ],
    }
    return render(request, "client/jobs.html", context)


@login_required
@require_GET
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    try:
        page = job_page(person=request.user, job_id=job_id)  # type: ignore[arg-type]
    except NotFound as refusal:
        raise Http404 from refusal
    return render(
        request,
        "client/job.html",
        {
            "page": page,
            "job": page.job,
            "zone": page.job.time_zone,
            "payment": request.GET.get("payment", ""),
            "breadcrumbs": [{"label": "My jobs", "url": "/client/jobs/"}],
        },
    )


def _unsent(person: Person) -> list[JobDraft]:
    """Requests that were begun and have a name; changes that nobody sent are not requests."""
    drafts = drafts_of(person)
    return [draft for draft in drafts if draft.answers.get("title") and "changes_job_id" not in draft.answers]
