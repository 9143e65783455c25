"""When the accepted contract is covered: the job is opened, what is too much goes back, what waited is distributed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from billing.agreeing.ways import way_of
from billing.bills import coverage
from billing.due import demands
from billing.giving_back import refunding
from billing.invoices import late_charges
from billing.paying_out import distributing
from kernel.actors import Actor
from marketplace import shifts


def fund_when_covered(*, job_id: UUID, cause: str, actor: Actor, at: datetime) -> bool:
    """True when the accepted contract is paid, but for cents that no card payment can bring; settling waives them.

    True as well where its way to pay vouches for the money: a saved card, or credit. Where the policy is paid after the
    award, the job opens unpaid once its deposit is there. Needs the job's lock; `cause` goes into the keys of refunds.
    """
    contract = coverage.accepted_contract(job_id=job_id)
    if contract is None:
        return False
    way = way_of(contract)
    captured = coverage.captured_cents(job_id=job_id)
    required = coverage.required_cents(contract=contract)
    if captured > required:
        refunding.intend_refund(
            job_id=job_id,
            amount_cents=captured - required,
            business_key=f"refund:excess:{cause}",
            reason="Paid more than agreed",
            at=at,
        )
    paid = required - captured < coverage.SMALLEST_CHARGE_CENTS
    secured = way.is_secured(contract=contract)
    covered = secured and (paid or way.vouches)
    if covered:
        shifts.mark_funded(job_id=job_id, at=at, actor=actor)
    elif secured and coverage.opening_due_cents(contract=contract) < coverage.SMALLEST_CHARGE_CENTS:
        shifts.open_unpaid(job_id=job_id, at=at, actor=actor)
    demands.follow(contract=contract, at=at)
    distributing.distribute_waiting(job_id=job_id, at=at)
    late_charges.pass_on(job_id=job_id, at=at)
    return covered
