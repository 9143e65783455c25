"""When an offer of work may reach somebody: hours of the law where they live, of the department, and of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

import yaml

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ALL_DAY = (time(0), time.max)
# Every day of a week and one more: whoever is not reachable within that is not reachable at all.
_DAYS_AHEAD = 8


@dataclass(frozen=True, slots=True)
class Hours:
    """`place` is a state or province like "US-TX", or a country; `opens` and `closes` are the department's.

    `quiet_from` to `quiet_until` is the person's own, past midnight when it ends before it begins. `at_any_hour` lifts
    the law's and the department's hours: the job is imminent, or the person asked for it. Their own it never lifts.
    """

    zone: str
    place: str
    opens: time
    closes: time
    quiet_from: time | None = None
    quiet_until: time | None = None
    at_any_hour: bool = False


def next_moment(hours: Hours, *, at: datetime) -> datetime | None:
    """`at` itself where it may be, else the first moment afterwards; None when there is none within a week."""
    zone = ZoneInfo(hours.zone)
    moment = at.astimezone(zone)
    last = moment + timedelta(days=_DAYS_AHEAD)
    while moment <= last:
        opens, closes = _ALL_DAY if hours.at_any_hour else _open_hours(hours, moment)
        clock = moment.time()
        if opens >= closes or clock >= closes:
            moment = _midnight_after(moment, zone)
        elif clock < opens:
            moment = datetime.combine(moment.date(), opens, tzinfo=zone)
        elif quiet_ends := _end_of_quiet(hours, moment, zone):
            moment = quiet_ends
        else:
            return at if moment == at else moment.astimezone(at.tzinfo)
    return None


def _open_hours(hours: Hours, moment: datetime) -> tuple[time, time]:
    """Empty (opens at its end) on a day without any."""
    law = _law(hours.place, moment.weekday())
    if law is None:
        return time(0), time(0)
    return max(law[0], hours.opens), min(law[1], hours.closes)


def _end_of_quiet(hours: Hours, moment: datetime, zone: ZoneInfo) -> datetime | None:
    """When the person's own quiet hours end, if `moment` is inside them."""
    begins, ends = hours.quiet_from, hours.quiet_until
    if begins is None or ends is None:
        return None
    clock = moment.time()
    if begins < ends:
        return datetime.combine(moment.date(), ends, tzinfo=zone) if begins <= clock < ends else None
    if clock >= begins:
        return datetime.combine(moment.date() + timedelta(days=1), ends, tzinfo=zone)
    return datetime.combine(moment.date(), ends, tzinfo=zone) if clock < ends else None


def _midnight_after(moment: datetime, zone: ZoneInfo) -> datetime:
    return datetime.combine(moment.date() + timedelta(days=1), time(0), tzinfo=zone)


@cache
def _law(place: str, weekday: int) -> tuple[time, time] | None:
    rules = _rules()
    country = place.partition("-")[0]
    rule = rules["places"].get(place) or rules["places"].get(country) or rules["default"]
    day = _WEEKDAYS[weekday]
    hours = rule["days"][day] if day in rule.get("days", {}) else rule
    return None if hours is None else (time.fromisoformat(hours["from"]), time.fromisoformat(hours["until"]))


@cache
def _rules() -> Mapping[str, Any]:
    text = resources.files("messaging").joinpath("legal_hours.yaml").read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = yaml.safe_load(text)
    return loaded
