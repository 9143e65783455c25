"""What a policy charges for paying late: an invoice of its own for each late term that an overdue bill has reached.

It carries no tax: what is charged on top of a price because it was not paid in time is no consideration for a supply
(Canada: Excise Tax Act, section 161; the states here do not tax a late charge that is stated by itself either).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Sum

from billing import events
from billing.bills import coverage
from billing.books import ledger
from billing.books.chart import PAYABLE_BY_OWNER, Kind
from billing.invoices import invoicing
from billing.models import Charge, Transfer
from billing.paying_out import distributing, payees, payout_terms
from billing.sending import waking
from departments.policy.loading import load_policy
from departments.policy.payment_terms import late_steps
from kernel import audit, outbox
from kernel.actors import system
from kernel.identifiers import uuid7
from marketplace.models import Job, Position
from tenants.context import acting_as

_LATE_TERMS = system("late terms")


def scan_late(*, at: datetime) -> int:
    """Overdue bills under a policy that charges for that. Returns how many charges were made."""
    overdue = Charge.objects.filter(
        kind=Charge.Kind.INVOICE,
        state=Charge.State.OPEN,
        settlement__isnull=False,
        payable_before__lte=at,
        contract__policy__payment__late_terms__0__isnull=False,
    ).order_by("payable_before", "id")
    return sum(len(charge_late(bill_id=bill_id, at=at)) for bill_id in list(overdue.values_list("id", flat=True)))


def charge_late(*, bill_id: UUID, at: datetime) -> list[Charge]:
    """Intend an invoice for every term of the agreed policy that is reached and not charged yet, and book it.

    Days are counted in the venue's zone. What no payment could bring is not charged.
    """
    job_id = Charge.objects.values_list("job_id", flat=True).get(id=bill_id)
    with transaction.atomic():
        job = Job.objects.select_for_update(of=("self",)).select_related("client").get(id=job_id)
        bills = Charge.objects.select_for_update(of=("self",)).select_related("settlement__shift", "contract")
        bill = bills.get(id=bill_id)
        due_at, settlement = bill.payable_before, bill.settlement
        is_owed = bill.state == Charge.State.OPEN and bill.written_off_at is None
        if due_at is None or settlement is None or not is_owed or due_at > at:
            return []
        bill.job = job
        zone = ZoneInfo(job.time_zone)
        positions = Position.objects.filter(shift=settlement.shift).aggregate(heads=Sum("headcount", default=0))
        steps = late_steps(
            policy=load_policy(bill.contract.policy, version=bill.contract.policy_version),
            days_past_due=(at.astimezone(zone).date() - due_at.astimezone(zone).date()).days,
            unpaid_cents=bill.amount_cents,
            positions=positions["heads"],
        )
        charged = set(bill.late_charges.values_list("late_after_days", flat=True))
        return [
            _charge(bill, after_days, cents, at)
            for after_days, cents in sorted(steps.items())
            if after_days not in charged and cents >= coverage.SMALLEST_CHARGE_CENTS
        ]


def pass_on(*, job_id: UUID, at: datetime) -> int:
    """Transfer what was paid of late charges to the supplier of record. Needs the job's lock. Returns how many."""
    waiting = list(
        Charge.objects.select_for_update(of=("self",))
        .select_related("job", "contract", "late_of__settlement__job")
        .filter(job_id=job_id, late_of__isnull=False, passed_on_at=None)
        .order_by("created_at", "id")
    )
    if not waiting:
        return 0
    owed = ledger.balance(kind=Kind.CLIENT_RECEIVABLE, owner_id=job_id, currency=waiting[0].currency)
    paid = [one for one in waiting if one.state == Charge.State.SUCCEEDED or (not owed and not _is_lost(one))]
    # It may be a client's own request that brings the money; payees' accounts are not theirs to see.
    with acting_as(purpose="worker"):
        for late in paid:
            _transfer(late, at)
    return len(paid)


def supplier_of(charge: Charge) -> tuple[str, UUID]:
    """Kind and identifier of whom the client owes it to."""
    agency_id = charge.contract.agency_id
    return ("agency", agency_id) if agency_id else ("department", charge.job.governing_department_id)


def _charge(bill: Charge, after_days: int, cents: int, at: datetime) -> Charge:
    job, settlement, charge_id = bill.job, bill.settlement, uuid7()
    assert settlement is not None
    owner_kind, owner_id = supplier_of(bill)
    late = Charge.objects.create(
        id=charge_id,
        job=job,
        contract=bill.contract,
        kind=Charge.Kind.INVOICE,
        late_of=bill,
        late_after_days=after_days,
        amount_cents=cents,
        currency=bill.currency,
        idempotency_key=f"late:{bill.id}:{after_days}",
        request_body=invoicing.invoice_body(
            job=job,
            charge_id=charge_id,
            description=f"Job {job.reference}, shift {settlement.shift.number}: "
            f"paid more than {after_days} days late, by the department's published terms",
        ),
        due_at=at,
        created_at=at,
    )
    audit.record(
        actor=_LATE_TERMS,
        action="late.charged",
        subject_kind="charge",
        subject_id=late.id,
        tenant_id=job.governing_department_id,
        at=at,
        after={"amount_cents": cents, "currency": bill.currency, "after_days": after_days, "of": str(bill.id)},
    )
    outbox.announce(
        name=events.LATE_CHARGED,
        payload={"charge_id": str(late.id), "job_id": str(job.id), "amount_cents": cents, "currency": bill.currency},
        tenant_id=job.governing_department_id,
        at=at,
    )
    waking.wake_senders()
    ledger.post(
        business_key=f"late_charge:{late.id}",
        kind="late_charge",
        description=f"Invoice of job {job.reference} is more than {after_days} days late",
        legs=[
            ledger.debit(Kind.CLIENT_RECEIVABLE, cents, job.id),
            ledger.credit(PAYABLE_BY_OWNER[owner_kind], cents, owner_id),
        ],
        currency=bill.currency,
        job_id=job.id,
        at=at,
    )
    return late


def _is_lost(late: Charge) -> bool:
    return late.written_off_at is not None and late.recovered_cents < late.amount_cents


def _transfer(late: Charge, at: datetime) -> None:
    """From its own payment first. Not netted with a debt: those are of settlements, and keep to their shares."""
    assert late.late_of is not None
    assert late.late_of.settlement is not None
    settlement = late.late_of.settlement
    owner_kind, owner_id = supplier_of(late)
    account = payees.ensure_payee_account(owner_kind=owner_kind, owner_id=owner_id, currency=late.currency, at=at)
    charges = list(
        Charge.objects.select_for_update()
        .filter(job_id=late.job_id, state=Charge.State.SUCCEEDED)
        .order_by("succeeded_at", "id")
    )
    charges.sort(key=lambda charge: charge.id != late.id)
    for charge, part in distributing.draw(charges, late.amount_cents):
        transfer_id = uuid7()
        Transfer.objects.create(
            id=transfer_id,
            charge=charge,
            payee_account=account,
            settlement=settlement,
            late_charge=late,
            amount_cents=part,
            currency=late.currency,
            business_key=f"transfer:late:{late.id}:{charge.id}",
            idempotency_key=f"transfer:{transfer_id}",
            due_at=payout_terms.transfers_due_at(settlement=settlement, at=at),
            created_at=at,
        )
    Charge.objects.filter(id=late.id).update(passed_on_at=at)
    waking.wake_senders()
