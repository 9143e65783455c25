"""The ways to pay, one strategy each: what must be paid ahead, what opens a job, and how a bill is collected.

`coverage` and `funding` ask the contract's way; nothing else in billing needs to know which one it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from billing.agreeing.agreed_terms import AgreedTerms
from billing.cards import extra_charges, saved_cards
from billing.invoices import credit, invoicing
from billing.models import Charge, Contract, PaymentDemand, Settlement

Way = Contract.Way


class WayToPay(Protocol):
    """`ahead_cents`: of the shifts that are not billed (cents by shift), what has to be paid before they are.

    `opening_cents`: of what must be paid ahead, the part without which officers are not invited.
    `is_secured`: whether the promise behind the rest stands: a card, or a credit that is not suspended.
    `vouches`: that promise is as good as money for the job's state. `collect` brings what a bill has beyond that.
    """

    vouches: bool

    def ahead_cents(self, *, contract: Contract, unbilled: Mapping[UUID | int, int]) -> int: ...

    def opening_cents(self, *, contract: Contract, required_cents: int) -> int: ...

    def is_secured(self, *, contract: Contract) -> bool: ...

    def collect(self, *, settlement: Settlement, amount_cents: int, at: datetime) -> Charge: ...


class Prepaid:
    """On the hosted page: all of it before opening, or a deposit then and the rest by the policy's deadline."""

    vouches = False

    def ahead_cents(self, *, contract: Contract, unbilled: Mapping[UUID | int, int]) -> int:
        return sum(unbilled.values())

    def opening_cents(self, *, contract: Contract, required_cents: int) -> int:
        terms = AgreedTerms.from_json(contract.payment_terms)
        if terms.is_after_award(agreed_at=contract.accepted_at or contract.offered_at):
            return min(terms.deposit_cents, required_cents)
        return required_cents

    def is_secured(self, *, contract: Contract) -> bool:
        return True

    def collect(self, *, settlement: Settlement, amount_cents: int, at: datetime) -> Charge:
        return extra_charges.intend_extra_charge(settlement=settlement, amount_cents=amount_cents, at=at)


class CardOnFile:
    """Held on the saved card before each shift; a shift whose hold failed is paid ahead like any other."""

    vouches = True

    def ahead_cents(self, *, contract: Contract, unbilled: Mapping[UUID | int, int]) -> int:
        refused = PaymentDemand.objects.filter(
            job_id=contract.job_id, state__in=(*PaymentDemand.OPEN_STATES, PaymentDemand.State.PAID)
        ).values_list("shift_id", flat=True)
        # Taken whole because the hold would have lapsed before the hours were approved.
        taken = Charge.objects.filter(
            job_id=contract.job_id, kind=Charge.Kind.HOLD, state=Charge.State.SUCCEEDED, settlement=None
        ).values_list("shift_id", flat=True)
        ahead = {*refused, *taken}
        return sum(cents for shift_id, cents in unbilled.items() if shift_id in ahead)

    def opening_cents(self, *, contract: Contract, required_cents: int) -> int:
        return 0

    def is_secured(self, *, contract: Contract) -> bool:
        return saved_cards.card_of(client_id=contract.job.client_id, currency=contract.currency) is not None

    def collect(self, *, settlement: Settlement, amount_cents: int, at: datetime) -> Charge:
        return extra_charges.intend_extra_charge(settlement=settlement, amount_cents=amount_cents, at=at)


class ByInvoice:
    """Nothing ahead: each shift's bill is an invoice with the credit's days to pay."""

    vouches = True

    def ahead_cents(self, *, contract: Contract, unbilled: Mapping[UUID | int, int]) -> int:
        return 0

    def opening_cents(self, *, contract: Contract, required_cents: int) -> int:
        return 0

    def is_secured(self, *, contract: Contract) -> bool:
        job = contract.job
        found = credit.credit_of(client_id=job.client_id, department_id=job.governing_department_id)
        # What was opened before stays: officers who are assigned do not suffer from a bill of another job.
        return job.funded_at is not None or (found is not None and found.suspended_at is None)

    def collect(self, *, settlement: Settlement, amount_cents: int, at: datetime) -> Charge:
        return invoicing.intend_invoice(settlement=settlement, amount_cents=amount_cents, at=at)


_WAYS: Final[Mapping[str, WayToPay]] = {
    Way.PREPAID: Prepaid(),
    Way.CARD_ON_FILE: CardOnFile(),
    Way.INVOICE: ByInvoice(),
}


def way_of(contract: Contract) -> WayToPay:
    return _WAYS[contract.way]
