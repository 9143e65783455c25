"""A link by mail, to go on with a request on another device."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_ratelimit.core import is_ratelimited

from notifications.letters import Letter, send_letter
from portals.client.request_forms import MailLinkForm
from portals.client.request_pages import request_page
from portals.client.request_state import RequestInHand

# A stranger's address can be typed: few letters a draft and an hour, each address once a day.
_RATE = "6/h"


@request_page
@require_POST
def mail_link(request: HttpRequest, in_hand: RequestInHand) -> HttpResponse:
    form = MailLinkForm(request.POST)
    onward = redirect("request:price", key=in_hand.key)
    if not form.is_valid():
        messages.error(request, "Enter an e-mail address such as name@example.com.")
        return onward
    if is_ratelimited(request, group="request-link", key="ip", rate=_RATE, increment=True):
        messages.error(request, "Several links were mailed from here. Try again in an hour.")
        return onward
    tenant = request.tenant  # type: ignore[attr-defined]
    address = form.cleaned_data["email"].lower()
    letter = Letter(
        subject="Your unfinished request for officers",
        heading="Go on with your request",
        paragraphs=(
            "You asked us to mail you this link. It opens your request on any device, just as you left it.",
            "Whoever has the link can read and change the request. Nothing is sent until somebody sends it.",
        ),
        action=("Go on", request.build_absolute_uri(reverse("request:resume", kwargs={"key": in_hand.key}))),
        footnote="If you did not ask for this, you need not do anything.",
        sender=tenant.name if tenant is not None else "Muster",
    )
    send_letter(
        letter,
        business_key=f"request-link:{in_hand.draft.id}:{address}:{in_hand.at:%Y%m%d}",
        recipient=address,
        at=in_hand.at,
    )
    messages.success(request, f"The link is on its way to {address}.")
    return onward
