"""What a job must have been paid, what was paid, and the difference."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.db.models import F, Sum

from billing.agreeing.ways import way_of
from billing.models import Charge, Contract, Settlement
from departments.policy.pricing import ShiftPrice
from marketplace.models import Shift
from marketplace.numbering import CANCELLED_NUMBERS_FROM

# Stripe takes no card payment below this, in Canadian and in US cents.
SMALLEST_CHARGE_CENTS = 50
# Of a settled shift: its bill, less what was given back of it.
OWED = F("billed_cents") - F("credited_cents")
_SENT_BY_US = (Charge.State.INTENDED, Charge.State.UNKNOWN)
_PENDING_STATES = (*_SENT_BY_US, Charge.State.OPEN, Charge.State.AUTHORISED, Charge.State.PROCESSING)


def accepted_contract(*, job_id: UUID) -> Contract | None:
    return Contract.objects.select_related("job").filter(job_id=job_id, state=Contract.State.ACCEPTED).first()


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
    *,
    contract: Contract,
    numbers: Mapping[UUID, int] | None = None,
    settled: Mapping[UUID, int] | None = None,
    late_cents: int | None = None,
) -> int:
    """Settled shifts as billed less what was given back, and what paying them late was charged; of the other shifts
    what the contract's way to pay wants ahead.

    `numbers`, `settled` cents by shift, and `late_cents`, where the caller has them.
    """
    if settled is None:
        settled = dict(Settlement.objects.filter(job_id=contract.job_id).values_list("shift_id", OWED))
    if late_cents is None:
        late = Charge.objects.filter(job_id=contract.job_id, late_of__isnull=False)
        late_cents = late.aggregate(cents=Sum("amount_cents", default=0))["cents"]
    return sum(settled.values()) + late_cents + ahead_cents(contract=contract, numbers=numbers, leaving_out=settled)


def ahead_cents(
    *, contract: Contract, numbers: Mapping[UUID, int] | None = None, leaving_out: Collection[UUID] = ()
) -> int:
    """What is to be paid before the work, of all shifts but those left out."""
    places, prices = prices_by_shift(contract=contract, numbers=numbers)
    shifts = {place: shift_id for shift_id, place in places.items()}
    unbilled: dict[UUID | int, int] = {
        shifts.get(place, place): price.gross_cents
        for place, price in prices.items()
        if shifts.get(place) not in leaving_out
    }
    return way_of(contract).ahead_cents(contract=contract, unbilled=unbilled)


def captured_cents(*, job_id: UUID) -> int:
    """What the client paid, less what is refunded or about to be."""
    paid = Charge.objects.filter(job_id=job_id, state=Charge.State.SUCCEEDED).aggregate(
        amount=Sum("amount_cents", default=0), refunded=Sum("refunded_cents", default=0)
    )
    return int(paid["amount"] - paid["refunded"])


def pending_cents(*, job_id: UUID) -> int:
    """What is on its way: from the saved card or the client's bank, captures of holds, and invoices that stand open."""
    return sum(_pending_of(charge) for charge in Charge.objects.filter(job_id=job_id, state__in=_PENDING_STATES))


def _pending_of(charge: Charge) -> int:
    if charge.kind == Charge.Kind.HOLD:
        # What is only held is nobody's yet; what is being captured carries the settlement that it pays.
        return charge.amount_cents if charge.settlement_id and charge.state == Charge.State.AUTHORISED else 0
    if charge.kind == Charge.Kind.INVOICE:
        return charge.amount_cents if charge.state in (*_SENT_BY_US, Charge.State.OPEN) else 0
    if charge.state == Charge.State.PROCESSING:
        return charge.amount_cents
    return charge.amount_cents if charge.kind == Charge.Kind.OFF_SESSION and charge.state in _SENT_BY_US else 0


def due_cents(*, contract: Contract) -> int:
    """What is still to be paid; negative when more was paid than the contract needs."""
    return (
        required_cents(contract=contract)
        - captured_cents(job_id=contract.job_id)
        - pending_cents(job_id=contract.job_id)
    )


def asked_cents(*, contract: Contract) -> int:
    """What the client is asked for now: the deposit as long as that keeps the job closed, then all that is due."""
    due = due_cents(contract=contract)
    missing = opening_due_cents(contract=contract)
    return missing if SMALLEST_CHARGE_CENTS <= missing < due else due


def opening_due_cents(*, contract: Contract) -> int:
    """What is missing before officers are invited. Money that is only on its way does not open a job."""
    opening = way_of(contract).opening_cents(contract=contract, required_cents=required_cents(contract=contract))
    return opening - captured_cents(job_id=contract.job_id)


def due_by(
    *, contract: Contract, numbers: Mapping[UUID, int], settled: Mapping[UUID, int], charges: Sequence[Charge]
) -> int:
    """The same from rows that a page has read already: the job's shifts, its settlements, and all of its charges."""
    captured = sum(one.amount_cents - one.refunded_cents for one in charges if one.state == Charge.State.SUCCEEDED)
    pending = sum(_pending_of(one) for one in charges if one.state in _PENDING_STATES)
    late = sum(one.amount_cents for one in charges if one.late_of_id)
    required = required_cents(contract=contract, numbers=numbers, settled=settled, late_cents=late)
    return required - captured - pending
