"""A department holds an assignment's positions exact, for a grievance or a court, and lets go of them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.actors import actor_of
from kernel import clock
from kernel.errors import Refusal
from marketplace import fix_retention
from portals.department.desk import desk_page
from portals.department.hours_forms import HoldForm
from portals.doors import tenant_of
from portals.refusals import show


@require_POST
@desk_page()
def place_hold(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    form = HoldForm(request.POST)
    try:
        fix_retention.place_hold(
            assignment_id=assignment_id,
            department_id=tenant_of(request).id,
            reason=form.cleaned_data["reason"] if form.is_valid() else "",
            actor=actor_of(request),
            at=clock.now(),
        )
        messages.success(request, "The positions stay exact until you release the hold.")
    except Refusal as refusal:
        show(request, refusal)
    return redirect("department:assignment", assignment_id=assignment_id)


@require_POST
@desk_page()
def release_hold(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    try:
        fix_retention.release_hold(
            assignment_id=assignment_id, department_id=tenant_of(request).id, actor=actor_of(request), at=clock.now()
        )
        messages.success(request, "The hold is released.")
    except Refusal as refusal:
        show(request, refusal)
    return redirect("department:assignment", assignment_id=assignment_id)
