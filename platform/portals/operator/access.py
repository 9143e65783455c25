"""The operator's door: the marketplace's own host and the platform's staff. Nobody else finds these pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]
PAGE_SIZE = 50


def operator_page(view: View) -> View:
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        on_marketplace = getattr(request, "tenant", None) is None
        if not (on_marketplace and request.user.is_staff and request.user.is_active):  # type: ignore[union-attr]
            raise Http404
        return view(request, *arguments, **named)

    return guarded
