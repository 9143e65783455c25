"""Rows of a job from its terms: the venue, and shifts with positions at the rates of one policy version."""

from datetime import datetime

from departments.policy.documents import Policy
from kernel.identifiers import short_reference, uuid7
from marketplace.models import Client, Job, Position, Shift, Venue
from marketplace.shift_pay import shift_pay
from marketplace.staffing import StaffedHeadcount, staffed_headcounts
from marketplace.terms import JobTerms, ShiftTerms, VenueTerms

JOB_TEXTS = ("event_type", "title", "duties", "meeting_point", "contact_name", "contact_phone", "attire")
_REFERENCE_LENGTHS = (6, 6, 7, 8, 9)


def build_venue(*, client: Client, terms: VenueTerms, at: datetime) -> Venue:
    return Venue.objects.create(
        client=client,
        name=terms.name,
        address=terms.address,
        postal_code=terms.postal_code,
        place_name=terms.place_name,
        region=terms.region,
        country=terms.country,
        time_zone=terms.time_zone,
        latitude=terms.latitude,
        longitude=terms.longitude,
        end_latitude=terms.end_latitude,
        end_longitude=terms.end_longitude,
        pin_confirmed_at=at if terms.pin_confirmed else None,
        radius_metres=terms.radius_metres,
        created_at=at,
    )


def build_shift(*, job: Job, number: int, wanted: ShiftTerms, terms: JobTerms, policy: Policy) -> Shift:
    """`wanted` is one shift of the job's terms, `number` its place there, from 1. The ladder counts."""
    shift = Shift.objects.create(
        job=job,
        number=number,
        governing_department_id=job.governing_department_id,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        time_zone=terms.venue.time_zone,
        vehicle_code=wanted.vehicle_code,
        vehicle_count=wanted.vehicle_count,
        latitude=terms.venue.latitude,
        longitude=terms.venue.longitude,
    )
    positions = staffed_headcounts(policy=policy, terms=terms, shift=wanted)
    built = [_position(shift, position, policy) for position in positions]
    _set_shift_pay(shift, built, policy)
    Position.objects.bulk_create(built)
    return shift


def price_again(*, job: Job, shift: Shift, policy: Policy) -> None:
    """A shift that stays as it is in a job whose other terms changed: what an officer gets may depend on them."""
    shift.job = job
    positions = list(shift.positions.all())
    _set_shift_pay(shift, positions, policy)
    Position.objects.bulk_update(positions, ["shift_pay_cents"])


def _set_shift_pay(shift: Shift, positions: list[Position], policy: Policy) -> None:
    officers = sum(position.headcount for position in positions)
    for position in positions:
        position.shift_pay_cents, _ = shift_pay(shift=shift, position=position, policy=policy, officers=officers)


def free_reference() -> str:
    """A job's code for phone and mail. The table's constraint has the last word on its being unique."""
    for length in _REFERENCE_LENGTHS:
        reference = short_reference(identifier=uuid7(), length=length)
        if not Job.objects.filter(reference=reference).exists():
            return reference
    return short_reference(identifier=uuid7(), length=12)


def is_as_agreed(*, shift: Shift, wanted: ShiftTerms, terms: JobTerms, policy: Policy) -> bool:
    """Whether a stored shift is already what the terms, the ladder and the policy's rates say."""
    stored = sorted(
        (
            position.rank_code,
            position.headcount,
            position.unbilled_headcount,
            position.bill_rate_cents_per_hour,
            position.pay_rate_cents_per_hour,
        )
        for position in shift.positions.all()
    )
    staffed = sorted(
        (one.rank_code, one.headcount, one.unbilled, rate.bill_rate_cents_per_hour, rate.pay_rate_cents_per_hour)
        for one, rate in (
            (one, policy.rate_card.rank(one.rank_code))
            for one in staffed_headcounts(policy=policy, terms=terms, shift=wanted)
        )
    )
    return (
        stored == staffed
        and (shift.starts_at, shift.ends_at) == (wanted.starts_at, wanted.ends_at)
        and (shift.vehicle_code, shift.vehicle_count) == (wanted.vehicle_code, wanted.vehicle_count)
    )


def _position(shift: Shift, staffed: StaffedHeadcount, policy: Policy) -> Position:
    rank = policy.rate_card.rank(staffed.rank_code)
    return Position(
        shift=shift,
        rank_code=rank.code,
        rank_name=rank.name,
        headcount=staffed.headcount,
        unbilled_headcount=staffed.unbilled,
        bill_rate_cents_per_hour=rank.bill_rate_cents_per_hour,
        pay_rate_cents_per_hour=rank.pay_rate_cents_per_hour,
        pay_code=rank.pay_code,
    )
