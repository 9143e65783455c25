"""A finished shift becomes money: billed by the contract's own rules, to the cent, and split among its earners."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from billing import events
from billing.agencies import pay as agency_pay
from billing.agencies import pricing as agency_pricing
from billing.agreeing import service_fees
from billing.agreeing.pricing_requests import officers_asked, policy_event_type
from billing.bills import collecting, coverage
from billing.books import ledger
from billing.books.chart import Kind
from billing.cards import holds
from billing.giving_back import refunding
from billing.models import Contract, PayrollLine, Refund, Settlement
from billing.paying_out import distributing
from billing.refusals import NothingContracted, ShiftNotFinished
from departments.policy.loading import load_policy
from departments.policy.places import as_one, places_of
from departments.policy.pricing import (
    Line,
    PositionRequest,
    ShiftPrice,
    ShiftRequest,
    VehicleRequest,
    WorkedPosition,
    WorkedVehicle,
    price_worked,
)
from departments.policy.settlement import Split, settle
from kernel import audit, outbox
from kernel.actors import SYSTEM, Actor
from kernel.subscriptions import Event
from marketplace.models import Assignment, Job, Shift, Timesheet
from marketplace.relief_reading import place_of_assignment
from marketplace.terms import JobTerms


@dataclass(frozen=True, slots=True)
class _Balance:
    """How a bill meets the prepaid money of its shift, in cents."""

    drawn: int
    refund: int
    extra: int


def on_shift_finished(*, event: Event, at: datetime) -> None:
    """marketplace.shift_finished; a shift of a job that never had a contract has no money to settle."""
    shift = Shift.objects.get(id=event.payload["shift_id"])
    if coverage.accepted_contract(job_id=shift.job_id) is not None:
        settle_shift(shift_id=shift.id, at=at, actor=SYSTEM)


def settle_shift(*, shift_id: UUID, at: datetime, actor: Actor) -> Settlement:
    """Bill a finished shift, book it, and leave the intents that it takes: refund, extra charge, transfers. Once.

    A shift where nobody worked is billed at zero: its prepaid money goes back whole. The bill is priced by the policy
    that the accepted contract keeps, not by today's. Raises ShiftNotFinished, NothingContracted.
    """
    job_id = Shift.objects.values_list("job_id", flat=True).get(id=shift_id)
    with transaction.atomic():
        job = Job.objects.select_for_update().get(id=job_id)
        shift = Shift.objects.select_for_update().get(id=shift_id)
        existing = Settlement.objects.filter(shift=shift).first()
        if existing is not None:
            return existing
        if shift.finished_at is None:
            raise ShiftNotFinished("The shift has hours that are not final. Settle it when every timesheet is decided.")
        contract = coverage.accepted_contract(job_id=job.id)
        if contract is None:
            raise NothingContracted(f"Job {job.reference} has no accepted contract to bill by.")
        assignments = _assignments_with_hours(shift)
        price = price_of_work(contract=contract, job=job, shift=shift, assignments=assignments)
        return bill(
            contract=contract,
            job=job,
            shift=shift,
            price=price,
            assignments=assignments,
            what="less was worked than was prepaid",
            actor=actor,
            at=at,
        )


def bill(
    *,
    contract: Contract,
    job: Job,
    shift: Shift,
    price: ShiftPrice,
    assignments: Sequence[Assignment],
    what: str,
    actor: Actor,
    at: datetime,
) -> Settlement:
    """Book a shift's price, of work or of its cancellation. Needs the job's lock and a shift that has none yet.

    `assignments`: those that the price names. `what` says in the refund's reason why less is due than was prepaid.
    """
    with transaction.atomic():
        balance = _meet_prepaid(contract=contract, shift=shift, billed_cents=price.gross_cents)
        rest = balance.extra - holds.held_cents(shift=shift)
        if 0 < rest < coverage.SMALLEST_CHARGE_CENTS and rest <= price.service_fee_cents:
            price = _without_small_rest(price, rest)
            balance = _meet_prepaid(contract=contract, shift=shift, billed_cents=price.gross_cents)
        split = settle(price=price, payee_mode=contract.payee_mode)  # type: ignore[arg-type]
        settlement = Settlement.objects.create(
            shift=shift,
            job=job,
            contract=contract,
            currency=contract.currency,
            price=price.to_json(),
            split=split_to_json(split),
            quoted_cents=coverage.contracted_cents(contract=contract, shift_id=shift.id),
            billed_cents=price.gross_cents,
            supplier_cents=price.supplier_gross_cents,
            service_fee_cents=price.service_fee_cents,
            service_fee_tax_cents=price.service_fee_tax_cents,
            drawn_cents=balance.drawn,
            settled_at=at,
        )
        _store_payroll(settlement=settlement, split=split, assignments=assignments, at=at)
        if balance.refund:
            refunding.intend_refund(
                job_id=job.id,
                amount_cents=balance.refund,
                business_key=f"refund:settlement:{settlement.id}",
                reason=f"Job {job.reference}, shift {shift.number}: {what}",
                at=at,
            )
        _record(settlement=settlement, balance=balance, actor=actor, at=at)
        collecting.collect(settlement=settlement, at=at)
        _post(settlement=settlement, at=at)
        distributing.distribute_waiting(job_id=job.id, at=at)
        settlement.refresh_from_db()
    return settlement


def price_of_work(*, contract: Contract, job: Job, shift: Shift, assignments: Sequence[Assignment]) -> ShiftPrice:
    """What the approved hours cost under the contract. `assignments` carry final timesheets.

    A vehicle is billed for as long as the officer who stayed longest, and never more vehicles than officers.
    """
    policy = load_policy(contract.policy, version=contract.policy_version)
    free = _without_charge(assignments)
    places = place_of_assignment([assignment.id for assignment in assignments])
    worked = [
        WorkedPosition(
            assignment_id=str(assignment.id),
            rank_code=assignment.position.rank_code,
            worked_minutes=assignment.timesheet.worked_minutes + assignment.timesheet.unpaid_break_minutes,
            meal_minutes=assignment.timesheet.break_minutes,
            scheduled_minutes=_minutes(shift),
            starts_at=max(assignment.timesheet.worked_starts_at, shift.starts_at),
            place=places.get(assignment.id, ""),
            **({"billed": False} if assignment.id in free else {}),
        )
        for assignment in assignments
    ]
    vehicles: tuple[WorkedVehicle, ...] = ()
    if shift.vehicle_code and shift.vehicle_count and worked:
        held = [as_one(card=policy.rate_card, group=group) for group in places_of(worked)]
        longest = max(held, key=lambda position: position.worked_minutes)
        count = min(shift.vehicle_count, len(held))
        vehicles = (WorkedVehicle(shift.vehicle_code, count, longest.worked_minutes, longest),)
    price = price_worked(
        policy=policy,
        shift=request_as_contracted(contract=contract, job=job, shift=shift),
        worked=worked,
        vehicles=vehicles,
        service_fee=service_fees.from_columns(
            service_fee_basis_points=contract.service_fee_basis_points, service_fee_tax=contract.service_fee_tax
        ),
    )
    return agency_pricing.price_of_contract(contract=contract, price=price)


def _without_charge(assignments: Sequence[Assignment]) -> set[UUID]:
    """Supervisors whom the ladder adds without charge: of a rank, those who came last, past the places to be paid.

    Who relieved somebody holds that one's place, and is charged as they are.
    """
    places = place_of_assignment([assignment.id for assignment in assignments])
    free: set[UUID] = set()
    seen: dict[UUID, list[str]] = defaultdict(list)
    for assignment in assignments:
        position = assignment.position
        held, place = seen[position.id], places.get(assignment.id, str(assignment.id))
        if place not in held:
            held.append(place)
        if held.index(place) >= position.headcount - position.unbilled_headcount:
            free.add(assignment.id)
    return free


def split_to_json(split: Split) -> dict[str, Any]:
    return {**asdict(split), "total_cents": split.total_cents}


def _assignments_with_hours(shift: Shift) -> list[Assignment]:
    return list(
        Assignment.objects.select_related("position", "timesheet")
        .filter(shift=shift, timesheet__state__in=Timesheet.FINAL_STATES, timesheet__worked_minutes__gt=0)
        .order_by("created_at", "id")
    )


def request_as_contracted(*, contract: Contract, job: Job, shift: Shift) -> ShiftRequest:
    """The shift with its positions as they are staffed, and the facts that the contract froze."""
    return ShiftRequest(
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        positions=tuple(
            PositionRequest(position.rank_code, position.headcount)
            for position in sorted(shift.positions.all(), key=lambda one: one.id)
        ),
        vehicles=(VehicleRequest(shift.vehicle_code, shift.vehicle_count),) if shift.vehicle_code else (),
        event_type=policy_event_type(job.event_type),
        requested_at=contract.requested_at,
        crowd=job.expected_attendance,
        alcohol=job.alcohol_served,
        non_profit=contract.non_profit,
        number=shift.number,
        latitude=shift.latitude,
        longitude=shift.longitude,
        postal_code=contract.facts.get("venue.postal_code", ""),
        place_name=contract.facts.get("venue.place", ""),
        facts={**contract.facts, **_asked_for(contract, shift)},
    )


def _asked_for(contract: Contract, shift: Shift) -> dict[str, Any]:
    """The shift's positions have the ladder's supervisors as well; rules count without them, as in the quote."""
    place = coverage.place_of(shift.number)
    agreed = JobTerms.from_json(contract.terms).shifts
    return {"job.officers": officers_asked(shift=agreed[place])} if place is not None and place < len(agreed) else {}


def _minutes(shift: Shift) -> int:
    return int((shift.ends_at - shift.starts_at).total_seconds() // 60)


def _meet_prepaid(*, contract: Contract, shift: Shift, billed_cents: int) -> _Balance:
    """The prepaid money of this shift is what the job holds, less refunds on their way and the shifts still to come."""
    held = ledger.balance(kind=Kind.PREPAID_JOB, owner_id=contract.job_id, currency=contract.currency)
    over = (Refund.State.DONE, Refund.State.CANCELLED)
    leaving = Refund.objects.filter(charge__job_id=contract.job_id).exclude(state__in=over)
    reserved = int(leaving.aggregate(total=Sum("amount_cents", default=0))["total"])
    settled = set(Settlement.objects.filter(job_id=contract.job_id).values_list("shift_id", flat=True))
    others = coverage.ahead_cents(contract=contract, leaving_out={*settled, shift.id})
    prepaid = max(held - reserved - others, 0)
    drawn = min(billed_cents, prepaid)
    return _Balance(drawn=drawn, refund=prepaid - drawn, extra=billed_cents - drawn)


def _without_small_rest(price: ShiftPrice, cents: int) -> ShiftPrice:
    """Cents that no card payment can bring are waived from the platform's own fee, as a line that everybody can see."""
    waived = Line(
        kind="service_fee",
        code="service_fee:waived",
        description="Service fee waived: too little to charge",
        supplier="platform",
        net_cents=-cents,
        owner="platform",
    )
    return replace(price, lines=(*price.lines, waived))


