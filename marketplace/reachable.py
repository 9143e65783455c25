"""Who can work a shift, for the governing department's desk: its own officers by tier, others as numbers.

The desk may move a venue as it likes, so nothing here follows from where an officer lives but from their vicinity: who
is listed, in which band, in which order, and how many others there are. A hundred venues tell as much as one.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import Exists, F, OuterRef

from departments.policies import policy_at
from departments.policy.documents import Policy
from departments.policy.tiers import TierPlace, opens_at, tier_chain
from geo.distances import band, band_rank
from geo.expressions import metres_from, nearest_first
from geo.points import Point
from geo.vicinities import LARGEST_ERROR_METRES
from marketplace.eligibility import judge_many
from marketplace.matching import free_reaches, reaching_from_vicinity
from marketplace.models import Bid, Job, Officer, OfficerReach, Position, Shift
from marketplace.openings import own_tier
from tenants.context import matching_context

OWN_SHOWN = 300
OTHERS_COUNTED = 2_000


@dataclass(frozen=True, slots=True)
class ReachableOfficer:
    """One of the department's own. `distance` is a band; `sentence` says why not, or what to heed, "" when nothing."""

    officer_id: UUID
    name: str
    distance: str
    allowed: bool
    sentence: str
    has_bid: bool


@dataclass(frozen=True, slots=True)
class ReachableTier:
    """`opens_at` None: without tiers everybody is in at once. `number` -1 holds whom no tier takes."""

    number: int
    name: str
    opens_at: datetime | None
    eligible: tuple[ReachableOfficer, ...]
    not_eligible: tuple[ReachableOfficer, ...]


@dataclass(frozen=True, slots=True)
class OthersInReach:
    """Other departments' officers who come this far and are free, by band. None of them is named.

    `opens_at` None: the shift is not for them. `many`: more than are counted, and then without bands.
    """

    opens_at: datetime | None
    bands: tuple[tuple[str, int], ...] = ()
    many: bool = False


@dataclass(frozen=True, slots=True)
class Reachable:
    """`left_out`: own officers in reach beyond those shown."""

    tiers: tuple[ReachableTier, ...]
    others: OthersInReach
    left_out: int


def who_can_work(*, shift: Shift, position: Position, at: datetime) -> Reachable:
    """The tiers of the award order, each band's officers by name; eligibility asked of the home department in one go.

    A constant number of queries. Raises NoPolicyInForce.
    """
    policy = policy_at(department_id=shift.governing_department_id, at=shift.starts_at)
    unit: Literal["km", "mi"] = "mi" if shift.job.venue.country == "US" else "km"
    metres = _own_in_reach(shift)
    # A list that is cut is cut at the end of a band, then by an order that has nothing to do with places.
    chosen = sorted(metres, key=lambda one: (band_rank(metres[one], unit), one))[:OWN_SHOWN]
    bids = Bid.objects.filter(shift=shift, officer=OuterRef("pk")).exclude(state=Bid.State.WITHDRAWN)
    officers = list(Officer.objects.filter(id__in=chosen).annotate(has_bid=Exists(bids)))
    judgements = judge_many(officers=officers, shift=shift, position=position, at=at)
    placed: dict[int, list[tuple[int, ReachableOfficer]]] = {}
    for officer in officers:
        verdict = judgements[officer.id].verdict
        tier = own_tier(officer=officer, shift=shift, judgement=judgements[officer.id], policy=policy)
        line = ReachableOfficer(
            officer_id=officer.id,
            name=officer.display_name,
            distance=band(metres[officer.id], unit),
            allowed=verdict.allowed,
            sentence=verdict.sentence if verdict.reasons else "",
            has_bid=officer.has_bid,
        )
        placed.setdefault(_number(tier), []).append((band_rank(metres[officer.id], unit), line))
    return Reachable(
        tiers=tuple(_tiers(policy, shift, placed)),
        others=_others(shift, policy, unit),
        left_out=len(metres) - len(chosen),
    )


def _own_in_reach(shift: Shift) -> dict[UUID, float]:
    """Metres from their vicinity, of the department's own officers who come this far from there."""
    with matching_context():
        rows = _near(OfficerReach.objects.filter(officer__left_at=None), shift).filter(
            home_department_id=shift.governing_department_id
        )
        return reaching_from_vicinity(
            rows.values_list("officer_id", "latitude", "longitude", "travel_radius_metres"), place=_pin(shift)
        )


def _others(shift: Shift, policy: Policy, unit: Literal["km", "mi"]) -> OthersInReach:
    opens = _opens_to_others(shift, policy)
    if opens is None:
        return OthersInReach(None)
    with matching_context():
        rows = _near(free_reaches(shift), shift).exclude(home_department_id=shift.governing_department_id)
        found = list(
            rows.order_by(nearest_first("earth", _pin(shift))).values_list(
                "officer_id", "latitude", "longitude", "travel_radius_metres"
            )[: OTHERS_COUNTED + 1]
        )
    if len(found) > OTHERS_COUNTED:
        return OthersInReach(opens, many=True)
    metres = reaching_from_vicinity(found, place=_pin(shift)).values()
    counts = Counter((band_rank(one, unit), band(one, unit)) for one in metres)
    return OthersInReach(opens, tuple((name, counts[rank, name]) for rank, name in sorted(counts)))


def _opens_to_others(shift: Shift, policy: Policy) -> datetime | None:
    if shift.job.route == Job.Route.AGENCY:
        return None
    opened_at = shift.opened_at or shift.starts_at
    for tier in tier_chain(policy.award_order.tiers):
        if tier.who.home != "own" and (shift.job.route == Job.Route.MARKETPLACE or shift.open_to_others_at is not None):
            return opens_at(tier, opened_at=opened_at, starts_at=shift.starts_at)
    if policy.award_order.tiers or shift.job.route != Job.Route.MARKETPLACE:
        return shift.open_to_others_at
    return opened_at


def _near(reaches, shift: Shift):  # type: ignore[no-untyped-def]
    """Whoever may come this far from somewhere in their vicinity; `reaching_from_vicinity` decides."""
    return reaches.annotate(metres=metres_from("earth", _pin(shift))).filter(
        metres__lte=F("travel_radius_metres") + LARGEST_ERROR_METRES
    )


def _tiers(
    policy: Policy, shift: Shift, placed: dict[int, list[tuple[int, ReachableOfficer]]]
) -> Iterable[ReachableTier]:
    opened_at = shift.opened_at or shift.starts_at
    chain = tier_chain(policy.award_order.tiers)
    for number in sorted(placed, key=lambda one: (one < 0, one)):
        lines = [line for _, line in sorted(placed[number], key=lambda one: (one[0], one[1].name, one[1].officer_id))]
        tier = chain[number] if chain and 0 <= number < len(chain) else None
        yield ReachableTier(
            number=number,
            name=(tier.name or tier.id) if tier else "",
            opens_at=opens_at(tier, opened_at=opened_at, starts_at=shift.starts_at) if tier else None,
            eligible=_those(lines, allowed=True),
            not_eligible=_those(lines, allowed=False),
        )


def _those(lines: Sequence[ReachableOfficer], *, allowed: bool) -> tuple[ReachableOfficer, ...]:
    return tuple(line for line in lines if line.allowed is allowed)


def _number(tier: TierPlace | None) -> int:
    return -1 if tier is None else tier.number


def _pin(shift: Shift) -> Point:
    return Point(shift.latitude, shift.longitude)
