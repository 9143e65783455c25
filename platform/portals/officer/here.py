"""Where the officer is now, for half an hour: only the feed looks at it, and nothing writes it down.

It travels in the body of a request, because addresses are logged, and waits in memory that forgets by itself rather
than in the session's table. A hundred metres are near enough to find work by.
"""

from datetime import datetime, timedelta

from django.core.cache import caches
from django.http import HttpRequest

from geo.points import Point
from kernel import clock

KEPT_FOR = timedelta(minutes=30)
_DECIMALS = 3


def keep_here(request: HttpRequest, point: Point) -> None:
    rounded = point.rounded(_DECIMALS)
    until = clock.now() + KEPT_FOR
    caches["shared"].set(
        _key(request), (rounded.latitude, rounded.longitude, until), timeout=int(KEPT_FOR.total_seconds())
    )


def forget_here(request: HttpRequest) -> None:
    caches["shared"].delete(_key(request))


def here_of(request: HttpRequest) -> tuple[Point, datetime] | None:
    """The position of this sign-in and until when it counts; None without one."""
    found = caches["shared"].get(_key(request))
    if found is None:
        return None
    latitude, longitude, until = found
    return Point(latitude, longitude), until


def _key(request: HttpRequest) -> str:
    # Of the sign-in, not of the person: another phone of theirs is somewhere else, and signing out forgets.
    return f"officer-here:{request.session.session_key}"
