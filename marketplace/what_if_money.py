"""What past shifts would have been billed for the places that a simulated run fills, by one rate card or another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from departments.policies import policy_versions
from departments.policy.documents import Policy
from departments.policy.pricing import PositionRequest, ServiceFee, ShiftRequest, VehicleRequest, price_shift
from kernel.errors import Refusal
from marketplace.job_facts import facts_of
from marketplace.models import Shift

_NO_FEE = ServiceFee(rate_basis_points=0)


@dataclass(frozen=True)
class Bill:
    """The department's lines before tax and the platform's fee. `unpriced` shifts could not be priced and are left out:
    the rate card lacks a rank or a vehicle that they had."""

    cents: int
    unpriced: int


@dataclass(frozen=True)
class PastShift:
    """`positions` are (position id, rank, headcount), `free_of_charge` by position id; `rules` priced the job."""

    shift_id: str
    job_reference: str
    title: str
    starts_at: datetime
    time_zone: str
    positions: tuple[tuple[str, str, int], ...]
    rank_names: Mapping[str, str]
    free_of_charge: Mapping[str, int]
    request: ShiftRequest
    rules: Policy

    @property
    def places(self) -> int:
        return sum(headcount for _, _, headcount in self.positions)

    def unfilled(self, filled: Mapping[str, int]) -> int:
        return sum(max(0, headcount - filled.get(position_id, 0)) for position_id, _, headcount in self.positions)


def past_shifts(*, department_id: UUID, from_at: datetime, until_at: datetime) -> dict[str, PastShift]:
    """By id: those that were awarded or found nobody; what was cancelled or still takes bids is left out."""
    shifts = (
        Shift.objects.filter(governing_department_id=department_id, starts_at__gte=from_at, starts_at__lt=until_at)
        .exclude(state__in=(Shift.State.PLANNED, Shift.State.CANCELLED))
        .exclude(state=Shift.State.OPEN, awards=None)
        .select_related("job__venue", "job__client")
        .prefetch_related("positions")
        .distinct()
    )
    found = list(shifts)
    rules = policy_versions(department_id=department_id, versions={shift.job.policy_version for shift in found})
    return {str(shift.id): _past_shift(shift, rules[shift.job.policy_version]) for shift in found}


def billed(*, shifts: Iterable[PastShift], filled: Mapping[str, int], draft: Policy | None) -> Bill:
    """By each job's own rates, or all by the draft's."""
    cents = unpriced = 0
    for shift in shifts:
        positions = tuple(
            PositionRequest(rank_code, places)
            for position_id, rank_code, headcount in shift.positions
            if (places := min(headcount - shift.free_of_charge[position_id], filled.get(position_id, 0)))
        )
        if not positions:
            continue
        try:
            price = price_shift(
                policy=draft or shift.rules, shift=replace(shift.request, positions=positions), service_fee=_NO_FEE
            )
        except Refusal:
            unpriced += 1
        else:
            cents += price.net_cents
    return Bill(cents, unpriced)


def _past_shift(shift: Shift, rules: Policy) -> PastShift:
    job = shift.job
    facts = facts_of(job)
    positions = list(shift.positions.all())
    vehicles = (VehicleRequest(shift.vehicle_code, shift.vehicle_count),) if shift.vehicle_count else ()
    return PastShift(
        shift_id=str(shift.id),
        job_reference=job.reference,
        title=job.title,
        starts_at=shift.starts_at,
        time_zone=shift.time_zone,
        positions=tuple((str(one.id), one.rank_code, one.headcount) for one in positions),
        rank_names={str(one.id): one.rank_name for one in positions},
        free_of_charge={str(one.id): one.unbilled_headcount for one in positions},
        request=ShiftRequest(
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            positions=(),
            vehicles=vehicles,
            shift_id=str(shift.id),
            event_type=job.event_type,
            requested_at=job.submitted_at,
            crowd=job.expected_attendance,
            alcohol=job.alcohol_served,
            non_profit=facts["client.non_profit"],
            number=shift.number,
            latitude=shift.latitude,
            longitude=shift.longitude,
            postal_code=job.venue.postal_code,
            place_name=job.venue.place_name,
            facts=facts,
        ),
        rules=rules,
    )
