"""A client's jobs: the list, and one job with all that belongs to it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.models import Person
from billing.models import Contract
from kernel import clock
from kernel.errors import NotFound
from marketplace import queries
from marketplace.access import job_for_client
from marketplace.boards import ShiftOfTheDay, board_of_job, board_of_read
from marketplace.drafts import drafts_of
from marketplace.job_totals import totals_of_jobs
from marketplace.models import Job, JobDraft
from portals.client.job_page import JobPage, job_page
from portals.site_board import board, is_now, shows_board

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
    totals = totals_of_jobs([job.id for job in page])
    context = {
        "page": page,
        "rows": [
            {"job": job, "status": queries.status_of(job, totals[job.id]), "totals": totals[job.id]} for job in page
        ],
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
    at = clock.now()
    try:
        page = job_page(person=request.user, job_id=job_id, at=at, number=request.GET.get("page"))  # type: ignore[arg-type]
    except NotFound as refusal:
        raise Http404 from refusal
    return render(
        request,
        "client/job.html",
        {
            **(_board(page.job, _running(page, at), at) if shows_board(page.job, page.dates) else {}),
            "page": page,
            "job": page.job,
            "zone": page.job.time_zone,
            "payment": request.GET.get("payment", ""),
            "breadcrumbs": [{"label": "My jobs", "url": "/client/jobs/"}],
        },
    )


@login_required
@never_cache
@require_GET
def on_site(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The part of a job's page that changes while it runs."""
    at = clock.now()
    try:
        found = job_for_client(person=request.user, job_id=job_id)  # type: ignore[arg-type]
    except NotFound as refusal:
        raise Http404 from refusal
    return render(request, "components/site_board.html", _board(found, board_of_job(job_id=job_id, at=at), at))


def _running(page: JobPage, at: datetime) -> list[ShiftOfTheDay]:
    """From what the page has read, unless its reader looks at other dates."""
    running = [row.shift for row in page.shifts if is_now(row.shift, at=at)]
    if len(running) == page.dates.around_now:
        return board_of_read(running, at=at)
    return board_of_job(job_id=page.job.id, at=at)


def _board(job: Job, rows: list[ShiftOfTheDay], at: datetime) -> dict[str, Any]:
    return {
        "board": board(rows, at=at, for_client=True),
        "board_at": at,
        "board_zone": job.time_zone,
        "board_url": reverse("client:on_site", args=[job.id]),
    }


def _unsent(person: Person) -> list[JobDraft]:
    """Requests that were begun and have a name; changes that nobody sent are not requests."""
    drafts = drafts_of(person)
    return [draft for draft in drafts if draft.answers.get("title") and "changes_job_id" not in draft.answers]
