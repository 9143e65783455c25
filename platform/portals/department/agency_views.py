"""Which agencies work in the department's jurisdiction, and its word on each."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import actor_of
from kernel import clock
from kernel.errors import Refusal
from marketplace import agency_admissions, agency_profiles
from portals.department.desk import desk_page, show_page
from portals.doors import tenant_of
from portals.refusals import add_to_form

_DECISIONS = [("admitted", _("Admit")), ("barred", _("Bar"))]


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(label=_("Decision"), choices=_DECISIONS)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        help_text=_("It is kept, and the agency reads it."),
        error_messages={"required": _("Give a reason: it is kept, and the agency reads it.")},
    )


@require_safe
@desk_page()
def agencies(request: HttpRequest) -> HttpResponse:
    return _show(request)


@require_POST
@desk_page()
def decide(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    form = DecisionForm(request.POST, auto_id=f"agency_{agency_id}_%s")
    if form.is_valid():
        try:
            row = agency_admissions.decide_admission(
                department_id=tenant_of(request).id,
                agency_id=agency_id,
                decision=form.cleaned_data["decision"],
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                at=clock.now(),
            )
            said = "admitted: it may offer on requests here" if row.decision == "admitted" else "barred from now on"
            messages.success(request, f"The agency is {said}. Contracts that were accepted before stand.")
            return redirect("department:agencies")
        except Refusal as refusal:
            add_to_form(form, refusal)
    return _show(request, bound={agency_id: form})


def _show(request: HttpRequest, *, bound: dict[UUID, DecisionForm] | None = None) -> HttpResponse:
    rows = agency_admissions.agencies_here(department_id=tenant_of(request).id)
    profiles = agency_profiles.profiles_of(agency_ids=[row.agency_id for row in rows])
    forms_by_id = bound or {}
    context = {
        "rows": [
            {
                "row": row,
                "profile": profiles.get(row.agency_id),
                "form": forms_by_id.get(row.agency_id)
                or DecisionForm(
                    auto_id=f"agency_{row.agency_id}_%s",
                    initial={"decision": "barred" if row.decision == "admitted" else "admitted"},
                ),
            }
            for row in rows
        ],
        "page_has_errors": bool(forms_by_id),
    }
    return show_page(request, "agencies", context, status=422 if forms_by_id else 200)
