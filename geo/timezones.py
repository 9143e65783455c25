"""Time zones of places, and local wall time turned into instants without guessing at clock changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tzfpy

from geo.points import Point
from kernel.errors import InvalidInput


class TimeDoesNotExist(InvalidInput):
    code = "time_does_not_exist"

    def __init__(self, local: datetime, zone: str, resumes_at: datetime) -> None:
        super().__init__(
            f"On {local:%Y-%m-%d} the clocks go forward: {local:%H:%M} does not exist in {zone}. "
            f"Choose {resumes_at:%H:%M} or later.",
            local=local.isoformat(),
            zone=zone,
            resumes_at=resumes_at.isoformat(),
        )


class TimeIsAmbiguous(InvalidInput):
    code = "time_is_ambiguous"

    def __init__(self, local: datetime, zone: str) -> None:
        super().__init__(
            f"On {local:%Y-%m-%d} the clocks go back: {local:%H:%M} happens twice in {zone}. Say whether you mean "
            "the first or the second.",
            local=local.isoformat(),
            zone=zone,
        )


class UnknownTimeZone(InvalidInput):
    code = "unknown_time_zone"


@dataclass(frozen=True, slots=True)
class ResolvedTime:
    """`at` is aware UTC; `was_ambiguous` says that the wall clock shows this time twice."""

    at: datetime
    was_ambiguous: bool


def zone_at(point: Point) -> str:
    """IANA name of the zone at a point; over open sea, an Etc/GMT zone by longitude."""
    return tzfpy.get_tz(point.longitude, point.latitude) or "Etc/UTC"


@cache
def zone_named(zone: str) -> ZoneInfo:
    """Raises UnknownTimeZone."""
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownTimeZone(f"“{zone}” is not a time zone.", zone=zone) from None


def resolve_local(
    *, local: datetime, zone: str, ambiguous: Literal["earlier", "later", "refuse"] = "earlier"
) -> ResolvedTime:
    """The instant at which the wall clocks of `zone` show `local` (naive).

    Raises TimeDoesNotExist in the gap when clocks go forward, and TimeIsAmbiguous when asked to refuse a repeated time.
    """
    if local.tzinfo is not None:
        raise ValueError("Local wall time is naive.")
    place = zone_named(zone)
    earlier = local.replace(tzinfo=place, fold=0).astimezone(UTC)
    later = local.replace(tzinfo=place, fold=1).astimezone(UTC)
    if earlier.astimezone(place).replace(tzinfo=None) != local:
        # In a gap fold=0 reads the clock as before the change, which lands after it by the length of the gap.
        gap = earlier - later
        raise TimeDoesNotExist(local, zone, _first_after_gap(local, place, gap))
    was_ambiguous = earlier != later
    if was_ambiguous and ambiguous == "refuse":
        raise TimeIsAmbiguous(local, zone)
    return ResolvedTime(later if was_ambiguous and ambiguous == "later" else earlier, was_ambiguous)


def to_utc(*, local: datetime, zone: str, ambiguous: Literal["earlier", "later", "refuse"] = "earlier") -> datetime:
    """`resolve_local` when only the instant matters."""
    return resolve_local(local=local, zone=zone, ambiguous=ambiguous).at


def _first_after_gap(local: datetime, place: ZoneInfo, gap: timedelta) -> datetime:
    """The first wall-clock minute that exists again."""
    minute = local.replace(second=0, microsecond=0)
    for _ in range(int(gap.total_seconds() // 60) + 1):
        if minute.replace(tzinfo=place).astimezone(UTC).astimezone(place).replace(tzinfo=None) == minute:
            return minute
        minute += timedelta(minutes=1)
    return minute
