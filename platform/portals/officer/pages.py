"""What the officer's pages share: who may open them, and how refusals reach a page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from kernel.errors import NotFound
from marketplace.models import Officer
from portals.audience import audience_of

Page = Callable[..., HttpResponseBase]


def officer_page(view: Page) -> Page:
    """A page for a working officer: `view(request, officer, **path_arguments)`. Never cached: states and clocks move.

    NotFound of the domain becomes a 404. Whoever is signed in and no officer is told so.
    """

    @wraps(view)
    def page(request: HttpRequest, **more: Any) -> HttpResponseBase:
        officer = audience_of(request).officer
        if officer is None:
            return render(request, "officer/no_officer.html", status=403)
        officer.person = request.user  # type: ignore[assignment]  # it is the same row, already read
        try:
            return view(request, officer, **more)
        except NotFound as refusal:
            raise Http404 from refusal

    return never_cache(login_required(page))


def signed_in_officer(request: HttpRequest) -> Officer | None:
    """For answers to scripts, which cannot follow a redirect to the sign-in page."""
    return audience_of(request).officer
