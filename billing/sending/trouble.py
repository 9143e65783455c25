"""What is announced when money did not move: to the client who must pay by hand, or to whoever runs the platform."""

from __future__ import annotations

from datetime import datetime

from billing import events
from billing.models import Charge
from billing.models.payment import MoneyMove
from kernel import outbox

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


def announce_failed_move(*, kind: str, move: Charge | MoneyMove, charge: Charge, reason: str, at: datetime) -> None:
    """Stripe refused to move it: somebody must look. `charge`: what the money came by, or the move itself."""
    outbox.announce(
        name=events.MOVE_FAILED,
        payload={
            "kind": kind,
            "move_id": str(move.id),
            "job_id": str(charge.job_id),
            "amount_cents": move.amount_cents,
            "currency": move.currency,
            "reason": reason[:_LONGEST_REASON],
        },
        tenant_id=charge.job.governing_department_id,
        at=at,
    )
