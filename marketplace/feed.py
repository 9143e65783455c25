"""The officer's feed: shifts near them with pay and a verdict. Distances are theirs alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery

from departments.policies import pinned_policies
from departments.policy.documents import Policy
from departments.policy.verdicts import Verdict
from geo.distances import band, metres_between
from geo.points import Point
from marketplace.eligibility import verdicts_for_officer
from marketplace.feed_queries import FeedWishes, live_count, narrowed, open_shifts, ordered
from marketplace.models import Bid, Officer, OfficerReach, Position, Shift
from marketplace.shift_pay import shift_pay
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


@dataclass(frozen=True, slots=True)
class FeedPage:
    """`next_offset` is None on the last page. `outside`: there are shifts, and the wishes leave none of them."""

    lines: list[NearbyShift]
    next_offset: int | None = None
    outside: bool = False


def shifts_near_officer(
    *,
    officer: Officer,
    at: datetime,
    point: Point | None = None,
    wishes: FeedWishes | None = None,
    limit: int = 50,
) -> list[NearbyShift]:
    """The first page of `feed_page`."""
    return feed_page(officer=officer, at=at, point=point, wishes=wishes, limit=limit).lines


def feed_page(
    *,
    officer: Officer,
    at: datetime,
    point: Point | None = None,
    wishes: FeedWishes | None = None,
    offset: int = 0,
    limit: int = 50,
) -> FeedPage:
    """Shifts that take bids within the officer's travel radius of home (or of `point`), each with a verdict.

    Filtered and ordered by PostgreSQL before the page is cut, so a long list costs what a short one does; only the
    page is judged, in one batch. Empty while no home is set and no point is given.
    """
    wishes = wishes or FeedWishes()
    start = point or home_of(officer)
    if start is None:
        return FeedPage([])
    reachable = open_shifts(officer=officer, at=at, start=start)
    wanted = ordered(narrowed(reachable, wishes, officer), wishes, officer, start)
    # Under matching's role PostgreSQL walks the index from near to far; the wide rows follow for the page alone.
    with matching_context():
        found = list(wanted.values_list("id", flat=True)[offset : offset + limit + 1])
        if not found:
            return FeedPage([], outside=wishes.narrows and not offset and reachable.exists())
    shifts = _shifts_in_full(found[:limit], officer)
    more = len(found) > limit
    lines = _lines(officer=officer, shifts=shifts, start=start, at=at)
    if wishes.order == "distance":
        # The index leaves equals as they are; shifts of one venue are read by their dates.
        lines.sort(key=lambda line: (line.distance_metres or 0, line.shift.starts_at))
    return FeedPage(lines, offset + limit if more else None)


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
        start=home_of(officer),
        verdicts=dict(zip([position.id for position in positions], judged, strict=True)),
        policies=_policies_of([shift]),
    )


def home_of(officer: Officer) -> Point | None:
    with matching_context():
        row = OfficerReach.objects.filter(officer_id=officer.id).values_list("latitude", "longitude").first()
    return None if row is None else Point(*row)


def _shifts_in_full(ids: Sequence[UUID], officer: Officer) -> list[Shift]:
    own_bid = Bid.objects.filter(shift=OuterRef("pk"), officer=officer).exclude(state=Bid.State.WITHDRAWN)
    shifts = (
        Shift.objects.filter(id__in=ids)
        .select_related("job__venue", "job__client")
        .annotate(own_bid_state=Subquery(own_bid.values("state")[:1]))
    )
    by_id = {shift.id: shift for shift in shifts}
    return [by_id[one] for one in ids if one in by_id]


def _lines(*, officer: Officer, shifts: Sequence[Shift], start: Point, at: datetime) -> list[NearbyShift]:
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
    of_shift: dict[UUID, list[Position]] = {}
    for shift, position in places:
        of_shift.setdefault(shift.id, []).append(position)
    lines = []
    for shift in shifts:
        own = of_shift.get(shift.id, [])
        free = [position for position in own if _vacancies(position)]
        if free:
            lines.append(_line(shift, free, places=own, start=start, verdicts=verdicts, policies=policies))
    return lines


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
    pay_cents, paid_minutes = shift_pay(
        shift=shift, position=position, policy=policy, officers=sum(one.headcount for one in places)
    )
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


def _places(shifts: Sequence[Shift]) -> list[tuple[Shift, Position]]:
    """Every position with its number of live assignments, the best paid first."""
    by_id = {shift.id: shift for shift in shifts}
    positions = (
        Position.objects.filter(shift__in=shifts)
        .annotate(live=live_count())
        .order_by("-pay_rate_cents_per_hour", "rank_code")
    )
    return [(by_id[position.shift_id], position) for position in positions]


def _vacancies(position: Position) -> int:
    return max(0, position.headcount - int(getattr(position, "live", 0)))


def _policies_of(shifts: Sequence[Shift]) -> Mapping[tuple[UUID, int], Policy]:
    return pinned_policies(
        pins={(shift.governing_department_id, _version(shift), shift.job.policy_sha256) for shift in shifts}
    )


def _version(shift: Shift) -> int:
    return int(shift.job.policy_version)
