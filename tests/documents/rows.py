"""Settled shifts and their payments as rows, the way settling and webhooks leave them, without the road there."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from billing.books import ledger
from billing.books.chart import Kind
from billing.models import Charge, Contract, Refund, Settlement
from departments.policy.prices import Line, LineTax, ShiftPrice
from kernel.identifiers import uuid7
from marketplace.models import Client, Job
from tenants.models import Tenant
from tests.factories.jobs import make_job, make_shift
from tests.factories.venues import NOW

HST = LineTax("hst", "HST", 1300, 13_000, "10000 0001 RT0001")
QST = LineTax("qst", "QST", 997.5, 9_975, "1200 TQ0001")


def settled(
    department: Tenant,
    *,
    client: Client | None = None,
    taxes: tuple[LineTax, ...] = (HST,),
    agency: Tenant | None = None,
    job: Job | None = None,
    paid: bool = True,
    at: datetime = NOW,
) -> Settlement:
    """A shift billed at 1,000.00 before tax, paid in advance and fully used. The department must have a policy."""
    job = job or make_job(department, at=at - timedelta(days=9), client=client)
    shift = make_shift(job, starts_at=at - timedelta(days=1), at=at - timedelta(days=9))
    line = Line(kind="labour", code="constable", description="Constable", supplier="department", net_cents=100_000,
                taxes=taxes, billable_minutes=240, unit_rate_cents_per_hour=25_000)  # fmt: skip
    price = ShiftPrice(job.currency, False, (line,))
    contract, _ = Contract.objects.get_or_create(job=job, defaults=_contract(job, agency, at))
    cents = price.gross_cents
    settlement = Settlement.objects.create(
        shift=shift, job=job, contract=contract, currency=job.currency, price=price.to_json(),
        split={"officer_cents": {}, "department_cents": cents, "agency_cents": 0}, quoted_cents=cents,
        billed_cents=cents, supplier_cents=cents, service_fee_cents=0, service_fee_tax_cents=0, drawn_cents=cents,
        settled_at=at,
    )  # fmt: skip
    if paid:
        pay(settlement, cents, at=at)
        _move(f"settlement:{settlement.id}", ledger.debit(Kind.PREPAID_JOB, cents, job.id),
              ledger.credit(Kind.PAYABLE_DEPARTMENT, cents, department.id), currency=job.currency)  # fmt: skip
    return settlement


def pay(settlement: Settlement, cents: int, *, at: datetime = NOW) -> Charge:
    """Paid in advance."""
    job = settlement.job
    charge = Charge.objects.create(
        job=job, contract=settlement.contract, kind="checkout", state="succeeded", amount_cents=cents,
        currency=job.currency, idempotency_key=uuid7().hex, intent_reference=f"pi_{uuid7().hex}",
        charge_reference="ch_1", created_at=at, succeeded_at=at,
    )  # fmt: skip
    _move(f"charge:{charge.id}", ledger.debit(Kind.STRIPE_BALANCE, cents),
          ledger.credit(Kind.PREPAID_JOB, cents, job.id), currency=job.currency)  # fmt: skip
    return charge


def refund(settlement: Settlement, cents: int, *, key: str = "", takes_back: bool = True) -> Refund:
    """Done. `takes_back`: the money had been billed, so it comes out of what the department is owed."""
    job, charge = settlement.job, Charge.objects.filter(job=settlement.job).latest("id")
    done = Refund.objects.create(
        charge=charge, amount_cents=cents, currency=job.currency, state="done", reason="A corporal came late",
        business_key=key or f"refund:complaint:{uuid7()}", idempotency_key=uuid7().hex, provider_reference="re_1",
        due_at=NOW, created_at=NOW, done_at=NOW,
    )  # fmt: skip
    if takes_back:
        _move(f"back:{done.id}",
              ledger.debit(Kind.PAYABLE_DEPARTMENT, cents, job.governing_department_id),
              ledger.credit(Kind.PREPAID_JOB, cents, job.id), currency=job.currency)  # fmt: skip
    _move(f"refund:{done.id}", ledger.debit(Kind.PREPAID_JOB, cents, job.id),
          ledger.credit(Kind.STRIPE_BALANCE, cents), currency=job.currency)  # fmt: skip
    return done


def _move(key: str, *legs: Any, currency: str) -> None:
    with transaction.atomic():
        ledger.post(business_key=key, kind="test", description="test", legs=list(legs), currency=currency, at=NOW)


def _contract(job: Job, agency: Tenant | None, at: datetime) -> dict[str, Any]:
    return {
        "version": 1, "revision_number": 1, "state": "accepted", "currency": job.currency, "terms": {}, "prices": [],
        "policy": {}, "policy_version": 1, "policy_sha256": "0" * 64, "payee_mode": "agency" if agency else "payroll",
        "agency_id": agency.id if agency else None, "service_fee_basis_points": 0, "requested_at": at,
        "net_cents": 0, "tax_cents": 0, "total_cents": 0, "offered_at": at, "accepted_at": at,
    }  # fmt: skip
