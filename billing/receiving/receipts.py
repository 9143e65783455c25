"""A client's money arrived, by Stripe or at the platform's bank: what it pays, in the books."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from billing.books import ledger
from billing.books.chart import Kind
from billing.models import Charge


def post_receipt(*, charge: Charge, at: datetime) -> None:
    """What the client owes is paid first, also what was written off; the rest is prepaid. Needs the job's lock."""
    _recover_written_off(charge, at)
    owed = ledger.balance(kind=Kind.CLIENT_RECEIVABLE, owner_id=charge.job_id, currency=charge.currency)
    settled = min(owed, charge.amount_cents)
    ledger.post(
        business_key=f"charge:{charge.id}",
        kind="charge",
        description=f"Payment for job {charge.job.reference}",
        legs=[
            ledger.debit(Kind.PLATFORM_BANK if charge.is_outside_stripe else Kind.STRIPE_BALANCE, charge.amount_cents),
            ledger.credit(Kind.CLIENT_RECEIVABLE, settled, charge.job_id),
            ledger.credit(Kind.PREPAID_JOB, charge.amount_cents - settled, charge.job_id),
        ],
        currency=charge.currency,
        source=charge.charge_reference,
        job_id=charge.job_id,
        at=at,
    )


def _recover_written_off(charge: Charge, at: datetime) -> None:
    """Owed again, as far as this payment pays it: the bad debt shrinks by it.

    An invoice that was given up and is paid all the same is recovered itself; another payment pays what is still owed
    before it pays what was given up. Without this the loss would stay, and the money would lie there as prepaid.
    """
    if charge.written_off_at is not None:
        bills, left = [charge], charge.amount_cents
    else:
        given_up = Charge.objects.select_for_update(of=("self",)).filter(
            job_id=charge.job_id, written_off_at__isnull=False, recovered_cents__lt=F("amount_cents")
        )
        bills = list(given_up.order_by("written_off_at", "id"))
        owed = ledger.balance(kind=Kind.CLIENT_RECEIVABLE, owner_id=charge.job_id, currency=charge.currency)
        left = max(charge.amount_cents - owed, 0) if bills else 0
    for bill in bills:
        part = min(left, bill.amount_cents - bill.recovered_cents)
        if part <= 0:
            continue
        left -= part
        bill.recovered_cents += part
        if bill.recovered_cents == bill.amount_cents and bill.state == Charge.State.CANCELLED:
            # Not given up any more, and still open at Stripe: the scan finds that nobody needs it, and voids it.
            bill.state = Charge.State.OPEN
        bill.save(update_fields=["recovered_cents", "state"])
        ledger.post(
            business_key=f"write_off:{bill.id}:paid:{charge.id}",
            kind="write_off_recovered",
            description=f"Invoice of job {charge.job.reference} paid after it was written off",
            legs=[
                ledger.debit(Kind.CLIENT_RECEIVABLE, part, charge.job_id),
                ledger.credit(Kind.BAD_DEBT_EXPENSE, part),
            ],
            currency=charge.currency,
            job_id=charge.job_id,
            at=at,
        )
