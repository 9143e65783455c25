"""“I am on site”: one tap, by the queue’s JSON with a position, or by a plain form without; and why one was late."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.actors import actor_of
from kernel import clock
from kernel.errors import Refusal
from kernel.identifiers import uuid7
from marketplace import attendance_reasons, presence
from marketplace.models import Officer, PresenceAnswer
from portals import wording
from portals.officer.field_items import not_signed_in, read_body, read_item, refusal_answer
from portals.officer.pages import officer_page, signed_in_officer
from portals.refusals import show


@never_cache
@require_POST
def confirm(request: HttpRequest, prompt_id: UUID) -> JsonResponse:
    """{fixes} with what the queue adds. The same `punch_id` again has the same answer."""
    at = clock.now()
    officer = signed_in_officer(request)
    if officer is None:
        return not_signed_in(at=at)
    try:
        body = read_body(request)
        answer = presence.confirm_presence(
            officer=officer,
            prompt_id=prompt_id,
            fixes=body.get("fixes") or [],
            actor=actor_of(request),
            at=at,
            **read_item(body),
        )
    except Refusal as refusal:
        return refusal_answer(refusal, at=at)
    return JsonResponse(
        {
            "server_at": at.isoformat(),
            "verdict": answer.verdict,
            "sentence": _sentence(answer),
            "url": reverse("officer:assignment", args=[answer.prompt.assignment_id]),
        }
    )


@officer_page
@require_POST
def confirm_by_form(request: HttpRequest, officer: Officer, prompt_id: UUID) -> HttpResponse:
    """Without a position, which a plain form cannot give: the coordinator sees that it is missing."""
    try:
        answer = presence.confirm_presence(
            officer=officer, prompt_id=prompt_id, punch_id=uuid7(), fixes=[], actor=actor_of(request), at=clock.now()
        )
    except Refusal as refusal:
        show(request, refusal)
        return redirect("officer:shifts")
    messages.success(request, _sentence(answer))
    return redirect("officer:assignment", assignment_id=answer.prompt.assignment_id)


@officer_page
@require_POST
def give_reason(request: HttpRequest, officer: Officer, assignment_id: UUID) -> HttpResponse:
    try:
        attendance_reasons.give_by_officer(
            officer=officer,
            assignment_id=assignment_id,
            kind=request.POST.get("kind", ""),
            code=request.POST.get("code", ""),
            actor=actor_of(request),
            at=clock.now(),
        )
        messages.success(request, _("Thank you. Your coordinator reads it beside your hours."))
    except Refusal as refusal:
        show(request, refusal)
    return redirect("officer:assignment", assignment_id=assignment_id)


def _sentence(answer: PresenceAnswer) -> str:
    zone = answer.prompt.assignment.shift.time_zone
    when = wording.time_text(wording.local_time(answer.happened_at, zone))
    return _("Confirmed at %(time)s. Thank you.") % {"time": when}
