"""An invoice that stands open while the client pays the same hours by hand: never sent, or voided, so that nobody pays
twice. Whoever pays both before that gets the second payment back (`funding`)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from billing.bills import coverage
from billing.models import Charge


def reconsider(*, job_id: UUID, at: datetime) -> None:
    """Money came: what is not sent yet and not needed is dropped, what is open is looked at by the next scan.

    Needs the job's lock.
    """
    bills = Charge.objects.select_for_update(of=("self",)).filter(job_id=job_id, kind=Charge.Kind.INVOICE)
    for bill in bills.filter(state=Charge.State.INTENDED).order_by("-created_at", "-id"):
        if is_unneeded(charge=bill):
            bill.state = Charge.State.CANCELLED
            bill.due_at = None
            bill.last_error = "The client paid by hand before it was sent."
            bill.save(update_fields=["state", "due_at", "last_error"])
    bills.filter(state=Charge.State.OPEN).update(due_at=at)


def is_unneeded(*, charge: Charge) -> bool:
    """Without it nothing would be due either."""
    contract = coverage.accepted_contract(job_id=charge.job_id)
    return contract is not None and -coverage.due_cents(contract=contract) >= charge.amount_cents
