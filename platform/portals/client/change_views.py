"""Changing a job, by the same questions that asked for it, and taking it back."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.actors import actor_of
from geo.timezones import resolve_local, zone_named
from kernel import clock
from kernel.errors import NotFound, Refusal
from marketplace import access, drafts, posting
from marketplace.cancelling import without_cancelled
from marketplace.models import Job, JobRevision
from marketplace.terms import JobTerms, ShiftTerms
from portals.client.forms import ReasonForm
from portals.client.posted import posted
from portals.client.request_state import SESSION_KEY
from portals.refusals import add_to_form, show


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Says what a change means; going on fills a draft with what is agreed and opens its last page."""
    job = _job(request, job_id)
    try:
        posting.refuse_when_staffed(job=job)
        if job.state not in posting.CHANGEABLE_STATES:
            raise posting.refusals.JobCannotChange(job.state)
    except Refusal as refusal:
        show(request, refusal)
        return redirect("client:job", job_id=job.id)
    if request.method == "POST":
        terms = _latest_terms(job)
        if any(_staffing(shift) != _staffing(terms.shifts[0]) for shift in terms.shifts):
            messages.error(request, "The dates of this job ask for different numbers. Ask the department to change it.")
            return redirect("client:job", job_id=job.id)
        at = clock.now()
        draft = drafts.start_draft(person=request.user, department_id=None, at=at)  # type: ignore[arg-type]
        drafts.save_answers(
            draft_id=draft.id, answers={**answers_from_terms(terms), "changes_job_id": str(job.id)}, at=at
        )
        request.session[SESSION_KEY] = draft.key
        return redirect("request:check", key=draft.key)
    return render(request, "client/change.html", {"job": job})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, job_id: UUID) -> HttpResponse:
    job = _job(request, job_id)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            posting.withdraw_job(job=job, reason=form.cleaned_data["reason"], actor=actor_of(request), at=clock.now())
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            messages.success(request, f"{job.reference} is taken back. Nothing was charged.")
            return redirect("client:job", job_id=job.id)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "client/withdraw.html", {"job": job, "form": form}, status=status)


def answers_from_terms(terms: JobTerms) -> dict[str, Any]:
    """Agreed terms as the answers that would lead to them; the opposite of `drafts.terms_from_answers`."""
    zone = terms.venue.time_zone
    staffing = _staffing(terms.shifts[0])
    texts = ("event_type", "title", "duties", "meeting_point", "contact_name", "contact_phone", "attire")
    return {
        **{name: getattr(terms, name) for name in texts},
        "expected_attendance": terms.expected_attendance,
        "alcohol_served": terms.alcohol_served,
        "attributes": dict(terms.attributes),
        "venue": asdict(terms.venue),
        "officers": staffing,
        "shifts": [{**_times(shift, zone), **staffing} for shift in terms.shifts],
    }


def _staffing(shift: ShiftTerms) -> dict[str, Any]:
    return {
        "positions": [asdict(position) for position in shift.positions],
        "vehicle_code": shift.vehicle_code,
        "vehicle_count": shift.vehicle_count,
    }


def _times(shift: ShiftTerms, zone: str) -> dict[str, Any]:
    start, end = (moment.astimezone(zone_named(zone)) for moment in (shift.starts_at, shift.ends_at))
    times: dict[str, Any] = {
        "date": start.date().isoformat(),
        "start_time": f"{start:%H:%M}",
        "end_time": f"{end:%H:%M}",
        "ends_next_day": end.date() > start.date(),
    }
    for name, local in (("start_repeated", start), ("end_repeated", end)):
        if _comes_twice(local, zone):
            times[name] = "later" if local.fold else "earlier"
    return times


def _comes_twice(local: datetime, zone: str) -> bool:
    return resolve_local(local=local.replace(tzinfo=None, fold=0), zone=zone).was_ambiguous


def _latest_terms(job: Job) -> JobTerms:
    open_states = (JobRevision.State.PROPOSED, JobRevision.State.APPLIED)
    revision = job.revisions.filter(state__in=open_states).order_by("-number").first()
    if revision is None:
        raise Http404
    return without_cancelled(job=job, terms=JobTerms.from_json(revision.terms))


def _job(request: HttpRequest, job_id: UUID) -> Job:
    try:
        return access.job_for_client(person=request.user, job_id=job_id)  # type: ignore[arg-type]
    except NotFound as refusal:
        raise Http404 from refusal
