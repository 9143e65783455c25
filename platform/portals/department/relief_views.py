"""Relief on site, from the assignment's page: somebody is sent to take the place over, or it is handed over by word."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.actors import actor_of
from accounts.desk_roles import ON_THE_DAY
from kernel import clock
from kernel.errors import Refusal
from marketplace import access, relieving
from marketplace.models import Shift
from marketplace.offer_reading import officers_for_relief
from portals.department.desk import desk_page
from portals.doors import tenant_of
from portals.refusals import show


class ReliefForm(forms.Form):
    officer_id: Any = forms.ModelChoiceField(
        label=_("Who relieves them"), queryset=None, error_messages={"required": _("Choose the officer.")}
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        error_messages={"required": _("Give a reason: both officers and the record have it.")},
    )

    def __init__(self, *arguments: Any, shift: Shift, **named: Any) -> None:
        named.setdefault("auto_id", "relief_%s")
        super().__init__(*arguments, **named)
        people: Any = self.fields["officer_id"]
        people.queryset = officers_for_relief(shift)


class HandoverForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        error_messages={"required": _("Give a reason: both officers and the record have it.")},
    )


@require_POST
@desk_page(may_change=ON_THE_DAY)
def arrange(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    assignment = access.assignment_for_department(department_id=department.id, assignment_id=assignment_id)
    form = ReliefForm(request.POST, shift=assignment.shift)
    if not form.is_valid():
        return _complain(request, form, assignment_id)
    try:
        relief = relieving.arrange_relief(
            assignment_id=assignment_id,
            department_id=department.id,
            officer_id=form.cleaned_data["officer_id"].id,
            reason=form.cleaned_data["reason"],
            actor=actor_of(request),
            at=clock.now(),
        )
        name = relief.incoming.officer.display_name
        messages.success(request, f"{name} is sent. The place is handed over when they clock in.")
    except Refusal as refusal:
        show(request, refusal)
    return redirect("department:assignment", assignment_id=assignment_id)


@require_POST
@desk_page(may_change=ON_THE_DAY)
def hand_over(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    access.assignment_for_department(department_id=tenant_of(request).id, assignment_id=assignment_id)
    form = HandoverForm(request.POST, auto_id="handover_%s")
    if not form.is_valid():
        return _complain(request, form, assignment_id)
    try:
        relieving.hand_over(
            assignment_id=assignment_id,
            department_id=tenant_of(request).id,
            reason=form.cleaned_data["reason"],
            actor=actor_of(request),
            at=clock.now(),
        )
        messages.success(request, "The officer is relieved: their time ends now.")
    except Refusal as refusal:
        show(request, refusal)
    return redirect("department:assignment", assignment_id=assignment_id)


def _complain(request: HttpRequest, form: forms.Form, assignment_id: UUID) -> HttpResponse:
    for problem in form.errors.values():
        messages.error(request, str(problem[0]))
    return redirect("department:assignment", assignment_id=assignment_id)
