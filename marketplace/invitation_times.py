"""When each of those who are invited hears of it: within the hours, and not more often than they and the rules say."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from departments.policy.documents import Messages
from geo.points import Point
from geo.timezones import zone_at
from marketplace.models import Invitation, Officer, OfficerReach
from messaging.models import OfferWishes
from messaging.quiet_hours import Hours, next_moment
from messaging.wishes import wishes_of
from tenants.context import acting_as, matching_context
from tenants.queries import get_tenant

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TellingPlan:
    """`due_at` is when the message may leave, or the summary is made; None for who can only find the shift."""

    telling: Invitation.Telling
    due_at: datetime | None


_UNTOLD = TellingPlan(Invitation.Telling.UNTOLD, None)


def tellings(
    *, officers: Sequence[Officer], rules: Messages, is_imminent: bool, at: datetime
) -> dict[UUID, TellingPlan]:
    """How and when each officer is told, by their id. A handful of queries, however many officers.

    Whoever calls it for the same officers at the same time waits for a lock, because each counts what the others tell.
    """
    with acting_as(purpose="messaging"):
        wishes = wishes_of(person_ids=[officer.person_id for officer in officers])
    hours = hours_of(officers=officers, wishes=wishes, rules=rules)
    told = _told_since(at - _A_DAY, officers)
    return {
        officer.id: _telling(
            hours=hours[officer.id],
            wishes=wishes.get(officer.person_id),
            told=told[officer.id],
            rules=rules,
            is_imminent=is_imminent,
            at=at,
        )
        for officer in officers
    }


def _telling(
    *,
    hours: Hours,
    wishes: OfferWishes | None,
    told: Sequence[datetime],
    rules: Messages,
    is_imminent: bool,
    at: datetime,
) -> TellingPlan:
    due_at = next_moment(replace(hours, at_any_hour=hours.at_any_hour or is_imminent), at=at)
    if due_at is None:
        return _UNTOLD
    own_limit = wishes.offers_a_day if wishes is not None else None
    if is_imminent:
        # It is over before any summary: told at once, or found by who looks.
        is_over = own_limit is not None and len(told) >= own_limit
        return _UNTOLD if is_over else TellingPlan(Invitation.Telling.SINGLE, due_at)
    if wishes is not None and wishes.rhythm == OfferWishes.Rhythm.DAILY:
        return _summary(_next_morning(hours, at=at))
    if len(told) >= min(rules.offers_a_day, own_limit or rules.offers_a_day):
        return _summary(_next_morning(hours, at=at))
    stretch = timedelta(minutes=rules.digest_minutes)
    lately = [moment for moment in told if due_at - stretch < moment <= due_at]
    if len(lately) >= rules.digest_over:
        return _summary(next_moment(hours, at=max(due_at, min(lately) + stretch)))
    return TellingPlan(Invitation.Telling.SINGLE, due_at)


def _summary(due_at: datetime | None) -> TellingPlan:
    return _UNTOLD if due_at is None else TellingPlan(Invitation.Telling.SUMMARY, due_at)


def _next_morning(hours: Hours, *, at: datetime) -> datetime | None:
    """The first moment of tomorrow that suits, of today when today's has not come yet."""
    by_day = replace(hours, at_any_hour=False)
    first_today = next_moment(by_day, at=at)
    if first_today is not None and first_today > at:
        return first_today
    local = at.astimezone(ZoneInfo(hours.zone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + _A_DAY
    return next_moment(by_day, at=midnight.astimezone(at.tzinfo))


def hours_of(*, officers: Sequence[Officer], wishes: Mapping[UUID, OfferWishes], rules: Messages) -> dict[UUID, Hours]:
    """Where no home is known, an officer is taken to live where their department is."""
    with matching_context():
        homes = {
            officer_id: Point(latitude, longitude)
            for officer_id, latitude, longitude in OfficerReach.objects.filter(
                officer_id__in=[officer.id for officer in officers]
            ).values_list("officer_id", "latitude", "longitude")
        }
    found = {}
    for officer in officers:
        department = get_tenant(tenant_id=officer.home_department_id)
        own = wishes.get(officer.person_id)
        home = homes.get(officer.id)
        found[officer.id] = Hours(
            zone=department.time_zone if home is None else zone_at(home),
            place=f"{department.country}-{department.region}",
            opens=rules.offers_from_time,
            closes=rules.offers_until_time,
            quiet_from=own.quiet_from if own else None,
            quiet_until=own.quiet_until if own else None,
            at_any_hour=own.at_night if own else False,
        )
    return found


def _told_since(since: datetime, officers: Sequence[Officer]) -> Mapping[UUID, list[datetime]]:
    """The moments of the offers that each was told by itself, those that wait for the morning included."""
    told: dict[UUID, list[datetime]] = defaultdict(list)
    rows = Invitation.objects.filter(
        officer_id__in=[officer.id for officer in officers], telling=Invitation.Telling.SINGLE, due_at__gt=since
    )
    for officer_id, due_at in rows.values_list("officer_id", "due_at"):
        assert due_at is not None
        told[officer_id].append(due_at)
    return told
