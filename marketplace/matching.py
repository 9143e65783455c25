"""Who is near a shift, and which shifts are near an officer. Only the officer ever learns a distance from here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.dateparse import parse_datetime
from psycopg2.extras import DateTimeTZRange

from departments.policies import policy_at, policy_versions
from departments.policy.documents import Policy
from departments.policy.pricing import PositionRequest, ServiceFee, ShiftRequest, price_shift
from departments.policy.verdicts import Verdict
from geo.distances import band, metres_between
from geo.expressions import nearest_first, within_metres, within_own_radius
from geo.points import Point
from marketplace.assigning import TAKING_STATES
from marketplace.eligibility import Judgement, judge_many, verdicts_for_officer
from marketplace.job_facts import facts_of
from marketplace.models import Assignment, Bid, Job, Officer, OfficerReach, Position, Shift
from marketplace.officers import MAXIMUM_TRAVEL_RADIUS_METRES
from marketplace.openings import OFFERING_METHODS, own_tier
from tenants.context import matching_context
from tenants.queries import read_tenants


@dataclass(frozen=True, slots=True)
class NearbyShift:
    """One line of an officer's own feed. `distance_metres` is theirs alone, None without a home; `place_band` is not.

    `position` is the best-paid place that they may fill, else the one whose verdict explains why none. `pay_cents` is
    one officer's pay for `paid_minutes`, the contract's minimums and rounding included. `bid_state` is "" without one.
    `policy` is the version that the job was made under: who pays, when silence approves, how the award is decided.
    `places` are all positions of the shift, the best paid first.
    """

    shift: Shift
    position: Position
    distance_metres: int | None
    pay_cents: int
    paid_minutes: int
    verdict: Verdict
    closes_at: datetime | None
    place_band: str
    bid_state: str
    vacancies: int
    policy: Policy
    places: tuple[Position, ...]


def officers_near_shift(*, shift: Shift, limit: int = 500) -> list[UUID]:
    """Officers within whose own travel radius the shift lies, who may work then as far as their standing tells, the
    nearest first. No distances leave: only ids do, at most `limit`.

    Left out: other departments' officers unless the job is on the marketplace, who is busy or assigned at that time,
    who bid already. A prefilter: `officers_to_notify` asks the home departments.
    """
    point = Point(shift.latitude, shift.longitude)
    on_date = shift.starts_at.astimezone(ZoneInfo(shift.time_zone)).date()
    live = Assignment.objects.filter(
        officer_id=OuterRef("officer_id"),
        state__in=Assignment.LIVE_STATES,
        period__overlap=DateTimeTZRange(shift.starts_at, shift.ends_at),
    )
    bids = Bid.objects.filter(officer_id=OuterRef("officer_id"), shift_id=shift.id).exclude(state=Bid.State.WITHDRAWN)
    with matching_context():
        reaches = (
            OfficerReach.objects.filter(
                within_own_radius("earth", point, "travel_radius_metres", largest_metres=MAXIMUM_TRAVEL_RADIUS_METRES)
            )
            .filter(officer__left_at=None, officer__standing__isnull=False)
            # A day of slack on both sides: the home department's calendar may differ from the venue's.
            .filter(
                Q(officer__standing__may_work_from_date=None)
                | Q(officer__standing__may_work_from_date__lte=on_date + timedelta(days=1))
            )
            .filter(
                Q(officer__standing__may_work_until_date=None)
                | Q(officer__standing__may_work_until_date__gt=on_date - timedelta(days=1))
            )
            .filter(~Exists(live), ~Exists(bids))
        )
        if shift.job.route != Job.Route.MARKETPLACE and shift.open_to_others_at is None:
            reaches = reaches.filter(officer__home_department_id=shift.governing_department_id)
        rows = list(
            reaches.order_by(nearest_first("earth", point)).values_list("officer_id", "officer__standing__busy_ranges")[
                :limit
            ]
        )
    return [officer_id for officer_id, busy_ranges in rows if not _is_busy(busy_ranges, shift)]


def officers_to_notify(*, shift: Shift, at: datetime, tier_id: str = "", limit: int = 500) -> list[Officer]:
    """Near, and allowed by their home department to fill at least one place of the shift; the nearest first.

    Only those whose tier is open; with a `tier_id` only that tier, when the others have been told before.

    Visits each home department once per position. Raises NoPolicyInForce.
    """
    if shift.job.route == Job.Route.AGENCY:
        return []
    policy = policy_at(department_id=shift.governing_department_id, at=shift.starts_at)
    if policy.award_order.method in OFFERING_METHODS and not shift.first_come:
        return []
    near = officers_near_shift(shift=shift, limit=limit)
    officers = {officer.id: officer for officer in Officer.objects.filter(id__in=near, left_at=None)}
    allowed: set[UUID] = set()
    for position in shift.positions.order_by("-pay_rate_cents_per_hour", "rank_code"):
        waiting = [officer for officer_id, officer in officers.items() if officer_id not in allowed]
        judgements = judge_many(officers=waiting, shift=shift, position=position, at=at)
        allowed |= {
            officer_id
            for officer_id, judgement in judgements.items()
            if judgement.verdict.allowed
            and _is_invited(officers[officer_id], shift, judgement, policy=policy, tier_id=tier_id, at=at)
        }
    return [officers[officer_id] for officer_id in near if officer_id in allowed and officer_id in officers]


def _is_invited(
    officer: Officer, shift: Shift, judgement: Judgement, *, policy: Policy, tier_id: str, at: datetime
) -> bool:
    tier = own_tier(officer=officer, shift=shift, judgement=judgement, policy=policy)
    return tier is not None and tier.opens_at <= at and tier_id in ("", tier.id)


def shifts_near_officer(
    *, officer: Officer, at: datetime, point: Point | None = None, limit: int = 50
) -> list[NearbyShift]:
    """The officer's feed: shifts that take bids within their travel radius of home (or of `point`), the nearest first,
    each with a verdict. Empty while no home is set and no point is given. The number of queries does not grow.
    """
    start = point or _home_of(officer)
    if start is None:
        return []
    shifts = list(_open_shifts(officer=officer, at=at, start=start)[:limit])
    if not shifts:
        return []
    read_tenants(tenant_ids={officer.home_department_id, *(shift.governing_department_id for shift in shifts)})
    places = _places(shifts)
    verdicts = dict(
        zip(
            [position.id for _, position in places],
            verdicts_for_officer(officer=officer, places=places, at=at),
            strict=True,
        )
    )
    policies = _policies_of(shifts)
    feed = []
    for shift in shifts:
        own = [position for owner, position in places if owner.id == shift.id]
        free = [position for position in own if _vacancies(position)]
        if free:
            feed.append(_line(shift, free, places=own, start=start, verdicts=verdicts, policies=policies))
    return sorted(feed, key=lambda line: line.distance_metres or 0)


def shift_as_seen_by(*, officer: Officer, shift: Shift, at: datetime) -> NearbyShift:
    """One shift as a line of the officer's feed, whether or not it still takes bids. The caller has checked access.

    `shift` comes from `access.shift_for_officer`, with the officer's own bids. Raises NoPolicyInForce.
    """
    read_tenants(tenant_ids={officer.home_department_id, shift.governing_department_id})
    places = _places([shift])
    judged = verdicts_for_officer(officer=officer, places=places, at=at)
    bids: list[Bid] = shift.own_bids  # type: ignore[attr-defined]
    # As the feed's query annotates it.
    shift.own_bid_state = next((bid.state for bid in bids if bid.state != Bid.State.WITHDRAWN), None)  # type: ignore[attr-defined]
    positions = [position for _, position in places]
    return _line(
        shift,
        [position for position in positions if _vacancies(position)] or positions,
        places=positions,
        start=_home_of(officer),
        verdicts=dict(zip([position.id for position in positions], judged, strict=True)),
        policies=_policies_of([shift]),
    )


def _line(
    shift: Shift,
    positions: Sequence[Position],
    *,
    places: Sequence[Position],
    start: Point | None,
    verdicts: Mapping[UUID, Verdict],
    policies: Mapping[tuple[UUID, int], Policy],
) -> NearbyShift:
    """`positions` are those to choose from, the best paid first; at least one."""
    position = next((one for one in positions if verdicts[one.id].allowed), positions[-1])
    metres = None if start is None else metres_between(start, Point(shift.latitude, shift.longitude))
    policy = policies[(shift.governing_department_id, _version(shift))]
    pay_cents, paid_minutes = _pay(shift, position, policy, officers=sum(one.headcount for one in places))
    return NearbyShift(
        shift=shift,
        position=position,
        distance_metres=None if metres is None else round(metres),
        pay_cents=pay_cents,
        paid_minutes=paid_minutes,
        verdict=verdicts[position.id],
        closes_at=shift.starts_at if shift.first_come else shift.closes_at,
        place_band="" if metres is None else band(metres, "mi" if shift.job.venue.country == "US" else "km"),
        bid_state=getattr(shift, "own_bid_state", None) or "",
        vacancies=_vacancies(position),
        policy=policy,
        places=tuple(places),
    )


def _home_of(officer: Officer) -> Point | None:
    with matching_context():
        row = OfficerReach.objects.filter(officer_id=officer.id).values_list("latitude", "longitude").first()
    return None if row is None else Point(*row)


def _open_shifts(*, officer: Officer, at: datetime, start: Point) -> "QuerySet[Shift]":
    shifts = (
        Shift.objects.filter(state__in=TAKING_STATES, starts_at__gt=at)
        .filter(Q(first_come=True) | Q(closes_at__gt=at))
        .exclude(job__route=Job.Route.AGENCY)
        .filter(
            Q(governing_department_id=officer.home_department_id)
            | Q(job__route=Job.Route.MARKETPLACE)
            | Q(open_to_others_at__lte=at)
        )
        .filter(within_metres("earth", start, officer.travel_radius_metres))
    )
    own_bid = Bid.objects.filter(shift=OuterRef("pk"), officer=officer).exclude(state=Bid.State.WITHDRAWN)
    return (
        shifts.annotate(own_bid_state=Subquery(own_bid.values("state")[:1]))
        .select_related("job__venue", "job__client")
        .order_by(nearest_first("earth", start))
    )


def _places(shifts: Sequence[Shift]) -> list[tuple[Shift, Position]]:
    """Every position with its number of live assignments, the best paid first."""
    by_id = {shift.id: shift for shift in shifts}
    positions = (
        Position.objects.filter(shift__in=shifts)
        .annotate(live=Count("assignments", filter=Q(assignments__state__in=Assignment.LIVE_STATES)))
        .order_by("-pay_rate_cents_per_hour", "rank_code")
    )
    return [(by_id[position.shift_id], position) for position in positions]


def _vacancies(position: Position) -> int:
    return max(0, position.headcount - int(getattr(position, "live", 0)))


def _policies_of(shifts: Sequence[Shift]) -> Mapping[tuple[UUID, int], Policy]:
    versions: dict[UUID, set[int]] = {}
    for shift in shifts:
        versions.setdefault(shift.governing_department_id, set()).add(_version(shift))
    return {
        (department_id, version): policy
        for department_id in sorted(versions)
        for version, policy in policy_versions(department_id=department_id, versions=versions[department_id]).items()
    }


def _version(shift: Shift) -> int:
    return int(shift.job.policy_version)


def _pay(shift: Shift, position: Position, policy: Policy, *, officers: int) -> tuple[int, int]:
    """One officer's pay in cents and the minutes that it is for, by the rules of the job's contract."""
    price = price_shift(
        policy=policy,
        shift=ShiftRequest(
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            positions=(PositionRequest(rank_code=position.rank_code, headcount=1),),
            shift_id=str(shift.id),
            event_type=shift.job.event_type,
            requested_at=shift.job.submitted_at,
            crowd=shift.job.expected_attendance,
            alcohol=shift.job.alcohol_served,
            number=shift.number,
            latitude=shift.latitude,
            longitude=shift.longitude,
            postal_code=shift.job.venue.postal_code,
            place_name=shift.job.venue.place_name,
            facts={**facts_of(shift.job), "job.officers": officers, "job.vehicles": shift.vehicle_count},
        ),
        service_fee=ServiceFee(rate_basis_points=0),
    )
    return price.pay_cents, sum(line.payable_minutes for line in price.lines if line.kind == "labour")


def _is_busy(busy_ranges: Sequence[Sequence[str]], shift: Shift) -> bool:
    for starts_text, ends_text in busy_ranges:
        starts_at: datetime | None = parse_datetime(starts_text)
        ends_at: datetime | None = parse_datetime(ends_text)
        if starts_at and ends_at and starts_at < shift.ends_at and ends_at > shift.starts_at:
            return True
    return False
