"""When the accepted contract is covered: the job is funded, what is too much goes back, what waited is distributed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from billing import coverage, distributing, refunding
from kernel.actors import Actor
from marketplace import shifts


def fund_when_covered(*, job_id: UUID, cause: str, actor: Actor, at: datetime) -> bool:
    """True when the accepted contract is paid, but for cents that no card payment can bring; settling waives them.

    Needs the job's lock; `cause` goes into the keys of refunds.
    """
    contract = coverage.accepted_contract(job_id=job_id)
    if contract is None:
        return False
    due = coverage.due_cents(contract=contract)
    if due < 0:
        refunding.intend_refund(
            job_id=job_id,
            amount_cents=-due,
            business_key=f"refund:excess:{cause}",
            reason="Paid more than agreed",
            at=at,
        )
    covered = due + coverage.pending_cents(job_id=job_id) < coverage.SMALLEST_CHARGE_CENTS
    if covered:
        shifts.mark_funded(job_id=job_id, at=at, actor=actor)
    distributing.distribute_waiting(job_id=job_id, at=at)
    return covered
