"""What conditions may ask: the facts of one officer and one shift, or of one request; each computed when asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from departments.policy.calendars import WEEKDAYS, business_days_before, is_holiday, whole_minutes
from departments.policy.canonical import canonical_json
from departments.policy.codes import same_code
from departments.policy.conditions import clock_minutes
from departments.policy.documents import Bucket, Policy
from departments.policy.facts import OfficerFacts, ShiftFacts
from departments.policy.jurisdictions import is_inside
from departments.policy.prices import ShiftRequest
from departments.policy.timeline import ZERO, Timeline

Computed = Callable[[], Any]


_COMMAND_FACTS = ("job.scheduler_is_", "job.supervisor_is_")


@lru_cache(maxsize=512)
def _names_command(document: str) -> bool:
    return any(f'"{name}' in document for name in _COMMAND_FACTS)


def asks_about_command(policy: Policy) -> bool:
    """Does any condition ask who stands above whom? Only then is the chain of command worth reading."""
    return _names_command(canonical_json(policy.data))


@dataclass(slots=True)
class Scene:
    """Told facts first, then computed ones; computed at most once."""

    told: tuple[Mapping[str, Any], ...]
    computed: Mapping[str, Computed]
    _known: dict[str, Any] = field(default_factory=dict)

    def fact(self, name: str) -> Any:
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def with_facts(self, more: Mapping[str, Any]) -> Scene:
        return Scene((more, *self.told), self.computed)

    def _find(self, name: str) -> Any:
        for told in self.told:
            if told.get(name) is not None:
                value = told[name]
                return _span(value) if isinstance(value, Mapping) else value
        found = self.computed.get(name)
        return found() if found is not None else None


def _span(value: Mapping[str, str]) -> tuple[str, int]:
    """`{from: "20:00", until: "02:00"}` as start and length; the same twice is the whole day."""
    minutes = (clock_minutes(value["until"]) - clock_minutes(value["from"])) % 1440
    return value["from"], minutes or 1440


def verdict_scene(
    *,
    policy: Policy,
    officer: OfficerFacts,
    shift: ShiftFacts,
    timeline_of: Callable[[tuple[Bucket, ...]], Timeline],
) -> Scene:
    zone = ZoneInfo(policy.time_zone)
    first_day = shift.starts_at.astimezone(zone).date()
    last_day = (shift.ends_at - timedelta(microseconds=1)).astimezone(zone).date()
    span = shift.starts_at.astimezone(UTC), shift.ends_at.astimezone(UTC)
    levels = {rank.code: rank.level for rank in policy.rate_card.ranks}

    def on_duty() -> bool:
        day_start = datetime.combine(first_day, datetime.min.time(), zone).astimezone(UTC)
        day_end = datetime.combine(last_day + timedelta(days=1), datetime.min.time(), zone).astimezone(UTC)
        return timeline_of(("duty",)).time_within(day_start, day_end) > ZERO

    def recent_duty() -> int:
        worked = timeline_of(("duty",)).time_within(span[0] - timedelta(days=7), span[0])
        return int(worked.total_seconds() // 60)

    computed: dict[str, Computed] = {
        **_of_shift(policy, shift.starts_at, shift.ends_at, shift.event_type),
        **_of_notice(policy, shift.starts_at, shift.requested_at),
        "officer.rank": lambda: officer.rank_code or None,
        "officer.rank_level": lambda: levels.get(officer.rank_code),
        "officer.status": lambda: status_during(officer, shift),
        "officer.rank_months": lambda: whole_months(officer.rank_since_date, first_day),
        "officer.service_months": lambda: whole_months(officer.seniority_date, first_day),
        "officer.service_days": lambda: (first_day - officer.seniority_date).days if officer.seniority_date else None,
        "officer.credentials": lambda: valid_credentials(officer, last_day),
        "officer.on_duty_that_day": on_duty,
        "officer.on_leave": lambda: timeline_of(("leave",)).time_within(*span) == span[1] - span[0],
        "officer.worked_duty_minutes_last_7_days": recent_duty,
        "position.rank": lambda: shift.rank_code or None,
        "shift.duties": lambda: list(shift.duties),
        **_of_place(policy, shift),
    }
    if shift.scheduler_id:
        computed["job.scheduler_is_subordinate"] = lambda: shift.scheduler_id in officer.subordinate_ids
        computed["job.scheduler_is_superior"] = lambda: shift.scheduler_id in officer.superior_ids
    if shift.supervisor_ids:
        computed["job.supervisor_is_subordinate"] = lambda: any(
            one in officer.subordinate_ids for one in shift.supervisor_ids
        )
        computed["job.supervisor_is_superior"] = lambda: any(
            one in officer.superior_ids for one in shift.supervisor_ids
        )
    return Scene((shift.facts, officer.facts), computed)


def request_scene(*, policy: Policy, shift: ShiftRequest, rank_code: str = "") -> Scene:
    """What is known of a request, and of one of its positions where `rank_code` is given."""
    computed: dict[str, Computed] = {
        **_of_shift(policy, shift.starts_at, shift.ends_at, shift.event_type),
        **_of_notice(policy, shift.starts_at, shift.requested_at),
        "position.rank": lambda: rank_code or None,
        "job.officers": lambda: sum(position.headcount for position in shift.positions),
        "job.vehicles": lambda: sum(vehicle.count for vehicle in shift.vehicles),
        "job.crowd": lambda: shift.crowd,
        "job.alcohol": lambda: shift.alcohol,
        "client.non_profit": lambda: shift.non_profit,
        "shift.number": lambda: shift.number,
        # A request without duties has not said that there are none.
        "shift.duties": lambda: list(shift.duties) or None,
        **_of_place(policy, shift),
    }
    return Scene((shift.facts,), computed)


def _of_place(policy: Policy, shift: ShiftFacts | ShiftRequest) -> dict[str, Computed]:
    return {
        "shift.inside_jurisdiction": lambda: is_inside(
            policy=policy,
            latitude=shift.latitude,
            longitude=shift.longitude,
            postal_code=shift.postal_code,
            place_name=shift.place_name,
        ),
        "venue.place": lambda: shift.place_name or None,
        "venue.postal_code": lambda: shift.postal_code or None,
    }


def _of_notice(policy: Policy, starts_at: datetime, requested_at: datetime | None) -> dict[str, Computed]:
    if requested_at is None:
        return {}
    zone = ZoneInfo(policy.time_zone)
    asked_on, starts_on = requested_at.astimezone(zone).date(), starts_at.astimezone(zone).date()
    return {
        "job.notice_minutes": lambda: whole_minutes(requested_at, starts_at),
        "job.notice_days": lambda: (starts_on - asked_on).days,
        "job.notice_business_days": lambda: business_days_before(policy, from_date=asked_on, until_date=starts_on),
    }


def _of_shift(policy: Policy, starts_at: datetime, ends_at: datetime, event_type: str) -> dict[str, Computed]:
    zone = ZoneInfo(policy.time_zone)
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)

    def on_holiday() -> bool:
        last = (ends_at - timedelta(microseconds=1)).astimezone(zone).date()
        days = (start.date() + timedelta(days=number) for number in range((last - start.date()).days + 1))
        return any(is_holiday(policy, day) for day in days)

    return {
        "shift.start_date": lambda: start.date().isoformat(),
        "shift.month": lambda: start.month,
        "shift.month_day": lambda: f"{start:%m-%d}",
        "shift.start_time": lambda: f"{start:%H:%M}",
        "shift.end_time": lambda: f"{end:%H:%M}",
        "shift.hours": lambda: (f"{start:%H:%M}", whole_minutes(starts_at, ends_at)),
        "shift.minutes": lambda: whole_minutes(starts_at, ends_at),
        "shift.weekday": lambda: WEEKDAYS[start.weekday()],
        "shift.on_holiday": on_holiday,
        "job.event_type": lambda: event_type or None,
    }


def status_during(officer: OfficerFacts, shift: ShiftFacts) -> str:
    """The dated status that touches the shift, else the roster's word for now."""
    for period in officer.status_periods:
        if period.starts_at < shift.ends_at and (period.ends_at is None or period.ends_at > shift.starts_at):
            return period.status
    # A word whose dates are known counts on those dates only.
    if any(same_code(period.status) == same_code(officer.status) for period in officer.status_periods):
        return "active"
    return officer.status


def valid_credentials(officer: OfficerFacts, on_date: date) -> list[str]:
    return [one.code for one in officer.credentials if one.expires_date is None or one.expires_date >= on_date]


def whole_months(since: date | None, until: date) -> int | None:
    """Months completed on `until`; a month begun on the 31st is complete on the last day of a shorter one."""
    if since is None:
        return None
    months = (until.year - since.year) * 12 + until.month - since.month
    last_of_month = (until + timedelta(days=1)).month != until.month
    return months - (1 if until.day < since.day and not last_of_month else 0)
