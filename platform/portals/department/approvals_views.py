"""Everything that waits for somebody's word, in one list: exceptions, other employers, and how many requests."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import actor_of
from accounts.desk_roles import DECIDERS, PERSONNEL_READERS
from departments.declared_hours import employments_in_queue
from departments.exception_queries import exceptions_in_queue
from departments.exceptions import RuleException, revoke_exception
from departments.secondary_employment import Employment, end_employment
from geo.timezones import zone_named
from kernel import clock
from kernel.errors import Refusal
from marketplace import approvals
from marketplace.models import Job, Shift
from portals.department.approvals_forms import DecideEmploymentForm, DecideExceptionForm, EndingForm
from portals.department.desk import desk_page, show_page
from portals.doors import roles_of, tenant_of
from portals.refusals import add_to_form

_SHOWN = 25


@dataclass(frozen=True)
class Waiting:
    """One line of the queue. `may_decide`: the reader holds the role whose word it takes."""

    kind: str
    since: datetime
    item: RuleException | Employment
    shift: Shift | None
    form: forms.Form
    may_decide: bool


@require_safe
@desk_page(may_read=PERSONNEL_READERS)
def approvals_page(request: HttpRequest) -> HttpResponse:
    return _show(request)


@require_POST
@desk_page(may_change=DECIDERS)
def decide_exception(request: HttpRequest, exception_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    with timezone.override(zone_named(department.time_zone)):
        form = DecideExceptionForm(request.POST, auto_id=f"exception_{exception_id}_%s")
        form.is_valid()

    def decide() -> str:
        approve = form.cleaned_data["decision"] == "approve"
        found = approvals.decide_exception(
            department_id=department.id,
            exception_id=exception_id,
            approve=approve,
            reason=form.cleaned_data["reason"],
            expires_at=form.cleaned_data["expires_at"],
            roles=roles_of(request),
            actor=actor_of(request),
            at=clock.now(),
        )
        return f"{found.officer_name}: the exception is {'approved' if approve else 'refused'}. They are told."

    return _decided(request, exception_id, form, decide)


@require_POST
@desk_page(may_change=DECIDERS)
def revoke(request: HttpRequest, exception_id: UUID) -> HttpResponse:
    form = EndingForm(request.POST, auto_id=f"ending_{exception_id}_%s")

    def decide() -> str:
        found = revoke_exception(
            department_id=tenant_of(request).id,
            exception_id=exception_id,
            reason=form.cleaned_data["reason"],
            roles=roles_of(request),
            actor=actor_of(request),
            at=clock.now(),
        )
        return f"{found.officer_name}: the exception is taken back. They are told."

    return _decided(request, exception_id, form, decide)


@require_POST
@desk_page(may_change=DECIDERS)
def decide_employment(request: HttpRequest, employment_id: UUID) -> HttpResponse:
    form = DecideEmploymentForm(request.POST, auto_id=f"employment_{employment_id}_%s")

    def decide() -> str:
        approve = form.cleaned_data["decision"] == "approve"
        found = approvals.decide_employment(
            department_id=tenant_of(request).id,
            employment_id=employment_id,
            approve=approve,
            reason=form.cleaned_data["reason"],
            conditions=form.cleaned_data["conditions"],
            approved_until_date=form.cleaned_data["approved_until_date"],
            roles=roles_of(request),
            actor=actor_of(request),
            at=clock.now(),
        )
        return f"{found.officer_name}: {found.employer} is {'approved' if approve else 'refused'}. They are told."

    return _decided(request, employment_id, form, decide)


@require_POST
@desk_page(may_change=DECIDERS)
def end(request: HttpRequest, employment_id: UUID) -> HttpResponse:
    form = EndingForm(request.POST, auto_id=f"ending_{employment_id}_%s")

    def decide() -> str:
        found = end_employment(
            department_id=tenant_of(request).id,
            employment_id=employment_id,
            reason=form.cleaned_data["reason"],
            actor=actor_of(request),
            at=clock.now(),
        )
        return f"{found.officer_name}: {found.employer} is ended."

    return _decided(request, employment_id, form, decide)


def _decided(request: HttpRequest, identifier: UUID, form: forms.Form, decide: Callable[[], str]) -> HttpResponse:
    if form.is_valid():
        try:
            messages.success(request, decide())
            return redirect("department:approvals")
        except Refusal as refusal:
            add_to_form(form, refusal)
    return _show(request, status=422, page_has_errors=True, bound={identifier: form})


def _show(
    request: HttpRequest, *, status: int = 200, bound: dict[UUID, forms.Form] | None = None, **shown: Any
) -> HttpResponse:
    department, at = tenant_of(request), clock.now()
    asked, ending, decided = exceptions_in_queue(department_id=department.id, at=at, decided_shown=_SHOWN)
    declared, lapsing, settled = employments_in_queue(department_id=department.id, at=at)
    named = {one.shift_id for one in (*asked, *ending, *decided) if one.shift_id is not None}
    shifts = approvals.shifts_named(shift_ids=named)
    roles, forms_by_id = roles_of(request), bound or {}
    waiting = [
        *(_asked(one, shifts, roles, forms_by_id, department.time_zone) for one in asked),
        *(_declared(one, roles, forms_by_id) for one in declared),
    ]
    past = sorted(
        [
            *(
                ("exception", one.decided_at, one, shifts.get(one.shift_id) if one.shift_id else None)
                for one in decided
            ),
            *(("employment", one.decided_at, one, None) for one in settled),
        ],
        key=lambda line: line[1] or at,
        reverse=True,
    )
    in_force = [
        (one, shifts.get(one.shift_id) if one.shift_id else None, _ending(one.exception_id, forms_by_id))
        for one in ending
    ]
    lapsed = [(one, _ending(one.employment_id, forms_by_id)) for one in lapsing]
    placed = [*(line.form for line in waiting), *(form for *_, form in in_force), *(form for *_, form in lapsed)]
    for form in forms_by_id.values():
        if form not in placed:
            # The row has moved on since their page was made, and took the form's place with it.
            messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    requests_waiting = Job.objects.filter(governing_department_id=department.id, state=Job.State.SUBMITTED).count()
    return show_page(
        request,
        "approvals",
        {
            "waiting": sorted(waiting, key=lambda line: line.since),
            "ending": in_force,
            "lapsing": lapsed,
            "past": past[:_SHOWN],
            "requests_waiting": requests_waiting,
            "at": at,
            "roles": roles,
            "form": next(iter(forms_by_id.values()), None),
            **shown,
        },
        status=status,
    )


def _asked(
    one: RuleException, shifts: dict[UUID, Shift], roles: frozenset[str], bound: dict[UUID, forms.Form], zone: str
) -> Waiting:
    local = one.expires_at.astimezone(zone_named(zone)).replace(tzinfo=None)
    form = _refused(one.exception_id, bound, DecideExceptionForm) or DecideExceptionForm(
        auto_id=f"exception_{one.exception_id}_%s", initial={"expires_at": local}
    )
    shift = shifts.get(one.shift_id) if one.shift_id else None
    return Waiting("exception", one.requested_at, one, shift, form, one.deciding_role in roles)


def _declared(one: Employment, roles: frozenset[str], bound: dict[UUID, forms.Form]) -> Waiting:
    form = _refused(one.employment_id, bound, DecideEmploymentForm) or DecideEmploymentForm(
        auto_id=f"employment_{one.employment_id}_%s"
    )
    return Waiting("employment", one.declared_at, one, None, form, one.deciding_role in roles)


def _ending(identifier: UUID, bound: dict[UUID, forms.Form]) -> forms.Form:
    return _refused(identifier, bound, EndingForm) or EndingForm(auto_id=f"ending_{identifier}_%s")


def _refused(identifier: UUID, bound: dict[UUID, forms.Form], kind: type[forms.Form]) -> forms.Form | None:
    """What was typed, if it was for this step: on a page that is older than the row it was for another one."""
    found = bound.get(identifier)
    return found if isinstance(found, kind) else None
