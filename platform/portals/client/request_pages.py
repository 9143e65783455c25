"""What the pages of a request share: finding the draft, going forth and back, the frame around a question."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from kernel.errors import NotFound, Refusal
from marketplace import access, drafts
from portals.client.request_state import SESSION_KEY, STEP_LABELS, STEPS, RequestInHand
from tenants.access import open_to_visitors

Page = Callable[..., HttpResponseBase]
# What the address says when a page was opened by “Change” on the last page: going on leads back there.
BACK_TO_CHECK = "check"


def request_page(view: Page) -> Page:
    """A page of one draft: `view(request, in_hand)`. The key in the address is the permission."""

    @wraps(view)
    def page(request: HttpRequest, key: str, **more: Any) -> HttpResponseBase:
        try:
            draft = drafts.draft_by_key(key)
        except NotFound as refusal:
            raise Http404 from refusal
        in_hand = RequestInHand(request, draft)
        if draft.submitted_job_id is not None and _page_name(request) not in ("sent", "follow"):
            return redirect("request:sent", key=key)
        if request.session.get(SESSION_KEY) != key:
            request.session[SESSION_KEY] = key
        try:
            return view(request, in_hand, **more)
        except NotFound as refusal:
            raise Http404 from refusal
        except Refusal as refusal:
            # Nothing that this page asks: sent from another window meanwhile, or grown too large to keep.
            messages.error(request, refusal.message)
            return redirect("request:resume", key=key)

    return open_to_visitors(page)


def _page_name(request: HttpRequest) -> str:
    return (request.resolver_match.url_name or "") if request.resolver_match else ""


def goes_back(request: HttpRequest) -> bool:
    return request.GET.get("back") == BACK_TO_CHECK


def go_on(request: HttpRequest, in_hand: RequestInHand, step: str) -> HttpResponse:
    """After an answered page: on to the next one, or back to the check that it was opened from."""
    if goes_back(request):
        return redirect("request:check", key=in_hand.key)
    following = STEPS[STEPS.index(step) + 1]
    if following == "you" and in_hand.client is not None:
        following = "check"
    return redirect(f"request:{following}", key=in_hand.key)


def to_missing_step(in_hand: RequestInHand, *, until: str) -> HttpResponse | None:
    """Where to send somebody who jumped ahead; None when this page's turn has come."""
    missing = in_hand.missing_step(until=until)
    if missing is not None:
        return redirect(f"request:{missing}", key=in_hand.key)
    if in_hand.obstacle is not None:
        return redirect("request:not_possible", key=in_hand.key)
    return None


def question(
    request: HttpRequest,
    in_hand: RequestInHand | None,
    step: str,
    form: forms.Form | None = None,
    *,
    template: str = "",
    **context: Any,
) -> HttpResponse:
    """Show a question; with 422 when its answers were refused."""
    number = STEPS.index(step) + 1
    back_url = ""
    if in_hand is not None and goes_back(request):
        back_url = reverse("request:check", kwargs={"key": in_hand.key})
    elif in_hand is not None and number > 1:
        back_url = reverse(f"request:{STEPS[number - 2]}", kwargs={"key": in_hand.key})
    page = {
        "in_hand": in_hand,
        "form": form,
        "step_labels": STEP_LABELS,
        "step_number": number,
        "back_url": context.pop("back_url", back_url),
        "submit_label": "Save and go back" if goes_back(request) else "Continue",
        **context,
    }
    status = 422 if form is not None and form.is_bound and form.errors else 200
    return render(request, template or f"client/request/{step}.html", page, status=status)


def keep(form: forms.Form, in_hand: RequestInHand, **answers: Any) -> bool:
    """Save, then let the domain judge what this page asked; its refusals go to the page's own fields."""
    try:
        in_hand.save(**answers)
    except NotFound:
        raise
    except Refusal as unstorable:
        form.add_error(None, unstorable.message)
        return False
    if not in_hand.shifts:
        return True
    refusal = in_hand.refusal_so_far(at=in_hand.at, agreed_starts=agreed_starts(in_hand))
    name = (refusal.field or "").removeprefix("venue.") if refusal is not None else ""
    if refusal is None or name not in form.fields:
        return True
    form.add_error(name, refusal.message)
    return False


def agreed_starts(in_hand: RequestInHand) -> tuple[datetime, ...]:
    """Starts that a change may keep although they have passed."""
    if in_hand.changes_job_id is None or in_hand.person is None:
        return ()
    return access.starts_for_client(person=in_hand.person, job_id=in_hand.changes_job_id)
