"""Each promise is held against the mirror of transfers and payouts, or against what was sent to payroll."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F

from billing.models import PayPromise, PayrollLine, Settlement, Transfer
from billing.promises.judging import Progress, judge
from billing.promises.promising import promise_pay
from billing.promises.reading_deposits import deposits_in_bank, failed_payouts
from departments.exports.batches import first_sent_at
from marketplace.models import Assignment, Timesheet

_UNMEASURED = (PayPromise.State.OPEN, PayPromise.State.OVERDUE)


@dataclass(frozen=True, slots=True)
class _Money:
    """Of a batch of promises, by assignment unless said otherwise."""

    settlements: dict[UUID, Settlement]  # by shift
    transfers: dict[UUID, list[Transfer]]
    arrived: dict[UUID, datetime]  # by transfer
    failing_accounts: Collection[UUID]
    payroll: dict[UUID, list[UUID]]
    sent_to_payroll: dict[UUID, datetime]  # by source


def measure_promises(*, at: datetime, limit: int = 500) -> int:
    """Look at every promise of a shift that has ended and is not paid, those longest unseen first; how many changed."""
    _move_along(at=at)
    promises = list(
        PayPromise.objects.filter(state__in=_UNMEASURED, shift_ends_at__lte=at)
        .select_related("assignment__timesheet")
        .order_by(F("measured_at").asc(nulls_first=True), "id")[:limit]
    )
    if not promises:
        return 0
    money = _read_money(promises)
    changed = 0
    for promise in promises:
        judgement = judge(
            basis=promise.basis,
            steps={step: date.fromisoformat(day) for step, day in promise.steps.items()},
            progress=_progress(promise, money),
            time_zone=promise.time_zone,
            at=at,
        )
        # Only while it is unpaid: another worker may have found the deposit meanwhile.
        unpaid = PayPromise.objects.filter(id=promise.id, state__in=_UNMEASURED)
        changed += judgement.state != promise.state and unpaid.exists()
        unpaid.update(
            state=judgement.state,
            paid_at=judgement.paid_at,
            days_late=judgement.days_late,
            reason=judgement.reason,
            measured_at=at,
        )
    return changed


def _move_along(*, at: datetime) -> None:
    """Shifts that were moved after the award carry their promises with them."""
    moved = PayPromise.objects.filter(state=PayPromise.State.OPEN).exclude(
        shift_ends_at=F("assignment__shift__ends_at")
    )
    for assignment_id in list(moved.values_list("assignment_id", flat=True)[:100]):
        promise_pay(assignment_id=assignment_id, at=at)


def _read_money(promises: list[PayPromise]) -> _Money:
    assignment_ids = [promise.assignment_id for promise in promises]
    shift_ids = {promise.assignment.shift_id for promise in promises}
    transfers: dict[UUID, list[Transfer]] = {}
    for transfer in Transfer.objects.filter(assignment_id__in=assignment_ids).select_related("payee_account"):
        transfers.setdefault(transfer.assignment_id, []).append(transfer)  # type: ignore[arg-type]
    accounts = {transfer.payee_account for several in transfers.values() for transfer in several}
    payroll: dict[UUID, list[UUID]] = {}
    for assignment_id, line_id in PayrollLine.objects.filter(assignment_id__in=assignment_ids).values_list(
        "assignment_id", "id"
    ):
        payroll.setdefault(assignment_id, []).append(line_id)
    return _Money(
        settlements={one.shift_id: one for one in Settlement.objects.filter(shift_id__in=shift_ids)},
        transfers=transfers,
        arrived=deposits_in_bank(accounts),
        failing_accounts=failed_payouts(accounts),
        payroll=payroll,
        sent_to_payroll=_sent_to_payroll(promises, payroll),
    )


def _sent_to_payroll(promises: list[PayPromise], payroll: dict[UUID, list[UUID]]) -> dict[UUID, datetime]:
    """Either kind of row tells payroll: the hours, or what is owed for them."""
    sources: dict[UUID, list[UUID]] = {}
    for promise in promises:
        if promise.basis == PayPromise.Basis.PAYROLL:
            sources.setdefault(promise.department_id, []).extend(_payroll_sources(promise, payroll))
    sent: dict[UUID, datetime] = {}
    for department_id, source_ids in sources.items():
        sent |= first_sent_at(department_id=department_id, source_ids=source_ids)
    return sent


def _payroll_sources(promise: PayPromise, payroll: dict[UUID, list[UUID]]) -> list[UUID]:
    sheet = _timesheet(promise)
    return [*payroll.get(promise.assignment_id, ()), *([sheet.id] if sheet is not None else [])]


def _timesheet(promise: PayPromise) -> Timesheet | None:
    return getattr(promise.assignment, "timesheet", None)


def _progress(promise: PayPromise, money: _Money) -> Progress:
    sheet = _timesheet(promise)
    settlement = money.settlements.get(promise.assignment.shift_id)
    transfers = money.transfers.get(promise.assignment_id, [])
    is_final = sheet is not None and sheet.state in Timesheet.FINAL_STATES
    done = [transfer.done_at for transfer in transfers if transfer.done_at is not None]
    arrived = [money.arrived[transfer.id] for transfer in transfers if transfer.id in money.arrived]
    paid_at: datetime | None = None
    if promise.basis == PayPromise.Basis.PAYROLL:
        sources = _payroll_sources(promise, money.payroll)
        paid_at = min((money.sent_to_payroll[one] for one in sources if one in money.sent_to_payroll), default=None)
    elif transfers and len(arrived) == len(transfers):
        paid_at = max(arrived)
    return Progress(
        nothing_earned=_earned_nothing(promise, settlement, money),
        hours_final_at=sheet.decided_at if sheet is not None and is_final else None,
        # Whoever is disputed is resolved by a coordinator, not approved.
        was_disputed=sheet is not None and sheet.state in (Timesheet.State.DISPUTED, Timesheet.State.RESOLVED),
        distributed_at=settlement.distributed_at if settlement is not None else None,
        transferred_at=max(done) if transfers and len(done) == len(transfers) else None,
        is_held=any(_waited_for_account(transfer) for transfer in transfers),
        has_failed=any(transfer.state == Transfer.State.FAILED for transfer in transfers),
        payout_failed=any(transfer.payee_account_id in money.failing_accounts for transfer in transfers),
        paid_at=paid_at,
    )


def _waited_for_account(transfer: Transfer) -> bool:
    ready_at = transfer.payee_account.onboarded_at
    return transfer.state == Transfer.State.HELD or ready_at is None or ready_at > transfer.created_at


def _earned_nothing(promise: PayPromise, settlement: Settlement | None, money: _Money) -> bool:
    """Known once the shift is settled; an officer who did not come, or gave it up, at once."""
    if settlement is None:
        return promise.assignment.state not in Assignment.LIVE_STATES and _timesheet(promise) is None
    if promise.basis == PayPromise.Basis.PAYROLL:
        return promise.assignment_id not in money.payroll
    return not settlement.split["officer_cents"].get(str(promise.assignment_id))
