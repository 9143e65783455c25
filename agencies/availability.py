"""When an engaged officer says that an agency may ask them: a weekly pattern, and days that differ."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from agencies.access import agency, inside
from agencies.models import Availability, AvailabilityException, Engagement
from agencies.refusals import AvailabilityUnreadable, EngagementNotFound
from marketplace.models import Officer, OfficerEngagement

MAXIMUM_STRETCHES = 21
MAXIMUM_EXCEPTIONS = 120
_TIME = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")
_MIDNIGHT = 24 * 60


@dataclass(frozen=True, slots=True)
class Week:
    """`weekly` is [(weekday from Monday 0, from, until)] in local times of the agency; "24:00" is midnight.

    `is_said` False: the officer has not said anything, which is neither yes nor no.
    """

    weekly: tuple[tuple[int, str, str], ...] = ()
    free_dates: frozenset[date] = field(default_factory=frozenset)
    blocked_dates: frozenset[date] = field(default_factory=frozenset)
    is_said: bool = False

    def covers(self, *, starts_at: datetime, ends_at: datetime, time_zone: str) -> bool:
        """Whether the whole half-open time is within what was said. A shift past midnight is asked day by day."""
        zone = ZoneInfo(time_zone)
        local, end = starts_at.astimezone(zone).replace(tzinfo=None), ends_at.astimezone(zone).replace(tzinfo=None)
        while local < end:
            tomorrow = datetime.combine(local.date() + timedelta(days=1), datetime.min.time())
            until = min(end, tomorrow)
            last = _MIDNIGHT if until == tomorrow else until.hour * 60 + until.minute
            if not self._day_covers(local.date(), local.hour * 60 + local.minute, last):
                return False
            local = until
        return True

    def _day_covers(self, on_date: date, first: int, last: int) -> bool:
        if on_date in self.blocked_dates:
            return False
        if on_date in self.free_dates:
            return True
        reached = first
        for start, end in sorted((_minutes(a), _minutes(b)) for day, a, b in self.weekly if day == on_date.weekday()):
            if start <= reached < end:
                reached = end
        return reached >= last


def week_of(*, officer: Officer, agency_id: UUID) -> Week:
    """The officer's own, for the page where they change it. Raises EngagementNotFound."""
    _refuse_stranger(officer, agency_id)
    return weeks_of(agency_id=agency_id, officer_ids=[officer.id]).get(officer.id, Week())


def set_week(
    *,
    officer: Officer,
    agency_id: UUID,
    weekly: Sequence[tuple[int, str, str]],
    free_dates: Collection[date],
    blocked_dates: Collection[date],
    at: datetime,
) -> None:
    """Replace what the officer said to this agency. Raises EngagementNotFound, AvailabilityUnreadable."""
    _refuse_stranger(officer, agency_id)
    _check(weekly, free_dates, blocked_dates)
    with transaction.atomic(), inside(agency_id=agency_id):
        engagement = (
            Engagement.objects.select_for_update()
            .filter(officer_id=officer.id)
            .exclude(state=Engagement.State.ENDED)
            .first()
        )
        if engagement is None:
            raise EngagementNotFound()
        Availability.objects.update_or_create(
            engagement=engagement, defaults={"weekly": [list(one) for one in weekly], "changed_at": at}
        )
        AvailabilityException.objects.filter(engagement=engagement).delete()
        AvailabilityException.objects.bulk_create(
            AvailabilityException(engagement=engagement, on_date=day, is_available=day in free_dates)
            for day in sorted({*free_dates, *blocked_dates})
        )


def weeks_of(*, agency_id: UUID, officer_ids: Collection[UUID]) -> Mapping[UUID, Week]:
    """What engaged officers said to this agency; whoever said nothing is left out. One query."""
    with inside(agency_id=agency_id):
        engaged = Engagement.objects.filter(officer_id__in=list(officer_ids)).exclude(state=Engagement.State.ENDED)
        weeks = {one.officer_id: _week(one) for one in _with_days(engaged)}
    return {officer_id: week for officer_id, week in weeks.items() if week is not None}


def weeks_of_active(*, agency_id: UUID) -> Mapping[UUID, Week | None]:
    """Everybody who may be staffed, with None for whoever has said nothing. One query. Raises NotFound."""
    with inside(agency_id=agency_id):
        active = Engagement.objects.filter(state=Engagement.State.ACTIVE)
        return {one.officer_id: _week(one) for one in _with_days(active)}


def _with_days(engagements: QuerySet[Engagement]) -> QuerySet[Engagement]:
    """With the days that differ in the same row, as [{"on_date", "is_available"}]."""
    days = AvailabilityException.objects.filter(engagement=OuterRef("pk")).values(
        found=JSONObject(on_date="on_date", is_available="is_available")
    )
    return engagements.select_related("availability").annotate(days=ArraySubquery(days))


def _week(engagement: Any) -> Week | None:
    said = getattr(engagement, "availability", None)
    if said is None:
        return None
    days = {date.fromisoformat(one["on_date"]): one["is_available"] for one in engagement.days}
    return Week(
        weekly=tuple((int(day), str(start), str(end)) for day, start, end in said.weekly),
        free_dates=frozenset(day for day, is_free in days.items() if is_free),
        blocked_dates=frozenset(day for day, is_free in days.items() if not is_free),
        is_said=True,
    )


def zone_of(*, agency_id: UUID) -> str:
    return str(agency(agency_id=agency_id).time_zone)


def _refuse_stranger(officer: Officer, agency_id: UUID) -> None:
    live = OfficerEngagement.objects.filter(officer=officer, agency_id=agency_id).exclude(
        state=OfficerEngagement.State.ENDED
    )
    if not live.exists():
        raise EngagementNotFound()


def _check(
    weekly: Sequence[tuple[int, str, str]], free_dates: Collection[date], blocked_dates: Collection[date]
) -> None:
    if len(weekly) > MAXIMUM_STRETCHES or len(free_dates) + len(blocked_dates) > MAXIMUM_EXCEPTIONS:
        raise AvailabilityUnreadable(
            f"At most {MAXIMUM_STRETCHES} stretches a week and {MAXIMUM_EXCEPTIONS} days that differ.", field="weekly"
        )
    for day, start, end in weekly:
        if not 0 <= day <= 6 or not _TIME.match(start) or not _TIME.match(end) or _minutes(start) >= _minutes(end):
            raise AvailabilityUnreadable("Each stretch ends after it begins, on the same day.", field="weekly")
    if set(free_dates) & set(blocked_dates):
        raise AvailabilityUnreadable("A day is either free or not.", field="blocked_dates")


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
