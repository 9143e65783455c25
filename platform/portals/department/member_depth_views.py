"""A member's dated statuses, credentials, unit and supervisor: small forms on the member's page."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.actors import actor_of
from departments import member_depth, roster
from departments.refusals import RosterEntryNotFound
from kernel import clock
from kernel.errors import InvalidInput, NotFound, Refusal
from portals.department.desk import desk_page
from portals.department.member_depth_forms import CredentialForm, EndForm, PlaceForm, StatusForm
from portals.department.roster_views import show_member
from portals.doors import tenant_of
from portals.refusals import add_to_form


@require_POST
@desk_page()
def add_status(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    form = StatusForm(request.POST, auto_id="status_%s")
    return _act(request, entry_id, "status_form", form, member_depth.add_status)


@require_POST
@desk_page()
def end_status(request: HttpRequest, entry_id: UUID, period_id: UUID) -> HttpResponse:
    form = EndForm(request.POST, auto_id="end_%s")
    return _act(request, entry_id, "end_form", form, member_depth.end_status, period_id=period_id)


@require_POST
@desk_page()
def set_credential(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    form = CredentialForm(request.POST, auto_id="credential_%s")
    return _act(request, entry_id, "credential_form", form, member_depth.set_credential)


@require_POST
@desk_page()
def drop_credential(request: HttpRequest, entry_id: UUID, credential_id: UUID) -> HttpResponse:
    form = forms.Form(request.POST)
    return _act(request, entry_id, "drop_form", form, member_depth.drop_credential, credential_id=credential_id)


@require_POST
@desk_page()
def set_place(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    return _act(request, entry_id, "place_form", PlaceForm(request.POST, auto_id="place_%s"), _set_place)


def _set_place(*, department_id: UUID, supervisor: str, **more: Any) -> roster.RosterMember:
    supervisor_id = None
    if supervisor.strip():
        try:
            supervisor_id = roster.member_by_badge(department_id=department_id, badge_number=supervisor).entry_id
        except RosterEntryNotFound as refusal:
            raise InvalidInput(f"No serving member has badge {supervisor}.", field="supervisor") from refusal
    return member_depth.set_place(department_id=department_id, supervisor_id=supervisor_id, **more)


def _act(
    request: HttpRequest,
    entry_id: UUID,
    name: str,
    form: forms.Form,
    act: Callable[..., roster.RosterMember],
    **more: UUID,
) -> HttpResponse:
    if form.is_valid():
        try:
            member = act(
                department_id=tenant_of(request).id,
                entry_id=entry_id,
                **more,
                **form.cleaned_data,
                actor=actor_of(request),
                at=clock.now(),
            )
            messages.success(request, f"{member.full_name}: kept. The marketplace follows within seconds.")
            return redirect("department:member", entry_id=entry_id)
        except NotFound:
            raise
        except Refusal as refusal:
            add_to_form(form, refusal)
    return show_member(request, entry_id, status=422, page_has_errors=True, **{name: form})
