"""The jobs that this agency supplies: who stands where, who is asked, and what is left."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import actor_of
from agencies import staffing
from billing.agencies import money as agency_money
from geo.timezones import zone_named
from kernel import clock
from kernel.errors import Refusal
from marketplace import agency_staffing
from marketplace.agency_jobs import (
    assignment_of_agency,
    job_of_agency,
    jobs_of_agency,
    position_wanted,
    shift_of_agency,
)
from marketplace.alerts import open_alerts
from marketplace.assigning import TAKING_STATES
from marketplace.boards import board_of_job
from marketplace.empty_places import may_be_sent_to
from marketplace.job_totals import first_dates, totals_beside, totals_from, totals_of_jobs
from marketplace.models import Assignment, Job, Shift
from marketplace.numbering import CANCELLED_NUMBERS_FROM
from marketplace.places import places_held, shares_place
from marketplace.refusals_bidding import RankNotWanted
from marketplace.releasing import CAN_BE_RELEASED
from marketplace.status import status_of
from portals.agency.desk import PAGE_SIZE, agency_page, show_page
from portals.agency.sending_views import breadcrumbs_of, row_of, send_page
from portals.dates_of_job import page_of_dates
from portals.doors import tenant_of
from portals.refusals import add_to_form, show
from portals.site_board import board, shows_board
from portals.site_words import alert_heading
from tenants.queries import get_tenant, read_tenants

_VIEWS = {
    "": (_("Underway"), (Job.State.CONTRACTED,)),
    "over": (_("Over"), (Job.State.CLOSED, Job.State.CANCELLED)),
}


class StaffingForm(forms.Form):
    officers = forms.MultipleChoiceField(
        label=_("Officers"), error_messages={"required": _("Choose at least one officer.")}
    )
    answer_by = forms.DateTimeField(
        label=_("Answer by"), required=False, help_text=_("For offers. Then the place is free again.")
    )

    def __init__(self, *arguments: Any, officers: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["officers"].choices = officers  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=2000, error_messages={"required": _("Give a reason: the officer will read it.")}
    )


@require_safe
@agency_page()
def jobs(request: HttpRequest) -> HttpResponse:
    agency = tenant_of(request)
    view = request.GET.get("view", "")
    states = _VIEWS.get(view, _VIEWS[""])[1]
    found = jobs_of_agency(agency_id=agency.id).filter(state__in=states).order_by("-contracted_at", "id")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    job_ids = [job.id for job in page]
    contracts = agency_money.contracts_of_agency(agency_id=agency.id, job_ids=job_ids)
    totals, firsts = totals_of_jobs(job_ids), first_dates(job_ids)
    context = {
        "page": page,
        "rows": [
            {
                "job": job,
                "status": status_of(job, totals[job.id]),
                "first": firsts.get(job.id),
                "margin_cents": agency_money.planned_margin(contracts[job.id]) if job.id in contracts else None,
            }
            for job in page
        ],
        "tabs": [
            {"label": label, "url": f"?view={name}" if name else "?", "active": view == name}
            for name, (label, _states) in _VIEWS.items()
        ],
    }
    return show_page(request, "jobs", context)


@require_safe
@agency_page()
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    agency = tenant_of(request)
    at = clock.now()
    with_totals = jobs_of_agency(agency_id=agency.id).annotate(totals=totals_beside(at=at, with_taken_away=False))
    found: Any = job_of_agency(agency_id=agency.id, job_id=job_id, among=with_totals)
    contract = agency_money.contracts_of_agency(agency_id=agency.id, job_ids=[job_id]).get(job_id)
    totals, dates = totals_from(found.totals)
    shown = page_of_dates(_shifts(found), totals=totals, dates=dates, number=request.GET.get("page"))
    context = {
        **(_board(agency.id, found, at) if shows_board(found, dates) else {}),
        "job": found,
        "status": status_of(found, totals),
        "department": get_tenant(tenant_id=found.governing_department_id),
        "shown": shown,
        "shifts": [_shift_row(shift) for shift in shown.object_list],
        "contract": contract,
        "margin_cents": agency_money.planned_margin(contract) if contract else None,
        "may_take_off": CAN_BE_RELEASED,
        "form": ReasonForm(),
        "zone": found.time_zone,
        "breadcrumbs": [{"label": "Jobs", "url": reverse("agency:jobs")}],
    }
    return show_page(request, "job", context)


@require_safe
@never_cache
@agency_page()
def on_site(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The part of a job's page that changes while it runs."""
    agency = tenant_of(request)
    found = job_of_agency(agency_id=agency.id, job_id=job_id)
    return render(request, "components/site_board.html", _board(agency.id, found, clock.now()))


