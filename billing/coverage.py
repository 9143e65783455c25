"""What a job must have been paid, what was paid, and the difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Sum

from billing.models import Charge, Contract, Settlement
from departments.policy.pricing import ShiftPrice
from marketplace.models import Shift
from marketplace.numbering import CANCELLED_NUMBERS_FROM

# Stripe takes no card payment below this, in Canadian and in US cents.
SMALLEST_CHARGE_CENTS = 50
_SENT_BY_US = (Charge.State.INTENDED, Charge.State.UNKNOWN)


def accepted_contract(*, job_id: UUID) -> Contract | None:
    return Contract.objects.filter(job_id=job_id, state=Contract.State.ACCEPTED).first()


def prices_by_shift(
    *, contract: Contract, numbers: Mapping[UUID, int] | None = None
) -> tuple[dict[UUID, int], dict[int, ShiftPrice]]:
    """Which of the contract's prices belongs to which shift: shift id → place, and place → price.

    A shift's number is its place in the accepted terms, from 1; a shift that a change took away has no place.
    `numbers`: of all the job's shifts, where the caller has them.
    """
    prices = {place: ShiftPrice.from_json(price) for place, price in enumerate(contract.prices)}
    if numbers is None:
        numbers = dict(Shift.objects.filter(job_id=contract.job_id).values_list("id", "number"))
    places = {shift_id: place_of(number) for shift_id, number in numbers.items()}
    return {shift_id: place for shift_id, place in places.items() if place is not None and place in prices}, prices


def place_of(number: int) -> int | None:
    """Where a shift of this number stands in the accepted terms, from 0; None for one that a change took away."""
    return number - 1 if number < CANCELLED_NUMBERS_FROM else None


def contracted_cents(*, contract: Contract, shift_id: UUID) -> int:
    """What the contract says this shift costs; 0 for a shift that it does not hold."""
    places, prices = prices_by_shift(contract=contract)
    return prices[places[shift_id]].gross_cents if shift_id in places else 0


def required_cents(
    *, contract: Contract, numbers: Mapping[UUID, int] | None = None, settled: Mapping[UUID, int] | None = None
) -> int:
    """Settled shifts as billed, the others as contracted. `numbers` and `settled` cents by shift, where the caller has
    them."""
    places, prices = prices_by_shift(contract=contract, numbers=numbers)
    if settled is None:
        settled = dict(Settlement.objects.filter(job_id=contract.job_id).values_list("shift_id", "billed_cents"))
    open_places = set(prices) - {places[shift_id] for shift_id in settled if shift_id in places}
    return sum(settled.values()) + sum(prices[place].gross_cents for place in open_places)


def captured_cents(*, job_id: UUID) -> int:
    """What the client paid, less what is refunded or about to be."""
    paid = Charge.objects.filter(job_id=job_id, state=Charge.State.SUCCEEDED).aggregate(
        amount=Sum("amount_cents", default=0), refunded=Sum("refunded_cents", default=0)
    )
    return int(paid["amount"] - paid["refunded"])


def pending_cents(*, job_id: UUID) -> int:
    """Charges on the saved card that are on their way."""
    charges = Charge.objects.filter(job_id=job_id, kind=Charge.Kind.OFF_SESSION, state__in=_SENT_BY_US)
    return int(charges.aggregate(amount=Sum("amount_cents", default=0))["amount"])


def due_cents(*, contract: Contract) -> int:
    """What is still to be paid; negative when more was paid than the contract needs."""
    return (
        required_cents(contract=contract)
        - captured_cents(job_id=contract.job_id)
        - pending_cents(job_id=contract.job_id)
    )


def due_by(
    *, contract: Contract, numbers: Mapping[UUID, int], settled: Mapping[UUID, int], charges: Sequence[Charge]
) -> int:
    """The same from rows that a page has read already: the job's shifts, its settlements, and all of its charges."""
    captured = sum(one.amount_cents - one.refunded_cents for one in charges if one.state == Charge.State.SUCCEEDED)
    pending = sum(
        one.amount_cents for one in charges if one.kind == Charge.Kind.OFF_SESSION and one.state in _SENT_BY_US
    )
    return required_cents(contract=contract, numbers=numbers, settled=settled) - captured - pending
