"""The one clock. Edges (views, tasks, commands) read it; domain functions are given `at`.

Outside production a CLOCK_FILE may move it, so that a demo can play a week in a minute: `{"offset_seconds": 3600}`.
Every process reads the same file, the stand-ins for Stripe and Twilio included.
"""

import json
import os
from datetime import UTC, datetime, timedelta

_cached: tuple[int, timedelta] | None = None


def _offset() -> timedelta:
    global _cached
    path = os.environ.get("CLOCK_FILE")
    if not path or os.environ.get("MUSTER_ENVIRONMENT") == "production":
        return timedelta(0)
    try:
        changed_at = os.stat(path).st_mtime_ns
    except FileNotFoundError:
        return timedelta(0)
    if _cached is None or _cached[0] != changed_at:
        with open(path, encoding="utf-8") as file:
            _cached = (changed_at, timedelta(seconds=float(json.load(file)["offset_seconds"])))
    return _cached[1]


def now() -> datetime:
    """The current time, aware, UTC."""
    return datetime.now(UTC) + _offset()
