"""The roster: who serves, who has joined, invitations, standing, and each member's work and ratings."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import actor_of
from departments import roster
from departments.invitations import Invited, invite_member
from departments.member_depth import member_depth
from departments.policies import policy_at
from departments.policy.documents import Policy
from departments.refusals import NoPolicyInForce
from kernel import clock
from kernel.errors import Refusal
from notifications.joining import send_invitation
from portals.department.desk import PAGE_SIZE, desk_page, show_page
from portals.department.member_depth_forms import depth_forms
from portals.department.member_reading import member_trail, work_of_officer
from portals.department.roster_forms import MemberForm, RemovalForm, RosterSearchForm, StandingForm, rank_choices
from portals.doors import tenant_of
from portals.refusals import add_to_form, show
from tenants.models import Tenant


@require_safe
@desk_page()
def roster_page(request: HttpRequest) -> HttpResponse:
    department = tenant_of(request)
    form = RosterSearchForm(request.GET)
    form.is_valid()
    members = roster.list_members(
        department_id=department.id,
        text=form.cleaned_data.get("text", "").replace("\x00", ""),
        status=form.cleaned_data.get("status") or None,
    )
    page = Paginator(members, PAGE_SIZE * 2).get_page(request.GET.get("page"))
    return show_page(
        request,
        "roster",
        {
            "search": form,
            "page": page,
            "ranks": dict(rank_choices(policy_now(department))),
            "is_filtered": bool(request.GET.get("text") or request.GET.get("status")),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page()
def add_member(request: HttpRequest) -> HttpResponse:
    department = tenant_of(request)
    form = MemberForm(request.POST or None, policy=policy_now(department))
    if request.method == "POST" and form.is_valid():
        at = clock.now()
        fields = {name: value for name, value in form.cleaned_data.items() if name != "invite"}
        try:
            with transaction.atomic():
                member = roster.add_member(department_id=department.id, **fields, actor=actor_of(request), at=at)
                if form.cleaned_data["invite"]:
                    _invite(request, department, member.entry_id, at)
            told = f" An invitation went to {member.work_email}." if form.cleaned_data["invite"] else ""
            messages.success(request, f"{member.full_name} is on the roster.{told}")
            return redirect("department:member", entry_id=member.entry_id)
        except Refusal as refusal:
            add_to_form(form, refusal)
    return show_page(request, "member_add", {"form": form}, status=422 if form.errors else 200)


@require_safe
@desk_page()
def member_page(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    return show_member(request, entry_id)


@require_POST
@desk_page()
def change_member(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    member = roster.member(department_id=department.id, entry_id=entry_id)
    form = StandingForm(request.POST, auto_id="standing_%s", policy=policy_now(department), kept_rank=member.rank_code)
    if form.is_valid():
        try:
            roster.change_member(
                department_id=department.id,
                entry_id=entry_id,
                **form.cleaned_data,
                actor=actor_of(request),
                at=clock.now(),
            )
            messages.success(request, f"{member.full_name}: kept. The marketplace follows within seconds.")
            return redirect("department:member", entry_id=entry_id)
        except Refusal as refusal:
            add_to_form(form, refusal)
    return show_member(request, entry_id, status=422, page_has_errors=True, standing_form=form)


@require_POST
@desk_page()
def invite(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    try:
        with transaction.atomic():
            invited = _invite(request, department, entry_id, clock.now())
        messages.success(request, f"An invitation with a new code went to {invited.sent_to}. Earlier ones are void.")
    except Refusal as refusal:
        show(request, refusal)
    return redirect("department:member", entry_id=entry_id)


@require_POST
@desk_page()
def remove_member(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    form = RemovalForm(request.POST, auto_id="removal_%s")
    if form.is_valid():
        try:
            member = roster.remove_member(
                department_id=department.id,
                entry_id=entry_id,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                at=clock.now(),
            )
            messages.success(request, f"{member.full_name} is off the roster.")
            return redirect("department:member", entry_id=entry_id)
        except Refusal as refusal:
            add_to_form(form, refusal)
    return show_member(request, entry_id, status=422, page_has_errors=True, removal_form=form)


def policy_now(department: Tenant) -> Policy | None:
    try:
        return policy_at(department_id=department.id, at=clock.now())
    except NoPolicyInForce:
        return None


def _invite(request: HttpRequest, department: Tenant, entry_id: UUID, at: datetime) -> Invited:
    """The invitation and its letter, in one transaction: the code is readable only here."""
    invited = invite_member(department_id=department.id, entry_id=entry_id, actor=actor_of(request), at=at)
    send_invitation(
        department_id=department.id,
        invitation_id=invited.invitation_id,
        code=invited.code,
        given_name=invited.given_name,
        work_email=invited.sent_to,
        at=at,
    )
    return invited


def show_member(request: HttpRequest, entry_id: UUID, *, status: int = 200, **shown: forms.Form | bool) -> HttpResponse:
    department = tenant_of(request)
    member = roster.member(department_id=department.id, entry_id=entry_id)
    policy = policy_now(department)
    context: dict[str, Any] = {
        "member": member,
        "rank": dict(rank_choices(policy, kept=member.rank_code))[member.rank_code],
        "work": work_of_officer(department=department, officer_id=member.officer_id, at=clock.now()),
        "trail": member_trail(department_id=department.id, entry_id=entry_id),
        "standing_form": StandingForm(
            auto_id="standing_%s",
            policy=policy,
            kept_rank=member.rank_code,
            initial={
                "rank_code": member.rank_code,
                "status": member.status,
                "may_work_from_date": member.may_work_from_date,
                "may_work_until_date": member.may_work_until_date,
            },
        ),
        "removal_form": RemovalForm(auto_id="removal_%s"),
        **depth_forms(member_depth(department_id=department.id, entry_id=entry_id)),
        **shown,
    }
    return show_page(request, "member", context, status=status)
