"""Paid details at the department's own time: the report, what was decided, and the workbook."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import actor_of
from accounts.desk_roles import MONEY_READERS
from departments import dispositions
from kernel import clock
from kernel.errors import Refusal
from marketplace.double_dipping import LONGEST_DAYS, DoubleDip, find_double_dips
from marketplace.models import Assignment
from portals.department.desk import PAGE_SIZE, desk_page, show_page
from portals.doors import tenant_of
from portals.refusals import show
from reports.workbooks import XLSX, Column, local_moment, write_workbook

OUTCOMES = {"explained": _("Explained"), "recovered": _("Recovered"), "referred": _("Referred")}
_COLUMNS = (
    Column("Officer"), Column("Detail", width=32), Column("Worked from", "moment"), Column("Worked until", "moment"),
    Column("Schedule says"), Column("From", "moment"), Column("Until", "moment"), Column("Source"),
    Column("Overlap (hours)", "hours"), Column("Pay for it", "money"), Column("Currency"), Column("Decided"),
    Column("Reason", width=40),
)  # fmt: skip


class PeriodForm(forms.Form):
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("Until"), required=False)
    tolerance = forms.IntegerField(label=_("Tolerance in minutes"), required=False, min_value=0, max_value=720)


@require_safe
@desk_page(may_read=MONEY_READERS)
def overlaps(request: HttpRequest) -> HttpResponse:
    form, found = _found(request)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "outcomes": OUTCOMES.items(),
        "undecided": sum(1 for one in found if one.disposition is None),
        "minutes": sum(one.overlap_minutes for one in found),
        "cents": sum(one.cents for one in found),
    }
    return show_page(request, "overlaps", context, status=422 if form.errors else 200)


@require_safe
@desk_page(may_read=MONEY_READERS)
def export_overlaps(request: HttpRequest) -> HttpResponse:
    _form, found = _found(request)
    rows = (_row(one) for one in found)
    answer = HttpResponse(write_workbook(sheet_name="Overlaps", columns=_COLUMNS, rows=rows), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="overlaps.xlsx"'
    return answer


@require_POST
@desk_page(may_read=MONEY_READERS)
def decide_overlap(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    own = Assignment.objects.filter(id=assignment_id, officer__home_department_id=department.id)
    if not own.exists():
        raise Http404("There is no such detail of an officer of yours.")
    minutes = request.POST.get("overlap_minutes", "0")
    try:
        dispositions.decide(
            department_id=department.id,
            assignment_id=assignment_id,
            outcome=request.POST.get("outcome", ""),
            reason=request.POST.get("reason", ""),
            overlap_minutes=int(minutes) if minutes.isdecimal() and len(minutes) < 7 else 0,
            actor=actor_of(request),
            at=clock.now(),
        )
        messages.success(request, "Decided. The reason is kept with the finding.")
    except Refusal as refusal:
        show(request, refusal)
    return redirect("department:overlaps")


def _found(request: HttpRequest) -> tuple[PeriodForm, list[DoubleDip]]:
    """Without dates: the last 90 days. Dates are the department's own, the last one included."""
    department = tenant_of(request)
    zone = ZoneInfo(department.time_zone)
    today = clock.now().astimezone(zone).date()
    form = PeriodForm(request.GET)
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    until = asked.get("until") or today
    since = asked.get("since") or until - timedelta(days=90)
    if not form.errors and not 0 <= (until - since).days <= LONGEST_DAYS:
        form.add_error("until", f"Choose at most {LONGEST_DAYS} days, the first before the last.")
    form.initial = {"since": since, "until": until, "tolerance": 0}
    if form.errors:
        return form, []
    found = find_double_dips(
        department_id=department.id,
        from_at=_midnight(since, zone),
        until_at=_midnight(until + timedelta(days=1), zone),
        tolerance_minutes=asked.get("tolerance") or 0,
    )
    return form, found


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def _row(one: DoubleDip) -> list[Any]:
    moments = (one.worked_starts_at, one.worked_ends_at, one.duty_starts_at, one.duty_ends_at)
    worked_from, worked_until, duty_from, duty_until = (local_moment(at, one.time_zone) for at in moments)
    decided = one.disposition
    return [
        one.officer_name, one.detail, worked_from, worked_until, one.duty_kind, duty_from, duty_until, one.source,
        one.overlap_minutes, one.cents, one.currency, decided.outcome if decided else "",
        decided.reason if decided else "",
    ]  # fmt: skip
