"""After the work: hours approved or disputed, officers rated."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actors import actor_of
from kernel import clock
from kernel.errors import NotFound, Refusal
from marketplace import access, timesheets
from marketplace.models import Timesheet
from portals.client.forms import DisputeForm
from portals.client.posted import posted
from portals.rating_forms import OfficerRatingForm
from portals.refusals import add_to_form, show
from ratings.rating import rate_officer


@login_required
@require_POST
def approve(request: HttpRequest, timesheet_id: UUID) -> HttpResponse:
    timesheet = _timesheet(request, timesheet_id)
    try:
        timesheets.approve_timesheet(timesheet_id=timesheet.id, by="client", actor=actor_of(request), at=clock.now())
    except Refusal as refusal:
        show(request, refusal)
    else:
        messages.success(request, f"The hours of {timesheet.assignment.officer.display_name} are approved.")
    return redirect("client:job", job_id=timesheet.assignment.shift.job_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: HttpRequest, timesheet_id: UUID) -> HttpResponse:
    timesheet = _timesheet(request, timesheet_id)
    job = timesheet.assignment.shift.job
    form = DisputeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            timesheets.dispute_timesheet(
                timesheet_id=timesheet.id,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            messages.success(request, "The department checks these hours now. You are told what it decides.")
            return redirect("client:job", job_id=job.id)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "client/dispute.html", {"timesheet": timesheet, "job": job, "form": form}, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    try:
        assignment = access.assignment_for_client(person=request.user, assignment_id=assignment_id)  # type: ignore[arg-type]
    except NotFound as refusal:
        raise Http404 from refusal
    job = assignment.shift.job
    form = OfficerRatingForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            rate_officer(
                assignment_id=assignment.id,
                rater_kind="client",
                client_id=job.client_id,
                actor=actor_of(request),
                at=clock.now(),
                **form.cleaned_data,
            )
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            messages.success(request, f"Thank you for rating {assignment.officer.display_name}.")
            return redirect("client:job", job_id=job.id)
    status = 422 if form.is_bound and form.errors else 200
    context = {"assignment": assignment, "form": form, "back": reverse("client:job", kwargs={"job_id": job.id})}
    return render(request, "ratings/rate_officer.html", context, status=status)


def _timesheet(request: HttpRequest, timesheet_id: UUID) -> Timesheet:
    try:
        return access.timesheet_for_client(person=request.user, timesheet_id=timesheet_id)  # type: ignore[arg-type]
    except NotFound as refusal:
        raise Http404 from refusal