def _store_payroll(*, settlement: Settlement, split: Split, assignments: Sequence[Assignment], at: datetime) -> None:
    if settlement.contract.agency_id is not None:
        agency_pay.store_pay_lines(settlement=settlement, split=split, assignments=assignments, at=at)
        return
    by_id = {str(assignment.id): assignment for assignment in assignments}
    PayrollLine.objects.bulk_create(
        PayrollLine(
            settlement=settlement,
            department_id=settlement.job.governing_department_id,
            officer_id=by_id[line.assignment_id].officer_id,
            assignment_id=by_id[line.assignment_id].id,
            payable_minutes=line.payable_minutes,
            pay_rate_cents_per_hour=by_id[line.assignment_id].pay_rate_cents_per_hour,
            pay_code=line.pay_code,
            pay_cents=line.pay_cents,
            currency=settlement.currency,
            created_at=at,
        )
        for line in split.payroll_lines
        # A cancelled place that nobody held is billed, and nobody is paid for it.
        if line.assignment_id
    )


def _post(*, settlement: Settlement, at: datetime) -> None:
    if not settlement.billed_cents:
        return
    owed: dict[tuple[str, UUID], int] = {}
    for share in distributing.shares_of(settlement=settlement):
        owed[share.owner_kind, share.owner_id] = owed.get((share.owner_kind, share.owner_id), 0) + share.amount_cents
    ledger.post(
        business_key=f"settlement:{settlement.id}",
        kind="settlement",
        description=f"Job {settlement.job.reference}, shift {settlement.shift.number}: approved hours",
        legs=[
            ledger.debit(Kind.PREPAID_JOB, settlement.drawn_cents, settlement.job_id),
            ledger.debit(Kind.CLIENT_RECEIVABLE, settlement.extra_cents, settlement.job_id),
            *(
                ledger.credit(f"payable_{owner_kind}", cents, owner_id)
                for (owner_kind, owner_id), cents in owed.items()
            ),
            ledger.credit(Kind.SERVICE_FEE_REVENUE, settlement.service_fee_cents),
            ledger.credit(Kind.SERVICE_FEE_TAX, settlement.service_fee_tax_cents),
        ],
        currency=settlement.currency,
        job_id=settlement.job_id,
        at=at,
    )


def _record(*, settlement: Settlement, balance: _Balance, actor: Actor, at: datetime) -> None:
    audit.record(
        actor=actor,
        action="shift.settled",
        subject_kind="shift",
        subject_id=settlement.shift_id,
        tenant_id=settlement.job.governing_department_id,
        at=at,
        after={"billed_cents": settlement.billed_cents, **asdict(balance), "currency": settlement.currency},
    )
    outbox.announce(
        name=events.SHIFT_SETTLED,
        payload={
            "settlement_id": str(settlement.id),
            "shift_id": str(settlement.shift_id),
            "job_id": str(settlement.job_id),
            "billed_cents": settlement.billed_cents,
            "refund_cents": balance.refund,
            "extra_cents": balance.extra,
            "currency": settlement.currency,
        },
        tenant_id=settlement.job.governing_department_id,
        at=at,
    )
