"""What every request and every answer gets: the caller's own address, a bound on its size, and no copy left behind."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import render

logger = logging.getLogger(__name__)
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


class RequestSizeMiddleware:
    """Refuses what is too large to be meant before a byte of it is read, let alone written to the disk.

    A request without a length has no body for a WSGI server's caller, so the header is the whole truth.
    """

    def __init__(self, get_response: Response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        limit: int = settings.MAXIMUM_REQUEST_BYTES
        if not length.isdecimal() or int(length) <= limit:
            return self.get_response(request)
        logger.warning(
            "Too large: %s bytes for %s from %s, nothing was read",
            length,
            request.path,
            request.META.get("REMOTE_ADDR"),
        )
        sentence = f"That is more than {limit // 1024 // 1024} MB. Send a smaller file."
        if request.path.startswith("/api/"):
            refusal = {"code": "too_large", "message": sentence, "field": None, "numbers": {"maximum_bytes": limit}}
            return JsonResponse(refusal, status=413)
        return render(None, "errors/413.html", {"sentence": sentence}, status=413)
