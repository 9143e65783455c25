"""What every request and every answer gets: the caller's own address, and no copy left behind."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

Response = Callable[[HttpRequest], HttpResponseBase]


class CallerAddressMiddleware:
    """Behind a proxy, REMOTE_ADDR is the proxy: limits by address would count everybody as one.

    TRUSTED_PROXY_COUNT proxies each added one entry at the end of X-Forwarded-For; what stands before those is the
    caller's own word and is not believed.
    """

    def __init__(self, get_response: Response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        count = settings.TRUSTED_PROXY_COUNT
        entries = [entry.strip() for entry in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if entry.strip()]
        if 0 < count <= len(entries):
            request.META["REMOTE_ADDR"] = entries[-count]
        return self.get_response(request)


class NothingStoredMiddleware:
    """Answers that do not say how long they may be kept are not kept: the next person at a shared computer who presses
    “back”, and every cache on the way, find nothing."""

    def __init__(self, get_response: Response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")  # type: ignore[attr-defined]
        return response
