"""Rows in bulk, as the product's own functions would have left them: officers, jobs, shifts, bids, work done."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from psycopg2.extras import DateTimeTZRange

from accounts.models import Person
from departments.access import inside
from departments.models import DutyPeriod, RosterEntry
from departments.policies import policy_at
from departments.policy.draws import commitment_of
from kernel.identifiers import uuid7
from marketplace.models import (
    Assignment,
    Award,
    Bid,
    Client,
    Job,
    Officer,
    Position,
    Shift,
    Standing,
    Timesheet,
    Venue,
)
from tenants.context import acting_as
from tenants.models import Tenant

PLACE = (43.4675, -79.6877)
SEED = "5eed" * 16
_BATCH = 2_000


@dataclass(frozen=True)
class Crew:
    officers: list[Officer]
    entries: list[RosterEntry]


def make_crew(tenant: Tenant, *, count: int, at: datetime, duty_days: int = 0, name: str = "crew") -> Crew:
    """Officers who have joined, `duty_days` days of eight-hour tours on both sides of `at`."""
    people = [
        Person(email=f"{name}.{number}@{tenant.slug}.example", given_name="Officer", family_name=f"{name} {number:05d}")
        for number in range(count)
    ]
    officers = [
        Officer(
            person=person,
            home_department_id=tenant.id,
            home_since_date=date(2020, 1, 1),
            display_name=person.full_name,
            joined_at=at,
        )
        for person in people
    ]
    seniority = [date(2005, 1, 1) + timedelta(days=(37 * number) % 5000) for number in range(count)]
    with acting_as(purpose="worker"):
        Person.objects.bulk_create(people, batch_size=_BATCH)
        Officer.objects.bulk_create(officers, batch_size=_BATCH)
        Standing.objects.bulk_create(
            [
                Standing(officer=officer, version=1, rank_code="constable", seniority_date=since)
                for officer, since in zip(officers, seniority, strict=True)
            ],
            batch_size=_BATCH,
        )
    entries = [
        RosterEntry(
            officer_id=officer.id,
            badge_number=f"{name[:3].upper()}{number:05d}",
            given_name="Officer",
            family_name=f"{name} {number:05d}",
            work_email=f"{name}.{number}@work.{tenant.slug}.example",
            rank_code="constable",
            seniority_date=since,
            joined_at=at,
        )
        for number, (officer, since) in enumerate(zip(officers, seniority, strict=True))
    ]
    with inside(department_id=tenant.id):
        RosterEntry.objects.bulk_create(entries, batch_size=_BATCH)
        DutyPeriod.objects.bulk_create(
            [
                DutyPeriod(
                    roster_entry=entry,
                    kind="duty",
                    starts_at=at + timedelta(days=day, hours=-6),
                    ends_at=at + timedelta(days=day, hours=2),
                )
                for entry in entries
                for day in range(-duty_days, duty_days)
                if day % 2
            ],
            batch_size=_BATCH,
        )
    return Crew(officers, entries)


def make_job(tenant: Tenant, *, at: datetime) -> Job:
    policy = policy_at(department_id=tenant.id, at=at)
    client = Client.objects.create(name="Harbour Fair", billing_email="pay@harbour.example", created_at=at)
    venue = Venue.objects.create(
        client=client,
        name="Harbour",
        address="1 Harbour Street",
        country=tenant.country,
        region=tenant.region,
        time_zone=tenant.time_zone,
        latitude=PLACE[0],
        longitude=PLACE[1],
        pin_confirmed_at=at,
        created_at=at,
    )
    return Job.objects.create(
        reference=uuid7().hex[-10:].upper(),
        client=client,
        venue=venue,
        governing_department_id=tenant.id,
        state=Job.State.CONTRACTED,
        event_type="festival",
        title="Harbour fair",
        duties="Keep the crossing clear.",
        meeting_point="North gate",
        contact_name="Sam Field",
        contact_phone="+19055550100",
        attire="Uniform",
        currency=policy.currency,
        time_zone=tenant.time_zone,
        policy_version=policy.version,
        policy_sha256=policy.sha256,
        submitted_by_person_id=uuid7(),
        submitted_at=at,
        contracted_at=at,
        funded_at=at,
    )


def make_shifts(
    job: Job, *, starts: Sequence[datetime], headcount: int, at: datetime, hours: int = 4, **fields: Any
) -> list[tuple[Shift, Position]]:
    """Open shifts whose bidding closed just before `at`, each with one position for constables."""
    rank = policy_at(department_id=job.governing_department_id, at=at).rate_card.rank("constable")
    first = job.shifts.count() + 1
    shifts = [
        Shift(
            **{
                "job": job,
                "number": first + index,
                "governing_department_id": job.governing_department_id,
                "state": Shift.State.OPEN,
                "starts_at": starts_at,
                "ends_at": starts_at + timedelta(hours=hours),
                "time_zone": job.time_zone,
                "latitude": PLACE[0],
                "longitude": PLACE[1],
                "opened_at": at - timedelta(days=5),
                "closes_at": at - timedelta(minutes=1),
                "draw_seed": SEED,
                "draw_commitment": commitment_of(SEED),
                **fields,
            }
        )
        for index, starts_at in enumerate(starts)
    ]
    Shift.objects.bulk_create(shifts, batch_size=_BATCH)
    positions = [
        Position(
            shift=shift,
            rank_code=rank.code,
            rank_name=rank.name,
            headcount=headcount,
            bill_rate_cents_per_hour=rank.bill_rate_cents_per_hour,
            pay_rate_cents_per_hour=rank.pay_rate_cents_per_hour,
            pay_code=rank.pay_code,
        )
        for shift in shifts
    ]
    Position.objects.bulk_create(positions, batch_size=_BATCH)
    return list(zip(shifts, positions, strict=True))


def make_bids(places: Sequence[tuple[Shift, Position]], officers: Sequence[Officer], *, each: int, at: datetime) -> int:
    """`each` bids on every shift, by officers drawn with a fixed seed."""
    draw = random.Random(7)
    bids = [
        Bid(shift=shift, position=position, officer=officer, placed_at=at - timedelta(minutes=draw.randrange(1, 5000)))
        for shift, position in places
        for officer in draw.sample(list(officers), each)
    ]
    Bid.objects.bulk_create(bids, batch_size=_BATCH)
    return len(bids)


def make_past_work(tenant: Tenant, crew: Crew, *, count: int, at: datetime) -> None:
    """`count` finished assignments with approved hours over the last year, `crew` in turn, never twice at a time."""
    job = make_job(tenant, at=at)
    per_day = len(crew.officers)
    days = -(-count // per_day)
    starts = [at - timedelta(days=2 + day) for day in range(days)]
    places = make_shifts(
        job, starts=starts, headcount=min(200, per_day), at=at, state=Shift.State.WORKED, finished_at=at, awarded_at=at
    )
    awards = [
        Award(
            shift=shift,
            position=position,
            decided_at=shift.starts_at,
            decided_by="benchmark",
            engine_version="1",
            policy_version=job.policy_version,
            policy_sha256=job.policy_sha256,
            snapshot={},
        )
        for shift, position in places
    ]
    Award.objects.bulk_create(awards, batch_size=_BATCH)
    assignments = [
        Assignment(
            shift=shift,
            position=position,
            officer=officer,
            award=award,
            state=Assignment.State.CHECKED_OUT,
            period=DateTimeTZRange(shift.starts_at, shift.ends_at),
            pay_rate_cents_per_hour=position.pay_rate_cents_per_hour,
            authorised_ends_at=shift.ends_at,
            created_at=shift.starts_at,
        )
        for (shift, position), award in zip(places, awards, strict=True)
        for officer in crew.officers
    ][:count]
    Assignment.objects.bulk_create(assignments, batch_size=_BATCH)
    Timesheet.objects.bulk_create(
        [
            Timesheet(
                assignment=assignment,
                state=Timesheet.State.APPROVED,
                worked_starts_at=assignment.shift.starts_at,
                worked_ends_at=assignment.shift.ends_at,
                worked_minutes=240,
                billable_minutes=240,
                payable_minutes=240,
                submitted_at=assignment.shift.ends_at,
                decided_at=assignment.shift.ends_at,
                decided_by="silence",
            )
            for assignment in assignments
        ],
        batch_size=_BATCH,
    )
