"""Once a shift has begun the agency's desk sends one officer at a time, until it ends."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import actor_of
from agencies import staffing
from agencies.staffing import RosterCandidate
from kernel.errors import Refusal
from marketplace import agency_sending
from marketplace.agency_sending import Replaceable
from marketplace.models import Position, Shift
from portals.agency.desk import show_page
from portals.doors import tenant_of
from portals.refusals import add_to_form
from portals.wording import duration_text
from tenants.queries import get_tenant, read_tenants

_EMPTY, _LATE, _ON_SITE = "empty", "late", "relief"


class SendForm(forms.Form):
    officers = forms.ChoiceField(label=_("Officer"), error_messages={"required": _("Choose the officer.")})
    in_place_of = forms.ChoiceField(
        label=_("Whose place"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Say whose place they get."),
            "invalid_choice": _("Meanwhile they came, went, or are not late any more. Choose again."),
        },
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        help_text=_("Only for the relief of somebody on site: both officers read it."),
    )

    def __init__(
        self, *arguments: Any, officers: list[tuple[str, str]], places: list[tuple[str, Any]], **more: Any
    ) -> None:
        super().__init__(*arguments, **more)
        self.fields["officers"].choices = officers  # type: ignore[attr-defined]
        self.fields["in_place_of"].choices = places  # type: ignore[attr-defined]


def send_page(request: HttpRequest, shift: Shift, position: Position, *, at: datetime) -> HttpResponse:
    """Every engaged officer with what the rules say to the rest of the shift, and whose place one may be sent to."""
    rows = staffing.candidates(agency_id=tenant_of(request).id, shift_id=shift.id, rank_code=position.rank_code, at=at)
    read_tenants(tenant_ids={shift.governing_department_id, *(row.candidate.home_department_id for row in rows)})
    now = agency_sending.places_now(position=position, at=at)
    places: list[tuple[str, Any]] = [(_EMPTY, _("The empty place"))] if now.empty else []
    places += [(place_value(one.assignment_id, is_on_site=one.is_on_site), _in_words(one)) for one in now.replaceable]
    form = SendForm(
        request.POST if request.method == "POST" else None,
        officers=[(str(row.candidate.officer_id), row.candidate.name) for row in rows],
        places=places,
        initial={"in_place_of": request.GET.get("in_place_of") or (places[0][0] if places else "")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, _send(request, shift, position, form, at=at))
            return redirect("agency:job", job_id=shift.job_id)
        except Refusal as refusal:
            add_to_form(form, refusal)
    context = {
        "shift": shift,
        "job": shift.job,
        "position": position,
        "empty": now.empty,
        "may_send": bool(places),
        "asks_for_reason": any(one.is_on_site for one in now.replaceable),
        "rows": [row_of(row) for row in rows],
        "form": form,
        "chosen": request.POST.get("officers", ""),
        "department": get_tenant(tenant_id=shift.governing_department_id),
        "zone": shift.time_zone,
        "breadcrumbs": breadcrumbs_of(shift),
    }
    return show_page(request, "send", context, status=422 if form.errors else 200)


def _send(request: HttpRequest, shift: Shift, position: Position, form: SendForm, *, at: datetime) -> str:
    asked = form.cleaned_data
    how, _between, assignment_id = asked["in_place_of"].partition(":")
    sent = staffing.send(
        agency_id=tenant_of(request).id,
        shift_id=shift.id,
        rank_code=position.rank_code,
        officer_id=UUID(asked["officers"]),
        in_place_of=UUID(assignment_id) if how == _LATE else None,
        relieves=UUID(assignment_id) if how == _ON_SITE else None,
        reason=asked["reason"],
        actor=actor_of(request),
        at=at,
    )
    return f"{sent.officer.display_name} is sent, and is told now."


def place_value(assignment_id: UUID, *, is_on_site: bool) -> str:
    """How the form, and a link to it, names whose place it is."""
    return f"{_ON_SITE if is_on_site else _LATE}:{assignment_id}"


def _in_words(one: Replaceable) -> str:
    if one.is_on_site:
        return f"{one.name}, on site: relieved when the other one clocks in"
    return f"{one.name}, {duration_text(one.minutes)} late: loses the place now"


def row_of(row: RosterCandidate) -> dict[str, Any]:
    return {
        "one": row.candidate,
        "is_available": row.is_available,
        "home": get_tenant(tenant_id=row.candidate.home_department_id).name,
    }


def breadcrumbs_of(shift: Shift) -> list[dict[str, str]]:
    return [
        {"label": "Jobs", "url": reverse("agency:jobs")},
        {"label": shift.job.title, "url": reverse("agency:job", args=[shift.job_id])},
    ]
