"""What cancelling costs, by the matrix of the policy of the contract, and doing it: in one transaction.

The charge is booked like a bill: to whom it goes follows the payee mode, and what was prepaid beyond it goes back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Final, cast
from uuid import UUID

from django.db import transaction

from billing import events
from billing.agencies import pricing as agency_pricing
from billing.agreeing import service_fees
from billing.bills import coverage, funding, settling
from billing.models import Cancellation, Contract
from billing.refusals.disputes import CancellationPriceChanged, JobNotCancellable
from departments.policy.cancellation import cancellation_row, price_cancellation
from departments.policy.documents import CancellationRow, CancelledBy, Policy
from departments.policy.loading import load_policy
from departments.policy.pricing import PositionRequest, ShiftPrice, ShiftRequest
from kernel import outbox
from kernel.actors import Actor
from kernel.errors import InvalidInput
from marketplace import cancelling
from marketplace.models import Assignment, Job, Shift
from marketplace.terms import check_text

CLIENT: Final = "client"
BY_DESK: Final = ("department", "client", "weather", "police_necessity")
_CANCELLABLE: Final = (Job.State.APPROVED, Job.State.CONTRACTED)


@dataclass(frozen=True, slots=True)
class CancelledShift:
    """One shift, what cancelling it costs, and the row of the matrix that says so; `rule` None: no row fits."""

    shift: Shift
    price: ShiftPrice | None
    rule: CancellationRow | None

    @property
    def cents(self) -> int:
        return self.price.gross_cents if self.price is not None else 0


@dataclass(frozen=True, slots=True)
class CancellationOffer:
    """What a person is shown before they confirm. Cents; `prepaid_cents` is what was paid and not given back."""

    shifts: tuple[CancelledShift, ...]
    currency: str
    prepaid_cents: int
    is_whole_job: bool

    @property
    def cents(self) -> int:
        return sum(one.cents for one in self.shifts)


def quote_cancellation(
    *, job: Job, shift_ids: Collection[UUID] | None, cancelled_by: str, at: datetime
) -> CancellationOffer:
    """What it would cost now; None: all shifts that have not begun. Nothing is changed, nothing locked.

    Raises NothingToCancel, ShiftHasBegun, ShiftIsOver, JobNotCancellable.
    """
    _refuse_when_over(job)
    wanted = cancelling.wanted_shifts(job=job, shift_ids=shift_ids, at=at, lock=False)
    confirmed = cancelling.live_officers(shift_ids=[shift.id for shift in wanted], lock=False)
    return _offer(job=job, wanted=wanted, confirmed=confirmed, cancelled_by=cancelled_by, at=at)


def cancel(
    *,
    job: Job,
    shift_ids: Collection[UUID] | None,
    cancelled_by: str,
    reason: str,
    expected_cents: int,
    actor: Actor,
    at: datetime,
) -> CancellationOffer:
    """Cancel shifts for what was shown, release and tell the officers, bill the charge, and give the rest back.

    `cancelled_by`: client, department, weather or police_necessity; an officer who leaves costs the client nothing.
    Whoever calls has found the job through an access function. Raises CancellationPriceChanged, and what
    `quote_cancellation` raises.
    """
    check_text(field="reason", what="the reason", text=reason, maximum=2000, required=cancelled_by != CLIENT)
    reason = reason.strip()
    with transaction.atomic():
        locked = Job.objects.select_for_update(of=("self",)).select_related("client").get(id=job.id)
        _refuse_when_over(locked)
        wanted = cancelling.wanted_shifts(job=locked, shift_ids=shift_ids, at=at, lock=True)
        confirmed = cancelling.live_officers(shift_ids=[shift.id for shift in wanted], lock=True)
        offer = _offer(job=locked, wanted=wanted, confirmed=confirmed, cancelled_by=cancelled_by, at=at)
        if offer.cents != expected_cents:
            raise CancellationPriceChanged(shown_cents=expected_cents, cents=offer.cents, currency=offer.currency)
        cancelling.cancel_locked(
            job=locked, cancelled=wanted, cancelled_by=cancelled_by, reason=reason, actor=actor, at=at
        )
        Contract.objects.filter(job=locked, state=Contract.State.OFFERED).update(state=Contract.State.SUPERSEDED)
        contract = coverage.accepted_contract(job_id=locked.id)
        for one in offer.shifts:
            _settle(one, contract, locked, confirmed, cancelled_by, reason, actor, at)
        outbox.announce(
            name=events.SHIFTS_CANCELLED,
            payload={
                "job_id": str(locked.id),
                "shift_ids": [str(one.shift.id) for one in offer.shifts],
                "cancelled_by": cancelled_by,
                "charged_cents": offer.cents,
                "currency": offer.currency,
            },
            tenant_id=locked.governing_department_id,
            at=at,
        )
        if contract is not None and coverage.captured_cents(job_id=locked.id):
            # What was still to be paid may have been for these dates: the others open.
            funding.fund_when_covered(job_id=locked.id, cause=f"cancelled:{wanted[0].id}", actor=actor, at=at)
    return offer


def _settle(
    one: CancelledShift,
    contract: Contract | None,
    job: Job,
    confirmed: Mapping[UUID, Sequence[Assignment]],
    cancelled_by: str,
    reason: str,
    actor: Actor,
    at: datetime,
) -> None:
    settlement = None
    if contract is not None and one.price is not None:
        settlement = settling.bill(
            contract=contract,
            job=job,
            shift=one.shift,
            price=one.price,
            assignments=confirmed[one.shift.id],
            what="cancelled",
            actor=actor,
            at=at,
        )
    Cancellation.objects.create(
        shift=one.shift,
        settlement=settlement,
        cancelled_by=cancelled_by,
        cancelled_at=at,
        person_id=actor.person_id,
        reason=reason,
        rule=asdict(one.rule) if one.rule is not None else None,
    )


def _offer(
    *,
    job: Job,
    wanted: Sequence[Shift],
    confirmed: Mapping[UUID, Sequence[Assignment]],
    cancelled_by: str,
    at: datetime,
) -> CancellationOffer:
    if cancelled_by not in BY_DESK:
        raise InvalidInput("Say who cancels: the client, the department, the weather or the police.", field="by")
    contract = coverage.accepted_contract(job_id=job.id)
    policy = load_policy(contract.policy, version=contract.policy_version) if contract is not None else None
    shifts = [_priced(contract, policy, job, shift, confirmed[shift.id], cancelled_by, at) for shift in wanted]
    others = Shift.objects.filter(job=job, state__in=(*cancelling.CANCELLABLE_STATES, Shift.State.IN_PROGRESS))
    is_whole_job = not others.exclude(id__in=[shift.id for shift in wanted]).exists()
    if contract is None and not is_whole_job:
        # Its price would still hold the date: what is not agreed yet is changed, or cancelled whole.
        raise JobNotCancellable(
            f"Nothing is agreed yet about {job.reference}: change the request, or cancel it whole.", state=job.state
        )
    return CancellationOffer(
        shifts=tuple(sorted(shifts, key=lambda one: (one.shift.starts_at, one.shift.number))),
        currency=job.currency,
        prepaid_cents=coverage.captured_cents(job_id=job.id),
        is_whole_job=is_whole_job,
    )


def _priced(
    contract: Contract | None,
    policy: Policy | None,
    job: Job,
    shift: Shift,
    confirmed: Sequence[Assignment],
    cancelled_by: str,
    at: datetime,
) -> CancelledShift:
    if contract is None or policy is None:
        return CancelledShift(shift, None, None)
    who = cast(CancelledBy, cancelled_by)
    request = _request_with_free_supervisors(contract, job, shift)
    if job.funded_at is None and shift.state == Shift.State.PLANNED:
        # Agreed, but not paid: nobody has been invited, and the matrix has nothing to make good.
        return CancelledShift(shift, ShiftPrice(contract.currency, policy.rate_card.rates_include_tax, ()), None)
    if shift.starts_at <= at and not confirmed:
        # It began and nobody came: the client gives nothing up, and has nothing to make good.
        return CancelledShift(shift, ShiftPrice(contract.currency, policy.rate_card.rates_include_tax, ()), None)
    row = cancellation_row(policy=policy, starts_at=shift.starts_at, cancelled_by=who, cancelled_at=at, shift=request)
    price = price_cancellation(
        policy=policy,
        shift=request,
        cancelled_by=who,
        cancelled_at=at,
        service_fee=service_fees.from_columns(
            service_fee_basis_points=contract.service_fee_basis_points, service_fee_tax=contract.service_fee_tax
        ),
        assignment_ids=[
            (str(one.id), one.position.rank_code) for one in confirmed if one.state == Assignment.State.CONFIRMED
        ],
    )
    price = agency_pricing.price_of_contract(contract=contract, price=_without_pay_for_nobody(price))
    return CancelledShift(shift, price, row)


def _request_with_free_supervisors(contract: Contract, job: Job, shift: Shift) -> ShiftRequest:
    """A supervisor whom the ladder adds without charge costs nothing when the shift is cancelled either."""
    positions: list[PositionRequest] = []
    for position in sorted(shift.positions.all(), key=lambda one: one.id):
        billed = position.headcount - position.unbilled_headcount
        if billed:
            positions.append(PositionRequest(position.rank_code, billed))
        if position.unbilled_headcount:
            positions.append(PositionRequest(position.rank_code, position.unbilled_headcount, billed=False))
    return replace(settling.request_as_contracted(contract=contract, job=job, shift=shift), positions=tuple(positions))


def _without_pay_for_nobody(price: ShiftPrice) -> ShiftPrice:
    """A place that nobody held is charged as the matrix says, and no officer is paid for it."""
    return replace(
        price,
        lines=tuple(
            line if line.assignment_id else replace(line, pay_cents=0, payable_minutes=0, officer_fee_cents=0)
            for line in price.lines
        ),
    )


def _refuse_when_over(job: Job) -> None:
    if job.state not in _CANCELLABLE:
        raise JobNotCancellable(
            f"Request {job.reference} is {job.get_state_display().lower()}: there is nothing to cancel.",
            state=job.state,
        )
