"""Between clocking in and out: breaks, calls to duty, incidents. By the queue's JSON, or by a plain form."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.actors import actor_of
from kernel import clock
from kernel.errors import Refusal
from marketplace import access, telling
from marketplace.field_items import FieldItem
from marketplace.models import DutyEvent, Officer
from portals import wording
from portals.officer.clock_views import show_assignment
from portals.officer.field_items import not_signed_in, read_body, read_item, refusal_answer
from portals.officer.forms import TellForm
from portals.officer.on_site import told_sentence
from portals.officer.pages import officer_page, signed_in_officer
from portals.refusals import add_to_form


@never_cache
@require_POST
def tell(request: HttpRequest, assignment_id: UUID) -> JsonResponse:
    """{kind, category, report_number} with what the queue adds. The same `punch_id` again has the same answer."""
    at = clock.now()
    officer = signed_in_officer(request)
    if officer is None:
        return not_signed_in(at=at)
    try:
        body = read_body(request)
        event = telling.tell(
            item=FieldItem(
                officer=officer, assignment_id=assignment_id, actor=actor_of(request), at=at, **read_item(body)
            ),
            kind=str(body.get("kind", "")),
            category=str(body.get("category") or ""),
            report_number=str(body.get("report_number") or ""),
        )
    except Refusal as refusal:
        return refusal_answer(refusal, at=at)
    return JsonResponse(
        {
            "server_at": at.isoformat(),
            "kind": event.kind,
            "sentence": _sentence(event),
            "happened_at": event.happened_at.isoformat(),
            "counts": event.counts,
            "url": reverse("officer:assignment", args=[assignment_id]),
        }
    )


@officer_page
@require_POST
def tell_by_form(request: HttpRequest, officer: Officer, assignment_id: UUID) -> HttpResponse:
    form = TellForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        try:
            event = telling.tell(
                item=FieldItem(
                    officer=officer,
                    assignment_id=assignment_id,
                    punch_id=told["punch_id"],
                    actor=actor_of(request),
                    at=clock.now(),
                ),
                kind=told["kind"],
                category=told["category"],
                report_number=told["report_number"],
            )
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            messages.success(request, _sentence(event))
            return redirect("officer:assignment", assignment_id=assignment_id)
    found = access.assignment_for_officer(officer=officer, assignment_id=assignment_id)
    return show_assignment(request, found, tell_form=form, status=422)


def _sentence(event: DutyEvent) -> str:
    zone = event.assignment.shift.time_zone
    return told_sentence(event, wording.time_text(wording.local_time(event.happened_at, zone)))
