"""How many requests one address, and one person, may make in a minute; counted in Valkey before anything else is asked.

Whoever is signed in is counted by person, so that a neighbour behind the same address cannot take their place. What
makes a credential known is a request that it was accepted for: an invented one is counted by address, like none at all.
"""

import hashlib
import json
import logging
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django_ratelimit.core import get_usage
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
Response = Callable[[HttpRequest], HttpResponseBase]

WEBHOOKS = "/webhooks/"
HEALTH = "/health"
_KNOWN = "known-credential:"
_REJECTED = (400, 401, 403)


class FloodMiddleware:
    """Outside of the tenants' middleware: a refused request costs Valkey a question and PostgreSQL nothing.

    Static files are not counted (they are the proxy's and WhiteNoise's), health is counted by itself, and of webhooks
    only what their views reject. Without Valkey every request passes.
    """

    def __init__(self, get_response: Response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path
        if path.startswith(settings.STATIC_URL):
            return self.get_response(request)
        if path.startswith(WEBHOOKS):
            return self._webhook(request)
        if path == HEALTH:
            return self._within(request, "health", _address(request), settings.REQUESTS_PER_MINUTE_PER_ADDRESS)
        credential = _credential(request)
        person = _person_of(credential) if credential else None
        if person:
            return self._within(request, "person", person, settings.REQUESTS_PER_MINUTE_PER_PERSON)
        response = self._within(request, "address", _address(request), settings.REQUESTS_PER_MINUTE_PER_ADDRESS)
        if credential and response.status_code != 429:
            _make_known(credential, request)
        return response

    def _within(self, request: HttpRequest, group: str, who: str, limit: int) -> HttpResponseBase:
        usage = _usage(request, group, who, limit, counts=True)
        if usage is None or not usage["should_limit"]:
            return self.get_response(request)
        if usage["count"] == limit + 1:
            # Once a minute and caller: the log must not become the second flood.
            logger.warning(
                "Flood: %s %s made more than %d requests in a minute, last %s", group, who, limit, request.path
            )
        return too_many(request, seconds=max(1, usage["time_left"]))

    def _webhook(self, request: HttpRequest) -> HttpResponseBase:
        """Signed messages pass, however many: the view judges the signature, and only what it rejects counts."""
        limit, who = settings.REQUESTS_PER_MINUTE_PER_ADDRESS, _address(request)
        usage = _usage(request, "rejected-webhooks", who, limit, counts=False)
        if usage is not None and usage["count"] >= limit:
            return too_many(request, seconds=max(1, usage["time_left"]))
        response = self.get_response(request)
        if response.status_code in _REJECTED:
            _usage(request, "rejected-webhooks", who, limit, counts=True)
        return response


def too_many(request: HttpRequest, *, seconds: int) -> HttpResponse:
    """A 429 that says in words and in a header when to come back."""
    sentence = f"Too many requests in a minute. Wait {seconds} second{'' if seconds == 1 else 's'}, then go on."
    if request.path.startswith(("/api/", "/_allauth/", WEBHOOKS)):
        numbers = {"retry_after_seconds": seconds}
        body = json.dumps({"code": "too_many_requests", "message": sentence, "field": None, "numbers": numbers})
        response = HttpResponse(body, status=429, content_type="application/json")
    else:
        page = _page(seconds, sentence)
        response = HttpResponse(page, status=429)
    # Outside of the middleware that would add them.
    origin = settings.PUBLIC_BASE_URL
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {origin}; img-src {origin}; font-src {origin}"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Retry-After"] = str(seconds)
    return response


@lru_cache(maxsize=120)
def _page(seconds: int, sentence: str) -> str:
    """Sixty pages at most: a flood must not be paid for with rendering."""
    origin = settings.PUBLIC_BASE_URL
    return render_to_string("errors/429.html", {"seconds": seconds, "sentence": sentence, "marketplace_url": origin})


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _credential(request: HttpRequest) -> str:
    """What a caller says they are signed in by, hashed: what lies in Valkey must open no session."""
    said = request.META.get("HTTP_X_SESSION_TOKEN") or request.COOKIES.get(settings.SESSION_COOKIE_NAME) or ""
    return hashlib.sha256(said.encode()).hexdigest() if said else ""


def _person_of(credential: str) -> str | None:
    try:
        return caches["shared"].get(_KNOWN + credential)
    except RedisError:
        return None


def _make_known(credential: str, request: HttpRequest) -> None:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return
    try:
        caches["shared"].set(_KNOWN + credential, str(user.pk), settings.SESSION_COOKIE_AGE)
    except RedisError:
        logger.warning("Flood: Valkey does not answer, a signed-in caller is counted by address")


def _usage(request: HttpRequest, group: str, who: str, limit: int, *, counts: bool) -> dict[str, Any] | None:
    """None when nothing is counted: limits are off, or Valkey does not answer."""
    try:
        return get_usage(request, group=f"flood-{group}", key=lambda *_: who, rate=f"{limit}/m", increment=counts)  # type: ignore[no-any-return]
    except RedisError as error:
        logger.warning("Flood: Valkey does not answer, requests pass uncounted (%s)", type(error).__name__)
        return None
