"""The wheel: a roster by seniority that turns, so that everybody is asked before anybody is asked twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from departments.policy.award_orders import CutOff, Wheel
from departments.policy.timeline import Stretch
from departments.policy.windows import midnight

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class WheelMember:
    officer_id: str
    seniority_date: date | None


@dataclass(frozen=True, slots=True)
class WheelEvent:
    """`kind` is accepted, refused, worked, unreachable, given_up or no_show."""

    officer_id: str
    kind: str
    happened_at: datetime


def roster_period(wheel: Wheel, *, zone: ZoneInfo, at: datetime) -> Stretch:
    """The half-open time, in UTC, for which the roster of `at` is built."""
    if wheel.anchor_date is None:
        raise ValueError("A wheel needs an anchor date.")
    day = at.astimezone(zone).date()
    first = day - timedelta(days=(day - wheel.anchor_date).days % wheel.roster_days)
    return midnight(first, zone), midnight(first + timedelta(days=wheel.roster_days), zone)


def counted_until(wheel: Wheel, *, zone: ZoneInfo, at: datetime) -> datetime:
    """Events from this instant on do not move the wheel yet: now, or the latest weekly cut-off."""
    return at if wheel.cut_off is None else _latest(wheel.cut_off, zone, at)


def wheel_order(
    wheel: Wheel, *, members: Iterable[WheelMember], events: Iterable[WheelEvent], zone: ZoneInfo, at: datetime
) -> list[str]:
    """Officers from the top. Built by seniority at the start of the period, then turned by what happened since.

    Equal seniority goes by the SHA-256 of `first day|officer`, which anybody can compute.
    """
    starts_at, _ = roster_period(wheel, zone=zone, at=at)
    until = counted_until(wheel, zone=zone, at=at)
    first_day = starts_at.astimezone(zone).date().isoformat()
    order = [one.officer_id for one in sorted(members, key=lambda one: _place(one, first_day))]
    # Only the last move of an officer matters: whoever moved last stands last.
    moved: dict[str, tuple[datetime, str]] = {}
    for event in events:
        if event.kind in wheel.to_bottom and starts_at <= event.happened_at < until:
            mark = (event.happened_at.astimezone(UTC), event.officer_id)
            moved[event.officer_id] = max(moved.get(event.officer_id, mark), mark)
    stayed = [officer_id for officer_id in order if officer_id not in moved]
    turned = sorted((officer_id for officer_id in order if officer_id in moved), key=lambda one: moved[one])
    return [*stayed, *turned]


def wheel_positions(order: Sequence[str]) -> dict[str, int]:
    """1 is the top."""
    return {officer_id: index + 1 for index, officer_id in enumerate(order)}


def _place(member: WheelMember, first_day: str) -> tuple[date, str, str]:
    ticket = hashlib.sha256(f"{first_day}|{member.officer_id}".encode()).hexdigest()
    return member.seniority_date or date.max, ticket, member.officer_id


def _latest(cut_off: CutOff, zone: ZoneInfo, at: datetime) -> datetime:
    local = at.astimezone(zone)
    day = local.date() - timedelta(days=(local.weekday() - _WEEKDAYS.index(cut_off.weekday)) % 7)
    moment = datetime.combine(day, cut_off.at_time, tzinfo=zone).astimezone(UTC)
    if moment > at:
        moment = datetime.combine(day - timedelta(days=7), cut_off.at_time, tzinfo=zone).astimezone(UTC)
    return moment
