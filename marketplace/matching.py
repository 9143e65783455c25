"""Who can come to a shift, each inside their own travel radius. Nothing about their homes leaves here.

Desks read who was invited and may move a venue as they like, so the radius counts from the middle of the home's
vicinity, for everybody but the officer.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from psycopg2.extras import DateTimeTZRange

from departments.policies import policy_at
from geo.distances import metres_between
from geo.expressions import nearest_first, nearly_within_own_radius
from geo.points import Point
from geo.vicinities import LARGEST_ERROR_METRES, vicinity_of
from marketplace.eligibility import judge_many
from marketplace.models import Assignment, Bid, Job, Officer, OfficerReach, Shift
from marketplace.openings import OFFERING_METHODS, own_tier
from tenants.context import matching_context


def officers_near_shift(*, shift: Shift, limit: int = 500) -> list[UUID]:
    """Officers from whose vicinity the shift lies within their own travel radius, who may work then as far as their
    standing tells, of the `limit` nearest, these first. No distances leave: only ids do.

    Left out: other departments' officers unless the job is on the marketplace, who is busy or assigned at that time,
    who bid already. A prefilter: `officers_to_notify` asks the home departments.
    """
    point = Point(shift.latitude, shift.longitude)
    with matching_context():
        rows = list(
            reaches_around(shift)
            .order_by(nearest_first("earth", point))
            .values_list("officer_id", "latitude", "longitude", "travel_radius_metres")[:limit]
        )
    return list(reaching_from_vicinity(rows, place=point))


def reaches_around(shift: Shift) -> QuerySet[OfficerReach]:
    """Whoever may come this far from somewhere in their vicinity; `reaching_from_vicinity` decides. For
    `matching_context`."""
    bids = Bid.objects.filter(officer_id=OuterRef("officer_id"), shift_id=shift.id).exclude(state=Bid.State.WITHDRAWN)
    nearly = nearly_within_own_radius(
        "earth",
        Point(shift.latitude, shift.longitude),
        "travel_radius_metres",
        reach="reach",
        slack_metres=LARGEST_ERROR_METRES,
    )
    reaches = free_reaches(shift).filter(nearly, ~Exists(bids))
    if shift.job.route != Job.Route.MARKETPLACE and shift.open_to_others_at is None:
        reaches = reaches.filter(home_department_id=shift.governing_department_id)
    return reaches


def reaching_from_vicinity(rows: Iterable[tuple[UUID, float, float, int]], *, place: Point) -> dict[UUID, float]:
    """Metres from the vicinity, of officers who come this far from there, in the order given.

    A row: the officer's id, latitude and longitude of the home, travel radius in metres.
    """
    known: dict[Point, float] = {}
    found: dict[UUID, float] = {}
    for officer_id, latitude, longitude, radius_metres in rows:
        middle = vicinity_of(Point(latitude, longitude))
        if middle not in known:
            known[middle] = metres_between(middle, place)
        if known[middle] <= radius_metres:
            found[officer_id] = known[middle]
    return found


def free_reaches(shift: Shift) -> QuerySet[OfficerReach]:
    """Those whose standing lets them work then, and who have nothing else at that time. For `matching_context`."""
    on_date = shift.starts_at.astimezone(ZoneInfo(shift.time_zone)).date()
    live = Assignment.objects.filter(
        officer_id=OuterRef("officer_id"),
        state__in=Assignment.LIVE_STATES,
        period__overlap=DateTimeTZRange(shift.starts_at, shift.ends_at),
    )
    return (
        OfficerReach.objects.filter(officer__left_at=None, officer__standing__isnull=False)
        # A day of slack on both sides: the home department's calendar may differ from the venue's.
        .filter(
            Q(officer__standing__may_work_from_date=None)
            | Q(officer__standing__may_work_from_date__lte=on_date + timedelta(days=1))
        )
        .filter(
            Q(officer__standing__may_work_until_date=None)
            | Q(officer__standing__may_work_until_date__gt=on_date - timedelta(days=1))
        )
        .exclude(officer__standing__busy_times__overlap=(shift.starts_at, shift.ends_at))
        .filter(~Exists(live))
    )


def officers_to_notify(*, shift: Shift, at: datetime, tier_id: str = "", limit: int = 500) -> list[Officer]:
    """Near, and allowed by their home department to fill at least one place of the shift; the nearest first.

    Each carries `tier_number`, counted from 0 along the tiers. Only those whose tier is open; with a `tier_id` only
    that tier, when the others have been told before.

    Visits each home department once per position. Raises NoPolicyInForce.
    """
    if shift.job.route == Job.Route.AGENCY:
        return []
    policy = policy_at(department_id=shift.governing_department_id, at=shift.starts_at)
    if policy.award_order.method in OFFERING_METHODS and not shift.first_come:
        return []
    near = officers_near_shift(shift=shift, limit=limit)
    officers = {officer.id: officer for officer in Officer.objects.filter(id__in=near, left_at=None)}
    allowed: dict[UUID, int] = {}
    for position in shift.positions.order_by("-pay_rate_cents_per_hour", "rank_code"):
        waiting = [officer for officer_id, officer in officers.items() if officer_id not in allowed]
        judgements = judge_many(officers=waiting, shift=shift, position=position, at=at)
        for officer_id, judgement in judgements.items():
            if not judgement.verdict.allowed:
                continue
            tier = own_tier(officer=officers[officer_id], shift=shift, judgement=judgement, policy=policy)
            if tier is not None and tier.opens_at <= at and tier_id in ("", tier.id):
                allowed[officer_id] = tier.number
    invited = [officers[officer_id] for officer_id in near if officer_id in allowed and officer_id in officers]
    for officer in invited:
        officer.tier_number = allowed[officer.id]  # type: ignore[attr-defined]
    return invited
