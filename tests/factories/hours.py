"""Finished work as rows, the way awarding, punches and settling would leave it, without the road there."""

from datetime import datetime, timedelta

from billing.models import Contract, PayrollLine, Settlement
from marketplace.models import Assignment, Award, Job, Officer, Shift, Timesheet
from tenants.models import Tenant
from tests.factories.jobs import make_job, make_shift


def finished(
    tenant: Tenant,
    officer: Officer,
    *,
    starts_at: datetime,
    minutes: int = 240,
    state: str = Timesheet.State.APPROVED,
    job: Job | None = None,
) -> Timesheet:
    """Four scheduled hours, and so many minutes worked. The department must have published a policy."""
    job = job or make_job(tenant, at=starts_at - timedelta(days=9))
    shift = make_shift(job, starts_at=starts_at, at=starts_at - timedelta(days=9), state=Shift.State.WORKED)
    position = shift.positions.get()
    award = Award.objects.create(
        shift=shift, position=position, decided_at=starts_at, decided_by="test", engine_version="1",
        policy_version=1, policy_sha256="0" * 64, snapshot={},
    )  # fmt: skip
    assignment = Assignment.objects.create(
        shift=shift, position=position, officer=officer, award=award, state=Assignment.State.CHECKED_OUT,
        period=(shift.starts_at, shift.ends_at), pay_rate_cents_per_hour=position.pay_rate_cents_per_hour,
        pay_code=position.pay_code, authorised_ends_at=shift.ends_at, created_at=starts_at - timedelta(days=2),
    )  # fmt: skip
    ends_at = starts_at + timedelta(minutes=minutes)
    return Timesheet.objects.create(
        assignment=assignment, state=state, worked_starts_at=starts_at, worked_ends_at=ends_at, worked_minutes=minutes,
        billable_minutes=minutes, payable_minutes=minutes, submitted_at=ends_at, decided_at=ends_at,
        decided_by="client",
    )  # fmt: skip


def on_payroll(sheet: Timesheet, *, pay_cents: int, billed_cents: int = 0) -> PayrollLine:
    """The shift settled in payee mode `payroll`, at the end of the work."""
    assignment, shift, at = sheet.assignment, sheet.assignment.shift, sheet.worked_ends_at
    job = shift.job
    contract, _ = Contract.objects.get_or_create(
        job=job,
        defaults={
            "version": 1, "revision_number": 1, "state": "accepted", "currency": job.currency, "terms": {},
            "prices": [], "policy": {}, "policy_version": 1, "policy_sha256": "0" * 64, "payee_mode": "payroll",
            "service_fee_basis_points": 500, "requested_at": at, "net_cents": 0, "tax_cents": 0, "total_cents": 0,
            "offered_at": at,
        },
    )  # fmt: skip
    billed_cents = billed_cents or pay_cents * 2
    settlement = Settlement.objects.create(
        shift=shift, job=job, contract=contract, currency=job.currency, price={}, split={}, quoted_cents=billed_cents,
        billed_cents=billed_cents, supplier_cents=billed_cents, service_fee_cents=0, service_fee_tax_cents=0,
        drawn_cents=billed_cents, settled_at=at,
    )  # fmt: skip
    return PayrollLine.objects.create(
        settlement=settlement, department_id=job.governing_department_id, officer_id=assignment.officer_id,
        assignment_id=assignment.id, payable_minutes=sheet.payable_minutes,
        pay_rate_cents_per_hour=assignment.pay_rate_cents_per_hour, pay_code=assignment.pay_code, pay_cents=pay_cents,
        currency=job.currency, created_at=at,
    )  # fmt: skip
