"""Who is on the staff, in which roles, and what each role may do."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import actor_of
from accounts.desk_roles import AREAS, ROLES, STAFF_MANAGERS, STAFF_READERS
from accounts.memberships import StaffMembership
from accounts.staffing import end_role, give_role, staff_of
from kernel import clock
from kernel.errors import Refusal
from portals.department.desk import desk_page, show_page
from portals.doors import may, membership_of, tenant_of
from portals.refusals import add_to_form, show

ROLE_WORDS = {
    "coordinator": _("Coordinator"),
    "supervisor": _("Supervisor"),
    "commander": _("Commander"),
    "auditor": _("Auditor, reads only"),
    "payroll": _("Payroll"),
}


class GiveRoleForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("With which they sign in. They need an account first."),
        error_messages={"required": _("Enter the address with which they sign in.")},
    )
    role = forms.ChoiceField(label=_("Role"), choices=[(role, ROLE_WORDS[role]) for role in ROLES])


@require_safe
@desk_page(may_read=STAFF_READERS)
def staff_page(request: HttpRequest) -> HttpResponse:
    return _show(request)


@require_POST
@desk_page(may_change=STAFF_MANAGERS)
def give(request: HttpRequest) -> HttpResponse:
    form = GiveRoleForm(request.POST)
    if form.is_valid():
        try:
            found = give_role(
                tenant_id=tenant_of(request).id,
                **form.cleaned_data,
                by=_own(request),
                actor=actor_of(request),
                at=clock.now(),
            )
            messages.success(request, f"{found.full_name} is {ROLE_WORDS[found.role]} from now on.")
            return redirect("department:staff")
        except Refusal as refusal:
            add_to_form(form, refusal)
    return _show(request, form=form, status=422)


@require_POST
@desk_page(may_change=STAFF_MANAGERS)
def end(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    try:
        found = end_role(
            tenant_id=tenant_of(request).id,
            membership_id=membership_id,
            reason=request.POST.get("reason", "").replace("\x00", ""),
            by=_own(request),
            actor=actor_of(request),
            at=clock.now(),
        )
        messages.success(request, f"{found.full_name} is no longer {ROLE_WORDS[found.role]}.")
    except Refusal as refusal:
        show(request, refusal)
    return redirect("department:staff")


def _own(request: HttpRequest) -> StaffMembership:
    membership = membership_of(request)
    assert membership is not None
    return membership


def _show(request: HttpRequest, *, form: GiveRoleForm | None = None, status: int = 200) -> HttpResponse:
    department = tenant_of(request)
    may_manage = may(request, STAFF_MANAGERS)
    return show_page(
        request,
        "staff",
        {
            "staff": [(one, ROLE_WORDS.get(one.role, one.role)) for one in staff_of(tenant_id=department.id)],
            "matrix": [
                (
                    area,
                    [("change" if role in area.changers else "read" if role in area.readers else "") for role in ROLES],
                )
                for area in AREAS
            ],
            "role_words": [ROLE_WORDS[role] for role in ROLES],
            "form": form or GiveRoleForm(),
            "may_manage": may_manage,
        },
        status=status,
    )
