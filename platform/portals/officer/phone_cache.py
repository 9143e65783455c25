"""Which pages an officer's phone may keep for when there is no connection."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase

KEEP_HEADER = "X-Muster-Keep"

Page = Callable[..., HttpResponseBase]


def kept_on_phone(page: Page) -> Page:
    """The service worker keeps a copy of the page under its person's name, until somebody else is signed in.

    Only for pages that hold nothing but the officer's own work: a phone gets lost.
    """

    @wraps(page)
    def marked(request: HttpRequest, **more: Any) -> HttpResponseBase:
        response = page(request, **more)
        response.headers[KEEP_HEADER] = "1"  # type: ignore[attr-defined]
        return response

    return marked
