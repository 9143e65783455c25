"""A department with a year behind it, in bulk, to measure what reads it."""

from datetime import datetime, timedelta

from accounts.models import Person
from billing.models import Contract, Settlement
from kernel.identifiers import uuid7
from marketplace.models import Assignment, Award, ClockEvent, Officer, Position, Shift, Timesheet
from tenants.models import Tenant
from tests.factories.jobs import make_job

OFFICERS_A_SHIFT = 4


def load(
    tenant: Tenant, *, officers: int = 2_000, assignments: int = 50_000, ends_at: datetime, days: int = 360
) -> None:
    """Shifts of four officers, spread evenly over `days` before `ends_at`, every hour final and settled.

    The department must have published a policy.
    """
    people = Person.objects.bulk_create(
        (
            Person(email=f"{uuid7().hex}@example.org", given_name="Robin", family_name=f"Ashdown {n}")
            for n in range(officers)
        ),
        batch_size=1000,
    )
    staff = Officer.objects.bulk_create(
        (
            Officer(person=person, home_department_id=tenant.id, home_since_date=ends_at.date(),
                    display_name=person.full_name, joined_at=ends_at - timedelta(days=days))
            for person in people
        ),
        batch_size=1000,
    )  # fmt: skip
    count = assignments // OFFICERS_A_SHIFT
    jobs = [make_job(tenant, at=ends_at - timedelta(days=days + 9)) for _ in range(50)]
    contracts = [
        Contract.objects.create(
            job=job, version=1, revision_number=1, state="accepted", currency=job.currency, terms={}, prices=[],
            policy={}, policy_version=1, policy_sha256="0" * 64, payee_mode="direct", service_fee_basis_points=500,
            requested_at=ends_at, net_cents=0, tax_cents=0, total_cents=0, offered_at=ends_at,
        )
        for job in jobs
    ]  # fmt: skip
    step = timedelta(days=days) / count
    shifts = [
        Shift(
            job=jobs[n % 50], number=n // 50 + 1, governing_department_id=tenant.id, state=Shift.State.WORKED,
            starts_at=ends_at - step * (count - n), ends_at=ends_at - step * (count - n) + timedelta(hours=4),
            time_zone=tenant.time_zone, latitude=43.4, longitude=-79.7,
        )
        for n in range(count)
    ]  # fmt: skip
    Shift.objects.bulk_create(shifts, batch_size=1000)
    positions = [
        Position(shift=shift, rank_code="constable", rank_name="Constable", headcount=OFFICERS_A_SHIFT,
                 bill_rate_cents_per_hour=9_000, pay_rate_cents_per_hour=7_000)
        for shift in shifts
    ]  # fmt: skip
    Position.objects.bulk_create(positions, batch_size=1000)
    awards = [
        Award(shift=shift, position=position, decided_at=shift.starts_at, decided_by="load", engine_version="1",
              policy_version=1, policy_sha256="0" * 64, snapshot={})
        for shift, position in zip(shifts, positions, strict=True)
    ]  # fmt: skip
    Award.objects.bulk_create(awards, batch_size=1000)
    committed = [
        Assignment(
            shift=shift, position=position, award=award, state=Assignment.State.CHECKED_OUT,
            officer=staff[(n * OFFICERS_A_SHIFT + place) % officers], period=(shift.starts_at, shift.ends_at),
            pay_rate_cents_per_hour=7_000, authorised_ends_at=shift.ends_at, created_at=shift.starts_at,
        )
        for n, (shift, position, award) in enumerate(zip(shifts, positions, awards, strict=True))
        for place in range(OFFICERS_A_SHIFT)
    ]  # fmt: skip
    Assignment.objects.bulk_create(committed, batch_size=1000)
    Timesheet.objects.bulk_create(
        (
            Timesheet(assignment=one, state="approved", worked_starts_at=one.shift.starts_at,
                      worked_ends_at=one.shift.ends_at, worked_minutes=225, billable_minutes=240, payable_minutes=240,
                      submitted_at=one.shift.ends_at, decided_at=one.shift.ends_at, decided_by="client")
            for one in committed
        ),
        batch_size=1000,
    )  # fmt: skip
    ClockEvent.objects.bulk_create(
        (
            ClockEvent(punch_id=uuid7(), assignment=one, kind="in", received_at=one.shift.starts_at,
                       happened_at=one.shift.starts_at + timedelta(minutes=n % 20), verdict="VERIFIED")
            for n, one in enumerate(committed)
        ),
        batch_size=1000,
    )  # fmt: skip
    Settlement.objects.bulk_create(
        (
            Settlement(shift=shift, job=shift.job, contract=contracts[n % 50], currency="CAD", price={},
                       quoted_cents=144_000,
                       split={"officer_cents": {str(one.id): 28_000 for one in committed[n * 4 : n * 4 + 4]},
                              "department_cents": 32_000},
                       billed_cents=144_000, supplier_cents=144_000, service_fee_cents=0, service_fee_tax_cents=0,
                       drawn_cents=144_000, settled_at=shift.ends_at)
            for n, shift in enumerate(shifts)
        ),
        batch_size=1000,
    )  # fmt: skip
