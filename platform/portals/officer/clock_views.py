"""The officer's own page of one shift: where to go, the clock, and what became of the hours."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.actors import actor_of
from kernel import clock
from kernel.errors import Refusal
from kernel.identifiers import uuid7
from kernel.money import per_hour_half_up
from marketplace import access, timekeeping
from marketplace.models import Assignment, ClockEvent, Officer, Timesheet
from marketplace.timekeeping import CLOCK_IN_OPENS_MINUTES_BEFORE
from messaging.spoken import spoken
from portals import wording
from portals.officer.field_items import not_signed_in, read_body, read_item, refusal_answer
from portals.officer.forms import ClockForm, TellForm
from portals.officer.on_site import on_site_of
from portals.officer.pages import officer_page, signed_in_officer
from portals.officer.phone_cache import kept_on_phone
from portals.officer.questions import questions_on
from portals.officer.travel import distance_text
from portals.refusals import add_to_form
from portals.states import look_of


@kept_on_phone
@officer_page
@require_GET
def assignment(request: HttpRequest, officer: Officer, assignment_id: UUID) -> HttpResponse:
    return show_assignment(request, access.assignment_for_officer(officer=officer, assignment_id=assignment_id))


@officer_page
@require_POST
def clock_by_form(request: HttpRequest, officer: Officer, assignment_id: UUID) -> HttpResponse:
    """Without a script there is no position: the punch counts, and a coordinator looks at it."""
    form = ClockForm(request.POST)
    if form.is_valid():
        try:
            event = timekeeping.punch(
                officer=officer,
                assignment_id=assignment_id,
                kind=form.cleaned_data["kind"],
                punch_id=form.cleaned_data["punch_id"],
                fixes=[],
                reason_given=form.cleaned_data["reason_given"],
                actor=actor_of(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            messages.success(request, _done_sentence(event))
            return redirect("officer:assignment", assignment_id=assignment_id)
    found = access.assignment_for_officer(officer=officer, assignment_id=assignment_id)
    return show_assignment(request, found, form=form, status=422)


@never_cache
@require_POST
def punch(request: HttpRequest, assignment_id: UUID) -> JsonResponse:
    """The phone's punch as JSON: {kind, punch_id, fixes, client_at, device_id, reason_given, sent_late}.

    The same `punch_id` again has the same answer, so a phone may repeat what it has had no answer to.
    """
    at = clock.now()
    officer = signed_in_officer(request)
    if officer is None:
        return not_signed_in(at=at)
    try:
        event = timekeeping.punch(
            officer=officer, assignment_id=assignment_id, actor=actor_of(request), at=at, **_read(request)
        )
    except Refusal as refusal:
        return refusal_answer(refusal, at=at)
    return JsonResponse(
        {
            "server_at": at.isoformat(),
            "kind": event.kind,
            "verdict": event.verdict,
            "verdict_label": str(look_of(event.verdict).label),
            "sentence": _done_sentence(event),
            "happened_at": event.happened_at.isoformat(),
            "distance_metres": None if event.distance_metres is None else round(event.distance_metres),
            "url": reverse("officer:assignment", args=[assignment_id]),
        }
    )


def _read(request: HttpRequest) -> dict[str, Any]:
    """Raises InvalidInput."""
    body = read_body(request)
    return {
        **read_item(body),
        "kind": str(body.get("kind", "")),
        "fixes": body.get("fixes") or [],
        "reason_given": str(body.get("reason_given") or ""),
    }


def show_assignment(
    request: HttpRequest,
    assignment: Assignment,
    *,
    form: ClockForm | None = None,
    tell_form: TellForm | None = None,
    status: int = 200,
) -> HttpResponse:
    at = clock.now()
    shift = assignment.shift
    punches = {event.kind: event for event in assignment.clock_events.select_related("review")}
    sheet = Timesheet.objects.filter(assignment=assignment).first()
    opens_at = shift.starts_at - timedelta(minutes=CLOCK_IN_OPENS_MINUTES_BEFORE)
    phase = _phase(assignment, at=at, opens_at=opens_at)
    kind = "out" if phase == "on_duty" else "in"
    context = {
        "assignment": assignment,
        "shift": shift,
        "job": shift.job,
        "venue": shift.job.venue,
        "phase": phase,
        "may_give_up": assignment.state == Assignment.State.CONFIRMED and at < shift.starts_at,
        "kind": kind,
        "opens_at": opens_at,
        "at": at,
        "form": form or ClockForm(initial={"kind": kind, "punch_id": uuid7()}),
        "punches": [_punch_row(punches[one], shift.job.venue.country) for one in ("in", "out") if one in punches],
        "clocked_in": punches.get("in"),
        "seconds_left": max(0, int((shift.ends_at - at).total_seconds())),
        **questions_on(assignment, at),
        **on_site_of(assignment, clocked_in=punches.get("in"), sheet=sheet, at=at, form=tell_form),
        "sheet": sheet,
        "sheet_pay_cents": _pay_of(assignment, sheet),
        "under_review": any(_review_is_open(event) for event in punches.values()),
        "seconds_to_open": max(0, int((opens_at - at).total_seconds())),
        "breadcrumbs": [{"label": _("My shifts"), "url": reverse("officer:shifts")}],
    }
    return render(request, "officer/assignment.html", context, status=status)


def _phase(assignment: Assignment, *, at: datetime, opens_at: datetime) -> str:
    """early → ready → on_duty → done; or missed, or ended."""
    state = assignment.state
    if state == Assignment.State.CHECKED_IN:
        return "on_duty"
    if state == Assignment.State.CHECKED_OUT:
        return "done"
    if state != Assignment.State.CONFIRMED:
        return "ended"
    if at < opens_at:
        return "early"
    return "ready" if at < assignment.authorised_ends_at else "missed"


def _punch_row(event: ClockEvent, country: str) -> dict[str, Any]:
    return {
        "event": event,
        "title": _("Clocked in") if event.kind == ClockEvent.Kind.IN else _("Clocked out"),
        "distance": "" if event.distance_metres is None else distance_text(round(event.distance_metres), country),
        "review_is_open": _review_is_open(event),
    }


def _review_is_open(event: ClockEvent) -> bool:
    review = getattr(event, "review", None)
    return review is not None and review.state == "open"


def _pay_of(assignment: Assignment, sheet: Timesheet | None) -> int:
    return per_hour_half_up(assignment.pay_rate_cents_per_hour, sheet.payable_minutes) if sheet else 0


def _done_sentence(event: ClockEvent) -> str:
    zone = event.assignment.shift.time_zone
    when = wording.time_text(wording.local_time(event.happened_at, zone))
    done = _("Clocked in at %(time)s.") if event.kind == ClockEvent.Kind.IN else _("Clocked out at %(time)s.")
    return f"{done % {'time': when}} {spoken(event.explanation)}"
