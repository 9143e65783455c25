"""Which ways to pay a client may choose for a contract, and the choice, checked when the contract is accepted."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Sum

from billing.agreeing.agreed_terms import AgreedTerms
from billing.bills import coverage
from billing.invoices import credit, credit_lines
from billing.models import ClientCredit, Contract, Settlement
from billing.refusals.ways import CreditExceeded, CreditSuspended, CurrencyDiffers, WayNotOpen
from kernel.money import format_cents
from marketplace.models import Job

Way = Contract.Way


def ways_open_to(*, contract: Contract) -> list[str]:
    """The first is the default. A deposit of the policy is always prepaid, so it leaves no other way."""
    if AgreedTerms.from_json(contract.payment_terms).deposit_cents:
        return [Way.PREPAID]
    return ways_for_job(job=contract.job, currency=contract.currency)


def ways_for_job(*, job: Job, currency: str) -> list[str]:
    """The same before there is a contract, as for an agency's offer, which is accepted and contracted at once."""
    ways: list[str] = [Way.PREPAID]
    found = credit.credit_of(client_id=job.client_id, department_id=job.governing_department_id)
    if found is None or found.currency != currency:
        return ways
    if found.card_on_file:
        ways.append(Way.CARD_ON_FILE)
    if found.limit_cents:
        ways.append(Way.INVOICE)
    return ways


def choose(*, contract: Contract, job: Job, way: str | None) -> str:
    """The way that the contract gets. Without a choice a further version keeps the way of the version before.

    Needs the job's lock; takes that of the credit, so that two contracts accepted at once cannot share one rest.
    Raises WayNotOpen, CreditSuspended, CreditExceeded, CurrencyDiffers.
    """
    before = coverage.accepted_contract(job_id=job.id)
    wanted = way or (before.way if before else Way.PREPAID)
    if wanted == Way.PREPAID:
        return wanted
    if wanted not in Way.values:
        raise WayNotOpen(f"There is no way to pay called {wanted}.")
    trusted = (
        ClientCredit.objects.select_for_update()
        .filter(client_id=job.client_id, department_id=job.governing_department_id)
        .first()
    )
    if trusted is not None and trusted.currency != contract.currency:
        raise CurrencyDiffers(
            f"Your credit is in {trusted.currency}, this contract in {contract.currency}. Pay it in advance.",
            currency=trusted.currency,
        )
    if trusted is None or wanted not in ways_open_to(contract=contract):
        raise WayNotOpen("The department has not opened this way to pay for you. Choose another.")
    if wanted == Way.INVOICE:
        _check_credit(trusted, contract, before)
    return wanted


def exposure_cents(*, trusted: ClientCredit, leaving_out: UUID | None = None) -> int:
    """What the client owes by invoice, and will owe for contracted work that is not billed yet, in cents."""
    line = credit_lines.line_of(trusted=trusted, leaving_out=leaving_out)
    return line.owed_cents + line.contracted_cents


def _check_credit(trusted: ClientCredit, contract: Contract, before: Contract | None) -> None:
    if trusted.suspended_at is not None:
        raise CreditSuspended(
            "An invoice of yours is overdue, so nothing new can be ordered by invoice. It goes on by itself when that "
            "is paid. You can pay this contract in advance instead."
        )
    billed = Settlement.objects.filter(job_id=contract.job_id).aggregate(cents=Sum("quoted_cents", default=0))["cents"]
    used = exposure_cents(trusted=trusted, leaving_out=contract.job_id)
    wanted = max(contract.total_cents - int(billed), 0)
    if used + wanted > trusted.limit_cents:
        left = max(trusted.limit_cents - used, 0)
        raise CreditExceeded(
            f"This contract costs {format_cents(wanted, contract.currency)}; "
            f"{format_cents(left, contract.currency)} of your credit limit of "
            f"{format_cents(trusted.limit_cents, contract.currency)} are free. Pay it in advance, or pay open invoices "
            "first.",
            wanted_cents=wanted,
            free_cents=left,
            limit_cents=trusted.limit_cents,
        )
