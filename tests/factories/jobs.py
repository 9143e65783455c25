"""Jobs whose contract is paid, with shifts that take bids: rows as posting, approving and paying would leave them."""

from datetime import datetime, timedelta
from typing import Any

from departments.policies import policy_at
from departments.policy.ordering import commitment_of
from geo.points import Point
from kernel.identifiers import short_reference, uuid7
from marketplace.models import Client, Job, Position, Shift, Venue
from tenants.models import Tenant
from tests.factories.departments import OAKVILLE

SEED = "5eed" * 16


def make_job(
    tenant: Tenant,
    *,
    at: datetime,
    place: Point = OAKVILLE,
    client: Client | None = None,
    event_type: str = "festival",
    route: str = "department",
    **fields: Any,
) -> Job:
    """A contracted and funded job. The department must have published a policy."""
    policy = policy_at(department_id=tenant.id, at=at)
    client = client or Client.objects.create(name="Harbour Fair", billing_email="pay@example.org", created_at=at)
    venue = Venue.objects.create(
        client=client,
        name="Harbour",
        address="1 Harbour Street",
        country=tenant.country,
        region=tenant.region,
        time_zone=tenant.time_zone,
        latitude=place.latitude,
        longitude=place.longitude,
        pin_confirmed_at=at,
        created_at=at,
    )
    return Job.objects.create(
        **{
            "reference": short_reference(identifier=uuid7(), length=10),
            "client": client,
            "venue": venue,
            "governing_department_id": tenant.id,
            "route": route,
            "state": Job.State.CONTRACTED,
            "event_type": event_type,
            "title": "Harbour fair",
            "duties": "Keep the crossing clear.",
            "meeting_point": "North gate",
            "contact_name": "Sam Field",
            "contact_phone": "+19055550100",
            "attire": "Uniform",
            "currency": policy.currency,
            "time_zone": tenant.time_zone,
            "policy_version": policy.version,
            "policy_sha256": policy.sha256,
            "submitted_by_person_id": uuid7(),
            "submitted_at": at,
            "contracted_at": at,
            "funded_at": at,
            **fields,
        }
    )


def make_shift(
    job: Job,
    *,
    starts_at: datetime,
    hours: int = 4,
    ranks: dict[str, int] | None = None,
    at: datetime,
    first_come: bool = False,
    state: str = Shift.State.OPEN,
    seed: str = SEED,
) -> Shift:
    """A shift that takes bids until 24 hours before its start. `ranks` is headcount by rank code."""
    shift = Shift.objects.create(
        job=job,
        number=job.shifts.count() + 1,
        governing_department_id=job.governing_department_id,
        state=state,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=hours),
        time_zone=job.time_zone,
        latitude=job.venue.latitude,
        longitude=job.venue.longitude,
        opened_at=at,
        closes_at=at if first_come else starts_at - timedelta(hours=24),
        first_come=first_come,
        draw_seed=seed,
        draw_commitment=commitment_of(seed),
    )
    rates = policy_at(department_id=job.governing_department_id, at=starts_at).rate_card
    for rank_code, headcount in (ranks or {"constable": 1}).items():
        rate = rates.rank(rank_code)
        Position.objects.create(
            shift=shift,
            rank_code=rank_code,
            rank_name=rate.name,
            headcount=headcount,
            bill_rate_cents_per_hour=rate.bill_rate_cents_per_hour,
            pay_rate_cents_per_hour=rate.pay_rate_cents_per_hour,
            pay_code=rate.pay_code,
        )
    return shift