def _board(agency_id: UUID, job: Job, at: datetime) -> dict[str, Any]:
    return {
        "board": board(board_of_job(job_id=job.id, at=at), at=at, for_client=False),
        "board_at": at,
        "board_zone": job.time_zone,
        "board_url": reverse("agency:on_site", args=[job.id]),
        "alerts": [
            {"alert": one, "heading": alert_heading(one)}
            for one in open_alerts(agency_id=agency_id)
            if one.shift.job_id == job.id
        ],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@agency_page()
def staff(request: HttpRequest, shift_id: UUID, rank_code: str) -> HttpResponse:
    """One place of one shift: every engaged officer, who may, who is free, and why not. Offered or assigned."""
    agency, at = tenant_of(request), clock.now()
    shift = shift_of_agency(agency_id=agency.id, shift_id=shift_id)
    try:
        position = position_wanted(shift, rank_code)
    except RankNotWanted as refusal:
        raise Http404(refusal.message) from refusal
    if may_be_sent_to(shift, at=at):
        return send_page(request, shift, position, at=at)
    rows = staffing.candidates(agency_id=agency.id, shift_id=shift_id, rank_code=rank_code, at=at)
    read_tenants(tenant_ids={row.candidate.home_department_id for row in rows})
    choices = [(str(row.candidate.officer_id), row.candidate.name) for row in rows]
    with timezone.override(zone_named(shift.time_zone)):
        initial = {"answer_by": min(shift.starts_at, at + timedelta(hours=24))}
        form = StaffingForm(request.POST if request.method == "POST" else None, officers=choices, initial=initial)
        if request.method == "POST" and form.is_valid():
            try:
                messages.success(request, _give(request, shift, rank_code, form))
                return redirect("agency:job", job_id=shift.job_id)
            except Refusal as refusal:
                add_to_form(form, refusal)
        context = {
            "shift": shift,
            "job": shift.job,
            "position": position,
            "free": max(0, position.headcount - len(position.live)),  # type: ignore[attr-defined]
            "takes": shift.state in TAKING_STATES and shift.starts_at > at,
            "rows": [row_of(row) for row in rows],
            "form": form,
            "chosen": request.POST.getlist("officers"),
            "zone": shift.time_zone,
            "breadcrumbs": breadcrumbs_of(shift),
        }
        return show_page(request, "staff", context, status=422 if form.errors else 200)


@require_POST
@agency_page()
def take_off(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    agency = tenant_of(request)
    found = assignment_of_agency(agency_id=agency.id, assignment_id=assignment_id)
    try:
        agency_staffing.take_off(
            agency_id=agency.id,
            assignment_id=assignment_id,
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            at=clock.now(),
        )
        messages.success(request, f"{found.officer.display_name} is off this shift, and is told why.")
    except Refusal as refusal:
        show(request, refusal)
    return redirect("agency:job", job_id=found.shift.job_id)


def _give(request: HttpRequest, shift: Shift, rank_code: str, form: StaffingForm) -> str:
    chosen: dict[str, Any] = {
        "agency_id": tenant_of(request).id,
        "shift_id": shift.id,
        "rank_code": rank_code,
        "officer_ids": [UUID(one) for one in form.cleaned_data["officers"]],
        "actor": actor_of(request),
        "at": clock.now(),
    }
    count = len(form.cleaned_data["officers"])
    if "assign" in request.POST:
        staffing.assign(**chosen)
        return f"{count} officer{'s are' if count > 1 else ' is'} assigned."
    staffing.offer(answer_by=form.cleaned_data["answer_by"] or shift.starts_at, **chosen)
    return f"{count} place{'s are' if count > 1 else ' is'} offered. You see the answers on this page."


def _shifts(found: Job) -> "QuerySet[Shift]":
    live = Assignment.objects.filter(state__in=Assignment.LIVE_STATES).select_related("officer", "offer")
    assignments = live.annotate(shares_place=shares_place()).order_by("created_at", "id")
    return Shift.objects.filter(job=found, number__lt=CANCELLED_NUMBERS_FROM).prefetch_related(
        "positions", Prefetch("assignments", assignments, to_attr="live_assignments")
    )


def _shift_row(shift: Any) -> dict[str, Any]:
    at = clock.now()
    takes = shift.state in TAKING_STATES if shift.starts_at > at else may_be_sent_to(shift, at=at)
    places = []
    for position in shift.positions.all():
        held = [one for one in shift.live_assignments if one.position_id == position.id]
        places.append({"position": position, "held": held, "free": max(0, position.headcount - places_held(held))})
    return {"shift": shift, "places": places, "takes": takes, "has_begun": shift.starts_at <= at}
