"""The agency's roster, with filters, and inviting and ending."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import actor_of
from agencies import engagements
from agencies.roster import roster
from kernel import clock
from kernel.errors import Refusal
from portals.agency.desk import PAGE_SIZE, agency_page, show_page
from portals.doors import tenant_of
from portals.refusals import add_to_form, show
from portals.wording import local_time
from tenants.queries import active_tenants

_STATES = [("", _("All")), ("active", _("Engaged")), ("invited", _("Invited"))]


class FilterForm(forms.Form):
    text = forms.CharField(label=_("Name"), required=False, max_length=120)
    state = forms.ChoiceField(label=_("State"), choices=_STATES, required=False)
    free_on = forms.DateField(label=_("Free on"), required=False)
    expiring = forms.BooleanField(label=_("Credentials that expire within 60 days"), required=False)


class InviteForm(forms.Form):
    department_id = forms.ChoiceField(
        label=_("Home department"), error_messages={"required": _("Choose the officer's department.")}
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The one that the officer signs in with. They decide whether to accept."),
        error_messages={"required": _("Enter the officer's e-mail address.")},
    )

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        departments = [(str(one.id), one.name) for one in active_tenants(kind="department")]
        self.fields["department_id"].choices = [("", "—"), *departments]  # type: ignore[attr-defined]


@require_safe
@agency_page()
def officers(request: HttpRequest) -> HttpResponse:
    return _show(request, InviteForm())


@require_POST
@agency_page()
def invite(request: HttpRequest) -> HttpResponse:
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            invited = engagements.invite(
                agency_id=tenant_of(request).id,
                department_id=UUID(form.cleaned_data["department_id"]),
                email=form.cleaned_data["email"],
                actor=actor_of(request),
                at=clock.now(),
            )
            messages.success(request, f"{invited.display_name} is invited, and finds it under Profile, Agencies.")
            return redirect("agency:officers")
        except Refusal as refusal:
            add_to_form(form, refusal)
    return _show(request, form, status=422)


@require_POST
@agency_page()
def end(request: HttpRequest, engagement_id: UUID) -> HttpResponse:
    try:
        engagements.end_by_agency(
            agency_id=tenant_of(request).id, engagement_id=engagement_id, actor=actor_of(request), at=clock.now()
        )
        messages.success(request, "Ended. The officer sees it at once.")
    except Refusal as refusal:
        show(request, refusal)
    return redirect("agency:officers")


def _show(request: HttpRequest, form: InviteForm, *, status: int = 200) -> HttpResponse:
    agency = tenant_of(request)
    names = {department.id: department.name for department in active_tenants(kind="department")}
    typed = {name: request.GET[name].replace("\x00", "") for name in request.GET}
    asked = FilterForm(typed)
    asked.is_valid()
    chosen = {name: value for name, value in asked.cleaned_data.items() if value}
    found = roster(
        agency_id=agency.id,
        today=local_time(clock.now(), agency.time_zone).date(),
        text=chosen.get("text", ""),
        state=chosen.get("state", ""),
        expiring_only=chosen.get("expiring", False),
        free_on=chosen.get("free_on"),
    )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [
            {"row": row, "home": names.get(row.engaged.home_department_id, "")}  # type: ignore[arg-type]
            for row in page
        ],
        "filter": asked,
        "is_filtered": bool(chosen),
        "form": form,
    }
    return show_page(request, "officers", context, status=status)
