"""Positions as phones send them, read into `geo.fences.Fix`, and kept as evidence in plain JSON."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from geo.fences import Fix
from geo.points import parse_point
from marketplace.refusals import FixesUnreadable

MAXIMUM_FIXES = 20


def read_fixes(raw: Sequence[Mapping[str, Any]]) -> list[Fix]:
    """Each: {latitude, longitude, accuracy_metres, fixed_at, altitude_metres?}; `fixed_at` in ISO 8601 or as the
    browser's milliseconds. Raises FixesUnreadable, and CoordinatesInvalid for NaN and places not on Earth."""
    if not isinstance(raw, (list, tuple)):
        raise FixesUnreadable("the positions are not a list")
    if len(raw) > MAXIMUM_FIXES:
        raise FixesUnreadable(f"more than {MAXIMUM_FIXES} positions")
    return [_fix(item) for item in raw]


def fixes_to_json(fixes: Sequence[Fix]) -> list[dict[str, Any]]:
    return [
        {
            "latitude": fix.latitude,
            "longitude": fix.longitude,
            # PostgreSQL's JSON knows no NaN, but a phone that claims one is evidence.
            "accuracy_metres": fix.accuracy_metres if math.isfinite(fix.accuracy_metres) else str(fix.accuracy_metres),
            "fixed_at": fix.fixed_at.isoformat(),
            "altitude_metres": fix.altitude_metres,
        }
        for fix in fixes
    ]


def _fix(item: Any) -> Fix:
    if not isinstance(item, Mapping):
        raise FixesUnreadable("a position is not an object")
    point = parse_point(item.get("latitude"), item.get("longitude"))
    altitude = item.get("altitude_metres")
    return Fix(
        latitude=point.latitude,
        longitude=point.longitude,
        accuracy_metres=_number(item.get("accuracy_metres"), "accuracy"),
        fixed_at=_moment(item.get("fixed_at")),
        altitude_metres=None if altitude is None else _finite(altitude),
    )


def _number(value: Any, what: str) -> float:
    try:
        if isinstance(value, bool):
            raise ValueError
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise FixesUnreadable(f"the {what} is not a number") from None


def _finite(value: Any) -> float | None:
    number = _number(value, "altitude")
    return number if math.isfinite(number) else None


def _moment(value: Any) -> datetime:
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000, UTC)
        moment = datetime.fromisoformat(str(value))
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise FixesUnreadable("a position has no time with its offset from UTC") from None
