"""What is announced when money did not move: to the client who must pay by hand, or to whoever runs the platform."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from billing import events
from billing.models import Charge
from kernel import outbox
from marketplace.models import Job

_LONGEST_REASON = 500


def announce_charge(*, name: str, charge: Charge, reason: str, at: datetime) -> None:
    """`name`: PAYMENT_NEEDED or DEBIT_FAILED."""
    outbox.announce(
        name=name,
        payload={
            "charge_id": str(charge.id),
            "job_id": str(charge.job_id),
            "amount_cents": charge.amount_cents,
            "currency": charge.currency,
            "reason": reason[:_LONGEST_REASON],
        },
        tenant_id=charge.job.governing_department_id,
        at=at,
    )


def announce_failed_move(
    *, kind: str, move_id: UUID, job: Job, amount_cents: int, currency: str, reason: str, at: datetime
) -> None:
    """Stripe refused it for good: somebody must look at it."""
    outbox.announce(
        name=events.MOVE_FAILED,
        payload={
            "kind": kind,
            "move_id": str(move_id),
            "job_id": str(job.id),
            "amount_cents": amount_cents,
            "currency": currency,
            "reason": reason[:_LONGEST_REASON],
        },
        tenant_id=job.governing_department_id,
        at=at,
    )
