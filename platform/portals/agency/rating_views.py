"""The agency that supplied a shift rates the officer who worked it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import actor_of
from accounts.desk_roles import AGENCY_SCHEDULERS
from kernel import clock
from kernel.errors import Refusal
from marketplace.agency_jobs import assignment_of_agency
from portals.agency.desk import agency_page
from portals.doors import tenant_of
from portals.rating_forms import OfficerRatingForm
from portals.refusals import add_to_form
from ratings.rating import rate_officer


@require_http_methods(["GET", "HEAD", "POST"])
@agency_page(may_read=AGENCY_SCHEDULERS)
def rate(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    agency = tenant_of(request)
    assignment = assignment_of_agency(agency_id=agency.id, assignment_id=assignment_id)
    job_id = assignment.shift.job_id
    form = OfficerRatingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            rate_officer(
                assignment_id=assignment.id,
                rater_kind="agency",
                agency_id=agency.id,
                actor=actor_of(request),
                at=clock.now(),
                **form.cleaned_data,
            )
            messages.success(request, _("Thank you: your rating is kept."))
            return redirect("agency:job", job_id=job_id)
        except Refusal as refusal:
            add_to_form(form, refusal)
    status = 422 if form.is_bound and form.errors else 200
    context = {"assignment": assignment, "form": form, "back": reverse("agency:job", kwargs={"job_id": job_id})}
    return render(request, "ratings/rate_officer.html", context, status=status)
