"""The exceptions report: what was out of the ordinary, what happened, and what somebody decided about it."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import actor_of
from accounts.desk_roles import DECIDERS, PERSONNEL_READERS
from geo.timezones import zone_named
from kernel import clock
from kernel.errors import InvalidInput, NotFound, Refusal
from marketplace import attendance_reasons
from marketplace.irregularities import KINDS, Irregularity, irregularities, irregularities_of, write_disposition
from marketplace.models import AttendanceReason
from portals.department import hours_reading
from portals.department.desk import PAGE_SIZE, desk_page, show_page
from portals.doors import may, tenant_of
from portals.refusals import add_to_form, show
from portals.wording import local_time
from reports.irregularity_list import write_irregularity_list
from reports.workbooks import XLSX

_DEFAULT_DAYS = 30


class ReportForm(forms.Form):
    """Dates are the department's own; the last day is included."""

    from_date = forms.DateField(label=_("From"), required=False)
    until_date = forms.DateField(label=_("Until"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("Everything")), *KINDS.items()])
    only_open = forms.BooleanField(label=_("Without a disposition only"), required=False)


class DispositionForm(forms.Form):
    text = forms.CharField(
        label=_("Disposition"),
        help_text=_("What was found and decided. It stays as written; a second thought is a second line."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what was found and decided.")},
    )


@require_safe
@desk_page(may_read=PERSONNEL_READERS)
def report(request: HttpRequest) -> HttpResponse:
    form, found = _found(request)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return show_page(
        request,
        "irregularities",
        {"filter_form": form, "page": page, "form": form if form.errors else None, "query": request.GET.urlencode()},
        status=422 if form.errors else 200,
    )


@require_safe
@desk_page(may_read=PERSONNEL_READERS)
def export(request: HttpRequest) -> HttpResponse:
    """What the filters show, all pages of it."""
    department = tenant_of(request)
    _form, found = _found(request)
    written = write_irregularity_list(found=found)
    response = HttpResponse(written, content_type=XLSX)
    today = local_time(clock.now(), department.time_zone).date()
    response["Content-Disposition"] = f'attachment; filename="exceptions-{department.slug}-{today.isoformat()}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@desk_page(may_change=DECIDERS)
def give_reason(request: HttpRequest, assignment_id: UUID, kind: str) -> HttpResponse:
    try:
        attendance_reasons.give_by_desk(
            department_id=tenant_of(request).id,
            assignment_id=assignment_id,
            kind=kind,
            code=request.POST.get("code", ""),
            actor=actor_of(request),
            at=clock.now(),
        )
        messages.success(request, "The reason is kept.")
    except NotFound:
        raise
    except Refusal as refusal:
        show(request, refusal)
    return redirect("department:irregularity", assignment_id=assignment_id, kind=kind)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(may_read=PERSONNEL_READERS, may_change=DECIDERS)
def one(request: HttpRequest, assignment_id: UUID, kind: str) -> HttpResponse:
    department = tenant_of(request)
    form = DispositionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            write_disposition(
                department_id=department.id,
                assignment_id=assignment_id,
                kind=kind,
                text=form.cleaned_data["text"],
                actor=actor_of(request),
                at=clock.now(),
            )
            messages.success(request, "The disposition is on file.")
            return redirect("department:irregularity", assignment_id=assignment_id, kind=kind)
        except Refusal as refusal:
            add_to_form(form, refusal)
    all_of_it = irregularities_of(department_id=department.id, assignment_id=assignment_id)
    chosen = next((found for found in all_of_it if found.kind == kind), None)
    if chosen is None:
        raise Http404
    return show_page(
        request,
        "irregularity",
        {
            "one": chosen,
            "others": [found for found in all_of_it if found.kind != kind],
            "trail": hours_reading.read_trail(department_id=department.id, assignment=chosen.assignment),
            "form": form,
            "reason_codes": AttendanceReason.Code.choices if kind in attendance_reasons.KINDS else (),
            "may_write": may(request, DECIDERS),
        },
        status=422 if form.errors else 200,
    )


def _found(request: HttpRequest) -> tuple[ReportForm, list[Irregularity]]:
    department = tenant_of(request)
    today = local_time(clock.now(), department.time_zone).date()
    first, last = today - timedelta(days=_DEFAULT_DAYS), today
    data: dict[str, Any] = {"from_date": first.isoformat(), "until_date": last.isoformat(), **request.GET.dict()}
    form = ReportForm(data)
    if not form.is_valid():
        return form, []
    zone = zone_named(department.time_zone)
    first, last = form.cleaned_data["from_date"] or first, form.cleaned_data["until_date"] or last
    try:
        return form, irregularities(
            department_id=department.id,
            starts_at=datetime.combine(first, time(), zone),
            ends_at=datetime.combine(last + timedelta(days=1), time(), zone),
            kind=form.cleaned_data["kind"],
            only_open=form.cleaned_data["only_open"],
        )
    except InvalidInput as refusal:
        add_to_form(form, refusal)
        return form, []
